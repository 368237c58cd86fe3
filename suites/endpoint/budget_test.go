package endpoint_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// tally counts what an endpoint is sent.
type tally struct {
	http.Handler

	requests, writes, makes atomic.Int64
}

func (c *tally) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.requests.Add(1)
	if r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/.search") {
		c.writes.Add(1)
	}
	if r.Method == http.MethodPost && (strings.HasSuffix(r.URL.Path, "/Users") || strings.HasSuffix(r.URL.Path, "/Groups")) {
		c.makes.Add(1)
	}
	c.Handler.ServeHTTP(w, r)
}

// within rehearses the reference endpoint within limits, and wants nothing left behind.
func within(t *testing.T, limits endpoint.Config, faults ...string) (*tally, *endpoint.Target, rehearsal.Result) {
	t.Helper()
	counted := &tally{Handler: reference(t, faults...)}
	limits.URL, limits.Token, limits.Transport, limits.Seed = "http://127.0.0.1", token, inProcess{counted}, 7
	target, err := endpoint.Open(t.Context(), limits)
	if err != nil {
		t.Fatal(err)
	}
	ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Alive: target.Alive, WithoutGinkgo: true})
	if err != nil {
		t.Fatal(err)
	}
	if left := target.Close(t.Context()); len(left)+len(ran.Leftovers) > 0 {
		t.Errorf("left behind: %v %v", left, ran.Leftovers)
	}
	if len(ran.Faults) > 0 || ran.Died != nil {
		t.Errorf("faults %v, died %v", ran.Faults, ran.Died)
	}
	return counted, target, ran
}

func TestARunKeepsToItsRequestsCleanUpIncluded(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{40, 200, 500} {
		counted, target, ran := within(t, endpoint.Config{MaxRequests: limit})
		if n := counted.requests.Load(); n > int64(limit) {
			t.Errorf("%d requests were sent, want %d at most", n, limit)
		}
		wantStopped(t, target, ran, "--max-requests")
	}
}

func TestARunKeepsToItsObjects(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 30} {
		counted, target, ran := within(t, endpoint.Config{MaxObjects: limit})
		if n := counted.makes.Load(); n > int64(limit) {
			t.Errorf("%d users and groups were made, want %d at most", n, limit)
		}
		wantStopped(t, target, ran, "--max-objects")
	}
}

// What a check meets when the budget ends is no evidence against the target.
func wantStopped(t *testing.T, target *endpoint.Target, ran rehearsal.Result, flag string) {
	t.Helper()
	if !strings.Contains(target.Spent(), flag) {
		t.Errorf("the target says %q, want it to name %s", target.Spent(), flag)
	}
	unrun := 0
	for _, c := range ran.Checks {
		switch c.Status {
		case result.NotRun:
			unrun++
			if !strings.Contains(c.Reason, flag) && !strings.Contains(c.Reason, "which was not run") {
				t.Errorf("%s was not run for %q, want %s", c.ID, c.Reason, flag)
			}
		case result.Passed, result.Skipped:
		default:
			t.Errorf("%s is %s: %s %v", c.ID, c.Status, c.Reason, c.Findings)
		}
	}
	if unrun == 0 {
		t.Error("every check ran")
	}
}

func TestAReadOnlyRunSendsNothingThatWrites(t *testing.T) {
	t.Parallel()
	counted, _, ran := within(t, endpoint.Config{ReadOnly: true})
	if n := counted.writes.Load(); n > 0 {
		t.Errorf("%d requests that write were sent", n)
	}
	passed := 0
	for _, c := range ran.Checks {
		switch c.Status {
		case result.Passed:
			passed++
		case result.Skipped:
			if !strings.Contains(c.Reason, "--read-only") && !strings.Contains(c.Reason, "skipped") && !strings.Contains(c.Reason, "dialect") && !strings.Contains(c.Reason, "https") && !strings.Contains(c.Reason, "was given no") && !strings.Contains(c.Reason, " given:") {
				t.Errorf("%s is skipped for %q", c.ID, c.Reason)
			}
		default:
			t.Errorf("%s is %s: %s %v", c.ID, c.Status, c.Reason, c.Findings)
		}
	}
	if passed == 0 || ran.Verdict != result.Conformant {
		t.Errorf("%d passed, verdict %s: want some, and a verdict about them", passed, ran.Verdict)
	}
}

func TestAReadOnlyRunFindsWhatReadingShows(t *testing.T) {
	t.Parallel()
	_, _, ran := within(t, endpoint.Config{ReadOnly: true}, "filter-no-match-404")
	if ran.Verdict != result.NonConformant {
		t.Errorf("the verdict is %s", ran.Verdict)
	}
}
