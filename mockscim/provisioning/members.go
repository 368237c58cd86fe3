package provisioning

import (
	"context"
	"maps"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// memberChanges are the members a group gets and loses, directory ids with their anchors, in order.
type memberChanges struct {
	add, remove []member
	forget      []string // members that are gone from the target as well
	wait        []string // members in scope whose own provisioning failed
}

type member struct{ object, anchor string }

// members writes the membership changes of a group. Only users that exist in the target can be members. Who is not in scope
// is left out, and not made up for before a restart.
// Source: learn.microsoft.com/entra/identity/app-provisioning/known-issues.
func (c *cycle) members(ctx context.Context, k *kind, l *link) error {
	if !k.members {
		c.change(func(m *memory) { delete(m.due, l.object) })
		return nil
	}
	changes := c.memberChanges(l)
	c.change(func(*memory) {
		for _, id := range changes.forget {
			delete(l.members, id)
			delete(l.doubtful, id)
		}
	})
	unresolved, failed, err := c.exportMembers(ctx, k, l, changes)
	if err != nil {
		return err
	}
	c.change(func(m *memory) {
		l.unresolved = unresolved
		delete(m.due, l.object)
		if !failed && len(unresolved) > 0 {
			c.await(l.object, l.kind)
		}
	})
	return ctx.Err()
}

// exportMembers writes changes of members and returns those that are left to do, whether because a write failed or because they wait for
// somebody. The error stops the cycle.
func (c *cycle) exportMembers(ctx context.Context, k *kind, l *link, changes memberChanges) (unresolved map[string]struct{}, failed bool, err error) {
	unresolved = map[string]struct{}{}
	for _, id := range changes.wait {
		unresolved[id] = struct{}{}
	}
	for _, step := range []struct {
		members []member
		request func(id string, members []string) []wire.Request
		added   bool
	}{{changes.add, c.wires.AddMembers, true}, {changes.remove, c.wires.RemoveMembers, false}} {
		for chunk := range slices.Chunk(step.members, max(1, c.wire.MembersPerPatch)) {
			if err := c.writeMembers(ctx, k, l, chunk, step.request, step.added); err != nil {
				if ctx.Err() != nil {
					return nil, false, ctx.Err()
				}
				failed = true
				for _, m := range chunk {
					unresolved[m.object] = struct{}{}
				}
			}
		}
	}
	return unresolved, failed, nil
}

// writeMembers sends one chunk of changes and files each.
func (c *cycle) writeMembers(
	ctx context.Context, k *kind, l *link, chunk []member, compose func(string, []string) []wire.Request, added bool,
) error {
	e := entry{
		object: l.object, kind: k, name: l.name, anchor: l.anchor, action: synchronization.ActionUpdate, began: c.clock.Now(),
		reference: true,
	}
	if added {
		missing, err := c.unknownMembers(ctx, l, chunk)
		if err != nil || len(missing) == 0 {
			e.err = err
			return c.settleFailed(ctx, e)
		}
		chunk = missing
	}
	anchors := make([]string, len(chunk))
	for i, m := range chunk {
		anchors[i] = m.anchor
		if added {
			e.modified = append(e.modified, modified("members", nil, m.anchor))
		} else {
			e.modified = append(e.modified, modified("members", m.anchor, nil))
		}
	}
	delete(c.redundant, l.object)
	for _, request := range compose(l.anchor, anchors) {
		if _, e.err = c.write(ctx, request); e.err != nil {
			if added && uncertain(e.err) {
				c.change(func(*memory) { l.doubtAll(chunk) })
			}
			return c.settleFailed(ctx, e)
		}
	}
	c.change(func(*memory) {
		for _, m := range chunk {
			delete(l.doubtful, m.object)
			if !added {
				delete(l.members, m.object)
				continue
			}
			l.written(m)
		}
	})
	c.report.MemberChanges += len(chunk)
	return c.settle(ctx, e)
}

// settleFailed files a failure and returns it, or why the cycle has to stop. What did not fail is not filed.
func (c *cycle) settleFailed(ctx context.Context, e entry) error {
	if e.err == nil {
		return nil
	}
	if stop := c.settle(ctx, e); stop != nil {
		return stop
	}
	return e.err
}

// memberChanges compares what was written with what the directory says: every member when the list is due, otherwise only
// those the change log names and those left over.
func (c *cycle) memberChanges(l *link) memberChanges {
	var changes memberChanges
	if _, due := c.memory.due[l.object]; due || c.report.Initial {
		seen := map[string]bool{}
		for id := range c.now.snap.Members(l.object) {
			seen[id] = true
			c.compareMember(l, id, true, &changes)
		}
		for _, had := range []map[string]string{l.members, l.doubtful} {
			for _, id := range slices.Sorted(maps.Keys(had)) {
				if !seen[id] {
					seen[id] = true
					c.compareMember(l, id, false, &changes)
				}
			}
		}
		return changes
	}
	candidates := &set{}
	if s := c.work.members[l.object]; s != nil {
		for _, id := range s.ids {
			candidates.add(id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(l.unresolved)) {
		candidates.add(id)
	}
	for _, id := range candidates.ids {
		c.compareMember(l, id, c.now.hasMember(l.object, id), &changes)
	}
	return changes
}

// compareMember decides about one member; is says whether it is one in the directory.
func (c *cycle) compareMember(l *link, id string, is bool, changes *memberChanges) {
	anchor, written := l.members[id]
	user := c.memory.links[id]
	if is {
		switch {
		case user == nil || !user.managed || user.kind != directory.User:
			if e := c.memory.escrows[id]; e != nil && !e.reference {
				changes.wait = append(changes.wait, id)
			}
		case !written:
			changes.add = append(changes.add, member{id, user.anchor})
		}
		return
	}
	if anchor == "" {
		anchor, written = l.doubtful[id]
	}
	if !written {
		return
	}
	if c.kinds[1].keepsMembers {
		changes.forget = append(changes.forget, id)
		return
	}
	if _, live := c.now.snap.Object(id); live {
		changes.remove = append(changes.remove, member{id, anchor})
		return
	}
	if _, binned := c.now.snap.Deleted(id); !binned {
		changes.forget = append(changes.forget, id)
	}
	// In the recycle bin: the user is disabled, its memberships stay as they are, for it may come back.
}

// keepMembers keeps the membership changes of a group that failed for the next cycle: the change log will not name them
// again. An initial cycle has read none: all members are compared once the group succeeds.
func (c *cycle) keepMembers(l *link) {
	if l == nil || l.kind != directory.Group || c.work.members[l.object] == nil && !c.report.Initial {
		return
	}
	c.change(func(m *memory) {
		if c.report.Initial {
			m.due[l.object] = struct{}{}
			return
		}
		if l.unresolved == nil {
			l.unresolved = map[string]struct{}{}
		}
		for _, id := range c.work.members[l.object].ids {
			l.unresolved[id] = struct{}{}
		}
	})
}

// doubtAll remembers members whose write failed although the target may have done it: they are removed like those written.
func (l *link) doubtAll(chunk []member) {
	if l.doubtful == nil {
		l.doubtful = map[string]string{}
	}
	for _, m := range chunk {
		l.doubtful[m.object] = m.anchor
	}
}
