package scim

import (
	"fmt"
	"testing"
)

const benchFilter = `userName eq "user-9999@contoso.example" and active eq true and emails[type eq "work" and value co "@contoso"]`

func BenchmarkParseFilter(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseFilter(benchFilter); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMatch10000 matches one filter against ten thousand users, as an endpoint without an index does.
func BenchmarkMatch10000(b *testing.B) {
	users := make([]Resource, 10000)
	for i := range users {
		users[i] = decode(b, ada)
		users[i]["userName"] = fmt.Sprintf("user-%d@contoso.example", i)
	}
	for _, text := range []string{
		benchFilter,
		`emails[type eq "work"].value eq "nobody@contoso.example"`,
		EnterpriseURN + `:department co "nope"`,
		`locale eq "en"`,
	} {
		e, err := ParseFilter(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			test := Compile(e, userRegistry())
			for b.Loop() {
				for _, u := range users {
					test(u)
				}
			}
		})
	}
}

func BenchmarkApply(b *testing.B) {
	members := make([]any, 10000)
	for i := range members {
		members[i] = map[string]any{"value": fmt.Sprintf("u%d", i)}
	}
	user := Patcher{Registry: userRegistry(), Tolerance: Entra()}
	group := Patcher{Registry: groupRegistry(), Tolerance: Entra()}
	large := Resource{"displayName": "g", "members": members}
	benchmarks := []struct {
		name  string
		p     Patcher
		given Resource
		ops   string
	}{
		{"six attributes of a user", user, decode(b, ada), `[{"op":"Replace","path":"displayName","value":"X"},{"op":"Replace","path":"emails[type eq \"work\"].value","value":"x"},
			{"op":"Replace","path":"name.givenName","value":"A"},{"op":"Replace","path":"active","value":"False"},{"op":"Add","path":"phoneNumbers[type eq \"work\"].value","value":"1"},
			{"op":"Replace","path":"` + EnterpriseURN + `:department","value":"D"}]`},
		{"one member into 10000", group, large, `[{"op":"Add","path":"members","value":[{"value":"new"}]}]`},
		{"one member out of 10000, listed", group, large, `[{"op":"Remove","path":"members","value":[{"value":"u9999"}]}]`},
		{"one member out of 10000, filtered", group, large, `[{"op":"remove","path":"members[value eq \"u9999\"]"}]`},
	}
	for _, bench := range benchmarks {
		request, err := DecodePatch([]byte(body(bench.ops)))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bench.p.Apply(bench.given, request.Operations); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkProject(b *testing.B) {
	r, g := decode(b, ada), userRegistry()
	b.ReportAllocs()
	for b.Loop() {
		Project(r, g, nil, nil)
	}
}

func BenchmarkDecodeResource(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeResource([]byte(ada)); err != nil {
			b.Fatal(err)
		}
	}
}
