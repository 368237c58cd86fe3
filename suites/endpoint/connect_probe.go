package endpoint

import (
	"context"
	"net/http"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/suites"
)

func probeChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.probe", Title: "A filter that matches nobody is answered 200 with an empty list",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#understand-the-microsoft-entra-scim-implementation", rfc7644("3.4.2")),
				Why:     "Test Connection and the start of every cycle ask for a user who cannot exist. Anything but 200 with zero results fails the test or puts the job into quarantine, and a filter that is ignored joins people to other people's accounts.",
				Fix:     "Answer GET /Users?filter=userName eq \"…\" with 200 and a ListResponse with totalResults 0 when nobody has that name; never with 404, 400 or 204, and never with users the filter does not match.",
			},
			Run: func(ctx context.Context, r *Rig) {
				probe(ctx, r, users, foundIn(r.Send(ctx, r.Nobody())))
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.probe-groups", Title: "A filter that matches no group is answered 200 with an empty list",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM, rfc7644("3.4.2")),
				Why:     "With group provisioning switched on, Entra asks /Groups the same question. A 404 there marks the whole endpoint as incompatible and the job goes to quarantine.",
				Fix:     "Answer GET /Groups?excludedAttributes=members&filter=displayName eq \"…\" with 200 and a ListResponse with totalResults 0 when there is no such group, even when you store no groups at all.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.WithGroups()
				probe(ctx, r, groups, r.FindBy(ctx, groups, "displayName", r.names.uuid()))
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.list-response", Title: "A list says that it is a ListResponse and how many results there are",
				Level: result.Required, Breaks: breaksAll,
				Sources: sources(rfc7644("3.4.2"), learnLogs, learnValidator),
				Why:     "A list is told from a resource by its schemas. An answer to the first question that is no ListResponse is taken for a service that is not compatible, and Microsoft's validator reads schemas, totalResults and Resources of every list.",
				Fix:     "Put \"schemas\": [\"" + scim.ListResponseURN + "\"], a number in totalResults, and the array Resources whenever there are results into every list.",
			},
			Run: func(ctx context.Context, r *Rig) {
				nobody := foundIn(r.Send(ctx, r.Nobody()))
				isList(r, nobody)
				if len(r.target.extras) > 0 {
					someone := r.Find(ctx, r.target.extras[0])
					isList(r, someone)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.content-type", Title: "Answers are labelled application/scim+json",
				Level: result.Recommended, Breaks: breaksRFC,
				Sources: sources(rfc7644("3.1"), rfc7644("8.1"), learnSCIM),
				Why:     "A client may refuse to read JSON that is labelled as something else. Entra has so far read application/json as well, so that passes here.",
				Fix:     "Send Content-Type: application/scim+json with every body, errors included.",
			},
			Run: func(ctx context.Context, r *Rig) {
				f := foundIn(r.Send(ctx, r.Nobody()))
				if f.Status == 0 || len(f.Body) == 0 {
					r.Block("endpoint.connect.probe", "the filter was answered "+f.Answer.String())
				}
				media, _, _ := strings.Cut(f.Header.Get("Content-Type"), ";")
				r.That("the Content-Type of answers is application/scim+json, or application/json at least", strings.ToLower(strings.TrimSpace(media)),
					gomega.BeElementOf("application/scim+json", "application/json"), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.accept-absent", Title: "A GET without Accept, or with Accept: */*, is answered",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources("https://github.com/MicrosoftDocs/azure-docs/issues/94189", "https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1"),
				Why:     "Entra's requests carry no Accept header that names SCIM. A server that negotiates strictly answers 406, and the connection test fails.",
				Fix:     "Treat a missing Accept and */* as application/scim+json. Do not negotiate on the Content-Type of a GET.",
			},
			Run: func(ctx context.Context, r *Rig) {
				request := r.Nobody()
				without := r.Send(ctx, request)
				r.That("GET /Users without an Accept header, as Entra sends it, is answered", without, notRefused(), without.Shown)
				anything := r.SendAs(ctx, r.As(r.target.config.Token, http.Header{"Accept": {"*/*"}}), request)
				r.That("GET /Users with Accept: */* is answered", anything, notRefused(), anything.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.unknown-id", Title: "A user who does not exist is answered 404",
				Level: result.Recommended, Breaks: breaksValidatorRFC,
				Sources: sources(rfc7644("3.12"), learnValidator),
				Why:     "Microsoft's validator asks for an id it has made up and wants to hear that there is nobody. Entra itself asks only for ids it was given; that a deleted one is answered 404 is a check of its own.",
				Fix:     "Answer GET /Users/{id} with 404 and a SCIM error body when there is no user with this id, also when the id does not have the form of yours.",
			},
			Run: func(ctx context.Context, r *Rig) {
				nobody := &Account{Kind: users, ID: r.names.uuid()}
				a := r.Get(ctx, nobody)
				r.refusesTransport(ctx, a)
				r.That("GET /Users/{id} of an id that nobody has is answered 404", a, answered(http.StatusNotFound), a.Shown)
			},
		},
	}
}

func probe(ctx context.Context, r *Rig, kind string, f Found) {
	r.refusesTransport(ctx, f.Answer)
	r.Must("a filter on /"+kind+" that matches nothing is answered 200", f.Answer, answered(http.StatusOK), f.Shown)
	r.That("a filter on /"+kind+" that matches nothing finds nothing", f, finds(0), f.Shown)
}

// refusesTransport blocks the check when the answer is about the headers of the request and not about its question.
func (r *Rig) refusesTransport(ctx context.Context, a Answer) {
	r.lockedOut(ctx, a)
	if a.Status == http.StatusNotAcceptable {
		r.Block("endpoint.connect.accept-absent", "GET was answered "+a.String())
	}
}

func notRefused() worded[Answer] {
	return worded[Answer]{
		Want: "an answer, not 406 or 415",
		OK: func(a Answer) bool {
			return a.Status != 0 && a.Status != http.StatusNotAcceptable && a.Status != http.StatusUnsupportedMediaType
		},
		Got: Answer.String,
	}
}

// listShape says whether an answer has everything that makes a list of it, as isList wants it.
func listShape(a Answer) bool {
	object, err := a.JSON()
	_, counted := integer(object["totalResults"])
	return err == nil && counted && contains(member(object, "schemas"), scim.ListResponseURN)
}

func isList(r *Rig, f Found) {
	object, err := f.JSON()
	if f.Status != http.StatusOK || err != nil {
		r.Block("endpoint.connect.probe", "the filter was answered "+f.Answer.String())
	}
	v := View{object, f.Shown}
	r.That("the list that answers a filter on /Users names the ListResponse schema in schemas", v, worded[View]{
		Want: "schemas with " + scim.ListResponseURN,
		OK:   func(v View) bool { return contains(member(v.Resource, "schemas"), scim.ListResponseURN) },
		Got:  func(v View) string { return v.words("schemas") },
	}, f.Shown)
	r.That("the list that answers a filter on /Users has a number in totalResults", v, worded[View]{
		Want: "a number in totalResults",
		OK:   func(v View) bool { _, ok := integer(v.Resource["totalResults"]); return ok },
		Got:  func(v View) string { return v.words("totalResults") },
	}, f.Shown)
	items, _ := v.Resource["Resources"].([]any)
	if total, _ := integer(v.Resource["totalResults"]); total > 0 || len(items) > 0 {
		r.That("the list that answers a filter on /Users has as many Resources as its totalResults says", items, gomega.HaveLen(total), f.Shown)
	}
}
