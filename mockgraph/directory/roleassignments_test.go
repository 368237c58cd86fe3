package directory_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

const (
	globalAdministrator = "62e90394-69f5-4237-9190-012177145e10"
	userAdministrator   = "fe930be7-5e62-47db-91af-98c3a49a38b1"
)

func (d *tenant) carrier(name string) string {
	d.t.Helper()
	return d.create(directory.Group, with(security(name), directory.Properties{"isAssignableToRole": true}))
}

func TestGivenRoleAssignmentsThenTheyAreListedByIDAndFound(t *testing.T) {
	d := newTenant(t)
	ada, grace, group := d.user("ada"), d.user("grace"), d.carrier("admins")
	for _, c := range [][2]string{{grace, userAdministrator}, {ada, globalAdministrator}, {group, userAdministrator}, {ada, userAdministrator}} {
		d.must(d.AssignRole(c[0], c[1]))
	}
	of := func(principal, role string) directory.RoleAssignment {
		return directory.RoleAssignment{ID: directory.RoleAssignmentID(role, principal), PrincipalID: principal, RoleDefinitionID: role, DirectoryScopeID: "/"}
	}
	sorted := func(all ...directory.RoleAssignment) []directory.RoleAssignment {
		slices.SortFunc(all, func(a, b directory.RoleAssignment) int { return strings.Compare(a.ID, b.ID) })
		return all
	}
	s := d.Snapshot()
	every := sorted(of(grace, userAdministrator), of(ada, globalAdministrator), of(group, userAdministrator), of(ada, userAdministrator))
	same(t, "all", list(s.RoleAssignments()), every)
	same(t, "of ada", list(s.RoleAssignmentsByPrincipal(ada)), sorted(of(ada, globalAdministrator), of(ada, userAdministrator)))
	same(t, "of a role", list(s.RoleAssignmentsByRole(globalAdministrator)), []directory.RoleAssignment{of(ada, globalAdministrator)})
	role, _ := s.Lookup(directory.DirectoryRole, "roleTemplateId", userAdministrator)
	same(t, "of a role by its own id", list(s.RoleAssignmentsByRole(strings.ToUpper(role.ID()))), sorted(of(grace, userAdministrator), of(group, userAdministrator), of(ada, userAdministrator)))
	same(t, "of a role that is not active", list(s.RoleAssignmentsByRole("88d8e3e3-8f55-4a1e-953a-9b9898b8876b")), nil)
	for _, each := range every {
		if found, ok := s.RoleAssignment(each.ID); !ok || found != each {
			t.Errorf("%s finds %v", each.ID, found)
		}
	}
	for _, id := range []string{"", "-1", "x-1", of(grace, globalAdministrator).ID, strings.TrimSuffix(every[0].ID, "-1"), every[0].ID[:20] + "-1", strings.ToUpper(every[0].ID)} {
		if found, ok := s.RoleAssignment(id); ok {
			t.Errorf("%q finds %v", id, found)
		}
	}
	d.must(d.UnassignRole(ada, globalAdministrator))
	if _, ok := d.Snapshot().RoleAssignment(of(ada, globalAdministrator).ID); ok {
		t.Error("an assignment that ended is found")
	}
	d.must(d.Delete(grace))
	same(t, "without the deleted", list(d.Snapshot().RoleAssignments()), sorted(of(group, userAdministrator), of(ada, userAdministrator)))
}

func TestGivenUsersThenPrivilegedAreThoseWithARole(t *testing.T) {
	d := newTenant(t)
	direct, member, nested, none := d.user("direct"), d.user("member"), d.user("nested"), d.user("none")
	carrier, inner, plain := d.carrier("carrier"), d.group("inner"), d.group("plain")
	d.must(d.AssignRole(direct, globalAdministrator))
	d.must(d.AssignRole(carrier, userAdministrator))
	for _, pair := range [][2]string{{carrier, member}, {carrier, inner}, {inner, nested}, {plain, none}} {
		d.must(d.AddMember(pair[0], pair[1]))
	}
	for id, want := range map[string]bool{direct: true, strings.ToUpper(member): true, nested: false, none: false, "nobody": false} {
		if got := d.Snapshot().IsPrivileged(id); got != want {
			t.Errorf("%s: %v", id, got)
		}
	}
	d.must(d.Delete(carrier))
	if d.Snapshot().IsPrivileged(member) {
		t.Error("a deleted group still carries its role")
	}
}
