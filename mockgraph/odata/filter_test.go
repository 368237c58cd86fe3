package odata_test

import (
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// people is a tenant with users that differ in what filters look at.
func people(t testing.TB) *tenant {
	t.Helper()
	d := newTenant(t)
	d.user("ada", directory.Properties{
		"department": "Engines", "employeeId": "7", "mail": "Ada@Contoso.example", "proxyAddresses": []string{"SMTP:ada@contoso.example", "smtp:countess@contoso.example"},
		"otherMails": []string{"ada@home.example"}, "companyName": "Contoso", "employeeHireDate": time.Date(2025, 12, 10, 0, 0, 0, 0, time.UTC),
		"signInActivity":                map[string]any{"lastSignInDateTime": "2026-02-01T00:00:00Z"},
		"onPremisesExtensionAttributes": directory.ExtensionAttributes{ExtensionAttribute1: new("one")},
	})
	d.clock.Advance(time.Hour)
	d.user("bob", directory.Properties{"department": "engines", "accountEnabled": false, "userType": "Guest", "displayName": "O'Brien", "usageLocation": "IE"})
	d.clock.Advance(time.Hour)
	d.user("cleo", directory.Properties{"department": "Rivers", "displayName": "Zoë", "mail": "cleo@nile.example", "identities": []directory.ObjectIdentity{
		{SignInType: "federated", Issuer: "nile.example", IssuerAssignedID: "cleo-1"},
	}})
	return d
}

func TestFiltersFind(t *testing.T) {
	t.Parallel()
	d := people(t)
	users := odata.Collection{Type: directory.User}
	for _, c := range []struct {
		filter  string
		headers headers
		want    string
	}{
		{"displayName eq 'ADA'", plain, "ada"},
		{"displayName eq 'O''Brien'", plain, "O'Brien"},
		{"displayName eq 'zoË'", plain, "Zoë"},
		{"'ada' eq displayName", plain, "ada"},
		{"UserPrincipalName eq 'BOB@contoso.example'", plain, "O'Brien"},
		{"id eq '00000000-0000-4000-8000-000000000001' or displayName eq 'Zoë'", plain, "Zoë ada"},
		{"id in ('00000000-0000-4000-8000-000000000001','none')", plain, "ada"},
		{"department eq 'ENGINES'", plain, "O'Brien ada"},
		{"department eq 'engines' and accountEnabled eq true", plain, "ada"},
		{"department in ('Rivers','x')", plain, "Zoë"},
		{"department ge 'f'", plain, "Zoë"},
		{"department le 'f'", plain, "O'Brien ada"},
		{"startswith(displayName,'z')", plain, "Zoë"},
		{"startsWith(userPrincipalName,'A') or startsWith(mail,'cleo@')", plain, "Zoë ada"},
		{"startsWith(department,'eng') and accountEnabled eq false", plain, "O'Brien"},
		{"proxyAddresses/any(p:p eq 'smtp:COUNTESS@contoso.example')", plain, "ada"},
		{"proxyAddresses/any(p:startsWith(p,'smtp:count'))", plain, "ada"},
		{"proxyAddresses/any(p:p eq 'x' or p eq 'smtp:ada@contoso.example')", plain, "ada"},
		{"otherMails/any(o:o in ('ada@home.example'))", plain, "ada"},
		{"userType eq 'Guest'", plain, "O'Brien"},
		{"createdDateTime ge 2026-03-01T10:30:00Z", plain, "O'Brien Zoë"},
		{"createdDateTime le 2026-03-01T10:30:00+01:00", plain, "ada"},
		{"createdDateTime eq 2026-03-01T10:30:00Z", plain, "O'Brien"},
		{"identities/any(i:i/issuer eq 'nile.example' and i/issuerAssignedId eq 'cleo-1')", plain, "Zoë"},
		{"identities/any(i:i/issuer eq 'nile.example' and i/issuerAssignedId eq 'ada')", plain, ""},
		{"accountEnabled", plain, "Zoë ada"},
		{"signInActivity/lastSignInDateTime le 2026-02-02T00:00:00Z", plain, "ada"},
		{"signInActivity/lastSignInDateTime ge 2026-02-02T00:00:00Z", plain, ""},

		{"displayName ne 'ada'&$count=true", eventual, "O'Brien Zoë"},
		{"not(displayName eq 'ada')&$count=true", eventual, "O'Brien Zoë"},
		{"not startsWith(displayName,'a') and accountEnabled eq true&$count=true", eventual, "Zoë"},
		{"NOT(proxyAddresses/any(p:startsWith(p,'smtp')))&$count=true", eventual, "O'Brien Zoë"},
		{"mail ne null&$count=true", eventual, "Zoë ada"},
		{"mail eq null&$count=true", eventual, "O'Brien"},
		{"companyName eq null or companyName ne 'Contoso'&$count=true", eventual, "O'Brien Zoë"},
		{"endsWith(mail,'@CONTOSO.example')&$count=true", eventual, "ada"},
		{"otherMails/any(o:endsWith(o,'home.example'))&$count=true", eventual, "ada"},
		{"otherMails/$count eq 0&$count=true", eventual, "O'Brien Zoë"},
		{"otherMails/$count ne 0&$count=true", eventual, "ada"},
		{"employeeHireDate ge 2025-12-10&$count=true", eventual, "ada"},
		{"onPremisesExtensionAttributes/extensionAttribute1 eq 'ONE'&$count=true", eventual, "ada"},
		{"officeLocation in ('x')&$count=true", eventual, ""},
	} {
		if got := d.found(users, "$filter="+c.filter, c.headers); got != c.want {
			t.Errorf("%s\n found %q\n want  %q", c.filter, got, c.want)
		}
	}
}

func TestGroupsAreFoundByTheirKind(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	owner := d.user("ada", nil)
	d.group("security", nil)
	unified := d.group("unified", directory.Properties{"mailEnabled": true, "securityEnabled": false, "groupTypes": []string{"Unified"}})
	d.must(d.AddOwner(unified, owner))
	groups := odata.Collection{Type: directory.Group}
	for _, c := range []struct {
		filter  string
		headers headers
		want    string
	}{
		{"groupTypes/any(c:c eq 'Unified')", plain, "unified"},
		{"NOT groupTypes/any(c:c eq 'Unified')&$count=true", eventual, "security"},
		{"securityEnabled eq true", plain, "security"},
		{"owners/$count eq 0&$count=true", eventual, "security"},
		{"owners/$count eq 1&$count=true", eventual, "unified"},
		{"members/$count ne 0&$count=true", eventual, ""},
	} {
		if got := d.found(groups, "$filter="+c.filter, c.headers); got != c.want {
			t.Errorf("%s\n found %q\n want  %q", c.filter, got, c.want)
		}
	}
}

func TestFiltersOnRelationsFind(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	ada, bob := d.user("ada", nil), d.user("bob", nil)
	outer, inner := d.group("outer", nil), d.group("inner", nil)
	d.must(d.AddMember(outer, ada))
	d.must(d.AddMember(outer, inner))
	d.must(d.AddMember(inner, bob))
	members := odata.Collection{Navigation: "members", From: outer}
	transitive := odata.Collection{Navigation: "transitiveMembers", From: outer}
	for _, c := range []struct {
		on      odata.Collection
		query   string
		headers headers
		want    string
	}{
		{members, "", plain, "ada inner"},
		{members, "$filter=id eq '" + ada + "'", plain, "ada"},
		{members, "$filter=id eq '" + bob + "'", plain, ""},
		{members, "$filter=startsWith(displayName,'i')&$count=true", eventual, "inner"},
		{members, "$search=\"displayName:inn\"", eventual, "inner"},
		{members, "$filter=isof('microsoft.graph.group')&$count=true", eventual, "inner"},
		{transitive, "", plain, "ada bob inner"},
		{odata.Collection{Type: directory.User, Navigation: "transitiveMembers", From: outer, Cast: true}, "", plain, "ada bob"},
		{odata.Collection{Navigation: "memberOf", From: bob}, "", plain, "inner"},
		{odata.Collection{Navigation: "transitiveMemberOf", From: bob}, "$filter=displayName eq 'outer'&$count=true", eventual, "outer"},
	} {
		if got := d.found(c.on, c.query, c.headers); got != c.want {
			t.Errorf("%s %s\n found %q\n want  %q", c.on.Navigation, c.query, got, c.want)
		}
	}
}

func TestTheRecycleBinIsFiltered(t *testing.T) {
	t.Parallel()
	d := people(t)
	d.must(d.Delete("00000000-0000-4000-8000-000000000001"))
	bin := odata.Collection{Type: directory.User, Deleted: true}
	if got := d.found(bin, "$filter=startsWith(displayName,'a')", plain); got != "ada" {
		t.Errorf("found %q", got)
	}
	if got := d.found(bin, "$filter=deletedDateTime le 2026-01-01T00:00:00Z", plain); got != "" {
		t.Errorf("found %q", got)
	}
	if got := d.found(odata.Collection{Type: directory.User}, "$filter=displayName eq 'ada'", plain); got != "" {
		t.Errorf("found %q among the living", got)
	}
}

func TestSearches(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	d.user("ann", directory.Properties{"displayName": "Ann-Marie Smith2000", "givenName": "Ann", "mail": "ann@contoso.example"})
	d.user("joann", directory.Properties{"displayName": "JoAnn OneVideo", "mail": "jo@contoso.example"})
	d.user("zed", directory.Properties{"displayName": "one-Video \"Zed\""})
	for search, want := range map[string]string{
		`"displayName:ann"`:                                        "Ann-Marie Smith2000 JoAnn OneVideo",
		`"displayName:marie ann"`:                                  "Ann-Marie Smith2000",
		`"displayName:smith"`:                                      "Ann-Marie Smith2000",
		`"displayName:2000"`:                                       "Ann-Marie Smith2000",
		`"displayName:mith"`:                                       "",
		`"displayName:onevideo"`:                                   "JoAnn OneVideo one-Video \"Zed\"",
		`"displayName:video"`:                                      "JoAnn OneVideo one-Video \"Zed\"",
		`"mail:ANN"`:                                               "Ann-Marie Smith2000",
		`"mail:contoso"`:                                           "",
		`"displayName:ann" AND "mail:jo"`:                          "JoAnn OneVideo",
		`"displayName:ann" "mail:jo"`:                              "JoAnn OneVideo",
		`"mail:ann" OR "userPrincipalName:zed"`:                    "Ann-Marie Smith2000 one-Video \"Zed\"",
		`("mail:ann" OR "mail:jo") AND "givenName:ann"`:            "Ann-Marie Smith2000",
		`"mail:ann" OR "mail:jo" AND "givenName:ann"`:              "Ann-Marie Smith2000",
		`"displayName:\"zed\""`:                                    `one-Video "Zed"`,
		`"displayName:ann"&$filter=givenName eq 'Ann'`:             "Ann-Marie Smith2000",
		`"displayName:ann"&$orderby=displayName&$select=id&$top=9`: "Ann-Marie Smith2000 JoAnn OneVideo",
	} {
		if got := d.found(odata.Collection{Type: directory.User}, "$search="+search, eventual); got != want {
			t.Errorf("%s\n found %q\n want  %q", search, got, want)
		}
	}
}

// entry is an item that is not a directory object.
type entry map[string]any

func (e entry) ID() string               { return e["id"].(string) }
func (e entry) Property(name string) any { return e[name] }

func TestCollectionsWithoutADirectoryTakeEveryOperator(t *testing.T) {
	t.Parallel()
	schema := odata.NewSchema("logEntry", true,
		directory.Property{Name: "id", DefaultSelect: true}, directory.Property{Name: "displayName", DefaultSelect: true},
		directory.Property{Name: "at", Kind: directory.DateTime, DefaultSelect: true}, directory.Property{Name: "tags", Kind: directory.Strings, Collection: true})
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	items := []odata.Record{
		entry{"id": "1", "displayName": "Add user", "at": day(1), "tags": []string{"a", "b"}},
		entry{"id": "2", "displayName": "Remove user", "at": day(2), "tags": []string{"a"}},
	}
	for query, want := range map[string]string{
		"":                                            "Remove user,Add user,",
		"$filter=contains(displayName,'MOVE')":        "Remove user,",
		"$filter=at gt 2026-03-01":                    "Remove user,",
		"$filter=tags/all(x:x eq 'a')":                "Remove user,",
		"$filter=tags/any(x:x eq 'b')":                "Add user,",
		"$filter=tags/any() and tags/$count gt 1":     "Add user,",
		"$orderby=displayName":                        "Add user,Remove user,",
		"$filter=displayName ne 'x'&$orderby=at desc": "Remove user,Add user,",
		"$top=1": "Remove user,",
	} {
		q := parse(t, odata.New(), odata.Collection{Schema: schema, DefaultOrder: "at desc"}, query, plain)
		page, err := q.Over(nil, func(yield func(odata.Record) bool) {
			for _, item := range items {
				if !yield(item) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, name := range names(page) {
			got += name + ","
		}
		if got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestUsersAreFoundByTheirLicences(t *testing.T) {
	t.Parallel()
	const sku = "710779e8-3d4a-4c88-adb9-386c958d1fdf"
	d := newTenant(t)
	if _, err := d.Subscribe(sku, 5); err != nil {
		t.Fatal(err)
	}
	ada := d.user("ada", directory.Properties{"usageLocation": "IN"})
	d.user("bob", nil)
	if _, err := d.AssignLicenses(ada, []directory.AssignedLicense{{SkuID: sku}}, nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		filter  string
		headers headers
		want    string
	}{
		{"assignedLicenses/any(l:l/skuId eq " + sku + ")", plain, "ada"},
		{"assignedLicenses/any(l:l/skuId eq 00000000-0000-0000-0000-000000000000)", plain, ""},
		{"not assignedLicenses/any(l:l/skuId eq " + sku + ")&$count=true", eventual, "bob"},
		{"assignedLicenses/$count ne 0&$count=true", eventual, "ada"},
		{"assignedLicenses/$count eq 0&$count=true", eventual, "bob"},
		{"assignedPlans/any(a:a/service eq 'exchange' and a/capabilityStatus eq 'Suspended')&$count=true", eventual, ""},
	} {
		if got := d.found(odata.Collection{Type: directory.User}, "$filter="+c.filter, c.headers); got != c.want {
			t.Errorf("%s\n found %q\n want  %q", c.filter, got, c.want)
		}
	}
}
