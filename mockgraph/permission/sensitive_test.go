package permission_test

import (
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// asUser is a delegated token that may do everything the user may.
var asUser = permission.Caller{Scopes: []string{"User.ReadWrite.All", "Directory.AccessAsUser.All"}}

func TestWhoMayTouchWhichAdministrator(t *testing.T) {
	t.Parallel()
	lookers := []string{
		"Directory Readers", "Guest Inviter", "Message Center Reader", "Password Administrator", "Reports Reader", "Usage Summary Reports Reader",
		"User Experience Success Manager",
	}
	with := func(more ...string) []string { return append(slices.Clone(lookers), more...) }
	var all []string
	for name := range roleNames {
		all = append(all, name)
	}
	passwords := map[string][]string{
		"Password Administrator":                  {"Directory Readers", "Guest Inviter", "Password Administrator"},
		"Helpdesk Administrator":                  with("Helpdesk Administrator"),
		"Authentication Administrator":            with("Authentication Administrator"),
		"User Administrator":                      with("Groups Administrator", "Helpdesk Administrator", "User Administrator"),
		"Privileged Authentication Administrator": all,
		"Global Administrator":                    all,
		"Groups Administrator":                    nil,
	}
	others := map[string][]string{
		"Password Administrator":                  nil,
		"Helpdesk Administrator":                  nil,
		"Authentication Administrator":            with("Authentication Administrator"),
		"User Administrator":                      with("Groups Administrator", "Helpdesk Administrator", "User Administrator"),
		"Privileged Authentication Administrator": all,
		"Global Administrator":                    all,
		"Privileged Role Administrator":           nil,
	}
	for action, table := range map[permission.Action]map[string][]string{
		permission.ResetPassword: passwords, permission.UpdateContact: passwords, permission.UpdateSensitive: others, permission.DeleteOrRestore: others,
	} {
		for actor, want := range table {
			var got []string
			for name, id := range roleNames {
				if (permission.Settings{}).MayTouchPrivileged(asUser, as(actor).Roles, action, permission.Target{Roles: []string{id}}) {
					got = append(got, name)
				}
			}
			slices.Sort(got)
			want = slices.Sorted(slices.Values(want))
			if !slices.Equal(got, want) {
				t.Errorf("%s, action %d, may touch %q, want %q", actor, action, got, want)
			}
		}
	}
}

func TestProtectionOfAdministrators(t *testing.T) {
	t.Parallel()
	application := permission.Caller{AppOnly: true, Roles: []string{"User.ReadWrite.All", "User-PasswordProfile.ReadWrite.All"}}
	withoutAccess := permission.Caller{Scopes: []string{"User.ReadWrite.All"}}
	target := func(names ...string) permission.Target { return permission.Target{Roles: as(names...).Roles} }
	for _, each := range []struct {
		name     string
		settings permission.Settings
		caller   permission.Caller
		actor    []string
		action   permission.Action
		target   permission.Target
		want     bool
	}{
		{name: "an application and a user", caller: application, action: permission.ResetPassword, want: true},
		{name: "an application and an administrator", caller: application, action: permission.UpdateSensitive, target: target("User Administrator")},
		{name: "an application with a role and an administrator", caller: application, actor: as("Global Administrator").Roles, action: permission.UpdateSensitive,
			target: target("User Administrator"), want: true},
		{name: "an application with too small a role", caller: application, actor: as("User Administrator").Roles, action: permission.DeleteOrRestore,
			target: target("Global Administrator")},
		{name: "an application and a reader", caller: application, action: permission.UpdateSensitive, target: target("Directory Readers", "Reports Reader"), want: true},
		{name: "an application and a member of a group for roles", caller: application, action: permission.UpdateContact, target: permission.Target{RoleAssignable: true}},
		{name: "a user administrator and a member of a group for roles", caller: asUser, actor: as("User Administrator").Roles, action: permission.ResetPassword,
			target: permission.Target{RoleAssignable: true}},
		{name: "the Global Administrator and a member of a group for roles", caller: asUser, actor: as("Global Administrator").Roles, action: permission.ResetPassword,
			target: permission.Target{RoleAssignable: true}, want: true},
		{name: "one role within reach, one above", caller: asUser, actor: as("User Administrator").Roles, action: permission.UpdateSensitive,
			target: target("Groups Administrator", "Application Administrator")},
		{name: "a role nobody has listed", caller: asUser, actor: as("User Administrator").Roles, action: permission.ResetPassword,
			target: permission.Target{Roles: []string{"29232cdf-9323-42fd-ade2-1d097af3e4de"}}},
		{name: "without access as the user", caller: withoutAccess, actor: as("Global Administrator").Roles, action: permission.UpdateSensitive, target: target("User Administrator")},
		{name: "without access as the user, where that is not asked", settings: permission.Settings{WithoutAccessAsUser: true}, caller: withoutAccess,
			actor: as("Global Administrator").Roles, action: permission.UpdateSensitive, target: target("User Administrator"), want: true},
		{name: "without access as the user, a reader", caller: withoutAccess, actor: as("User Administrator").Roles, action: permission.UpdateSensitive,
			target: target("Directory Readers"), want: true},
		{name: "without access as the user, no administrator", caller: withoutAccess, action: permission.UpdateContact, want: true},
		{name: "oneself", caller: withoutAccess, actor: as("Helpdesk Administrator").Roles, action: permission.UpdateContact,
			target: permission.Target{Roles: as("Helpdesk Administrator").Roles, Self: true}, want: true},
		{name: "no action", caller: asUser, actor: as("Global Administrator").Roles, target: target("User Administrator")},
	} {
		if got := each.settings.MayTouchPrivileged(each.caller, each.actor, each.action, each.target); got != each.want {
			t.Errorf("%s: %v", each.name, got)
		}
	}
}

func TestSensitivePropertiesOfUsers(t *testing.T) {
	t.Parallel()
	for property, want := range map[string]permission.Action{
		"passwordProfile": permission.ResetPassword, "passwordProfile/password": permission.ResetPassword, "MobilePhone": permission.UpdateContact,
		"businessPhones": permission.UpdateContact, "otherMails": permission.UpdateContact, "accountEnabled": permission.UpdateSensitive,
		"userPrincipalName": permission.UpdateSensitive, "onPremisesImmutableId": permission.UpdateSensitive, "displayName": 0, "": 0,
	} {
		if got, sensitive := permission.SensitiveAction(property); got != want || sensitive != (want != 0) {
			t.Errorf("%q is action %d, want %d", property, got, want)
		}
	}
}
