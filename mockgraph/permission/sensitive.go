package permission

import "slices"

// Action is a sensitive thing to do to a user.
type Action int

// Sensitive actions.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions, who can perform sensitive actions.
const (
	ResetPassword   Action = iota + 1 // passwordProfile, and revoking sessions
	UpdateContact                     // businessPhones, mobilePhone, otherMails: the ways to reset a password
	UpdateSensitive                   // accountEnabled, onPremisesImmutableId, userPrincipalName
	DeleteOrRestore
)

// SensitiveAction returns the action that writing a property of a user is; false for properties that are not sensitive.
func SensitiveAction(property string) (Action, bool) {
	for _, each := range []struct {
		action     Action
		properties []string
	}{
		{ResetPassword, []string{"passwordProfile"}},
		{UpdateContact, []string{"businessPhones", "mobilePhone", "otherMails"}},
		{UpdateSensitive, []string{"accountEnabled", "onPremisesImmutableId", "userPrincipalName"}},
	} {
		if containsFold(each.properties, first(property)) {
			return each.action, true
		}
	}
	return 0, false
}

// Target is the user a sensitive action is done to.
type Target struct {
	Roles          []string // template ids of the user's directory roles, those through groups included
	RoleAssignable bool     // the user is a member or an owner of a group that can be given roles
	Self           bool     // it is the signed-in user
}

// powers is which roles somebody who holds one role may touch.
type powers []struct{ actor, targets roles }

const (
	everybody = ^roles(0)
	outsiders = directoryReaders | guestInviter
	lookers   = outsiders | messageCenterReader | reportsReader | usageSummaryReader | userExperienceManager | passwordAdmin
)

// resetters is the table of who can reset passwords.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions, who can reset passwords.
var resetters = powers{
	{passwordAdmin, outsiders | passwordAdmin},
	{helpdeskAdmin, lookers | helpdeskAdmin},
	{authenticationAdmin, lookers | authenticationAdmin},
	{userAdmin, lookers | helpdeskAdmin | groupsAdmin | userAdmin},
	{privilegedAuthAdmin | globalAdmin, everybody},
}

// sensitives is the table of who can perform the other sensitive actions.
// Source: the same page, who can perform sensitive actions.
var sensitives = powers{
	{authenticationAdmin, lookers | authenticationAdmin},
	{userAdmin, lookers | helpdeskAdmin | groupsAdmin | userAdmin},
	{privilegedAuthAdmin | globalAdmin, everybody},
}

// withoutRole are the roles that do not make an administrator of a user: an application needs no role to touch their holders.
// Source: learn.microsoft.com/graph/api/user-update, note on businessPhones, mobilePhone and otherMails.
const withoutRole = directoryReaders | guestInviter | messageCenterReader | reportsReader

func (p powers) reach(actor roles, t Target) bool {
	target := readRoles(t.Roles)
	return slices.ContainsFunc(p, func(row struct{ actor, targets roles }) bool {
		return actor.any(row.actor) && target.only(row.targets) && (!t.RoleAssignable || row.targets == everybody)
	})
}

// MayTouchPrivileged says whether a sensitive action on a user passes the protection of administrators. The actor's roles are
// those of the signed-in user, or of the service principal of an app-only token. It says yes for a target without any role:
// whether the actor may do it at all is for the permissions and, with a user signed in, for [Settings.May] to say.
//
// A target that holds a role, or belongs to a group that can be given roles, may be touched only by an actor whose role is above
// it in Microsoft's tables. An app-only token needs no role for holders of Directory Readers, Guest Inviter, Message Center
// Reader and Reports Reader. For other administrators a delegated token needs Directory.AccessAsUser.All besides, unless
// Settings.WithoutAccessAsUser is set. Revoking sessions is judged as ResetPassword.
//
// Sources: learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions;
// learn.microsoft.com/graph/api/user-update, user-delete.
func (s Settings) MayTouchPrivileged(c Caller, actorRoles []string, action Action, t Target) bool {
	target := readRoles(t.Roles)
	if target == 0 && !t.RoleAssignable || t.Self && !c.AppOnly {
		return true
	}
	administrator := t.RoleAssignable || !target.only(withoutRole)
	if !administrator && c.AppOnly {
		return true
	}
	if administrator && !c.AppOnly && !s.WithoutAccessAsUser && !c.holds("Directory.AccessAsUser.All") {
		return false
	}
	actor := readRoles(actorRoles)
	switch action {
	case ResetPassword:
		return resetters.reach(actor, t)
	case UpdateContact:
		return resetters.reach(actor, t) || sensitives.reach(actor, t)
	case UpdateSensitive, DeleteOrRestore:
		return sensitives.reach(actor, t)
	}
	return false
}
