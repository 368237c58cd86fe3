package provisioning

import "github.com/rehearse-id/rehearse/mockgraph/synchronization"

// WithFailureLimit puts a job into quarantine when more than n objects failed, where Entra says 40,000.
func WithFailureLimit(n int) Option {
	return func(s *settings) {
		s.thresholds = []threshold{{
			synchronization.EncounteredBaseEscrowThreshold, "too many failures", func(t tally) bool { return t.failed > n },
		}}
	}
}

// Thresholds names the first threshold that is reached.
func Thresholds(provisioned, failed, references int) synchronization.QuarantineReason {
	for _, threshold := range thresholds() {
		if threshold.reached(tally{provisioned, failed, references}) {
			return threshold.reason
		}
	}
	return ""
}
