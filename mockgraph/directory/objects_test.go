package directory_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestGivenAllThatIsRequiredWhenCreatedThenTheObjectHasItsDefaults(t *testing.T) {
	d := newTenant(t)
	o, err := d.Create(directory.User, user("ada", directory.Properties{"JobTitle": "Engineer", "businessPhones": []string{"+44 20 1"}, "department": nil}))
	d.must(err)
	want := directory.Properties{
		"userPrincipalName": "ada@contoso.example", "mailNickname": "ada", "displayName": "ada", "accountEnabled": true,
		"jobTitle": "Engineer", "businessPhones": []string{"+44 20 1"}, "userType": "Member", "createdDateTime": d.clock.Now(),
	}
	if diff := cmp.Diff(want, o.Properties()); diff != "" {
		t.Error(diff)
	}
	if o.Type() != directory.User || o.Sequence() != 1 || o.String("JOBTITLE") != "Engineer" || !o.Bool("accountEnabled") {
		t.Errorf("the object reads back wrong: %v", o.Properties())
	}
	if o.Property("department") != nil || o.Property("noSuch") != nil || o.String("accountEnabled") != "" || o.Strings("mail") != nil {
		t.Error("a property without a value, unknown or of another kind has a value")
	}
}

func TestGivenWhatGraphRefusesWhenCreatedThenItsCodeAndMessageComeBack(t *testing.T) {
	without := func(p directory.Properties, name string) directory.Properties { delete(p, name); return p }
	invalid := func(name, resource string) string {
		return "Invalid value specified for property '" + name + "' of resource '" + resource + "'."
	}
	required := func(name, resource string) string {
		return "A value is required for property '" + name + "' of resource '" + resource + "'."
	}
	const readOnly = "Property 'createdDateTime' is read-only and cannot be set."
	for _, c := range []struct {
		name    string
		typ     directory.Type
		p       directory.Properties
		message string
	}{
		{"no display name", directory.User, without(user("a", nil), "displayName"), required("displayName", "User")},
		{"no mail nickname", directory.User, without(user("a", nil), "mailNickname"), required("mailNickname", "User")},
		{"no sign-in state", directory.User, without(user("a", nil), "accountEnabled"), required("accountEnabled", "User")},
		{"null is no value", directory.User, user("a", directory.Properties{"userPrincipalName": nil}), required("userPrincipalName", "User")},
		{"group without mailEnabled", directory.Group, without(security("a"), "mailEnabled"), required("mailEnabled", "Group")},
		{"application without a name", directory.ServicePrincipal, nil, required("displayName", "ServicePrincipal")},
		{"empty string", directory.User, user("a", directory.Properties{"jobTitle": ""}), invalid("jobTitle", "User")},
		{"too long", directory.User, user("a", directory.Properties{"department": strings.Repeat("ü", 65)}), invalid("department", "User")},
		{"not UTF-8", directory.User, user("a", directory.Properties{"department": "\xff"}), invalid("department", "User")},
		{"wrong kind", directory.User, user("a", directory.Properties{"accountEnabled": "true"}), invalid("accountEnabled", "User")},
		{"a Go type that stands for nothing", directory.User, user("a", directory.Properties{"employeeId": 7}), invalid("employeeId", "User")},
		{"two business phones", directory.User, user("a", directory.Properties{"businessPhones": []string{"1", "2"}}), invalid("businessPhones", "User")},
		{"name without domain", directory.User, user("a", directory.Properties{"userPrincipalName": "ada"}), "Property userPrincipalName is invalid."},
		{"name with an accent", directory.User, user("a", directory.Properties{"userPrincipalName": "ädä@contoso.example"}), "Property userPrincipalName is invalid."},
		{"name with a plus", directory.User, user("a", directory.Properties{"userPrincipalName": "a+b@contoso.example"}), "Property userPrincipalName is invalid."},
		{"empty name", directory.User, user("a", directory.Properties{"userPrincipalName": ""}), invalid("userPrincipalName", "User")},
		{"nickname with a slash", directory.User, user("a", directory.Properties{"mailNickname": "a/b"}), invalid("mailNickname", "User")},
		{"password policy that is none", directory.User, user("a", directory.Properties{"passwordPolicies": "DisableStrongPassword, Weak"}), invalid("passwordPolicies", "User")},
		{"nickname with an at sign", directory.User, user("a", directory.Properties{"mailNickname": "a@b"}), invalid("mailNickname", "User")},
		{"country of three letters", directory.User, user("a", directory.Properties{"usageLocation": "DEU"}), invalid("usageLocation", "User")},
		{"language that is none", directory.User, user("a", directory.Properties{"preferredLanguage": "de_DE"}), invalid("preferredLanguage", "User")},
		{"unknown user type", directory.User, user("a", directory.Properties{"userType": "Robot"}), invalid("userType", "User")},
		{"what the directory sets", directory.User, user("a", directory.Properties{"createdDateTime": time.Unix(1, 0)}), readOnly},
		{
			"two roles of one value", directory.ServicePrincipal,
			directory.Properties{"displayName": "a", "appRoles": []directory.AppRole{role("x"), role("x")}},
			invalid("appRoles", "ServicePrincipal"),
		},
		{
			"role with a blank in its value", directory.ServicePrincipal,
			directory.Properties{"displayName": "a", "appRoles": []directory.AppRole{role("a b")}}, invalid("appRoles", "ServicePrincipal"),
		},
		{
			"role with too long a value", directory.ServicePrincipal,
			directory.Properties{"displayName": "a", "appRoles": []directory.AppRole{role(strings.Repeat("a", 121))}}, invalid("appRoles", "ServicePrincipal"),
		},
		{
			"one identifier twice", directory.Application,
			directory.Properties{"displayName": "a", "identifierUris": []string{"api://a/x", "api://a/x"}}, "Request contains a property with duplicate values.",
		},
		{
			"unknown property", directory.User, user("a", directory.Properties{"shoeSize": "44"}),
			"Property 'shoeSize' does not exist on type 'microsoft.graph.user'.",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newTenant(t)
			o, err := d.Create(c.typ, c.p)
			refused(t, err, directory.CodeBadRequest, c.message)
			if o != nil || d.Snapshot().Sequence() != 0 || d.Snapshot().Count(c.typ) != 0 {
				t.Error("a refused creation left something behind")
			}
		})
	}
	if _, err := newTenant(t).Create("device", nil); err == nil {
		t.Error("an unknown type is created")
	}
}

func role(value string) directory.AppRole {
	return directory.AppRole{Value: value, DisplayName: "Role " + value, Enabled: true, AllowedMemberTypes: []string{"User"}}
}

func TestGivenALiveUserWhenAnotherTakesTheNameInAnyCaseThenItIsAConflict(t *testing.T) {
	const taken = "Another object with the same value for property userPrincipalName already exists."
	d := newTenant(t)
	d.user("ada")
	grace := d.user("grace")

	_, err := d.Create(directory.User, user("ADA", nil))
	refused(t, err, directory.CodeBadRequest, taken)
	_, err = d.Update(grace, directory.Properties{"userPrincipalName": "Ada@Contoso.Example"})
	refused(t, err, directory.CodeBadRequest, taken)
	if o, _ := d.Snapshot().Object(grace); o.String("userPrincipalName") != "grace@contoso.example" {
		t.Error("a refused update changed the user")
	}
	if _, err := d.Update(grace, directory.Properties{"userPrincipalName": "GRACE@contoso.example"}); err != nil {
		t.Errorf("a user cannot change the case of her own name: %v", err)
	}
}

func TestGivenGroupsThenOnlyMailEnabledNicknamesAreUnique(t *testing.T) {
	d := newTenant(t)
	d.group("red")
	d.group("red") // display name and nickname of security groups may repeat
	d.create(directory.Group, microsoft365("red"))
	_, err := d.Create(directory.Group, microsoft365("RED"))
	refused(t, err, directory.CodeBadRequest, "Another object with the same value for property mailNickname already exists.")
}

func TestGivenAnApplicationWhenItsAppIDIsTakenThenTheKeyConflicts(t *testing.T) {
	d := newTenant(t)
	id := d.app()
	o, _ := d.Snapshot().Object(id)
	appID := o.String("appId")
	_, err := d.Create(directory.ServicePrincipal, directory.Properties{"displayName": "b", "appId": appID})
	refused(t, err, directory.CodeSameKey,
		"The service principal cannot be created, updated, or restored because the service principal name "+appID+" is already in use.")
}

func TestGivenAUserWhenUpdatedThenOnlyWhatIsGivenChangesAndTheLogNamesIt(t *testing.T) {
	d := newTenant(t)
	id := d.create(directory.User, user("ada", directory.Properties{"jobTitle": "Engineer", "department": "IT", "otherMails": []string{"a@x.example", "b@x.example"}}))
	before := d.Snapshot()
	o, err := d.Update(strings.ToUpper(id), directory.Properties{"jobTitle": "Lead", "department": nil, "displayName": "ada", "otherMails": []string{"c@x.example"}})
	d.must(err)
	want := directory.Properties{"jobTitle": "Lead", "displayName": "ada", "otherMails": []string{"c@x.example"}}
	for name, value := range want {
		if !cmp.Equal(o.Property(name), value) {
			t.Errorf("%s is %v, want %v", name, o.Property(name), value)
		}
	}
	if o.Property("department") != nil || o.ID() != id || o.Sequence() != 2 {
		t.Errorf("department %v, id %s, sequence %d", o.Property("department"), o.ID(), o.Sequence())
	}
	changes := d.Changes(before.Sequence())
	if len(changes) != 1 || changes[0].Operation != directory.Updated {
		t.Fatalf("logged %v", changes)
	}
	same(t, "properties", changes[0].Properties, []string{"jobTitle", "department", "otherMails"})
	if old, _ := before.Object(id); old.String("jobTitle") != "Engineer" {
		t.Error("the snapshot taken before changed")
	}

	now := d.Snapshot()
	if _, err := d.Update(id, directory.Properties{"jobTitle": "Lead"}); err != nil || d.Snapshot() != now {
		t.Errorf("an update to the same value made a new state (%v)", err)
	}
}

func TestGivenWhatCannotChangeWhenUpdatedThenItIsRefused(t *testing.T) {
	d := newTenant(t)
	id := d.create(directory.User, user("ada", directory.Properties{"usageLocation": "DE"}))
	app := d.app()
	for _, c := range []struct {
		id      string
		p       directory.Properties
		message string
	}{
		{id, directory.Properties{"displayName": nil}, "Invalid value specified for property 'displayName' of resource 'User'."},
		{id, directory.Properties{"usageLocation": nil}, "Invalid value specified for property 'usageLocation' of resource 'User'."},
		{id, directory.Properties{"createdDateTime": time.Unix(1, 0)}, "Property 'createdDateTime' is read-only and cannot be set."},
		{app, directory.Properties{"appId": "x"}, "Property 'appId' is read-only and cannot be set."},
		{id, directory.Properties{"jobTitle": "a", "JOBTITLE": "b"}, ""},
	} {
		if _, err := d.Update(c.id, c.p); c.message == "" {
			if err == nil {
				t.Errorf("%v is accepted", c.p)
			}
		} else {
			refused(t, err, directory.CodeBadRequest, c.message)
		}
	}
	_, err := d.Update("nobody", directory.Properties{"displayName": "x"})
	refused(t, err, directory.CodeNotFound, missing("nobody"))
}

func TestGivenValuesHandedInOrOutWhenTheyAreChangedThenTheDirectoryIsNot(t *testing.T) {
	d := newTenant(t)
	mails := []string{"a@x.example"}
	id := d.create(directory.User, user("ada", directory.Properties{"otherMails": mails}))
	mails[0] = "changed@x.example"
	o, _ := d.Snapshot().Object(id)
	o.Strings("otherMails")[0] = "changed@x.example"
	o.Property("otherMails").([]string)[0] = "changed@x.example"
	o.Properties()["otherMails"].([]string)[0] = "changed@x.example"
	same(t, "otherMails", o.Strings("otherMails"), []string{"a@x.example"})

	appID := d.app(role("admin"))
	app, _ := d.Snapshot().Object(appID)
	app.AppRoles()[0].AllowedMemberTypes[0] = "changed"
	if got := app.AppRoles()[0].AllowedMemberTypes[0]; got != "User" {
		t.Errorf("the role's member type became %s", got)
	}
}

func TestGivenTheTablesThenTheyHoldTogether(t *testing.T) {
	for _, typ := range []directory.Type{directory.User, directory.Group, directory.ServicePrincipal} {
		names := map[string]bool{}
		rows := directory.Table(typ)
		for _, row := range rows {
			if names[strings.ToLower(row.Name)] {
				t.Errorf("%s: %s stands twice", typ, row.Name)
			}
			names[strings.ToLower(row.Name)] = true
			if row.Index != directory.Unindexed && row.Kind != directory.String && row.Kind != directory.Strings {
				t.Errorf("%s: %s is indexed and no string", typ, row.Name)
			}
		}
		if len(rows) == 0 || len(rows) > 128 {
			t.Errorf("%s has %d properties: an object has room for 128", typ, len(rows))
		}
	}
	if directory.Table("device") != nil {
		t.Error("an unknown type has a table")
	}
	// learn.microsoft.com/graph/api/resources/user: what GET /users returns without $select.
	var standard []string
	for _, row := range directory.Table(directory.User) {
		if row.DefaultSelect {
			standard = append(standard, row.Name)
		}
	}
	same(t, "default selection of users", standard, []string{
		"id", "userPrincipalName", "displayName", "givenName", "surname", "mail", "jobTitle", "preferredLanguage", "officeLocation", "businessPhones", "mobilePhone",
	})
}
