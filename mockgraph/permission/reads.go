package permission

import (
	"slices"
	"strings"
)

// basicUser are the properties User.ReadBasic.All shows.
// Source: learn.microsoft.com/graph/permissions-reference, User.ReadBasic.All.
var basicUser = []string{"displayName", "givenName", "id", "mail", "photo", "surname", "userPrincipalName"}

// ReadableUserProperties returns which properties of users a caller sees: all of them, or only those named. What is not named
// is left out of an answer, it is no error. A caller who may not read users at all, and meets one as a member of a group for
// instance, sees the id. self says that the target is the signed-in user. The slice is the caller's to keep.
// Source: learn.microsoft.com/graph/permissions-reference, User.ReadBasic.All;
// learn.microsoft.com/graph/permissions-overview, limited information returned for inaccessible member objects.
func ReadableUserProperties(c Caller, self bool) (all bool, only []string) {
	switch {
	case ReadsType(c, "user") || self && !c.AppOnly && c.holdsAny("User.Read", "User.ReadWrite"):
		return true, nil
	case c.holds("User.ReadBasic.All"):
		return false, slices.Clone(basicUser)
	}
	return false, []string{"id"}
}

// readers are the permissions that show the objects of a type whole.
// Source: learn.microsoft.com/graph/permissions-reference.
var readers = map[string][]string{
	"administrativeunit": {"AdministrativeUnit.Read.All", "AdministrativeUnit.ReadWrite.All"},
	"application":        {"Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"},
	"device":             {"Device.Read.All", "Device.ReadWrite.All"},
	"directoryrole":      {"RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory"},
	"group":              {"GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadBasic.All", "Group.ReadWrite.All"},
	"serviceprincipal":   {"Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"},
	"user":               {"User.Read.All", "User.ReadWrite.All"},
}

// ReadsType says whether a caller may read the objects of a type ("user", "group", "servicePrincipal"…, with or without
// microsoft.graph. before it) where they come up in a collection of several types. An object of a type the caller may not read
// is answered with its @odata.type and its id, everything else null.
// Source: learn.microsoft.com/graph/permissions-overview, limited information returned for inaccessible member objects.
func ReadsType(c Caller, name string) bool {
	if c.holdsAny("Directory.Read.All", "Directory.ReadWrite.All") {
		return true
	}
	name, _ = cutPrefixFold(strings.TrimPrefix(name, "#"), "microsoft.graph.")
	return c.holdsAny(readers[strings.ToLower(name)]...)
}

// extraReads are properties that need a permission of their own beside that for the object.
// Source: learn.microsoft.com/graph/api/resources/user, signInActivity.
var extraReads = map[string][]string{"signinactivity": {"AuditLog.Read.All"}}

// DeniedUserReads returns which of the properties named in a query ($select, $filter, $orderby) need a permission the caller
// lacks, in the order given; nil when there is none. Any denied name makes the whole request a 403.
func DeniedUserReads(c Caller, properties []string) []string {
	var denied []string
	for _, name := range properties {
		if needs, ok := extraReads[strings.ToLower(first(name))]; ok && !c.holdsAny(needs...) {
			denied = append(denied, name)
		}
	}
	return denied
}

// ReadsHiddenMembers says whether a caller sees the members of groups and administrative units with hidden membership it does
// not belong to.
// Source: learn.microsoft.com/graph/permissions-reference, Member.Read.Hidden.
func ReadsHiddenMembers(c Caller) bool { return c.holds("Member.Read.Hidden") }

// ManagesRoleAssignable says whether a caller's permissions reach groups that can be given directory roles: creating one, and
// changing its properties, owners and members. The permission for the call itself is needed as well.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/groups-concept.
func ManagesRoleAssignable(c Caller) bool { return c.holds("RoleManagement.ReadWrite.Directory") }

// WithImplied adds to the permissions of a token those that they include in practice: who may write may read, so
// Directory.ReadWrite.All brings Directory.Read.All. The table of calls lists what is enough for each call and does not always
// name the greater permission; whether the service then refuses it is not documented. The strict reading is the default,
// callers who want the lenient one put the result into [Caller].
func WithImplied(permissions []string) []string {
	all := slices.Clone(permissions)
	for _, each := range permissions {
		if resource, reach, ok := strings.Cut(each, ".ReadWrite."); ok && reach != "OwnedBy" && !strings.Contains(resource, "-") {
			if read := resource + ".Read." + reach; !slices.Contains(all, read) {
				all = append(all, read)
			}
		}
	}
	return all
}
