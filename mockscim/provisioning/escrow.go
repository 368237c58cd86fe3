package provisioning

import (
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// escrow is a failure that is tried again: in the next cycle, then after the growing gaps of [retryGap], until four weeks after
// it began. A change of the object or a restart of the job tries it at once. It never changes in place.
// Source: learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works, Errors and retries; the gaps are those
// application-provisioning-quarantine-status gives.
type escrow struct {
	kind directory.Type
	// reference: the object itself is fine, a reference of it failed or waits for its other end. It does not count as a
	// failed object.
	reference bool
	failures  int       // cycles in a row; 0 when it only waits, or was forgotten by a restart
	began     time.Time // of the first of them
	next      time.Time // not tried again before
}

// failedAgain is the escrow of an object that failed; old is what it had when the cycle began, nil for none. It is nil when
// the object is given up.
func failedAgain(old *escrow, kind directory.Type, reference bool, now time.Time) *escrow {
	e := escrow{kind: kind, reference: reference, failures: 1, began: now, next: now}
	if old == nil || old.reference != reference || old.failures == 0 {
		return &e
	}
	e.began, e.failures = old.began, old.failures+1
	if now.Sub(e.began) >= retryLimit {
		return nil
	}
	if e.failures > 1 {
		e.next = now.Add(retryGap(e.failures - 1))
	}
	return &e
}

// escrow records the failure of an object.
func (c *cycle) escrow(object string, kind directory.Type, reference bool) {
	e := failedAgain(c.before[object], kind, reference, c.clock.Now())
	c.setEscrow(object, e)
}

// await records that a reference of an object waits for its other end, which failed: it is looked at in every cycle.
func (c *cycle) await(object string, kind directory.Type) {
	now := c.clock.Now()
	c.setEscrow(object, &escrow{kind: kind, reference: true, began: now, next: now})
}

// setEscrow needs the lock. A nil escrow is none.
func (c *cycle) setEscrow(object string, e *escrow) {
	if e == nil {
		delete(c.memory.escrows, object)
		delete(c.memory.doubts, object)
		return
	}
	c.memory.escrows[object] = e
}

func (c *cycle) forgetFailure(id string) { c.change(func(m *memory) { delete(m.escrows, id) }) }

// WithEscrowPruning lets an initial cycle forget its failures when they reach a threshold of [Thresholds], instead of going into quarantine; the
// job shows EscrowsPruned and pauses after the cycle until it is started or restarted. Off by default: Graph's reference describes it, the page on
// quarantine knows no such exception.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationstatus, escrowsPruned.
func WithEscrowPruning() Option { return func(s *settings) { s.pruneEscrows = true } }

// prune forgets the failures and pauses. It needs the lock.
func (c *cycle) prune() {
	c.memory.escrows = map[string]*escrow{}
	c.history.pruned, c.schedule.paused = true, true
}
