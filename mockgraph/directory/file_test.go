package directory_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// furnished is a tenant with something of everything.
func furnished(t testing.TB) *tenant {
	d := newTenant(t, directory.WithTenant(home, "Contoso", "contoso.example"))
	d.buy("TEAMS_EXPLORATORY", 3)
	value := "x"
	ada := d.create(directory.User, user("ada", directory.Properties{
		"usageLocation": "IN", "passwordProfile": directory.PasswordProfile{Password: "Tr0ub4dor&3"}, "proxyAddresses": []string{"SMTP:ada@contoso.example"},
		"employeeHireDate": time.Date(2020, 2, 29, 1, 2, 3, 4, time.UTC), "onPremisesExtensionAttributes": directory.ExtensionAttributes{ExtensionAttribute3: &value},
		"customSecurityAttributes": map[string]any{"b": 1.5, "a": []any{"x", nil, true}}, "jobTitle": "<Engineer> \u2028 & more",
	}))
	grace := d.user("grace")
	d.must(d.SetManager(ada, grace))
	team := d.group("team")
	d.must(d.AddMember(team, ada))
	d.must(d.AddOwner(team, grace))
	d.create(directory.Group, dynamic("all", `user.accountEnabled -eq true`))
	app := d.application(directory.Properties{"appRoles": []directory.AppRole{role("admin")}})
	sp := d.principal(app)
	_, err := d.Assign(ada, sp.ID(), sp.AppRoles()[0].ID)
	d.must(err)
	for kind, value := range map[string]any{"String": []string{"x", "y"}, "Integer": []int{1}, "Boolean": []bool{true}, "DateTime": []time.Time{time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)}, "LargeInteger": 1 << 40} {
		_, many := value.(int)
		e, err := d.AddExtensionProperty(app.ID(), directory.ExtensionProperty{Name: "x" + kind, DataType: kind, TargetObjects: []string{"User"}, IsMultiValued: !many})
		d.must(err)
		_, err = d.Update(ada, directory.Properties{e.Name: value})
		d.must(err)
	}
	_, _, err = d.AddPassword(app.ID(), "ci", time.Time{}, time.Time{})
	d.must(err)
	_, err = d.Create(directory.OAuth2PermissionGrant, directory.Properties{"clientId": sp.ID(), "resourceId": sp.ID(), "consentType": "AllPrincipals", "scope": "User.Read"})
	d.must(err)
	d.must(d.AssignRole(grace, "62e90394-69f5-4237-9190-012177145e10"))
	_, err = d.AssignLicenses(ada, license(exploratory), nil)
	d.must(err)
	unit := d.create(directory.AdministrativeUnit, directory.Properties{"displayName": "Oslo"})
	d.must(d.AddUnitMember(unit, ada))
	d.must(d.SetPhoto(ada, "image/png", []byte("a picture")))
	d.Process()
	gone := d.user("gone")
	d.must(d.SetPhoto(gone, "image/gif", []byte("another")))
	d.must(d.Delete(gone))
	d.Audit(directory.DirectoryAudit{ActivityDisplayName: "Add user", Category: "UserManagement"})
	d.RecordProvisioning(directory.ProvisioningRecord{ID: "1", Time: d.clock.Now(), Body: json.RawMessage(`{"id":"1"}`)})
	return d
}

func saved(t testing.TB, d *directory.Directory) string {
	t.Helper()
	var b bytes.Buffer
	if err := d.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGivenATenantWhenSavedAndLoadedThenItSavesTheSameBytes(t *testing.T) {
	d := furnished(t)
	d.must(d.Snapshot().Check())
	first := saved(t, d.Directory)
	if strings.Contains(first, "Tr0ub4dor") {
		t.Error("a password stands in the file")
	}
	again := newTenant(t)
	again.user("before")
	d.must(again.Load(strings.NewReader(first)))
	if second := saved(t, again.Directory); second != first {
		t.Error(cmp.Diff(strings.Split(first, "\n"), strings.Split(second, "\n")))
	}
	s := again.Snapshot()
	ada, ok := s.Lookup(directory.User, "userPrincipalName", "ada@contoso.example")
	if !ok || !s.CheckPassword(ada.ID(), "Tr0ub4dor&3") || s.TenantID() != home || len(again.Audits()) != 1 || len(again.ProvisioningRecords()) != 1 {
		t.Error("something is missing")
	}
	if _, ok := s.Lookup(directory.User, "userPrincipalName", "before@contoso.example"); ok {
		t.Error("what was there before still is")
	}
	if _, ok := again.At(1); ok {
		t.Error("a past snapshot of the state before is given")
	}
	if diff := cmp.Diff(d.Changes(0), again.Changes(0)); diff != "" {
		t.Error(diff)
	}
	_, err := again.Update(ada.ID(), directory.Properties{"jobTitle": "Lead"})
	d.must(err)
	d.must(again.Delete(ada.ID()))
	d.must(again.Snapshot().Check())
}

func TestGivenABrokenFileWhenLoadedThenNothingChanges(t *testing.T) {
	whole := saved(t, furnished(t).Directory)
	lines := strings.SplitAfter(whole, "\n")
	for name, text := range map[string]string{
		"empty": "", "another format": "{}\n", "cut short": whole[:len(whole)/2], "without its end": strings.Join(lines[:len(lines)-2], ""),
		"a line missing": lines[0] + strings.Join(lines[2:], ""), "more after the end": whole + lines[1],
		"unknown type":     strings.Replace(whole, `"type":"user"`, `"type":"device"`, 1),
		"unknown property": strings.Replace(whole, `"jobTitle"`, `"shoeSize"`, 1),
		"wrong kind":       strings.Replace(whole, `"accountEnabled":true`, `"accountEnabled":"yes"`, 1),
		"unknown member":   strings.Replace(whole, `{"object":{`, `{"object":{"x":1,`, 1),
		"seats":            strings.Replace(whole, `"consumedUnits":1`, `"consumedUnits":2`, 1),
		"extension value":  strings.Replace(whole, `"type":"ints"`, `"type":"int"`, 1),
		"extension owner":  strings.Replace(whole, `"name":"extension_0`, `"name":"extension_1`, 1),
		"photo of nobody":  strings.Replace(whole, `"photo":{"id":"0`, `"photo":{"id":"1`, 1),
		"wrong ends":       strings.Replace(whole, `"link":{"relation":1,`, `"link":{"relation":5,`, 1),
		"dangling":         strings.Replace(whole, `"link":{"relation":1,"from":"0`, `"link":{"relation":1,"from":"1`, 1),
	} {
		d := newTenant(t)
		d.user("before")
		before := d.Snapshot()
		if err := d.Load(strings.NewReader(text)); err == nil || d.Snapshot() != before {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGivenMoreEntriesThanAJournalKeepsThenTheOldestGo(t *testing.T) {
	d := newTenant(t, directory.WithJournal(3))
	for i := range 10 {
		d.Audit(directory.DirectoryAudit{ID: string(rune('a' + i))})
	}
	ids := ""
	for _, e := range d.Audits() {
		ids += e.ID
		if !e.ActivityDateTime.Equal(d.clock.Now()) {
			t.Error("no time")
		}
	}
	if ids != "hij" {
		t.Errorf("kept %s", ids)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(saved(f, furnished(f).Directory))
	f.Add(saved(f, directory.New()))
	f.Fuzz(func(t *testing.T, text string) {
		d := directory.New()
		if d.Load(strings.NewReader(text)) == nil && d.Snapshot().Check() != nil {
			t.Error("a state that does not hold together is loaded")
		}
	})
}

func FuzzMembershipRule(f *testing.F) {
	for _, seed := range []string{`user.department -eq "Sales" -and -not (user.city -in ["Oslo","Bergen"])`, `user.otherMails -any (_ -contains "y")`, `user.x -match "("`, "((((", "\"`"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, rule string) {
		d := directory.New()
		if _, err := d.Create(directory.User, user("ada", nil)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Create(directory.Group, dynamic("g", rule)); err == nil {
			d.ProcessDynamicGroups()
		}
	})
}
