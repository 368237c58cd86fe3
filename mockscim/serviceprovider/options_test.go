package serviceprovider_test

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

const badgeURN = "urn:ietf:params:scim:schemas:extension:Acme:2.0:User"

func badge() scim.Schema {
	return scim.Schema{ID: badgeURN, Name: "Badge", Attributes: []scim.Attribute{{Name: "badge"}}}
}

func TestExtension(t *testing.T) {
	c := newClient(t, serviceprovider.WithExtension(badge()))
	c.user(bob + `,"` + badgeURN + `":{"badge":"A7"}`) // Entra does not name it in schemas
	got := c.get("/Users/u1")
	if got.at(badgeURN+":badge") != `"A7"` || !got.body.HasSchema(badgeURN) {
		t.Errorf("got %s", got.text)
	}
	c.patch("/Users/u1", op("Replace", badgeURN+":badge", `"B8"`))
	if got := c.found("/Users", badgeURN+`:badge eq "b8"`); got != "u1" {
		t.Errorf("found %q", got)
	}
	if got := c.get("/Schemas/" + badgeURN).status; got != 200 {
		t.Errorf("its schema: %d", got)
	}
}

func TestPrefix(t *testing.T) {
	c := newClient(t, serviceprovider.WithPrefix("/scim/v2/"))
	created := c.do("POST", "/scim/v2/Users", document(scim.UserURN, bob))
	location := created.header.Get("Location")
	if location != "http://scim.example/scim/v2/Users/u1" || created.at("meta.location") != `"`+location+`"` {
		t.Errorf("location %q in %s", location, created.text)
	}
	if got := c.get("/Users/u1"); got.status != 404 || got.at("status") != `"404"` {
		t.Errorf("outside the prefix: %d %s", got.status, got.text)
	}
	if got := c.get("/scim/v2/ServiceProviderConfig").at("meta.location"); got != `"http://scim.example/scim/v2/ServiceProviderConfig"` {
		t.Errorf("location of the configuration: %s", got)
	}
}

func TestLimits(t *testing.T) {
	c := newClient(t, serviceprovider.WithLimits(serviceprovider.Limits{MaxResults: 2, MaxBody: 2000}))
	team(c)
	for _, query := range []string{"", "?count=50", "?filter=userName+pr"} {
		if got := c.get("/Users" + query); got.at("itemsPerPage") != "2" || got.at("totalResults") != "3" {
			t.Errorf("%q: %s", query, got.text)
		}
	}
	if got := c.get("/ServiceProviderConfig").at("filter.maxResults"); got != "2" {
		t.Errorf("the configuration says %s", got)
	}
	if got := c.do("POST", "/Users", document(scim.UserURN, `"userName":"`+strings.Repeat("x", 2000)+`"`)).status; got != 413 {
		t.Errorf("a large body: %d", got)
	}
}

func TestPatchBody(t *testing.T) {
	c := newClient(t, serviceprovider.WithPatchBody(false, true))
	team(c)
	if got := c.patch("/Users/u1", otherwise); got.status != 204 || got.text != "" {
		t.Errorf("user: %d %s", got.status, got.text)
	}
	got := c.patch("/Groups/u4?excludedAttributes=members", op("Replace", "displayName", `"Blue"`))
	if got.status != 200 || got.at("displayName") != `"Blue"` || got.at("members") != "" {
		t.Errorf("group: %d %s", got.status, got.text)
	}
}

func TestSharedGroupNames(t *testing.T) {
	c := newClient(t, serviceprovider.WithSharedGroupNames())
	c.group(`"displayName":"Team"`)
	c.group(`"displayName":"Team"`)
	if got := c.found("/Groups", `displayName eq "team"`); got != "u1 u2" {
		t.Errorf("found %q", got)
	}
}

func TestBadOptions(t *testing.T) {
	for name, option := range map[string]serviceprovider.Option{
		"prefix":               serviceprovider.WithPrefix("scim"),
		"extension without id": serviceprovider.WithExtension(scim.Schema{}),
		"unknown fault":        serviceprovider.WithFaults("no-such-fault"),
	} {
		if _, err := serviceprovider.New(option); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := serviceprovider.New(serviceprovider.WithExtension(badge()), serviceprovider.WithExtension(badge())); err == nil {
		t.Error("an extension given twice: no error")
	}
}

func TestIDsThatRunOut(t *testing.T) {
	c := newClient(t, serviceprovider.WithIDs(func() string { return "same" }))
	c.user(ada)
	if got := c.do("POST", "/Users", document(scim.UserURN, bob)); got.status != 500 || got.at("status") != `"500"` {
		t.Errorf("got %d %s", got.status, got.text)
	}
}
