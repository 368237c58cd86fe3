package directory

import (
	"reflect"
	"strings"
)

// Operators is a set of operators of $filter.
type Operators uint16

// The operators. Null stands for a comparison with null, CountOf for a comparison of /$count of a collection.
const (
	Eq Operators = 1 << iota
	Ne
	Not
	Ge
	Le
	In
	StartsWith
	EndsWith
	Null
	CountOf
)

// Has says whether all of the operators are in the set.
func (o Operators) Has(some Operators) bool { return o&some == some }

// Filter says which operators $filter may use with a property.
type Filter struct {
	Default  Operators // in queries the directory's own index answers
	Advanced Operators // in advanced queries; a superset
}

// operators reads a set from names separated by spaces.
func operators(names string) (set Operators) {
	for name := range strings.FieldsSeq(names) {
		for i, each := range []string{"eq", "ne", "not", "ge", "le", "in", "startsWith", "endsWith", "null", "count"} {
			if each == name {
				set |= 1 << i
			}
		}
	}
	return set
}

// rule is one row of Graph's table of filterable properties: the same name has the same rule on every type.
type rule struct {
	standard, advanced string // what advanced queries add
	properties         string
}

// rules says what can be filtered. A property that is in no row cannot.
// Source: learn.microsoft.com/graph/aad-advanced-queries, the table of properties, with what the property pages of user and group
// have added since: in wherever eq is, endsWith and /$count where they say so.
func rules() []rule {
	return []rule{
		{"eq ge le in startsWith", "ne not null", "city country department displayName employeeId givenName jobTitle mailNickname state surname usageLocation"},
		{"eq ge le in startsWith", "ne not null endsWith", "mail"},
		{"eq in", "ne not", "accountEnabled ageGroup consentProvidedForMinor creationType id onPremisesSyncEnabled securityEnabled signInAudience"},
		{"", "eq not ge le", "assignedPlans/capabilityStatus assignedPlans/service assignedPlans/servicePlanId keyCredentials/endDateTime " +
			"provisionedPlans/provisioningStatus provisionedPlans/service requiredResourceAccess/resourceAppId"},
		{"", "eq ne not ge le in startsWith null", "companyName faxNumber mobilePhone officeLocation postalCode preferredLanguage streetAddress"},
		{"eq ge le startsWith", "not", "alternativeNames imAddresses servicePrincipalNames tags"},
		{"eq ge le startsWith", "not endsWith count", "proxyAddresses"},
		{"", "eq ne not ge le in", "employeeHireDate employeeOrgData/costCenter employeeOrgData/division expirationDateTime"},
		{"eq", "ne not in", "externalUserState isAssignableToRole isResourceAccount mailEnabled"},
		{"eq ge le in startsWith", "ne not", "onPremisesImmutableId onPremisesUserPrincipalName"},
		{"eq ge le in startsWith", "ne not endsWith", "userPrincipalName"},
		{"", "eq ne not ge le", "appOwnerOrganizationId info/termsOfServiceUrl"},
		{"eq", "not ge le count", "assignedLicenses/skuId"},
		{"eq", "not ge le", "onPremisesProvisioningErrors/propertyCausingError"},
		{"eq ge le startsWith", "ne not", "classification membershipRule"},
		{"", "eq ne not ge le in startsWith", "employeeType onPremisesSamAccountName"},
		{"eq null", "", "hasMembersWithLicenseErrors identities/issuer identities/issuerAssignedId"},
		{"eq ge le startsWith", "ne count", "identifierUris publisherDomain"},
		{"eq ge le in", "ne not", "onPremisesLastSyncDateTime renewedDateTime"},
		{"", "eq ne not in null", "passwordProfile/forceChangePasswordNextSignIn passwordProfile/forceChangePasswordNextSignInWithMfa"},
		{"eq", "ne not startsWith", "applicationTemplateId"},
		{"", "eq ne not", "appRoleAssignmentRequired"},
		{"", "eq not ge le startsWith", "businessPhones"},
		{"eq ge le", "ne not in null", "createdDateTime"},
		{"eq ge le", "ne not in", "deletedDateTime"},
		{"", "eq ne not ge le startsWith", "description"},
		{"", "eq ne not ge le in startsWith null", "onPremisesExtensionAttributes/*"},
		{"eq", "not", "onPremisesProvisioningErrors/category"},
		{"eq", "null", "onPremisesSecurityIdentifier"},
		{"eq ge le in startsWith", "not endsWith count", "otherMails"},
		{"", "eq ne not null", "passwordPolicies"},
		{"", "eq ne not in", "showInAddressList"},
		{"eq in", "ne not null", "userType"},
		{"", "eq not ge le startsWith", "securityIdentifier"},
		{"eq startsWith", "not", "groupTypes"},
		{"eq in", "ne not", "appId uniqueName servicePrincipalType"},
		{"eq", "in", "clientId consentType principalId resourceId roleTemplateId"},
		{"eq ge le startsWith", "not", "scope"},
	}
}

// sortable and searchable are never written. Source: the same page and learn.microsoft.com/graph/search-query-parameter.
var sortable = map[string]Sort{
	"displayName": SortEverywhere, "userPrincipalName": SortEverywhere, "createdDateTime": SortAdvanced, "deletedDateTime": SortAdvanced,
	"onPremisesLastSyncDateTime": SortAdvanced, "mail": SortAdvanced, "givenName": SortAdvanced, "surname": SortAdvanced, "jobTitle": SortAdvanced,
	"department": SortAdvanced, "companyName": SortAdvanced, "city": SortAdvanced, "country": SortAdvanced, "employeeId": SortAdvanced,
	"officeLocation": SortAdvanced, "usageLocation": SortAdvanced, "userType": SortAdvanced, "mailNickname": SortAdvanced,
	"accountEnabled": SortAdvanced, "employeeHireDate": SortAdvanced, "renewedDateTime": SortAdvanced, "expirationDateTime": SortAdvanced,
}

var searchable = map[string]Search{
	"displayName": SearchTokens, "description": SearchTokens, "mail": SearchPrefix, "mailNickname": SearchPrefix, "userPrincipalName": SearchPrefix,
	"givenName": SearchPrefix, "surname": SearchPrefix, "otherMails": SearchPrefix, "proxyAddresses": SearchPrefix,
}

// describe gives a row what the tables above say about its name, and the fields of its values.
func (p *Property) describe() {
	p.Filter, p.Sort, p.Search = filterOf(p.Name), sortable[p.Name], searchable[p.Name]
	if p.value == nil {
		return
	}
	t := p.value
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || !field.IsExported() {
			continue
		}
		p.Fields = append(p.Fields, Property{Name: name, Kind: kindOf(field.Type, name), Filter: filterOf(p.Name + "/" + name)})
	}
}

func kindOf(t reflect.Type, name string) Kind {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() == reflect.Bool:
		return Boolean
	case t.Kind() == reflect.Int:
		return Integer
	case t.Kind() == reflect.String && (name == "skuId" || name == "servicePlanId" || name == "keyId"):
		return Guid
	case t.Kind() == reflect.String:
		return String
	case t == reflect.TypeFor[[]string]():
		return Strings
	case t.String() == "time.Time":
		return DateTime
	case t.Kind() == reflect.Slice:
		return Complexes
	}
	return Complex
}

// filters are the rules by property name, with Graph's letter case. They are never written.
var filters = filterTable()

func filterTable() map[string]Filter {
	table := map[string]Filter{}
	for _, r := range rules() {
		standard := operators(r.standard)
		for name := range strings.FieldsSeq(r.properties) {
			table[name] = Filter{standard, standard | operators(r.advanced)}
		}
	}
	return table
}

func filterOf(name string) Filter {
	if f, ok := filters[name]; ok {
		return f
	}
	owner, _, nested := strings.Cut(name, "/")
	if !nested {
		return Filter{}
	}
	return filters[owner+"/*"]
}
