package provisioning

import "github.com/rehearse-id/rehearse/mockgraph/synchronization"

// tally counts the objects of a job at the end of a cycle.
type tally struct {
	provisioned int // objects without a failure
	failed      int // objects that failed, references apart
	references  int // objects of which only a reference failed
}

// threshold is a count of failures that puts a job into quarantine.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status. The page does not say
// on which side the exact boundary lies.
type threshold struct {
	reason  synchronization.QuarantineReason
	message string
	reached func(tally) bool
}

func thresholds() []threshold {
	return []threshold{
		{
			synchronization.EncounteredEscrowProportionThreshold,
			"at least 5,000 objects failed, and more than 40% of all",
			func(t tally) bool { return t.failed >= 5_000 && t.failed*100 > 40*(t.failed+t.provisioned) },
		},
		{
			synchronization.EncounteredBaseEscrowThreshold,
			"more than 40,000 objects failed, references apart",
			func(t tally) bool { return t.failed > 40_000 },
		},
		{
			synchronization.EncounteredTotalEscrowThreshold,
			"60,000 objects or references failed",
			func(t tally) bool { return t.failed+t.references >= 60_000 },
		},
	}
}
