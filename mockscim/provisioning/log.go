package provisioning

import (
	"encoding/json"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// journal is the provisioning log of a job: bounded, oldest entries go first.
type journal struct {
	limit   int
	entries []synchronization.ProvisioningObjectSummary
}

func (l *journal) add(e synchronization.ProvisioningObjectSummary) {
	// Up to twice the limit stays in place, so an entry costs no copy of the whole log.
	if len(l.entries) >= 2*l.limit {
		l.entries = append(l.entries[:0:0], l.entries[len(l.entries)-l.limit:]...)
	}
	l.entries = append(l.entries, e)
}

func (l *journal) list() []synchronization.ProvisioningObjectSummary {
	from := max(0, len(l.entries)-l.limit)
	return append([]synchronization.ProvisioningObjectSummary(nil), l.entries[from:]...)
}

// record files an entry in the job's log and in the tenant's, where Graph's auditLogs/provisioning reads it. It needs the lock.
// Source: learn.microsoft.com/graph/api/provisioningobjectsummary-list.
func (j *Job) record(e synchronization.ProvisioningObjectSummary) {
	j.journal.add(e)
	body, err := json.Marshal(e)
	if err != nil {
		return // all members are plain
	}
	j.dir.RecordProvisioning(directory.ProvisioningRecord{ID: e.ID, Time: e.ActivityDateTime, Body: body})
}
