package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// How a burst is made and how long its end is waited for.
const (
	burstOf    = 5 // times [Load] Racers requests
	burstLanes = 5 // times [Load] InFlight senders
	maxRest    = 30 * time.Second
	recoveries = 3
)

func burstChecks() []Check {
	return []Check{{
		Spec: suites.Spec{
			ID: "endpoint.load.burst", Title: "More requests at once than Entra sends are answered, or refused with Retry-After, and normal ones are answered soon after",
			Level: result.Recommended, Breaks: breaksGallery, Needs: needs("endpoint.connect.probe"), Causes: []string{sustained},
			Sources: sources(rfcTooMany, rfcRetryAfter, learnThrottle),
			Why:     "Without Retry-After nobody knows when to come again: Entra waits for its next cycle, others hammer on. A target that does not recover by itself loses the rest of the cycle to one peak.",
			Fix:     "Refuse what is too much with 429, say in Retry-After, in seconds, when to come again, and keep enough in reserve for answers after that.",
		},
		Run: burst,
	}}
}

func burst(ctx context.Context, r *Rig) {
	load := r.target.load.Load
	if pace := r.target.config.Pace; pace > 0 {
		r.Skip(fmt.Sprintf("the run sends at most %g requests per second (--pace), and a burst is more", pace))
	}
	requests := make([]wire.Request, burstOf*load.Racers)
	for i := range requests {
		requests[i] = r.Nobody()
	}
	var mute, broken []*exchange.Exchange
	var rest time.Duration
	var odd string
	for _, a := range atOnce(ctx, r.lanes(burstLanes*load.InFlight, nil), requests) {
		switch {
		case a.unsent(ctx):
			return
		case a.Status == http.StatusTooManyRequests || a.Status == http.StatusServiceUnavailable:
			rest = max(rest, r.target.breath.asked(a.Header))
			if a.Header.Get("Retry-After") == "" {
				mute = append(mute, a.Shown)
			}
		case !a.OK():
			if odd == "" {
				odd = a.String()
			}
			broken = append(broken, a.Shown)
		}
	}
	none := func(what string) worded[[]*exchange.Exchange] {
		return worded[[]*exchange.Exchange]{
			Want: "none",
			OK:   func(es []*exchange.Exchange) bool { return len(es) == 0 },
			Got:  func(es []*exchange.Exchange) string { return fmt.Sprintf("%d of %d %s", len(es), len(requests), what) },
		}
	}
	r.That("of a burst of requests none is answered with another error than 429 or 503, or not at all", broken, none("were: "+odd), broken[:min(len(broken), maxTroubles)]...)
	r.That("a request that is refused for being one too many is told in Retry-After when to come again", mute, none("were refused with 429 or 503 without Retry-After"), mute[:min(len(mute), maxTroubles)]...)
	if rest > maxRest { // it may well recover then, but that is too long to wait
		return
	}
	again := r.lanes(1, r.target.limiter)[0]
	var a Answer
	for range recoveries {
		if rest > 0 && !r.target.breath.rest(ctx, rest) {
			return
		}
		if a = again.send(ctx, r.Nobody()); a.unsent(ctx) || a.OK() {
			return
		}
		rest = min(max(r.target.breath.asked(a.Header), time.Millisecond), maxRest)
	}
	r.That("after a burst of requests, and the time the target asks for, a single request is answered", a, accepted(), a.Shown)
}
