package directory

import (
	"slices"
	"strings"
)

// AssignGroupLicenses gives a group licences and takes others away. Its direct members get and lose them when
// [Directory.ProcessLicenses] runs next; members of nested groups do not.
// Source: learn.microsoft.com/graph/api/group-assignlicense.
func (d *Directory) AssignGroupLicenses(group string, add []AssignedLicense, remove []string) (made *Object, err error) {
	err = d.write(func(x *tx) error {
		g, err := x.object(group)
		if err != nil {
			return err
		}
		if g.Type() != Group {
			return notFound(group)
		}
		if len(add) > 0 && !g.Bool("securityEnabled") && !x.d.anyGroup {
			return badRequest(g.id, "The group is not security enabled. Only groups with securityEnabled true can be given licenses.")
		}
		all := slices.Clone(get[[]AssignedLicense](g, "assignedLicenses"))
		for _, sku := range remove {
			i := slices.IndexFunc(all, func(l AssignedLicense) bool { return l.SkuID == fold(sku) })
			if i < 0 {
				return badRequest(sku, "Group does not have a corresponding license.")
			}
			all = slices.Delete(all, i, i+1)
		}
		for _, l := range add {
			disabled, err := x.knownPlans(l)
			if err != nil {
				return err
			}
			next := AssignedLicense{SkuID: fold(l.SkuID), DisabledPlans: disabled}
			if i := slices.IndexFunc(all, func(l AssignedLicense) bool { return l.SkuID == next.SkuID }); i >= 0 {
				all[i] = next
			} else {
				all = append(all, next)
			}
		}
		made, err = x.set(g, Properties{"assignedLicenses": orNil(all), "licenseProcessingState": LicenseProcessingState{LicensesQueued}})
		return err
	})
	return made, err
}

// ReprocessLicenses tries again what a user's groups give her.
// Source: learn.microsoft.com/graph/api/user-reprocesslicenseassignment.
func (d *Directory) ReprocessLicenses(user string) (made *Object, err error) {
	err = d.write(func(x *tx) error {
		u, err := x.object(user)
		if err != nil {
			return err
		}
		if u.Type() != User {
			return notFound(user)
		}
		made, err = x.inherit(u)
		return err
	})
	return made, err
}

// ProcessLicenses lets users inherit what their groups give them, as the change log says since it last ran, and returns how many
// users changed. Nothing fails: who gets no seat has a row that says so.
func (d *Directory) ProcessLicenses() (changed int) {
	err := d.write(func(x *tx) error {
		x.remember()
		mark := x.log.length
		w := x.licenceWork()
		for _, id := range w.users.list {
			u, ok := x.live(id)
			if !ok || u.Type() != User {
				continue
			}
			after, err := x.inherit(u)
			if err != nil {
				return err
			}
			if after != u {
				changed++
			}
		}
		for _, id := range w.groups.list {
			if err := x.settleGroup(id); err != nil {
				return err
			}
		}
		x.marks.licences = mark
		return nil
	})
	if err != nil {
		return 0
	}
	return changed
}

// work is what the change log asks for, each once.
type work struct{ users, groups ordered }

type ordered struct {
	list []string
	has  map[string]bool
}

func (o *ordered) add(id string) {
	if !o.has[id] {
		if o.has == nil {
			o.has = map[string]bool{}
		}
		o.has[id] = true
		o.list = append(o.list, id)
	}
}

// licenceWork reads the change log since licences were last processed.
func (x *tx) licenceWork() *work {
	w := &work{}
	retry := false
	x.log.since(x.marks.licences, func(c Change) bool {
		switch {
		case c.Relation == Members:
			if g, ok := x.live(c.ObjectID); ok && g.has(g.table.ordinals["assignedLicenses"]) {
				w.users.add(c.TargetID)
				w.groups.add(g.id)
			} else if u, ok := x.live(c.TargetID); ok && u.Type() == User && inheritsFrom(u, c.ObjectID) {
				w.users.add(u.id)
			}
		case c.Type == Group && (c.Operation == Restored || slices.Contains(c.Properties, "assignedLicenses")):
			w.groups.add(c.ObjectID)
			for member := range x.view.Members(c.ObjectID) {
				w.users.add(member)
			}
		case c.Type == User && c.Operation == Restored:
			w.users.add(c.ObjectID)
		case c.Type == SubscribedSku:
			retry = true
		}
		return true
	})
	if retry {
		for g := range x.view.Objects(Group) {
			if g.Bool("hasMembersWithLicenseErrors") {
				w.groups.add(g.id)
				for member := range x.view.MembersWithLicenseErrors(g.id) {
					w.users.add(member)
				}
			}
		}
	}
	return w
}

func inheritsFrom(u *Object, group string) bool {
	return slices.ContainsFunc(get[[]LicenseAssignmentState](u, "licenseAssignmentStates"), func(s LicenseAssignmentState) bool {
		return s.AssignedByGroup != nil && *s.AssignedByGroup == group
	})
}

// inherit brings the rows a user has from groups to what her groups give now. Rows that are on already stay as they are.
func (x *tx) inherit(u *Object) (*Object, error) {
	before := get[[]LicenseAssignmentState](u, "licenseAssignmentStates")
	var states, wanted []LicenseAssignmentState
	for _, s := range before {
		if s.AssignedByGroup == nil {
			states = append(states, s)
		}
	}
	for group := range x.view.ends(Members, u.id, false) {
		g, _ := x.live(group)
		for _, l := range get[[]AssignedLicense](g, "assignedLicenses") {
			source := g.id
			row := LicenseAssignmentState{
				SkuID: l.SkuID, DisabledPlans: l.DisabledPlans, AssignedByGroup: &source, State: LicenseActive, Error: LicenseNone, LastUpdatedDateTime: x.second(),
			}
			i := slices.IndexFunc(before, func(s LicenseAssignmentState) bool { return sameSource(s, row) })
			switch {
			case i >= 0 && before[i].State == LicenseActive && slices.Equal(before[i].DisabledPlans, row.DisabledPlans):
				states = append(states, before[i])
			default:
				wanted = append(wanted, row)
			}
		}
	}
	had := consumed(before)
	for _, row := range wanted {
		if !slices.Contains(had, row.SkuID) && !slices.Contains(consumed(states), row.SkuID) && x.free(row.SkuID) <= 0 {
			row.State, row.Error = LicenseError, LicenseCountViolation
		} else if kind, _ := x.violation(append(slices.Clone(states), row)); kind != "" {
			row.State, row.Error = LicenseError, kind
		}
		if i := slices.IndexFunc(before, func(s LicenseAssignmentState) bool { return sameSource(s, row) }); i >= 0 &&
			before[i].State == row.State && before[i].Error == row.Error && slices.Equal(before[i].DisabledPlans, row.DisabledPlans) {
			row.LastUpdatedDateTime = before[i].LastUpdatedDateTime
		}
		states = append(states, row)
	}
	slices.SortStableFunc(states, func(a, b LicenseAssignmentState) int { return strings.Compare(a.source(), b.source()) })
	return x.license(u, states)
}

func sameSource(a, b LicenseAssignmentState) bool {
	return a.SkuID == b.SkuID && a.source() == b.source()
}

func (s LicenseAssignmentState) source() string {
	if s.AssignedByGroup == nil {
		return ""
	}
	return *s.AssignedByGroup
}

// settleGroup writes down that a group's licences are processed, and whether all of its members have them.
func (x *tx) settleGroup(id string) error {
	g, ok := x.live(id)
	if !ok || g.Type() != Group {
		return nil
	}
	failed := any(nil)
	for range x.view.MembersWithLicenseErrors(id) {
		failed = true
		break
	}
	state := any(LicenseProcessingState{LicensesProcessed})
	if !g.has(g.table.ordinals["assignedLicenses"]) && !g.has(g.table.ordinals["licenseProcessingState"]) {
		state = nil
	}
	_, err := x.set(g, Properties{"licenseProcessingState": state, "hasMembersWithLicenseErrors": failed})
	return err
}

// dropInherited takes the licences of a group that is gone from its members.
func (x *tx) dropInherited(group *Object, members []string) error {
	for _, id := range members {
		u, ok := x.live(id)
		if !ok || !inheritsFrom(u, group.id) {
			continue
		}
		if _, err := x.inherit(u); err != nil {
			return err
		}
	}
	return nil
}
