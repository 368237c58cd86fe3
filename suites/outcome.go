package suites

import (
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Outcome is what became of one run of one check.
type Outcome struct {
	// Status is one of [result.Passed], [result.Failed], [result.Blocked], [result.Skipped] and [result.NotRun].
	Status    result.Status
	BlockedBy string            // id of the check that owns the broken rule, when Status is Blocked
	Reason    string            // why it was blocked, skipped or not run
	Findings  []result.Finding  // what the target did wrong, when Status is Failed
	Duration  time.Duration     // of the check itself, without clean-up
	Leftovers []result.Leftover // what clean-up could not remove

	// Panic tells of a fault of the harness itself, with a stack where there is one; "" when there was none. Without
	// findings Status is then [result.NotRun], because the check has not judged the target.
	Panic string
	// LostContact says that a request of the check got no answer, so that the target may have died.
	LostContact bool
}
