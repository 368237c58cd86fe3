package connector

import (
	"context"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// The checks that own what the other checks of hard times take for given.
const (
	throttled         = "connector.quarantine.throttled"
	nothingLost       = "connector.quarantine.nothing-lost"
	retryAfterSeconds = "connector.quarantine.retry-after-seconds"
	retryAfterUnit    = "connector.quarantine.retry-after-unit"
)

const rfc9110 = "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"

// quarantineChecks are about throttling.
func quarantineChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: throttled, Title: "A request that was throttled is sent again, or the caller is told to",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnThrottling, learnPractices),
				Why: "Every import of some size is throttled. Whoever gives up at the first 429 never ends it.",
				Fix: "Wait as long as Retry-After says, and send the request again. If that is left to the caller, answer with the error throttled and do not declare the feature retries.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.worker(ctx)
				a := r.attemptIn(ctx, ada, "throttle:2s:"+requestsOfItsOwn+":times=1")
				if a.Err == nil && !a.done {
					r.Block(nothingLost, "after 429 "+a.String(), a.Shown()...)
				}
				r.That("an update whose first request is answered 429 is carried out"+r.orTold(Throttled), a, r.copes(), a.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: nothingLost, Title: "A request that was throttled is not taken for carried out",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnThrottling, learnErrors),
				Why: "The product believes that the change has arrived and never sends it again. It is lost, and nobody is told.",
				Fix: "Success is a status of 2xx and nothing else.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.worker(ctx)
				a := r.attemptIn(ctx, ada, "throttle:2s:"+requestsOfItsOwn+":times=1")
				r.That("an update that is said to have succeeded after a 429 is in the tenant", a, worded[attempt]{
					Want: "an error, or success and the change in the tenant", OK: func(a attempt) bool { return a.Err != nil || a.done }, Got: attempt.String,
				}, a.Shown()...)
				for _, d := range deeds() {
					if a, ok := r.weathered(ctx, d); ok {
						r.That("what is said to have succeeded after a 429 is in the tenant: "+d.name, a, worded[attempt]{
							Want: "an error, or success and the change in the tenant", OK: func(a attempt) bool { return a.Err != nil || a.done }, Got: attempt.String,
						}, a.Shown()...)
					}
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: retryAfterSeconds, Title: "After 429 the connector waits as long as Retry-After says",
				Level: result.Required, Breaks: breaksGraph, Needs: needs(throttled), Sources: sources(learnThrottling, rfc9110),
				Why: "Requests that come too early are refused again and count against the limit: the tenant stays throttled for everybody in it.",
				Fix: "Read Retry-After as seconds, and wait as long before the request is sent again.",
			},
			Run: func(ctx context.Context, r *Rig) {
				asked := r.span(7*time.Second, 2*time.Second)
				a, p := r.throttledOnce(ctx, asked.String())
				if p.took > 0 && p.took < asked/100 && r.target.inProcess() {
					r.Block(retryAfterUnit, "after 429 with Retry-After: 7 the request is "+p.String(), a.Shown()...)
				}
				r.That("after 429 with Retry-After in seconds the request is sent again when they are over", p, waits(r.least(asked)), a.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: retryAfterUnit, Title: "The number in Retry-After is taken for seconds, not for milliseconds",
				Level: result.Required, Breaks: breaksGraph, Needs: needs(throttled), Sources: sources(rfc9110, learnThrottling),
				Why: "Whoever waits a thousandth of the time is refused again and again, and stays throttled.",
				Fix: "Multiply by 1000 where the timer wants milliseconds.",
			},
			Run: func(ctx context.Context, r *Rig) {
				asked := r.span(7*time.Second, 2*time.Second)
				a, p := r.throttledOnce(ctx, asked.String())
				if p.took == 0 || p.took < asked/10 && !r.target.inProcess() {
					r.Block(retryAfterSeconds, "after 429 with Retry-After in seconds the request is "+p.String(), a.Shown()...)
				}
				r.That("after 429 with Retry-After in seconds the connector waits for seconds", p, waits(asked/10), a.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.retry-after-decimal", Title: "A Retry-After with a decimal is understood",
				Level: result.Recommended, Breaks: breaksGraph, Needs: needs(retryAfterSeconds), Sources: sources(learnThrottling, "https://github.com/hashicorp/terraform-provider-azuread"),
				Why: "The standard knows whole seconds, and Graph was seen to send 2.128. A client that cannot read it ends the import in the middle.",
				Fix: "Read the number as a decimal; when it cannot be read, wait by your own rule.",
			},
			Run: func(ctx context.Context, r *Rig) {
				a, p := r.refusedOnce(ctx, "decimal")
				r.Must("after 429 with Retry-After: 2.128 the update is carried out", a, r.copes(), a.Shown()...)
				r.That("after 429 with Retry-After: 2.128 the connector waits", p, waits(r.span(time.Second, 500*time.Millisecond)), a.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.retry-after-date", Title: "A Retry-After that is a date is understood",
				Level: result.Recommended, Breaks: breaksGraph, Needs: needs(retryAfterSeconds), Sources: sources(rfc9110),
				Why: "The standard allows a date, and gateways before Graph send one. A client that cannot read it comes back at once, and is refused again.",
				Fix: "Read an HTTP date, and wait for the difference to the answer's Date.",
			},
			Run: func(ctx context.Context, r *Rig) {
				asked := r.span(6*time.Second, 3*time.Second)
				a, p := r.throttledUntil(ctx, asked)
				r.That("after 429 with Retry-After as a date the request is sent again once it has come", p, waits(asked-2*time.Second), a.Shown()...) // dates have whole seconds
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.retry-after-missing", Title: "After 429 without Retry-After the connector waits by itself",
				Level: result.Recommended, Breaks: breaksGraph, Needs: needs(retryAfterSeconds), Sources: sources(learnThrottling, learnPractices),
				Why: "Not every answer says how long. A request that is repeated at once makes it worse.",
				Fix: "Without Retry-After wait by exponential back-off: a second, two, four, with jitter.",
			},
			Run: func(ctx context.Context, r *Rig) {
				a, p := r.throttledOnce(ctx, "missing")
				r.That("after 429 without Retry-After the request is not sent again at once", p, waits(r.span(100*time.Millisecond, 100*time.Millisecond)), a.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.retry-after-long", Title: "A long Retry-After is waited for whole, or the caller is told",
				Level: result.Required, Breaks: breaksGraph, Needs: needs(retryAfterSeconds), Sources: sources(learnThrottling),
				Why: "Whoever comes back earlier than asked is refused again, and the time begins anew.",
				Fix: "Wait as long as it says; if that is too long for you, answer with the error throttled.",
			},
			Run: func(ctx context.Context, r *Rig) {
				if !r.target.inProcess() {
					r.Skip("a wait of a minute is judged only of connectors that go by the tenant's clock")
				}
				a, p := r.refusedOnce(ctx, "1m")
				if p.again == nil && a.Err != nil && (a.Err.Code == Throttled || a.Err.Code == Unavailable) {
					return
				}
				r.That("after 429 with Retry-After: 60 the request is sent again after a minute, or the update is told as throttled", p, waits(time.Minute), a.Shown()...)
			},
		},
	}
}
