// Package serviceprovider is a reference SCIM 2.0 endpoint: Users and Groups with the enterprise extension, filters, index
// pagination, PATCH with everything Microsoft Entra's provisioning service needs, and discovery (RFC 7643, RFC 7644). It keeps
// its resources in memory and is an [http.Handler]:
//
//	endpoint, err := serviceprovider.New(serviceprovider.WithToken("secret"))
//	server := httptest.NewServer(endpoint) // the tenant URL is server.URL
//
// It also carries a catalogue of named faults: the mistakes real servers make, each one small. [Faults] lists them, and
// [WithFaults] builds an endpoint that makes them, so that a conformance check can be shown to notice:
//
//	endpoint, err := serviceprovider.New(serviceprovider.WithFaults("member-remove-wipes-all"))
//
// Queries can be sorted, and sent by POST to /.search of a resource type or of the root. Each resource has a version: If-None-Match saves a
// GET, If-Match guards a write. Long lists are read by index or by cursor (RFC 9865); a count beyond the largest page gives the largest page.
//
// Bulk requests are done (RFC 7644 §3.7), with references from one operation to what another creates. [WithResourceType] serves other
// resources than users and groups.
//
// With [WithOAuth] clients get their tokens from the endpoint itself, by secret or by a signed assertion (RFC 6749, RFC 7523).
//
// By default it takes what Microsoft Entra's provisioning service sends. [WithStrictRFC] holds clients to RFC 7643 and RFC 7644; what it answers
// by default and then:
//
//	PATCH with the op "Replace"                         200  400 invalidSyntax
//	PATCH of active with the text "False"               200  400 invalidValue
//	PATCH of a value path that selects nothing          200  400 noTarget
//	PATCH that removes what is not there                200  400 noTarget
//	PATCH of the manager as bare text                   200  400 invalidValue
//	PATCH without path, with "name.givenName"           200  400 invalidPath
//	POST of an attribute that no schema has             201  400 invalidSyntax
//	POST of active as the text "True"                   201  400 invalidValue
//	POST of an extension that schemas does not name     201  400 invalidSyntax
//	POST with an unknown URN in schemas                 201  400 invalidSyntax
//	filter emails[type eq "work"].value eq "a"          200  400 invalidFilter
//	filter active eq "False"                            200  400 invalidFilter
//	filter roles[primary eq "True"]                     200  400 invalidFilter
//	attributes and excludedAttributes together          200  400 invalidValue
//
// It is not a product to keep identities in: nothing survives the process. /Me is not there and answers 501. It knows neither Microsoft Graph nor the
// provisioning service, and nobody who judges endpoints may import it.
package serviceprovider
