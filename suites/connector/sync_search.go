package connector

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
	"github.com/rehearse-id/rehearse/suites"
)

// searched is the check that owns that a search finds anything.
const searched = "connector.sync.search-filter"

func searchSyncChecks() []Check {
	const correlates = "Before somebody is created the connector is asked whether she is there. "
	return []Check{
		{
			Spec: suites.Spec{
				ID: searched, Title: "A search finds whom it asks for, and nobody else",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnQuery, learnAPI+"user-list"),
				Why: correlates + "Whoever is found instead is taken for her, and gets her data and her rights.",
				Fix: "Send the filter as $filter=displayName eq '…', and return what Graph answers.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.finds(ctx, "Beatrix Halloway")
				o := r.Do(ctx, Request{Operation: Search, Type: User, Filter: &Filter{"userPrincipalName", ada.Name}})
				r.That("a search for a user principal name finds the one who has it, and nobody else", o, findsOnly(ada.ID), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.search-quote", Title: "A search finds names with an apostrophe",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(searched), Sources: sources(learnQuery + "#escaping-single-quotes"),
				Why: correlates + "Graph refuses a filter in which O'Neil ends after the O: he is not found, and is made twice or not at all.",
				Fix: "Double each apostrophe within the quotes of a filter: displayName eq 'Sean O''Neil'.",
			},
			Run: func(ctx context.Context, r *Rig) { r.finds(ctx, "Sean O'Neil") },
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.search-encoded", Title: "A search finds names with signs that mean something in a URL",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(searched), Sources: sources(learnQuery+"#encoding-query-parameters", "https://www.rfc-editor.org/rfc/rfc3986#section-2.2"),
				Why: correlates + "In a URL & begins another parameter and + is a blank: the filter is another one than was meant.",
				Fix: "Percent-encode the whole value of $filter: & as %26, + as %2B, # as %23.",
			},
			Run: func(ctx context.Context, r *Rig) { r.finds(ctx, "R&D Desk C++ #1") },
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.search-error", Title: "A search that Graph refuses does not look like one that found nobody",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(searched), Sources: sources(learnErrors),
				Why: correlates + "If a refusal looks like nobody, she is made a second time; or everybody looks deleted, and is deleted elsewhere.",
				Fix: "Answer an error when Graph answers one.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Search)
				ada := r.Colleague(nil)
				for _, refusal := range refusals() {
					r.refuseReads(refusal)
					o := r.Do(ctx, Request{Operation: Search, Type: User, Filter: &Filter{"displayName", ada.Display}})
					r.That(fmt.Sprintf("a search that Graph answers with %d is an error, unless it finds her in another way", refusal.Status), o, worded[Result]{
						Want: "an error, or the one who was looked for", OK: func(o Result) bool { return o.Err != nil || slices.Contains(shownObjects(o), ada.ID) }, Got: Result.String,
					}, o.Shown()...)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.empty-page", Title: "A list goes on after an empty page that has a next one",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(searched), Causes: needs(nextLinks, skipInvented, linkAsIs), Sources: sources(learnPaging),
				Why: "Graph may answer a page without items and with @odata.nextLink. Who stands behind it looks deleted.",
				Fix: "Stop when there is no @odata.nextLink, and not when value is empty.",
			},
			Run: func(ctx context.Context, r *Rig) { r.turnsEmptyPages(ctx) },
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.read-attributes", Title: "What is read has the attributes that the connector writes",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(searched), Sources: sources(learnQuery+"#select", learnUser+"#properties"),
				Why: "Graph leaves accountEnabled, department and many others out unless $select names them. Whoever compares with what should be there finds differences that are none, or does not see that somebody is still enabled.",
				Fix: "Name in $select all attributes that the connector knows.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Search)
				has := directory.Properties{"jobTitle": "Clerk", "department": "Accounts", "accountEnabled": true, "usageLocation": "FR", "city": "Lyon"}
				ada := r.Colleague(has)
				o := r.Do(ctx, Request{Operation: Search, Type: User, Filter: &Filter{"displayName", ada.Display}})
				at := slices.IndexFunc(o.Answer.Objects, func(f Object) bool { return f.ID == ada.ID })
				if at < 0 {
					r.Block(searched, "the search did not find "+ada.Display, o.Shown()...)
				}
				for _, name := range keys(has) {
					if r.Description().Writes(User, name) {
						reads(r, "a search shows "+name, o.Answer.Objects[at].Attributes[name], worded[any]{
							Want: words(has[name]), OK: func(v any) bool { return words(v) == words(has[name]) }, Got: func(v any) string { return spoken(name, words(v)) },
						}, o)
					}
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.read-unknown", Title: "A search for an id finds whose it is, and nobody when it is nobody's",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnErrors, learnAPI+"user-get"),
				Why: "An object without values, in place of none, is taken for somebody whose values were all cleared.",
				Fix: "Answer the error unknownObject when Graph answers 404.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Search)
				ada := r.Colleague(nil)
				o := r.Do(ctx, Request{Operation: Search, Type: User, Filter: &Filter{"id", ada.ID}})
				r.That("a search for the id of somebody finds her", o, findsOnly(ada.ID), o.Shown()...)
				o = r.Do(ctx, Request{Operation: Search, Type: User, Filter: &Filter{"id", r.names.uuid()}})
				r.That("a search for an id that nobody has is answered with an error or with no object", o, worded[Result]{
					Want: "the error unknownObject, or no object", OK: func(o Result) bool { return o.Err != nil || len(o.Answer.Objects) == 0 }, Got: Result.String,
				}, o.Shown()...)
			},
		},
	}
}

// refusals are answers of Graph to a read that it does not carry out, now or later.
// Source: learn.microsoft.com/graph/errors.
func refusals() []*weather.Failure {
	return []*weather.Failure{
		{Status: http.StatusBadRequest, Code: "Request_UnsupportedQuery", Message: "Unsupported Query."},
		{Status: http.StatusForbidden, Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation."},
	}
}

// refuseReads lets every read of users be refused from now on.
func (r *Rig) refuseReads(as *weather.Failure) {
	r.Forecast(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Methods: []string{http.MethodGet}, Path: "/users/**"}, Effect: weather.Effect{Fail: as}}}})
}

// finds tells the connector to look for somebody by display name, and judges whom it finds.
func (r *Rig) finds(ctx context.Context, display string) *Person {
	r.Needs(Search)
	ada := r.Colleague(directory.Properties{"displayName": display})
	o := r.Do(ctx, Request{Operation: Search, Type: User, Filter: &Filter{"displayName", display}})
	r.Must("a search for the display name "+display+" succeeds", o, succeeds(), o.Shown()...)
	r.That("a search for the display name "+display+" finds the one who has it, and nobody else", shownObjects(o), worded[[]string]{
		Want: "1 user, who has that name", OK: func(ids []string) bool { return slices.Equal(ids, []string{ada.ID}) },
		Got: func(ids []string) string {
			if slices.Contains(ids, ada.ID) {
				return counted(len(ids), "user") + ", she among them"
			}
			return counted(len(ids), "user") + ", and not her"
		},
	}, o.Shown()...)
	return ada
}

// findsOnly matches a search that found one object. A connector that says that it cannot search so is believed.
func findsOnly(id string) worded[Result] {
	return worded[Result]{
		Want: "1 object, the one that was looked for",
		OK: func(o Result) bool {
			return o.Err != nil && o.Err.Code == NotSupported || o.Err == nil && slices.Equal(shownObjects(o), []string{id})
		},
		Got: Result.String,
	}
}

// shownObjects are the ids of the objects of an answer, each once and in order.
func shownObjects(o Result) []string {
	var ids []string
	for _, one := range o.Answer.Objects {
		ids = append(ids, one.ID)
	}
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}

// The people of the tenant in which pages are cut at random, and how often another such tenant is tried until a page is empty.
const (
	crowd    = 24
	variants = 24
)

// turnsEmptyPages tells the connector to list everybody, where one of the pages is empty and not the last.
func (r *Rig) turnsEmptyPages(ctx context.Context) {
	r.Needs(Search)
	for seed := range uint64(variants) {
		r.Refound(mockgraph.WithOData(odata.WithPageVariation(seed+1), odata.WithDefaultPageSize(2)))
		r.Colleagues(crowd)
		o := r.Do(ctx, Request{Operation: Search, Type: User})
		forsaken, empty := emptyPages(o.Calls)
		if !empty {
			continue
		}
		r.That("the list goes on after a page that has no items and an @odata.nextLink", forsaken, worded[bool]{
			Want: "a request for the next page", OK: func(forsaken bool) bool { return !forsaken }, Got: func(bool) string { return "the list ends there" },
		}, o.Shown()...)
		return
	}
	r.Skip("no page of the lists that the connector reads could be made empty")
}

// emptyPages says whether one of the pages of a list was empty and had a next one, and whether nobody asked for the next one of such a page.
func emptyPages(calls []*Call) (forsaken, empty bool) {
	asks := asksOf(calls)
	for i, a := range asks {
		if a.method != http.MethodGet || a.status != http.StatusOK {
			continue
		}
		var page struct {
			Value []json.RawMessage `json:"value"`
			Next  string            `json:"@odata.nextLink"`
		}
		if err := json.Unmarshal(a.answer, &page); err != nil || page.Value == nil || len(page.Value) > 0 || page.Next == "" {
			continue
		}
		empty = true
		forsaken = forsaken || !followed(a, asks[i+1:])
	}
	return forsaken, empty
}
