package odata_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

func first(t testing.TB, d *tenant, c odata.Collection, query string, h headers) map[string]any {
	t.Helper()
	q := parse(t, odata.New(), c, query, h)
	page := run(t, q, d.Snapshot())
	return decoded(t, q, d.Snapshot(), page.Items[0])
}

func TestDefaultPropertiesOfUsers(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	d.user("ada", nil)
	v := first(t, d, odata.Collection{Type: directory.User}, "", plain)
	if got := keys(v); got != "businessPhones displayName givenName id jobTitle mail mobilePhone officeLocation preferredLanguage surname userPrincipalName" {
		t.Error(got)
	}
	if v["jobTitle"] != nil || fmt.Sprint(v["businessPhones"]) != "[]" {
		t.Errorf("no value is written as %v, an empty collection as %v", v["jobTitle"], v["businessPhones"])
	}
}

func TestSelect(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	d.user("ada", directory.Properties{"proxyAddresses": []string{"SMTP:a@contoso.example"}})
	users := odata.Collection{Type: directory.User}
	for query, want := range map[string]string{
		"$select=displayName":                                       "displayName",
		"$select=id,displayName":                                    "displayName id",
		"select=ID , displayname":                                   "displayName id",
		"$select=accountEnabled,proxyAddresses,createdDateTime,":    "accountEnabled createdDateTime proxyAddresses",
		"$select=id,manager":                                        "id",
		"$select=onPremisesExtensionAttributes/extensionAttribute1": "onPremisesExtensionAttributes",
	} {
		if got := keys(first(t, d, users, query, plain)); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	v := first(t, d, users, "$select=accountEnabled,proxyAddresses,createdDateTime,mail", plain)
	if v["accountEnabled"] != true || v["createdDateTime"] != "2026-03-01T09:30:00Z" || fmt.Sprint(v["proxyAddresses"]) != "[SMTP:a@contoso.example]" || v["mail"] != nil {
		t.Errorf("%v", v)
	}
	q := parse(t, odata.New(), users, "$select=id,manager,DisplayName", plain)
	if q.ContextArguments() != "(id,displayName)" || fmt.Sprint(q.Relations()) != "[manager]" || fmt.Sprint(q.Selected()) != "[id displayName]" {
		t.Errorf("%s %v %v", q.ContextArguments(), q.Relations(), q.Selected())
	}
	if _, err := odata.New().Parse(odata.Collection{Type: directory.User, Single: true}, values(t, "$select=skills"), false); err != nil {
		t.Errorf("what SharePoint keeps cannot be read of one user: %v", err)
	}
}

func TestMixedCollectionsNameTheirTypes(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	g := d.group("g", nil)
	d.must(d.AddMember(g, d.user("ada", nil)))
	d.must(d.AddMember(g, d.group("inner", nil)))
	q := parse(t, odata.New(), odata.Collection{Navigation: "members", From: g}, "$select=id,userPrincipalName,securityEnabled", plain)
	got := map[string]string{}
	for _, item := range run(t, q, d.Snapshot()).Items {
		v := decoded(t, q, d.Snapshot(), item)
		got[fmt.Sprint(v["@odata.type"])] = keys(v)
	}
	if fmt.Sprint(got) != "map[#microsoft.graph.group:@odata.type id securityEnabled #microsoft.graph.user:@odata.type id userPrincipalName]" {
		t.Error(got)
	}
	cast := first(t, d, odata.Collection{Type: directory.User, Navigation: "members", From: g, Cast: true}, "$select=id", plain)
	if keys(cast) != "id" {
		t.Errorf("a cast collection writes %v", cast)
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	ada, bob, cleo := d.user("ada", nil), d.user("bob", nil), d.user("cleo", nil)
	d.must(d.SetManager(ada, bob))
	d.must(d.SetManager(bob, cleo))
	d.must(d.SetManager(cleo, ada))
	users := odata.Collection{Type: directory.User}

	v := first(t, d, users, "$select=id&$expand=manager($select=id,displayName)", plain)
	manager, _ := v["manager"].(map[string]any)
	if keys(v) != "id manager" || keys(manager) != "@odata.type displayName id" || manager["displayName"] != "bob" || manager["@odata.type"] != "#microsoft.graph.user" {
		t.Errorf("%v", v)
	}
	if v := first(t, d, users, "$select=id&$expand=manager", plain); !strings.Contains(fmt.Sprint(v["manager"]), "userPrincipalName:bob@") {
		t.Errorf("%v", v)
	}
	v = first(t, d, users, "$select=id&$expand=manager($levels=max;$select=id,displayName)&$count=true", eventual)
	chain := ""
	for at, ok := v["manager"].(map[string]any); ok; at, ok = at["manager"].(map[string]any) {
		chain += fmt.Sprint(at["displayName"]) + " "
	}
	if chain != "bob cleo " {
		t.Errorf("a circle of managers gives %q", chain)
	}
	v = first(t, d, users, "$select=id&$expand=manager($levels=1)&$count=true", eventual)
	if manager, _ := v["manager"].(map[string]any); manager["manager"] != nil {
		t.Errorf("%v", v)
	}
	d.must(d.SetManager(ada, ""))
	if v := first(t, d, users, "$select=id&$expand=manager", plain); keys(v) != "id" {
		t.Errorf("a user without a manager has %v", v)
	}

	g := d.group("g", nil)
	for i := range 25 {
		d.must(d.AddMember(g, d.user(fmt.Sprintf("m%d", i), nil)))
	}
	v = first(t, d, odata.Collection{Type: directory.Group}, "$expand=members($select=id)", plain)
	members, _ := v["members"].([]any)
	if len(members) != 20 {
		t.Errorf("%d members are shown", len(members))
	}
	q := parse(t, odata.New(), odata.Collection{Type: directory.Group}, "$select=id,displayName&$expand=members($select=id)", plain)
	if q.ContextArguments() != "(id,displayName,members(id))" {
		t.Error(q.ContextArguments())
	}
}

func TestStringsAreJSON(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	name := "a\"b\\c\n\t\x01 <é> \u2028 😀"
	d.user("ada", directory.Properties{"displayName": name})
	if v := first(t, d, odata.Collection{Type: directory.User}, "", plain); v["displayName"] != name {
		t.Errorf("%q", v["displayName"])
	}
}

func TestDeltaReadsIDsOutOfItsFilter(t *testing.T) {
	t.Parallel()
	for filter, want := range map[string]string{
		"id eq 'a'": "[a]", "id eq 'a' or id eq 'b'": "[a b]", "id eq 'a' and id eq 'b'": "[]", "displayName eq 'a'": "[]", "id eq 'a' or displayName eq 'b'": "[]",
	} {
		q := parse(t, odata.New(), odata.Collection{Type: directory.User}, "$filter="+filter, plain)
		if got := fmt.Sprint(q.IDs()); got != want {
			t.Errorf("%s: %s", filter, got)
		}
	}
}
