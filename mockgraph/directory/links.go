package directory

import (
	"fmt"
	"slices"
)

// relations are all relations, for what concerns every link of an object.
var relations = [...]Relation{Members, Manager, AppRoleAssignment, Owners, RoleMembers, UnitMembers}

// linkEnds say which types a relation is between, by relation. It is never written.
var linkEnds = map[Relation]struct{ from, to []uint8 }{
	Members:           {[]uint8{groupNumber}, []uint8{userNumber, groupNumber, servicePrincipalNumber}},
	Manager:           {[]uint8{userNumber}, []uint8{userNumber}},
	AppRoleAssignment: {[]uint8{userNumber, groupNumber, servicePrincipalNumber}, []uint8{servicePrincipalNumber}},
	Owners:            {[]uint8{groupNumber, applicationNumber, servicePrincipalNumber}, []uint8{userNumber, servicePrincipalNumber}},
	RoleMembers:       {[]uint8{directoryRoleNumber}, []uint8{userNumber, groupNumber, servicePrincipalNumber}},
	UnitMembers:       {[]uint8{unitNumber}, []uint8{userNumber, groupNumber}},
}

// fits says whether a link is between types its relation is for.
func fits(l *link) bool {
	ends := linkEnds[l.relation]
	return slices.Contains(ends.from, l.fromType) && slices.Contains(ends.to, l.toType)
}

// recordLink logs the coming or going of a link.
func (x *tx) recordLink(op Operation, l *link) {
	x.record(Change{Operation: op, Type: schema[l.fromType].typ, ObjectID: l.from, Relation: l.relation, TargetID: l.to, Role: l.role})
}

// pair returns two live objects and the link between them; the first missing one is reported.
func (x *tx) pair(r Relation, from, to string) (a, b *Object, l *link, err error) {
	if a, err = x.object(from); err != nil {
		return nil, nil, nil, err
	}
	if b, err = x.object(to); err != nil {
		return nil, nil, nil, err
	}
	return a, b, &link{relation: r, from: a.id, to: b.id, fromType: a.table.number, toType: b.table.number}, nil
}

func unsupportedReference(target, property string) error {
	return &Error{
		Code: CodeUnsupported, Target: target,
		Message: fmt.Sprintf("Unsupported referenced-object resource identifier for link property '%s'.", property),
	}
}

// AddMember makes an object a direct member of a group. Microsoft 365 groups take users only; a group is no member of itself,
// and a dynamic group takes nobody by hand.
// Source: learn.microsoft.com/graph/api/group-post-members.
func (d *Directory) AddMember(group, member string) error {
	return d.write(func(x *tx) error { return x.addMember(group, member) })
}

func (x *tx) addMember(group, member string) error {
	g, m, l, err := x.pair(Members, group, member)
	if err != nil {
		return err
	}
	switch {
	case g.Type() != Group:
		return notFound(group)
	case m.id == g.id, !fits(l), isMicrosoft365(g) && m.Type() != User:
		return unsupportedReference(m.id, "members")
	case isDynamic(g):
		return denied(g.id)
	}
	if _, exists := x.view.forward.get(l); exists {
		return alreadyReferenced(m.id, "members")
	}
	x.putLink(l)
	x.recordLink(LinkAdded, l)
	return nil
}

// RemoveMember ends a direct membership. An object that is no member is reported as not found.
// Source: learn.microsoft.com/graph/api/group-delete-members.
func (d *Directory) RemoveMember(group, member string) error {
	return d.write(func(x *tx) error {
		g, m, l, err := x.pair(Members, group, member)
		if err != nil {
			return err
		}
		if _, exists := x.view.forward.get(l); g.Type() != Group || !exists {
			return notFound(m.id)
		}
		if isDynamic(g) {
			return denied(g.id)
		}
		x.dropLink(l)
		x.recordLink(LinkRemoved, l)
		return nil
	})
}

func alreadyReferenced(target, property string) error {
	return badRequest(target, "One or more added object references already exist for the following modified properties: '%s'.", property)
}

// maxOwners is how many owners an object may have.
// Source: learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions.
const maxOwners = 100

// AddOwner makes a user or a service principal an owner of a group, an application or a service principal.
// Source: learn.microsoft.com/graph/api/group-post-owners.
func (d *Directory) AddOwner(object, owner string) error {
	return d.write(func(x *tx) error { return x.addOwner(object, owner) })
}

func (x *tx) addOwner(object, owner string) error {
	o, w, l, err := x.pair(Owners, object, owner)
	if err != nil {
		return err
	}
	switch {
	case o.Type() != Group && o.Type() != Application && o.Type() != ServicePrincipal:
		return notFound(object)
	case w.Type() != User && w.Type() != ServicePrincipal:
		return unsupportedReference(w.id, "owners")
	}
	if _, exists := x.view.forward.get(l); exists {
		return alreadyReferenced(w.id, "owners")
	}
	owners := 0
	for range x.view.links(Owners, o.id, true) {
		owners++
	}
	if owners >= maxOwners {
		return &Error{
			Code: CodeQuota, Target: o.id,
			Message: fmt.Sprintf("Unable to perform operation as '%d' would exceed the maximum quota count '%d' for forward-link owners.", owners+1, maxOwners),
		}
	}
	x.putLink(l)
	x.recordLink(LinkAdded, l)
	return nil
}

// RemoveOwner ends an ownership. The last owner of a group stays.
// Source: learn.microsoft.com/graph/api/group-delete-owners.
func (d *Directory) RemoveOwner(object, owner string) error {
	return d.write(func(x *tx) error {
		o, w, l, err := x.pair(Owners, object, owner)
		if err != nil {
			return err
		}
		if _, exists := x.view.forward.get(l); !exists {
			return notFound(w.id)
		}
		if o.Type() == Group {
			others := 0
			for each := range x.view.visibleLinks(Owners, o.id, true) {
				if each.to != w.id {
					others++
				}
			}
			if others == 0 {
				return badRequest(w.id, "The group must have at least one owner, hence this owner cannot be removed.")
			}
		}
		x.dropLink(l)
		x.recordLink(LinkRemoved, l)
		return nil
	})
}

// SetManager makes one user the manager of another, in place of whoever was; "" clears. What is so already changes nothing.
// Users may manage themselves and each other: Graph does not refuse cycles.
// Source: learn.microsoft.com/graph/api/user-post-manager.
func (d *Directory) SetManager(user, manager string) error {
	return d.write(func(x *tx) error { return x.setManager(user, manager) })
}

func (x *tx) setManager(user, manager string) error {
	u, err := x.object(user)
	if err != nil {
		return err
	}
	if u.Type() != User {
		return notFound(user)
	}
	var next *link
	if manager != "" {
		_, m, l, err := x.pair(Manager, user, manager)
		if err != nil {
			return err
		}
		if m.Type() != User {
			return unsupportedReference(m.id, "manager")
		}
		next = l
	}
	var before []*link
	for l := range x.view.links(Manager, u.id, true) {
		before = append(before, l)
	}
	for _, l := range before {
		if next != nil && *l == *next {
			return nil
		}
		x.recordLink(LinkRemoved, l) // also of a manager in the recycle bin, who must not come back with the link
		x.dropLink(l)
	}
	if next != nil {
		x.putLink(next)
		x.recordLink(LinkAdded, next)
	}
	return nil
}

// Assign gives a user, group or service principal a role in an application, [DefaultAccessRole] for access without a role.
// Source: learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto.
func (d *Directory) Assign(principal, resource, appRole string) (made Assignment, err error) {
	err = d.write(func(x *tx) error {
		made, err = x.assign(principal, resource, appRole)
		return err
	})
	return made, err
}

func (x *tx) assign(principal, resource, appRole string) (Assignment, error) {
	p, r, l, err := x.pair(AppRoleAssignment, principal, resource)
	if err != nil {
		return Assignment{}, err
	}
	if r.Type() != ServicePrincipal {
		return Assignment{}, notFound(resource)
	}
	l.role = fold(appRole)
	if !fits(l) {
		return Assignment{}, unsupportedReference(p.id, "appRoleAssignments")
	}
	if !assignable(p, r, l.role) {
		return Assignment{}, badRequest(l.role, "Permission being assigned was not found on application")
	}
	if p.Type() == Group && x.d.plan == PlanFree {
		return Assignment{}, badRequest(p.id, "Groups cannot be assigned to applications in this tenant: it needs Microsoft Entra ID P1 or P2.")
	}
	if p.Type() == Group && !p.Bool("securityEnabled") && !x.d.anyGroup {
		return Assignment{}, badRequest(p.id, "The group is not security enabled. Only groups with securityEnabled true can be assigned to applications.")
	}
	if _, exists := x.view.forward.get(l); exists {
		return Assignment{}, badRequest(l.role, "Permission being assigned already exists on the object")
	}
	l.assignment = &Assignment{
		ID: x.assignmentID(p.id), PrincipalID: p.id, PrincipalType: p.Type(), ResourceID: r.id, AppRoleID: l.role, Created: x.now.UTC(),
	}
	if _, taken := x.view.assignments.get(l.assignment); taken {
		return Assignment{}, fmt.Errorf("assign app role: id %q is taken", l.assignment.ID)
	}
	x.putLink(l)
	x.recordLink(LinkAdded, l)
	return *l.assignment, nil
}

// assignmentID composes the id of an assignment of a principal and a new GUID.
func (x *tx) assignmentID(principal string) string {
	next := x.newID()
	if id, ok := joinedID(principal, next); ok {
		return id
	}
	return next
}

// assignable says whether an application offers a role to a principal of its kind: a role that is enabled for it, or the
// default access role when there is none.
func assignable(principal, resource *Object, role string) bool {
	member, offered := "User", false
	if principal.Type() == ServicePrincipal {
		member = "Application"
	}
	for _, each := range get[[]AppRole](resource, "appRoles") {
		if each.allows(member) {
			offered = true
			if each.ID == role {
				return true
			}
		}
	}
	return role == DefaultAccessRole && !offered
}

// Unassign ends an app-role assignment, by the assignment's id.
// Source: learn.microsoft.com/graph/api/serviceprincipal-delete-approleassignedto.
func (d *Directory) Unassign(assignment string) error {
	return d.write(func(x *tx) error {
		a, ok := x.view.Assignment(assignment)
		if !ok {
			return notFound(assignment)
		}
		l, ok := x.view.forward.get(&link{relation: AppRoleAssignment, from: a.PrincipalID, to: a.ResourceID, role: a.AppRoleID})
		if !ok {
			return notFound(assignment)
		}
		x.dropLink(l)
		x.recordLink(LinkRemoved, l)
		return nil
	})
}
