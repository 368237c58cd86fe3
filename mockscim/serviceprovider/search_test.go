package serviceprovider_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// searched posts the members of a search request.
func (c *client) searched(path, members string) response {
	c.t.Helper()
	if members != "" {
		members = "," + members
	}
	return c.do(http.MethodPost, path, `{"schemas":["`+scim.SearchRequestURN+`"]`+members+`}`)
}

// ids are those of a list, in its order; the status when it is none.
func (r response) ids() string {
	if r.status != http.StatusOK {
		return fmt.Sprint(r.status)
	}
	resources, _ := r.body["Resources"].([]any)
	ids := make([]string, 0, len(resources))
	for _, resource := range resources {
		ids = append(ids, fmt.Sprint(resource.(map[string]any)["id"]))
	}
	return strings.Join(ids, " ")
}

// A search by POST is answered as the GET that asks the same (RFC 7644 §3.4.3).
func TestSearchMeansWhatGetMeans(t *testing.T) {
	c := newClient(t)
	team(c)
	for body, query := range map[string]string{
		``:                             "",
		`"filter":"userName sw \"a\""`: "filter=" + query(`userName sw "a"`),
		`"filter":null,"count":2`:      "count=2",
		`"startIndex":2,"count":1`:     "startIndex=2&count=1",
		`"Attributes":["userName","name.givenName"]`:                       "attributes=userName,name.givenName",
		`"excludedAttributes":["emails","meta"]`:                           "excludedAttributes=emails,meta",
		`"sortBy":"userName","sortOrder":"descending"`:                     "sortBy=userName&sortOrder=descending",
		`"filter":"userName eq"`:                                           "filter=userName+eq",
		`"filter":""`:                                                      "filter=",
		`"count":0`:                                                        "count=0",
		`"sortBy":"nickName","sortOrder":"upside down"`:                    "sortBy=nickName&sortOrder=upside+down",
		`"filter":"emails[type eq \"work\"]","attributes":["emails.type"]`: "attributes=emails.type&filter=" + query(`emails[type eq "work"]`),
	} {
		post, get := c.searched("/Users/.search", body), c.get("/Users?"+query)
		if post.status != get.status || post.text != get.text {
			t.Errorf("%s: %d %s\nGET %s: %d %s", body, post.status, post.text, query, get.status, get.text)
		}
	}
}

func TestBadSearches(t *testing.T) {
	c := newClient(t)
	for body, scimType := range map[string]string{
		``:            "invalidSyntax",
		`[]`:          "invalidSyntax",
		`{"count":1}`: "invalidSyntax",
		`{"schemas":["` + scim.PatchOpURN + `"]}`:                            "invalidSyntax",
		`{"schemas":["` + scim.SearchRequestURN + `"],"count":"one"}`:        "invalidValue",
		`{"schemas":["` + scim.SearchRequestURN + `"],"count":1.5}`:          "invalidValue",
		`{"schemas":["` + scim.SearchRequestURN + `"],"filter":7}`:           "invalidValue",
		`{"schemas":["` + scim.SearchRequestURN + `"],"attributes":[1]}`:     "invalidValue",
		`{"schemas":["` + scim.SearchRequestURN + `"],"attributes":{}}`:      "invalidValue",
		`{"schemas":["` + scim.SearchRequestURN + `"],"sortBy":"emails["}`:   "invalidValue",
		`{"schemas":["` + scim.SearchRequestURN + `"],"sortBy":"name"}`:      "invalidValue",
		`{"schemas":["` + scim.SearchRequestURN + `"],"filter":"name eq 1"}`: "invalidFilter",
	} {
		for _, path := range []string{"/Users/.search", "/.search"} {
			if got := c.do("POST", path, body); got.status != 400 || got.at("scimType") != `"`+scimType+`"` {
				t.Errorf("%s of %s: %d %s", path, body, got.status, got.text)
			}
		}
	}
	if got := c.with("Content-Type", "text/plain").searched("/Users/.search", ""); got.status != 415 {
		t.Errorf("plain text: %d", got.status)
	}
}

// At the root all resource types are searched, in order of creation, and a filter on what a type lacks finds none of it (RFC 7644 §3.4.2.1).
func TestSearchAtTheRoot(t *testing.T) {
	c := newClient(t)
	team(c)
	for members, ids := range map[string]string{
		``:                             "u1 u2 u3 u4 u5",
		`"startIndex":3,"count":2`:     "u3 u4",
		`"filter":"displayName pr"`:    "u1 u2 u4 u5",
		`"filter":"userName pr"`:       "u1 u2 u3",
		`"filter":"members eq \"u2\""`: "u4",
		`"filter":"meta.resourceType eq \"Group\""`:       "u4 u5",
		`"filter":"meta.location ew \"/Groups/u5\""`:      "u5",
		`"sortBy":"displayName","sortOrder":"descending"`: "u3 u5 u4 u2 u1",
		`"sortBy":"userName"`:                             "u1 u2 u3 u4 u5",
	} {
		got := c.searched("/.search", members)
		if got.ids() != ids {
			t.Errorf("%s finds %s, want %s", members, got.ids(), ids)
		}
	}
	got := c.searched("/.search", `"filter":"displayName eq \"Ada\" or displayName eq \"Team Red\"","excludedAttributes":["members"]`)
	if resources := got.body["Resources"].([]any); len(resources) != 2 || got.at("Resources.groups") == "" ||
		resources[0].(map[string]any)["meta"].(map[string]any)["location"] != "http://scim.example/Users/u1" ||
		resources[1].(map[string]any)["meta"].(map[string]any)["location"] != "http://scim.example/Groups/u4" {
		t.Errorf("got %s", got.text)
	}
}

func TestSort(t *testing.T) {
	c := newClient(t)
	c.user(`"userName":"b","title":"zebra","active":true,"emails":[{"value":"9@x"},{"value":"1@x","primary":true}]`)
	c.user(`"userName":"A","title":"Ant","active":false,"emails":[{"value":"5@x"},{"value":"0@x"}],"name":{"familyName":"Y"}`)
	c.user(`"userName":"c","externalId":"B","name":{"familyName":"x"}`)
	c.user(`"userName":"d","title":"ant","externalId":"a","` + enterprise + `":{"department":"D"}`)
	for _, test := range []struct{ by, order, ids string }{
		{"userName", "", "u2 u1 u3 u4"},
		{"USERNAME", "Ascending", "u2 u1 u3 u4"},
		{"userName", "descending", "u4 u3 u1 u2"},
		{scim.UserURN + ":userName", "descending", "u4 u3 u1 u2"},
		{"title", "", "u2 u4 u1 u3"},           // in any case, equal ones as created, the one without last
		{"title", "descending", "u3 u1 u2 u4"}, // the one without first
		{"externalId", "", "u3 u4 u1 u2"},      // caseExact: B before a
		{"emails", "", "u1 u2 u3 u4"},          // the primary address, else the first
		{"emails.value", "descending", "u3 u4 u2 u1"},
		{"name.familyName", "", "u3 u2 u1 u4"},
		{enterprise + ":department", "", "u4 u1 u2 u3"},
		{"active", "", "u2 u1 u3 u4"},
		{"id", "descending", "u4 u3 u2 u1"},
		{"meta.created", "descending", "u1 u2 u3 u4"},
		{"meta.location", "descending", "u4 u3 u2 u1"},
		{"shoeSize", "", "u1 u2 u3 u4"},
		{"", "descending", "u1 u2 u3 u4"}, // an order of nothing
		{"userName", "up", "400"},
		{"emails[", "", "400"},
		{`emails[type eq "work"]`, "", "400"},
		{"name", "", "400"},
	} {
		q := url.Values{"sortBy": {test.by}}
		if test.order != "" {
			q.Set("sortOrder", test.order)
		}
		if got := c.get("/Users?" + q.Encode()).ids(); got != test.ids {
			t.Errorf("sorted by %q %s: %s, want %s", test.by, test.order, got, test.ids)
		}
	}
	c.patch("/Users/u1", op("Replace", "title", `"aardvark"`))
	if got := c.get("/Users?sortBy=meta.lastModified&sortOrder=descending&count=1").ids(); got != "u1" {
		t.Errorf("the last changed is %s", got)
	}
	if got := c.get("/Users?sortBy=userName&startIndex=2&count=2&filter=userName+ne+%22c%22").ids(); got != "u1 u4" {
		t.Errorf("a page of a sorted list is %s", got)
	}
}

// What a request asks to see (RFC 7644 §3.9, RFC 7643 §7 "returned").
func TestAttributesAndExcludedAttributes(t *testing.T) {
	c := newClient(t)
	team(c)
	for query, has := range map[string]string{
		"attributes=userName":                                    "id schemas userName",
		"attributes=USERNAME":                                    "id schemas userName",
		"attributes=" + scim.UserURN + ":userName":               "id schemas userName",
		"attributes=":                                            "active addresses displayName emails externalId groups id meta name phoneNumbers preferredLanguage roles schemas title " + enterprise + " userName",
		"attributes=shoeSize":                                    "id schemas",
		"attributes=password":                                    "id schemas",
		"attributes=groups,%20title":                             "groups id schemas title",
		"attributes=title&attributes=active":                     "active id schemas title",
		"attributes=meta.location":                               "id meta schemas",
		"attributes=name.givenName,name":                         "id name schemas",
		"attributes=" + enterprise:                               "id schemas " + enterprise,
		"attributes=" + enterprise + ":department":               "id schemas " + enterprise,
		"excludedAttributes=id,schemas,userName":                 "active addresses displayName emails externalId groups id meta name phoneNumbers preferredLanguage roles schemas title " + enterprise,
		"attributes=userName,title&excludedAttributes=title":     "id schemas userName",
		"attributes=emails&excludedAttributes=emails.value":      "emails id schemas",
		"excludedAttributes=" + enterprise + "&attributes=title": "id schemas title",
	} {
		for _, target := range []string{"/Users/u1?" + query, "/Users?count=1&" + query} {
			got := c.get(target)
			if list, ok := got.body["Resources"].([]any); ok {
				got.body = list[0].(map[string]any)
			}
			if names := namesOf(got.body); names != has {
				t.Errorf("%s has %s, want %s", target, names, has)
			}
		}
	}
	got := c.do("POST", "/Users?attributes=title", document(scim.UserURN, `"userName":"x","title":"T","active":true`))
	if namesOf(got.body) != "id schemas title" || got.header.Get("Location") == "" {
		t.Errorf("POST: %s", got.text)
	}
	got = c.patch("/Users/u1?excludedAttributes=emails.value", otherwise)
	if got.at("emails") != `[{"primary":true,"type":"work"},{"type":"other"}]` {
		t.Errorf("PATCH: %s", got.text)
	}
}

// namesOf are the attributes of a resource, sorted.
func namesOf(r scim.Resource) string {
	return strings.Join(slices.Sorted(maps.Keys(map[string]any(r))), " ")
}
