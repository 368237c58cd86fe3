package main

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/example"
	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// explained is which checks are explained every day: of each stage the first and then one of so many, so that each pack has some. All of them take half a minute, and
// are explained where REHEARSE_REQUIRE names the matrix, as in CI.
const explained = 16

// secretText is what crypto/rand makes of tokens and secrets.
var secretText = regexp.MustCompile(`\b[A-Z2-7]{26}\b`)

func TestExplainShowsTheFaultyAndTheRightExchange(t *testing.T) {
	whole := need.Whole()
	place, packs := map[suites.Stage]int{}, map[suites.Pack]int{}
	for _, check := range endpoint.Checks() {
		for _, p := range check.Packs {
			packs[p] += 0
		}
		at := place[check.Stage]
		place[check.Stage]++
		if check.Stage == suites.Performance || !whole && at%explained != 0 {
			continue
		}
		t.Run(check.ID, func(t *testing.T) {
			s, err := exampleOfCheck(t.Context(), check.Spec)
			if err != nil {
				t.Fatal(err)
			}
			text := s.text(example.Style{})
			if secretText.MatchString(text) {
				t.Errorf("a secret is shown:\n%s", text)
			}
			if len(text) > 16<<10 {
				t.Errorf("%d bytes, want a short excerpt", len(text))
			}
			if s.none != "" {
				if !overTLS(check.ID) {
					t.Errorf("no example: %s", s.none)
				}
				return
			}
			if s.pair.Right == nil || !s.pair.Differs() {
				t.Errorf("the right exchange does not differ:\n%s", text)
			}
			if !strings.Contains(text, "\nFaulty\n") || !strings.Contains(text, "\nRight\n") || !strings.Contains(text, s.fault) {
				t.Errorf("not told:\n%s", text)
			}
			for _, p := range check.Packs {
				packs[p]++
			}
		})
	}
	for pack, shown := range packs {
		if shown == 0 && pack != suites.Load {
			t.Errorf("no check of the pack %s was explained", pack)
		}
	}
}

// overTLS says whether a check is about the way to an endpoint.
func overTLS(id string) bool {
	return slices.Contains([]string{"endpoint.security.tls-for-entra", "endpoint.security.tls-old", "endpoint.security.certificate", "endpoint.security.cleartext"}, id)
}

func TestExplainSaysInOneSentenceWhyThereIsNoExample(t *testing.T) {
	for id, says := range map[string]string{
		"endpoint.load.sustained":         "This is measured over",
		"endpoint.security.tls-for-entra": "has no fault that breaks this",
	} {
		var out bytes.Buffer
		began := time.Now()
		if err := (explainCommand{ID: id}).Run(t.Context(), streams{out: &out, err: &out}); err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(out.String(), "\nExample\n")
		if !strings.Contains(text, says) || strings.Count(strings.TrimSpace(text), "\n") > 0 || time.Since(began) > exampleTimeout {
			t.Errorf("%s: %q, want one sentence with %q", id, text, says)
		}
	}
}

func TestExplainEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	if err := (explainCommand{ID: "endpoint.create.user"}).Run(ctx, streams{out: &out, err: &out}); err == nil {
		t.Error("no error of a context that has ended")
	}
	if !strings.Contains(out.String(), "Why\n") {
		t.Errorf("what is known is not told: %q", out.String())
	}
}

func TestEachFaultHasAnExampleOfTheCheckThatCatchesIt(t *testing.T) {
	for i, fault := range faultsOf(ofEndpoint) {
		if i%(explained*4) != 0 || strings.HasPrefix(fault.CaughtBy, "endpoint.load.") {
			continue
		}
		s, err := exampleOfFault(t.Context(), fault)
		if err != nil || s.none != "" || s.fault != fault.Name || !s.pair.Differs() {
			t.Errorf("%s: %+v, %v", fault.Name, s, err)
		}
	}
}

func TestNamesWithTheSameWordsAreSuggested(t *testing.T) {
	known := map[string]bool{"licence-before-usage-location": true, "connector.create.user": true, "connector.create.usage-location-code": true}
	if got := withWordsOf("usage-location-first", known); got != "; did you mean connector.create.usage-location-code, licence-before-usage-location?" {
		t.Errorf("got %q", got)
	}
	if got := withWordsOf("nonsense-first", known); got != "" {
		t.Errorf("got %q", got)
	}
}
