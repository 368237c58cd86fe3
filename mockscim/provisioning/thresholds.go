package provisioning

import (
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Thresholds are the counts of failures and deletions that put a job into quarantine. The pages do not say on which side an exact
// boundary lies; the members AtBoundary move it.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status and accidental-deletions.
type Thresholds struct {
	Gate       int  // so many failures have to be there before Percent counts
	Percent    int  // of all objects failed, references apart
	Base       int  // objects failed, references apart
	Total      int  // objects and references failed
	Deletions  int  // objects deleted or disabled in one cycle; 0: any number
	AboveGate  bool // more than Gate, not Gate itself
	AboveTotal bool // more than Total, not Total itself

	PercentAtBoundary   bool // Percent itself, not only more
	BaseAtBoundary      bool // Base itself, not only more
	DeletionsAtBoundary bool // Deletions itself, not only more
}

// DefaultThresholds are those of Entra, at least 5,000 failures and more than 40%, more than 40,000, at least 60,000 in total;
// deletions are not limited.
func DefaultThresholds() Thresholds {
	return Thresholds{Gate: 5_000, Percent: 40, Base: 40_000, Total: 60_000}
}

// WithThresholds sets the counts that put the job into quarantine, so that a small tenant can rehearse it; [DefaultThresholds] by
// default.
func WithThresholds(t Thresholds) Option { return func(s *settings) { s.limits = t } }

// over compares a count with a threshold that is exceeded above it, or reached at it.
func over(n, threshold int, at bool) bool { return n > threshold || at && n == threshold }

// tally counts the objects of a job at the end of a cycle.
type tally struct {
	provisioned int // objects without a failure
	failed      int // objects that failed, references apart
	references  int // objects of which only a reference failed
}

// threshold is a count of failures that puts a job into quarantine.
type threshold struct {
	reason  synchronization.QuarantineReason
	message string
	reached func(tally) bool
}

func (t Thresholds) list() []threshold {
	return []threshold{
		{
			synchronization.EncounteredEscrowProportionThreshold,
			fmt.Sprintf("at least %d objects failed, and more than %d%% of all", t.Gate, t.Percent),
			func(n tally) bool {
				all := n.failed + n.provisioned
				return all > 0 && over(n.failed, t.Gate, !t.AboveGate) && over(n.failed*100, t.Percent*all, t.PercentAtBoundary)
			},
		},
		{
			synchronization.EncounteredBaseEscrowThreshold,
			fmt.Sprintf("more than %d objects failed, references apart", t.Base),
			func(n tally) bool { return over(n.failed, t.Base, t.BaseAtBoundary) },
		},
		{
			synchronization.EncounteredTotalEscrowThreshold,
			fmt.Sprintf("%d objects or references failed", t.Total),
			func(n tally) bool { return over(n.failed+n.references, t.Total, !t.AboveTotal) },
		},
	}
}
