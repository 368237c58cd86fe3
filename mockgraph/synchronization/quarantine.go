package synchronization

import "time"

// Quarantine is why and since when a job is held back (synchronizationQuarantine).
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationquarantine.
type Quarantine struct {
	CurrentBegan time.Time        `json:"currentBegan"` // since when for the present reason
	NextAttempt  time.Time        `json:"nextAttempt"`
	Reason       QuarantineReason `json:"reason"`
	SeriesBegan  time.Time        `json:"seriesBegan"` // since when at all
	SeriesCount  int64            `json:"seriesCount"` // consecutive cycles in quarantine
	Error        *Error           `json:"error"`
}

// QuarantineReason is the cause of a quarantine.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status.
type QuarantineReason string

// The causes of a quarantine.
const (
	EncounteredBaseEscrowThreshold       QuarantineReason = "EncounteredBaseEscrowThreshold"  // too many failures, references apart
	EncounteredTotalEscrowThreshold      QuarantineReason = "EncounteredTotalEscrowThreshold" // too many failures, references included
	EncounteredEscrowProportionThreshold QuarantineReason = "EncounteredEscrowProportionThreshold"
	EncounteredQuarantineException       QuarantineReason = "EncounteredQuarantineException" // credentials or connection
	QuarantineUnknown                    QuarantineReason = "Unknown"
	QuarantinedOnDemand                  QuarantineReason = "QuarantinedOnDemand"
	TooManyDeletes                       QuarantineReason = "TooManyDeletes" // accidental-deletion threshold
	IngestionInterrupted                 QuarantineReason = "IngestionInterrupted"
)

// ResetScope says what a restart forgets (synchronizationJobRestartScope, a flags enumeration).
type ResetScope uint

// What a restart can forget.
const (
	ResetConnectorDataStore ResetScope = 1 << iota // links to target objects
	ResetEscrows                                   // recorded failures
	ResetWatermark                                 // the place in the change log: the next cycle is an initial one
	ResetQuarantineState
	ResetFull // all of the above
	ResetForceDeletes
)

// ResetNone forgets nothing.
const ResetNone ResetScope = 0

var resetScopeNames = flags{"ConnectorDataStore", "Escrows", "Watermark", "QuarantineState", "Full", "ForceDeletes"}

// Has says whether the scope covers everything in other; Full covers all but ForceDeletes.
func (s ResetScope) Has(other ResetScope) bool {
	if s&ResetFull != 0 {
		s |= ResetConnectorDataStore | ResetEscrows | ResetWatermark | ResetQuarantineState
	}
	return s&other == other
}

// String returns Graph's form, such as "Escrows, QuarantineState"; "None" for the empty set.
func (s ResetScope) String() string { return resetScopeNames.format(uint(s), "None") }

// MarshalText writes Graph's form.
func (s ResetScope) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads names separated by commas, in any case and order.
func (s *ResetScope) UnmarshalText(text []byte) error {
	bits, err := resetScopeNames.parse("resetScope", string(text), "None")
	*s = ResetScope(bits)
	return err
}

// RestartCriteria is the body member of a restart (synchronizationJobRestartCriteria).
type RestartCriteria struct {
	ResetScope ResetScope `json:"resetScope"`
}
