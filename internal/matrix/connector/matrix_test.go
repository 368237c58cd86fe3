package connector_test

import (
	"context"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	shared "github.com/rehearse-id/rehearse/internal/matrix"
	matrix "github.com/rehearse-id/rehearse/internal/matrix/connector"
	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// The least there is of each.
const (
	fewestChecks = 150
	fewestFaults = 60
)

// TestMain lets the heap grow as the binary does: see cmd/rehearse/memory.go.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// sampled is which faults are tried every day: one of so many. All of them are tried where REHEARSE_REQUIRE names the matrix, as in CI.
const sampled = 10

var run = sync.OnceValues(func() ([]matrix.Row, error) {
	faults := refconnector.Faults()
	if !need.Whole() {
		faults = shared.Sampled(faults, sampled)
	}
	return matrix.Run(context.Background(), faults)
})

func rows(t *testing.T) []matrix.Row {
	t.Helper()
	if testing.Short() || need.Raced {
		t.Skip("runs every check against every fault")
	}
	all, err := run()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWithoutFaultNothingFails(t *testing.T) {
	for id, o := range rows(t)[0].Outcomes {
		elsewhere := o.Status == result.Skipped && strings.Contains(o.Reason, "feature "+string(connector.Delegated))
		if o.Status != result.Passed && !elsewhere {
			t.Errorf("%s %s: %s %+v %s", id, o.Status, o.Reason, o.Findings, o.Panic)
		}
	}
}

func TestEachFaultFailsItsCheckAndNoOther(t *testing.T) {
	for _, r := range rows(t)[1:] {
		if failed := r.With(result.Failed); !slices.Equal(failed, r.Expected()) {
			t.Errorf("the fault %s fails %v, want %v: one root cause, one finding", r.Fault.Name, failed, r.Expected())
		}
	}
}

func TestNoFaultBreaksTheHarness(t *testing.T) {
	for _, r := range rows(t) {
		for _, told := range r.Broken() {
			t.Errorf("with the fault %q %s", r.Fault.Name, told)
		}
	}
}

func TestEachCheckHasAFaultThatItCatches(t *testing.T) {
	t.Parallel()
	caught := map[string]bool{}
	for _, f := range refconnector.Faults() {
		caught[f.CaughtBy] = true
	}
	for _, c := range connector.Checks() {
		if !caught[c.ID] && !slices.Contains(unfaulted, c.ID) {
			t.Errorf("no fault is to be caught by %s: nothing proves that it can fail", c.ID)
		}
		delete(caught, c.ID)
	}
	for id := range caught {
		t.Errorf("a fault is to be caught by %q, which is no check", id)
	}
}

// unfaulted are checks about the way to the connector, which the reference connector has not: TestAConnectorThatGivesNoAnswerIsOneFinding of
// suites/connector proves them.
var unfaulted = []string{"connector.setup.describe", "connector.setup.answers"}

func TestThereAreAsManyAsPromised(t *testing.T) {
	t.Parallel()
	if n := len(connector.Checks()); n < fewestChecks {
		t.Errorf("%d checks, want %d", n, fewestChecks)
	}
	if n := len(refconnector.Faults()); n < fewestFaults {
		t.Errorf("%d faults, want %d", n, fewestFaults)
	}
}

func TestTheDocumentedTableIsWhatWasRun(t *testing.T) {
	if !need.Whole() {
		t.Skip("needs every fault: REHEARSE_REQUIRE=matrix, or make faults")
	}
	documented, err := os.ReadFile("../../../docs/connector-faults.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(documented) != matrix.Markdown(rows(t)) {
		t.Error("docs/connector-faults.md is not what the matrix says: run make docs")
	}
}
