package connector

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// The checks that own what keeps others from reading what is there.
const (
	selects      = "connector.requests.select" // without which what a user has is not shown
	nextLinks    = "connector.requests.next-link"
	skipInvented = "connector.requests.skip-invented"
	linkAsIs     = "connector.requests.next-link-as-is"

	advancedCount = "connector.requests.advanced-count"
	advancedPages = "connector.requests.advanced-pages"
)

// readingChecks are about how lists are read.
func readingChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: selects, Title: "Reads of users and groups carry $select", Shares: true,
				Level: result.Recommended, Breaks: breaksBoth, Sources: sources(learnQuery, learnPractices, learnUser),
				Why: "Without it Graph leaves most properties out, accountEnabled among them: a disabled account looks like one that was never enabled. And each request costs more of the quota.",
				Fix: "Name the properties you need in $select.",
			},
			Run: everywhere("$select in the query", those(lacksSelect)),
		},
		{
			Spec: suites.Spec{
				ID: nextLinks, Title: "A list is read to its last page", Shares: true,
				Level: result.Required, Breaks: breaksEntra, Causes: needs(skipInvented, linkAsIs), Sources: sources(learnPaging),
				Why: "A page has a hundred users. The product knows these and takes everybody else for deleted, or makes them a second time.",
				Fix: "Follow @odata.nextLink until an answer has none, and keep what each page has shown.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Search)
				o, ok := r.voyage(ctx).at(searchAll)
				missing := r.target.voyage.missing(o)
				if !ok || o.Err != nil || missing == 0 {
					return
				}
				if left := unfollowed(o.Calls); len(left) > 0 {
					r.broke("a request for each @odata.nextLink", left)
					return
				}
				r.lost(o, missing)
			},
		},
		{
			Spec: suites.Spec{
				ID: skipInvented, Title: "Further pages are not asked for with $skip", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnPaging, learnQuery),
				Why: "Users and groups know no $skip: Graph refuses it with 400, and the list ends after its first page.",
				Fix: "Follow @odata.nextLink as it is.",
			},
			Run: everywhere("no $skip", those(func(a ask) bool {
				_, skips := a.option("skip")
				return skips && (a.is(http.MethodGet, "/users") || a.is(http.MethodGet, "/groups")) && a.status == http.StatusBadRequest
			})),
		},
		{
			Spec: suites.Spec{
				ID: linkAsIs, Title: "The link to the next page is followed as it is", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnPaging),
				Why: "What stands in the link is Graph's business and changes. Whoever takes it apart loses what he does not know, and reads other pages than he was given, or none.",
				Fix: "Send the whole URL of @odata.nextLink; take no $skiptoken out of it.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.broke("the URL of @odata.nextLink, whole", rebuilt(r.voyage(ctx).journey()))
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.advanced-consistency", Title: "A filter that needs an advanced query is sent with ConsistencyLevel: eventual", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Causes: needs(advancedCount, advancedPages, nextLinks, linkAsIs, skipInvented), Sources: sources(learnAdvanced),
				Why: "Graph refuses the query with 400. Nobody is found by such an attribute, so people are made who are there.",
				Fix: "Send the header ConsistencyLevel: eventual and $count=true with filters that need them.",
			},
			Run: func(ctx context.Context, r *Rig) {
				advancedRule("the header ConsistencyLevel: eventual", func(a ask) bool { return !a.eventual() && !a.follows() })(ctx, r)
				o, _ := r.voyage(ctx).at(searchAdvanced)
				if missing := r.target.voyage.missing(o); o.Err == nil && missing > 0 && !r.Failed() {
					r.lost(o, missing)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: advancedCount, Title: "A filter that needs an advanced query is sent with $count=true", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnAdvanced),
				Why: "The header alone does not make a query an advanced one: Graph refuses it with 400.",
				Fix: "Add $count=true to the query.",
			},
			Run: advancedRule("$count=true in the query", func(a ask) bool {
				count, _ := a.option("count")
				return a.eventual() && !a.follows() && !strings.EqualFold(count, "true")
			}),
		},
		{
			Spec: suites.Spec{
				ID: advancedPages, Title: "ConsistencyLevel: eventual is sent with every page of an advanced query", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnAdvanced, learnPaging),
				Why: "The link to the next page carries the query and no headers. Without the header Graph refuses the second page with 400, and the rest is never read.",
				Fix: "Send the headers of the first request with every @odata.nextLink.",
			},
			Run: advancedRule("the header ConsistencyLevel: eventual with every page", func(a ask) bool { return a.follows() && !a.eventual() }),
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.filter-on-server", Title: "A search leaves the choosing to Graph", Shares: true,
				Level: result.Recommended, Breaks: breaksGraph, Sources: sources(learnQuery, learnPractices),
				Why: "To find one person everybody is read. With ten thousand people each search is a hundred requests, and an import of all of them never ends.",
				Fix: "Send $filter.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Search)
				o, ok := r.voyage(ctx).at(searchOne)
				if ok && o.Err == nil && len(o.Answer.Objects) == 1 {
					r.broke("$filter in the query", unfiltered(o.Calls))
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.no-read-per-object", Title: "What a list has shown is not read again one by one", Shares: true,
				Level: result.Recommended, Breaks: breaksGraph, Sources: sources(learnPractices, learnThrottling),
				Why: "A list of ten thousand people becomes ten thousand requests more, and the tenant is throttled before it is through.",
				Fix: "Name in the list's $select whatever you need of each.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Search)
				if o, ok := r.voyage(ctx).at(searchAll); ok {
					if again := readAgain(o.Calls); len(again) >= fewReads {
						r.broke("no GET /users/{id} for those whom the list has shown", again)
					}
				}
			},
		},
	}
}

// fewReads is how many single reads beside a list are taken for reading one by one.
const fewReads = 5

// eventual says whether the ask carries the header.
func (a ask) eventual() bool { return strings.EqualFold(a.header.Get("Consistencylevel"), "eventual") }

// follows says whether the ask is for a further page.
func (a ask) follows() bool {
	_, skiptoken := a.option("skiptoken")
	return skiptoken
}

// lacksSelect says whether a read of users or groups that was answered carries no $select. Links of answers carry what the first request did.
func lacksSelect(a ask) bool {
	if !a.ok() || a.method != http.MethodGet || a.follows() {
		return false
	}
	for _, option := range []string{"select", "deltatoken"} {
		if _, has := a.option(option); has {
			return false
		}
	}
	parts := a.segments()
	set := len(parts) > 0 && (strings.EqualFold(parts[0], "users") || strings.EqualFold(parts[0], "groups"))
	return set && (len(parts) == 1 || len(parts) == 2 && !strings.HasPrefix(parts[1], "$"))
}

// advancedRule judges the search that needs an advanced query, by what Graph refused of it.
func advancedRule(expected string, lacks func(ask) bool) func(context.Context, *Rig) {
	return func(ctx context.Context, r *Rig) {
		r.Needs(Search)
		o, ok := r.voyage(ctx).at(searchAdvanced)
		if !ok {
			r.Skip("the connector writes no attribute that advanced queries alone can find, or does not search by one")
		}
		var broken []*Call
		for _, a := range asksOf(o.Calls) {
			_, filters := a.option("filter")
			_, searches := a.option("search")
			if a.is(http.MethodGet, "/users") && (filters || searches) && a.status == http.StatusBadRequest && lacks(a) {
				broken = append(broken, a.call)
			}
		}
		r.broke(expected, broken)
	}
}

// missing is how many of those who were there from the beginning an answer does not have.
func (t *voyage) missing(o Result) int { return len(without(t.herd, shownObjects(o))) }

// lost is a finding of people whom a search did not bring, although Graph has shown all of them, or was not asked.
func (r *Rig) lost(o Result, missing int) {
	f := result.Finding{
		Expected: counted(len(r.target.voyage.herd), "user") + ", all who are there", Actual: o.String() + ", " + counted(missing, "user") + " missing",
	}
	if n := len(o.Calls); n > 0 {
		f.Exchanges = shownIDs(o.errand, o.Calls[n-1:])
	}
	r.Fail(f)
}

// nextOf is the link to the next page in an answer, and whether the page has anybody on it.
func nextOf(a ask) (link string, people bool) {
	found := nextLink.Find(a.answer)
	if found == nil {
		return "", false
	}
	_, text, _ := strings.Cut(string(found), ":")
	if json.Unmarshal([]byte(strings.TrimSpace(text)), &link) != nil {
		return "", false
	}
	return link, strings.Contains(string(a.answer), `"id"`)
}

// unfollowed are the lists whose next page was not asked for in whatever way. An empty page is another matter.
func unfollowed(calls []*Call) []*Call {
	asks := asksOf(calls)
	var all []*Call
	for i, a := range asks {
		if _, people := nextOf(a); people && !followed(a, asks[i+1:]) {
			all = append(all, a.call)
		}
	}
	return all
}

// followed says whether one of the later asks is for a further page of the same list, in whatever way.
func followed(page ask, later []ask) bool {
	return slices.ContainsFunc(later, func(b ask) bool {
		_, skips := b.option("skip")
		return b.method == http.MethodGet && strings.EqualFold(b.path, page.path) && (b.follows() || skips)
	})
}

// rebuilt are the requests for further pages that are not those of a link: what stands there besides the token is missing, or the token is another.
func rebuilt(j journey) []*Call {
	given := map[string]url.Values{} // by token
	var all []*Call
	for _, a := range asksOf(j) {
		if token, _ := a.option("skiptoken"); token != "" {
			link, known := given[token]
			if !known && len(given) > 0 || known && link.Get(marker) != a.query.Get(marker) {
				all = append(all, a.call)
			}
		}
		link, _ := nextOf(a)
		if u, err := url.Parse(link); err == nil && link != "" {
			given[u.Query().Get("$skiptoken")] = u.Query()
		}
	}
	return all
}

// unfiltered are the lists of all users that were read to find one of them; none when one was asked for in another way.
func unfiltered(calls []*Call) []*Call {
	var all []*Call
	for _, a := range asksOf(calls) {
		_, filters := a.option("filter")
		_, searches := a.option("search")
		switch {
		case filters || searches || a.is(http.MethodGet, "/users/*"):
			return nil
		case a.is(http.MethodGet, "/users"):
			all = append(all, a.call)
		}
	}
	return all
}

// readAgain are the reads of single users after a list of them.
func readAgain(calls []*Call) []*Call {
	listed := false
	var all []*Call
	for _, a := range asksOf(calls) {
		listed = listed || a.is(http.MethodGet, "/users")
		if listed && a.is(http.MethodGet, "/users/*") && !strings.EqualFold(a.segments()[1], "delta") {
			all = append(all, a.call)
		}
	}
	return all
}
