package provisioning

import (
	"context"
	"net/http"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// managerChange is a reference attribute of a user that may have to be written once every user exists.
type managerChange struct {
	kind    *kind
	link    *link
	target  string // attribute
	manager string // directory id, "" when there is none any more
	have    string // anchor the target shows
	present bool   // the target shows one
}

// queueReferences keeps the references of an object for the end of the cycle. current is what the target answered, nil for
// an object just created.
func (c *cycle) queueReferences(k *kind, l *link, flows []mapping.Flow, current scim.Resource) {
	if k.object == directory.Group {
		c.groups = append(c.groups, l)
		return
	}
	queued := false
	for _, f := range flows {
		if !f.Reference {
			continue
		}
		id, ok := f.Value.(string)
		m := managerChange{kind: k, link: l, target: f.Target, manager: id}
		m.have, m.present = shown(current, f.Target)
		if current != nil && f.Held(m.present) {
			continue
		}
		if !ok && (f.Value != nil || !m.present || !c.clears(f)) {
			continue
		}
		c.managers = append(c.managers, m)
		queued = true
	}
	if _, watched := c.memory.unechoed[l.object]; watched && !queued {
		c.change(func(m *memory) { delete(m.unechoed, l.object) })
	}
	if queued || !c.managerRemoval || l.manager == "" {
		return
	}
	for _, target := range k.mapping.Readers("manager") {
		if have, present := shown(current, target); present {
			c.managers = append(c.managers, managerChange{kind: k, link: l, target: target, have: have, present: true})
		}
	}
}

// shown is the anchor a reference attribute has in the target.
func shown(current scim.Resource, target string) (string, bool) {
	v, present := wire.Current(current, target)
	return plain(v), present
}

// references writes what was kept: managers of users, then members of groups.
func (c *cycle) references(ctx context.Context) error {
	total, done := len(c.managers)+len(c.groups), 0
	show := func() {
		if c.demand == nil {
			c.showProgress(PhaseReferences, done, total)
		}
		done++
	}
	err := c.each(ctx, len(c.managers), func(i int) error {
		show()
		return c.manager(ctx, c.managers[i])
	})
	if err != nil {
		return err
	}
	err = c.each(ctx, len(c.groups), func(i int) error {
		show()
		return c.members(ctx, c.kinds[1], c.groups[i])
	})
	if err != nil {
		return err
	}
	show()
	for _, ids := range [][]string{c.work.users.ids, c.work.groups.ids} {
		for _, id := range ids {
			if e, ok := c.redundant[id]; ok {
				if err := c.settle(ctx, e); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// manager writes the manager of a user when both exist in the target and the target does not show it already. A target that
// never shows it is written to in every cycle.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, and
// github.com/MicrosoftDocs/azure-docs/issues/11784 for the repetition.
func (c *cycle) manager(ctx context.Context, m managerChange) error {
	want := ""
	if m.manager != "" {
		boss := c.memory.links[m.manager]
		if boss == nil || !boss.managed {
			c.omitManager(m)
			return nil
		}
		// Out of scope when the user was provisioned: not made up for before a restart.
		// Source: learn.microsoft.com/entra/identity/app-provisioning/known-issues.
		if !c.report.Initial && m.link.omitted == m.manager {
			return nil
		}
		want = boss.anchor
	}
	if m.have == want {
		c.change(func(mem *memory) {
			m.link.manager, m.link.omitted = want, ""
			delete(mem.unechoed, m.link.object)
		})
		return nil
	}
	e := entry{
		object: m.link.object, kind: m.kind, name: m.link.name, anchor: m.link.anchor, action: synchronization.ActionUpdate,
		began: c.clock.Now(), modified: []synchronization.ModifiedProperty{modified(m.target, m.have, want)},
	}
	if c.referenceChecks && want != "" {
		has, err := c.holds(ctx, c.wires.ManagerCheck(m.link.anchor, want))
		if err != nil {
			e.err, e.reference = err, true
			return c.settle(ctx, e)
		}
		if has {
			c.change(func(*memory) { m.link.manager, m.link.omitted = want, "" })
			return nil
		}
	}
	delete(c.redundant, e.object)
	change := wire.Change{Attribute: wire.Attribute{Path: m.target, Value: want}, Present: m.present, Have: m.have}
	if want == "" && !c.managerRemoval {
		change.Value = nil // as other values are cleared
	}
	response, err := c.write(ctx, m.kind.patch(m.link.anchor, []wire.Change{change}))
	if err != nil {
		e.err, e.reference = err, true
		return c.settle(ctx, e)
	}
	hidden := want != "" && (m.link.manager == want || concealed(response, m.target, want))
	c.change(func(mem *memory) {
		m.link.manager, m.link.omitted = want, ""
		delete(mem.unechoed, m.link.object)
		if hidden {
			mem.unechoed[m.link.object] = struct{}{}
		}
	})
	return c.settle(ctx, e)
}

// omitManager leaves a manager out who is not in the target: for good when it is not in scope, for now when it failed.
func (c *cycle) omitManager(m managerChange) {
	c.change(func(mem *memory) {
		if mem.escrows[m.manager] != nil || c.demand != nil {
			c.await(m.link.object, m.kind.object)
			return
		}
		m.link.omitted = m.manager
	})
}

// concealed says whether a target that answered a write with the resource did not show the reference just written.
func concealed(response wire.Response, target, want string) bool {
	if response.Status != http.StatusOK || len(response.Body) == 0 {
		return false
	}
	resource, err := wire.ReadResource(response)
	if err != nil {
		return false
	}
	have, _ := shown(resource, target)
	return have != want
}
