package serviceprovider_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// strictRows are the differences of WithStrictRFC: what a client sends to Ada (u1) and Team Red (u4), and what it gets.
var strictRows = []struct {
	what            string
	send            func(c *client) response
	tolerant, exact string
}{
	{`PATCH with the op "Replace"`, patched(op("Replace", "title", `"X"`)), "200", "400 invalidSyntax"},
	{`PATCH of active with the text "False"`, patched(op("replace", "active", `"False"`)), "200", "400 invalidValue"},
	{`PATCH of a value path that selects nothing`, patched(op("replace", `emails[type eq "home"].value`, `"h@x"`)), "200", "400 noTarget"},
	{`PATCH that removes what is not there`, patched(op("remove", `emails[type eq "home"]`, "")), "200", "400 noTarget"},
	{`PATCH of the manager as bare text`, patched(op("replace", enterprise+":manager", `"u2"`)), "200", "400 invalidValue"},
	{`PATCH without path, with "name.givenName"`, patched(pathless("replace", `"name.givenName":"A"`)), "200", "400 invalidPath"},
	{`POST of an attribute that no schema has`, posted(`"userName":"x","shoeSize":"44"`), "201", "400 invalidSyntax"},
	{`POST of active as the text "True"`, posted(`"userName":"x","active":"True"`), "201", "400 invalidValue"},
	{`POST of an extension that schemas does not name`, posted(`"userName":"x","` + enterprise + `":{"department":"D"}`), "201", "400 invalidSyntax"},
	{`POST with an unknown URN in schemas`, func(c *client) response { return c.do("POST", "/Groups", extraSchema) }, "201", "400 invalidSyntax"},
	{`filter emails[type eq "work"].value eq "a"`, asked(`emails[type eq "work"].value eq "a"`), "200", "400 invalidFilter"},
	{`filter active eq "False"`, asked(`active eq "False"`), "200", "400 invalidFilter"},
	{`filter roles[primary eq "True"]`, asked(`roles[primary eq "True"]`), "200", "400 invalidFilter"},
	{`attributes and excludedAttributes together`, func(c *client) response { return c.get("/Users?attributes=id&excludedAttributes=meta") }, "200", "400 invalidValue"},
}

func patched(operation string) func(c *client) response {
	return func(c *client) response { return c.patch("/Users/u1", operation) }
}

func posted(members string) func(c *client) response {
	return func(c *client) response { return c.do("POST", "/Users", document(scim.UserURN, members)) }
}

func asked(filter string) func(c *client) response {
	return func(c *client) response { return c.get("/Users?filter=" + query(filter)) }
}

// outcome is the status of an answer, with its scimType.
func (r response) outcome() string {
	return strings.TrimSpace(fmt.Sprint(r.status) + " " + strings.Trim(r.at("scimType"), `"`))
}

// TestStrictRFC holds the differences and the table of them in the package's documentation.
func TestStrictRFC(t *testing.T) {
	var table strings.Builder
	for _, row := range strictRows {
		tolerant := newClient(t)
		team(tolerant)
		strict := newClient(t, serviceprovider.WithStrictRFC())
		if got := strict.do("POST", "/Users", strings.Replace(document(scim.UserURN, ada), `"],`, `","`+enterprise+`"],`, 1)); got.status != 201 {
			t.Fatalf("Ada as the RFCs have her: %d %s", got.status, got.text)
		}
		if got := row.send(tolerant).outcome(); got != row.tolerant {
			t.Errorf("%s by default: %s, want %s", row.what, got, row.tolerant)
		}
		if got := row.send(strict).outcome(); got != row.exact {
			t.Errorf("%s in strict mode: %s, want %s", row.what, got, row.exact)
		}
		fmt.Fprintf(&table, "//\t%-50s  %s  %s\n", row.what, row.tolerant, row.exact)
	}
	documented, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(documented), table.String()) {
		t.Errorf("doc.go lacks this table:\n%s", table.String())
	}
}

// What the RFCs allow is done in strict mode too, and a remove with a value takes all, as they know none.
func TestStrictRFCDoesWhatIsAllowed(t *testing.T) {
	c := newClient(t, serviceprovider.WithStrictRFC())
	c.user(bob)
	c.user(`"userName":"eve"`)
	c.group(`"displayName":"T","members":[{"value":"u1"},{"value":"u2"}]`)
	for operation, outcome := range map[string]string{
		op("add", "emails", `[{"type":"work","value":"b@x"}]`):             "200",
		op("replace", enterprise+":department", `"D"`):                     "200",
		op("add", "nope", `"x"`):                                           "400 invalidPath",
		op("replace", "active", "false"):                                   "200",
		pathless("replace", `"name":{"givenName":"B"},"title":"T"`):        "200",
		op("replace", "id", `"x"`):                                         "400 mutability",
		`{"op":"replace","path":"active","value":"no","unknown":"member"}`: "400 invalidValue",
	} {
		if got := c.patch("/Users/u1", operation).outcome(); got != outcome {
			t.Errorf("%s: %s, want %s", operation, got, outcome)
		}
	}
	for _, filter := range []string{`userName eq "BOB@x.example" and active eq false`, `title eq "].x"`, `emails[type eq "work" and value co "@"]`} {
		if got := c.get("/Users?filter=" + query(filter)); got.status != 200 {
			t.Errorf("%s: %d %s", filter, got.status, got.text)
		}
	}
	c.patch("/Groups/u3", op("remove", "members", `[{"value":"u1"}]`))
	if got := c.get("/Groups/u3").members(); got != "" {
		t.Errorf("left are %s", got)
	}
}
