package provisioning

import (
	"context"
	"errors"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// WithRematch matches an object again in the same cycle whose counterpart in the target is gone (404 to its id), and creates it anew when nothing
// matches. Off by default: the object fails with InvalidAnchor until the job is restarted, as the documentation of that code advises.
// Source: learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs, InvalidAnchor.
func WithRematch() Option { return func(s *settings) { s.rematch = true } }

// WithReadAfterMatch reads an object by its id once more after a query has found it, and compares with that answer. Off by default: no
// captured request shows it.
func WithReadAfterMatch() Option { return func(s *settings) { s.readAfterMatch = true } }

// vanished says whether a failure is that the target no longer has the object of an anchor, and it is to be matched again: also when it was the
// service that deleted it, not knowing that it did.
func (c *cycle) vanished(l *link, err error) bool {
	known, ok := errors.AsType[*wire.Error](err)
	return (c.rematch || l.removed) && ok && known.Code == wire.CodeInvalidAnchor
}

// rejoin forgets the counterpart of an object and finds or creates another. Groups get it as a member again in this cycle; whose manager it is,
// in the next.
func (c *cycle) rejoin(ctx context.Context, e entry, d decision, l *link, flows []mapping.Flow) entry {
	c.change(func(m *memory) { m.drop(l) })
	e.err, e.at, e.anchor, e.modified = nil, "", "", nil
	if d.soft {
		e.action, e.skip, e.reason = synchronization.ActionOther, CodeSynchronizationSkipped, "the account is disabled and the target no longer has it"
		return e
	}
	if e = c.join(ctx, e, flows); e.err != nil || l.kind != directory.User {
		return e
	}
	for id := range c.now.snap.MemberOf(l.object) {
		if group := c.memory.links[id]; group != nil && group.managed {
			c.addAgain(group, l.object)
		}
	}
	c.change(func(m *memory) {
		for id := range c.now.snap.DirectReports(l.object) {
			if report := m.links[id]; report != nil && report.managed && m.escrows[id] == nil {
				c.await(id, report.kind)
			}
		}
	})
	return e
}

// addAgain has a member written to a group once more.
func (c *cycle) addAgain(group *link, member string) {
	c.change(func(*memory) {
		delete(group.members, member)
		if group.unresolved == nil {
			group.unresolved = map[string]struct{}{}
		}
		group.unresolved[member] = struct{}{}
	})
	c.groups = append(c.groups, group)
}
