package serviceprovider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// resourceTypeOption is a resource type beyond users and groups.
type resourceTypeOption struct {
	endpoint string
	schemas  []scim.Schema // base schema, then extensions
}

// maxResourceTypes is how many resource types there can be beyond users and groups.
const maxResourceTypes = 32

// reserved are the endpoints of the protocol itself (RFC 7644 §3.2).
var reserved = []string{"/Users", "/Groups", "/Me", "/Bulk", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/.search", "/oauth"}

// WithResourceType serves resources of another type at an endpoint such as "/Devices": with everything users and groups have, and
// in /ResourceTypes and /Schemas. The type is named as its schema. Attributes of the top level whose uniqueness is server or global are
// kept unique, in any case unless they are caseExact. It may be given more than once.
func WithResourceType(schema scim.Schema, endpoint string, extensions ...scim.Schema) Option {
	return func(s *settings) error {
		name, found := strings.CutPrefix(endpoint, "/")
		if !found || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			return fmt.Errorf("add resource type at %q: an endpoint is a slash and a name", endpoint)
		}
		taken := slices.Clone(reserved)
		urns := []string{scim.UserURN, scim.EnterpriseURN, scim.GroupURN}
		names := []string{"User", "Group"}
		for _, other := range s.resourceTypes {
			taken, names, urns = append(taken, other.endpoint), append(names, other.schemas[0].Name), append(urns, other.schemas[0].ID)
		}
		same := func(text string) func(string) bool {
			return func(other string) bool { return strings.EqualFold(other, text) }
		}
		switch {
		case schema.ID == "" || schema.Name == "" || len(schema.Attributes) == 0:
			return fmt.Errorf("add resource type %q: its schema needs an id, a name and attributes", schema.ID)
		case slices.ContainsFunc(taken, same(endpoint)):
			return fmt.Errorf("add resource type %q: something else is at %s", schema.Name, endpoint)
		case slices.ContainsFunc(names, same(schema.Name)) || slices.ContainsFunc(urns, same(schema.ID)):
			return fmt.Errorf("add resource type %q: it is there already", schema.Name)
		case len(s.resourceTypes) == maxResourceTypes:
			return fmt.Errorf("add resource type %q: there are %d already", schema.Name, maxResourceTypes)
		}
		s.resourceTypes = append(s.resourceTypes, resourceTypeOption{endpoint, append([]scim.Schema{schema}, extensions...)})
		return nil
	}
}

// kind is the resource type an option asks for.
func (o resourceTypeOption) kind(slot int) *kind {
	schema := o.schemas[0]
	k := &kind{
		slot: slot, name: schema.Name, path: o.endpoint, description: schema.Description, urn: schema.ID,
		schemas: scim.NewRegistry(schema, o.schemas[1:]...).Schemas(), patchBody: true,
	}
	for _, a := range k.schemas[0].Attributes {
		text := a.Type == scim.StringType || a.Type == scim.ReferenceType
		if text && !a.MultiValued && a.Uniqueness != scim.NotUnique && a.Name != "id" {
			k.indexes = append(k.indexes, index{name: a.Name, exact: a.CaseExact})
		}
	}
	k.unique = len(k.indexes)
	if !slices.ContainsFunc(k.indexes, func(x index) bool { return x.name == "externalId" }) {
		k.indexes = append(k.indexes, index{name: "externalId"})
	}
	return k
}
