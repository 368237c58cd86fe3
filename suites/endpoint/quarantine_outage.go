package endpoint

import (
	"context"
	"net/http"
	"sync"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// hurried sends one POST several times at once: a caller who hears nothing asks again while the first request is still worked
// on.
func (r *Rig) hurried(ctx context.Context) {
	const copies = 4
	p := r.names.person()
	request := r.Compose.CreateUser([]wire.Attribute{
		attribute("userName", p.upn), attribute("active", true), attribute("displayName", p.display()),
		attribute("name.givenName", p.given), attribute("name.familyName", p.family), attribute("externalId", p.nick),
	})
	before := len(r.session.Exchanges())
	var ready, sent sync.WaitGroup
	ready.Add(copies)
	for range copies {
		sent.Go(func() {
			ready.Done()
			ready.Wait() // so that they go out together
			_, _ = r.client.Do(ctx, request)
		})
	}
	sent.Wait()
	posts := Traffic(r.session.Exchanges()[before:])
	f := r.soon(ctx, finds(1).OK, func() Found { return r.FindBy(ctx, users, "userName", p.upn) })
	r.That("POST /Users that is repeated while the first is still worked on makes one user, not two", f, finds(1), append(posts, f.Shown)...)
}

func outageChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.quarantine.outage", Title: "After an outage in the middle of a cycle everybody is there once",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.create.visible-at-once", "endpoint.create.duplicate"),
				Sources: sources(learnHow, learnQuarantine),
				Why:     "Networks break in the middle of a cycle. The next cycle begins where the target stands; people who were made in the last moment must be found and not be made again.",
				Fix:     "Store a user completely or not at all, whether or not the caller is still there to hear the answer, and check that names are unique in the same transaction.",
			},
			Run: func(ctx context.Context, r *Rig) {
				people := []*Account{r.NewUser(nil), r.NewUser(nil), r.NewUser(nil), r.NewUser(nil)}
				r.Assign(people...)
				posts := 0
				r.network.broken(func(req *http.Request) cut {
					if req.Method == http.MethodPost {
						posts++
					}
					switch {
					case posts == 2 && req.Method == http.MethodPost:
						return unanswered
					case posts >= 2:
						return unsent
					}
					return passes
				})
				_, first := r.TryCycle(ctx, r.provisioning())
				r.network.broken(nil)
				for _, e := range first.All(http.MethodPost, "/Users") {
					if post := answerOf(e); !post.OK() {
						r.Block(r.creator(ctx, users, post), "POST /Users was answered "+post.String())
					}
				}
				second := r.Cycle(ctx)
				for _, a := range people {
					f := r.FindSoon(ctx, a, finds(1))
					r.That("after the connection broke in the middle of a cycle the next cycle leaves everybody there once", f, finds(1), append(second.Writes(), f.Shown)...)
				}
				r.hurried(ctx)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.quarantine.malformed-json", Title: "A body that is no JSON is refused with 400",
				Level: result.Recommended, Breaks: breaksRFC,
				Sources: sources(rfc7644("3.12")),
				Why:     "A crash tells the sender to try again later; a 400 tells him that the request is wrong. Entra tries a 5xx again for weeks.",
				Fix:     "Answer 400 with a SCIM error, best with scimType invalidSyntax, when a body cannot be parsed.",
			},
			Run: func(ctx context.Context, r *Rig) {
				a := r.Send(ctx, wire.Request{Method: http.MethodPost, Target: "/Users", Body: []byte(`{"schemas":[`), ContentType: wire.ContentType})
				r.lockedOut(ctx, a)
				if a.Status == http.StatusUnsupportedMediaType {
					r.Block("endpoint.create.content-type", "POST /Users was answered "+a.String())
				}
				r.Must("POST /Users of malformed JSON is answered 400", a, answered(http.StatusBadRequest), a.Shown)
				r.scimError("the refusal of malformed JSON", a, "400", "") // scimType is optional (RFC 7644 §3.12)
			},
		},
	}
}
