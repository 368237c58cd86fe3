package endpoint

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// windowChecks are about lists: pages at their edges (RFC 7644 §3.4.2.4) and searches by POST (§3.4.3).
func windowChecks() []Check {
	const why = "Whoever reads page by page, as Entra's account discovery does, comes to the edges: the first page, the last, one too far."
	window := func(topic, title, query, fix string, judge func(ctx context.Context, r *Rig, f Found, p scim.Resource)) Check {
		return Check{
			Spec: needing(standardSpec("page-"+topic, result.Recommended, title, why, fix, rfc7644("3.4.2.4")), "endpoint.connect.count", "endpoint.connect.start-index"),
			Run: func(ctx context.Context, r *Rig) {
				r.enough(3)
				f := foundIn(r.ask(ctx, http.MethodGet, "/Users?"+query, nil))
				r.Must("GET /Users?"+query+" is answered 200 with a list", f, worded[Found]{
					Want: "200 with a ListResponse", OK: func(f Found) bool { return f.Total >= 0 }, Got: func(f Found) string { return f.Answer.String() },
				}, f.Shown)
				list, _ := f.JSON()
				judge(ctx, r, f, list)
			},
		}
	}
	none := func(query string) func(context.Context, *Rig, Found, scim.Resource) {
		return func(_ context.Context, r *Rig, f Found, list scim.Resource) {
			r.That("GET /Users?"+query+" carries no users", len(f.Resources), gomega.BeZero(), f.Shown)
			total, _ := integer(member(list, "totalResults"))
			r.That("totalResults of GET /Users?"+query+" is the number of users there are", total, gomega.BeNumerically(">=", len(r.Bystanders())), f.Shown)
		}
	}
	return []Check{
		window("start-below-1", "startIndex below 1 is taken for 1", "startIndex=0&count=1", "Take a startIndex below 1 for 1.",
			func(ctx context.Context, r *Rig, f Found, _ scim.Resource) {
				first := r.page(ctx, 1, 1)
				if len(first.Resources) == 0 {
					r.Block("endpoint.connect.count", "the first page has no users")
				}
				r.That("GET /Users?startIndex=0&count=1 begins with the first user", f.Values("id"), gomega.ContainElement(first.Resources[0].ID()), f.Shown, first.Shown)
			}),
		window("count-zero", "count=0 asks for the number of users only", "startIndex=1&count=0", "Answer count=0 with totalResults and no resources.", none("startIndex=1&count=0")),
		window("count-negative", "A negative count is taken for 0", "startIndex=1&count=-1", "Take a negative count for 0.", none("startIndex=1&count=-1")),
		window("past-the-end", "A page behind the last is empty", "startIndex=1000000&count=1", "Answer 200 with no resources and the right totalResults when startIndex is beyond the end.", none("startIndex=1000000&count=1")),
		{
			Spec: needing(standardSpec("search", result.Informational, "A query can be sent by POST to /Users/.search",
				"A filter can hold what should not stand in the logs of every proxy.", "Serve POST /Users/.search with the query in the body, or say that you do not by 501.", rfc7644("3.2"), rfc7644("3.4.3")), "endpoint.connect.start-index"),
			Run: func(ctx context.Context, r *Rig) {
				a, f := r.searchFor(ctx, "/Users/.search", nil)
				r.That("POST /Users/.search finds whom GET with the same filter finds", f, findsOnly("userName", a.Name), f.Shown)
			},
		},
		{
			Spec: standardSpec("search-attributes", result.Recommended, "A search by POST heeds attributes",
				"A query means the same however it is sent.", "Read attributes, excludedAttributes, sortBy, startIndex and count in the body as in the query.", rfc7644("3.4.3")),
			Run: func(ctx context.Context, r *Rig) {
				_, f := r.searchFor(ctx, "/Users/.search", object{"attributes": []string{"userName"}})
				if len(f.Resources) == 0 {
					r.Block("endpoint.rfc.search", "the search found nobody")
				}
				if r.target.discovery.always("displayName") {
					r.Skip("/Schemas says that displayName is always returned")
				}
				r.That("POST /Users/.search with attributes [userName] shows no displayName", View{f.Resources[0], f.Shown}, lacks("displayName"), f.Shown)
			},
		},
		{
			Spec: caused(needing(standardSpec("search-all", result.Informational, "A query of all resource types can be sent by POST to /.search",
				"A directory browser asks once for everything that carries a name.", "Serve POST /.search over all resource types, or answer 404 or 501.", rfc7644("3.4.3"), rfc7644("3.4.2.1")), "endpoint.connect.start-index"), "endpoint.rfc.search"),
			Run: func(ctx context.Context, r *Rig) {
				a, f := r.searchFor(ctx, "/.search", nil)
				r.That("POST /.search with a filter on externalId finds the user, and nothing else", f, worded[Found]{
					Want: "1 found: " + a.Name,
					OK:   func(f Found) bool { return f.Total == 1 && slices.Equal(f.Values("id"), []string{a.ID}) },
					Got:  Found.String,
				}, f.Shown)
			},
		},
	}
}

// searchFor makes a user and searches for her. The check is skipped when there is no search.
func (r *Rig) searchFor(ctx context.Context, path string, more object) (*Account, Found) {
	a := r.posted(ctx, nil)
	query := object{"schemas": []string{scim.SearchRequestURN}, "filter": fmt.Sprintf("userName eq %q", a.Name), "startIndex": 1, "count": 10}
	if strings.HasPrefix(path, "/.") {
		query["filter"] = fmt.Sprintf("externalId eq %q", a.Nick)
	}
	maps.Copy(query, more)
	answer := r.ask(ctx, http.MethodPost, path, query)
	if answer.Status == http.StatusNotImplemented || scimTypeOf(answer) == scim.TooMany { // RFC 7644 §3.4.2.1 lets a server refuse so
		r.Skip("the target says that it has no " + path)
	}
	if nothingThere(answer.Status) {
		if path == "/.search" {
			r.Skip("the target has no search over all resource types")
		}
		r.Block("endpoint.rfc.search", "POST "+path+" was answered "+answer.String())
	}
	r.Must("POST "+path+" is answered 200 with a list", answer, answered(http.StatusOK), answer.Shown)
	return a, foundIn(answer)
}
