package connector

import (
	"context"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
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
				ID: "connector.setup.test", Title: "Test configuration succeeds with a right configuration",
				Level: result.Required, Breaks: breaksBoth, Sources: sources(learnCredentials),
				Why: "The administrator presses the button first. If it fails although everything is right, nobody goes on.",
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
				ID: "connector.setup.wrong-secret", Title: "Test configuration fails with a wrong client secret",
				Level: result.Required, Breaks: breaksBoth, Needs: needs("connector.setup.test"), Sources: sources(learnAADSTS, learnCredentials),
				Why: "A mistyped secret is the commonest mistake. If the test says that all is well, the first night of provisioning fails instead.",
				Fix: "Let the test get a fresh token, and tell the login host's words (AADSTS7000215) when it is refused.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Test)
				r.Reconfigure(func(c *Configuration) { c.ClientSecret = "mistyped-" + r.names.text(8) })
				o := r.Do(ctx, Request{Operation: Test})
				r.That("test configuration fails when the client secret is wrong", o, fails(Unauthorized), o.Shown()...)
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

// visits is which hosts were asked.
type visits struct{ login, graph int }

func asked(calls []*Call) visits {
	var v visits
	for _, c := range calls {
		if c.Login() {
			v.login++
		} else {
			v.graph++
		}
	}
	return v
}

func asksGraph() worded[visits] {
	return worded[visits]{
		want: "a request to Graph with a token",
		ok:   func(v visits) bool { return v.graph > 0 },
		got: func(v visits) string {
			if v.login > 0 {
				return "a request for a token, and none to Graph"
			}
			return "no request at all"
		},
	}
}
