package scim

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	patchPaths = []string{"", "userName", "title", "active", "name", "name.givenName", "NAME.familyName", "emails", "emails.value", "emails.primary",
		`emails[type eq "work"]`, `emails[type eq "work"].value`, `emails[type eq "home"].primary`, `emails[primary eq "True"].value`, `emails[type ne "work"].type`,
		`emails[type eq "x" and display eq "y"].value`, "roles", `roles[primary eq "True"].value`, `roles[primary eq "True"]`, `roles[value eq ""]`, "addresses",
		`addresses[type eq "work"].country`, "groups", "id", "schemas", "meta.version", UserURN, UserURN + ":title", EnterpriseURN, EnterpriseURN + ":department",
		EnterpriseURN + ":manager", EnterpriseURN + ":manager.value", "manager", "nope", "x509Certificates", `x509Certificates[value pr].value`}
	patchScalars = []any{nil, "", "a", "c", "work", "home", "True", "false", true, false, "QUI="}
	patchKeys    = []string{"value", "type", "primary", "display", "givenName", "displayName", "active", "emails", "name", "manager", "department",
		"name.givenName", `emails[type eq "work"].value`, EnterpriseURN, EnterpriseURN + ":manager", "$ref", "nope", "userName"}
)

func drawValue(t *rapid.T, depth int) any {
	kinds := []string{"scalar", "scalar", "object", "array"}
	if depth > 2 {
		kinds = kinds[:1]
	}
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "object":
		object := map[string]any{}
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			object[rapid.SampledFrom(patchKeys).Draw(t, "key")] = drawValue(t, depth+1)
		}
		return object
	case "array":
		array := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			array = append(array, drawValue(t, depth+1))
		}
		return array
	}
	return rapid.SampledFrom(patchScalars).Draw(t, "scalar")
}

func drawOperations(t *rapid.T) []Operation {
	ops := make([]Operation, rapid.IntRange(1, 4).Draw(t, "operations"))
	for i := range ops {
		ops[i] = Operation{
			Op:    rapid.SampledFrom([]string{"add", "replace", "remove"}).Draw(t, "op"),
			Path:  rapid.SampledFrom(patchPaths).Draw(t, "path"),
			Value: drawValue(t, 0),
		}
	}
	return ops
}

// Whatever the operations, a resource comes out in normal form or the input stays as it was, and the input stays in either case.
func TestApplyKeepsResourcesInOrder(t *testing.T) {
	g := userRegistry()
	applied := 0
	rapid.Check(t, func(rt *rapid.T) {
		p := Patcher{Registry: g}
		if rapid.Bool().Draw(rt, "tolerant") {
			p.Tolerance = Entra()
		}
		p.Tolerance.IgnoreUnknown = rapid.Bool().Draw(rt, "ignore unknown")
		r := decode(t, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"id":"1","userName":"b","active":true,
			"name":{"givenName":"G"},"emails":[{"value":"a","type":"work","primary":true},{"value":"c","type":"home"}],"roles":[{"value":"r"}],"meta":{"version":"1"},
			"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","manager":{"value":"m"}}}`)
		before := r.Clone()
		ops := drawOperations(rt)
		got, err := p.Apply(r, ops)
		if diff := cmp.Diff(before, r); diff != "" {
			rt.Fatalf("the input changed: %s", diff)
		}
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				rt.Fatalf("error is %T: %v", err, err)
			}
			return
		}
		applied++
		normalized, err := Normalize(got, g, p.Tolerance)
		if err != nil {
			rt.Fatalf("%+v: the result would not be accepted: %v", ops, err)
		}
		if diff := cmp.Diff(writable(got), writable(normalized)); diff != "" {
			rt.Fatalf("%+v: the result is not in normal form: %s", ops, diff)
		}
		again, err := p.Apply(got, nil)
		if diff := cmp.Diff(got, again); err != nil || diff != "" {
			rt.Fatalf("no operations change something: %v %s", err, diff)
		}
	})
	if applied == 0 {
		t.Error("no drawn request was applied: the test shows nothing")
	}
}

// RFC 7644 §3.5.2.1: adding what is there changes nothing; and what was added can be taken away again.
func TestAddingAndRemovingMembers(t *testing.T) {
	p := Patcher{Registry: groupRegistry(), Tolerance: Entra()}
	ids := rapid.SliceOfDistinct(rapid.StringMatching(`[a-z][a-z0-9-]{0,7}`), rapid.ID)
	asMembers := func(ids []string) []any {
		array := []any{}
		for _, id := range ids {
			array = append(array, map[string]any{"value": id})
		}
		return array
	}
	rapid.Check(t, func(rt *rapid.T) {
		old, added := ids.Draw(rt, "old"), ids.Draw(rt, "added")
		start, err := p.Apply(Resource{"displayName": "g"}, []Operation{{Op: "add", Path: "members", Value: asMembers(old)}})
		if err != nil {
			rt.Fatal(err)
		}
		add := []Operation{{Op: "Add", Path: "members", Value: asMembers(added)}}
		once, err := p.Apply(start, add)
		if err != nil {
			rt.Fatal(err)
		}
		twice, err := p.Apply(once, add)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(once, twice); diff != "" {
			rt.Fatalf("adding again changed something: %s", diff)
		}
		listed, err := p.Apply(once, []Operation{{Op: "Remove", Path: "members", Value: asMembers(added)}})
		if err != nil {
			rt.Fatal(err)
		}
		var filtered []Operation
		for _, id := range added {
			filtered = append(filtered, Operation{Op: "remove", Path: ValuePath{AttributePath{Name: "members"}, Comparison{AttributePath{Name: "value"}, Eq, id}}.String()})
		}
		one, err := p.Apply(once, filtered)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(listed, one); diff != "" {
			rt.Fatalf("the two forms of removal differ: %s", diff)
		}
	})
}

// A value path that matches nothing, with nothing to store in what it asks for, leaves no empty element behind.
func TestAddOfNothingByValuePath(t *testing.T) {
	patcher := Patcher{Registry: NewRegistry(UserSchema()), Tolerance: Entra()}
	for _, path := range []string{`roles[value eq ""]`, `emails[type eq ""]`} {
		got, err := patcher.Apply(Resource{"userName": "a"}, []Operation{{Op: "Add", Path: path, Value: map[string]any{"givenName": nil, "display": nil}}})
		if err != nil && strings.HasPrefix(path, "roles") || got["roles"] != nil || got["emails"] != nil {
			t.Errorf("%s: %v %v", path, got, err)
		}
	}
}
