package serviceprovider

import (
	"time"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// raceWindow is how long a POST is worked on between the check for duplicates and the insert. Requests sent at once arrive within it on a busy
// machine too.
const raceWindow = 30 * time.Millisecond

// racingInserts checks for duplicates when a POST arrives and inserts later, so that it misses a user who was made in between.
func racingInserts() hooks {
	var arrived memory[*request, uint64] // the sequence of the last record when the request came
	return hooks{
		incoming: func(q *request, _ scim.Resource) error {
			if q.on("User", verbCreate) {
				arrived.store(q, q.endpoint.store.snapshot().next)
				time.Sleep(raceWindow)
			}
			return nil
		},
		conflict: func(q *request, _ *state, _ scim.Resource, owner *record) *record {
			if last, ok := arrived.load(q); ok && owner != nil && owner.seq > last {
				return nil
			}
			return owner
		},
		answering: func(q *request, _ *answer) { arrived.forget(q) },
	}
}
