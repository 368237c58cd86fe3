package scim

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var allSchemas = []func() Schema{UserSchema, GroupSchema, EnterpriseUserSchema}

func TestSchemasHaveEveryCharacteristic(t *testing.T) {
	for _, schema := range allSchemas {
		s := schema()
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "null") {
			t.Errorf("%s: null in /Schemas breaks Entra's schema discovery", s.ID)
		}
		eachAttribute(s.Attributes, "", func(path string, a Attribute) {
			if !regexp.MustCompile(`^[$]?[a-z][A-Za-z0-9]*$`).MatchString(a.Name) {
				t.Errorf("%s is not camelCase", path)
			}
			if a.Type == "" || a.Mutability == "" || a.Returned == "" || a.Uniqueness == "" || a.Description == "" {
				t.Errorf("%s misses a characteristic: %+v", path, a)
			}
			if (a.Type == ComplexType) != (len(a.SubAttributes) > 0) {
				t.Errorf("%s: sub-attributes are for complex attributes", path)
			}
			if (a.Type == ReferenceType) != (len(a.ReferenceTypes) > 0) {
				t.Errorf("%s: reference types are for references", path)
			}
			if primary, ok := a.Sub("primary"); ok && primary.Type != BooleanType {
				t.Errorf("%s.primary is not boolean", path)
			}
		})
	}
}

func eachAttribute(attributes []Attribute, prefix string, visit func(path string, a Attribute)) {
	for _, a := range attributes {
		visit(prefix+a.Name, a)
		eachAttribute(a.SubAttributes, prefix+a.Name+".", visit)
	}
}

// RFC 7643 §8.7.1 and §4: the attributes of the core schemas and what is special about them.
func TestSchemasAreThoseOfTheRFC(t *testing.T) {
	names := func(s Schema) (list []string) {
		for _, a := range s.Attributes {
			list = append(list, a.Name)
		}
		return list
	}
	for want, s := range map[string]Schema{
		"userName name displayName nickName profileUrl title userType preferredLanguage locale timezone active password emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates": UserSchema(),
		"displayName members": GroupSchema(),
		"employeeNumber costCenter organization division department manager": EnterpriseUserSchema(),
	} {
		if diff := cmp.Diff(strings.Fields(want), names(s)); diff != "" {
			t.Errorf("%s: %s", s.ID, diff)
		}
	}
	canonical := map[string]string{"emails": "work home other", "phoneNumbers": "work home mobile fax pager other", "addresses": "work home other",
		"ims": "aim gtalk icq xmpp msn skype qq yahoo", "photos": "photo thumbnail", "groups": "direct indirect", "roles": "", "entitlements": ""}
	g := userRegistry()
	for name, want := range canonical {
		a, _ := g.Find(AttributePath{Name: name, Sub: "type"})
		if !slices.Equal(a.CanonicalValues, strings.Fields(want)) {
			t.Errorf("%s.type: got %v, want %s", name, a.CanonicalValues, want)
		}
	}
	for path, want := range map[string]Attribute{
		"userName":          {Required: true, Uniqueness: UniqueOnServer, Mutability: ReadWrite, Returned: ReturnedByDefault, Type: StringType},
		"password":          {Mutability: WriteOnly, Returned: ReturnedNever, Uniqueness: NotUnique, Type: StringType},
		"id":                {Mutability: ReadOnly, Returned: ReturnedAlways, Uniqueness: UniqueOnServer, CaseExact: true, Type: StringType},
		"externalId":        {Mutability: ReadWrite, Returned: ReturnedByDefault, Uniqueness: NotUnique, CaseExact: true, Type: StringType},
		"active":            {Type: BooleanType, Mutability: ReadWrite, Returned: ReturnedByDefault, Uniqueness: NotUnique},
		"meta.created":      {Type: DateTimeType, Mutability: ReadOnly, Returned: ReturnedByDefault, Uniqueness: NotUnique},
		"roles.primary":     {Type: BooleanType, Mutability: ReadWrite, Returned: ReturnedByDefault, Uniqueness: NotUnique},
		"manager.value":     {Type: StringType, CaseExact: true, Mutability: ReadWrite, Returned: ReturnedByDefault, Uniqueness: NotUnique},
		"addresses.primary": {Type: BooleanType, Mutability: ReadWrite, Returned: ReturnedByDefault, Uniqueness: NotUnique},
	} {
		p, err := ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		a, ok := g.Find(p.AttributePath)
		if !ok {
			t.Errorf("%s is unknown", path)
			continue
		}
		got := *a
		got.Name, got.Description = "", ""
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

func TestSchemasAreFreshValues(t *testing.T) {
	for _, schema := range allSchemas {
		first := schema()
		first.Attributes[0].Name = "changed"
		if schema().Attributes[0].Name == "changed" {
			t.Errorf("%s is shared", first.ID)
		}
	}
}

func TestFind(t *testing.T) {
	g := userRegistry()
	for path, want := range map[string]string{
		"USERNAME": "userName", "name.GIVENNAME": "givenName", "emails.value": "value", "manager": "manager", "department": "department",
		EnterpriseURN + ":department": "department", strings.ToUpper(EnterpriseURN) + ":MANAGER.value": "value", UserURN + ":title": "title",
		"schemas": "schemas", "meta.location": "location", "members": "", EnterpriseURN + ":title": "", EnterpriseURN: "", UserURN: "", "name.nope": "", "title.x": "",
	} {
		p, err := ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		a, ok := g.Find(p.AttributePath)
		if ok != (want != "") || ok && a.Name != want {
			t.Errorf("%s: got %v, want %q", path, a, want)
		}
	}
	if _, ok := (*Registry)(nil).Find(AttributePath{Name: "id"}); ok {
		t.Error("a nil registry knows nothing")
	}
	if n := len(g.Schemas()); n != 2 {
		t.Errorf("%d schemas, want 2", n)
	}
}

func TestRegistryPrefersTheBaseSchemasOwnCommonAttribute(t *testing.T) {
	s := UserSchema()
	s.Attributes = append(s.Attributes, Attribute{Name: "externalId", Description: "own"})
	if a, _ := NewRegistry(s).Find(AttributePath{Name: "externalid"}); a == nil || a.Description != "own" || a.Mutability != ReadWrite {
		t.Errorf("got %+v", a)
	}
}
