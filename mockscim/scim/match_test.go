package scim

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func userRegistry() *Registry  { return NewRegistry(UserSchema(), EnterpriseUserSchema()) }
func groupRegistry() *Registry { return NewRegistry(GroupSchema()) }

// decode reads a resource and fails the test when it cannot.
func decode(t testing.TB, text string) Resource {
	t.Helper()
	r, err := DecodeResource([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const ada = `{
  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
  "id": "2819c223", "externalId": "Ada.B", "userName": "Ada.Byron@contoso.example", "active": true, "title": "Analyst",
  "displayName": "Ada \"the Countess\" Byron", "userType": "Employee", "nickName": "",
  "name": {"formatted": "Ada Byron", "familyName": "Byron", "givenName": "Ada"},
  "emails": [
    {"value": "ada@contoso.example", "type": "work", "primary": true},
    {"value": "ada@home.example", "type": "home"}],
  "roles": [{"value": "Admin", "primary": true}],
  "x509Certificates": [{"value": "QUJD"}],
  "meta": {"resourceType": "User", "created": "2011-05-13T04:42:34Z", "lastModified": "2011-05-13T06:42:34+02:00"},
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "R&D", "manager": {"value": "m-1", "displayName": "Charles"}}
}`

func TestMatch(t *testing.T) {
	r, g := decode(t, ada), userRegistry()
	tests := map[string]bool{
		// case of names, operators and values
		`userName eq "ada.byron@CONTOSO.example"`:     true,
		`USERNAME Eq "ada.byron@contoso.example"`:     true,
		`id eq "2819c223"`:                            true,
		`id eq "2819C223"`:                            false, // caseExact
		`externalId eq "ada.b"`:                       false, // caseExact
		`externalId eq "Ada.B"`:                       true,
		`displayName eq "ada \"THE countess\" byron"`: true,
		// operators on text
		`userName co "BYRON"`: true, `userName co "lovelace"`: false,
		`userName sw "ADA"`: true, `userName sw "byron"`: false,
		`userName ew ".EXAMPLE"`: true, `userName ew "contoso"`: false,
		`userName ne "someone"`: true, `userName ne "ada.byron@contoso.example"`: false,
		`title gt "ana"`: true, `title gt "B"`: false, `title ge "ANALYST"`: true, `title lt "B"`: true, `title le "Ab"`: false,
		`externalId sw "ada"`: false, `externalId sw "Ada"`: true,
		// presence
		`title pr`: true, `nickName pr`: false, `locale pr`: false, `name pr`: true, `emails pr`: true, `active pr`: true, `photos pr`: false,
		`emails.primary pr`: true, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr`: true,
		// no value
		`locale eq null`: true, `title eq null`: false, `title ne null`: true, `locale ne null`: false, `locale ne "x"`: true,
		`locale eq ""`: false, `locale gt "a"`: false, `not (locale eq "x")`: true, `manager eq null`: false,
		// logic
		`title pr and userType eq "Employee"`: true, `title pr and locale pr`: false, `locale pr or title pr`: true,
		`title pr or locale pr and locale pr`: true, `(title pr or locale pr) and locale pr`: false, `not (title pr)`: false,
		// booleans, also as Entra writes them
		`active eq true`: true, `active eq false`: false, `active ne false`: true, `active eq "True"`: true, `active eq "FALSE"`: false,
		`active ne "False"`: true, `active eq "yes"`: false, `active gt true`: false,
		`roles[primary eq "True"]`: true, `roles[primary eq "True"].value eq "admin"`: true, `roles[primary eq "False"]`: false,
		`emails[primary eq true].value eq "ada@contoso.example"`: true,
		// multi-valued: one value is enough; a value path wants it of one and the same
		`emails co "contoso"`: true, `emails eq "ADA@home.example"`: true, `emails.type eq "home"`: true, `emails.value ew "contoso.example"`: true,
		`emails.type eq "home" and emails.value co "contoso"`: true, `emails[type eq "home" and value co "contoso"]`: false,
		`emails[type eq "work" and value co "@contoso"]`: true, `emails[type eq "WORK"].value eq "ada@contoso.example"`: true,
		`emails[not (type eq "work")].value co "home"`: true, `emails[type eq "other"]`: false, `emails.value ne "ada@contoso.example"`: true,
		`emails[emails.type eq "work"]`: false, `emails[nope pr]`: false,
		`schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`: true, `schemas[value co "enterprise"]`: true,
		`schemas eq "urn:nope"`: false,
		// extension, qualified and not
		`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "r&d"`:    true,
		`URN:IETF:params:scim:schemas:extension:enterprise:2.0:user:DEPARTMENT eq "r&d"`:    true,
		`urn:ietf:params:scim:schemas:core:2.0:User:title eq "analyst"`:                     true,
		`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "m-1"`: true,
		`manager eq "m-1"`: true, `id eq "2819c223" and manager eq "m-1"`: true, `manager eq "M-1"`: false, `department eq "R&D"`: true,
		// dates compare as instants
		`meta.lastModified eq "2011-05-13T04:42:34Z"`: true, `meta.created ge "2011-05-13T04:42:34.000Z"`: true,
		`meta.created gt "2011-05-13T04:42:34Z"`: false, `meta.created lt "2011-05-13T06:42:33+01:00"`: true, `meta.created gt "2011"`: true,
		`meta.created sw "2011-05"`: true,
		// types that do not fit
		`title eq 5`: false, `title ne 5`: true, `title eq true`: false, `name eq "Ada Byron"`: false, `x509Certificates eq "QUJD"`: true, `x509Certificates eq "qujd"`: false,
		// what no schema knows has no value
		`nope pr`: false, `nope eq "x"`: false, `nope eq null`: true, `name.nope pr`: false, `urn:x:y:title pr`: false,
		`title.nope pr`: false, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr`: false,
	}
	for text, want := range tests {
		e, err := ParseFilter(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := Match(e, r, g); got != want {
			t.Errorf("%s: got %t, want %t", text, got, want)
		}
	}
}

func TestMatchNumbers(t *testing.T) {
	g := NewRegistry(Schema{ID: "urn:x:Thing", Attributes: []Attribute{{Name: "count", Type: IntegerType}, {Name: "rate", Type: DecimalType}}})
	r := decode(t, `{"count": 12345678901234567, "rate": -1.25}`)
	for text, want := range map[string]bool{
		`count eq 12345678901234567`: true, `count eq 12345678901234568`: false, `count gt 12345678901234566`: true,
		`rate lt -1`: true, `rate eq -12.5e-1`: true, `rate ge -1.25`: true, `rate gt 1e999999999`: false, `rate lt 1e999999999`: true,
		`count eq "12345678901234567"`: false, `count ne 1`: true, `count co 1`: false,
	} {
		e, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Match(e, r, g); got != want {
			t.Errorf("%s: got %t, want %t", text, got, want)
		}
	}
}

func TestMatchWithoutSchemas(t *testing.T) {
	r := decode(t, `{"Any": "Text", "list": ["a", "b"], "things": [{"value": "x", "on": true, "tags": ["p", "q"]}], "n": 3}`)
	for text, want := range map[string]bool{
		`any eq "text"`: true, `list eq "B"`: true, `things eq "x"`: true, `things[on eq "True"]`: true, `things.on eq false`: false,
		`n ge 3`: true, `things.tags eq "q"`: true, `things.nope pr`: false, `nope eq null`: true, `list[value eq "a"]`: true,
	} {
		e, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Match(e, r, nil); got != want {
			t.Errorf("%s: got %t, want %t", text, got, want)
		}
	}
	if !Compile(nil, nil)(r) {
		t.Error("no filter must pass everything")
	}
}

func TestEqualitiesAreWhatAnIndexMayAnswer(t *testing.T) {
	tests := map[string][]string{
		`userName eq "a"`:                                   {`userName eq "a"`},
		`id eq "u1" and manager eq "u2"`:                    {`id eq "u1"`, `manager eq "u2"`},
		`emails[type eq "work"].value eq "a@b"`:             {`emails.type eq "work"`, `emails.value eq "a@b"`},
		`(userName eq "a" and title pr) and active eq true`: {`userName eq "a"`},
		`urn:x:y:list[value eq "1" or type eq "2"]`:         nil,
		`urn:x:y:list[value eq "1"]`:                        {`urn:x:y:list.value eq "1"`},
		`userName eq "a" or title pr`:                       nil,
		`not (userName eq "a")`:                             nil,
		`userName ne "a"`:                                   nil,
		`userName sw "a"`:                                   nil,
		`active eq true`:                                    nil,
	}
	for text, want := range tests {
		e, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range Equalities(e) {
			got = append(got, c.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestCheckFilter(t *testing.T) {
	for text, valid := range map[string]bool{
		`active gt true`: false, `active co "t"`: false, `active eq "True"`: true, `active ne false`: true, `active pr`: true,
		`x509Certificates.value gt "a"`: false, `x509Certificates co "a"`: true, `name eq "x"`: false, `name pr`: true, `name eq null`: true,
		`emails co "x"`: true, `emails[primary gt true]`: false, `not (title pr and active lt true)`: false, `nope gt 1`: true,
		`title pr or active ge false`: false, `addresses eq "x"`: false,
	} {
		e, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		err = CheckFilter(e, userRegistry())
		var scimErr *Error
		if valid && err != nil || !valid && (!errors.As(err, &scimErr) || scimErr.ScimType != InvalidFilter) {
			t.Errorf("%s: %v, valid should be %t", text, err, valid)
		}
	}
}
