package provisioning_test

import (
	"runtime"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// work is what one incremental cycle costs, in what can be counted.
type work struct {
	requests, updates int
	looked            int64 // objects
	allocations       uint64
}

// afterChanges runs an incremental cycle after a number of changes in a tenant of some size.
func afterChanges(t *testing.T, users, changes int) work {
	t.Helper()
	tenant := newTenant(t, users)
	tenant.teams(users/50, 20)
	job := tenant.connect(&meadow{})
	cycled(t, job)
	for round := range 2 { // the first one warms up
		for i := range changes {
			id := tenant.users[i*users/changes]
			must(tenant.dir.Update(id, directory.Properties{"jobTitle": []string{"one", "two"}[round]}))(t)
		}
		if round == 0 {
			cycled(t, job)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	report := cycled(t, job)
	runtime.ReadMemStats(&after)
	return work{report.Requests, report.Updates, job.Status().LastExecution.CountImported, after.Mallocs - before.Mallocs}
}

// Not parallel: it counts what the whole process allocates.
func TestAnIncrementalCycleCostsAsMuchAsThereAreChanges(t *testing.T) {
	const changes = 20
	small, large := afterChanges(t, 200, changes), afterChanges(t, 2_000, changes)
	for _, w := range []work{small, large} {
		if w.requests != 2+2*changes || w.updates != changes || w.looked != changes {
			t.Errorf("%+v, want 2 probes, one read and one change for each of %d objects", w, changes)
		}
	}
	if slack := small.allocations / 5; large.allocations > small.allocations+slack {
		t.Errorf("%d allocations in a tenant of 2000, %d in one of 200", large.allocations, small.allocations)
	}
	if twice := afterChanges(t, 200, 2*changes); twice.allocations < small.allocations*3/2 {
		t.Errorf("%d allocations for twice the changes, %d before: they do not measure the work", twice.allocations, small.allocations)
	}
}
