package odata_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

const (
	unsupported = directory.CodeUnsupported
	badRequest  = directory.CodeBadRequest
	frontDoor   = odata.CodeBadRequest

	notIndexed = "The request uses a filter property that is not indexed"
	reference  = "The specified filter to the reference property query is currently not supported."
	sorting    = "Sorting not supported for current query."
	vague      = "Unsupported Query."
	needsNE    = "Filter operator 'NotEqualsMatch' is not supported."
)

func clause(property, resource string) string {
	return "Unsupported or invalid query filter clause specified for property '" + property + "' of resource '" + resource + "'."
}

func header(operator string) string {
	return "Operator '" + operator + "' is not supported because the 'ConsistencyLevel:eventual' header is missing. Refer to https://aka.ms/graph-docs/advanced-queries for more information"
}

// TestRefusals asks for Graph's code and text, row by row.
func TestRefusals(t *testing.T) {
	t.Parallel()
	users, groups := odata.Collection{Type: directory.User}, odata.Collection{Type: directory.Group}
	members := odata.Collection{Navigation: "members", From: "x"}
	users1 := odata.Collection{Type: directory.User, Single: true}
	for _, c := range []struct {
		on            odata.Collection
		query         string
		headers       headers
		code, message string
	}{
		// One half of an advanced query, or none.
		{users, "$filter=displayName ne 'Ada'", plain, unsupported, needsNE},
		{users, "$filter=displayName ne null&$count=true", plain, unsupported, needsNE},
		{users, "$filter=displayName ne 'Ada'", eventual, unsupported, vague},
		{users, "$filter=not(displayName eq 'Ada')", plain, unsupported, header("not")},
		{users, "$filter=endsWith(mail,'@contoso.example')", plain, unsupported, header("endsWith")},
		{users, "$filter=endsWith(mail,'@contoso.example')", eventual, unsupported, vague},
		{users, "$filter=assignedLicenses/$count eq 0", plain, unsupported, clause("assignedLicenses", "User")},
		{users, "$filter=companyName eq 'Contoso'", plain, unsupported, clause("companyName", "User")},
		{users, "$filter=employeeHireDate ge 2026-01-01T00:00:00Z", plain, unsupported, clause("employeeHireDate", "User")},
		{users, "$filter=displayName eq null", plain, unsupported, clause("displayName", "User")},
		{users, "$search=\"displayName:ann\"", plain, unsupported, "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'"},
		{odata.Collection{Type: directory.User, CountOnly: true}, "", plain, badRequest, "$count is not currently supported."},
		{users, "$filter=startsWith(displayName,'a')&$orderby=displayName", plain, unsupported, sorting},
		{users, "$filter=startsWith(displayName,'a')&$orderby=displayName", eventual, unsupported, sorting},
		{users, "$filter=startsWith(displayName,'a')&$orderby=displayName&$count=true", plain, unsupported, sorting},
		{users, "$orderby=createdDateTime", plain, unsupported, sorting},
		{users, "$orderby=displayName,userPrincipalName", plain, unsupported, sorting},
		{groups, "$orderby=createdDateTime desc", eventual, unsupported, sorting},
		{members, "$filter=displayName eq 'Ada'", plain, unsupported, reference},
		{members, "$orderby=displayName", plain, unsupported, reference},
		{odata.Collection{Type: directory.User, Navigation: "members", From: "x", Cast: true}, "$filter=startsWith(displayName,'a')", plain, unsupported, reference},
		{users, "$expand=manager&$count=true", eventual, unsupported, vague},
		{users, "$expand=manager($levels=max)", plain, unsupported, vague},

		// What no query can do.
		{users, "$filter=aboutMe eq 'x'&$count=true", eventual, unsupported, notIndexed},
		{users, "$filter=aboutMe eq 'x'", plain, unsupported, clause("aboutMe", "User")},
		{users, "$filter=contains(displayName,'d')", plain, unsupported, vague},
		{users, "$filter=contains(displayName,'d')&$count=true", eventual, unsupported, vague},
		{users, "$filter=tolower(displayName) eq 'd'", plain, unsupported, vague},
		{users, "$filter=displayName eq givenName", plain, unsupported, vague},
		{users, "$filter=displayName gt 'a'", plain, unsupported, clause("displayName", "User")},
		{users, "$filter=createdDateTime lt 2026-01-01T00:00:00Z", plain, unsupported, clause("createdDateTime", "User")},
		{users, "$filter=startsWith(userType,'M')", plain, unsupported, clause("userType", "User")},
		{users, "$filter=accountEnabled ge true", plain, unsupported, clause("accountEnabled", "User")},
		{users, "$filter=proxyAddresses/all(p:p eq 'x')&$count=true", eventual, unsupported, vague},
		{users, "$filter=otherMails/any(p:p ne 'x')&$count=true", eventual, unsupported, clause("otherMails", "User")},
		{users, "$filter=assignedLicenses/$count eq 3&$count=true", eventual, unsupported, clause("assignedLicenses", "User")},
		{users, "$filter=assignedLicenses/$count ge 0&$count=true", eventual, unsupported, clause("assignedLicenses", "User")},
		{users, "$filter=identities/any(i:i/issuerAssignedId eq 'x')", plain, unsupported, clause("identities", "User")},
		{users, "$filter=identities/any(i:i/issuer eq 'x' and i/issuerAssignedId eq 'y' and i/signInType eq 'z')", plain, unsupported, clause("identities/signInType", "User")},
		{users, "$filter=signInActivity/lastSignInDateTime le 2026-02-02T00:00:00Z and accountEnabled eq true", plain, unsupported, clause("signInActivity", "User")},
		{odata.Collection{Type: directory.ServicePrincipal}, "$filter=appRoles/any(r:r/value eq 'x')", plain, unsupported, clause("appRoles", "ServicePrincipal")},
		{users, "$filter=memberOf/any(m:m/id eq 'x')", plain, unsupported, reference},
		{users, "$filter=manager/id eq 'x'", plain, unsupported, reference},
		{groups, "$filter=hasMembersWithLicenseErrors ne true&$count=true", eventual, unsupported, clause("hasMembersWithLicenseErrors", "Group")},
		{users, "$search=\"jobTitle:x\"", eventual, unsupported, "Unsupported or invalid query search clause specified for property 'jobTitle' of resource 'User'."},
		{users, "$skip=10", plain, badRequest, "'$skip' is not supported by the service."},
		{users, "$select=skills", plain, odata.CodeNotImplemented, "This operation target is not yet supported."},
		{users, "$select=*", plain, unsupported, vague},
		{users, "$expand=photo", plain, odata.CodeExpandNotSupported, "Expand is not allowed for property 'photo' according to the entity schema."},
		{users, "$expand=licenseDetails", plain, odata.CodeNotImplemented, "Expanding 'licenseDetails' is not implemented."},
		{users, "$expand=manager,memberOf", plain, badRequest, "Only one navigation property can be expanded in a request."},
		{users, "$expand=memberOf($filter=id eq 'x')", plain, unsupported, "The query option '$filter' is not supported inside $expand."},

		// Names, types and syntax.
		{users, "$filter=nickName eq 'x'", plain, unsupported, "Property 'nickName' does not exist as a declared property or extension property."},
		{users, "$orderby=nickName", plain, unsupported, "Property 'nickName' does not exist as a declared property or extension property."},
		{users, "$select=nickName", plain, unsupported, "Property 'nickName' does not exist as a declared property or extension property."},
		{users, "$search=\"nickName:x\"", eventual, unsupported, "Property 'nickName' does not exist as a declared property or extension property."},
		{users, "$expand=friends", plain, frontDoor, "Parsing OData Select and Expand failed: Could not find a property named 'friends' on type 'microsoft.graph.user'."},
		{users, "$filter=displayName eq", plain, frontDoor, "Invalid filter clause: Syntax error at position 14 in 'displayName eq'."},
		{users, "$filter=accountEnabled eq 'true'", plain, frontDoor, "Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Edm.Boolean' and 'Edm.String' for operator kind 'Equal'."},
		{users, "$filter=id eq 00000000-0000-0000-0000-000000000000", plain, frontDoor, "Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Edm.String' and 'Edm.Guid' for operator kind 'Equal'."},
		{users, "$filter=assignedLicenses/any(l:l/skuId eq 'c7df2760-2c81-4ef7-b578-5b5392b571df')", plain, frontDoor, "Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Edm.Guid' and 'Edm.String' for operator kind 'Equal'."},
		{users, "$filter=createdDateTime ge '2026-01-01'", plain, frontDoor, "Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Edm.DateTimeOffset' and 'Edm.String' for operator kind 'GreaterThanOrEqual'."},
		{users, "$filter=proxyAddresses eq 'x'", plain, frontDoor, "Invalid filter clause: A binary operator with incompatible types was detected. Found operand types 'Collection(Edm.String)' and 'Edm.String' for operator kind 'Equal'."},
		{users, "$filter=displayName", plain, frontDoor, "Invalid filter clause: The $filter expression must evaluate to a single boolean value."},
		{users, "$search=displayName:room", eventual, badRequest, "Syntax error: character ':' is not valid at position 11 in 'displayName:room'."},
		{users, "$orderby=displayName up", plain, frontDoor, "Invalid orderby clause: Syntax error at position 0 in 'displayName up'."},
		{users, "$top=0", plain, badRequest, "Invalid page size specified: '0'. Must be between 1 and 999 inclusive."},
		{users, "$top=1000", plain, badRequest, "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive."},
		{users, "$top=-1", plain, badRequest, "Invalid page size specified: '-1'. Must be between 1 and 999 inclusive."},
		{users, "$top=99999999999999999999", plain, badRequest, "Invalid page size specified: '99999999999999999999'. Must be between 1 and 999 inclusive."},
		{users, "$top=ten", plain, frontDoor, "Invalid value 'ten' for $top query option found. The $top query option requires a non-negative integer value."},
		{users, "$select=id,signInActivity&$top=1000", plain, badRequest, "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive."},
		{users, "$count=yes", plain, frontDoor, "Invalid value 'yes' for $count query option found. Valid values are 'true' and 'false'."},
		{users, "$filter=", plain, frontDoor, "The value for OData query '$filter' cannot be empty."},
		{users, "$top=1&$top=2", plain, frontDoor, "Query option '$top' was specified more than once, but it must be specified at most once."},
		{users, "$top=1&top=2", plain, frontDoor, "Query option '$top' was specified more than once, but it must be specified at most once."},
		{users, "$apply=x", plain, frontDoor, "The query parameter '$apply' is not supported."},
		{users1, "$filter=id eq 'x'", plain, frontDoor, "The query specified in the URI is not valid. The requested resource is not a collection. Query options $filter, $orderby, $count, $skip, and $top can be applied only on collections."},
		{users, "$filter=id in ('1','2','3','4','5','6','7','8','9','10','11','12','13','14','15','16')", plain, unsupported,
			"Too many child clauses specified in search filter expression containing 'OR' operators: 16, Max allowed: 15."},
		{users, "$skiptoken=RFNwdAoAAQforged", plain, odata.CodeExpiredPageToken,
			"The specified page token value has expired and can no longer be included in your request."},
	} {
		_, err := odata.New().Parse(c.on, values(t, c.query), bool(c.headers))
		t.Run(c.query, func(t *testing.T) {
			t.Parallel()
			refused(t, err, c.code, c.message)
		})
	}
}

func TestWhatIsUncertainIsAnOption(t *testing.T) {
	t.Parallel()
	users := odata.Collection{Type: directory.User}
	for name, c := range map[string]struct {
		option  odata.Option
		query   string
		headers headers
	}{
		"filter and order with the header only": {odata.WithLenientSorting(), "$filter=startsWith(displayName,'a')&$orderby=displayName", eventual},
		"gt and lt":                             {odata.WithGreaterAndLess(), "$filter=createdDateTime gt 2026-01-01T00:00:00Z and createdDateTime lt 2027-01-01T00:00:00Z", plain},
		"select all":                            {odata.WithSelectAll(), "$select=*", plain},
		"upper-case operators":                  {odata.WithUpperCaseOperators(), "$filter=displayName EQ 'a' OR displayName EQ 'b'", plain},
		"more branches":                         {odata.WithMaxClauses(16), "$filter=id in ('1','2','3','4','5','6','7','8','9','10','11','12','13','14','15','16')", plain},
	} {
		if _, err := odata.New().Parse(users, values(t, c.query), bool(c.headers)); err == nil {
			t.Errorf("%s: taken without the option", name)
		}
		if _, err := odata.New(c.option).Parse(users, values(t, c.query), bool(c.headers)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := odata.New().Parse(users, values(t, "$filter=DISPLAYNAME eq 'a'"), false); err != nil {
		t.Error(err)
	}
	if _, err := odata.New(odata.WithExactCase()).Parse(users, values(t, "$filter=DISPLAYNAME eq 'a'"), false); err == nil {
		t.Error("exact case: another spelling is taken")
	}
}
