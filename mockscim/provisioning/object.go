package provisioning

import (
	"context"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// object brings one object of the directory to the target, and files what came of it. The error stops the cycle.
func (c *cycle) object(ctx context.Context, k *kind, id string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l := c.memory.links[id]
	d := c.decide(k, id)
	e := entry{object: id, kind: k, decision: d, action: synchronization.ActionOther, began: c.clock.Now()}
	if l != nil {
		e.anchor, e.name = l.anchor, l.name
	}
	if d.object != nil && d.fate != waits && d.fate != deletes {
		e.name = d.object.String("displayName")
	}
	if c.isHeld(id) {
		e = c.stage(e)
		c.forgetFailure(id)
		return c.settle(ctx, e)
	}
	if d.fate != provisions && c.isDoubtful(id, nil) {
		return c.afterDoubt(ctx, e)
	}
	switch d.fate {
	case provisions:
		e = c.provision(ctx, e, d, l)
	case unentitled:
		e.skip, e.reason = CodeSynchronizationSkipped, SkipNotEffectivelyEntitled
	case overlooked:
		e.skip, e.reason = CodeSynchronizationSkipped, "kept out by the input groups of the scoping filter"
	case kept:
		e.skip, e.reason = CodeSynchronizationSkipped, "out of scope, and SkipOutOfScopeDeletions is set"
	case deletes:
		e = c.delete(ctx, e, l)
	case leaves, waits:
		e = c.disable(ctx, e, d, l)
	case ignored:
		c.forgetFailure(id)
		c.change(func(m *memory) {
			delete(m.staged, id)
			if d.object == nil {
				m.drop(l)
			}
		})
		return nil
	}
	if e.err == nil {
		c.change(func(m *memory) { delete(m.staged, id) })
	}
	if e.err == nil {
		c.forgetFailure(id)
		if e.reason == SkipRedundantExport {
			c.redundant[id] = e // filed when its references turn out to be unchanged too
			return ctx.Err()
		}
	}
	if e.err != nil {
		c.keepMembers(l)
	}
	return c.settle(ctx, e)
}

// provision brings an object in scope to the target.
func (c *cycle) provision(ctx context.Context, e entry, d decision, l *link) entry {
	soft := d.soft
	flows, err := e.kind.evaluate(sourceObject{Object: d.object, scope: c.now, soft: soft})
	if err != nil {
		e.err, e.at = err, synchronization.StepProcessing
		return e
	}
	if l != nil && l.managed {
		e.action = synchronization.ActionUpdate
		current, err := c.current(ctx, e.kind, l.anchor)
		if err != nil {
			if c.vanished(l, err) {
				return c.rejoin(ctx, e, d, l, flows)
			}
			e.err, e.at = err, synchronization.StepMatching
			return e
		}
		c.change(func(*memory) { l.name, l.removed = e.name, false })
		if e = c.update(ctx, e, l, flows, current, soft); c.vanished(l, e.err) {
			return c.rejoin(ctx, e, d, l, flows)
		}
		return e
	}
	if soft && c.isDoubtful(e.object, nil) || c.isDoubtful(e.object, flows) {
		if e.err = c.resolve(ctx, e); e.err != nil {
			e.at = synchronization.StepMatching
			return e
		}
		return c.provision(ctx, e, d, c.memory.links[e.object])
	}
	if soft {
		// Source: how-provisioning-works: accounts that were disabled before they were ever provisioned are skipped.
		e.skip, e.reason = CodeSynchronizationSkipped, "the account is disabled and was never provisioned"
		return e
	}
	return c.join(ctx, e, flows)
}

// join finds an object its counterpart in the target, or creates it.
func (c *cycle) join(ctx context.Context, e entry, flows []mapping.Flow) entry {
	e.action = synchronization.ActionCreate
	found, asked, err := c.match(ctx, e.kind, flows)
	switch {
	case err != nil:
		e.err, e.at = err, synchronization.StepMatching
		return e
	case !asked:
		e.action = synchronization.ActionOther
		e.skip, e.reason = CodeImportSkipped, "no matching attribute has a value"
		return e
	case found == nil:
		c.change(func(m *memory) { delete(m.doubts, e.object) })
		return c.create(ctx, e, flows)
	}
	e.action = synchronization.ActionUpdate
	if c.readAfterMatch {
		found, err = c.current(ctx, e.kind, found.ID())
	}
	var l *link
	if err == nil {
		l, err = c.link(e, found.ID())
	}
	if err != nil {
		e.err, e.at = err, synchronization.StepMatching
		return e
	}
	e.anchor = l.anchor
	return c.update(ctx, e, l, flows, found, false)
}

// link remembers the counterpart of an object.
func (c *cycle) link(e entry, anchor string) (*link, error) {
	if owner := c.memory.owner(e.kind.object, anchor); owner != nil && owner.object != e.object {
		if owner.managed {
			return nil, fail(CodeDuplicateSourceEntries, "%s %s is already joined to %s", e.kind.label, anchor, owner.object)
		}
		c.change(func(m *memory) { m.drop(owner) })
	}
	// The copy does not hold on to the answer it stood in.
	l := &link{object: e.object, kind: e.kind.object, anchor: strings.Clone(anchor), name: e.name}
	c.change(func(m *memory) { m.join(l) })
	return l, nil
}

// create makes an object in the target, without its references.
func (c *cycle) create(ctx context.Context, e entry, flows []mapping.Flow) entry {
	if !e.kind.may(synchronization.FlowAdd) {
		e.action, e.skip, e.reason = synchronization.ActionOther, CodeSynchronizationSkipped, "the mapping does not create objects"
		return e
	}
	attributes := make([]wire.Attribute, 0, len(flows))
	e.modified = slices.Grow(e.modified, len(flows))
	for _, f := range flows {
		if f.Reference || gone(f.Value) && !c.wire.EmptyRolesOnCreate || f.Value == nil {
			continue
		}
		attributes = append(attributes, wire.Attribute{Path: f.Target, Value: f.Value})
		e.modified = append(e.modified, modification(f, nil))
	}
	response, err := c.write(ctx, e.kind.create(attributes))
	var anchor string
	if err == nil {
		anchor, err = wire.ReadAnchor(response)
	}
	if err != nil && uncertain(err) {
		c.change(func(m *memory) { m.doubts[e.object] = &doubt{e.kind.object, e.name, matchingValues(flows)} })
	}
	var l *link
	if err == nil {
		l, err = c.link(e, anchor)
	}
	if err != nil {
		e.err = err
		return e
	}
	e.anchor = l.anchor
	c.queueReferences(e.kind, l, flows, nil)
	return e
}

// update writes the values that differ, in one PATCH.
func (c *cycle) update(ctx context.Context, e entry, l *link, flows []mapping.Flow, current scim.Resource, soft bool) entry {
	if !e.kind.may(synchronization.FlowUpdate) {
		e.action, e.skip, e.reason = synchronization.ActionOther, CodeSynchronizationSkipped, "the mapping does not update objects"
		return e
	}
	changes, disables := c.differences(&e, flows, current)
	if len(changes) == 0 {
		c.setInactive(l, soft)
		c.queueReferences(e.kind, l, flows, current)
		e.action, e.skip, e.reason = synchronization.ActionOther, CodeSynchronizationSkipped, SkipRedundantExport
		return e
	}
	if soft && disables {
		e.action = synchronization.ActionDisable
	}
	if _, e.err = c.write(ctx, e.kind.patch(l.anchor, changes)); e.err == nil {
		c.setInactive(l, soft)
		c.queueReferences(e.kind, l, flows, current)
	}
	return e
}

// differences lists the values the target does not have, and says whether one of them is the object's being disabled.
func (c *cycle) differences(e *entry, flows []mapping.Flow, current scim.Resource) (changes []wire.Change, disables bool) {
	for _, f := range flows {
		if f.Reference {
			continue
		}
		have, present := wire.Current(current, f.Target)
		if f.Held(present) {
			continue
		}
		if gone(f.Value) && !present || f.Value == nil && !c.clears(f) {
			continue
		}
		if present && !outdated(f, have, c.isExact(f)) {
			continue
		}
		change := wire.Change{Attribute: wire.Attribute{Path: f.Target, Value: f.Value}, Present: present, Have: have}
		if list, ok := f.Value.([]string); ok && present && f.Type.OnlyAdds() {
			lacking := wire.Lacking(list, have, c.isExact(f))
			if len(lacking) == 0 {
				continue
			}
			change.Value, change.Present = lacking, false
		}
		changes = append(changes, change)
		e.modified = append(e.modified, modification(f, have))
		disables = disables || e.kind.softTargets[f.Target]
	}
	return changes, disables
}

// gone says that a flow leaves the target without a value.
func gone(v any) bool {
	roles, ok := v.(mapping.Roles)
	return v == nil || ok && len(roles.Roles) == 0
}

// outdated says whether a value the target has is to be replaced.
func outdated(f mapping.Flow, have any, exact bool) bool {
	return f.Behavior == synchronization.FlowAlways || !wire.Same(f.Value, have, exact)
}
