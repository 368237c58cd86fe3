package mapping

import (
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Schema URNs the default mappings write to.
const (
	groupURN      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
)

// row is one line of a default mapping.
type row struct {
	source   string // expression
	target   string
	priority int
}

// userRows are the user mappings a new non-gallery application begins with.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, default user
// attribute mapping; order and the office row as captured requests show them.
func userRows(office string) []row {
	return []row{
		{"[userPrincipalName]", "userName", 1},
		{`Switch([IsSoftDeleted], , "False", "True", "True", "False")`, "active", 0},
		{"[displayName]", "displayName", 0},
		{"[jobTitle]", "title", 0},
		{"[mail]", `emails[type eq "work"].value`, 0},
		{"[preferredLanguage]", "preferredLanguage", 0},
		{"[givenName]", "name.givenName", 0},
		{"[surname]", "name.familyName", 0},
		{`Join(" ", [givenName], [surname])`, "name.formatted", 0},
		{"[physicalDeliveryOfficeName]", office, 0},
		{"[streetAddress]", `addresses[type eq "work"].streetAddress`, 0},
		{"[city]", `addresses[type eq "work"].locality`, 0},
		{"[state]", `addresses[type eq "work"].region`, 0},
		{"[postalCode]", `addresses[type eq "work"].postalCode`, 0},
		{"[country]", `addresses[type eq "work"].country`, 0},
		{"[telephoneNumber]", `phoneNumbers[type eq "work"].value`, 0},
		{"[mobile]", `phoneNumbers[type eq "mobile"].value`, 0},
		{"[facsimileTelephoneNumber]", `phoneNumbers[type eq "fax"].value`, 0},
		{"[mailNickname]", "externalId", 0},
		{"[employeeId]", enterpriseURN + ":employeeNumber", 0},
		{"[department]", enterpriseURN + ":department", 0},
		{"[manager]", enterpriseURN + ":manager", 0},
	}
}

// groupRows are the group mappings a new non-gallery application begins with. Source: as for userRows.
var groupRows = [...]row{
	{"[displayName]", "displayName", 1},
	{"[objectId]", "externalId", 0},
	{"[members]", "members", 0},
}

// Option changes a default mapping where the documentation leaves a choice.
type Option func(*options)

type options struct{ office string }

// WithOfficeTarget sets the target of physicalDeliveryOfficeName. The default is addresses[type eq "work"].formatted, as
// captured requests and vendors' guides show it; the table on Microsoft's SCIM page says OfficeInOther.
func WithOfficeTarget(target string) Option { return func(o *options) { o.office = target } }

// The two targets documentation knows for physicalDeliveryOfficeName.
const (
	OfficeInWork  = `addresses[type eq "work"].formatted`
	OfficeInOther = `addresses[type eq "other"].formatted`
)

// DefaultUsers returns the user mapping a new non-gallery application begins with, row by row. The caller may change it. Its target object
// has the URN of the enterprise extension, as Graph names it.
func DefaultUsers(opts ...Option) synchronization.ObjectMapping {
	o := options{office: OfficeInWork}
	for _, opt := range opts {
		opt(&o)
	}
	return objectMapping("Provision Azure Active Directory Users", "User", enterpriseURN, userRows(o.office))
}

// DefaultGroups returns the group mapping a new non-gallery application begins with. The caller may change it.
func DefaultGroups() synchronization.ObjectMapping {
	return objectMapping("Provision Azure Active Directory Groups", "Group", groupURN, groupRows[:])
}

func objectMapping(name, from, to string, rows []row) synchronization.ObjectMapping {
	m := synchronization.ObjectMapping{
		Name: name, Enabled: true, FlowTypes: synchronization.FlowAll, SourceObjectName: from, TargetObjectName: to,
	}
	for _, r := range rows {
		m.AttributeMappings = append(m.AttributeMappings, synchronization.AttributeMapping{
			TargetAttributeName: r.target,
			MatchingPriority:    r.priority,
			FlowType:            synchronization.FlowTypeAlways,
			FlowBehavior:        synchronization.FlowWhenChanged,
			Source:              source(r.source),
		})
	}
	return m
}
