package permission

// User is a signed-in user as a call finds her.
type User struct {
	Roles   []string // template ids of her directory roles, those through groups included
	IsOwner bool     // she owns the target: the group, the registration, the service principal (or the one behind it)
	IsSelf  bool     // she is the target; under /me it is taken for granted
	IsGuest bool     // her userType is Guest
}

// Invitations is who may invite guests. Graph's own names, of authorizationPolicy.allowInvitesFrom.
type Invitations string

// The values of allowInvitesFrom. "" is everyone, the default of a tenant.
// Source: learn.microsoft.com/graph/api/resources/authorizationpolicy.
const (
	InvitesFromEveryone                         Invitations = "everyone"
	InvitesFromAdminsGuestInvitersAndAllMembers Invitations = "adminsGuestInvitersAndAllMembers"
	InvitesFromAdminsAndGuestInviters           Invitations = "adminsAndGuestInviters"
	InvitesFromNone                             Invitations = "none"
)

// Role template ids of authorizationPolicy.guestUserRoleId: what guests may read. "" is GuestsAreLimited, the default of a tenant.
// Source: learn.microsoft.com/entra/identity/users/users-restrict-guest-permissions.
const (
	GuestsAreLikeMembers = "a0b1b346-4d3e-4e8b-98f8-753987be4970"
	GuestsAreLimited     = "10dae51f-b6af-4016-8d66-8c2a99b929b3"
	GuestsAreRestricted  = "2af84b1e-32c8-42b7-82bc-daa82404023b"
)

// Settings are what a tenant allows its users by default. The zero value is a new tenant.
// Source: learn.microsoft.com/entra/fundamentals/users-default-permissions.
type Settings struct {
	NoAppRegistration   bool        // members may not register applications; new tenants let them
	NoSecurityGroups    bool        // members may not create security groups; new tenants let them
	NoMicrosoft365      bool        // members may not create Microsoft 365 groups; new tenants let them
	NoReadingUsers      bool        // members may not read other users; new tenants let them
	InvitesFrom         Invitations // who may invite guests; "" is everyone
	GuestRole           string      // what guests may read; "" is GuestsAreLimited
	SelfService         []string    // properties users may write of themselves; nil is DefaultSelfService
	WithoutAccessAsUser bool        // sensitive actions on administrators do not need Directory.AccessAsUser.All in the token
}

// May says whether a signed-in user may make a call: by a directory role, as the owner or the user herself, or as any member or
// guest by the tenant's settings. It is asked after the token's permissions have allowed the call, and only with a delegated
// token. Reading is for every member; guests without a role reach single objects and no lists.
//
// Which properties she may write is [Settings.DeniedToUser]; for targets that are administrators ask
// [Settings.MayTouchPrivileged], for groups that can be given roles [CanManageRoleAssignable] as well. POST /groups is
// answered for a security group: see [Settings.CanCreateGroup].
func (s Settings) May(r Rule, u User) bool {
	if r.entry == nil || r.entry.right == nil {
		return false
	}
	row, held := r.entry.right, readRoles(u.Roles)
	switch {
	case held.any(row.roles), row.owner && u.IsOwner, row.self && (u.IsSelf || r.entry.self):
		return true
	case r.entry.self && r.entry.method == "GET":
		return true
	case u.IsGuest && held == 0 && !s.guestPasses(row):
		return false
	}
	return s.byDefault(row.members, u, held)
}

// guestPasses says whether a guest without a role is treated as a member for a row. A role lifts the limits of a guest.
func (s Settings) guestPasses(row *right) bool {
	switch s.GuestRole {
	case GuestsAreLikeMembers:
		return true
	case GuestsAreRestricted:
		return row.guests == restrictedGuest
	}
	return row.guests != noGuest
}

func (s Settings) byDefault(what byDefault, u User, held roles) bool {
	switch what {
	case always:
		return true
	case unlessNoAppRegistration:
		return !s.NoAppRegistration
	case unlessNoSecurityGroups:
		return !s.NoSecurityGroups
	case unlessNoReadingUsers:
		return !s.NoReadingUsers || held != 0
	case asInvitationsGo:
		return s.InvitesFrom == "" || s.InvitesFrom == InvitesFromEveryone || s.InvitesFrom == InvitesFromAdminsGuestInvitersAndAllMembers && !u.IsGuest
	default: // never
		return false
	}
}

// CanCreateGroup says whether a signed-in user may create a group, a Microsoft 365 group or a security group.
// Source: learn.microsoft.com/entra/fundamentals/users-default-permissions.
func (s Settings) CanCreateGroup(u User, microsoft365 bool) bool {
	held := readRoles(u.Roles)
	if held.any(managesGroups | directoryWriters) {
		return true
	}
	if u.IsGuest && s.GuestRole != GuestsAreLikeMembers {
		return false
	}
	if microsoft365 {
		return !s.NoMicrosoft365
	}
	return !s.NoSecurityGroups
}

// CanManageRoleAssignable says whether a signed-in user may create, change or delete a group that can be given directory roles.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/groups-concept.
func CanManageRoleAssignable(u User) bool {
	return u.IsOwner || readRoles(u.Roles).any(managesRoles)
}

// CanGrantGraphPermissions says whether a signed-in user may grant application permissions of Microsoft Graph, which is assigning
// an app role of its service principal; permissions of other resources are for administrators of applications as well.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/delegate-by-task, enterprise applications.
func CanGrantGraphPermissions(u User) bool { return readRoles(u.Roles).any(managesRoles) }

// DefaultSelfService returns the properties users may write of themselves. That members manage their own profile and mobile
// number is documented, the exact list is not; it is the documented sample of PATCH /me with the profile kept by SharePoint.
// Sources: learn.microsoft.com/entra/fundamentals/users-default-permissions; learn.microsoft.com/graph/api/user-update.
func DefaultSelfService() []string {
	return append([]string{"businessPhones", "mobilePhone", "officeLocation", "preferredLanguage"}, heldElsewhere...)
}

// roleWriters are which properties of users holders of a role may write; nil are all.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference, privileged-roles-permissions.
var roleWriters = []struct {
	roles      roles
	properties []string
	except     []string
}{
	{roles: managesUsers | authenticationAdmin | privilegedAuthAdmin},
	{roles: directoryWriters, except: []string{"passwordProfile"}},
	{roles: helpdeskAdmin | passwordAdmin, properties: []string{"passwordProfile", "businessPhones", "mobilePhone", "otherMails"}},
	{roles: licenseAdmin, properties: []string{"usageLocation"}},
}

// DeniedToUser returns which of the properties named in the body of PATCH /users/{id} a signed-in user may not write, by her
// roles or as herself, in the order given; nil when she may write all. It bounds what [DeniedUserWrites] leaves.
func (s Settings) DeniedToUser(u User, properties []string) []string {
	held, own := readRoles(u.Roles), s.SelfService
	if own == nil {
		own = DefaultSelfService()
	}
	var denied []string
	for _, name := range properties {
		allowed := annotation(name) || u.IsSelf && containsFold(own, first(name))
		for _, w := range roleWriters {
			allowed = allowed || held.any(w.roles) && (w.properties == nil || containsFold(w.properties, first(name))) && !containsFold(w.except, first(name))
		}
		if !allowed {
			denied = append(denied, name)
		}
	}
	return denied
}
