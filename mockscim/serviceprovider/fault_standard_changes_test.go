package serviceprovider_test

import (
	"fmt"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

const (
	homeEmail   = `[{"type":"home","value":"h@x.example"}]`
	workAddress = `emails[type eq "work"].value`
	homeAddress = `emails[type eq "home"].value`
)

var patchTrials = []trial{
	{"patch-add-replaces-name", adaAfter(op("add", "name", `{"middleName":"King"}`), "name.middleName", "name.familyName"), `"King" "Byron"`, `"King" `},
	{"patch-replace-replaces-name", adaAfter(op("replace", "name", `{"givenName":"Augusta"}`), "name.givenName", "name.familyName"), `"Augusta" "Byron"`, `"Augusta" `},
	{"patch-add-replaces-list", adaAfter(op("add", "emails", homeEmail), workAddress, homeAddress), `"ada@x.example" "h@x.example"`, ` "h@x.example"`},
	{"patch-replace-appends-list", adaAfter(op("replace", "emails", homeEmail), workAddress, homeAddress), ` "h@x.example"`, `"ada@x.example" "h@x.example"`},
	{"patch-remove-attribute-ignored", adaAfter(op("remove", "title", ""), "title"), "", `"Analyst"`},
	{"patch-remove-part-removes-all", adaAfter(op("remove", "name.formatted", ""), "name.familyName"), `"Byron"`, ""},
	{"patch-remove-filter-removes-all", adaAfter(op("remove", `emails[type eq "other"]`, ""), workAddress), `"ada@x.example"`, ""},
	{"patch-remove-list-ignored", adaAfter(op("remove", "emails", ""), workAddress), "", `"ada@x.example"`},
	{"patch-core-urn-refused", adaAfter(op("replace", scim.UserURN+":title", `"Countess"`), "title"), `"Countess"`, "400"},
	{"patch-operations-reversed", adaAfter(op("remove", "title", "")+","+op("add", "title", `"Countess"`)+","+op("replace", "title", `"Lady"`), "title"), `"Lady"`, ""},
	{"patch-two-primaries", adaAfter(op("add", "emails", `[{"type":"home","value":"h@x.example","primary":true}]`), `emails[type eq "work"].primary`), "false", "true"},
	{"patch-remove-without-path-200", adaAfter(`{"op":"remove"}`, "displayName"), "400", `"Ada"`},
	{"patch-id-accepted", adaAfter(op("replace", "id", `"0"`), "id"), "400", `"u1"`},
	{"patch-bad-path-accepted", adaAfter(op("replace", "emails[type eq", `"x"`), "displayName"), "400", `"Ada"`},
	{"patch-unknown-operation-accepted", adaAfter(op("increase", "displayName", `"x"`), "displayName"), "400", `"Ada"`},
	{"patch-wrong-type-accepted", adaAfter(op("replace", "name", "17"), "displayName"), "400", `"Ada"`},
	{"patch-removes-user-name", adaAfter(op("remove", "userName", ""), "displayName"), "400", `"Ada"`},
	{"invalid-path-without-type", func(c *client) string {
		c.user(bob)
		return c.patch("/Users/u1", op("replace", "emails[type eq", `"x"`)).at("scimType")
	}, `"invalidPath"`, ""},
}

// shown gives the names of what a query shows of Ada.
func shown(target string) func(c *client) string {
	return func(c *client) string { c.user(ada); return namesOf(c.get(target).body) }
}

// shownAt gives what a query shows of Ada at a path.
func shownAt(target, path string) func(c *client) string {
	return func(c *client) string { c.user(ada); return c.get(target).at(path) }
}

// inList says whether a list that is asked in this way shows an attribute of Ada.
func inList(query, name string) func(c *client) string {
	return func(c *client) string {
		c.user(ada)
		return fmt.Sprint(strings.Contains(c.get("/Users?"+query).text, `"`+name+`":`))
	}
}

// window gives who of three users is on a page, or its status.
func window(query string) func(c *client) string {
	return inTeam(func(c *client) string { return c.get("/Users?" + query).ids() })
}

var listTrials = []trial{
	{"attributes-drop-id", shown("/Users/u1?attributes=displayName"), "displayName id schemas", "displayName schemas"},
	{"attributes-drop-schemas", shown("/Users/u1?attributes=displayName"), "displayName id schemas", "displayName id"},
	{"attributes-part-gives-all", shownAt("/Users/u1?attributes=name.familyName", "name.givenName"), "", `"Ada"`},
	{"attributes-urn-unknown", shownAt("/Users/u1?attributes="+scim.UserURN+":userName", "userName"), `"Ada@x.example"`, ""},
	{"attributes-ignored-in-lists", inList("attributes=userName", "title"), "false", "true"},
	{"excluded-ignored-for-users", shownAt("/Users/u1?excludedAttributes=title", "title"), "", `"Analyst"`},
	{"excluded-drops-id", shownAt("/Users/u1?excludedAttributes=id,displayName", "id"), `"u1"`, ""},
	{"excluded-ignored-in-lists", inList("excludedAttributes=title", "title"), "false", "true"},
	{"attributes-ignored-on-post", func(c *client) string {
		return c.do("POST", "/Users?attributes=userName", document(scim.UserURN, bob)).at("displayName")
	}, "", `"Bob"`},
	{"search-attributes-ignored", inTeam(func(c *client) string {
		return fmt.Sprint(strings.Contains(c.searched("/Users/.search", `"attributes":["userName"],"filter":"userName pr"`).text, "displayName"))
	}), "false", "true"},
	{"start-index-zero-400", window("startIndex=0&count=1"), "u1", "400"},
	{"count-zero-is-all", window("count=0"), "", everyone},
	{"count-negative-500", window("count=-1"), "", "500"},
	{"past-the-end-404", window("startIndex=1000000&count=1"), "", "404"},
	{"past-the-end-total-zero", inTeam(func(c *client) string { return c.get("/Users?startIndex=9").at("totalResults") }), "3", "0"},
	{"search-all-ignores-filter", inTeam(func(c *client) string { return c.searched("/.search", `"filter":"externalId eq \"red\""`).ids() }), "u4", "u1 u2 u3 u4 u5"},
	{"search-all-500", inTeam(func(c *client) string { return c.searched("/.search", `"filter":"externalId eq \"red\""`).ids() }), "u4", "500"},
}

// config gives what ServiceProviderConfig says at a path.
func config(path string) func(c *client) string {
	return func(c *client) string { return c.get("/ServiceProviderConfig").at(path) }
}

var discoveryTrials = []trial{
	{"config-without-sort", config("changePassword.supported"), "false", ""},
	{"config-without-limit", config("filter.maxResults"), "1000", ""},
	{"config-scheme-without-name", config("authenticationSchemes.name"), `"OAuth Bearer Token"`, ""},
	{"config-without-schemes", config("authenticationSchemes.name"), `"OAuth Bearer Token"`, ""},
	{"resource-type-not-by-id", func(c *client) string { return status(c.get("/ResourceTypes/User")) }, "200", "404"},
	{"schema-not-by-id", func(c *client) string { return status(c.get("/Schemas/" + scim.UserURN)) }, "200", "404"},
	{"schema-unknown-200", func(c *client) string { return status(c.get("/Schemas/urn:rehearse:no-such-schema")) }, "404", "200"},
	{"discovery-filter-ignored", func(c *client) string { return status(c.get("/Schemas?filter=" + query(`id eq "x"`))) }, "403", "200"},
	{"resource-type-unknown-extension", discovered("/ResourceTypes", "urn:example:lost"), "false", "true"},
	{"schema-without-types", discovered("/Schemas", `"type":"complex"`), "true", "false"},
	{"schema-parts-without-types", discovered("/Schemas", `"name":"primary","type":"boolean"`), "true", "false"},
	{"attribute-not-in-schema", madeOf(bob, "tenantKey"), "", `"17"`},
	{"filter-not-advertised", config("filter.supported"), "true", "false"},
	{"sort-not-advertised", config("sort.supported"), "true", "false"},
	{"etag-not-advertised", config("etag.supported"), "true", "false"},
	{"bulk-not-advertised", config("bulk.supported"), "true", "false"},
	{"cursor-not-advertised", config("pagination.cursor"), "true", "false"},
}

// discovered says whether a discovery document has this text in it.
func discovered(target, text string) func(c *client) string {
	return func(c *client) string { return fmt.Sprint(strings.Contains(c.get(target).text, text)) }
}
