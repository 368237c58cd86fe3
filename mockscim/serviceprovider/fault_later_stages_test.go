package serviceprovider_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

const extraSchema = `{"schemas":["` + scim.GroupURN + `","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],"displayName":"Team"}`

var groupTrials = []trial{
	{"group-extra-schema-refused", func(c *client) string { return status(c.do(http.MethodPost, "/Groups", extraSchema)) }, "201", "400"},
	{"group-external-id-dropped", inTeam(func(c *client) string { return c.get("/Groups/u4").at("externalId") }), `"red"`, ""},
	{"group-filter-substring", inTeam(func(c *client) string { return c.found("/Groups", `displayName eq "Team Red"`) }), "u4", "u4 u5"},
	{"group-name-case-sensitive", inTeam(func(c *client) string { return c.found("/Groups", `displayName eq "TEAM RED"`) }), "u4", ""},
	{"group-filter-ampersand", func(c *client) string {
		c.group(`"displayName":"R&D + Ops #1, 50%"`)
		return c.found("/Groups", `displayName eq "R&D + Ops #1, 50%"`)
	}, "u1", "400"},
	{"excluded-attributes-ignored", inTeam(func(c *client) string { return c.get("/Groups/u4?excludedAttributes=members").members() }), "", "u1 u2"},
	{"group-rename-ignored", inTeam(func(c *client) string {
		c.patch("/Groups/u4", op("Replace", "displayName", `"Blue"`))
		return c.found("/Groups", `displayName eq "Blue"`)
	}), "u4", ""},
	{"group-rename-drops-members", membersAfter(op("Replace", "displayName", `"Blue"`)), "u1 u2 / u1", " / u1"},
	{"group-delete-deletes-users", inTeam(func(c *client) string {
		return status(c.delete("/Groups/u4")) + status(c.get("/Users/u1")) + c.get("/Groups/u5").members()
	}), "204200u1", "204404"},
	{"group-delete-ignored", inTeam(func(c *client) string { return status(c.delete("/Groups/u4")) + status(c.get("/Groups/u4")) }), "204404", "204200"},
	{"group-delete-twice-204", func(c *client) string { return status(c.delete("/Groups/nothing")) }, "404", "204"},
	{"group-external-id-not-listed", inTeam(func(c *client) string {
		return c.get("/Groups/u4").at("externalId") + c.first("/Groups", `displayName eq "Team Red"`).at("externalId")
	}), `"red""red"`, `"red"`},
	{"member-add-ignored", membersAfter(op("Add", "members", `[{"value":"u3"}]`)), "u1 u2 u3 / u1", "u1 u2 / u1"},
	{"member-add-replaces", membersAfter(op("Add", "members", `[{"value":"u3"}]`)), "u1 u2 u3 / u1", "u3 / u1"},
	{"member-add-first-only", membersAfter(op("Add", "members", `[{"value":"u3"},{"value":"u5"}]`)), "u1 u2 u3 u5 / u1", "u1 u2 u3 / u1"},
	{"member-stored-twice", membersAfter(op("Add", "members", `[{"value":"u1"}]`)), "u1 u2 / u1", "u1 u2 u1 / u1"},
	{"member-filter-400", inTeam(func(c *client) string { return c.found("/Groups", `id eq "u4" and members eq "u1"`) }), "u4", "400"},
	{"member-remove-wipes-all", membersAfter(op("Remove", "members", `[{"value":"u1"}]`)), "u2 / u1", " / u1"},
	{"member-remove-by-value-400", membersAfter(op("Remove", "members", `[{"value":"u1"}]`)), "u2 / u1", "400"},
	{"member-remove-by-filter-ignored", membersAfter(op("remove", `members[value eq "u1"]`, "")), "u2 / u1", "u1 u2 / u1"},
	{"member-remove-by-filter-wipes-all", membersAfter(op("remove", `members[value eq "u1"]`, "")), "u2 / u1", " / u1"},
	{"member-remove-by-filter-400", membersAfter(op("remove", `members[value eq "u1"]`, "")), "u2 / u1", "400"},
	{"member-remove-first-only", membersAfter(op("remove", `members[value eq "u1"]`, "") + "," + op("remove", `members[value eq "u2"]`, "")), " / u1", "u2 / u1"},
	{"group-pathless-ignored", inTeam(func(c *client) string {
		c.patch("/Groups/u4", pathless("replace", `"displayName":"Blue"`))
		return c.get("/Groups/u4").at("displayName")
	}), `"Blue"`, `"Team Red"`},
	{"member-remove-absent-404", membersAfter(op("Remove", "members", `[{"value":"u3"}]`)), "u1 u2 / u1", "404"},
	{"member-remove-from-all-groups", membersAfter(op("Remove", "members", `[{"value":"u1"}]`)), "u2 / u1", "u2 / "},
}

func inTeam(see func(c *client) string) func(c *client) string {
	return func(c *client) string { team(c); return see(c) }
}

const (
	disable   = `{"op":"Replace","path":"active","value":"False"}`
	enable    = `{"op":"Replace","path":"active","value":"True"}`
	otherwise = `{"op":"Replace","path":"title","value":"X"}`
)

// disabled creates a team, disables Ada and looks.
func disabled(see func(c *client) string) func(c *client) string {
	return inTeam(func(c *client) string {
		c.patch("/Users/u1", disable)
		return see(c)
	})
}

// reactivated disables Ada, sends another PATCH and looks at her.
func reactivated(operations string, paths ...string) func(c *client) string {
	return disabled(func(c *client) string {
		c.patch("/Users/u1", operations)
		return seen(c.get("/Users/u1"), paths...)
	})
}

var disableTrials = []trial{
	{"patch-string-false-ignored", adaAfter(disable, "active"), "false", "true"},
	{"string-false-is-true", adaAfter(disable, "active"), "false", "true"},
	{"patch-string-false-refused", adaAfter(disable, "active"), "false", "400"},
	{"boolean-false-ignored", adaAfter(op("replace", "active", "false"), "active"), "false", "true"},
	{"boolean-false-refused", adaAfter(op("replace", "active", "false"), "active"), "false", "400"},
	{"lower-case-false-refused", adaAfter(op("Replace", "active", `"false"`), "active"), "false", "400"},
	{"disabled-user-404", adaAfter(disable, "active"), "false", "404"},
	{"disabled-user-hidden", disabled(func(c *client) string { return c.found("/Users", `userName eq "ada@x.example"`) }), "u1", ""},
	{"disable-erases-profile", adaAfter(disable, "active", "displayName", "title"), `false "Ada" "Analyst"`, `false "Ada" `},
	{"disable-drops-memberships", disabled(func(c *client) string { return c.get("/Groups/u4").members() }), "u1 u2", "u2"},
	{"disable-cascades-to-reports", inTeam(func(c *client) string {
		c.patch("/Users/u2", op("Add", enterprise+":manager", `"u1"`))
		c.patch("/Users/u1", disable)
		return c.get("/Users/u2").at("active") + c.get("/Users/u3").at("active")
	}), "truetrue", "falsetrue"},
	{"delete-only-disables", inTeam(func(c *client) string { return status(c.delete("/Users/u1")) + status(c.get("/Users/u1")) }), "204404", "204200"},
	{"delete-leaves-filter-ghost", inTeam(func(c *client) string {
		c.delete("/Users/u1")
		return c.found("/Users", `userName eq "ada@x.example"`) + status(c.get("/Users/u1"))
	}), "404", "u1404"},
	{"delete-twice-204", func(c *client) string { return status(c.delete("/Users/nobody")) }, "404", "204"},
	{"deleted-user-stays-member", inTeam(func(c *client) string {
		c.delete("/Users/u1")
		return c.get("/Groups/u4").members() + " " + status(c.get("/Users/u1"))
	}), "u2 404", "u1 u2 404"},
	{"active-omitted-when-false", adaAfter(disable, "active"), "false", ""},
	{"disabled-phones-hidden", adaAfter(disable, "phoneNumbers.value"), `"+44 20 1"`, ""},
	{"boolean-true-ignored", reactivated(op("replace", "active", "true"), "active"), "true", "false"},
	{"string-true-ignored", reactivated(enable, "active"), "true", "false"},
	{"reactivate-new-id", disabled(func(c *client) string {
		return c.patch("/Users/u1", enable).at("id") + c.found("/Users", `userName eq "ada@x.example"`) + status(c.get("/Users/u1"))
	}), `"u1"u1200`, `"u6"u6404`},
	{"reactivate-ignores-other-operations", reactivated(otherwise+","+enable, "active", "title"), `true "X"`, `true "Analyst"`},
	{"reactivate-resets-profile", reactivated(op("Replace", enterprise+":department", `"X"`)+","+enable, "title", enterprise+":department"), `"Analyst" "X"`, ` "X"`},
	{"inactive-item-without-id", disabled(func(c *client) string { return c.found("/Users", `active eq false`) }), "u1", "-"},
	{"deleted-username-reserved", inTeam(func(c *client) string {
		c.delete("/Users/u2")
		return status(c.do(http.MethodPost, "/Users", document(scim.UserURN, bob)))
	}), "201", "409"},
}

var licenceTrials = []trial{
	{"roles-dropped-on-create", adaAfter("", "roles"), `[{"primary":true,"type":"T","value":"Pro +1"}]`, ""},
	{"roles-primary-add-refused", adaAfter(op("add", "roles", `[{"primary":true,"value":"Z"}]`), "title"), `"Analyst"`, "400"},
	{"roles-json-string-refused", adaAfter(op("Add", "roles", `[{"value":"{\"id\":\"7\",\"value\":\"25\"}"}]`), "title"), `"Analyst"`, "400"},
	{"roles-primary-string-compare", adaAfter(op("Replace", `roles[primary eq "True"].value`, `"Basic"`), `roles[primary eq true].value`), `"Basic"`, `"Pro +1"`},
	{"roles-primary-created-as-string", func(c *client) string {
		c.user(bob)
		c.patch("/Users/u1", op("Add", `roles[primary eq "True"].value`, `"Basic"`))
		return c.get("/Users/u1").at("roles")
	}, `[{"primary":true,"value":"Basic"}]`, `[{"primary":"True","value":"Basic"}]`},
	{"roles-display-name-refused", createdWith(`"roles":[{"primary":false,"displayName":"Pro","value":"Pro"}]`), "201", "400"},
	{"roles-add-replaces", adaAfter(op("Add", "roles", `[{"value":"Basic"}]`), `roles[value eq "Pro +1"].type`, `roles[value eq "Basic"].value`), `"T" "Basic"`, ` "Basic"`},
	{"roles-replace-appends", adaAfter(op("Replace", "roles", `[{"value":"Basic"}]`), `roles[value eq "Pro +1"].type`, `roles[value eq "Basic"].value`), ` "Basic"`, `"T" "Basic"`},
	{"roles-value-lowercased", adaAfter("", "roles.value"), `"Pro +1"`, `"pro +1"`},
	{"roles-primary-string-refused", createdWith(`"roles":[{"primary":"True","value":"Pro"}]`), "201", "400"},
	{"roles-shared-between-users", func(c *client) string {
		c.user(ada)
		c.user(bob + `,"roles":[{"value":"Pro +1"}]`)
		c.patch("/Users/u1", op("Replace", "roles", `[{"value":"Basic"}]`))
		return c.get("/Users/u2").at("roles.value")
	}, `"Pro +1"`, `"Basic"`},
}

func createdWith(members string) func(c *client) string {
	return func(c *client) string {
		return status(c.do(http.MethodPost, "/Users", document(scim.UserURN, bob+","+members)))
	}
}

var quarantineTrials = []trial{
	{"token-not-checked", func(c *client) string { return status(c.with("Authorization", "Bearer guess").get("/Users")) }, "401", "200"},
	{"missing-token-accepted", func(c *client) string { return status(c.with("Authorization", "").get("/Users")) }, "401", "200"},
	{"challenge-missing", func(c *client) string {
		return c.with("Authorization", "").get("/Users").header.Get("WWW-Authenticate")
	},
		`Bearer realm="scim"`, ""},
	{"unauthorized-html", func(c *client) string { return c.with("Authorization", "").get("/Users").at("status") }, `"401"`, ""},
	{"delete-before-authorisation", inTeam(func(c *client) string {
		return status(c.with("Authorization", "Bearer guess").delete("/Users/u1")) + status(c.get("/Users/u1"))
	}), "401200", "401404"},
	{"scheme-case-sensitive", func(c *client) string { return status(c.with("Authorization", "bearer "+token).get("/Users")) }, "200", "401"},
	{"lockout-after-wrong-token", func(c *client) string {
		statuses := status(c.with("Authorization", "Bearer guess").get("/Users"))
		for range 4 {
			statuses += " " + status(c.get("/Users"))
		}
		return statuses
	}, "401 200 200 200 200", "401 401 401 401 200"},
	{"retry-creates-duplicate", func(c *client) string {
		var statuses [2]string
		var sent sync.WaitGroup
		for i := range statuses {
			sent.Go(func() { statuses[i] = status(c.do(http.MethodPost, "/Users", document(scim.UserURN, ada))) })
		}
		sent.Wait()
		slices.Sort(statuses[:])
		return strings.Join(statuses[:], " ")
	}, "201 409", "201 201"},
	{"malformed-json-500", func(c *client) string {
		return status(c.do(http.MethodPost, "/Users", `{"schemas":[`)) + " " + status(c.do(http.MethodPost, "/Users", `{"userName":"ada"}`))
	}, "400 400", "500 400"},
}
