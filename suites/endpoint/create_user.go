package endpoint

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func createChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.create.user", Title: "A user Entra creates is there afterwards, under the id the answer named",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#create-user", rfc7644("3.3")),
				Why:     "The id in the answer is all that Entra keeps: every later change goes to it. Without an id the user is created again in the next cycle, and nothing else of the life cycle can begin.",
				Fix:     "Answer POST /Users with 201 and the whole resource, including a stable id, and show the same user at GET /Users/{id}.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.NewUser(nil)
				r.Assign(ada)
				post := answerOf(r.Cycle(ctx).Last(http.MethodPost, "/Users"))
				if post.Status == http.StatusUnsupportedMediaType {
					r.Block("endpoint.create.content-type", "POST /Users was answered "+post.String())
				}
				if post.Shown == nil {
					r.Block("endpoint.connect.probe", "the service did not come to create the user: "+r.whyNot(ada, post))
				}
				r.Must("POST /Users of a user with Entra's default attributes is answered 201", post, answered(http.StatusCreated, http.StatusOK), post.Shown)
				made, _ := post.JSON()
				r.Must("the answer to POST /Users names the id of the new user", View{made, post.Shown}, worded[View]{
					Want: "a text in id",
					OK:   func(v View) bool { return v.ID() != "" },
					Got:  func(View) string { return post.String() },
				}, post.Shown)
				ada.ID = made.ID()
				get := r.Get(ctx, ada)
				r.Must("GET /Users/{id} with the id from the answer to POST is answered 200", get, answered(http.StatusOK), get.Shown)
				shown, _ := get.JSON()
				r.That("GET of a new user shows the userName that was sent", View{shown, get.Shown}, shows("userName", ada.Name), get.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.content-type", Title: "POST of application/scim+json; charset=utf-8 is read",
				Level: result.Required, Breaks: breaksEntra, Packs: []suites.Pack{suites.Dialect},
				Sources: sources("https://github.com/MicrosoftDocs/azure-docs/issues/116775", rfc7644("8.1")),
				Why:     "Every request of Entra with a body carries this label. A server that knows application/json only, or not the charset, answers 415 and no user ever arrives.",
				Fix:     "Read bodies labelled application/scim+json with any parameters as JSON.",
			},
			Run: func(ctx context.Context, r *Rig) {
				_, post := r.Post(ctx)
				r.lockedOut(ctx, post)
				r.That("POST /Users with Content-Type: application/scim+json; charset=utf-8, as Entra sends it, is not refused for that", post, worded[Answer]{
					Want: "an answer other than 415",
					OK: func(a Answer) bool {
						return a.Status != 0 && a.Status != http.StatusUnsupportedMediaType && a.Status != http.StatusNotAcceptable
					},
					Got: Answer.String,
				}, post.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.minimal", Title: "A user with nothing but a name is accepted",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#create-user", learnKnown, rfc7643("4.1")),
				Why:     "Entra leaves out every attribute that is empty in the directory. Service accounts and guests often have no first name, last name or mail address, and would never be provisioned.",
				Fix:     "Require nothing but userName in POST /Users.",
			},
			Run: func(ctx context.Context, r *Rig) {
				p := r.names.person()
				post := r.Send(ctx, r.Compose.CreateUser([]wire.Attribute{
					{Path: "userName", Value: p.upn}, {Path: "active", Value: true}, {Path: "displayName", Value: p.display()},
				}))
				r.lockedOut(ctx, post)
				if post.Status == http.StatusUnsupportedMediaType {
					r.Block("endpoint.create.content-type", "POST /Users was answered "+post.String())
				}
				if !post.OK() {
					r.Made(ctx) // the same with first and last name: without it nothing is accepted at all
				}
				r.Must("POST /Users with userName, active and displayName alone is accepted", post, answered(http.StatusCreated, http.StatusOK), post.Shown)
				made, _ := post.JSON()
				v := r.Read(ctx, &Account{Kind: users, ID: made.ID()})
				r.That("a user made with userName, active and displayName alone is there", v, shows("userName", p.upn), post.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.location", Title: "The answer to POST says where the new user is",
				Level: result.Recommended, Breaks: breaksRFC,
				Sources: sources(rfc7644("3.3"), rfc7643("2.3.7")),
				Why:     "Clients other than Entra follow the Location header; one that is missing or leads nowhere leaves them without the user they made.",
				Fix:     "Send the URL of the new resource in the Location header of the 201, best the absolute one with the path under which clients reach you, and the same in meta.location.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, post := r.Post(ctx)
				if ada.ID == "" {
					r.Block(r.creator(ctx, users, post), "POST /Users was answered "+post.String())
				}
				location := post.Header.Get("Location")
				r.Must("the answer to POST /Users carries the URL of the new user in Location", location, worded[string]{
					Want: "the URL of the user in Location",
					OK:   func(s string) bool { return r.leadsTo(s, ada) },
					Got: func(s string) string {
						if s == "" {
							return "no Location"
						}
						return "Location: " + s
					},
				}, post.Shown)
				r.follows(ctx, location, ada, post)
				made, _ := post.JSON()
				if meta := made.String("meta.location"); meta != "" {
					r.That("meta.location in the answer to POST /Users is the URL of its Location header", meta, worded[string]{
						Want: "meta.location: " + location,
						OK: func(s string) bool {
							return s == location || r.leadsTo(s, ada) && (!isAbsolute(s) || !isAbsolute(location))
						},
						Got: func(s string) string { return "meta.location: " + s },
					}, post.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.meta", Title: "A user carries meta with its type and dates",
				Level: result.Recommended, Breaks: breaksRFC,
				Sources: sources(rfc7643("3.1")),
				Why:     "meta tells clients what kind of resource they look at and whether it has changed since they last saw it.",
				Fix:     "Return meta.resourceType \"User\", and meta.created and meta.lastModified as dates such as 2026-03-02T09:00:00Z.",
			},
			Run: func(ctx context.Context, r *Rig) {
				v := r.Read(ctx, r.Made(ctx))
				r.That("GET of a user shows meta.resourceType User", v, shows("meta.resourceType", "User"), v.Shown)
				for _, path := range []string{"meta.created", "meta.lastModified"} {
					r.That("GET of a user shows "+path+" as a date and time", v, worded[View]{
						Want: path + " is a date and time",
						OK:   func(v View) bool { _, ok := dateIn(v, path); return ok },
						Got:  func(v View) string { return v.words(path) },
					}, v.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.schemas", Title: "A user names the schemas it is made of",
				Level: result.Recommended, Breaks: breaksValidatorRFC,
				Sources: sources(rfc7643("3.1"), learnSCIM+"#create-user"),
				Why:     "A reader finds out from schemas what the members of a resource mean. Microsoft's validator counts its absence as an error.",
				Fix:     "Return schemas with " + scim.UserURN + ", and with " + scim.EnterpriseURN + " when the user has attributes of it.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, directory.Properties{"department": "R&D"})
				v := r.Read(ctx, ada)
				wanted := []string{scim.UserURN}
				if v.Resource[scim.EnterpriseURN] != nil {
					wanted = append(wanted, scim.EnterpriseURN)
				}
				for _, urn := range wanted {
					r.That("GET of a user names in schemas "+urn, v, worded[View]{
						Want: "schemas with " + urn,
						OK:   func(v View) bool { return contains(v.Resource["schemas"], urn) },
						Got:  func(v View) string { return v.words("schemas") },
					}, v.Shown)
				}
			},
		},
	}
}

// leadsTo says whether a reference is one to this account. A relative one begins at the tenant URL, such as Users/2819c223
// (RFC 7643 §2.3.7).
func (r *Rig) leadsTo(reference string, a *Account) bool {
	base, err := url.Parse(r.target.address.base + "/")
	if err != nil {
		return false
	}
	u, err := base.Parse(reference)
	return err == nil && strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/"+a.ID)
}

// follows says that the URL in a Location header leads to the account. One to another scheme or host is not asked: the token is
// none of their business, and behind a proxy a target may not know its own. Nor is a redirect judged, which a client may follow.
func (r *Rig) follows(ctx context.Context, location string, a *Account, post Answer) {
	if !r.target.address.covers(location) {
		return
	}
	r.Read(ctx, a) // by its id it is there
	get := r.target.fetch(ctx, r.session, location)
	r.throttled(get)
	if get.Status/100 == 3 {
		return
	}
	shown, _ := get.JSON()
	r.Must("GET of the URL in the Location header of POST /Users answers that user", get, worded[Answer]{
		Want: "200 with the user whose id is " + a.ID,
		OK:   func(get Answer) bool { return get.OK() && shown.ID() == a.ID },
		Got:  func(get Answer) string { return "GET " + location + " was answered " + get.String() },
	}, post.Shown, get.Shown)
}

func isAbsolute(reference string) bool {
	u, err := url.Parse(reference)
	return err == nil && u.IsAbs()
}
