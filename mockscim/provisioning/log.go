package provisioning

import (
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// journal is the provisioning log of a job: bounded, oldest entries go first.
type journal struct {
	limit   int
	entries []packed
	memory  []byte // to pack the next entry in
}

// maxPacking is how much memory a journal keeps for the next entry.
const maxPacking = 16 << 10

func (l *journal) add(e packed) {
	// Up to twice the limit stays in place, so an entry costs no copy of the whole log.
	if len(l.entries) >= 2*l.limit {
		l.entries = append(l.entries[:0:0], l.entries[len(l.entries)-l.limit:]...)
	}
	l.entries = append(l.entries, e)
}

// list returns a copy of what the log keeps.
func (l *journal) list() []packed {
	from := max(0, len(l.entries)-l.limit)
	return append([]packed(nil), l.entries[from:]...)
}

// record files an entry in the job's log and in the tenant's, where Graph's auditLogs/provisioning reads it. It needs the lock.
// Source: learn.microsoft.com/graph/api/provisioningobjectsummary-list.
func (j *Job) record(f facts) {
	entry, memory := f.pack(j.journal.memory)
	if j.journal.memory = memory; cap(memory) > maxPacking {
		j.journal.memory = nil
	}
	j.journal.add(entry)
	j.dir.RecordProvisioning(directory.ProvisioningRecord{ID: f.id, Time: f.at, Summary: entry.encode})
}

// Log returns the provisioning log, oldest entry first.
func (j *Job) Log() []synchronization.ProvisioningObjectSummary {
	j.mu.RLock()
	entries := j.journal.list()
	j.mu.RUnlock()
	var log []synchronization.ProvisioningObjectSummary
	for _, e := range entries {
		log = append(log, e.unpack().summary())
	}
	return log
}
