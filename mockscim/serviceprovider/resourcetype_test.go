package serviceprovider_test

import (
	"fmt"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

const deviceURN = "urn:example:params:scim:schemas:2.0:Device"

func device() scim.Schema {
	return scim.Schema{ID: deviceURN, Name: "Device", Description: "Things with a plug", Attributes: []scim.Attribute{
		{Name: "serial", Required: true, CaseExact: true, Uniqueness: scim.UniqueOnServer},
		{Name: "hostName", Uniqueness: scim.UniqueGlobally},
		{Name: "ports", Type: scim.ComplexType, MultiValued: true, SubAttributes: []scim.Attribute{{Name: "value"}, {Name: "type"}}},
		{Name: "weight", Type: scim.DecimalType},
	}}
}

func devices(t *testing.T, opts ...serviceprovider.Option) *client {
	t.Helper()
	return newClient(t, append(opts, serviceprovider.WithResourceType(device(), "/Devices", badge()))...)
}

// A resource type of one's own has everything users have.
func TestResourceType(t *testing.T) {
	c := devices(t)
	serve := func(members string) string { return c.post("/Devices", deviceURN, members) }
	serve(`"serial":"A1","hostName":"lamp","ports":[{"value":"80","type":"http"}],"weight":1.5,"` + badgeURN + `":{"badge":"B"}`)
	serve(`"serial":"a1"`) // caseExact
	c.user(bob)
	got := c.get("/Devices/u1")
	if got.at("meta.location") != `"http://scim.example/Devices/u1"` || got.at("meta.resourceType") != `"Device"` || got.at("active") != "" || !got.body.HasSchema(badgeURN) {
		t.Errorf("got %s", got.text)
	}
	for filter, ids := range map[string]string{
		`serial eq "a1"`: "u2", `hostName eq "LAMP"`: "u1", `ports[type eq "http"].value eq "80"`: "u1", `weight gt 1`: "u1", badgeURN + `:badge pr`: "u1", `userName pr`: "",
	} {
		if found := c.found("/Devices", filter); found != ids {
			t.Errorf("%s finds %q, want %q", filter, found, ids)
		}
	}
	for name, body := range map[string]string{"serial": `"serial":"A1"`, "hostName": `"serial":"X","hostName":"Lamp"`} {
		if got := c.do("POST", "/Devices", document(deviceURN, body)); got.status != 409 || got.at("scimType") != `"uniqueness"` {
			t.Errorf("the same %s: %d %s", name, got.status, got.text)
		}
	}
	if got := c.do("POST", "/Devices", document(deviceURN, `"hostName":"x"`)); got.status != 400 {
		t.Errorf("without what is required: %d", got.status)
	}
	if got := c.patch("/Devices/u1", op("Replace", `ports[type eq "http"].value`, `"8080"`)); got.at("ports.value") != `"8080"` {
		t.Errorf("PATCH: %d %s", got.status, got.text)
	}
	if got := c.bulk("", doing("PUT", "/Devices/u2", "", document(deviceURN, `"serial":"a2"`)), doing("POST", "/Devices", "d", document(deviceURN, `"serial":"d"`))); got.statuses() != "200 d201" {
		t.Errorf("bulk: %s", got.text)
	}
	if got := c.searched("/.search", `"sortBy":"serial","filter":"serial pr"`).ids(); got != "u1 u2 u6" {
		t.Errorf("a search at the root: %s", got)
	}
	if got := c.searched("/Devices/.search", `"count":1,"cursor":""`); got.ids() != "u1" || got.at("nextCursor") == "" {
		t.Errorf("a search by cursor: %s", got.text)
	}
	if got := fmt.Sprint(c.delete("/Devices/u1").status, c.get("/Devices/u1").status); got != "204 404" {
		t.Errorf("DELETE: %s", got)
	}
}

func TestResourceTypesAreDiscovered(t *testing.T) {
	c := devices(t, serviceprovider.WithExtension(badge()))
	if got := c.get("/ResourceTypes/Device"); got.at("endpoint") != `"/Devices"` || got.at("schema") != `"`+deviceURN+`"` || got.at("schemaExtensions.schema") != `"`+badgeURN+`"` {
		t.Errorf("got %s", got.text)
	}
	if got := c.get("/Schemas"); got.at("totalResults") != "5" { // the badge stands once
		t.Errorf("got %s", got.text)
	}
	if got := c.get("/Schemas/" + deviceURN); got.at(`attributes[name eq "weight"].type`) != `"decimal"` || got.at(`attributes[name eq "weight"].mutability`) != `"readWrite"` {
		t.Errorf("got %s", got.text)
	}
}

func TestBadResourceTypes(t *testing.T) {
	other := device()
	other.ID = "urn:other"
	for name, options := range map[string][]serviceprovider.Option{
		"no slash":       {serviceprovider.WithResourceType(device(), "Devices")},
		"two parts":      {serviceprovider.WithResourceType(device(), "/a/b")},
		"reserved":       {serviceprovider.WithResourceType(device(), "/bulk")},
		"no schema":      {serviceprovider.WithResourceType(scim.Schema{}, "/Devices")},
		"users again":    {serviceprovider.WithResourceType(scim.UserSchema(), "/People")},
		"the same place": {serviceprovider.WithResourceType(device(), "/Devices"), serviceprovider.WithResourceType(scim.Schema{ID: "urn:x", Name: "X", Attributes: other.Attributes}, "/DEVICES")},
		"the same name":  {serviceprovider.WithResourceType(device(), "/Devices"), serviceprovider.WithResourceType(other, "/Others")},
	} {
		if _, err := serviceprovider.New(options...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := serviceprovider.New(serviceprovider.WithResourceType(other, "/UsersOfPower")); err != nil {
		t.Error(err)
	}
}
