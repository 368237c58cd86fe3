package permission_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// refused is a call that looks as if the permissions held were enough.
type refused struct {
	name, method, template string
	held                   []string
	appOnly                bool
	instead                []string // what is enough
}

func (r refused) caller(held []string) permission.Caller {
	return permission.Caller{AppOnly: r.appOnly, Scopes: held, Roles: held}
}

func TestDenialsThatSurprise(t *testing.T) {
	t.Parallel()
	directory := []string{"Directory.ReadWrite.All"}
	for _, r := range []refused{
		{name: "writing the directory is not deleting users", method: "DELETE", template: "/users/{id}", held: directory, instead: []string{"User.DeleteRestore.All"}},
		{name: "writing the directory is not deleting groups", method: "DELETE", template: "/groups/{id}", held: directory, instead: []string{"Group.ReadWrite.All"}},
		{name: "writing the directory is not registering applications", method: "POST", template: "/applications", held: directory, instead: []string{"Application.ReadWrite.All"}},
		{name: "writing the directory is not changing applications", method: "PATCH", template: "/applications/{id}", held: directory, instead: []string{"Application.ReadWrite.All"}},
		{name: "writing the directory is not deleting applications", method: "DELETE", template: "/applications/{id}", held: directory, instead: []string{"Application.ReadWrite.All"}},
		{name: "writing the directory is not activating roles", method: "POST", template: "/directoryRoles", held: directory, instead: []string{"RoleManagement.ReadWrite.Directory"}},
		{name: "writing the directory is not assigning roles", method: "POST", template: "/roleManagement/directory/roleAssignments", held: directory,
			instead: []string{"RoleManagement.ReadWrite.Directory"}},
		{name: "assigning app roles needs to read the application as well", method: "POST", template: "/servicePrincipals/{id}/appRoleAssignedTo",
			held: []string{"AppRoleAssignment.ReadWrite.All"}, instead: []string{"AppRoleAssignment.ReadWrite.All", "Application.Read.All"}},
		{name: "reading applications is not assigning app roles", method: "POST", template: "/servicePrincipals/{id}/appRoleAssignedTo",
			held: []string{"Application.Read.All", "Directory.Read.All"}, instead: []string{"AppRoleAssignment.ReadWrite.All", "Directory.Read.All"}},
		{name: "owners of service principals need the directory read as well", method: "POST", template: "/servicePrincipals/{id}/owners/$ref",
			held: []string{"Application.ReadWrite.All"}, instead: []string{"Application.ReadWrite.All", "Directory.Read.All"}},
		{name: "reading the directory is not adding owners", method: "POST", template: "/servicePrincipals/{id}/owners/$ref",
			held: []string{"Directory.Read.All"}, instead: directory},
		{name: "reading users is not reading their memberships", method: "POST", template: "/users/{id}/getMemberGroups", held: []string{"User.Read.All"},
			instead: []string{"User.Read.All", "GroupMember.Read.All"}},
		{name: "reading groups is not reading users", method: "GET", template: "/users", held: []string{"Group.Read.All"}, instead: []string{"User.ReadBasic.All"}},
		{name: "writing users is not reading licences of the tenant", method: "GET", template: "/subscribedSkus", held: []string{"User.ReadWrite.All"},
			instead: []string{"LicenseAssignment.Read.All"}},
		{name: "enabling users needs to read them as well", method: "PATCH", template: "/users/{id}", held: []string{"User.EnableDisableAccount.All"},
			instead: []string{"User.EnableDisableAccount.All", "User.Read.All"}},
		{name: "products ask for permissions that do nothing here", method: "GET", template: "/users", held: []string{"APIConnectors.Read.All", "PrivilegedAccess.Read.AzureAD"},
			instead: []string{"Directory.Read.All"}},
	} {
		for _, r.appOnly = range []bool{false, true} {
			t.Run(r.name, func(t *testing.T) {
				t.Parallel()
				rule, ok := permission.Find(r.method, r.template)
				if !ok {
					t.Fatalf("%s %s has no rule", r.method, r.template)
				}
				if d := rule.Allows(r.caller(r.held)); d.Allowed || d.Used != "" || len(d.AnyOf) == 0 {
					t.Errorf("%q app-only %v: %+v", r.held, r.appOnly, d)
				}
				if d := rule.Allows(r.caller(r.instead)); !d.Allowed || d.Used != r.instead[0] {
					t.Errorf("%q app-only %v: %+v", r.instead, r.appOnly, d)
				}
			})
		}
	}
}

func TestAppOnlyCallersNeverReachMe(t *testing.T) {
	t.Parallel()
	all := []string{
		"User.Read", "User.ReadWrite", "User.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All", "Directory.Read.All", "Application.Read.All",
		"User.RevokeSessions.All", "User-PasswordProfile.ReadWrite.All", "GroupMember.Read.All",
	}
	for _, rule := range permission.Rules() {
		if template := rule.Template(); template != "/me" && (len(template) < 4 || template[:4] != "/me/") {
			continue
		}
		if d := rule.Allows(permission.Caller{AppOnly: true, Roles: all, Scopes: all}); d.Allowed || d.Least != "" {
			t.Errorf("%s %s is allowed to an application: %+v", rule.Method(), rule.Template(), d)
		}
	}
}

func TestUserReadAndOwnedByReachOnlyTheCallersOwn(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		method, template string
		caller           permission.Caller
		ownOnly          bool
		used             string
	}{
		{"GET", "/users/{id}", permission.Caller{Scopes: []string{"User.Read"}}, true, "User.Read"},
		{"GET", "/users/{id}", permission.Caller{Scopes: []string{"User.Read", "User.Read.All"}}, false, "User.Read.All"},
		{"GET", "/users/{id}", permission.Caller{Scopes: []string{"User.ReadWrite", "User.Read"}}, true, "User.Read"},
		{"GET", "/me", permission.Caller{Scopes: []string{"User.Read"}}, false, "User.Read"},
		{"PATCH", "/users/{id}", permission.Caller{Scopes: []string{"User.ReadWrite"}}, true, "User.ReadWrite"},
		{"PATCH", "/applications/{id}", permission.Caller{AppOnly: true, Roles: []string{"Application.ReadWrite.OwnedBy"}}, true, "Application.ReadWrite.OwnedBy"},
		{"PATCH", "/applications/{id}", permission.Caller{AppOnly: true, Roles: []string{"Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"}}, false, "Application.ReadWrite.All"},
		{"POST", "/applications", permission.Caller{AppOnly: true, Roles: []string{"Application.ReadWrite.OwnedBy"}}, false, "Application.ReadWrite.OwnedBy"},
		{"GET", "/servicePrincipals", permission.Caller{AppOnly: true, Roles: []string{"Application.ReadWrite.OwnedBy"}}, false, "Application.ReadWrite.OwnedBy"},
		{"POST", "/applicationTemplates/{id}/instantiate", permission.Caller{AppOnly: true, Roles: []string{"Application.ReadWrite.OwnedBy"}}, false, "Application.ReadWrite.OwnedBy"},
	} {
		rule, _ := permission.Find(each.method, each.template)
		if d := rule.Allows(each.caller); !d.Allowed || d.OwnOnly != each.ownOnly || d.Used != each.used {
			t.Errorf("%s %s by %+v: %+v", each.method, each.template, each.caller, d)
		}
	}
}

func TestTheLeastPrivilegedPermissionHeldIsTheOneUsed(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		method, template string
		held             []string
		used             string
	}{
		{"GET", "/users", []string{"Directory.ReadWrite.All", "User.Read.All", "User.ReadWrite.All"}, "User.Read.All"},
		{"GET", "/users", []string{"User.ReadWrite.All", "Directory.Read.All"}, "Directory.Read.All"},
		{"GET", "/groups", []string{"Group.Read.All", "GroupMember.Read.All"}, "GroupMember.Read.All"},
		{"POST", "/groups", []string{"Directory.ReadWrite.All", "Group.ReadWrite.All", "Group.Create"}, "Group.Create"},
		{"POST", "/users/{id}/assignLicense", []string{"User.ReadWrite.All", "Directory.ReadWrite.All"}, "User.ReadWrite.All"},
		{"POST", "/users/{id}/revokeSignInSessions", []string{"User.ReadWrite.All", "User.RevokeSessions.All"}, "User.RevokeSessions.All"},
	} {
		rule, _ := permission.Find(each.method, each.template)
		if d := rule.Allows(permission.Caller{AppOnly: true, Roles: each.held}); d.Used != each.used {
			t.Errorf("%s %s with %q used %q, want %q", each.method, each.template, each.held, d.Used, each.used)
		}
	}
}

func TestTheLenientReadingLetsWhoWritesRead(t *testing.T) {
	t.Parallel()
	rule, _ := permission.Find("POST", "/directoryObjects/getByIds")
	strict := []string{"Directory.ReadWrite.All", "User-Phone.ReadWrite.All", "Application.ReadWrite.OwnedBy", "User.ReadWrite"}
	if rule.Allows(permission.Caller{AppOnly: true, Roles: strict}).Allowed {
		t.Error("the strict reading lets Directory.ReadWrite.All read objects, which the table does not name")
	}
	lenient := permission.WithImplied(strict)
	if !rule.Allows(permission.Caller{AppOnly: true, Roles: lenient}).Allowed || len(lenient) != len(strict)+1 || len(strict) != 4 {
		t.Errorf("the lenient reading is %q", lenient)
	}
}
