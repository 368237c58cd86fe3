package serviceprovider

import "github.com/rehearse-id/rehearse/mockscim/scim"

// kind is a resource type: its schemas, where it is served, which values are indexed and which must be unique.
type kind struct {
	slot        int
	name        string // resourceType
	path        string // endpoint
	description string
	urn         string // base schema
	schemas     []scim.Schema
	registry    *scim.Registry
	patcher     scim.Patcher
	indexes     []index
	indexed     []string // attributes of the indexes
	unique      int      // of so many of the first indexes a value belongs to one resource
	patchBody   bool
}

// Places in the index tables below.
const (
	groupMembers = 2
)

func newKinds(s *settings) []*kind {
	users := &kind{
		slot: 0, name: "User", path: "/Users", description: "User accounts", urn: scim.UserURN,
		schemas: append([]scim.Schema{scim.UserSchema(), scim.EnterpriseUserSchema()}, s.extensions...),
		indexes: []index{{name: "userName"}, {name: "externalId"}, {name: "emails", sub: "value"}},
		unique:  1, patchBody: s.userPatchBody,
	}
	groups := &kind{
		slot: 1, name: "Group", path: "/Groups", description: "Groups of users and of groups", urn: scim.GroupURN,
		schemas: []scim.Schema{scim.GroupSchema()},
		indexes: []index{{name: "displayName"}, {name: "externalId"}, groupMembers: {name: "members", sub: "value"}},
		unique:  1, patchBody: s.groupPatchBody,
	}
	if s.sharedGroupNames {
		groups.unique = 0
	}
	all := []*kind{users, groups}
	for _, o := range s.resourceTypes {
		all = append(all, o.kind(len(all)))
	}
	for _, k := range all {
		k.registry = scim.NewRegistry(k.schemas[0], k.schemas[1:]...)
		for _, x := range k.indexes {
			k.indexed = append(k.indexed, x.name)
		}
		k.patcher = scim.Patcher{Registry: k.registry, Tolerance: s.tolerance()}
	}
	return all
}
