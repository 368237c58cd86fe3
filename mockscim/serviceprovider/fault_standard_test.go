package serviceprovider_test

import (
	"fmt"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// amongThree creates Ada as u1, Bob as u2 and Eve as u3, and gives who a filter finds.
func amongThree(filter string) func(c *client) string {
	return inTeam(func(c *client) string { return c.found("/Users", filter) })
}

const everyone = "u1 u2 u3"

var filterTrials = []trial{
	{"filter-sw-is-co", amongThree(`userName sw "ob@"`), "", "u2"},
	{"filter-co-is-sw", amongThree(`userName co "ob@"`), "u2", ""},
	{"filter-ew-is-co", amongThree(`userName ew "ob@"`), "", "u2"},
	{"filter-and-last-only", amongThree(`displayName eq "Ada" and userName co "@"`), "u1", everyone},
	{"filter-or-first-only", amongThree(`userName eq "bob@x.example" or userName eq "eve@x.example"`), "u2 u3", "u2"},
	{"filter-not-ignored", amongThree(`not (userName eq "bob@x.example")`), "u1 u3", "u2"},
	{"filter-ne-refused", amongThree(`userName ne "bob@x.example"`), "u1 u3", "400"},
	{"filter-pr-refused", amongThree(`title pr`), "u1", "400"},
	{"filter-gt-is-ge", amongThree(`userName gt "bob@x.example"`), "u3", "u2 u3"},
	{"filter-ge-is-gt", amongThree(`userName ge "bob@x.example"`), "u2 u3", "u3"},
	{"filter-lt-is-le", amongThree(`userName lt "bob@x.example"`), "u1", "u1 u2"},
	{"filter-le-is-lt", amongThree(`userName le "bob@x.example"`), "u1 u2", "u1"},
	{"filter-dates-as-text", amongThree(`meta.lastModified lt "2001-02-03T04:05:06Z"`), "", everyone},
	{"filter-left-to-right", amongThree(`userName eq "Ada@x.example" or userName eq "bob@x.example" and userName eq "eve@x.example"`), "u1", ""},
	{"filter-parentheses-dropped", amongThree(`(userName eq "Ada@x.example" or userName eq "bob@x.example") and userName eq "bob@x.example"`), "u2", "u1 u2"},
	{"filter-dotted-name-refused", amongThree(`name.familyName eq "Hopper"`), "", "400"},
	{"filter-on-list-refused", amongThree(`emails.value eq "a@x.example"`), "u1", "400"},
	{"filter-brackets-any-element", amongThree(`emails[type eq "work" and value eq "a@x.example"]`), "", "u1"},
	{"filter-boolean-always-true", amongThree(`active eq false`), "", everyone},
	{"filter-core-urn-refused", amongThree(scim.UserURN + `:userName eq "bob@x.example"`), "u2", "400"},
	{"filter-on-id-ignored", amongThree(`id eq "u2"`), "u2", everyone},
	{"filter-family-name-case-sensitive", amongThree(`userName sw "a" and name.familyName eq "byron"`), "u1", ""},
	{"filter-escapes-refused", amongThree(`displayName eq "a \"b\""`), "", "400"},
	{"filter-incomplete-ignored", amongThree(`userName eq`), "400", everyone},
	{"filter-open-parenthesis-ignored", amongThree(`(userName eq "nobody"`), "400", everyone},
	{"filter-unknown-operator-500", amongThree(`userName resembles "nobody"`), "400", "500"},
	{"invalid-filter-without-type", func(c *client) string { return c.get("/Users?filter=x").at("scimType") }, `"invalidFilter"`, ""},
}

// posting posts a user with these members and gives what the answer shows at a path; without one its status.
func posting(members, path string) func(c *client) string {
	return func(c *client) string {
		a := c.do("POST", "/Users", document(scim.UserURN, members))
		if path == "" {
			return status(a)
		}
		return a.at(path)
	}
}

// madeOf posts a user as u1 and gives what she shows at a path then.
func madeOf(members, path string) func(c *client) string {
	return func(c *client) string {
		c.user(members)
		return c.get("/Users/u1").at(path)
	}
}

var resourceTrials = []trial{
	{"client-chooses-id", posting(`"userName":"a","id":"mine"`, "id"), `"u1"`, `"mine"`},
	{"client-chooses-created", madeOf(`"userName":"a","meta":{"created":"1999-12-31T23:59:59Z"}`, "meta.created"), `"2026-11-22T08:00:00.000Z"`, `"1999-12-31T23:59:59Z"`},
	{"meta-location-missing", madeOf(bob, "meta.location"), `"http://scim.example/Users/u1"`, ""},
	{"password-returned", posting(`"userName":"a","password":"s3cret"`, "password"), "", `"s3cret"`},
	{"null-refused", posting(`"userName":"a","title":null`, ""), "201", "400"},
	{"post-names-case-sensitive", posting(`"userName":"a","DISPLAYNAME":"A"`, ""), "201", "400"},
	{"user-without-name-500", posting(`"displayName":"A"`, ""), "400", "500"},
	{"wrong-type-500", posting(`"userName":"a","name":"A"`, ""), "400", "500"},
	{"user-groups-missing", inTeam(func(c *client) string { return c.get("/Users/u2").at("groups.value") }), `"u4"`, ""},
	{"user-groups-stored", madeOf(`"userName":"a","groups":[{"value":"g"}]`, "groups.value"), "", `"g"`},
	{"put-resets-created", func(c *client) string {
		c.user(bob)
		before := c.get("/Users/u1").at("meta.created")
		c.put("/Users/u1", bob+`,"title":"Clerk"`)
		return fmt.Sprint(c.get("/Users/u1").at("meta.created") == before)
	}, "true", "false"},
}

// put replaces a user.
func (c *client) put(target, members string) response {
	c.t.Helper()
	return c.do("PUT", target, document(scim.UserURN, members))
}

// putting creates Bob as u1 and Ada as u2, replaces u1 and gives the status, or what is at a path then.
func putting(members, path string) func(c *client) string {
	return func(c *client) string {
		c.user(bob + `,"title":"Clerk"`)
		c.user(ada)
		a := c.put("/Users/u1", members)
		if path == "" {
			return status(a)
		}
		return seen(c.get("/Users/u1"), path)
	}
}

var putTrials = []trial{
	{"put-ignored", putting(`"userName":"bob@x.example","displayName":"Robert"`, "displayName"), `"Robert"`, `"Bob"`},
	{"put-204", putting(bob, ""), "200", "204"},
	{"put-merges", putting(bob, "title"), "", `"Clerk"`},
	{"put-moves-id", putting(bob+`,"id":"other"`, "id"), `"u1"`, "404"},
	{"put-unknown-id-200", func(c *client) string { return status(c.put("/Users/nobody", bob)) }, "404", "200"},
	{"put-without-name-500", putting(`"displayName":"Robert"`, ""), "400", "500"},
	{"put-takes-any-name", putting(`"userName":"ada@x.example"`, ""), "409", "200"},
}

// labelled gives how the answer to a GET is labelled.
func labelled(target string) func(c *client) string {
	return func(c *client) string {
		c.user(bob)
		media, _, _ := strings.Cut(c.get(target).header.Get("Content-Type"), ";")
		return media
	}
}

var messageTrials = []trial{
	{"content-type-json", labelled("/Users/u1"), "application/scim+json", "application/json"},
	{"accept-json-406", func(c *client) string { return status(c.with("Accept", "application/json").get("/Users")) }, "200", "406"},
	{"post-json-415", func(c *client) string {
		return posting(bob, "")(c.with("Content-Type", "application/json"))
	}, "201", "415"},
	{"accept-json-page", func(c *client) string {
		c.user(bob)
		return c.with("Accept", "application/json").get("/Users/u1").text[:1]
	}, "{", "<"},
	{"post-json-unread", func(c *client) string {
		return posting(bob, "displayName")(c.with("Content-Type", "application/json"))
	}, `"Bob"`, ""},
	{"group-created-200", func(c *client) string {
		return status(c.do("POST", "/Groups", document(scim.GroupURN, `"displayName":"Crew"`)))
	}, "201", "200"},
	{"group-deleted-200", func(c *client) string { c.group(`"displayName":"Crew"`); return status(c.delete("/Groups/u1")) }, "204", "200"},
	{"created-200", func(c *client) string { return status(c.do("POST", "/Users", document(scim.UserURN, bob))) }, "201", "200"},
	{"deleted-200", func(c *client) string { c.user(bob); return status(c.delete("/Users/u1")) }, "204", "200"},
	{"error-schemas-missing", func(c *client) string { return c.get("/Users/nobody").at("schemas") }, `["` + scim.ErrorURN + `"]`, ""},
	{"error-status-number", func(c *client) string { return c.get("/Users/nobody").at("status") }, `"404"`, "404"},
	{"error-labelled-html", labelled("/Users/nobody"), "application/scim+json", "text/html"},
	{"unknown-path-200", func(c *client) string { return status(c.get("/Rehearsals")) }, "404", "200"},
	{"discovery-writable", func(c *client) string { return status(c.do("POST", "/Schemas", "{}")) }, "405", "200"},
	{"me-server-error", func(c *client) string { return status(c.get("/Me")) }, "501", "500"},
}
