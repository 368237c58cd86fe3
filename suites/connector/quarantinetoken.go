package connector

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// tokenChecks are about tokens that end, and sign-ins that are refused for a while.
func tokenChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.token-expiry", Title: "When the token has expired the connector signs in again",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnCredentials, learnErrors),
				Why: "A token lives about an hour. An import that takes longer fails in the middle, every time at the same place.",
				Fix: "Keep a token as long as its expires_in says, and fetch another before it ends or when Graph answers 401.",
			},
			Run: func(ctx context.Context, r *Rig) {
				life := 2 * time.Second
				tokens := &briefTokens{life: life, now: r.Clock.Now, born: map[string]time.Time{}}
				r.Meet(tokens.meet)
				ada := r.newcomer(ctx)
				r.pass(ctx, life+time.Second)
				a := r.attempt(ctx, ada)
				r.Meet(nil)
				r.unlessNever(ctx, ada, a)
				r.That("an update after the token's expires_in is over is carried out", a, worded[attempt]{
					Want: "success and the change in the tenant", OK: func(a attempt) bool { return a.Err == nil && a.done }, Got: attempt.String,
				}, a.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.refused-token", Title: "A token that Graph refuses is replaced once or twice, not over and over",
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnErrors, learnAADSTS),
				Why: "What is refused with every token is refused for another reason. The login host takes the loop for an attack (AADSTS50196), and then signs nobody in.",
				Fix: "After 401 fetch one new token and try again; when that is refused, too, answer with the error unauthorized.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.worker(ctx)
				r.Meet(func(w http.ResponseWriter, req *http.Request, tenant http.Handler) {
					if isGraphs(req) {
						refuseToken(w, "Access token validation failure.")
						return
					}
					tenant.ServeHTTP(w, req)
				})
				a := r.attempt(ctx, ada)
				r.That("while Graph answers 401 to everything the connector signs in again a few times at most", signIns(a.Calls), atMost(maxSignIns, "sign-in"), a.Shown()...)
				s := siege(a.Calls, func(status int) bool { return status == http.StatusUnauthorized })
				r.That("while Graph answers 401 to everything the same request is sent a few times, with waits between", s, isSane(), a.Shown()...)
				r.That("an update while Graph answers 401 to everything is an error", a.Result, fails(), a.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.sign-in-throttled", Title: "A sign-in that was throttled is tried again, or the caller is told to",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(createUser), Sources: sources(learnAADSTS, learnThrottling),
				Why: "The login host throttles as Graph does. Whoever gives up at its first 429 does not even begin.",
				Fix: "Treat 429 of the token endpoint as one of Graph: wait as long as Retry-After says, and sign in again.",
			},
			Run: func(ctx context.Context, r *Rig) {
				var refused atomic.Int32
				r.Meet(func(w http.ResponseWriter, req *http.Request, tenant http.Handler) {
					if isToken(req) && refused.Add(1) == 1 {
						w.Header().Set("Content-Type", "application/json")
						w.Header().Set("Retry-After", "2")
						w.WriteHeader(http.StatusTooManyRequests)
						_, _ = w.Write([]byte(`{"error":"temporarily_unavailable","error_description":"AADSTS90055: There are too many incoming requests. Try again later.","error_codes":[90055]}`))
						return
					}
					tenant.ServeHTTP(w, req)
				})
				o := r.Create(ctx, r.Person(nil))
				if refused.Load() == 0 {
					r.Skip("the connector had signed in before")
				}
				want := succeeds()
				if !r.target.description.Declares(Retries) {
					want = worded[Result]{Want: "success, or an error that says to try again", OK: func(o Result) bool {
						return o.Err == nil || o.Err.Code == Throttled || o.Err.Code == Unavailable || o.Err.Code == Unauthorized
					}, Got: Result.String}
				}
				r.That("create is carried out although the first sign-in is answered 429, or told as throttled", o, want, o.Shown()...)
			},
		},
	}
}

// maxSignIns is how often one operation may sign in at most.
const maxSignIns = 6

// signIns is how many tokens were asked for.
func signIns(calls []*Call) int {
	n := 0
	for _, c := range calls {
		if c.Login() && c.Grant != "" {
			n++
		}
	}
	return n
}

func atMost(n int, thing string) worded[int] {
	return worded[int]{Want: "at most " + counted(n, thing), OK: func(have int) bool { return have <= n }, Got: func(have int) string { return counted(have, thing) }}
}
