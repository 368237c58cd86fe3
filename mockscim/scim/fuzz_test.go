package scim

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func FuzzParseFilter(f *testing.F) {
	for text := range validFilters {
		f.Add(text)
	}
	for _, text := range []string{`title pr and`, `userName eq bjensen`, `userName zz "x"`, `((((`, `not (not (a pr))`, `a[b eq "\ud800"]`, "a eq \"\x00\""} {
		f.Add(text)
	}
	r, g := decode(f, ada), userRegistry()
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseFilter(text)
		if err != nil {
			return
		}
		canonical := e.String()
		if len(canonical) > MaxExpression {
			return // parentheses and escapes may make it longer than what was read
		}
		again, err := ParseFilter(canonical)
		if err != nil {
			t.Fatalf("%q became %q: %v", text, canonical, err)
		}
		if diff := cmp.Diff(e, again); diff != "" {
			t.Fatalf("%q became %q: %s", text, canonical, diff)
		}
		if Match(e, r, g) == Match(Not{e}, r, g) {
			t.Fatalf("%q and its negation agree", text)
		}
		if Match(e, r, g) {
			for _, c := range Equalities(e) {
				if !Match(c, r, g) {
					t.Fatalf("%q matches although %s does not", text, c)
				}
			}
		}
		Match(e, r, nil)
		_ = CheckFilter(e, g)
	})
}

func FuzzParsePath(f *testing.F) {
	for _, text := range []string{`members`, `name.givenName`, EnterpriseURN, EnterpriseURN + `:manager.value`, `emails[type eq "work"].value`,
		`members[value eq "2819c223-7f76-453a-919d-413861904646"].displayName`, `roles[primary eq "True"].value`, `emails[type eq "work" and value co "@ex"].value`, `a[`, `.`, `a.b.c`} {
		f.Add(text)
	}
	r, g := decode(f, ada), userRegistry()
	f.Fuzz(func(t *testing.T, text string) {
		r.Get(text)
		p, err := ParsePath(text)
		if err != nil {
			return
		}
		if len(p.String()) > MaxExpression {
			return
		}
		again, err := ParsePath(p.String())
		if err != nil {
			t.Fatalf("%q became %q: %v", text, p, err)
		}
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("%q became %q: %s", text, p, diff)
		}
		g.Find(p.AttributePath)
	})
}

// FuzzDecodePatch applies whatever decodes. The input never changes, and what comes out is a resource that a PUT would accept as
// it is: names, types and primaries are in order, whatever was sent.
func FuzzDecodePatch(f *testing.F) {
	for _, ops := range patchSeeds {
		f.Add([]byte(body(ops)), true)
		f.Add([]byte(body(ops)), false)
	}
	const given = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"id":"1","userName":"b","active":true,"title":"T",
		"name":{"givenName":"G"},"emails":[{"value":"a","type":"work","primary":true},{"value":"c","type":"home"}],"roles":[{"value":"r"}],"meta":{"version":"1"},
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","manager":{"value":"m","displayName":"M"}}}`
	f.Fuzz(func(t *testing.T, data []byte, tolerant bool) {
		request, err := DecodePatch(data)
		if err != nil {
			return
		}
		p := Patcher{Registry: userRegistry()}
		if tolerant {
			p.Tolerance = Entra()
		}
		r := decode(t, given)
		got, err := p.Apply(r, request.Operations)
		if diff := cmp.Diff(decode(t, given), r); diff != "" {
			t.Fatalf("the input changed: %s", diff)
		}
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Fatalf("error is %T: %v", err, err)
			}
			return
		}
		if _, err := json.Marshal(got); err != nil {
			t.Fatal(err)
		}
		normalized, err := Normalize(got, p.Registry, p.Tolerance)
		if err != nil {
			t.Fatalf("the result would not be accepted: %v", err)
		}
		if diff := cmp.Diff(writable(got), writable(normalized)); diff != "" {
			t.Fatalf("the result is not in normal form: %s", diff)
		}
	})
}

// writable is a resource without what only the server writes.
func writable(r Resource) Resource {
	r = r.Clone()
	delete(r, "id")
	delete(r, "meta")
	if enterprise, ok := r[EnterpriseURN].(map[string]any); ok {
		if manager, ok := enterprise["manager"].(map[string]any); ok {
			delete(manager, "displayName")
			if len(manager) == 0 {
				delete(enterprise, "manager")
			}
		}
		if len(enterprise) == 0 {
			delete(r, EnterpriseURN)
			r["schemas"] = []any{UserURN}
		}
	}
	return r
}

// patchSeeds are operations as Entra and RFC 7644 §3.5.2 write them.
var patchSeeds = []string{
	`[{"op":"Replace","path":"active","value":"False"}]`,
	`[{"op":"replace","value":{"displayName":"X","name.familyName":"L","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"1816"}}]`,
	`[{"op":"Add","path":"phoneNumbers[type eq \"work\"].value","value":"+1"}]`,
	`[{"op":"Add","path":"roles[primary eq \"True\"].value","value":"Admin"},{"op":"Add","path":"roles","value":[{"value":"{\"id\":\"7\"}","primary":"True"}]}]`,
	`[{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":""}]`,
	`[{"op":"Add","path":"manager","value":[{"$ref":"http://e/Users/m","value":"m"}]}]`,
	`[{"op":"Remove","path":"emails","value":[{"value":"a"}]},{"op":"remove","path":"emails[type eq \"home\"].value","value":"c"}]`,
	`[{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"}]`,
	`[{"op":"add","value":{"emails":[{"value":"babs@jensen.org","type":"home","primary":true}],"nickname":"Babs"}}]`,
	`[{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"n","primary":null}}]`,
	`[{"op":"replace","path":"emails.primary","value":true}]`,
	`[{"op":"replace","path":"name","value":{"givenName":null,"formatted":""}}]`,
}
