package mockgraph

import (
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// How long the audit, sign-in and provisioning logs keep an entry: with P1 or P2, and without.
// Source: learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention; for the provisioning log
// learn.microsoft.com/entra/identity/monitoring-health/concept-provisioning-logs.
const (
	premiumRetention = 30 * 24 * time.Hour
	freeRetention    = 7 * 24 * time.Hour
)

// kept says whether the logs still have an entry of that time. It is there again when the clock is turned back.
func (c *call) kept(at time.Time) bool {
	retention := premiumRetention
	if c.t.dir.Plan() == directory.PlanFree {
		retention = freeRetention
	}
	return !at.Before(c.now.Add(-retention))
}
