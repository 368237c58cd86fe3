package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

func underLoad() result.Report {
	r := fixture()
	r.Load = &result.Load{
		Rate: 24.96, Wanted: 25, Seconds: 9.98, Requests: 250, InFlight: 16, Refused: 2,
		BoundsMs: []float64{1, 10, 100},
		Kinds: []result.LoadLatency{
			{Name: "find a user", Count: 50, P50Ms: 0.8, P90Ms: 12.4, P95Ms: 40, P99Ms: 1200, MaxMs: 2345, Buckets: []int{30, 10, 8, 2}},
			{Name: "<script>alert(1)</script>", Count: 1, P50Ms: 1, Buckets: []int{1, 0, 0, 0}},
		},
	}
	return r
}

func TestALoadIsToldInEveryReport(t *testing.T) {
	t.Parallel()
	page := drawPage(t, underLoad(), options())
	text := summary(t, underLoad(), options())
	var terminal bytes.Buffer
	v := view{paint: paint{width: 80}}
	v.load(underLoad().Load)
	terminal.WriteString(v.b.String())
	for name, told := range map[string]string{"report.html": page, "summary.md": text, "terminal": terminal.String()} {
		for _, want := range []string{"250 requests in 10", "25.0 a second of the 25", "2 refused with 429", "find a user", "0.8 ms", "12 ms", "40 ms", "1.2 s", "2.35 s"} {
			if !strings.Contains(told, want) {
				t.Errorf("%s lacks %q: %s", name, want, told[max(0, strings.Index(told, "Under load")):][:min(900, len(told)-max(0, strings.Index(told, "Under load")))])
			}
		}
		if name != "terminal" && strings.Contains(told, "<script>alert(1)") {
			t.Errorf("%s runs a name", name)
		}
	}
	for _, want := range []string{`<svg viewBox="0 0 260 96" role="img" aria-label="find a user: half of 50 answers within 0.8 ms`, `height="70.000"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the chart lacks %q", want)
		}
	}
	for i, line := range strings.Split(terminal.String(), "\n") {
		if columns(line) > 80 {
			t.Errorf("line %d is wider than the terminal: %q", i, line)
		}
	}
}

func TestWithoutALoadNothingIsToldOfIt(t *testing.T) {
	t.Parallel()
	for name, told := range map[string]string{"report.html": drawPage(t, fixture(), options()), "summary.md": summary(t, fixture(), options())} {
		if strings.Contains(told, "Under load") {
			t.Errorf("%s tells of a load", name)
		}
	}
}

func TestALoadIsReadBackAndMerged(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := WriteJSON(&out, underLoad()); err != nil {
		t.Fatal(err)
	}
	back, err := ReadJSON(&out)
	if err != nil || back.Load == nil || back.Load.Requests != 250 || len(back.Load.Kinds) != 2 {
		t.Errorf("read back: %+v, %v", back.Load, err)
	}
}
