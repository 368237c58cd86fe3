package serviceprovider_test

import (
	"fmt"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

var queryTrials = []trial{
	{"search-not-found", inTeam(func(c *client) string { return c.searched("/Users/.search", "").ids() }), "u1 u2 u3", "404"},
	{"search-filter-ignored", inTeam(func(c *client) string { return c.searched("/Users/.search", `"filter":"userName sw \"b\""`).ids() }), "u2", "u1 u2 u3"},
	{"sort-ignored", cased("/Users?sortBy=userName"), "u2 u3 u1", "u1 u2 u3"},
	{"sort-order-ignored", cased("/Users?sortBy=userName&sortOrder=descending"), "u1 u3 u2", "u2 u3 u1"},
	{"sort-case-sensitive", cased("/Users?sortBy=userName"), "u2 u3 u1", "u3 u1 u2"},
	{"attributes-ignored", inTeam(func(c *client) string { return namesOf(c.get("/Groups/u4?attributes=displayName").body) }),
		"displayName id schemas", "displayName externalId id members meta schemas"},
}

// cased makes users whose order depends on case, and lists them.
func cased(target string) func(c *client) string {
	return func(c *client) string {
		for _, name := range []string{"Z", "a", "B"} {
			c.user(`"userName":"` + name + `"`)
		}
		return c.get(target).ids()
	}
}

var versionTrials = []trial{
	{"version-never-changes", versions(func(_ *client, old, present string) string { return fmt.Sprint(old == present) }), "false", "true"},
	{"if-match-ignored", versions(func(c *client, old, _ string) string {
		return status(c.with("If-Match", old).patch("/Users/u1", disable))
	}), "412", "200"},
	{"if-match-refused-too-late", versions(func(c *client, old, _ string) string {
		refused := status(c.with("If-Match", old).patch("/Users/u1", `{"op":"Replace","path":"title","value":"Y"}`))
		return refused + " " + c.get("/Users/u1").at("title")
	}), `412 "X"`, `412 "Y"`},
	{"if-none-match-ignored", versions(func(c *client, _, present string) string {
		return status(c.with("If-None-Match", present).get("/Users/u1"))
	}), "304", "200"},
	{"if-match-weak-refused", versions(func(c *client, _, present string) string {
		return status(c.with("If-Match", present).patch("/Users/u1", disable))
	}), "200", "412"},
	{"meta-version-missing", versions(func(_ *client, _, present string) string { return fmt.Sprint(present != "") }), "true", "false"},
	{"etag-missing", versions(func(c *client, _, _ string) string { return fmt.Sprint(c.get("/Users/u1").header.Get("ETag") != "") }), "true", "false"},
	{"etag-not-meta-version", versions(func(c *client, _, present string) string {
		return fmt.Sprint(c.get("/Users/u1").header.Get("ETag") == present)
	}), "true", "false"},
}

// versions creates Ada, changes her and looks, knowing both versions.
func versions(see func(c *client, old, present string) string) func(c *client) string {
	return func(c *client) string {
		c.user(ada)
		old := c.get("/Users/u1").body.String("meta.version")
		c.patch("/Users/u1", otherwise)
		return see(c, old, c.get("/Users/u1").body.String("meta.version"))
	}
}

var cursorTrials = []trial{
	{"cursor-skips-one", secondPage(func(*client) {}), "u3 u4 of 5", "u4 u5 of 4"},
	{"cursor-page-of-all", func(c *client) string { people(c, 3); return c.page("", "&count=1").ids() }, "u1", "u1 u2 u3"},
	{"cursor-not-stable", secondPage(func(c *client) { c.delete("/Users/u1") }), "u3 u4 of 5", "u4 u5 of 4"},
	{"cursor-garbage-accepted", func(c *client) string { people(c, 1); return c.page("garbage", "").ids() }, "400", "u1"},
	{"cursor-never-ends", func(c *client) string {
		people(c, 2)
		next, _ := c.page("", "&count=1").cursors()
		next, _ = c.page(next, "&count=1").cursors()
		return fmt.Sprint(next == "")
	}, "true", "false"},
	{"cursor-total-of-page", secondPage(func(*client) {}), "u3 u4 of 5", "u3 u4 of 2"},
}

// secondPage reads the first two of five users by cursor, lets something happen and reads on.
func secondPage(meanwhile func(c *client)) func(c *client) string {
	return func(c *client) string {
		people(c, 5)
		next, _ := c.page("", "&count=2").cursors()
		meanwhile(c)
		got := c.page(next, "&count=2")
		return got.ids() + " of " + got.at("totalResults")
	}
}

var bulkTrials = []trial{
	{"bulk-first-only", func(c *client) string {
		return c.bulk("", bulkUser("a", "a"), bulkUser("b", "b")).statuses()
	}, "a201 b201", "a201"},
	{"bulk-fail-on-errors-ignored", func(c *client) string {
		return c.bulk(`"failOnErrors":1,`, failing("a"), bulkUser("b", "b")).statuses()
	}, "a400", "a400 b201"},
	{"bulk-stops-at-first-error", func(c *client) string { return c.bulk("", failing("a"), bulkUser("b", "b")).statuses() }, "a400 b201", "a400"},
	{"bulk-forward-reference-refused", func(c *client) string {
		return c.bulk("", bulkGroup("g", `,"members":[{"value":"bulkId:a"}]`), bulkUser("a", "a")).statuses()
	}, "g201 a201", "g400 a201"},
	{"bulk-location-missing", func(c *client) string { return c.bulk("", bulkUser("a", "a")).at("Operations.location") }, `"http://scim.example/Users/u1"`, ""},
	{"bulk-status-missing", func(c *client) string { return c.bulk("", bulkUser("a", "a")).at("Operations.status") }, `"201"`, `""`},
	{"bulk-location-of-collection", func(c *client) string { return c.bulk("", bulkUser("a", "a")).at("Operations.location") }, `"http://scim.example/Users/u1"`, `"http://scim.example/Users"`},
	{"bulk-error-echo", func(c *client) string { return quotes(c.bulk("", failing("a")), scim.ErrorURN) }, "quoted", "silent"},
	{"bulk-error-without-response", func(c *client) string {
		return fmt.Sprint(c.bulk("", failing("a")).at("Operations.response") != "")
	}, "true", "false"},
}

// failing is a POST of a user without a name.
func failing(bulkID string) string { return doing("POST", "/Users", bulkID, "{}") }
