package scim

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProject(t *testing.T) {
	const r = `{"schemas":["s"],"id":"1","externalId":"e","userName":"b","password":"secret","active":true,"name":{"givenName":"G","familyName":"F"},
		"emails":[{"value":"a","type":"work"},{"value":"c"},{"type":"home"}],"meta":{"version":"1","location":"l"},"custom":5,
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","division":"E","manager":{"value":"m","displayName":"M"}}}`
	const always = `"schemas":["s"],"id":"1"`
	tests := []struct{ title, attributes, excluded, want string }{
		{title: "by default all but what is never returned", want: strings.Replace(r, `"password":"secret",`, "", 1)},
		{title: "attributes", attributes: "USERNAME,active", want: `{` + always + `,"userName":"b","active":true}`},
		{title: "only id", attributes: "id", want: `{` + always + `}`},
		{title: "a password is never returned", attributes: "password", want: `{` + always + `}`},
		{title: "sub-attributes", attributes: "name.givenName,emails.value", want: `{` + always + `,"name":{"givenName":"G"},"emails":[{"value":"a"},{"value":"c"}]}`},
		{title: "the whole wins over a part", attributes: "name.givenName,name", want: `{` + always + `,"name":{"givenName":"G","familyName":"F"}}`},
		{title: "the whole wins over a part in any order", attributes: "name,name.givenName", want: `{` + always + `,"name":{"givenName":"G","familyName":"F"}}`},
		{title: "an extension's attribute", attributes: EnterpriseURN + ":department", want: `{` + always + `,"` + EnterpriseURN + `":{"department":"D"}}`},
		{title: "an extension's sub-attribute", attributes: EnterpriseURN + ":manager.value", want: `{` + always + `,"` + EnterpriseURN + `":{"manager":{"value":"m"}}}`},
		{title: "a whole extension", attributes: EnterpriseURN, want: `{` + always + `,"` + EnterpriseURN + `":{"department":"D","division":"E","manager":{"value":"m","displayName":"M"}}}`},
		{title: "the core URN qualifies", attributes: UserURN + ":userName", want: `{` + always + `,"userName":"b"}`},
		{title: "what does not exist is passed over", attributes: "nope,name.nope,x[", want: `{` + always + `}`},
		{title: "what no schema knows can be asked for", attributes: "Custom", want: `{` + always + `,"custom":5}`},
		{title: "excluded", excluded: "emails,name.familyName,meta,custom,externalId,active," + EnterpriseURN, want: `{` + always + `,"userName":"b","name":{"givenName":"G"}}`},
		{title: "excluding what is always returned does nothing", attributes: "id,userName", excluded: "id,schemas", want: `{` + always + `,"userName":"b"}`},
		{title: "both", attributes: "name,userName", excluded: "name.givenName,userName", want: `{` + always + `,"name":{"familyName":"F"}}`},
		{title: "excluding an extension's attribute", attributes: EnterpriseURN, excluded: EnterpriseURN + ":manager," + EnterpriseURN + ":division", want: `{` + always + `,"` + EnterpriseURN + `":{"department":"D"}}`},
	}
	list := func(s string) []string {
		if s == "" {
			return nil
		}
		return strings.Split(s, ",")
	}
	for _, test := range tests {
		t.Run(test.title, func(t *testing.T) {
			given := decode(t, r)
			before := given.Clone()
			got := Project(given, userRegistry(), list(test.attributes), list(test.excluded))
			if diff := cmp.Diff(decode(t, test.want), got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(before, given); diff != "" {
				t.Errorf("the input changed: %s", diff)
			}
		})
	}
}

func TestProjectReturnedByRequest(t *testing.T) {
	g := NewRegistry(Schema{ID: "urn:x:Thing", Attributes: []Attribute{
		{Name: "big", Returned: ReturnedByRequest}, {Name: "small"},
		{Name: "parts", Type: ComplexType, SubAttributes: []Attribute{{Name: "a"}, {Name: "b", Returned: ReturnedByRequest}, {Name: "c", Returned: ReturnedNever}, {Name: "d", Returned: ReturnedAlways}}},
	}})
	r := decode(t, `{"id":"1","big":"B","small":"S","parts":{"a":"1","b":"2","c":"3","d":"4"}}`)
	for attributes, want := range map[string]string{
		"":        `{"id":"1","small":"S","parts":{"a":"1","d":"4"}}`,
		"big":     `{"id":"1","big":"B"}`,
		"parts.b": `{"id":"1","parts":{"b":"2","d":"4"}}`,
		"parts.c": `{"id":"1","parts":{"d":"4"}}`,
	} {
		var list []string
		if attributes != "" {
			list = []string{attributes}
		}
		if diff := cmp.Diff(decode(t, want), Project(r, g, list, nil)); diff != "" {
			t.Errorf("attributes=%s: %s", attributes, diff)
		}
	}
}
