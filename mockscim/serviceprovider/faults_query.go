package serviceprovider

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// queryFaults break what a query may ask for beyond a filter: an order, parts of a resource, to be sent by POST.
func queryFaults() []Fault {
	return []Fault{
		{
			Name:     "search-not-found",
			Summary:  "POST to /.search is 404 though ServiceProviderConfig does not say that it is missing",
			CaughtBy: "endpoint.rfc.search",
			hooks: bends(hooks{before: func(q *request) *answer {
				if strings.HasSuffix(q.URL.Path, "/.search") {
					return refuse(scim.Errorf(http.StatusNotFound, "", "there is no resource at %s", q.URL.Path))
				}
				return nil
			}}),
		},
		{
			Name:     "search-filter-ignored",
			Summary:  "a search by POST lists everybody, whatever its filter",
			CaughtBy: "endpoint.rfc.search",
			hooks: bends(hooks{filter: func(q *request, e scim.Expr) (scim.Expr, error) {
				if q.Method == http.MethodPost && q.verb == verbList {
					return nil, nil
				}
				return e, nil
			}}),
		},
		{
			Name:     "sort-ignored",
			Summary:  "sortBy is accepted and the list comes in order of creation, though sorting is advertised",
			CaughtBy: "endpoint.rfc.sort",
			hooks:    bends(hooks{selected: sorted(func(a, b *record, _ string) int { return cmp.Compare(a.seq, b.seq) })}),
		},
		{
			Name:     "sort-order-ignored",
			Summary:  "sortOrder descending is answered in ascending order",
			CaughtBy: "endpoint.rfc.sort-descending",
			hooks:    bends(hooks{before: withoutParameter("sortOrder")}),
		},
		{
			Name:     "sort-case-sensitive",
			Summary:  "attributes that are not caseExact are sorted with all capitals before all small letters",
			CaughtBy: "endpoint.rfc.sort-case",
			hooks: bends(hooks{selected: sorted(func(a, b *record, by string) int {
				return cmp.Compare(a.resource().String(by), b.resource().String(by))
			})}),
		},
		{
			Name:     "attributes-ignored",
			Summary:  "a query that names attributes gets all of them",
			CaughtBy: "endpoint.rfc.return-attributes",
			hooks:    bends(hooks{before: withoutParameter("attributes")}),
		},
	}
}

// sorted sorts a list that asks to be sorted in another way.
func sorted(compare func(a, b *record, sortBy string) int) func(*request, []*record) []*record {
	return func(q *request, rs []*record) []*record {
		if by := q.query.Get("sortBy"); by != "" {
			slices.SortStableFunc(rs, func(a, b *record) int { return compare(a, b, by) })
		}
		return rs
	}
}

// withoutParameter passes over a parameter of the query.
func withoutParameter(name string) func(*request) *answer {
	return func(q *request) *answer {
		q.query.Del(name)
		return nil
	}
}
