package endpoint

import (
	"context"
	"net/http"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

var security = []suites.Pack{suites.Security}

const rfc6750 = "https://www.rfc-editor.org/rfc/rfc6750#section-3"

func credentialChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.quarantine.wrong-token", Title: "A wrong token is refused with 401, which puts the job into quarantine",
				Level: result.Required, Breaks: breaksEntra, Packs: security,
				Sources: sources(learnQuarantine, rfc6750, rfc7644("2")),
				Why:     "Everybody can reach the endpoint. If any token does, anybody can make and remove accounts; and an administrator whose token has expired never hears of it.",
				Fix:     "Check the bearer token of every request, and answer 401 when it is not one you have given out.",
			},
			Run: func(ctx context.Context, r *Rig) {
				wrong := r.intruder()
				a := r.SendAs(ctx, wrong, r.Nobody())
				r.throttled(a)
				r.Must("GET /Users with a wrong bearer token is answered 401", a, answered(http.StatusUnauthorized, http.StatusForbidden), a.Shown)
				job := r.newJob(wrong)
				_, sent := r.TryCycle(ctx, job)
				reason := synchronization.QuarantineReason("none")
				if q := job.Status().Quarantine; q != nil {
					reason = q.Reason
				}
				r.That("the answer to a wrong token puts the provisioning job into quarantine for its credentials", reason, gomega.Equal(synchronization.EncounteredQuarantineException), sent...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.quarantine.missing-token", Title: "A request without a token is refused with 401",
				Level: result.Required, Breaks: breaksEntra, Packs: security,
				Sources: sources(rfc6750, rfc7644("2")),
				Why:     "Everybody can reach the endpoint. Without this refusal anybody can make and remove accounts.",
				Fix:     "Answer 401 when there is no Authorization header.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				a := r.SendAs(ctx, r.As("", nil), r.Nobody())
				r.throttled(a)
				r.That("GET /Users without an Authorization header is answered 401", a, answered(http.StatusUnauthorized, http.StatusForbidden), a.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.quarantine.challenge", Title: "A 401 says that a bearer token is wanted",
				Level: result.Recommended, Breaks: breaksRFC, Packs: security,
				Sources: sources("https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1", rfc6750),
				Why:     "A client that is told how to authenticate can do so; one that is not has to be told by a person.",
				Fix:     "Send WWW-Authenticate: Bearer with every 401.",
			},
			Run: func(ctx context.Context, r *Rig) {
				a := r.refused(ctx)
				r.That("the 401 to a wrong token carries WWW-Authenticate: Bearer", strings.ToLower(a.Header.Get("WWW-Authenticate")), worded[string]{
					Want: "WWW-Authenticate: Bearer",
					OK:   func(s string) bool { return strings.Contains(s, "bearer") },
					Got: func(s string) string {
						if s == "" {
							return "no WWW-Authenticate"
						}
						return "WWW-Authenticate: " + s
					},
				}, a.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.quarantine.error-body", Title: "A 401 carries a SCIM error",
				Level: result.Recommended, Breaks: breaksRFC, Packs: security,
				Sources: sources(rfc7644("3.12")),
				Why:     "The body of the refusal is what the administrator sees when the connection test fails. A web page there helps nobody.",
				Fix:     "Let the part that checks tokens answer with a SCIM error, status \"401\", not with a page of the web server or a redirect to a login.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.scimError("the refusal of a wrong token", r.refused(ctx), "401", "")
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.quarantine.no-write", Title: "A request with a wrong token changes nothing",
				Level: result.Required, Breaks: breaksEntra, Packs: security,
				Sources: sources(rfc6750, rfc7644("2")),
				Why:     "A server that acts first and checks the token afterwards refuses and has done it all the same.",
				Fix:     "Check the token before anything else, for every method.",
			},
			Run: func(ctx context.Context, r *Rig) {
				wrong := r.intruder()
				ada := r.Made(ctx)
				before := r.Read(ctx, ada)
				made := r.NewUser(nil)
				for _, request := range []wire.Request{
					PatchOf(ada, Op{"Replace", "displayName", "Mallory"}),
					r.Compose.CreateUser([]wire.Attribute{attribute("userName", made.Name), attribute("active", true), attribute("displayName", made.Display)}),
					r.Compose.DeleteUser(ada.ID),
				} {
					a := r.SendAs(ctx, wrong, request)
					if a.OK() {
						r.Block("endpoint.quarantine.wrong-token", request.Method+" with a wrong token was answered "+a.String())
					}
					get := r.Get(ctx, ada)
					r.lockedOut(ctx, get)
					r.Must("a DELETE or PATCH with a wrong token leaves the user there", get, answered(http.StatusOK), a.Shown, get.Shown)
					body, _ := get.JSON()
					r.Must("a PATCH with a wrong token changes nothing of the user", View{body, get.Shown}, keeps(before), a.Shown, get.Shown)
				}
				f := r.Find(ctx, made)
				r.That("a POST /Users with a wrong token creates nobody", f, gomega.Not(findsAmong(made.Name)), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.quarantine.scheme-case", Title: "The scheme Bearer is read in any letter case",
				Level: result.Recommended, Breaks: breaksRFC, Packs: security,
				Sources: sources("https://www.rfc-editor.org/rfc/rfc9110#section-11.1"),
				Why:     "Schemes are case-insensitive, and proxies and libraries write them as they like.",
				Fix:     "Compare the word Bearer without regard to case.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				r.gated(ctx)
				client := r.As("", http.Header{"Authorization": {"bearer " + r.target.config.Token}})
				a := r.SendAs(ctx, client, r.Nobody())
				if !a.OK() { // it may be something else that is refused
					r.lockedOut(ctx, r.Send(ctx, r.Nobody()))
					a = r.SendAs(ctx, client, r.Nobody())
				}
				r.That("GET /Users with Authorization: bearer …, in lower case, is authorised", a, worded[Answer]{
					Want: "an answer other than 401 and 403",
					OK: func(a Answer) bool {
						return a.Status != 0 && a.Status != http.StatusUnauthorized && a.Status != http.StatusForbidden
					},
					Got: Answer.String,
				}, a.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.quarantine.recovery", Title: "After a refusal the right token works again and what was missed arrives",
				Level: result.Required, Breaks: breaksEntra, Packs: security, Needs: afterPatch,
				Sources: sources(learnQuarantine, learnHow),
				Why:     "Tokens expire and are renewed. A server that shuts a caller out after a wrong token keeps the job in quarantine after the administrator has mended it.",
				Fix:     "Judge each request by its own token; slow attackers down by their address or by the token, not the tenant.",
			},
			Run: func(ctx context.Context, r *Rig) {
				wrong := r.intruder()
				ada := r.Hire(ctx, nil)
				for range 3 {
					a := r.SendAs(ctx, wrong, r.Nobody())
					if a.OK() {
						r.Block("endpoint.quarantine.wrong-token", "a request with a wrong token was answered "+a.String())
					}
				}
				r.Change(ada, directory.Properties{"displayName": "Ada Lovelace"})
				report, sent := r.TryCycle(ctx, r.provisioning())
				var evidence []string
				if report.Error != nil {
					evidence = append(evidence, clip(report.Error.Error(), 200))
				}
				r.Must("after requests with a wrong token the right token is taken at once", evidence, gomega.BeEmpty(), sent...)
				get := r.Get(ctx, ada)
				body, _ := get.JSON()
				r.That("a change that was made while the token was wrong arrives in the next cycle with the right one", View{body, get.Shown}, shows("displayName", "Ada Lovelace"), append(sent, get.Shown)...)
			},
		},
	}
}

// NeedsToken skips the check when the run has no token.
func (r *Rig) NeedsToken() {
	if r.target.config.Token == "" {
		r.Skip("the run sends no token, so nothing can be refused for it")
	}
}

// intruder is a client with a token nobody has given out.
func (r *Rig) intruder() *wire.Client {
	r.NeedsToken()
	return r.As("wrong-"+r.names.uuid(), nil)
}

// gated blocks the check when the target takes any token.
func (r *Rig) gated(ctx context.Context) {
	if a := r.SendAs(ctx, r.intruder(), r.Nobody()); a.OK() {
		r.Block("endpoint.quarantine.wrong-token", "a request with a wrong token was answered "+a.String())
	}
}

// refused is the answer to a request with a wrong token, given that it is a 401.
func (r *Rig) refused(ctx context.Context) Answer {
	a := r.SendAs(ctx, r.intruder(), r.Nobody())
	if a.OK() {
		r.Block("endpoint.quarantine.wrong-token", "a request with a wrong token was answered "+a.String())
	}
	if a.Status != http.StatusUnauthorized {
		r.Skip("a wrong token is not answered 401 but " + a.String())
	}
	return a
}
