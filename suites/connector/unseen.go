package connector

import (
	"context"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/suites"
)

// seeing are the checks, none of which passes when the connector asked nothing that could be judged.
func seeing(checks []Check) []Check {
	for i, c := range checks {
		if c.ID == described || c.ID == answers { // which are about words, not about requests
			continue
		}
		checks[i].Run = func(ctx context.Context, r *Rig) {
			c.Run(ctx, r)
			r.unlessUnseen()
		}
	}
	return checks
}

// unlessUnseen skips a check that has come to its end though the connector sent no request, or none but for a token that it got. A refusal that
// is right before anything is sent needs none.
func (r *Rig) unlessUnseen() {
	calls, everything := r.Calls(), r.Spec().Stage == suites.Conduct
	if everything { // that all checks saw is judged
		for _, j := range append(r.target.heard.all(), r.target.voyage.journey()) {
			calls = append(calls, j...)
		}
	}
	switch {
	case r.declined:
	case len(calls) == 0:
		r.Skip("the connector sent no request, so that there is nothing to judge")
	case !slices.ContainsFunc(calls, func(c *Call) bool { return !c.Login() || !everything && c.Response.Status != http.StatusOK }):
		r.Skip("the connector signed in and asked Graph nothing, so that there is nothing to judge")
	}
}

// unlessUnsent skips the check when no request carried what it is about.
func (r *Rig) unlessUnsent(o Result, sent []ask, what string) {
	if len(sent) == 0 {
		r.Skip("no request carried " + what + ": " + o.String())
	}
}

// unlessLost skips the check when a change that it takes for given did not arrive.
func (r *Rig) unlessLost(o Result, who *Person, attribute string, want any) {
	if m, now := has(attribute, want), r.see(o, who.ID); !m.OK(now) {
		r.Skip("the update did not arrive: " + m.Got(now))
	}
}

// mayDecline says whether the connector refused before it sent POST /users, which is one of the right answers here. When it did neither, the check is skipped.
func (r *Rig) mayDecline(o Result) bool {
	posts := of(asksOf(o.Calls), http.MethodPost, "/users")
	r.declined = o.Err != nil && len(posts) == 0
	if !r.declined {
		r.unlessUnsent(o, posts, "what was asked for")
	}
	return r.declined
}
