package permission_test

import (
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

func TestWritingPropertiesOfUsers(t *testing.T) {
	t.Parallel()
	body := []string{"displayName", "accountEnabled", "passwordProfile", "identities", "mobilePhone", "businessPhones", "otherMails", "aboutMe", "manager@odata.bind"}
	rest := func(but ...string) []string {
		return slices.DeleteFunc(slices.Clone(body), func(name string) bool { return slices.Contains(append(but, "manager@odata.bind"), name) })
	}
	for _, each := range []struct {
		name         string
		held         []string
		appOnly      bool
		self         bool
		denied, used []string
	}{
		{name: "nothing", denied: rest()},
		{name: "all users, with a user", held: []string{"User.ReadWrite.All"}, denied: []string{"passwordProfile"}, used: []string{"User.ReadWrite.All"}},
		{name: "all users, as an application", held: []string{"User.ReadWrite.All"}, appOnly: true, denied: []string{"passwordProfile", "aboutMe"}, used: []string{"User.ReadWrite.All"}},
		{name: "the directory", held: []string{"Directory.ReadWrite.All"}, appOnly: true, denied: []string{"passwordProfile", "aboutMe"}, used: []string{"Directory.ReadWrite.All"}},
		{name: "as the user, with a user", held: []string{"User.ReadWrite.All", "Directory.AccessAsUser.All"}, used: []string{"User.ReadWrite.All", "Directory.AccessAsUser.All"}},
		{name: "as the user, as an application", held: []string{"User.ReadWrite.All", "Directory.AccessAsUser.All"}, appOnly: true, denied: []string{"passwordProfile", "aboutMe"},
			used: []string{"User.ReadWrite.All"}},
		{name: "enabling alone", held: []string{"User.EnableDisableAccount.All"}, denied: rest()},
		{name: "enabling with reading", held: []string{"User.EnableDisableAccount.All", "User.Read.All"}, denied: rest("accountEnabled"),
			used: []string{"User.EnableDisableAccount.All", "User.Read.All"}},
		{name: "passwords", held: []string{"User-PasswordProfile.ReadWrite.All"}, appOnly: true, denied: rest("passwordProfile"), used: []string{"User-PasswordProfile.ReadWrite.All"}},
		{name: "identities", held: []string{"User.ManageIdentities.All"}, denied: rest("identities"), used: []string{"User.ManageIdentities.All"}},
		{name: "phones", held: []string{"User-Phone.ReadWrite.All"}, denied: rest("mobilePhone", "businessPhones"), used: []string{"User-Phone.ReadWrite.All"}},
		{name: "mail", held: []string{"User-Mail.ReadWrite.All"}, denied: rest("otherMails"), used: []string{"User-Mail.ReadWrite.All"}},
		{name: "oneself", held: []string{"User.ReadWrite"}, self: true, denied: []string{"passwordProfile"}, used: []string{"User.ReadWrite"}},
		{name: "somebody else with the permission for oneself", held: []string{"User.ReadWrite"}, denied: rest()},
		{name: "reading", held: []string{"User.Read.All", "Directory.Read.All"}, denied: rest()},
	} {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			caller := permission.Caller{AppOnly: each.appOnly, Scopes: each.held}
			if each.appOnly {
				caller = permission.Caller{AppOnly: true, Roles: each.held}
			}
			if denied := permission.DeniedUserWrites(caller, each.self, body); !slices.Equal(denied, each.denied) {
				t.Errorf("denied are %q, want %q", denied, each.denied)
			}
			if used := permission.UsedForUserWrites(caller, each.self, body); !slices.Equal(used, each.used) {
				t.Errorf("used are %q, want %q", used, each.used)
			}
		})
	}
}

func TestNamesOfPropertiesAreReadAsGraphReadsThem(t *testing.T) {
	t.Parallel()
	caller := permission.Caller{AppOnly: true, Roles: []string{"User.ReadWrite.All"}}
	body := []string{"PASSWORDPROFILE", "passwordProfile/password", "onPremisesExtensionAttributes/extensionAttribute1", "@odata.type", "passwordProfile@odata.type"}
	if denied := permission.DeniedUserWrites(caller, false, body); !slices.Equal(denied, body[:2]) {
		t.Errorf("denied are %q", denied)
	}
}

func TestReadingPropertiesOfUsers(t *testing.T) {
	t.Parallel()
	basic := []string{"displayName", "givenName", "id", "mail", "photo", "surname", "userPrincipalName"}
	for _, each := range []struct {
		name   string
		caller permission.Caller
		self   bool
		only   []string // nil: all
	}{
		{"basic", permission.Caller{AppOnly: true, Roles: []string{"User.ReadBasic.All"}}, false, basic},
		{"basic and more", permission.Caller{AppOnly: true, Roles: []string{"User.ReadBasic.All", "User.Read.All"}}, false, nil},
		{"directory", permission.Caller{Scopes: []string{"Directory.Read.All"}}, false, nil},
		{"basic of the application does not count with a user", permission.Caller{Scopes: []string{"User.ReadBasic.All"}, Roles: []string{"User.Read.All"}}, false, basic},
		{"oneself", permission.Caller{Scopes: []string{"User.Read"}}, true, nil},
		{"another with the permission for oneself", permission.Caller{Scopes: []string{"User.Read"}}, false, []string{"id"}},
		{"an application has no self", permission.Caller{AppOnly: true, Roles: []string{"User.Read"}}, true, []string{"id"}},
		{"members of groups alone", permission.Caller{AppOnly: true, Roles: []string{"GroupMember.Read.All"}}, false, []string{"id"}},
	} {
		all, only := permission.ReadableUserProperties(each.caller, each.self)
		if all != (each.only == nil) || !slices.Equal(only, each.only) {
			t.Errorf("%s: sees all %v, only %q, want %q", each.name, all, only, each.only)
		}
	}
}

func TestSignInActivityNeedsTheAuditLogAsWell(t *testing.T) {
	t.Parallel()
	names := []string{"displayName", "signInActivity", "SignInActivity/lastSignInDateTime"}
	without := permission.Caller{AppOnly: true, Roles: []string{"User.Read.All", "Directory.ReadWrite.All"}}
	if denied := permission.DeniedUserReads(without, names); !slices.Equal(denied, names[1:]) {
		t.Errorf("denied are %q", denied)
	}
	with := permission.Caller{AppOnly: true, Roles: []string{"User.Read.All", "AuditLog.Read.All"}}
	if denied := permission.DeniedUserReads(with, names); denied != nil {
		t.Errorf("denied are %q", denied)
	}
}

func TestObjectsOfTypesTheCallerMayNotReadStayClosed(t *testing.T) {
	t.Parallel()
	groups := permission.Caller{AppOnly: true, Roles: []string{"GroupMember.Read.All"}}
	for name, want := range map[string]bool{"group": true, "#microsoft.graph.Group": true, "microsoft.graph.user": false, "servicePrincipal": false, "": false} {
		if got := permission.ReadsType(groups, name); got != want {
			t.Errorf("reads %q: %v", name, got)
		}
	}
	if !permission.ReadsType(permission.Caller{Scopes: []string{"Directory.Read.All"}}, "orgContact") {
		t.Error("who reads the directory does not read a contact")
	}
}

func TestHiddenMembersAndGroupsForRolesNeedPermissionsOfTheirOwn(t *testing.T) {
	t.Parallel()
	all := permission.Caller{AppOnly: true, Roles: []string{"Group.ReadWrite.All", "Directory.ReadWrite.All"}}
	if permission.ReadsHiddenMembers(all) || permission.ManagesRoleAssignable(all) {
		t.Error("Group.ReadWrite.All is enough")
	}
	own := permission.Caller{AppOnly: true, Roles: []string{"Member.Read.Hidden", "RoleManagement.ReadWrite.Directory"}}
	if !permission.ReadsHiddenMembers(own) || !permission.ManagesRoleAssignable(own) {
		t.Error("their own permissions are not enough")
	}
}

func TestPermissionsHaveTheirRealIDs(t *testing.T) {
	t.Parallel()
	p, application, ok := permission.ByID("741F803B-c850-494e-b5df-cde7c675a1ca")
	if !ok || !application || p.Name != "User.ReadWrite.All" || p.Delegated != "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4" {
		t.Errorf("User.ReadWrite.All: %+v %v %v", p, application, ok)
	}
	openid, ok := permission.Named("OpenID")
	if _, application, known := permission.ByID(openid.Delegated); !ok || !known || application || openid.Application != "" || !openid.UserConsent {
		t.Errorf("openid: %+v", openid)
	}
	if _, _, ok := permission.ByID(""); ok {
		t.Error("no id is an id")
	}
	if _, ok := permission.Named("User.Conquer.All"); ok {
		t.Error("an invented permission has an id")
	}
	seen := map[string]string{}
	all := permission.Permissions()
	for _, p := range all {
		for _, id := range []string{p.Delegated, p.Application} {
			if id != "" && (len(id) != 36 || seen[id] != "") {
				t.Errorf("%s has the id %q of %q", p.Name, id, seen[id])
			}
			seen[id] = p.Name
		}
		if p.Delegated == "" && p.Application == "" {
			t.Errorf("%s has no id", p.Name)
		}
	}
	if len(all) != 50 {
		t.Errorf("there are %d permissions", len(all))
	}
}
