package connector

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const (
	tested    = "connector.setup.test-configuration" // owns that "test configuration" works at all
	signsInAs = "connector.setup.sign-in"            // owns with what it signs in
)

func setupChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: described, Title: "The connector says what it can do",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPractices),
				Why: "What a connector does not declare is not asked of it. Without its description nothing can be judged.",
				Fix: "Answer describe with a name and the list of operations, among them create.",
			},
			Run: func(_ context.Context, r *Rig) { r.describes() },
		},
		{
			Spec: suites.Spec{
				ID: tested, Title: "Test configuration succeeds with a right configuration, and asks Graph for something",
				Level: result.Required, Breaks: breaksBoth, Sources: sources(learnCredentials, learnAuth),
				Why: "The administrator presses the button first. If it fails although everything is right, nobody goes on; if it asks nothing, it means nothing.",
				Fix: "Sign in with the client id and secret at the tenant's own token endpoint, and read something that the granted permissions allow.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Test)
				o := r.Do(ctx, Request{Operation: Test})
				r.Must("test configuration succeeds when everything is right", o, succeeds(), o.Shown()...)
				r.That("test configuration signs in and asks Graph for something", asked(o.Calls), asksGraph(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: signsInAs, Title: "The connector signs in as it declares, when it is tested and afterwards: the application itself, or a user",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(tested), Sources: sources(learnAuth, learnCredentials),
				Why: "Application and delegated permissions are consented to apart, and allow different things. A test that signs in otherwise than the connector does at night says nothing about the night.",
				Fix: "Use one way of signing in for everything: client credentials, or, where the feature delegated is declared, the user of the configuration.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Test)
				seen := 0 // a connector may sign in when it is configured already
				for _, act := range []func() Result{
					func() Result { return r.Do(ctx, Request{Operation: Test}) },
					func() Result { return r.anew(ctx, Request{Operation: Create, Type: User, Attributes: r.Person(nil)}) },
				} {
					before := len(r.Calls())
					o := act()
					calls := r.Calls()[before:]
					seen += len(grants(calls))
					r.That(string(o.Request.Operation)+" signs in as the connector declares", grants(calls), signsIn(r.Description().Declares(Delegated)), Exchanges(calls)...)
				}
				if seen == 0 {
					r.Skip("no sign-in was seen")
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.setup.verified-domain", Title: "Test configuration fails with a domain that is none of the tenant's",
				Level: result.Recommended, Breaks: breaksBoth, Needs: needs(tested), Sources: sources(learnAPI+"domain-list", learnAPI+"organization-list", learnUser),
				Why: "Graph makes accounts in verified domains of the tenant only. A mistyped domain is found when the first person is refused, and then for everybody.",
				Fix: "Let the test look for the configured domain among verifiedDomains of GET /organization, or in GET /domains.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Test)
				r.Reconfigure(func(c *Configuration) { c.TenantDomain = r.names.text(8) + ".example" })
				o := r.Do(ctx, Request{Operation: Test})
				r.That("test configuration fails when the configured domain is not verified in the tenant", o, fails(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.setup.test-writes-nothing", Title: "Test configuration changes nothing in the tenant",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(tested), Sources: sources(learnPractices, learnAPI+"organization-list"),
				Why: "A test is pressed in the tenant where people work, often and by anybody. An account that is made to see whether it can be stays in the recycle bin, in the audit log and in whatever follows the directory.",
				Fix: "Read something in the test; compare the roles claim of the token with what the connector needs to see whether it may write.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Test)
				o := r.Do(ctx, Request{Operation: Test})
				wrote := writing(asksOf(o.Calls))
				r.That("test configuration sends no request that changes something", wrote, none("requests that read"), o.Shown()...)
			},
		},
	}
}

// describes judges the description.
func (r *Rig) describes() {
	if r.target.problem == nil {
		return
	}
	r.brokenAt("describe", r.target.problem)
}

// anew is [Rig.Do] by a connector that was just started and has no token yet.
func (r *Rig) anew(ctx context.Context, request Request) Result {
	if r.target.config.Fixed == nil {
		r.Reconfigure(func(*Configuration) {})
	}
	return r.Do(ctx, request)
}

// visits is which hosts were asked: Graph with a token and with success, Graph otherwise.
type visits struct{ login, graph, refused int }

func asked(calls []*Call) visits {
	var v visits
	for _, c := range calls {
		switch {
		case c.Login():
			v.login++
		case c.Graph() && c.Token != "" && c.Response.Status < http.StatusBadRequest:
			v.graph++
		default:
			v.refused++
		}
	}
	return v
}

func asksGraph() worded[visits] {
	return worded[visits]{
		Want: "a request to Graph with a token, and its answer",
		OK:   func(v visits) bool { return v.graph > 0 },
		Got: func(v visits) string {
			switch {
			case v.refused > 0:
				return counted(v.refused, "request") + ", none of them with a token and answered by Graph"
			case v.login > 0:
				return "a request for a token, and none to Graph"
			default:
				return "no request at all"
			}
		},
	}
}

// grants are the grant types with which calls got a token, each once.
func grants(calls []*Call) []string {
	var all []string
	for _, c := range calls {
		if c.Grant != "" && !slices.Contains(all, c.Grant) {
			all = append(all, c.Grant)
		}
	}
	return all
}

// ownGrant is the grant type of an application that signs in for itself, with a secret or an assertion.
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
const ownGrant = "client_credentials"

// signsIn matches the grant types of a user's sign-in, or of an application's own.
func signsIn(user bool) worded[[]string] {
	m := worded[[]string]{
		Want: "the application's own sign-in, grant_type=" + ownGrant,
		OK: func(all []string) bool {
			return !slices.ContainsFunc(all, func(g string) bool { return g != ownGrant })
		},
		Got: func(all []string) string {
			return "grant_type=" + strings.Join(all, ", ")
		},
	}
	if user {
		m.Want = fmt.Sprintf("the sign-in of a user, since the feature %s is declared", Delegated)
		m.OK = func(all []string) bool { return !slices.Contains(all, ownGrant) }
	}
	return m
}
