package endpoint_test

import (
	"context"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	shared "github.com/rehearse-id/rehearse/internal/matrix"
	matrix "github.com/rehearse-id/rehearse/internal/matrix/endpoint"
	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// narrow is the most checks a fault may fail to count as one that kills a required check.
const narrow = 5

// maxOfOneDialect is how many checks are about a form of requests that one dialect alone writes, or about TLS, which a target in this process has not.
const maxOfOneDialect = 8

// fewest is how many faults at least are told by one dialect only.
const fewest = 10

// TestMain lets the heap grow as the binary does: see cmd/rehearse/memory.go.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// sampled is which faults are tried every day: one of so many. All of them take three minutes, and are tried where REHEARSE_REQUIRE names the
// matrix, as in CI.
const sampled = 8

var run = sync.OnceValues(func() ([]matrix.Row, error) {
	faults := serviceprovider.Faults()
	if !need.Whole() {
		faults = shared.Sampled(faults, sampled)
	}
	return matrix.Run(context.Background(), faults)
})

// ofAll gives the rows of all faults, or skips the test.
func ofAll(t *testing.T) []matrix.Row {
	t.Helper()
	if !need.Whole() {
		t.Skip("needs every fault, which takes three minutes: REHEARSE_REQUIRE=matrix, or make faults")
	}
	return rows(t)
}

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
	sound := rows(t)[0]
	for _, d := range wire.Dialects() {
		passed := sound.With(d, result.Passed)
		for id, o := range sound.Outcomes[d] {
			if o.Status == result.Skipped && strings.Contains(o.Reason, "only") {
				continue // it is about a form that the other dialect writes
			}
			if o.Status != result.Passed {
				t.Errorf("%s %s in %s: %s %+v %s", id, o.Status, d, o.Reason, o.Findings, o.Panic)
			}
		}
		if all := len(endpoint.Checks()); len(passed) < all-maxOfOneDialect {
			t.Errorf("%d of %d checks passed in %s", len(passed), all, d)
		}
	}
	if len(sound.Left) > 0 {
		t.Errorf("left on the target: %+v", sound.Left)
	}
}

func TestEachFaultIsCaughtByItsCheck(t *testing.T) {
	for _, r := range rows(t)[1:] {
		for _, d := range wire.Dialects() {
			for _, id := range r.Expected(d) {
				if o := r.Outcomes[d][id]; o.Status != result.Failed {
					t.Errorf("the fault %s in %s is to be caught by %s, which %s (%s); failed are %v", r.Fault.Name, d, id, o.Status, o.Reason, r.With(d, result.Failed))
				}
			}
		}
	}
}

func TestAFaultIsOneFinding(t *testing.T) {
	for _, r := range rows(t)[1:] {
		for _, d := range wire.Dialects() {
			if failed := r.With(d, result.Failed); len(failed) > len(r.Expected(d)) {
				t.Errorf("the fault %s fails %v in %s, want its own check and no other: one root cause, one finding", r.Fault.Name, failed, d)
			}
		}
	}
}

func TestEachRequiredCheckIsKilledByANarrowFaultInEachDialect(t *testing.T) {
	for _, d := range wire.Dialects() {
		killed := map[string]bool{}
		for _, r := range ofAll(t)[1:] {
			if failed := r.With(d, result.Failed); len(failed) <= narrow {
				for _, id := range failed {
					killed[id] = true
				}
				// What its own fault makes fail can be laid at the door of another check that the fault fails in this dialect too.
				if own := r.Fault.CaughtBy; r.Outcomes[d][own].Status == result.Blocked {
					killed[own] = true
				}
			}
		}
		for _, c := range endpoint.Checks() {
			if c.Test != "" {
				continue // what breaks one of Microsoft's tests is another check's finding; TestEachOfMicrosoftsTestsFailsUnderAFaultOfItsOwn proves them
			}
			if applies := ofAll(t)[0].Outcomes[d][c.ID].Status == result.Passed; applies && c.Level == result.Required && !killed[c.ID] {
				t.Errorf("no fault that fails at most %d checks fails %s in %s: nothing proves that it can fail", narrow, c.ID, d)
			}
		}
	}
}

func TestEachDialectHasFaultsOfItsOwn(t *testing.T) {
	own := map[string]int{}
	for _, f := range serviceprovider.Faults() {
		own[f.Dialect]++
	}
	for _, d := range wire.Dialects() {
		if own[string(d)] < fewest {
			t.Errorf("%d faults show in %s only, want %d: the dialects are not told apart", own[string(d)], d, fewest)
		}
	}
}

func TestNoFaultBreaksTheHarness(t *testing.T) {
	for _, r := range rows(t) {
		for d, outcomes := range r.Outcomes {
			for _, told := range outcomes.Broken() {
				t.Errorf("with the fault %q in %s %s", r.Fault.Name, d, told)
			}
			for id, o := range outcomes {
				if o.Status == result.Failed && slices.ContainsFunc(o.Findings, func(f result.Finding) bool { return len(f.Exchanges) == 0 }) {
					t.Errorf("with the fault %q in %s, %s has a finding without an exchange: %+v", r.Fault.Name, d, id, o.Findings)
				}
			}
		}
	}
}

func TestTheDocumentedTableIsWhatWasRun(t *testing.T) {
	all := ofAll(t)
	documented, err := os.ReadFile("../../../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(documented) != matrix.Markdown(all) {
		t.Error("docs/faults.md is not what the matrix says: run make docs")
	}
}

// The checks of the standard and of security are in part no required ones; each that is about more than the line to the target has a fault that is to be caught by it all the same.
func TestEachCheckOfStandardAndSecurityHasAFault(t *testing.T) {
	t.Parallel()
	caught := map[string]bool{}
	for _, f := range serviceprovider.Faults() {
		for _, id := range f.Catchers() {
			caught[id] = true
		}
	}
	line := []string{"endpoint.security.tls-for-entra", "endpoint.security.tls-old", "endpoint.security.certificate", "endpoint.security.cleartext"}
	for _, c := range endpoint.Checks() {
		if (c.Stage == suites.Standard || c.Stage == suites.Defence) && !caught[c.ID] && !slices.Contains(line, c.ID) {
			t.Errorf("no fault is to be caught by %s", c.ID)
		}
	}
}
