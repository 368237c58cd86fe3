package directory

import "fmt"

// relations are all relations, for what concerns every link of an object.
var relations = [...]Relation{Members, Manager, AppRoleAssignment, Owners, RoleMembers}

// recordLink logs the coming or going of a link.
func (x *tx) recordLink(op Operation, l link) {
	x.record(Change{Operation: op, Type: schema[l.fromType].typ, ObjectID: l.from, Relation: l.relation, TargetID: l.to})
}

// pair returns two live objects and the link between them; the first missing one is reported.
func (x *tx) pair(r Relation, from, to string) (a, b *Object, l link, err error) {
	if a, err = x.object(from); err != nil {
		return nil, nil, link{}, err
	}
	if b, err = x.object(to); err != nil {
		return nil, nil, link{}, err
	}
	return a, b, link{relation: r, from: a.id, to: b.id, fromType: a.table.number, toType: b.table.number}, nil
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
	return d.write(func(x *tx) error {
		g, m, l, err := x.pair(Members, group, member)
		if err != nil {
			return err
		}
		switch {
		case g.Type() != Group:
			return notFound(group)
		case m.id == g.id, isMicrosoft365(g) && m.Type() != User:
			return unsupportedReference(m.id, "members")
		case isDynamic(g):
			return &Error{Code: CodeDenied, Message: "Insufficient privileges to complete the operation.", Target: g.id}
		}
		if _, exists := x.view.forward.get(l); exists {
			return badRequest(m.id, "One or more added object references already exist for the following modified properties: 'members'.")
		}
		x.putLink(l)
		x.recordLink(LinkAdded, l)
		return nil
	})
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
			return &Error{Code: CodeDenied, Message: "Insufficient privileges to complete the operation.", Target: g.id}
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
	return d.write(func(x *tx) error {
		u, err := x.object(user)
		if err != nil {
			return err
		}
		if u.Type() != User {
			return notFound(user)
		}
		var next link
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
		var before []link
		for l := range x.view.links(Manager, u.id, true) {
			before = append(before, l)
		}
		for _, l := range before {
			if l == next {
				return nil
			}
			if x.view.visible(l) { // a manager in the recycle bin is gone for everybody already
				x.recordLink(LinkRemoved, l)
			}
			x.dropLink(l)
		}
		if next.to != "" {
			x.putLink(next)
			x.recordLink(LinkAdded, next)
		}
		return nil
	})
}

// Assign gives a user, group or service principal a role in an application, [DefaultAccessRole] for access without a role.
// Source: learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto.
func (d *Directory) Assign(principal, resource, appRole string) (Assignment, error) {
	var made Assignment
	err := d.write(func(x *tx) error {
		p, r, l, err := x.pair(AppRoleAssignment, principal, resource)
		if err != nil {
			return err
		}
		if r.Type() != ServicePrincipal {
			return notFound(resource)
		}
		l.role = fold(appRole)
		if !assignable(p, r, l.role) {
			return badRequest(l.role, "Permission being assigned was not found on application")
		}
		if _, exists := x.view.forward.get(l); exists {
			return badRequest(l.role, "Permission being assigned already exists on the object")
		}
		l.assignment = &Assignment{
			ID: x.newID(), PrincipalID: p.id, PrincipalType: p.Type(), ResourceID: r.id, AppRoleID: l.role, Created: x.now.UTC(),
		}
		if _, taken := x.view.assignments.get(l.assignment); taken {
			return fmt.Errorf("assign app role: id %q is taken", l.assignment.ID)
		}
		x.putLink(l)
		x.recordLink(LinkAdded, l)
		made = *l.assignment
		return nil
	})
	return made, err
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
		l, ok := x.view.forward.get(link{relation: AppRoleAssignment, from: a.PrincipalID, to: a.ResourceID, role: a.AppRoleID})
		if !ok {
			return notFound(assignment)
		}
		x.dropLink(l)
		x.recordLink(LinkRemoved, l)
		return nil
	})
}
