package matrix_test

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/internal/matrix"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// narrow is the most checks a fault may fail to count as one that kills a required check.
const narrow = 5

var run = sync.OnceValues(func() ([]matrix.Row, error) { return matrix.Run(context.Background(), serviceprovider.Faults()) })

func rows(t *testing.T) []matrix.Row {
	t.Helper()
	if testing.Short() || underRace {
		t.Skip("runs every check against every fault")
	}
	all, err := run()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWithoutFaultNothingFails(t *testing.T) {
	sound := rows(t)[0]
	for id, o := range sound.Outcomes {
		if o.Status != result.Passed {
			t.Errorf("%s %s: %s %+v %s", id, o.Status, o.Reason, o.Findings, o.Panic)
		}
	}
	if len(sound.Left) > 0 {
		t.Errorf("left on the target: %+v", sound.Left)
	}
}

func TestEachFaultIsCaughtByItsCheck(t *testing.T) {
	for _, r := range rows(t)[1:] {
		if o, ok := r.Outcomes[r.Fault.CaughtBy]; !ok || o.Status != result.Failed {
			t.Errorf("the fault %s is to be caught by %s, which %s (%s); failed are %v", r.Fault.Name, r.Fault.CaughtBy, o.Status, o.Reason, r.With(result.Failed))
		}
	}
}

func TestAFaultIsOneFinding(t *testing.T) {
	for _, r := range rows(t)[1:] {
		if failed := r.With(result.Failed); len(failed) > 1 {
			t.Errorf("the fault %s fails %v, want only its own check: one root cause, one finding", r.Fault.Name, failed)
		}
	}
}

func TestEachRequiredCheckIsKilledByANarrowFault(t *testing.T) {
	killed := map[string]bool{}
	for _, r := range rows(t)[1:] {
		if failed := r.With(result.Failed); len(failed) <= narrow {
			for _, id := range failed {
				killed[id] = true
			}
		}
	}
	for _, c := range endpoint.Checks() {
		if c.Level == result.Required && !killed[c.ID] {
			t.Errorf("no fault that fails at most %d checks fails %s: nothing proves that it can fail", narrow, c.ID)
		}
	}
}

func TestNoFaultBreaksTheHarness(t *testing.T) {
	for _, r := range rows(t) {
		for id, o := range r.Outcomes {
			if o.Panic != "" || o.Status == result.NotRun {
				t.Errorf("with the fault %q, %s %s: %s %s", r.Fault.Name, id, o.Status, o.Reason, o.Panic)
			}
			if o.Status == result.Failed && slices.ContainsFunc(o.Findings, incomplete) {
				t.Errorf("with the fault %q, %s has a finding without words: %+v", r.Fault.Name, id, o.Findings)
			}
		}
	}
}

func incomplete(f result.Finding) bool {
	return f.Rule == "" || f.Expected == "" || f.Actual == "" || f.Why == "" || f.Fix == "" || len(f.Sources) == 0 || len(f.Exchanges) == 0
}

func TestTheDocumentedTableIsWhatWasRun(t *testing.T) {
	documented, err := os.ReadFile("../../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(documented) != matrix.Markdown(rows(t)) {
		t.Error("docs/faults.md is not what the matrix says: run make docs")
	}
}
