package connector

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const (
	rfc6750 = "https://www.rfc-editor.org/rfc/rfc6750#section-5.3"
	rfc6749 = "https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1"
	rfc9700 = "https://www.rfc-editor.org/rfc/rfc9700"
)

// secretChecks are about tokens, secrets and passwords.
func secretChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.requests.token-per-request", Title: "A token serves more than one request", Shares: true,
				Level: result.Recommended, Breaks: breaksGraph, Sources: sources(learnCredentials, learnPractices),
				Why: "Every request takes two, and the login host throttles the application long before Graph does.",
				Fix: "Keep the token as long as its expires_in says. Microsoft's libraries do so by themselves when the client object is kept.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.broke("one token for the requests of an operation", tokenPerRequest(r.voyage(ctx).journey()))
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.secret-in-query", Title: "No secret stands in a URL", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(rfc6749, rfc9700),
				Why: "URLs are written down by every proxy and server on the way. Whoever can read a log has the secret, and with it every account of the tenant.",
				Fix: "Send client_secret in the body of the token request, and nowhere else.",
			},
			Run: everywhere("no secret in the URL", func(_ *Rig, j journey) []*Call {
				return slices.DeleteFunc(slices.Clone(j), func(c *Call) bool { return c.Exposed == "" })
			}),
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.token-in-query", Title: "No access token stands in a URL", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(rfc6750, rfc9700),
				Why: "URLs are written down by every proxy and server on the way. Whoever can read a log can act for an hour as the connector.",
				Fix: "Send the token in the header Authorization, and nowhere else.",
			},
			Run: everywhere("no access token in the URL", func(_ *Rig, j journey) []*Call {
				return slices.DeleteFunc(slices.Clone(j), func(c *Call) bool { return c.Leaked == "" })
			}),
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.secret-in-log", Title: "Errors and logs hold neither the client secret nor a token", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(rfc6749, rfc9700),
				Why: "Errors are shown, mailed and kept. Whoever reads one has the secret, and with it every account of the tenant.",
				Fix: "Tell what was refused and why, never what it was tried with.",
			},
			Run: says(clientSecret, aToken),
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.password-in-log", Title: "Errors and logs hold no password of an account", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(rfc9700),
				Why: "Errors are shown, mailed and kept. Whoever reads one can sign in as the new colleague before she does.",
				Fix: "Leave passwordProfile out when you tell what was sent.",
			},
			Run: says(aPassword),
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.token-to-other-host", Title: "Graph's token goes to Graph alone", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(rfc9700, "https://www.rfc-editor.org/rfc/rfc6750#section-5.2"),
				Why: "Who receives a token can use it. One that every host gets is no secret.",
				Fix: "Set the header Authorization for graph.microsoft.com only, not for every request of the client.",
			},
			Run: func(ctx context.Context, r *Rig) {
				everywhere("Graph's token at Graph only", strays)(ctx, r)
				if all := slices.Concat(r.witness.strays(), r.target.heard.astray()); len(all) > 0 {
					r.Fail(result.Finding{Expected: "Graph's token at Graph only", Actual: "a request to " + all[0].host + " with the token of Graph", Count: len(all)})
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.token-to-next-link-host", Title: "A link to another host is not followed with the token",
				Level: result.Recommended, Breaks: breaksGraph, Sources: sources(rfc9700, learnPaging),
				Why: "Links come in answers, and answers pass through proxies that open them. Whoever can change one link gets the token.",
				Fix: "Before you follow a link compare its host with the one you asked, or let the library add the token for Graph's hosts only.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Search)
				for range shortPage + 5 {
					r.passerBy(nil)
				}
				pages := &shortPages{mark: r.names.text(10)}
				var led atomic.Int32 // links that lead elsewhere
				r.Meet(func(w http.ResponseWriter, req *http.Request, tenant http.Handler) {
					pages.meet(w, req, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
						answer := hold(req, tenant)
						answer.release(w, nextLink.ReplaceAllFunc(answer.body.Bytes(), func(link []byte) []byte {
							if foreign(req.Host) == elsewhere {
								led.Add(1)
							}
							return bytes.Replace(link, []byte("https://"+req.Host+"/"), []byte("https://"+foreign(req.Host)+"/"), 1)
						}))
					}))
				})
				o := r.Do(ctx, Request{Operation: Search, Type: User})
				if led.Load() == 0 {
					r.Skip("no list was read that could lead to another host of Microsoft's")
				}
				r.broke("no token for "+elsewhere, slices.DeleteFunc(slices.Clone(o.Calls), func(c *Call) bool {
					return !strings.HasPrefix(c.Host, elsewhere) || c.Token == ""
				}))
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.cleartext", Title: "Every request is encrypted", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(rfc9700, "https://www.rfc-editor.org/rfc/rfc6750#section-5.2"),
				Why: "Whoever is on the way reads the token, and who was hired and who was dismissed.",
				Fix: "Write https:// in front of every address, and follow no redirect to http://.",
			},
			Run: everywhere("https", func(_ *Rig, j journey) []*Call {
				return slices.DeleteFunc(slices.Clone(j), func(c *Call) bool { return !c.Bare })
			}),
		},
	}
}

// manyCalls is how many requests an operation has at least before its tokens are compared.
const manyCalls = 3

// tokenPerRequest are the requests to Graph of those operations in which each had a token of its own, though none was refused.
func tokenPerRequest(j journey) []*Call {
	steps := map[int][]*Call{}
	for _, c := range j {
		if c.Graph() && c.Token != "" {
			steps[c.Step] = append(steps[c.Step], c)
		}
	}
	var all []*Call
	for _, c := range j {
		calls := steps[c.Step]
		if len(calls) < manyCalls || calls[0] != c {
			continue
		}
		tokens := map[string]bool{}
		refused := false
		for _, one := range calls {
			tokens[one.Token] = true
			refused = refused || one.Response.Status == http.StatusUnauthorized
		}
		if len(tokens) == len(calls) && !refused {
			all = append(all, calls...)
		}
	}
	return all
}

// strays are the calls to other hosts that carry a token which Graph had.
func strays(_ *Rig, j journey) []*Call {
	tokens := map[string]bool{}
	for _, c := range j {
		if c.Graph() && c.Token != "" {
			tokens[c.Token] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(j), func(c *Call) bool {
		return c.Graph() || !tokens[c.Token] || strings.HasPrefix(c.Host, elsewhere) // links to there are another check's
	})
}

// says judges the connector's own words for secrets.
func says(secrets ...string) func(context.Context, *Rig) {
	return func(ctx context.Context, r *Rig) {
		r.voyage(ctx)
		all := r.target.heard.sayings(secrets...)
		if len(all) == 0 {
			return
		}
		first := all[0]
		f := result.Finding{Expected: "words without secrets", Actual: first.what + " in " + first.where, Count: len(all)}
		if n := len(first.calls); n > 0 {
			f.Exchanges = []string{first.calls[n-1].ID}
		}
		r.Fail(f)
	}
}

// foreign is another host in the place of Graph: one of Microsoft's where Graph has its own name, else one that is nowhere.
func foreign(graph string) string {
	if strings.HasSuffix(graph, ".microsoft.com") {
		return elsewhere
	}
	return "graph.rehearsal.invalid"
}
