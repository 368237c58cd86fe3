package scim

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNormalize(t *testing.T) {
	const u = `"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]`
	const ue = `"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]`
	tests := []struct {
		title     string
		tolerance Tolerance
		given     string
		want      string
		err       string
	}{
		{title: "names get the schema's case", given: `{` + u + `,"USERNAME":"b","Name":{"GivenName":"G"},"EMAILS":[{"Value":"x"}]}`, want: `{` + u + `,"userName":"b","name":{"givenName":"G"},"emails":[{"value":"x"}]}`},
		{title: "readOnly attributes are passed over", given: `{` + u + `,"userName":"b","id":"1","meta":{"resourceType":"User"},"groups":[{"value":"g"}]}`, want: `{` + u + `,"userName":"b"}`},
		{title: "unassigned attributes disappear", given: `{` + u + `,"userName":"b","title":null,"roles":[],"name":{},"emails":[null,{}],"ims":[{"value":null}]}`, want: `{` + u + `,"userName":"b"}`},
		{title: "an extension need not be listed", given: `{` + u + `,"userName":"b","` + EnterpriseURN + `":{"DEPARTMENT":"D","manager":{"value":"m","displayName":"M"}}}`, want: `{` + ue + `,"userName":"b","` + EnterpriseURN + `":{"department":"D","manager":{"value":"m"}}}`},
		{title: "an extension without values is not listed", given: `{` + ue + `,"userName":"b","` + EnterpriseURN + `":{"department":null}}`, want: `{` + u + `,"userName":"b"}`},
		{title: "unknown schemas are dropped", given: `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],"userName":"b"}`, want: `{` + u + `,"userName":"b"}`},
		{title: "schemas compare in any case", given: `{"schemas":["URN:ietf:params:scim:schemas:core:2.0:USER"],"userName":"b"}`, want: `{` + u + `,"userName":"b"}`},
		{title: "Entra: booleans as text", tolerance: Entra(), given: `{` + u + `,"userName":"b","active":"True","roles":[{"primary":"False","value":"x","displayName":"X"}]}`, want: `{` + u + `,"userName":"b","active":true,"roles":[{"primary":false,"value":"x","displayName":"X"}]}`},
		{title: "Entra: a manager as text", tolerance: Entra(), given: `{` + ue + `,"userName":"b","` + EnterpriseURN + `":{"manager":"m"}}`, want: `{` + ue + `,"userName":"b","` + EnterpriseURN + `":{"manager":{"value":"m"}}}`},
		{title: "Entra: empty text is no value", tolerance: Entra(), given: `{` + ue + `,"userName":"b","title":"","` + EnterpriseURN + `":{"manager":""}}`, want: `{` + u + `,"userName":"b"}`},
		{title: "unknown attributes may be passed over", tolerance: Tolerance{IgnoreUnknown: true}, given: `{` + u + `,"userName":"b","nope":1,"name":{"nope":2,"givenName":"G"},"urn:x:y":{"a":1}}`, want: `{` + u + `,"userName":"b","name":{"givenName":"G"}}`},
		{title: "booleans and certificates", given: `{` + u + `,"userName":"b","active":true,"x509Certificates":[{"value":"QUI="}]}`, want: `{` + u + `,"userName":"b","active":true,"x509Certificates":[{"value":"QUI="}]}`},

		{title: "no schemas", given: `{"userName":"b"}`, err: InvalidSyntax},
		{title: "another schema", given: `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"userName":"b"}`, err: InvalidSyntax},
		{title: "no userName", given: `{` + u + `,"displayName":"x"}`, err: InvalidValue},
		{title: "an empty userName", tolerance: Entra(), given: `{` + u + `,"userName":""}`, err: InvalidValue},
		{title: "an unknown attribute", given: `{` + u + `,"userName":"b","nope":1}`, err: InvalidSyntax},
		{title: "an extension's attribute on the top level", given: `{` + u + `,"userName":"b","department":"D"}`, err: InvalidSyntax},
		{title: "an unknown sub-attribute", given: `{` + u + `,"userName":"b","name":{"nope":1}}`, err: InvalidValue},
		{title: "an unknown attribute of an extension", given: `{` + u + `,"userName":"b","` + EnterpriseURN + `":{"nope":1}}`, err: InvalidSyntax},
		{title: "an extension that is no object", given: `{` + u + `,"userName":"b","` + EnterpriseURN + `":"x"}`, err: InvalidValue},
		{title: "a boolean as text, strictly", given: `{` + u + `,"userName":"b","active":"True"}`, err: InvalidValue},
		{title: "a number for text", given: `{` + u + `,"userName":5}`, err: InvalidValue},
		{title: "an object where an array belongs", given: `{` + u + `,"userName":"b","emails":{"value":"x"}}`, err: InvalidValue},
		{title: "text where an object belongs", given: `{` + u + `,"userName":"b","emails":["x"]}`, err: InvalidValue},
		{title: "two primaries", given: `{` + u + `,"userName":"b","emails":[{"value":"x","primary":true},{"value":"y","primary":true}]}`, err: InvalidValue},
	}
	for _, test := range tests {
		t.Run(test.title, func(t *testing.T) {
			given := decode(t, test.given)
			before := given.Clone()
			got, err := Normalize(given, userRegistry(), test.tolerance)
			if diff := cmp.Diff(before, given); diff != "" {
				t.Errorf("the input changed: %s", diff)
			}
			if test.err != "" {
				var scimErr *Error
				if !errors.As(err, &scimErr) || scimErr.ScimType != test.err || scimErr.Status != 400 {
					t.Fatalf("got %v, %v; want 400 %s", got, err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(decode(t, test.want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNormalizeTypesOfCustomSchemas(t *testing.T) {
	badge := Schema{ID: "urn:x:2.0:Badge", Attributes: []Attribute{
		{Name: "level", Type: IntegerType}, {Name: "rate", Type: DecimalType}, {Name: "since", Type: DateTimeType},
		{Name: "tags", MultiValued: true}, {Name: "serial", Mutability: Immutable},
	}}
	g := NewRegistry(Schema{ID: "urn:x:2.0:Thing"}, badge)
	wrap := func(inner string) Resource {
		return decode(t, `{"schemas":["urn:x:2.0:Thing"],"urn:x:2.0:Badge":`+inner+`}`)
	}
	for inner, valid := range map[string]bool{
		`{"level":5}`: true, `{"level":5.5}`: false, `{"level":1e2}`: false, `{"level":"5"}`: false, `{"rate":-1.5e3}`: true, `{"rate":true}`: false,
		`{"since":"2011-05-13T04:42:34Z"}`: true, `{"since":"2011-05-13T04:42:34.123"}`: true, `{"since":"yesterday"}`: false, `{"since":5}`: false,
		`{"tags":["a","b"]}`: true, `{"tags":[1]}`: false, `{"tags":"a"}`: false,
	} {
		if _, err := Normalize(wrap(inner), g, Tolerance{}); (err == nil) != valid {
			t.Errorf("%s: %v, valid should be %t", inner, err, valid)
		}
	}
	got, err := Normalize(wrap(`{"level":"5","rate":" 1.5 "}`), g, Entra())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wrap(`{"level":5,"rate":1.5}`)["urn:x:2.0:Badge"], got["urn:x:2.0:Badge"]); diff != "" {
		t.Error(diff)
	}

	before := wrap(`{"serial":"1","level":1}`)
	for inner, valid := range map[string]bool{`{"serial":"1","level":2}`: true, `{"serial":"2"}`: false, `{"level":1}`: false} {
		if err := CheckImmutable(before, wrap(inner), g); (err == nil) != valid {
			t.Errorf("replace serial 1 by %s: %v, valid should be %t", inner, err, valid)
		}
	}
	if err := CheckImmutable(wrap(`{}`), wrap(`{"serial":"1"}`), g); err != nil {
		t.Errorf("a first value is fine: %v", err)
	}
}

func TestPatchRespectsImmutableAttributes(t *testing.T) {
	g := NewRegistry(Schema{ID: "urn:x:2.0:Thing", Attributes: []Attribute{{Name: "serial", Mutability: Immutable}}})
	p := Patcher{Registry: g}
	r, err := p.Apply(Resource{}, []Operation{{Op: "add", Path: "serial", Value: "1"}, {Op: "replace", Path: "serial", Value: "1"}})
	if err != nil || r.String("serial") != "1" {
		t.Fatalf("a first value is fine: %v %v", r, err)
	}
	for _, op := range []Operation{{Op: "replace", Path: "serial", Value: "2"}, {Op: "remove", Path: "serial"}} {
		if _, err := p.Apply(r, []Operation{op}); err == nil {
			t.Errorf("%v was applied", op)
		}
	}
}
