package directory

import (
	"maps"
	"slices"
)

// ruled is a group or an administrative unit whose members follow from a rule.
type ruled struct {
	link link // without its end
	rule membershipRule
}

// ruled returns those that are not paused, by id.
func (x *tx) ruled() map[string]ruled {
	all := map[string]ruled{}
	for t, r := range map[Type]Relation{Group: Members, AdministrativeUnit: UnitMembers} {
		for o := range x.view.Objects(t) {
			if !isDynamic(o) || o.String("membershipRuleProcessingState") == "Paused" {
				continue
			}
			if rule, err := parseRule(o.String("membershipRule")); err == nil {
				all[o.id] = ruled{link{relation: r, from: o.id, fromType: o.table.number, toType: userNumber}, rule}
			}
		}
	}
	return all
}

// ProcessDynamicGroups brings the members of dynamic groups and dynamic administrative units to what their rules say, for users
// and rules that changed since it last ran, and returns how many memberships began or ended. Those whose processing is paused keep
// their members.
func (d *Directory) ProcessDynamicGroups() (changed int) {
	err := d.write(func(x *tx) error {
		mark := x.log.length
		w := x.dynamicWork()
		rules := x.ruled()
		for _, id := range w.groups.list {
			if r, ok := rules[id]; ok {
				for u := range x.view.Objects(User) {
					changed += x.belong(r, u)
				}
				delete(rules, id)
			}
		}
		ids := slices.Sorted(maps.Keys(rules))
		if len(ids) == 0 {
			w.users.list = nil // nobody to look at
		}
		for _, user := range w.users.list {
			u, ok := x.live(user)
			if !ok {
				continue
			}
			for _, id := range ids {
				changed += x.belong(rules[id], u)
			}
		}
		x.marks.dynamic = mark
		return nil
	})
	if err != nil {
		return 0
	}
	return changed
}

// dynamicWork reads the change log since dynamic groups were last processed.
func (x *tx) dynamicWork() *work {
	w := &work{}
	x.log.since(x.marks.dynamic, func(c Change) bool {
		switch {
		case c.Relation != 0 || c.Operation == Deleted || c.Operation == Purged:
		case c.Type == User:
			w.users.add(c.ObjectID)
		case (c.Type == Group || c.Type == AdministrativeUnit) && (c.Operation != Updated || slices.ContainsFunc(c.Properties, func(p string) bool {
			return p == "membershipRule" || p == "groupTypes" || p == "membershipType" || p == "membershipRuleProcessingState"
		})):
			w.groups.add(c.ObjectID)
		}
		return true
	})
	return w
}

// belong makes a user a member or takes her out, and returns 1 when that changed something.
func (x *tx) belong(r ruled, u *Object) int {
	made := r.link
	made.to = u.id
	l := &made
	_, is := x.view.forward.get(l)
	should := r.rule(u)
	switch {
	case is == should:
		return 0
	case should:
		x.putLink(l)
		x.recordLink(LinkAdded, l)
	default:
		x.dropLink(l)
		x.recordLink(LinkRemoved, l)
	}
	return 1
}

// Process does all that Entra does on its own time: dynamic groups, then the licences of groups, then the recycle bin. A clock
// that is steered calls it after it has moved. It returns how many memberships, users and objects changed.
func (d *Directory) Process() int {
	return d.ProcessDynamicGroups() + d.ProcessLicenses() + d.Expire()
}
