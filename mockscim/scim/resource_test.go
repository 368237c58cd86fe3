package scim

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGet(t *testing.T) {
	r := decode(t, ada)
	tests := map[string]any{
		`userName`:                                     "Ada.Byron@contoso.example",
		`USERNAME`:                                     "Ada.Byron@contoso.example",
		`active`:                                       true,
		`name.GivenName`:                               "Ada",
		`emails[type eq "work"].value`:                 "ada@contoso.example",
		`emails[type eq "home"].value`:                 "ada@home.example",
		`emails[type eq "HOME"]`:                       map[string]any{"value": "ada@home.example", "type": "home"},
		`emails[type eq "other"].value`:                nil,
		`emails.value`:                                 "ada@contoso.example",
		`roles[primary eq "True"].value`:               "Admin",
		EnterpriseURN + `:department`:                  "R&D",
		EnterpriseURN + `:manager.value`:               "m-1",
		strings.ToUpper(EnterpriseURN + `:Department`): "R&D",
		EnterpriseURN + `:nope`:                        nil,
		UserURN + `:userName`:                          "Ada.Byron@contoso.example",
		`urn:x:y:userName`:                             nil,
		`nope`:                                         nil,
		`name.nope`:                                    nil,
		`userName.x`:                                   nil,
		`emails[`:                                      nil,
		``:                                             nil,
	}
	for path, want := range tests {
		got, ok := r.Get(path)
		if diff := cmp.Diff(want, got); diff != "" || ok != (want != nil) {
			t.Errorf("%s: %t %s", path, ok, diff)
		}
	}
	if v, _ := r.Get(EnterpriseURN); v == nil {
		t.Error("the URN of an extension gives the extension")
	}
}

func TestStringGivesText(t *testing.T) {
	r := decode(t, `{"id":"1","b":false,"n":1.50,"o":{"p":"q"},"z":null}`)
	for path, want := range map[string]string{"id": "1", "b": "false", "n": "1.50", "o": "", "o.p": "q", "z": "", "nope": ""} {
		if got := r.String(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if r.ID() != "1" || (Resource{"id": 5}).ID() != "" || Resource(nil).ID() != "" {
		t.Error("ID is the id if it is text")
	}
}

func TestCloneIsDeep(t *testing.T) {
	r := decode(t, ada)
	c := r.Clone()
	c["name"].(map[string]any)["givenName"] = "changed"
	c["emails"].([]any)[0].(map[string]any)["value"] = "changed"
	if diff := cmp.Diff(decode(t, ada), r); diff != "" {
		t.Error(diff)
	}
	if Resource(nil).Clone() != nil {
		t.Error("nil stays nil")
	}
}

func TestDecodeResource(t *testing.T) {
	got := decode(t, `{"userName":"a","USERNAME":"b","name":{"x":1,"X":[{"a":1,"A":2}]},"n":12345678901234567890.5,"list":[true,null,"s"]}`)
	want := Resource{"USERNAME": "b", "name": map[string]any{"X": []any{map[string]any{"A": json.Number("2")}}},
		"n": json.Number("12345678901234567890.5"), "list": []any{true, nil, "s"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the last of the names that differ only in case stays: %s", diff)
	}
	deep := func(n int) string {
		return strings.Repeat(`{"a":`, n) + `1` + strings.Repeat(`}`, n)
	}
	if _, err := DecodeResource([]byte(deep(MaxDepth))); err != nil {
		t.Error(err)
	}
	if _, err := DecodeResource([]byte(`{"a":"` + strings.Repeat("[", 100) + `\"{"}`)); err != nil {
		t.Errorf("brackets in text do not nest: %v", err)
	}
	for _, text := range []string{``, ` `, `null`, `[]`, `"x"`, `{`, `{"a":1}{}`, `{"a":1} x`, `{"a":}`, deep(MaxDepth + 1), deep(100000)} {
		if r, err := DecodeResource([]byte(text)); err == nil {
			t.Errorf("%.40s was read as %v", text, r)
		}
	}
}

func TestListResponse(t *testing.T) {
	data, err := json.Marshal(NewListResponse(0, 1, nil))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}`; string(data) != want {
		t.Errorf("got %s, want %s", data, want)
	}
	got, err := DecodeListResponse([]byte(`{"Schemas":["` + ListResponseURN + `"],"TOTALRESULTS":12,"startIndex":3,"itemsPerPage":1,"resources":[{"id":"1"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := ListResponse{Schemas: []string{ListResponseURN}, TotalResults: 12, StartIndex: 3, ItemsPerPage: 1, Resources: []Resource{{"id": "1"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if l, err := DecodeListResponse([]byte(`{"totalResults":0}`)); err != nil || len(l.Resources) != 0 {
		t.Errorf("no Resources is fine: %v %v", l, err)
	}
	for _, text := range []string{``, `[]`, `{}`, `{"totalResults":"1"}`, `{"totalResults":1.5}`, `{"totalResults":99999999999999999999}`,
		`{"totalResults":1,"Resources":{}}`, `{"totalResults":1,"Resources":["x"]}`, `{"totalResults":1,"startIndex":true}`} {
		if l, err := DecodeListResponse([]byte(text)); err == nil {
			t.Errorf("%s was read as %v", text, l)
		}
	}
}

func TestError(t *testing.T) {
	e := Errorf(400, NoTarget, "path %q", "x")
	if want := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"scimType":"noTarget","detail":"path \"x\"","status":"400"}`; string(e.Body()) != want {
		t.Errorf("got %s, want %s", e.Body(), want)
	}
	if e.Error() != `400 noTarget: path "x"` || Errorf(404, "", "gone").Error() != "404: gone" {
		t.Error(e.Error())
	}
	for text, want := range map[string]Error{
		string(e.Body()):                         *e,
		`{"status":409,"scimType":"uniqueness"}`: {Status: 409, ScimType: "uniqueness"},
		`{"status":"404","detail":"d"}`:          {Status: 404, Detail: "d"},
		`{}`:                                     {},
		`{"status":null}`:                        {},
	} {
		var got Error
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{`[]`, `{"status":"bad"}`, `{"status":{}}`, `{"detail":5}`} {
		if err := json.Unmarshal([]byte(text), &Error{}); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}
