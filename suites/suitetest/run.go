package suitetest

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// margin is the time kept back from the deadline of "go test -timeout", so that clean-up still runs.
const margin = 15 * time.Second

// RunRunnables runs checks that are bound to a target already, each in a subtest that lives as long as the check runs. A failed or
// blocked required check fails its subtest, a failed recommended or informational one is logged, one that does not apply is skipped. A
// selection that cannot be run ends the test.
func RunRunnables(t *testing.T, rs []suites.Runnable, opts ...Option) {
	t.Helper()
	run(t, rehearsal.Plan{Runnables: rs}, func(result.Finding) string { return "" }, opts)
}

func run(t *testing.T, p rehearsal.Plan, evidence func(result.Finding) string, opts []Option) {
	t.Helper()
	s := settings{failOn: result.Required}
	for _, opt := range opts {
		opt(&s)
	}
	p.Only, p.Packs, p.FailOn, p.Parallel, p.WithoutGinkgo = s.only, s.packs, s.failOn, s.parallel, true
	if s.known != "" {
		data, err := os.ReadFile(s.known)
		if err != nil {
			t.Fatalf("read known failures: %v", err)
		}
		if p.Known, err = rehearsal.LoadKnownFailures(s.known, data); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := beforeDeadline(t)
	defer cancel()
	show := &subtests{t: t, failOn: s.failOn, evidence: evidence, several: severalDialects(p.Runnables), open: make(map[string]chan result.Check)}
	p.Events = show.event
	r, err := rehearsal.Run(ctx, p)
	show.running.Wait()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range r.Problems {
		t.Error(problem)
	}
	for _, fault := range r.Faults {
		t.Errorf("fault of the harness, not of the target: %s", fault)
	}
	if r.Interrupted {
		t.Error(r.Message)
	}
	for _, left := range r.Leftovers {
		t.Logf("left on the target: %s %s", left.URL, left.Reason)
	}
}

// beforeDeadline returns a context that ends a little before the test binary would be killed.
func beforeDeadline(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	deadline, ok := t.Deadline()
	if !ok {
		return context.WithCancel(t.Context())
	}
	return context.WithDeadline(t.Context(), deadline.Add(-min(margin, time.Until(deadline)/4)))
}

func severalDialects(rs []suites.Runnable) bool {
	return slices.ContainsFunc(rs, func(r suites.Runnable) bool { return r.Dialect != rs[0].Dialect })
}
