package endpoint_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// A server that breaks off over one question has one finding. It is not dead: all other checks go on.
func TestAServerThatClosesTheConnectionOverOneQuestionIsNotDead(t *testing.T) {
	t.Parallel()
	ref := reference(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Query().Get("filter"), "members eq") {
			panic(http.ErrAbortHandler)
		}
		ref.ServeHTTP(w, r)
	}))
	defer server.Close()
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: token, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Alive: target.Alive, WithoutGinkgo: true})
	if err != nil {
		t.Fatal(err)
	}
	if ran.Died != nil || ran.Verdict != result.Conformant || len(ran.Problems)+len(ran.Faults) > 0 {
		t.Errorf("died: %v, verdict: %s, problems: %v, faults: %v", ran.Died, ran.Verdict, ran.Problems, ran.Faults)
	}
	for _, c := range ran.Checks {
		switch {
		case c.ID != "endpoint.group.member-filter":
			if why := c.Reason; c.Status == result.Skipped && (strings.Contains(why, "https") || strings.Contains(why, "was given no") || strings.Contains(why, "given:")) {
				continue // this one is by http, and the run has one token
			}
			if c.Status != result.Passed {
				t.Errorf("%s is %s: %s %+v", c.ID, c.Status, c.Reason, c.Findings)
			}
		case c.Status != result.Failed || !strings.HasPrefix(c.Findings[0].Actual, "no answer") || len(c.Findings[0].Exchanges) == 0:
			t.Errorf("%s is %s: %+v", c.ID, c.Status, c.Findings)
		}
	}
	if left := target.Close(t.Context()); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
}
