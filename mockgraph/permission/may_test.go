package permission_test

import (
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

var (
	member = permission.User{}
	guest  = permission.User{IsGuest: true}
	owner  = permission.User{IsOwner: true}
	self   = permission.User{IsSelf: true}
)

// roleNames gives the roles of the tests their names.
var roleNames = map[string]string{
	"Application Administrator": permission.ApplicationAdministrator, "Application Developer": permission.ApplicationDeveloper,
	"Authentication Administrator": permission.AuthenticationAdministrator, "Cloud Application Administrator": permission.CloudApplicationAdministrator,
	"Directory Readers": permission.DirectoryReaders, "Directory Writers": permission.DirectoryWriters,
	"Domain Name Administrator": permission.DomainNameAdministrator, "Global Administrator": permission.GlobalAdministrator,
	"Global Reader": permission.GlobalReader, "Groups Administrator": permission.GroupsAdministrator, "Guest Inviter": permission.GuestInviter,
	"Helpdesk Administrator": permission.HelpdeskAdministrator, "License Administrator": permission.LicenseAdministrator,
	"Message Center Reader": permission.MessageCenterReader, "Password Administrator": permission.PasswordAdministrator,
	"Privileged Authentication Administrator": permission.PrivilegedAuthenticationAdministrator,
	"Privileged Role Administrator":           permission.PrivilegedRoleAdministrator, "Reports Reader": permission.ReportsReader,
	"Security Administrator": permission.SecurityAdministrator, "Security Reader": permission.SecurityReader,
	"Usage Summary Reports Reader": permission.UsageSummaryReportsReader, "User Administrator": permission.UserAdministrator,
	"User Experience Success Manager": permission.UserExperienceSuccessManager,
}

func as(names ...string) permission.User {
	var u permission.User
	for _, name := range names {
		u.Roles = append(u.Roles, roleNames[name])
	}
	return u
}

func may(t *testing.T, s permission.Settings, method, template string, u permission.User) bool {
	t.Helper()
	rule, ok := permission.Find(method, template)
	if !ok {
		t.Fatalf("%s %s has no rule", method, template)
	}
	return s.May(rule, u)
}

func TestRolesThatMayMakeACall(t *testing.T) {
	t.Parallel()
	apps := []string{"Application Administrator", "Cloud Application Administrator"}
	updaters := []string{"Authentication Administrator", "Directory Writers", "Privileged Authentication Administrator", "User Administrator"}
	for _, each := range []struct {
		method, template string
		roles            []string // beside the Global Administrator
	}{
		{"POST", "/users", []string{"Directory Writers", "User Administrator"}},
		{"PATCH", "/users/{id}", append([]string{"Helpdesk Administrator", "License Administrator", "Password Administrator"}, updaters...)},
		{"DELETE", "/users/{id}", []string{"Authentication Administrator", "Privileged Authentication Administrator", "User Administrator"}},
		{"PUT", "/users/{id}/manager/$ref", updaters},
		{"POST", "/users/{id}/revokeSignInSessions", append([]string{"Helpdesk Administrator"}, updaters...)},
		{"POST", "/users/{id}/assignLicense", []string{"Directory Writers", "License Administrator", "User Administrator"}},
		{"POST", "/directory/deletedItems/microsoft.graph.user/{id}/restore", []string{"Authentication Administrator", "Privileged Authentication Administrator", "User Administrator"}},
		{"PATCH", "/groups/{id}", []string{"Directory Writers", "Groups Administrator", "User Administrator"}},
		{"DELETE", "/groups/{id}", []string{"Groups Administrator", "User Administrator"}},
		{"POST", "/groups/{id}/members/$ref", []string{"Directory Writers", "Groups Administrator", "User Administrator"}},
		{"POST", "/groups/{id}/assignLicense", []string{"Directory Writers", "Groups Administrator", "License Administrator", "User Administrator"}},
		{"POST", "/directory/deletedItems/microsoft.graph.group/{id}/restore", []string{"Groups Administrator", "User Administrator"}},
		{"PATCH", "/applications/{id}", apps},
		{"POST", "/applications/{id}/addPassword", apps},
		{"PATCH", "/servicePrincipals/{id}", apps},
		{"POST", "/applicationTemplates/{id}/instantiate", apps},
		{"POST", "/servicePrincipals/{id}/appRoleAssignedTo", append([]string{"Directory Writers", "Privileged Role Administrator", "User Administrator"}, apps...)},
		{"DELETE", "/oauth2PermissionGrants/{id}", append([]string{"Privileged Role Administrator", "User Administrator"}, apps...)},
		{"POST", "/servicePrincipals/{id}/synchronization/jobs", apps},
		{"POST", "/servicePrincipals/{id}/synchronization/jobs/{id}/start", apps},
		{"PUT", "/servicePrincipals/{id}/synchronization/secrets", apps},
		{"GET", "/servicePrincipals/{id}/synchronization/jobs", append([]string{"Global Reader"}, apps...)},
		{"POST", "/directoryRoles", []string{"Privileged Role Administrator"}},
		{"POST", "/roleManagement/directory/roleAssignments", []string{"Privileged Role Administrator"}},
		{"POST", "/directory/administrativeUnits", []string{"Privileged Role Administrator"}},
		{"POST", "/domains", []string{"Domain Name Administrator"}},
		{"PATCH", "/organization/{id}", nil},
		{"GET", "/auditLogs/signIns", append([]string{"Global Reader", "Reports Reader", "Security Administrator", "Security Reader"}, apps...)},
	} {
		want := append([]string{"Global Administrator"}, each.roles...)
		var got []string
		for name := range roleNames {
			if may(t, permission.Settings{}, each.method, each.template, as(name)) {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s %s is for %q, want %q", each.method, each.template, got, want)
		}
		if may(t, permission.Settings{}, each.method, each.template, member) {
			t.Errorf("%s %s is for any member", each.method, each.template)
		}
	}
}

func TestWhatUsersMayWithoutARole(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		method, template           string
		member, guest, owner, self bool
	}{
		{"GET", "/users", true, false, true, true},
		{"GET", "/users/{id}", true, true, true, true},
		{"GET", "/users/{id}/manager", true, true, true, true},
		{"GET", "/users/{id}/memberOf", true, false, true, true},
		{"GET", "/me", true, true, true, true},
		{"GET", "/me/memberOf", true, true, true, true},
		{"POST", "/me/getMemberGroups", true, true, true, true},
		{"POST", "/users/{id}/getMemberGroups", true, false, true, true},
		{"PATCH", "/me", true, true, true, true},
		{"PATCH", "/users/{id}", false, false, false, true},
		{"DELETE", "/users/{id}", false, false, false, false},
		{"POST", "/me/changePassword", true, true, true, true},
		{"POST", "/me/revokeSignInSessions", true, true, true, true},
		{"PUT", "/me/photo/$value", true, true, true, true},
		{"PUT", "/me/manager/$ref", false, false, false, false},
		{"POST", "/me/assignLicense", false, false, false, false},
		{"GET", "/groups", true, false, true, true},
		{"GET", "/groups/{id}/members", true, true, true, true},
		{"POST", "/groups", true, false, true, true},
		{"PATCH", "/groups/{id}", false, false, true, false},
		{"DELETE", "/groups/{id}", false, false, true, false},
		{"DELETE", "/groups/{id}/members/{id}/$ref", false, false, true, false},
		{"POST", "/applications", true, false, true, true},
		{"POST", "/applications/{id}/addPassword", false, false, true, false},
		{"POST", "/servicePrincipals", false, false, true, false},
		{"POST", "/servicePrincipals/{id}/synchronization/jobs", false, false, true, false},
		{"GET", "/servicePrincipals/{id}/synchronization/jobs", false, false, true, false},
		{"GET", "/applications", true, false, true, true},
		{"GET", "/applications/{id}", true, true, true, true},
		{"GET", "/subscribedSkus", true, false, true, true},
		{"GET", "/directoryRoles", true, false, true, true},
		{"GET", "/organization", true, true, true, true},
		{"GET", "/domains", true, true, true, true},
		{"GET", "/auditLogs/signIns", false, false, false, false},
		{"POST", "/invitations", true, true, true, true},
		{"POST", "/directoryObjects/getByIds", true, true, true, true},
		{"POST", "/$batch", true, true, true, true},
		{"POST", "/subscriptions", true, false, true, true},
	} {
		for name, who := range map[string]struct {
			user permission.User
			want bool
		}{"a member": {member, each.member}, "a guest": {guest, each.guest}, "the owner": {owner, each.owner}, "the user herself": {self, each.self}} {
			if got := may(t, permission.Settings{}, each.method, each.template, who.user); got != who.want {
				t.Errorf("%s %s by %s: %v", each.method, each.template, name, got)
			}
		}
	}
}

func TestSettingsOfTheTenantChangeTheDefaults(t *testing.T) {
	t.Parallel()
	inviter, developer := as("Guest Inviter"), as("Application Developer")
	for _, each := range []struct {
		name             string
		settings         permission.Settings
		method, template string
		user             permission.User
		want             bool
	}{
		{"no registration", permission.Settings{NoAppRegistration: true}, "POST", "/applications", member, false},
		{"no registration, developer", permission.Settings{NoAppRegistration: true}, "POST", "/applications", developer, true},
		{"no security groups", permission.Settings{NoSecurityGroups: true}, "POST", "/groups", member, false},
		{"no security groups, administrator", permission.Settings{NoSecurityGroups: true}, "POST", "/groups", as("Groups Administrator"), true},
		{"no reading of users", permission.Settings{NoReadingUsers: true}, "GET", "/users", member, false},
		{"no reading of users, herself", permission.Settings{NoReadingUsers: true}, "GET", "/users/{id}", self, true},
		{"no reading of users, a role", permission.Settings{NoReadingUsers: true}, "GET", "/users", as("Reports Reader"), true},
		{"invitations of members, member", permission.Settings{InvitesFrom: permission.InvitesFromAdminsGuestInvitersAndAllMembers}, "POST", "/invitations", member, true},
		{"invitations of members, guest", permission.Settings{InvitesFrom: permission.InvitesFromAdminsGuestInvitersAndAllMembers}, "POST", "/invitations", guest, false},
		{"invitations of inviters, member", permission.Settings{InvitesFrom: permission.InvitesFromAdminsAndGuestInviters}, "POST", "/invitations", member, false},
		{"invitations of inviters, inviter", permission.Settings{InvitesFrom: permission.InvitesFromAdminsAndGuestInviters}, "POST", "/invitations", inviter, true},
		{"invitations of nobody", permission.Settings{InvitesFrom: permission.InvitesFromNone}, "POST", "/invitations", member, false},
		{"guests like members", permission.Settings{GuestRole: permission.GuestsAreLikeMembers}, "GET", "/users", guest, true},
		{"restricted guests, users", permission.Settings{GuestRole: permission.GuestsAreRestricted}, "GET", "/users/{id}", guest, false},
		{"restricted guests, groups", permission.Settings{GuestRole: permission.GuestsAreRestricted}, "GET", "/groups/{id}", guest, false},
		{"restricted guests, applications", permission.Settings{GuestRole: permission.GuestsAreRestricted}, "GET", "/applications/{id}", guest, true},
		{"restricted guests, themselves", permission.Settings{GuestRole: permission.GuestsAreRestricted}, "GET", "/users/{id}", permission.User{IsGuest: true, IsSelf: true}, true},
		{"a guest with a role", permission.Settings{}, "GET", "/users", permission.User{IsGuest: true, Roles: []string{permission.DirectoryReaders}}, true},
		{"a role this package does not know", permission.Settings{}, "POST", "/users", permission.User{Roles: []string{"29232cdf-9323-42fd-ade2-1d097af3e4de"}}, false},
		{"an id in capitals", permission.Settings{}, "POST", "/users", permission.User{Roles: []string{"FE930BE7-5E62-47DB-91AF-98C3A49A38B1"}}, true},
	} {
		if got := may(t, each.settings, each.method, each.template, each.user); got != each.want {
			t.Errorf("%s: %s %s: %v", each.name, each.method, each.template, got)
		}
	}
}

func TestGroupsAreCreatedByTheirKind(t *testing.T) {
	t.Parallel()
	closed := permission.Settings{NoMicrosoft365: true}
	for _, each := range []struct {
		name         string
		settings     permission.Settings
		user         permission.User
		microsoft365 bool
		want         bool
	}{
		{"member, security", closed, member, false, true},
		{"member, Microsoft 365", closed, member, true, false},
		{"member, Microsoft 365 in a new tenant", permission.Settings{}, member, true, true},
		{"administrator", closed, as("User Administrator"), true, true},
		{"guest", permission.Settings{}, guest, false, false},
		{"guest like a member", permission.Settings{GuestRole: permission.GuestsAreLikeMembers}, guest, false, true},
	} {
		if got := each.settings.CanCreateGroup(each.user, each.microsoft365); got != each.want {
			t.Errorf("%s: %v", each.name, got)
		}
	}
}

func TestOnlyFewManageWhatGivesRoles(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		user            permission.User
		group, consents bool
	}{
		{as("Global Administrator"), true, true}, {as("Privileged Role Administrator"), true, true}, {as("Groups Administrator"), false, false},
		{as("Application Administrator"), false, false}, {owner, true, false}, {member, false, false},
	} {
		if got := permission.CanManageRoleAssignable(each.user); got != each.group {
			t.Errorf("%+v manages groups for roles: %v", each.user, got)
		}
		if got := permission.CanGrantGraphPermissions(each.user); got != each.consents {
			t.Errorf("%+v grants permissions of Graph: %v", each.user, got)
		}
	}
}

func TestPropertiesASignedInUserMayWrite(t *testing.T) {
	t.Parallel()
	body := []string{"displayName", "passwordProfile", "usageLocation", "mobilePhone", "otherMails", "skills", "manager@odata.bind"}
	for _, each := range []struct {
		name     string
		settings permission.Settings
		user     permission.User
		denied   []string
	}{
		{name: "a member, another", user: member, denied: body[:6]},
		{name: "a member, herself", user: self, denied: []string{"displayName", "passwordProfile", "usageLocation", "otherMails"}},
		{name: "a member, herself, where the tenant allows less", settings: permission.Settings{SelfService: []string{"skills"}}, user: self, denied: body[:5]},
		{name: "user administrator", user: as("User Administrator")},
		{name: "directory writer", user: as("Directory Writers"), denied: []string{"passwordProfile"}},
		{name: "helpdesk", user: as("Helpdesk Administrator"), denied: []string{"displayName", "usageLocation", "skills"}},
		{name: "licences", user: as("License Administrator"), denied: []string{"displayName", "passwordProfile", "mobilePhone", "otherMails", "skills"}},
		{name: "two roles", user: as("License Administrator", "Password Administrator"), denied: []string{"displayName", "skills"}},
	} {
		if denied := each.settings.DeniedToUser(each.user, body); !slices.Equal(denied, each.denied) {
			t.Errorf("%s: denied are %q, want %q", each.name, denied, each.denied)
		}
	}
}

func TestEveryCallHasARightAndTheGlobalAdministratorMayMakeIt(t *testing.T) {
	t.Parallel()
	global := permission.User{Roles: []string{permission.GlobalAdministrator}}
	for _, rule := range permission.Rules() {
		if !(permission.Settings{}).May(rule, global) {
			t.Errorf("%s %s is refused to the Global Administrator", rule.Method(), rule.Template())
		}
	}
}
