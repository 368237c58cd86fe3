package serviceprovider_test

import (
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// want is what an answer holds: values at paths as compact JSON.
type want map[string]string

// TestRequests: Ada u1, Bob u2, Eve u3, Team Red u4 (Ada, Bob), Team Red Two u5 (Ada); then one request.
func TestRequests(t *testing.T) {
	patchOp := func(operations string) string {
		return `{"schemas":["` + scim.PatchOpURN + `"],"Operations":[` + operations + `]}`
	}
	for _, test := range []struct {
		name, method, target, body string
		status                     int
		want                       want
	}{
		{"GET gives the user with meta and derived groups", "GET", "/Users/u1", "", 200, want{
			"id": `"u1"`, "meta.resourceType": `"User"`, "meta.location": `"http://scim.example/Users/u1"`, "meta.created": `"2026-11-22T08:00:00.000Z"`,
			"groups.value": `"u4"`, "groups.$ref": `"http://scim.example/Groups/u4"`, "groups.display": `"Team Red"`}},
		{"GET with attributes gives these, id and schemas", "GET", "/Users/u1?attributes=userName,name.givenName", "", 200, want{
			"id": `"u1"`, "userName": `"Ada@x.example"`, "name": `{"givenName":"Ada"}`, "title": "", "meta": ""}},
		{"GET with excludedAttributes leaves them out", "GET", "/Users/u1?excludedAttributes=name,groups", "", 200, want{
			"name": "", "groups": "", "title": `"Analyst"`}},
		{"GET of an unknown user", "GET", "/Users/nobody", "", 404, want{"status": `"404"`, "schemas": `["` + scim.ErrorURN + `"]`}},
		{"a group's id is not a user's", "GET", "/Users/u4", "", 404, nil},
		{"a group has members with their type", "GET", "/Groups/u4", "", 200, want{"members": `[{"type":"User","value":"u1"},{"type":"User","value":"u2"}]`}},

		{"list", "GET", "/Users", "", 200, want{"totalResults": "3", "itemsPerPage": "3", "startIndex": "1"}},
		{"startIndex below 1 is 1", "GET", "/Users?startIndex=-3&count=1", "", 200, want{"startIndex": "1", "itemsPerPage": "1", "totalResults": "3", "Resources.id": `"u1"`}},
		{"second page", "GET", "/Users?startIndex=2&count=1", "", 200, want{"startIndex": "2", "Resources.id": `"u2"`}},
		{"a page beyond the end is empty", "GET", "/Users?startIndex=9", "", 200, want{"startIndex": "9", "itemsPerPage": "0", "totalResults": "3", "Resources": "[]"}},
		{"count 0 gives the total", "GET", "/Users?count=0", "", 200, want{"totalResults": "3", "Resources": "[]"}},
		{"a negative count is 0", "GET", "/Users?count=-1", "", 200, want{"totalResults": "3", "Resources": "[]"}},
		{"a count of any size is cut to the largest page", "GET", "/Users?count=99999999999999999999", "", 200, want{"totalResults": "3", "itemsPerPage": "3"}},
		{"a startIndex of any size is beyond the end", "GET", "/Users?startIndex=99999999999999999999", "", 200, want{"totalResults": "3", "Resources": "[]"}},
		{"a startIndex far below 1 is 1", "GET", "/Users?startIndex=-99999999999999999999", "", 200, want{"startIndex": "1", "itemsPerPage": "3"}},
		{"count must be a number", "GET", "/Users?count=some", "", 400, want{"scimType": `"invalidValue"`}},
		{"paging applies to filters too", "GET", "/Users?filter=userName+co+%22x%22&startIndex=2&count=1", "", 200, want{"totalResults": "3", "Resources.id": `"u2"`}},
		{"an unmatched filter is an empty list", "GET", "/Users?filter=userName+eq+%22guid%22", "", 200, want{"totalResults": "0", "Resources": "[]"}},
		{"a bad filter", "GET", "/Users?filter=userName+eq", "", 400, want{"scimType": `"invalidFilter"`}},
		{"an empty filter is bad, not none", "GET", "/Users?filter=", "", 400, want{"scimType": `"invalidFilter"`}},
		{"a query string that cannot be decoded", "GET", "/Users?filter=userName+eq+%2", "", 400, want{"scimType": `"invalidSyntax"`}},
		{"an unknown attribute in a filter has no value", "GET", "/Users?filter=shoeSize+eq+%2244%22", "", 200, want{"totalResults": "0"}},
		{"groups without their members", "GET", "/Groups?excludedAttributes=members&filter=displayName+eq+%22team+red%22", "", 200, want{
			"totalResults": "1", "Resources.id": `"u4"`, "Resources.members": ""}},

		{"POST ignores what is read-only and never shows a password", "POST", "/Users", document(scim.UserURN, `"userName":"x","id":"mine","password":"hush","groups":[{"value":"g"}]`), 201, want{
			"id": `"u6"`, "password": "", "groups": "", "active": "true"}},
		{"POST without userName", "POST", "/Users", document(scim.UserURN, `"displayName":"x"`), 400, want{"scimType": `"invalidValue"`}},
		{"POST of a userName in use, in another case", "POST", "/Users", document(scim.UserURN, `"userName":"ADA@X.example"`), 409, want{"scimType": `"uniqueness"`, "status": `"409"`}},
		{"POST of a group name in use", "POST", "/Groups", document(scim.GroupURN, `"displayName":"team red"`), 409, want{"scimType": `"uniqueness"`}},
		{"POST of a group as Entra sends it", "POST", "/Groups", extraSchema, 201, want{"schemas": `["` + scim.GroupURN + `"]`}},
		{"POST of a group with an unknown member", "POST", "/Groups", document(scim.GroupURN, `"displayName":"x","members":[{"value":"nobody"}]`), 400, want{"scimType": `"invalidValue"`}},
		{"POST of a group with a group in it", "POST", "/Groups", document(scim.GroupURN, `"displayName":"x","members":[{"value":"u5"},{"value":"u5"}]`), 201, want{"members": `[{"type":"Group","value":"u5"}]`}},
		{"POST of an attribute no schema has", "POST", "/Users", document(scim.UserURN, `"userName":"x","shoeSize":"44"`), 201, want{"shoeSize": ""}},
		{"POST of no JSON", "POST", "/Users", `{`, 400, want{"scimType": `"invalidSyntax"`}},
		{"POST of bytes that are not UTF-8", "POST", "/Users", document(scim.UserURN, "\"userName\":\"a\xff\""), 400, want{"scimType": `"invalidSyntax"`}},
		{"POST of nothing", "POST", "/Users", ``, 400, want{"scimType": `"invalidSyntax"`}},
		{"POST of deep JSON", "POST", "/Users", strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), 400, want{"scimType": `"invalidSyntax"`}},
		{"POST of too much", "POST", "/Users", document(scim.UserURN, `"userName":"`+strings.Repeat("x", 1<<20)+`"`), 413, want{"status": `"413"`}},

		{"PUT clears what it leaves out and keeps the id", "PUT", "/Users/u1", document(scim.UserURN, `"userName":"ada@x.example"`), 200, want{
			"id": `"u1"`, "userName": `"ada@x.example"`, "title": "", "meta.created": `"2026-11-22T08:00:00.000Z"`, "groups.value": `"u4"`}},
		{"PUT of an unknown user", "PUT", "/Users/nobody", document(scim.UserURN, `"userName":"z"`), 404, nil},
		{"PUT of a userName in use", "PUT", "/Users/u1", document(scim.UserURN, `"userName":"bob@x.example"`), 409, nil},

		{"PATCH answers with the user", "PATCH", "/Users/u1", patchOp(op("Replace", "title", `"X"`)), 200, want{"title": `"X"`, "meta.lastModified": `"2026-11-22T08:00:00.001Z"`}},
		{"PATCH that changes nothing keeps lastModified", "PATCH", "/Users/u1", patchOp(op("Replace", "title", `"Analyst"`)), 200, want{"meta.lastModified": `"2026-11-22T08:00:00.000Z"`}},
		{"PATCH of a group answers 204", "PATCH", "/Groups/u4", patchOp(op("Replace", "displayName", `"X"`)), 204, nil},
		{"PATCH to a userName in use", "PATCH", "/Users/u1", patchOp(op("Replace", "userName", `"BOB@x.example"`)), 409, want{"scimType": `"uniqueness"`}},
		{"PATCH that changes only the case of one's own userName", "PATCH", "/Users/u1", patchOp(op("Replace", "userName", `"ADA@x.example"`)), 200, want{"userName": `"ADA@x.example"`}},
		{"PATCH with an unknown member", "PATCH", "/Groups/u4", patchOp(op("Add", "members", `[{"value":"nobody"}]`)), 400, want{"scimType": `"invalidValue"`}},
		{"PATCH with a member nobody can tell", "PATCH", "/Groups/u4", patchOp(op("Add", "members", `[{"display":"Eve"}]`)), 400, want{
			"scimType": `"invalidValue"`, "detail": `"a member has no value"`}},
		{"PATCH of the id", "PATCH", "/Users/u1", patchOp(op("Replace", "id", `"mine"`)), 400, want{"scimType": `"mutability"`}},
		{"PATCH without operations", "PATCH", "/Users/u1", `{"schemas":["` + scim.PatchOpURN + `"]}`, 400, want{"scimType": `"invalidSyntax"`}},
		{"PATCH with a path-less object", "PATCH", "/Users/u1", patchOp(`{"op":"replace","value":{"title":"X","name.givenName":"A","` + enterprise + `:department":"D"}}`), 200, want{
			"title": `"X"`, "name.givenName": `"A"`, "name.familyName": `"Byron"`, enterprise + ":department": `"D"`, enterprise + ":employeeNumber": `"1815"`}},
		{"PATCH of an unknown user", "PATCH", "/Users/nobody", patchOp(op("Replace", "title", `"X"`)), 404, nil},

		{"DELETE", "DELETE", "/Users/u1", "", 204, nil},
		{"DELETE of an unknown user", "DELETE", "/Users/nobody", "", 404, want{"status": `"404"`}},

		{"one schema", "GET", "/Schemas/" + scim.UserURN, "", 200, want{"id": `"` + scim.UserURN + `"`, "meta.location": `"http://scim.example/Schemas/` + scim.UserURN + `"`}},
		{"an unknown schema", "GET", "/Schemas/urn:x", "", 404, nil},
		{"the schemas", "GET", "/Schemas", "", 200, want{"totalResults": "3", "Resources.schemas": `["` + scim.SchemaURN + `"]`}},
		{"one resource type", "GET", "/ResourceTypes/User", "", 200, want{"endpoint": `"/Users"`, "schemaExtensions.schema": `"` + enterprise + `"`}},
		{"an unknown resource type", "GET", "/ResourceTypes/Robot", "", 404, nil},
		{"discovery cannot be filtered", "GET", "/Schemas?filter=name+eq+%22User%22", "", 403, nil},
		{"the configuration says what is so", "GET", "/ServiceProviderConfig", "", 200, want{
			"patch.supported": "true", "bulk.supported": "true", "sort.supported": "true", "etag.supported": "true", "filter.maxResults": "1000",
			"authenticationSchemes.type": `"oauthbearertoken"`}},

		{"no /Me", "GET", "/Me", "", 501, want{"status": `"501"`, "detail": `"the alias /Me: not supported by this endpoint"`}},
		{"no /Me to change either", "PATCH", "/Me", "{}", 501, want{"status": `"501"`}},
		{"bulk without a schema", "POST", "/Bulk", "{}", 400, want{"scimType": `"invalidSyntax"`}},
		{"an unknown route", "GET", "/Robots", "", 404, want{"schemas": `["` + scim.ErrorURN + `"]`}},
		{"a doubled slash is not redirected", "GET", "//Users", "", 404, nil},
		{"a method a collection has not", "DELETE", "/Users", "", 405, want{"status": `"405"`}},
		{"a method discovery has not", "POST", "/Schemas", "{}", 405, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newClient(t)
			team(c)
			got := c.do(test.method, test.target, test.body)
			if got.status != test.status {
				t.Fatalf("status %d, want %d: %s", got.status, test.status, got.text)
			}
			for path, value := range test.want {
				if got.at(path) != value {
					t.Errorf("%s is %s, want %s in %s", path, got.at(path), value, got.text)
				}
			}
			if hasType := got.header.Get("Content-Type") == "application/scim+json"; hasType != (got.text != "") {
				t.Errorf("content type %q for %q", got.header.Get("Content-Type"), got.text)
			}
		})
	}
}

func TestFilters(t *testing.T) {
	c := newClient(t)
	team(c)
	c.patch("/Users/u2", op("Add", enterprise+":manager", `"u1"`)+","+disable)
	for filter, ids := range map[string]string{
		`userName eq "ADA@X.EXAMPLE"`:                                   "u1",
		scim.UserURN + `:userName eq "ada@x.example"`:                   "u1",
		`username eq "ada"`:                                             "",
		`externalId eq "ada"`:                                           "u1",
		`emails[type eq "work"].value eq "ada@x.example"`:               "u1",
		`emails[type eq "home"].value eq "ada@x.example"`:               "",
		`emails[type eq "other" and value eq "a@x.example"]`:            "u1",
		`emails.value eq "a@x.example"`:                                 "u1",
		`emails eq "a@x.example"`:                                       "u1",
		enterprise + `:department eq "r&d"`:                             "u1",
		`id eq "u2" and manager eq "u1"`:                                "u2",
		`id eq "u2" and manager eq "u3"`:                                "",
		`id eq "u9" or userName sw "bob"`:                               "u2",
		`not (userName eq "bob@x.example")`:                             "u1 u3",
		`active eq false`:                                               "u2",
		`active eq "False"`:                                             "u2",
		`title pr`:                                                      "u1",
		`groups eq "u4"`:                                                "u1 u2",
		`groups.value eq "u5"`:                                          "u1",
		`meta.lastModified gt "2026-11-22T08:00:00Z"`:                   "u2",
		`meta.location eq "http://scim.example/Users/u3"`:               "u3",
		`meta[location ew "/u1" and resourceType eq "User"]`:            "u1",
		`password pr`:                                                   "",
		`userName eq "bob@x.example" and externalId eq "ada"`:           "",
		`userName eq "ada@x.example" or userName eq "eve@x.example"`:    "u1 u3",
		`(userName eq "ada@x.example" and active eq true) and title pr`: "u1",
	} {
		if got := c.found("/Users", filter); got != ids {
			t.Errorf("%s finds %q, want %q", filter, got, ids)
		}
	}
	for filter, ids := range map[string]string{
		`displayName eq "TEAM red"`:        "u4",
		`members eq "u1"`:                  "u4 u5",
		`members[value eq "u2"]`:           "u4",
		`members.value eq "u3"`:            "",
		`id eq "u5" and members eq "u1"`:   "u5",
		`externalId eq "red"`:              "u4",
		`members[type eq "Group"]`:         "",
		`displayName co "red" and meta pr`: "u4 u5",
	} {
		if got := c.found("/Groups", filter); got != ids {
			t.Errorf("%s finds %q, want %q", filter, got, ids)
		}
	}
}

func TestReferences(t *testing.T) {
	c := newClient(t)
	team(c)
	c.patch("/Groups/u5", op("Add", "members", `[{"value":"u4"}]`))
	c.delete("/Users/u1")
	if got := c.get("/Groups/u4").members() + "/" + c.get("/Groups/u5").members(); got != "u2/u4" {
		t.Errorf("a deleted user leaves all groups: %s", got)
	}
	c.delete("/Groups/u4")
	if got := c.get("/Groups/u5").at("members"); got != "" {
		t.Errorf("a deleted group leaves all groups: %s", got)
	}
	if got := c.get("/Users/u2").at("groups"); got != "" {
		t.Errorf("users know no deleted groups: %s", got)
	}
	if got := c.found("/Groups", `members eq "u1"`) + c.found("/Users", `userName eq "ada@x.example"`); got != "" {
		t.Errorf("the deleted are found: %s", got)
	}
	c.user(ada) // the name is free again
}

func TestAuthorization(t *testing.T) {
	c := newClient(t)
	for header, status := range map[string]int{
		"":                    401,
		"Bearer":              401,
		"Bearer ":             401,
		"Bearer wrong":        401,
		"Basic " + token:      401,
		token:                 401,
		"Bearer " + token:     200,
		"bearer " + token:     200,
		"BEARER   " + token:   200,
		"Bearer " + token[1:]: 401,
	} {
		got := c.with("Authorization", header).get("/Users")
		challenge := got.header.Get("WWW-Authenticate")
		if got.status != status || strings.HasPrefix(challenge, `Bearer realm="`) != (status == 401) {
			t.Errorf("%q: status %d, challenge %q, want %d", header, got.status, challenge, status)
		}
		if status == 401 && got.at("status") != `"401"` {
			t.Errorf("%q: not a SCIM error: %s", header, got.text)
		}
	}
	if got := c.with("Authorization", "").get("/ServiceProviderConfig").status; got != 401 {
		t.Errorf("discovery without a token: %d", got)
	}
	open := newClient(t, serviceprovider.WithToken("")).with("Authorization", "")
	if got := open.get("/Users").status; got != 200 {
		t.Errorf("an endpoint without a token: %d", got)
	}
}

func TestMediaTypes(t *testing.T) {
	c := newClient(t)
	for i, contentType := range []string{"application/scim+json", "application/scim+json; charset=utf-8", "Application/SCIM+JSON;charset=\"UTF-8\"", "application/json"} {
		body := document(scim.UserURN, `"userName":"u`+string(rune('a'+i))+`"`)
		if got := c.with("Content-Type", contentType).do("POST", "/Users", body); got.status != 201 {
			t.Errorf("%s: %d %s", contentType, got.status, got.text)
		}
	}
	for _, contentType := range []string{"text/plain", "application/json+scim", "application/x-www-form-urlencoded", ";;"} {
		if got := c.with("Content-Type", contentType).do("POST", "/Users", document(scim.UserURN, bob)); got.status != 415 {
			t.Errorf("%s: %d", contentType, got.status)
		}
	}
	for coding, status := range map[string]int{"identity": 201, "gzip": 415, "GZIP": 415, "identity, br": 415} {
		got := c.with("Content-Encoding", coding).do("POST", "/Users", document(scim.UserURN, `"userName":"`+coding+`"`))
		if got.status != status || (got.header.Get("Accept-Encoding") == "identity") != (status == 415) {
			t.Errorf("Content-Encoding %s: %d %v", coding, got.status, got.header)
		}
	}
	for _, accept := range []string{"", "*/*", "text/html", "application/scim+json"} {
		if got := c.with("Accept", accept).get("/Users"); got.status != 200 {
			t.Errorf("Accept %q: %d", accept, got.status)
		}
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	c := newClient(t)
	team(c)
	head, get := c.do(http.MethodHead, "/Groups/u4", ""), c.get("/Groups/u4")
	if head.text != "" || head.status != 200 || head.header.Get("Content-Length") != get.header.Get("Content-Length") {
		t.Errorf("got %d %v %q", head.status, head.header, head.text)
	}
}

func TestMethodNotAllowedSaysWhatIs(t *testing.T) {
	c := newClient(t)
	for target, allow := range map[string]string{
		"/Users": "GET, HEAD, POST", "/Groups/x": "DELETE, GET, HEAD, PATCH, PUT", "/Schemas": "GET, HEAD",
		"/.search": "POST", "/Users/.search": "POST",
	} {
		if got := c.do("OPTIONS", target, ""); got.status != 405 || got.header.Get("Allow") != allow {
			t.Errorf("%s: %d %q", target, got.status, got.header.Get("Allow"))
		}
	}
}
