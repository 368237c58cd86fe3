package serviceprovider_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

var lifecycleTrials = []trial{
	{"rename-changes-id", func(c *client) string {
		c.user(ada)
		return strconv.FormatBool(c.patch("/Users/u1", op("Replace", "userName", `"eve@x.example"`)).at("id") == `"u1"`)
	}, "true", "false"},
	{"rename-strips-list-entry", func(c *client) string {
		c.user(ada)
		c.patch("/Users/u1", op("Replace", "userName", `"eve@x.example"`))
		return c.first("/Users", `userName eq "eve@x.example"`).at("title")
	}, `"Analyst"`, ""},
	{"rename-to-taken-name-accepted", func(c *client) string {
		c.user(ada)
		c.user(bob)
		return status(c.patch("/Users/u2", op("Replace", "userName", `"ada@x.example"`)))
	}, "409", "200"},
	{"renamed-username-reserved", func(c *client) string {
		c.user(ada)
		c.user(bob)
		c.patch("/Users/u1", op("Replace", "userName", `"eve@x.example"`))
		return status(c.patch("/Users/u2", op("Replace", "userName", `"ada@x.example"`)))
	}, "200", "409"},
	{"manager-delete-cascades", func(c *client) string {
		c.user(ada)
		c.user(bob)
		c.patch("/Users/u1", op("Add", enterprise+":manager", `"u2"`))
		c.delete("/Users/u2")
		return status(c.get("/Users/u1"))
	}, "200", "404"},
	{"search-index-lags", func(c *client) string {
		c.user(ada)
		first := c.found("/Users", `userName eq "ada@x.example"`)
		return first + "/" + c.found("/Users", `userName eq "ada@x.example"`)
	}, "u1/u1", "/u1"},
	{"reactivate-drops-memberships", inTeam(func(c *client) string {
		c.patch("/Users/u1", op("Replace", "active", "false"))
		c.patch("/Users/u1", op("Replace", "active", "true"))
		return c.get("/Groups/u5").members()
	}), "u1", ""},
	{"reactivated-listed-inactive", func(c *client) string {
		c.user(ada)
		c.patch("/Users/u1", op("Replace", "active", "false"))
		c.patch("/Users/u1", op("Replace", "active", "true"))
		return c.first("/Users", `userName eq "ada@x.example"`).at("active")
	}, "true", "false"},
	{"recreate-resurrects-profile", func(c *client) string {
		c.user(ada)
		c.delete("/Users/u1")
		return c.get("/Users/" + c.user(`"userName":"ada@x.example"`)).at("title")
	}, "", `"Analyst"`},
	{"disable-ignores-other-operations", adaAfter(op("Replace", "title", `"X"`)+","+op("Replace", "active", "false"), "title", "active"), `"X" false`, `"Analyst" false`},
	{"group-rename-keeps-old-name", func(c *client) string {
		id := c.group(`"displayName":"Red"`)
		c.patch("/Groups/"+id, op("Replace", "displayName", `"Blue"`))
		return c.found("/Groups", `displayName eq "Red"`) + "/" + c.found("/Groups", `displayName eq "Blue"`)
	}, "/u1", "u1/u1"},
	{"group-filter-lags-behind-writes", func(c *client) string {
		c.found("/Groups", `displayName eq "Red"`)
		c.group(`"displayName":"Red"`)
		return c.found("/Groups", `displayName eq "Red"`)
	}, "u1", ""},
	{"group-nested-by-name", func(c *client) string {
		outer := c.group(`"displayName":"Red"`)
		c.group(`"displayName":"Red/Night"`)
		return c.get("/Groups/" + outer).members()
	}, "", "u2"},
	{"member-add-disabled-refused", inTeam(func(c *client) string {
		c.patch("/Users/u3", op("Replace", "active", "false"))
		return status(c.patch("/Groups/u5", op("Add", "members", `[{"value":"u3"}]`)))
	}), "204", "400"},
	{"member-newer-than-group-dropped", inTeam(func(c *client) string {
		late := c.user(`"userName":"late@x.example"`)
		c.patch("/Groups/u5", op("Add", "members", `[{"value":"`+late+`"}]`))
		return c.get("/Groups/u5").members()
	}), "u1 u6", "u1"},
	{"member-add-cut-at-20", crowd(25, op("Add", "members", "%s")), "25", "20"},
	{"member-add-many-refused", crowd(52, op("Add", "members", "%s")), "52", "413"},
	{"member-remove-cut-at-20", crowd(25, op("Add", "members", "%s"), op("Remove", "members", "%s")), "0", "5"},
	{"members-cut-at-1000", crowd(1001, op("Add", "members", "%s")), "1001", "1000"},
	{"phone-path-replaces-array", adaAfter(op("Add", `phoneNumbers[type eq "mobile"].value`, `"1"`)+","+op("Replace", `phoneNumbers[type eq "mobile"].value`, `"2"`),
		`phoneNumbers[type eq "work"].value`, `phoneNumbers[type eq "mobile"].value`), `"+44 20 1" "2"`, ` "2"`},
	{"address-path-replaces-array", adaAfter(op("Add", `addresses[type eq "home"].locality`, `"Leeds"`)+","+op("Replace", `addresses[type eq "work"].locality`, `"Paris"`),
		`addresses[type eq "work"].locality`, `addresses[type eq "home"].locality`), `"Paris" "Leeds"`, `"Paris" `},
	{"filtered-path-ends-patch", adaAfter(op("Replace", `emails[type eq "work"].value`, `"b@x.example"`)+","+op("Replace", "title", `"X"`), "title"), `"X"`, `"Analyst"`},
	{"pathless-beside-path-ignored", adaAfter(op("replace", `emails[type eq "work"].value`, `"b@x.example"`)+","+pathless("replace", `"title":"X"`), "title"), `"X"`, `"Analyst"`},
	{"enterprise-add-without-extension-ignored", func(c *client) string {
		c.user(bob)
		c.patch("/Users/u1", op("Add", enterprise+":department", `"R"`))
		return c.get("/Users/u1").at(enterprise + ":department")
	}, `"R"`, ""},
	{"clear-ignored", adaAfter(op("Replace", "title", `""`), "title"), "", `"Analyst"`},
	{"values-cut-at-255", func(c *client) string {
		c.user(`"userName":"eve@x.example","title":"` + strings.Repeat("x", 300) + `"`)
		return strconv.Itoa(len(c.get("/Users/u1").at("title")))
	}, "302", "257"},
	{"repeated-body-ignored", func(c *client) string {
		c.user(ada)
		for _, title := range []string{`"X"`, `"Y"`, `"X"`} {
			c.patch("/Users/u1", op("Replace", "title", title))
		}
		return c.get("/Users/u1").at("title")
	}, `"X"`, `"Y"`},
	{"email-clear-drops-list", adaAfter(op("Replace", `emails[type eq "work"].value`, `""`), `emails[type eq "other"].value`), `"a@x.example"`, ""},
	{"address-clear-drops-list", adaAfter(op("Replace", `addresses[type eq "work"].region`, `""`), `addresses[type eq "work"].country`), `"GB"`, ""},
}

// crowd makes n users and a group, sends it operations with all of them as value and counts its members.
func crowd(n int, operations ...string) func(c *client) string {
	return func(c *client) string {
		ids := make([]string, n)
		for i := range ids {
			ids[i] = `{"value":"` + c.user(fmt.Sprintf(`"userName":"u%d@x.example"`, i)) + `"}`
		}
		group := "/Groups/" + c.group(`"displayName":"Red"`)
		for _, operation := range operations {
			if a := c.patch(group, fmt.Sprintf(operation, "["+strings.Join(ids, ",")+"]")); a.status >= http.StatusMultipleChoices {
				return status(a)
			}
		}
		return strconv.Itoa(len(strings.Fields(c.get(group).members())))
	}
}

// attributeTrials are the trials of the faults that are made of one attribute each.
func attributeTrials() []trial {
	var trials []trial
	for _, a := range []struct{ name, path, special, tidied string }{
		{"display-name", "displayName", "", ""},
		{"title", "title", "a🎭b", "a"},
		{"preferred-language", "preferredLanguage", "sr-Latn-RS", "sr-RS"},
		{"external-id", "externalId", "a&b", "ab"},
		{"given-name", "name.givenName", "a🎭b", "a"},
		{"family-name", "name.familyName", "a🎭b", "a"},
		{"formatted-name", "name.formatted", "a🎭b", "a"},
		{"work-email", `emails[type eq "work"].value`, "o'neil@x.example", "oneil@x.example"},
		{"work-phone", `phoneNumbers[type eq "work"].value`, "(0)1/2", "012"},
		{"mobile-phone", `phoneNumbers[type eq "mobile"].value`, "(0)1/2", "012"},
		{"fax", `phoneNumbers[type eq "fax"].value`, "(0)1/2", "012"},
		{"office", `addresses[type eq "work"].formatted`, "a🎭b", "a"},
		{"street", `addresses[type eq "work"].streetAddress`, "a🎭b", "a"},
		{"city", `addresses[type eq "work"].locality`, "a🎭b", "a"},
		{"region", `addresses[type eq "work"].region`, "a🎭b", "a"},
		{"postal-code", `addresses[type eq "work"].postalCode`, "1/2", "12"},
		{"country", `addresses[type eq "work"].country`, "", ""},
		{"employee-number", enterprise + ":employeeNumber", "1/2", "12"},
		{"department", enterprise + ":department", "a🎭b", "a"},
	} {
		after := func(values ...string) func(c *client) string {
			return func(c *client) string {
				id := c.user(bob)
				c.patch("/Users/"+id, op("Add", a.path, `"0"`))
				for _, v := range values {
					c.patch("/Users/"+id, op("Replace", a.path, v))
				}
				return c.get("/Users/" + id).at(a.path)
			}
		}
		trials = append(trials, trial{a.name + "-change-ignored", after(`"1"`), `"1"`, `"0"`}, trial{a.name + "-clear-ignored", after("null"), "", `"0"`})
		if a.special != "" {
			good, bad := strconv.Quote(a.special), strconv.Quote(a.tidied)
			trials = append(trials, trial{a.name + "-tidied", after(good), strings.ReplaceAll(good, "&", `\u0026`), bad})
		}
		trials = append(trials, trial{a.name + "-cut-at-255", func(c *client) string {
			long := strings.Repeat("x", 300)
			c.user(`"userName":"eve@x.example","displayName":"` + long + `","title":"` + long + `","name":{"givenName":"` + long + `","familyName":"` + long + `","formatted":"` + long +
				`"},"addresses":[{"type":"work","formatted":"` + long + `","streetAddress":"` + long + `","locality":"` + long + `","region":"` + long + `"}],"` + enterprise + `":{"department":"` + long + `"}`)
			return strconv.Itoa(len(c.get("/Users/u1").at(a.path)))
		}, "302", "257"})
	}
	return trials
}

// Of each attribute there are those faults whose check there is; each does what it says.
func TestAttributeFaults(t *testing.T) {
	known := map[string]bool{}
	for _, f := range serviceprovider.Faults() {
		known[f.Name] = strings.HasPrefix(f.CaughtBy, "endpoint.sync.attribute.")
	}
	tried := 0
	for _, one := range attributeTrials() {
		if !known[one.fault] {
			continue
		}
		tried++
		if got := one.see(newClient(t)); got != one.good {
			t.Errorf("%s: without the fault got %s, want %s", one.fault, got, one.good)
		}
		if got := one.see(newClient(t, serviceprovider.WithFaults(one.fault))); got != one.bad {
			t.Errorf("%s: with the fault got %s, want %s", one.fault, got, one.bad)
		}
	}
	const least = 55
	if tried < least {
		t.Errorf("%d faults of attributes were tried, want %d", tried, least)
	}
}
