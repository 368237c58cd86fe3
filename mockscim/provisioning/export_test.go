package provisioning

import "github.com/rehearse-id/rehearse/mockgraph/synchronization"

// WithThreshold puts a job into quarantine by what it is told at the end of each cycle, in the place of Entra's thresholds.
func WithThreshold(reached func(provisioned, failed, references int) bool) Option {
	return func(s *settings) {
		s.thresholds = []threshold{{
			synchronization.EncounteredBaseEscrowThreshold, "too many failures",
			func(t tally) bool { return reached(t.provisioned, t.failed, t.references) },
		}}
	}
}

// ReachedThreshold names the first threshold that is reached.
func ReachedThreshold(provisioned, failed, references int) synchronization.QuarantineReason {
	for _, threshold := range DefaultThresholds().list() {
		if threshold.reached(tally{provisioned, failed, references}) {
			return threshold.reason
		}
	}
	return ""
}
