package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

const listURN = `"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"]`

func answer(method, url, body string) Response {
	status := http.StatusOK
	if method == http.MethodPost {
		status = http.StatusCreated
	}
	return Response{Status: status, Method: method, URL: "https://scim.example" + url, Body: []byte(body)}
}

func TestReadList(t *testing.T) {
	for _, tt := range []struct{ body, want string }{ // want "": it is good
		{`{` + listURN + `,"totalResults":0,"Resources":[],"startIndex":1,"itemsPerPage":20}`, ""},
		{`{` + listURN + `,"totalResults":0}`, ""},
		{"\xef\xbb\xbf" + `  {` + listURN + `,"totalResults":0}`, ""},
		{`{` + listURN + `,"totalResults":1,"Resources":[{"id":"1","userName":"ada"}]}`, ""},
		{`{"SCHEMAS":["URN:ietf:params:scim:api:messages:2.0:listresponse"],"TotalResults":1,"resources":[{"id":"1"}]}`, ""},
		{``, "the answer 200 has no body, want a SCIM ListResponse"},
		{`[]`, "the body is not a SCIM ListResponse"},
		{`null`, "the body is not a SCIM ListResponse"},
		{`{` + listURN + `}`, "totalResults"},
		{`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"1","totalResults":1}`, "does not name urn:ietf:params:scim:api:messages:2.0:ListResponse"},
		{`{"totalResults":0,"Resources":[]}`, "does not name"},
		{`{` + listURN + `,"totalResults":1}`, "says totalResults 1 and has no Resources"},
		{`{` + listURN + `,"totalResults":1,"Resources":[]}`, "says totalResults 1 and has no Resources"},
		{`{` + listURN + `,"totalResults":2,"Resources":[{"id":"1"},{"userName":"x"}]}`, "resource 2 of the list has no id that is text"},
		{`{` + listURN + `,"totalResults":1,"Resources":[{"id":7}]}`, "resource 1 of the list has no id that is text"},
		{`{` + listURN + `,"totalResults":1,"Resources":[{"id":"1","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"2"}}]}`, "has a manager that is text"},
		{strings.Repeat("[", 100_000), "the body is not a SCIM ListResponse"},
	} {
		list, err := ReadList(answer("GET", "/Users?filter=a", tt.body))
		judge(t, tt.body, err, tt.want, CodeServiceIncompatible)
		if tt.want == "" && list.TotalResults != len(list.Resources) {
			t.Errorf("%s: got %+v", tt.body, list)
		}
	}
}

func judge(t *testing.T, body string, err error, want, code string) {
	t.Helper()
	var e *Error
	switch {
	case want == "" && err != nil:
		t.Errorf("%.80s: got %v", body, err)
	case want != "" && (!errors.As(err, &e) || e.Code != code || !strings.Contains(e.Message, want)):
		t.Errorf("%.80s: got %v, want %s %q", body, err, code, want)
	}
}

func TestReadResource(t *testing.T) {
	for _, tt := range []struct{ method, body, want, code string }{
		{"GET", `{"id":"1","userName":"ada","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"2"}}}`, "", ""},
		{"POST", `{"id":"1"}`, "", ""},
		{"POST", `{"userName":"ada"}`, "the resource has no id that is text", CodeServiceIncompatible},
		{"POST", ``, "the answer 201 has no body, want a SCIM resource", CodeServiceIncompatible},
		{"GET", `{"id":""}`, "has no id", CodeServiceIncompatible},
		{"POST", `{"id":"` + strings.Repeat("1", 5000) + `"}`, "has an id of 5000 bytes", CodeServiceIncompatible},
		{"GET", `{"id":"1"`, "the body is not a SCIM resource", CodeServiceIncompatible},
		{"GET", `<User/>`, "is HTML or XML, want a SCIM resource", CodeServiceIncompatible},
		{"GET", `{` + listURN + `,"totalResults":1,"Resources":[{"id":"1"}]}`, "a list came where one resource was asked for", CodeMultipleEntries},
		{"GET", `{"id":"1","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"2"}}`, "has a manager that is text", CodeServiceIncompatible},
	} {
		r, err := ReadResource(answer(tt.method, "/Users/1", tt.body))
		judge(t, tt.body, err, tt.want, tt.code)
		if tt.want == "" && r.ID() != "1" {
			t.Errorf("%s: got %v", tt.body, r)
		}
	}
}

func TestNoContentOnAGetIsAnError(t *testing.T) {
	r := answer("GET", "/Users/1", "")
	r.Status = http.StatusNoContent
	_, err := ReadResource(r)
	judge(t, "", err, "Response Status Code: NoContent", CodeServiceIncompatible)
}

const stored = `{"id":"1","userName":"Ada@contoso.example","active":true,"title":"","nickName":null,"tags":[],
 "emails":[{"type":"home","value":"h@x"},{"type":"work","value":"w@x","primary":true}],
 "roles":[{"primary":true,"value":"Admin"},{"value":"User"}],"name":{"givenName":"Ada"},
 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"1815","manager":{"value":"m1","displayName":"Boss"}}}`

func TestCurrent(t *testing.T) {
	r, err := scim.DecodeResource([]byte(stored))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{
		"userName": "Ada@contoso.example", "USERNAME": "Ada@contoso.example", "active": true, "name.givenName": "Ada", "name.familyName": nil,
		`emails[type eq "work"].value`: "w@x", `emails[type eq "other"].value`: nil, ent + ":employeeNumber": "1815", ent + ":manager": "m1",
		`roles[primary eq "True"].value`: "Admin", "title": nil, "nickName": nil, "tags": nil, "locale": nil, `phoneNumbers[type eq "work"].value`: nil,
	} {
		if got, ok := Current(r, path); ok != (want != nil) || got != want {
			t.Errorf("%s: got %v, %v, want %v", path, got, ok, want)
		}
	}
}

func TestASingleRoleThatCannotSayItIsPrimaryIsFound(t *testing.T) {
	r := scim.Resource{"roles": []any{map[string]any{"value": `{"id":"1","value":"Admin","displayName":"Administrator"}`}}}
	have, ok := Current(r, mapping.SingleRole.Target())
	if !ok || !Same(withRoles(mapping.SingleRole, admin), have, false) {
		t.Errorf("got %v, %v", have, ok)
	}
}

func TestSame(t *testing.T) {
	element := func(v any) any { return map[string]any{"value": v} }
	for _, tt := range []struct {
		want, have any
		exact      bool
		same       bool
	}{
		{"Ada", "ada", false, true}, {"Ada", "ada", true, false}, {"Ada", "Ada", true, true}, {"Zoë", "ZOË", false, true}, {"Ada", "Ada ", false, false},
		{"True", true, false, true}, {"False", true, false, false}, {"true", true, true, true}, {true, "true", true, true}, {true, true, false, true}, {false, "False", false, true}, {true, false, false, false},
		{"True", "true", true, false},
		{"12", json.Number("12"), false, true}, {"12", json.Number("13"), false, false},
		{"", nil, false, true}, {nil, nil, false, true}, {"a", nil, false, false}, {nil, "a", false, false},
		{"m1", element("m1"), false, true}, {"m1", element("m2"), false, false}, {"m1", map[string]any{}, false, false},
		{"a", []any{"a"}, false, false},
		{[]string{"a", "b"}, []any{"B", "a"}, false, true}, {[]string{"a", "b"}, []any{"B", "a"}, true, false}, {[]string{"a"}, []any{"a", "b"}, false, false},
		{[]string{"a", "a"}, []any{"a", "b"}, false, false}, {[]string{"a"}, []any{element("a")}, false, true}, {[]string{"a"}, []any{[]any{}}, false, false},
		{[]string{"a", "b"}, "a", false, true}, {[]string{"b", "a"}, "a", false, false}, {[]string{}, nil, false, true}, {[]string{"a"}, nil, false, false},
		{withRoles(mapping.SingleRole, admin), "Admin", false, true}, {withRoles(mapping.SingleRole, admin), "User", false, false}, {withRoles(mapping.SingleRole, admin), nil, false, false},
		{withRoles(mapping.ComplexRoles, admin), []any{element("User"), element("admin")}, false, true},
		{withRoles(mapping.ComplexRoles, admin, plain), []any{element("Admin")}, false, false},
		{withRoles(mapping.ComplexRoles, admin), []any{element(`{"id":"1","value":"Admin","displayName":"Administrator"}`)}, false, true},
		{withRoles(mapping.AssertiveRoles, admin), []any{element("Admin"), element("User")}, false, false},
		{withRoles(mapping.AssertiveRoles, admin, plain), []any{element("User"), element("Admin")}, false, true},
		{withRoles(mapping.AssertiveRoles), nil, false, true}, {withRoles(mapping.AssertiveRoles), []any{element("Admin")}, false, false},
		{withRoles(mapping.AssertiveRoles), []any{[]any{}}, false, false},
	} {
		if got := Same(tt.want, tt.have, tt.exact); got != tt.same {
			t.Errorf("Same(%v, %v, %v) is %v", tt.want, tt.have, tt.exact, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(stored)
	f.Add(`{` + listURN + `,"totalResults":1,"Resources":[` + stored + `]}`)
	f.Add("<html>")
	f.Fuzz(func(t *testing.T, body string) {
		list, err := ReadList(answer("GET", "/Users?filter=a", body))
		if err == nil {
			for _, r := range list.Resources {
				if r.ID() == "" {
					t.Fatal("a resource without an id was read")
				}
			}
		}
		r, err := ReadResource(answer("GET", "/Users/1", body))
		anchor, again := ReadAnchor(answer("GET", "/Users/1", body))
		if fmt.Sprint(err) != fmt.Sprint(again) || anchor != r.ID() {
			t.Fatalf("%q: anchor %q, %v, resource %v, %v", body, anchor, again, r, err)
		}
		if err != nil {
			return
		}
		for _, path := range []string{"userName", `emails[type eq "work"].value`, ent + ":manager", "roles"} {
			have, _ := Current(r, path)
			Same("x", have, false)
			Same([]string{"x"}, have, false)
			Same(withRoles(mapping.AssertiveRoles, admin), have, false)
		}
	})
}
