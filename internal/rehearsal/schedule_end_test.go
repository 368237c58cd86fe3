package rehearsal

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

func TestAHangingCheckEndsAndTheOthersGoOn(t *testing.T) {
	never := make(chan struct{})
	defer close(never)
	r := perform(t, Plan{Parallel: 2, Runnables: new(theatre).bind([]fake{
		{name: "deaf", does: func(context.Context, *suites.T) { <-never }},
		{name: "slow", does: func(ctx context.Context, _ *suites.T) { <-ctx.Done() }},
		{name: "needs-slow", needs: []string{"slow"}},
		{name: "fine"},
	}, suites.WithTimeout(10*time.Millisecond), suites.WithGrace(10*time.Millisecond))})
	if diff := cmp.Diff([]string{"deaf not-run", "slow failed", "needs-slow blocked by slow", "fine passed"}, cast(r.Checks)); diff != "" {
		t.Error(diff)
	}
	if r.Verdict != result.Error || len(r.Faults) != 1 || !strings.HasPrefix(r.Faults[0], "e.create.deaf: the check went on") {
		t.Errorf("verdict %s, faults %q", r.Verdict, r.Faults)
	}
}

func TestAnInterruptLeavesTheRestNotRunAndCleansUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cleaned := false
	var finished []string
	r, err := Run(ctx, Plan{WithoutGinkgo: true, Parallel: 1,
		Runnables: new(theatre).bind([]fake{
			{name: "before"},
			{name: "during", does: func(ctx context.Context, t *suites.T) {
				t.Cleanup(func(ctx context.Context) error { cleaned = ctx.Err() == nil; return errors.New("stays") })
				cancel()
				<-ctx.Done()
				fails(ctx, t)
			}},
			{name: "after"}, {name: "needs-after", needs: []string{"after"}, level: result.Informational},
		}),
		Events: func(e Event) {
			if e.Kind == Finished {
				finished = append(finished, string(e.Check.Status))
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	// "after" is needed and runs first
	if diff := cmp.Diff([]string{"before passed", "during not-run", "after passed", "needs-after not-run"}, cast(r.Checks)); diff != "" {
		t.Error(diff)
	}
	if r.Checks[1].Reason != "the run was interrupted" || r.Checks[3].Reason != "the run was interrupted" {
		t.Errorf("reasons %q, %q", r.Checks[1].Reason, r.Checks[3].Reason)
	}
	if !r.Interrupted || r.Verdict != result.Error || r.Verdicts[""] != result.Error || r.Message != "The run was interrupted; 2 of 4 checks were not run." {
		t.Errorf("result %+v", r)
	}
	if !cleaned || len(r.Leftovers) != 1 || len(finished) != 4 || len(r.Faults) != 0 {
		t.Errorf("cleaned %v, leftovers %v, finished %q, faults %q", cleaned, r.Leftovers, finished, r.Faults)
	}
}

func TestAnInterruptDoesNotWaitForever(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	never := make(chan struct{})
	defer close(never)
	stuck := suites.Runnable{Spec: suites.Spec{ID: "e.create.stuck", Level: result.Required}, Run: func(context.Context) suites.Outcome {
		cancel()
		<-never
		return suites.Outcome{}
	}}
	r, err := Run(ctx, Plan{Runnables: []suites.Runnable{stuck}, Only: []string{"*"}, WithoutGinkgo: true, Grace: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if r.Checks[0].Status != result.NotRun || len(r.Leftovers) != 1 || r.Verdict != result.Error {
		t.Errorf("result %+v", r)
	}
}

func TestADeadTargetEndsTheRun(t *testing.T) {
	asked := 0
	r := perform(t, Plan{Parallel: 1, Alive: func(context.Context) error {
		asked++
		if asked < 2 {
			return nil
		}
		return errors.New("connection refused")
	}, Runnables: new(theatre).bind([]fake{
		{name: "shaky", does: loses}, {name: "deadly", does: loses}, {name: "after"}, {name: "blames", does: blames("after"), last: true},
	})})
	if diff := cmp.Diff([]string{"shaky failed", "deadly failed", "after not-run", "blames not-run"}, cast(r.Checks)); diff != "" {
		t.Error(diff)
	}
	if r.Died == nil || r.Interrupted || r.Verdict != result.NonConformant || r.Verdicts[""] != result.NonConformant || asked != 2 {
		t.Errorf("result %+v, asked %d times", r, asked)
	}
	if want := []string{"The target stopped answering while these checks ran: e.create.deadly (connection refused)."}; !slices.Equal(r.Problems, want) {
		t.Errorf("problems %q", r.Problems)
	}
	if r.Checks[2].Reason != "the target stopped answering" {
		t.Errorf("reason %q", r.Checks[2].Reason)
	}
}

func TestADeadTargetCutsOffTheChecksBeside(t *testing.T) {
	together := make(chan struct{})
	r := perform(t, Plan{Parallel: 2, Alive: func(context.Context) error { return errors.New("gone") }, Runnables: new(theatre).bind([]fake{
		{name: "deadly", does: func(ctx context.Context, t *suites.T) { <-together; loses(ctx, t) }},
		{name: "beside", does: func(ctx context.Context, t *suites.T) { close(together); <-ctx.Done(); loses(ctx, t) }},
	})})
	if diff := cmp.Diff([]string{"deadly failed", "beside not-run"}, cast(r.Checks)); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(r.Problems[0], "e.create.deadly, e.create.beside") {
		t.Errorf("problems %q", r.Problems)
	}
}

func TestABlockThatADeathExplainsIsNoFinding(t *testing.T) {
	r := perform(t, Plan{Parallel: 1, Alive: func(context.Context) error { return errors.New("gone") }, Runnables: new(theatre).bind([]fake{
		{name: "fine"}, {name: "blames", does: func(ctx context.Context, t *suites.T) { t.LostContact(); blames("fine")(ctx, t) }}, {name: "after"},
	})})
	if diff := cmp.Diff([]string{"fine passed", "blames not-run", "after not-run"}, cast(r.Checks)); diff != "" {
		t.Error(diff)
	}
	if r.Verdict != result.NonConformant || !strings.Contains(r.Problems[0], "e.create.blames") {
		t.Errorf("verdict %s, problems %q", r.Verdict, r.Problems)
	}
}
