package serviceprovider_test

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

const (
	enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	ada        = `"userName":"Ada@x.example","active":true,"displayName":"Ada","externalId":"ada","title":"Analyst","preferredLanguage":"en-GB",` +
		`"name":{"givenName":"Ada","familyName":"Byron","formatted":"Ada Byron"},` +
		`"emails":[{"primary":true,"type":"work","value":"ada@x.example"},{"type":"other","value":"a@x.example"}],` +
		`"phoneNumbers":[{"type":"work","value":"+44 20 1"}],` +
		`"addresses":[{"type":"work","locality":"London","region":"LND","country":"GB"}],` +
		`"roles":[{"primary":true,"type":"T","value":"Pro +1"}],` +
		`"` + enterprise + `":{"department":"R&D","employeeNumber":"1815"}`
	bob = `"userName":"bob@x.example","active":true,"displayName":"Bob"`
)

// A trial is what a client does and sees, with the fault and without.
type trial struct {
	fault     string
	see       func(c *client) string
	good, bad string
}

// adaAfter creates Ada as u1, sends a PATCH and gives what is at each path then.
func adaAfter(operations string, paths ...string) func(c *client) string {
	return func(c *client) string {
		c.user(ada)
		if operations != "" {
			if a := c.patch("/Users/u1", operations); a.status >= 300 {
				return fmt.Sprint(a.status)
			}
		}
		return seen(c.get("/Users/u1"), paths...)
	}
}

func seen(r response, paths ...string) string {
	if r.status >= 300 {
		return fmt.Sprint(r.status)
	}
	var values []string
	for _, path := range paths {
		values = append(values, r.at(path))
	}
	return strings.Join(values, " ")
}

// adaFound creates Ada as u1 and Bob as u2 and gives who a filter finds.
func adaFound(filter string) func(c *client) string {
	return func(c *client) string {
		c.user(ada)
		c.user(bob)
		return c.found("/Users", filter)
	}
}

// membersAfter creates Ada, Bob and Eve, puts Ada and Bob into g4 and Ada into g5, sends a PATCH to u4 and gives both lists.
func membersAfter(operations ...string) func(c *client) string {
	return func(c *client) string {
		team(c)
		for _, operation := range operations {
			if a := c.patch("/Groups/u4", operation); a.status >= 300 {
				return fmt.Sprint(a.status)
			}
		}
		return c.get("/Groups/u4").members() + " / " + c.get("/Groups/u5").members()
	}
}

func team(c *client) {
	c.user(ada)
	c.user(bob)
	c.user(`"userName":"eve@x.example"`)
	c.group(`"displayName":"Team Red","externalId":"red","members":[{"value":"u1"},{"value":"u2"}]`)
	c.group(`"displayName":"Team Red Two","members":[{"value":"u1"}]`)
}

func op(name, path, value string) string {
	o := fmt.Sprintf(`{"op":%q,"path":%q`, name, path)
	if value != "" {
		o += `,"value":` + value
	}
	return o + "}"
}

// pathless is an operation without a path.
func pathless(name, members string) string {
	return fmt.Sprintf(`{"op":%q,"value":{%s}}`, name, members)
}

func status(r response) string { return fmt.Sprint(r.status) }

var connectTrials = []trial{
	{"filter-no-match-404", adaFound(`userName eq "7d420df3"`), "", "404"},
	{"groups-filter-no-match-404", func(c *client) string { return c.found("/Groups", `displayName eq "7d420df3"`) }, "", "404"},
	{"list-total-zero", func(c *client) string {
		c.user(bob)
		return c.get("/Users?filter=" + query(`userName pr`)).at("totalResults")
	}, "1", "0"},
	{"list-schemas-missing", func(c *client) string { return c.get("/Users").at("schemas") },
		`["urn:ietf:params:scim:api:messages:2.0:ListResponse"]`, ""},
	{"content-type-text", func(c *client) string { return c.get("/Users").header.Get("Content-Type") },
		"application/scim+json", "text/plain; charset=utf-8"},
	{"accept-required", func(c *client) string { return status(c.with("Accept", "*/*").get("/Users")) }, "200", "406"},
	{"service-provider-config-missing", func(c *client) string { return status(c.get("/ServiceProviderConfig")) }, "200", "404"},
	{"schemas-not-a-list", func(c *client) string { return c.get("/Schemas").text[:1] }, "{", "["},
	{"resource-types-missing", func(c *client) string { return status(c.get("/ResourceTypes")) }, "200", "404"},
	{"count-ignored", paged("count=1"), "u1", "u1 u2"},
	{"start-index-ignored", paged("startIndex=2&count=1"), "u2", "u1"},
	{"start-index-zero-based", paged("startIndex=1&count=1"), "u1", "u2"},
	{"unknown-id-500", func(c *client) string { return status(c.get("/Users/nobody")) }, "404", "500"},
}

func paged(query string) func(c *client) string {
	return func(c *client) string {
		c.user(ada)
		c.user(bob)
		var ids []string
		list, _ := c.get("/Users?" + query).body["Resources"].([]any)
		for _, r := range list {
			ids = append(ids, scim.Resource(r.(map[string]any)).ID())
		}
		return strings.Join(ids, " ")
	}
}

var createTrials = []trial{
	{"post-without-id", func(c *client) string { return c.do(http.MethodPost, "/Users", document(scim.UserURN, ada)).at("id") }, `"u1"`, ""},
	{"post-drops-preferred-language", adaAfter("", "preferredLanguage"), `"en-GB"`, ""},
	{"name-formatted-rebuilt", adaAfter("", "name.formatted"), `"Ada Byron"`, `"Byron, Ada"`},
	{"post-drops-email-type", adaAfter("", "emails.type", "emails.value"), `"work" "ada@x.example"`, ` "ada@x.example"`},
	{"post-drops-email-primary", adaAfter("", "emails.primary", "emails.value"), `true "ada@x.example"`, ` "ada@x.example"`},
	{"phone-digits-only", adaAfter("", "phoneNumbers.value"), `"+44 20 1"`, `"+44201"`},
	{"address-country-dropped", adaAfter("", "addresses.country", "addresses.region"), `"GB" "LND"`, ` "LND"`},
	{"enterprise-extension-dropped", adaAfter("", enterprise+":department"), `"R\u0026D"`, ""},
	{"resource-schemas-missing", adaAfter("", "schemas"), `["` + scim.UserURN + `","` + enterprise + `"]`, `["` + scim.UserURN + `"]`},
	{"active-as-string", adaAfter("", "active"), "true", `"True"`},
	{"post-string-true-refused", func(c *client) string {
		return c.do(http.MethodPost, "/Users", document(scim.UserURN, `"userName":"eve@x.example","active":"True"`)).at("active")
	}, "true", ""},
	{"location-missing", func(c *client) string {
		return c.do(http.MethodPost, "/Users", document(scim.UserURN, ada)).header.Get("Location")
	}, "http://scim.example/Users/u1", ""},
	{"location-leads-nowhere", func(c *client) string {
		c.do(http.MethodPost, "/Users", document(scim.UserURN, ada))
		location := c.do(http.MethodPost, "/Users", document(scim.UserURN, bob)).header.Get("Location")
		return status(c.get(strings.TrimPrefix(location, "http://scim.example")))
	}, "200", "404"},
	{"meta-missing", adaAfter("", "meta.resourceType"), `"User"`, ""},
	{"charset-refused", func(c *client) string { return status(c.do(http.MethodPost, "/Users", document(scim.UserURN, ada))) }, "201", "415"},
	{"name-required", func(c *client) string { return status(c.do(http.MethodPost, "/Users", document(scim.UserURN, bob))) }, "201", "400"},
	{"non-ascii-question-marks", func(c *client) string {
		c.user(`"userName":"zoé@x.example"`)
		return c.get("/Users/u1").at("userName")
	}, `"zoé@x.example"`, `"zo?@x.example"`},
	{"duplicate-accepted", secondAda("Ada@x.example"), "409", "201"},
	{"duplicate-400", secondAda("Ada@x.example"), "409", "400"},
	{"duplicate-other-case-accepted", secondAda("ADA@x.example"), "409", "201"},
	{"error-not-scim", func(c *client) string {
		c.user(ada)
		return c.do(http.MethodPost, "/Users", document(scim.UserURN, ada)).at("scimType")
	}, `"uniqueness"`, ""},
	{"list-items-without-id", adaFound(`userName eq "ada@x.example"`), "u1", "-"},
	{"department-not-listed", listed("/Users", `userName eq "ada@x.example"`, enterprise+":department", enterprise+":employeeNumber"), `"R\u0026D" "1815"`, ` "1815"`},
	{"filter-lags-behind-writes", func(c *client) string {
		before := c.found("/Users", `userName eq "ada@x.example"`)
		c.user(ada)
		after := c.found("/Users", `userName eq "ada@x.example"`)
		c.get("/Users/u1")
		return before + after + c.found("/Users", `userName eq "ada@x.example"`)
	}, "u1u1", "u1"},
	{"filter-eq-is-substring", adaFound(`userName eq "x.example"`), "", "u1 u2"},
	{"username-case-sensitive", adaFound(`userName eq "ADA@x.example"`), "u1", ""},
	{"filter-attribute-case-sensitive", adaFound(`USERNAME Eq "ada@x.example"`), "u1", "400"},
	{"filter-decoded-twice", func(c *client) string {
		c.user(`"userName":"ada+1@x.example"`)
		return c.found("/Users", `userName eq "ada+1@x.example"`)
	}, "u1", ""},
	{"filter-percent-20-refused", func(c *client) string { return status(c.get("/Users?filter=userName%20eq%20%22ada%22")) }, "200", "400"},
	{"filter-value-path-400", adaFound(`emails[type eq "work"].value eq "ada@x.example"`), "u1", "400"},
	{"filter-external-id-ignored", adaFound(`externalId eq "ada"`), "u1", "u1 u2"},
	{"filter-extension-finds-nobody", adaFound(enterprise + `:employeeNumber eq "1815"`), "u1", ""},
}

// listed creates a team and gives what is at each path of the first resource a filter finds.
func listed(path, filter string, paths ...string) func(c *client) string {
	return inTeam(func(c *client) string { return seen(c.first(path, filter), paths...) })
}

func secondAda(userName string) func(c *client) string {
	return func(c *client) string {
		c.user(ada)
		return status(c.do(http.MethodPost, "/Users", document(scim.UserURN, `"userName":"`+userName+`"`)))
	}
}

var syncTrials = []trial{
	{"op-case-sensitive", adaAfter(op("Replace", "title", `"X"`), "title"), `"X"`, "400"},
	{"op-lower-case-refused", adaAfter(op("replace", "title", `"X"`), "title"), `"X"`, "400"},
	{"patch-adds-first-only", adaAfter(op("Add", "nickName", `"X"`)+","+op("Add", "userType", `"Y"`), "nickName", "userType"), `"X" "Y"`, `"X" `},
	{"pathless-refused", adaAfter(pathless("replace", `"title":"X"`), "title"), `"X"`, "400"},
	{"pathless-ignored", adaAfter(pathless("replace", `"title":"X"`), "title"), `"X"`, `"Analyst"`},
	{"pathless-replaces-user", adaAfter(pathless("replace", `"title":"X"`), "title", "preferredLanguage"), `"X" "en-GB"`, `"X" `},
	{"pathless-add-ignored", adaAfter(pathless("add", `"nickName":"X"`), "nickName"), `"X"`, ""},
	{"pathless-dotted-name-ignored", adaAfter(pathless("replace", `"title":"X","name.givenName":"Y"`), "title", "name.givenName"), `"X" "Y"`, `"X" "Ada"`},
	{"pathless-dotted-name-refused", adaAfter(pathless("replace", `"title":"X","name.givenName":"Y"`), "title", "name.givenName"), `"X" "Y"`, "400"},
	{"pathless-urn-name-ignored", adaAfter(pathless("replace", `"title":"X","`+enterprise+`:department":"Y"`), "title", enterprise+":department"), `"X" "Y"`, `"X" "R\u0026D"`},
	{"pathless-urn-name-refused", adaAfter(pathless("replace", `"`+enterprise+`:department":"Y"`), enterprise+":department"), `"Y"`, "400"},
	{"urn-path-refused", adaAfter(op("Replace", enterprise+":department", `"Y"`), enterprise+":department"), `"Y"`, "400"},
	{"display-name-derived", adaAfter(op("Replace", "displayName", `"X"`), "displayName"), `"X"`, `"Ada"`},
	{"patch-add-ignored", adaAfter(op("Add", "nickName", `"X"`), "nickName"), `"X"`, ""},
	{"patch-acts-as-put", adaAfter(op("Replace", "title", `"X"`), "title", "preferredLanguage"), `"X" "en-GB"`, `"X" `},
	{"patch-first-operation-only", adaAfter(op("Replace", "title", `"X"`)+","+op("Replace", "displayName", `"Y"`), "title", "displayName"),
		`"X" "Y"`, `"X" "Ada"`},
	{"rename-ignored", adaAfter(op("Replace", "userName", `"eve@x.example"`), "userName"), `"eve@x.example"`, `"Ada@x.example"`},
	{"rename-keeps-old-index", func(c *client) string {
		c.user(ada)
		c.patch("/Users/u1", op("Replace", "userName", `"eve@x.example"`))
		return c.found("/Users", `userName eq "eve@x.example"`) + "/" + c.found("/Users", `userName eq "ada@x.example"`)
	}, "u1/", "/u1"},
	{"patch-answers-old-state", func(c *client) string {
		c.user(ada)
		return c.patch("/Users/u1", op("Replace", "title", `"X"`)).at("title")
	}, `"X"`, `"Analyst"`},
	{"last-modified-frozen", adaAfter(op("Replace", "title", `"X"`), "meta.lastModified"), `"2026-11-22T08:00:00.001Z"`, `"2026-11-22T08:00:00.000Z"`},
	{"patch-by-external-id", func(c *client) string {
		c.user(ada)
		c.user(`"userName":"ada2@x.example","externalId":"ada","title":"Other"`)
		c.patch("/Users/u1", op("Replace", "title", `"X"`)+","+op("Replace", "userName", `"eve@x.example"`))
		return seen(c.get("/Users/u2"), "title", "userName")
	}, `"Other" "ada2@x.example"`, `"X" "ada2@x.example"`},
	{"unknown-attribute-500", adaAfter(op("Add", "shoeSize", `"44"`), "title"), "400", "500"},
	{"patch-not-atomic", func(c *client) string {
		c.user(ada)
		c.patch("/Users/u1", op("Replace", "title", `"X"`)+","+op("Replace", "shoeSize", `"44"`))
		c.patch("/Users/u1", op("Replace", "displayName", `"Y"`)+`,{"op":"juggle","path":"title","value":"Z"}`)
		return seen(c.get("/Users/u1"), "title", "displayName")
	}, `"Analyst" "Ada"`, `"X" "Y"`},
	{"patch-escapes-html", adaAfter(op("Replace", "displayName", `"O'Neil"`), "displayName"), `"O'Neil"`, `"O\u0026#39;Neil"`},
	{"patch-unknown-id-204", func(c *client) string { return status(c.patch("/Users/nobody", op("Replace", "title", `"X"`))) }, "404", "204"},
	{"list-shows-old-address", func(c *client) string {
		c.user(ada)
		c.patch("/Users/u1", op("Replace", `addresses[type eq "work"].locality`, `"Leeds"`))
		return c.get("/Users/u1").at("addresses.locality") + c.first("/Users", `userName eq "ada@x.example"`).at("addresses.locality")
	}, `"Leeds""Leeds"`, `"Leeds""London"`},
	{"patch-path-case-sensitive", adaAfter(op("Replace", "Name.GivenName", `"X"`), "name.givenName"), `"X"`, "400"},
	{"sub-attribute-replaces-parent", adaAfter(op("Replace", "name.givenName", `"X"`), "name.givenName", "name.familyName"), `"X" "Byron"`, `"X" `},
	{"value-path-replaces-array", adaAfter(op("Replace", `emails[type eq "work"].value`, `"x@x"`), `emails[type eq "work"].value`, `emails[type eq "other"].value`),
		`"x@x" "a@x.example"`, `"x@x" `},
	{"value-path-add-no-target", adaAfter(op("Add", `emails[type eq "home"].value`, `"x@x"`), `emails[type eq "home"].value`), `"x@x"`, "400"},
	{"value-path-replace-no-target", adaAfter(op("Replace", `phoneNumbers[type eq "mobile"].value`, `"1"`), `phoneNumbers[type eq "mobile"].value`), `"1"`, "400"},
	{"value-path-creates-untyped", adaAfter(op("Add", `emails[type eq "home"].value`, `"x@x"`), `emails[value eq "x@x"].type`, `emails[value eq "x@x"].value`),
		`"home" "x@x"`, ` "x@x"`},
	{"address-part-replaces-address", adaAfter(op("Replace", `addresses[type eq "work"].locality`, `"Leeds"`), "addresses"),
		`[{"country":"GB","locality":"Leeds","region":"LND","type":"work"}]`, `[{"locality":"Leeds","type":"work"}]`},
	{"urn-path-ignored", adaAfter(op("Replace", enterprise+":department", `"X"`), enterprise+":department"), `"X"`, `"R\u0026D"`},
	{"enterprise-replaced-whole", adaAfter(op("Replace", enterprise+":department", `"X"`), enterprise+":department", enterprise+":employeeNumber"), `"X" "1815"`, `"X" `},
	{"manager-string-refused", adaAfter(op("Add", enterprise+":manager", `"m1"`), enterprise+":manager"), `{"value":"m1"}`, "400"},
	{"manager-returned-as-string", adaAfter(op("Add", enterprise+":manager", `"m1"`), enterprise+":manager"), `{"value":"m1"}`, `"m1"`},
	{"manager-change-ignored", managed(`"m2"`), `{"value":"m2"}`, `{"value":"m1"}`},
	{"manager-empty-kept", managed(`""`), "", `{"value":""}`},
	{"manager-filter-400", adaFound(`id eq "u1" and manager eq "m1"`), "", "400"},
}

// managed gives Ada a manager, sends another value and gives who manages her then.
func managed(value string) func(c *client) string {
	return func(c *client) string {
		c.user(ada)
		c.patch("/Users/u1", op("Add", enterprise+":manager", `"m1"`))
		c.patch("/Users/u1", op("Replace", enterprise+":manager", value))
		return c.get("/Users/u1").at(enterprise + ":manager")
	}
}
