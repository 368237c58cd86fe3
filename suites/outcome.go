package suites

import (
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Outcome is what became of one run of one check.
type Outcome struct {
	// Status is one of [result.Passed], [result.Failed], [result.Blocked], [result.Skipped] and [result.NotRun].
	Status    result.Status
	BlockedBy string            // id of the check that owns the broken rule, when Status is Blocked
	Exchanges []string          // ids of those that show why, when Status is Blocked and the check itself said so
	Reason    string            // why it was blocked, skipped or not run
	Findings  []result.Finding  // what the target did wrong, when Status is Failed
	Suspects  []string          // ids of checks that own what the run saw go wrong, nil for none; see [T.Suspect]
	Duration  time.Duration     // of the check itself, without clean-up
	Leftovers []result.Leftover // what clean-up could not remove

	// Panic tells of a fault of the harness itself, with a stack where there is one; "" when there was none. Without
	// findings Status is then [result.NotRun], because the check has not judged the target.
	Panic string
	// LostContact says that a request of the check got no answer, so that the target may have died.
	LostContact bool
}

// Redact gives the outcome with every text in it passed through hide: findings and reasons quote answers of the target, and
// an answer may quote a secret it was sent.
func (o Outcome) Redact(hide func(text string) string) Outcome {
	o.Reason, o.Panic = hide(o.Reason), hide(o.Panic)
	o.Findings = slices.Clone(o.Findings)
	for i := range o.Findings {
		f := &o.Findings[i]
		f.Rule, f.Expected, f.Actual = hide(f.Rule), hide(f.Expected), hide(f.Actual)
		f.Why, f.Fix = hide(f.Why), hide(f.Fix)
		f.Told = slices.Clone(f.Told)
		for j := range f.Told {
			f.Told[j] = hide(f.Told[j])
		}
	}
	o.Leftovers = slices.Clone(o.Leftovers)
	for i := range o.Leftovers {
		l := &o.Leftovers[i]
		l.URL, l.Reason, l.Remove = hide(l.URL), hide(l.Reason), hide(l.Remove)
	}
	return o
}
