package directory

import "slices"

// ProcessDynamicGroups brings the members of dynamic groups to what their rules say, for users and rules that changed since it
// last ran, and returns how many memberships began or ended. Groups whose processing is paused keep their members.
func (d *Directory) ProcessDynamicGroups() (changed int) {
	err := d.write(func(x *tx) error {
		mark := x.log.length
		w := x.dynamicWork()
		rules := map[string]membershipRule{}
		for g := range x.view.Objects(Group) {
			if !isDynamic(g) || g.String("membershipRuleProcessingState") == "Paused" {
				continue
			}
			if rule, err := parseRule(g.String("membershipRule")); err == nil {
				rules[g.id] = rule
			}
		}
		for _, id := range w.groups.list {
			if rules[id] == nil {
				continue
			}
			for u := range x.view.Objects(User) {
				changed += x.belong(id, u, rules[id])
			}
			delete(rules, id)
		}
		ids := make([]string, 0, len(rules))
		for id := range rules {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for _, user := range w.users.list {
			u, ok := x.view.Object(user)
			if !ok {
				continue
			}
			for _, id := range ids {
				changed += x.belong(id, u, rules[id])
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
		case c.Type == Group && (c.Operation != Updated || slices.ContainsFunc(c.Properties, func(p string) bool {
			return p == "membershipRule" || p == "groupTypes" || p == "membershipRuleProcessingState"
		})):
			w.groups.add(c.ObjectID)
		}
		return true
	})
	return w
}

// belong makes a user a member of a group or takes her out, and returns 1 when that changed something.
func (x *tx) belong(group string, u *Object, rule membershipRule) int {
	l := link{relation: Members, from: group, to: u.id, fromType: groupNumber, toType: userNumber}
	_, is := x.view.forward.get(l)
	should := rule(u)
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
