package odata

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Source is what a query reads: a snapshot of the directory.
type Source interface { //nolint:interfacebloat // one snapshot answers all a query may ask, and its parts are never apart
	Object(id string) (*directory.Object, bool)
	Objects(t directory.Type) iter.Seq[*directory.Object] // by id
	DeletedObjects(t directory.Type) iter.Seq[*directory.Object]
	Count(t directory.Type) int
	Indexed(t directory.Type, property string) bool
	Seek(t directory.Type, property, value string) iter.Seq[*directory.Object]
	SeekPrefix(t directory.Type, property, prefix string) iter.Seq[*directory.Object] // by folded value, then id

	// The same for a page that begins where another ended, which makes every page of a long list cost the same.
	ObjectsAfter(t directory.Type, id string) iter.Seq[*directory.Object]
	SeekPrefixAfter(t directory.Type, property, prefix, value, id string) iter.Seq[*directory.Object]

	HasMember(group, member string) bool
	Members(group string) iter.Seq[string]
	TransitiveMembers(group string) iter.Seq[string]
	MemberOf(id string) iter.Seq[string]
	TransitiveMemberOf(id string) iter.Seq[string]
	Owners(id string) iter.Seq[string]
	OwnedObjects(id string) iter.Seq[string]
	Manager(user string) (string, bool)
	DirectReports(user string) iter.Seq[string]
}

// Record is one item of a collection. *directory.Object is one.
type Record interface {
	ID() string
	Property(name string) any // nil when there is no value
}

// navigation is a relation from an object to others.
type navigation struct {
	single bool // one object, not a collection
	types  []directory.Type
	ids    func(s Source, id string) iter.Seq[string]
}

func principals() []directory.Type {
	return []directory.Type{directory.User, directory.Group, directory.ServicePrincipal}
}

// navigations are the relations that can be listed, expanded and counted.
// Source: learn.microsoft.com/graph/api/resources/user, …/group, …/application, …/serviceprincipal, …/directoryrole,
// …/administrativeunit, relationships.
func navigations() map[string]navigation {
	groups, users := []directory.Type{directory.Group}, []directory.Type{directory.User}
	havingMembers := []directory.Type{directory.Group, directory.DirectoryRole, directory.AdministrativeUnit}
	return map[string]navigation{
		"members":            {types: havingMembers, ids: Source.Members},
		"transitiveMembers":  {types: groups, ids: Source.TransitiveMembers},
		"memberOf":           {types: principals(), ids: Source.MemberOf},
		"transitiveMemberOf": {types: principals(), ids: Source.TransitiveMemberOf},
		"owners":             {types: []directory.Type{directory.Group, directory.ServicePrincipal, directory.Application}, ids: Source.Owners},
		"ownedObjects":       {types: []directory.Type{directory.User, directory.ServicePrincipal}, ids: Source.OwnedObjects},
		"directReports":      {types: users, ids: Source.DirectReports},
		"manager":            {types: users, ids: managers, single: true},
	}
}

func managers(s Source, id string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if manager, ok := s.Manager(id); ok {
			yield(manager)
		}
	}
}

// namedOnly are navigation properties that exist in Graph and are known here by name only: selecting them does nothing,
// expanding them is refused.
func namedOnly(t directory.Type) []string {
	switch t {
	case directory.User:
		return []string{
			"appRoleAssignments", "createdObjects", "licenseDetails", "oauth2PermissionGrants", "ownedDevices", "registeredDevices",
			"photo", "photos", "sponsors", "extensions", "scopedRoleMemberOf",
		}
	case directory.Group:
		return []string{"appRoleAssignments", "createdOnBehalfOf", "membersWithLicenseErrors", "photo", "photos", "settings", "extensions", "permissionGrants"}
	case directory.ServicePrincipal:
		return []string{"appRoleAssignedTo", "appRoleAssignments", "createdObjects", "oauth2PermissionGrants", "synchronization", "federatedIdentityCredentials"}
	case directory.DirectoryRole:
		return []string{"scopedMembers"}
	case directory.AdministrativeUnit:
		return []string{"scopedRoleMembers", "extensions"}
	case directory.Application:
		return []string{"extensionProperties", "federatedIdentityCredentials", "synchronization", "createdOnBehalfOf"}
	default:
		return nil
	}
}

// navigationNames returns the names of a type's navigation properties by lower-case name; those of all types for "".
func navigationNames(t directory.Type) map[string]string {
	names := map[string]string{}
	for name, n := range navigations() {
		if t == "" || slices.Contains(n.types, t) {
			names[strings.ToLower(name)] = name
		}
	}
	types := []directory.Type{t}
	if t == "" {
		types = principals()
	}
	for _, each := range types {
		for _, name := range namedOnly(each) {
			names[strings.ToLower(name)] = name
		}
	}
	return maps.Clone(names)
}

var _ Source = (*directory.Snapshot)(nil)
