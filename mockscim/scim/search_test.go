package scim_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

func TestSortKeysOrder(t *testing.T) {
	g := scim.NewRegistry(scim.Schema{ID: "urn:t", Attributes: []scim.Attribute{
		{Name: "text"}, {Name: "exact", CaseExact: true}, {Name: "when", Type: scim.DateTimeType}, {Name: "size", Type: scim.IntegerType},
		{Name: "yes", Type: scim.BooleanType}, {Name: "tags", MultiValued: true},
	}})
	for _, test := range []struct {
		by     string
		values []any // as they are to come out
	}{
		{"text", []any{"a", "B", "c", nil}},
		{"exact", []any{"B", "a", "c", nil}},
		{"when", []any{"2026-01-01T12:00:00+03:00", "2026-01-01T10:00:00Z", "2026-01-01T11:00:00.5Z", nil}},
		{"size", []any{json.Number("-2"), json.Number("9"), json.Number("10"), json.Number("1e400"), nil}},
		{"yes", []any{false, true, nil}},
		{"tags", []any{[]any{"a", "z"}, []any{"b"}, []any{}}},
	} {
		key, err := scim.SortBy(test.by, g)
		if err != nil {
			t.Fatal(err)
		}
		for i, less := range test.values {
			for j, more := range test.values {
				want := min(max(i-j, -1), 1)
				if got := key(scim.Resource{test.by: less}).Compare(key(scim.Resource{test.by: more})); got != want {
					t.Errorf("%s: %v to %v is %d, want %d", test.by, less, more, got, want)
				}
			}
		}
	}
}

func FuzzDecodeSearch(f *testing.F) {
	f.Add([]byte(`{"schemas":["` + scim.SearchRequestURN + `"],"filter":"a pr","attributes":["a","b"],"count":3,"cursor":""}`))
	f.Add([]byte(`{"schemas":["` + scim.SearchRequestURN + `"],"count":99999999999999999999,"sortBy":null}`))
	f.Add([]byte(`[]`))
	known := []string{"attributes", "excludedAttributes", "filter", "sortBy", "sortOrder", "startIndex", "count", "cursor"}
	f.Fuzz(func(t *testing.T, data []byte) {
		query, err := scim.DecodeSearch(data)
		if (err == nil) != (query != nil) {
			t.Errorf("got %v and %v", query, err)
		}
		for name, values := range query {
			if len(values) != 1 || !slices.Contains(known, name) {
				t.Errorf("got %s=%q", name, values)
			}
		}
	})
}

func FuzzSortBy(f *testing.F) {
	f.Add("emails.value", `{"emails":[{"value":"x","primary":true},7,null]}`)
	f.Add("urn:x:y.z", `{"urn:x":{"y":{"z":[[]]}}}`)
	f.Fuzz(func(t *testing.T, by, document string) {
		key, err := scim.SortBy(by, scim.NewRegistry(scim.UserSchema(), scim.EnterpriseUserSchema()))
		r, bad := scim.DecodeResource([]byte(document))
		if err != nil || bad != nil {
			return
		}
		if key(r).Compare(key(r)) != 0 {
			t.Errorf("%q of %s is not its own equal", by, document)
		}
	})
}
