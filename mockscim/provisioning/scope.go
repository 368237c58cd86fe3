package provisioning

import (
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

// scope answers who is entitled to the application at one moment: who is assigned to it, directly or as a direct member of
// an assigned group, or everybody. Members of nested groups are not.
// Source: learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works, Assignment-based scoping.
type scope struct {
	snap *directory.Snapshot // nil: not known, of the time before a job was loaded
	app  string              // service principal
	all  bool
}

// assigned says whether a principal itself is assigned.
func (s scope) assigned(principal string) bool {
	for a := range s.snap.Assignments(principal) {
		if a.ResourceID == s.app {
			return true
		}
	}
	return false
}

// entitled says whether a live object is in scope.
func (s scope) entitled(o *directory.Object) bool {
	if s.all || s.assigned(o.ID()) {
		return true
	}
	if o.Type() != directory.User {
		return false
	}
	for group := range s.snap.MemberOf(o.ID()) {
		if s.assigned(group) {
			return true
		}
	}
	return false
}

// hasMember says whether a live object is a direct member of a group. It costs as much as the object has groups.
func (s scope) hasMember(group, member string) bool {
	for g := range s.snap.MemberOf(member) {
		if g == group {
			return true
		}
	}
	return false
}

// addEntitled puts everything that is in scope on a worklist.
func (s scope) addEntitled(w *worklist) {
	if s.all {
		for o := range s.snap.Objects(directory.User) {
			w.users.add(o.ID())
		}
		for o := range s.snap.Objects(directory.Group) {
			w.groups.add(o.ID())
		}
		return
	}
	for a := range s.snap.AssignedTo(s.app) {
		s.addPrincipal(w, a.PrincipalID)
	}
}

// addPrincipal puts an assigned user, or an assigned group with its members, on a worklist.
func (s scope) addPrincipal(w *worklist, principal string) {
	o, ok := s.snap.Object(principal)
	if !ok {
		return
	}
	switch o.Type() {
	case directory.User:
		w.users.add(principal)
	case directory.Group:
		w.groups.add(principal)
		s.addMembers(w, principal)
	default: // service principals are not provisioned
	}
}

func (s scope) addMembers(w *worklist, group string) {
	for member := range s.snap.Members(group) {
		if o, ok := s.snap.Object(member); ok && o.Type() == directory.User {
			w.users.add(member)
		}
	}
}

// roles are the application roles a user holds, directly and through the groups it is a direct member of, each once. The
// default access is no role.
// Source: learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts.
func (s scope) roles(user string) any {
	app, ok := s.snap.Object(s.app)
	if !ok {
		return nil
	}
	defined, _ := app.Property("appRoles").([]directory.AppRole)
	roles := []mapping.Role{}
	seen := map[string]bool{directory.DefaultAccessRole: true}
	collect := func(principal string) {
		for a := range s.snap.Assignments(principal) {
			if a.ResourceID != s.app || seen[a.AppRoleID] {
				continue
			}
			seen[a.AppRoleID] = true
			for _, r := range defined {
				if r.ID == a.AppRoleID {
					roles = append(roles, mapping.Role{ID: r.ID, Value: r.Value, DisplayName: r.DisplayName})
				}
			}
		}
	}
	collect(user)
	for group := range s.snap.MemberOf(user) {
		collect(group)
	}
	return roles // none is an empty list: the assertive format takes roles away with it
}
