package provisioning

import (
	"context"
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// DefaultDeletionThreshold is the threshold the portal proposes for the prevention of accidental deletions.
// Source: learn.microsoft.com/entra/identity/app-provisioning/accidental-deletions.
const DefaultDeletionThreshold = 500

// CodeTooManyDeletes is the code of the quarantine, and of the log entries, that wait for an administrator to allow deletions.
const CodeTooManyDeletes = string(synchronization.TooManyDeletes)

// WithAccidentalDeletionPrevention holds the deletions and disables of a cycle back when they are more than threshold
// (see [Thresholds] for the boundary): they are logged as StagedDelete and the job goes into quarantine, until they are allowed by
// [Job.Restart] with ResetForceDeletes, or are none any more because who would leave was brought back into scope. Everything else of the
// cycle is done. Off by default, and for threshold <= 0.
// Source: learn.microsoft.com/entra/identity/app-provisioning/accidental-deletions.
func WithAccidentalDeletionPrevention(threshold int) Option {
	return func(s *settings) { s.limits.Deletions = max(threshold, 0) }
}

// hold finds out, before anything is written, which deletions have to be allowed first. Those that were allowed do not count again.
func (c *cycle) hold(ctx context.Context) error {
	if c.limits.Deletions <= 0 && len(c.memory.staged) == 0 {
		return nil
	}
	counted := map[string]struct{}{}
	for i, ids := range [][]string{c.work.users.ids, c.work.groups.ids} {
		if k := c.kinds[i]; k.rules.Enabled {
			for _, id := range ids {
				if err := ctx.Err(); err != nil {
					return err
				}
				if c.takesAway(k, id, c.decide(k, id)) && !c.memory.staged[id] {
					counted[id] = struct{}{}
				}
			}
		}
	}
	if c.limits.Deletions > 0 && over(len(counted), c.limits.Deletions, c.limits.DeletionsAtBoundary) {
		c.held = counted
	}
	return nil
}

// isHeld says whether an object is left as it is until its deletion is allowed.
func (c *cycle) isHeld(id string) bool {
	_, held := c.held[id]
	return held
}

// stage files a deletion that waits to be allowed.
func (c *cycle) stage(e entry) entry {
	e.action, e.skip = synchronization.ActionStagedDelete, CodeTooManyDeletes
	e.reason = fmt.Sprintf("%d objects would be deleted or disabled in this cycle, which is over the threshold of %d; they wait to be allowed",
		len(c.held), c.limits.Deletions)
	c.change(func(m *memory) { m.staged[e.object] = false })
	return e
}

// deletionError is why a job whose deletions are held is in quarantine; nil when none are.
func (c *cycle) deletionError() error {
	if len(c.held) == 0 {
		return nil
	}
	return &wire.Error{Code: CodeTooManyDeletes, Message: fmt.Sprintf(
		"%d deletions are over the threshold of %d; allow them or bring the objects back into scope, then restart", len(c.held), c.limits.Deletions)}
}

// Staged returns how many deletions wait to be allowed with [Job.Restart] and ResetForceDeletes.
func (j *Job) Staged() int {
	j.mu.RLock()
	defer j.mu.RUnlock()
	n := 0
	for _, allowed := range j.memory.staged {
		if !allowed {
			n++
		}
	}
	return n
}
