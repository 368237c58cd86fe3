package synchronization_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

func TestGivenADurationThenItIsWrittenAndReadInISO8601(t *testing.T) {
	for text, want := range map[string]synchronization.Duration{
		"PT40M":                      synchronization.Duration(40 * time.Minute),
		"P1D":                        synchronization.Duration(24 * time.Hour),
		"P1DT6H":                     synchronization.Duration(30 * time.Hour),
		"PT1M0.5S":                   synchronization.Duration(time.Minute + 500*time.Millisecond),
		"PT0S":                       0,
		"P10675199DT2H48M5.4775807S": synchronization.Never,
	} {
		got, err := synchronization.ParseDuration(text)
		if err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v, want %d ns", text, got, err, want)
		}
		again, err := synchronization.ParseDuration(want.String())
		if err != nil || again != want {
			t.Errorf("%s reads back as %v, %v", want, again, err)
		}
	}
	if got := synchronization.Duration(40 * time.Minute).String(); got != "PT40M" {
		t.Errorf("40 minutes are written %q", got)
	}
}

func TestGivenWhatIsNoFixedDurationThenItIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "P", "PT", "P1DT", "40M", "PT1.5M", "P1Y", "P1M", "PT1S1M", "PT-1S", "PT1.S", "PT.5S", "PT1.2.3S", "PT1", "pt1s", "PT99999999999999999999S", "PTT1S",
	} {
		if got, err := synchronization.ParseDuration(text); err == nil {
			t.Errorf("ParseDuration(%q) = %v, want an error", text, got)
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"PT40M", "P10675199DT2H48M5.4775807S", "P1W2DT3H4M5.000000006S", "P", "PT", "P1DT", "PT1.5M", "P9223372036854775807D"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := synchronization.ParseDuration(text)
		if err != nil {
			return
		}
		if d < 0 {
			t.Fatalf("ParseDuration(%q) is negative: %d ns", text, int64(d))
		}
		again, err := synchronization.ParseDuration(d.String())
		if err != nil || again != d {
			t.Fatalf("%q is read as %s, which reads back as %v, %v", text, d, again, err)
		}
	})
}

func TestGivenFlagsThenTheyAreWrittenInOrderAndReadInAny(t *testing.T) {
	var flow synchronization.FlowTypes
	if err := json.Unmarshal([]byte(`"delete,ADD"`), &flow); err != nil {
		t.Fatal(err)
	}
	if flow != synchronization.FlowAdd|synchronization.FlowDelete || flow.String() != "Add, Delete" {
		t.Errorf("got %v", flow)
	}
	if flow.Has(synchronization.FlowUpdate) || !flow.Has(synchronization.FlowDelete) {
		t.Error("Has does not follow the flags")
	}
	var criteria synchronization.RestartCriteria
	if err := json.Unmarshal([]byte(`{"resetScope":"Watermark, Escrows, QuarantineState"}`), &criteria); err != nil {
		t.Fatal(err)
	}
	if got := criteria.ResetScope.String(); got != "Escrows, Watermark, QuarantineState" {
		t.Errorf("got %q", got)
	}
	if err := json.Unmarshal([]byte(`{"resetScope":"Everything"}`), &criteria); err == nil {
		t.Error("an unknown flag is accepted")
	}
}

func TestGivenAFullResetThenItCoversEverythingButForcedDeletes(t *testing.T) {
	full := synchronization.ResetFull
	for _, scope := range []synchronization.ResetScope{
		synchronization.ResetConnectorDataStore, synchronization.ResetEscrows, synchronization.ResetWatermark, synchronization.ResetQuarantineState,
	} {
		if !full.Has(scope) {
			t.Errorf("Full does not cover %s", scope)
		}
	}
	if full.Has(synchronization.ResetForceDeletes) || synchronization.ResetNone.Has(synchronization.ResetEscrows) {
		t.Error("a scope covers what it does not name")
	}
}

func TestGivenTextThenTheEmptyOneIsNull(t *testing.T) {
	for want, text := range map[string]synchronization.Text{`null`: "", `"x"`: "x"} {
		got, err := json.Marshal(text)
		if err != nil || string(got) != want {
			t.Errorf("%q is written %s, %v", text, got, err)
		}
		var back synchronization.Text
		if err := json.Unmarshal(got, &back); err != nil || back != text {
			t.Errorf("%s is read %q, %v", got, back, err)
		}
	}
}
