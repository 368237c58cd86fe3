package provisioning

import (
	"context"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

// disable writes what says that an object is no longer active, and nothing else. One that left scope is no longer managed after
// that; one in the recycle bin may come back or be deleted.
func (c *cycle) disable(ctx context.Context, e entry, d decision, l *link) entry {
	e.action = synchronization.ActionDisable
	flows, err := e.kind.mapping.Evaluate(sourceObject{Object: d.object, scope: c.now, soft: true})
	if err != nil {
		e.err = err
		return e
	}
	var soft []mapping.Flow
	for _, f := range flows {
		if e.kind.softTargets[f.Target] {
			soft = append(soft, f)
		}
	}
	switch {
	case len(soft) == 0:
		e.skip, e.reason = CodeSynchronizationSkipped, "no mapping depends on IsSoftDeleted"
	case !e.kind.may(synchronization.FlowUpdate):
		e.skip, e.reason = CodeSynchronizationSkipped, "the mapping does not update objects"
	default:
		e = c.sendDisable(ctx, e, l, soft)
	}
	if e.err == nil {
		c.change(func(m *memory) {
			l.inactive = true
			if d.fate == leaves {
				m.release(l)
			}
		})
	}
	if e.skip != "" {
		e.action = synchronization.ActionOther
	}
	return e
}

func (c *cycle) sendDisable(ctx context.Context, e entry, l *link, flows []mapping.Flow) entry {
	current, err := c.current(ctx, e.kind, l.anchor)
	if err != nil {
		e.err = err
		return e
	}
	changes, _ := c.differences(&e, flows, current)
	if len(changes) == 0 {
		e.skip, e.reason = CodeSynchronizationSkipped, SkipRedundantExport
		return e
	}
	_, e.err = c.write(ctx, e.kind.patch(l.anchor, changes))
	return e
}

// delete removes an object from the target; one that is not there any more counts as removed.
func (c *cycle) delete(ctx context.Context, e entry, l *link) entry {
	e.action = synchronization.ActionDelete
	if !e.kind.may(synchronization.FlowDelete) {
		e.action, e.skip, e.reason = synchronization.ActionOther, CodeSynchronizationSkipped, "the mapping does not delete objects"
	} else if _, err := c.write(ctx, e.kind.remove(l.anchor)); err != nil {
		if uncertain(err) {
			c.change(func(*memory) { l.removed = true })
		}
		e.err = err
		return e
	}
	c.change(func(m *memory) { m.drop(l) })
	return e
}

// setInactive remembers whether the target was told that an object is no longer active.
func (c *cycle) setInactive(l *link, inactive bool) {
	if l.inactive != inactive {
		c.change(func(*memory) { l.inactive = inactive })
	}
}
