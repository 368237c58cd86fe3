package endpoint

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
)

// sortChecks are about sorting, which is optional: RFC 7644 §3.4.2.3. It is judged when ServiceProviderConfig advertises it.
func sortChecks() []Check {
	const why = "ServiceProviderConfig says that lists can be sorted. A client that relies on it shows people in the wrong order, or takes the first of them for the newest."
	const fix = "Sort by sortBy and sortOrder, ascending unless told otherwise, text that is not caseExact without regard to letter case; or say sort.supported false."
	sorted := func(topic, title, query string, want []int, needed ...string) Check {
		spec := standardSpec(topic, result.Recommended, title, why, fix, rfc7644("3.4.2.3"))
		spec.Needs = append(needs("endpoint.rfc.filter-sw"), needed...)
		return Check{Spec: spec, Run: func(ctx context.Context, r *Rig) {
			r.NeedsFeature("sort")
			if strings.Contains(query, "name.familyName") {
				r.NeedsAttribute("name.familyName")
			}
			c := r.nicknamed(ctx)
			f := r.sorted(ctx, query)
			r.Must("a list that is to be sorted is answered 200", f.Answer, answered(http.StatusOK), f.Shown)
			r.That("GET /Users?"+query+" comes in that order", f.Values("id"), gomega.Equal(c.ids(want)), f.Shown)
		}}
	}
	return []Check{
		sorted("sort", "sortBy sorts a list, ascending unless told otherwise", "sortBy=name.familyName", []int{2, 0, 1}),
		sorted("sort-descending", "sortOrder=descending turns the order round", "sortBy=name.familyName&sortOrder=descending", []int{1, 0, 2}, "endpoint.rfc.sort", "endpoint.rfc.sort-case"),
		sorted("sort-case", "Letter case does not count where the attribute is not caseExact", "sortBy=displayName", []int{2, 1, 0}, "endpoint.rfc.sort"),
	}
}

// nicknamed are three people whose family names and display names sort otherwise than they were made.
func (r *Rig) nicknamed(ctx context.Context) cast {
	var c cast
	for _, p := range [][2]string{{"Lovelace", "Zoe"}, {"Turing", "bea"}, {"Hopper", "Ann"}} {
		c.people = append(c.people, r.posted(ctx, object{"name": object{"familyName": p[0], "givenName": p[1]}, "displayName": p[1]}))
	}
	return c
}

// ids are those of some of the cast, in this order.
func (c cast) ids(who []int) []string {
	ids := make([]string, len(who))
	for i, n := range who {
		ids[i] = c.people[n].ID
	}
	return ids
}

// sorted lists this check's users in an order.
func (r *Rig) sorted(ctx context.Context, query string) Found {
	return r.wholeList(ctx, "/Users?filter="+url.QueryEscape(r.ours())+"&"+query)
}
