package directory

import (
	"slices"
	"time"
)

// Type is the type of an object, Graph's name without its namespace.
type Type string

// The types of objects.
const (
	User                  Type = "user"
	Group                 Type = "group"
	ServicePrincipal      Type = "servicePrincipal"
	Application           Type = "application"
	DirectoryRole         Type = "directoryRole"
	OAuth2PermissionGrant Type = "oAuth2PermissionGrant"
	Organization          Type = "organization"
	Domain                Type = "domain"
	SubscribedSku         Type = "subscribedSku"
)

// Properties are values by Graph's property name (letter case does not matter on the way in). A value is a string, bool, int,
// []string, time.Time, one of the value types of this package or a slice of them, as the property's [Kind] says, or nil, which
// means no value.
type Properties map[string]any

func (r AppRole) allows(member string) bool {
	return r.Enabled && slices.Contains(r.AllowedMemberTypes, member)
}

// DefaultAccessRole is the app role that stands for access without a role. It can be assigned only when the application
// declares no role for the principal's kind.
const DefaultAccessRole = "00000000-0000-0000-0000-000000000000"

// Assignment is an appRoleAssignment: a principal may use a resource in a role.
// Source: learn.microsoft.com/graph/api/resources/approleassignment.
type Assignment struct {
	ID            string
	PrincipalID   string
	PrincipalType Type
	ResourceID    string // of the service principal
	AppRoleID     string // or DefaultAccessRole
	Created       time.Time
}

// Operation is what happened in a [Change].
type Operation uint8

// The operations of the change log.
const (
	Created     Operation = iota + 1 // the object came to be
	Updated                          // properties changed (Change.Properties)
	Deleted                          // the object went to the recycle bin, or away for ever if Purged follows
	Restored                         // the object came back from the recycle bin
	Purged                           // the object is gone for ever
	LinkAdded                        // a relation to Change.TargetID began
	LinkRemoved                      // a relation to Change.TargetID ended
)

// String returns the name of the operation in camel case, such as linkAdded.
func (o Operation) String() string {
	return nameOf(int(o), "none", "created", "updated", "deleted", "restored", "purged", "linkAdded", "linkRemoved")
}

// Relation is the kind of a link between two objects.
type Relation uint8

// The relations, each from the first to the second object.
const (
	Members           Relation = iota + 1 // group to member
	Manager                               // user to manager
	AppRoleAssignment                     // principal to service principal
	Owners                                // group, application or service principal to owner
	RoleMembers                           // directory role to member
	UnitMembers                           // administrative unit to member
)

// String returns Graph's name of the relation, such as members; "none" for the zero value.
func (r Relation) String() string {
	return nameOf(int(r), "none", "members", "manager", "appRoleAssignments", "owners", "members", "members")
}

func nameOf(i int, names ...string) string {
	if i < len(names) {
		return names[i]
	}
	return "unknown"
}

// Change is one entry of the change log.
//
// What happens to an object implies what happens to the links that start at it (a deleted group has no members). Links that
// end at it belong to other objects, so their coming and going is said: deleting a member or a manager is logged as
// LinkRemoved of each group or report before Deleted. Restoring is logged as LinkAdded after Restored of all links the object
// has then, in either direction, because what it was linked to may have come and gone meanwhile. A link that stands may be added
// again; who follows the log keeps a set.
type Change struct {
	Sequence   uint64 // 1 for the first change of a directory
	Time       time.Time
	Operation  Operation
	Type       Type     // of the object
	ObjectID   string   // for a link, the object it starts at
	Properties []string // of Updated, in table order; not to be changed
	Relation   Relation // of LinkAdded and LinkRemoved
	TargetID   string   // of LinkAdded and LinkRemoved
	Role       string   // of a link that is an app-role assignment
}
