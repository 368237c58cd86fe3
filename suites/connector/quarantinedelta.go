package connector

import (
	"context"
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
	"github.com/rehearse-id/rehearse/suites"
)

const deltaExpired = "connector.quarantine.delta-expired"

// deltaExpiryChecks are about tokens of a sync that are too old.
func deltaExpiryChecks() []Check {
	const (
		why = "Nobody looked at the import for a week, and from then on it never works again: the token stays too old, and the changes since then are never read."
		fix = "Begin a full round and say so (restarted), or answer with the error tokenExpired, so that the caller does."
	)
	return []Check{
		{
			Spec: suites.Spec{
				ID: deltaExpired, Title: "A sync whose token is too old begins anew, or says that it has to",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnDelta),
				Why: why, Fix: "Know 410 Gone of a delta request. " + fix,
			},
			Run: func(ctx context.Context, r *Rig) { r.expires(ctx, weather.Gone410, "410") },
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.delta-expired-400", Title: "A sync whose token is too old begins anew also when Graph says so with 400",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(deltaExpired), Sources: sources(learnDelta, learnErrors),
				Why: why, Fix: "Graph was seen to answer 400 (\"DeltaLink older than 30 days is not supported\") where 410 is documented. Know both. " + fix,
			},
			Run: func(ctx context.Context, r *Rig) { r.expires(ctx, weather.BadRequest400, "400") },
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.delta-restart-told", Title: "A full round in place of changes is told as one",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(deltaExpired), Causes: needs(deltaRounds), Sources: sources(learnDelta),
				Why: "A full round does not name who was deleted meanwhile. A product that takes it for changes keeps them for ever, with all their rights.",
				Fix: "Answer with restarted, so that the product takes whoever is missing for deleted.",
			},
			Run: func(ctx context.Context, r *Rig) {
				gone := r.Colleague(nil)
				o := r.expired(ctx, weather.Gone410, func() { check(r.Tenant.Directory().Delete(gone.ID)) })
				if o.Err != nil {
					return // the caller is told, and begins anew
				}
				named := slices.ContainsFunc(o.Answer.Objects, func(one Object) bool { return one.ID == gone.ID && one.Deleted })
				r.That("a sync with an expired token says that it began anew, or who was deleted", o.Answer.Restarted || named, isSo("restarted, or the deleted one among the changes", o.String()+", not as restarted, and without the one who was deleted"), o.Shown()...)
			},
		},
	}
}

// expires says that a sync with a token that is too old does not end the connector's reading for good.
func (r *Rig) expires(ctx context.Context, how weather.Expiry, status string) {
	var since *Person
	o := r.expired(ctx, how, func() { since = r.Colleague(nil) })
	if o.Err != nil && o.Err.Code == TokenExpired {
		o = r.Do(ctx, Request{Operation: Sync, Type: User})
	}
	found := slices.ContainsFunc(o.Answer.Objects, func(one Object) bool { return one.ID == since.ID })
	r.That("a sync whose token Graph refuses with "+status+" as too old reads everybody, or is told as tokenExpired", o, worded[Result]{
		Want: "success and who was made since, or the error tokenExpired", OK: func(o Result) bool { return o.Err == nil && found },
		Got: func(o Result) string {
			if o.Err == nil {
				return o.String() + ", without who was made since"
			}
			return o.String()
		},
	}, o.Shown()...)
}

// expired has the connector sync, lets something happen and the token expire, and has it sync again.
func (r *Rig) expired(ctx context.Context, how weather.Expiry, meanwhile func()) Result {
	r.Needs(Sync)
	first := r.Do(ctx, Request{Operation: Sync, Type: User})
	if first.Err != nil || first.Answer.Token == "" {
		r.Skip("a first sync gives no token: " + first.String())
	}
	meanwhile()
	r.pass(ctx, 2*time.Second)
	r.Forecast(weather.Forecast{Delta: weather.Delta{Expired: how, Lifetime: time.Second}})
	defer r.Weather("")
	return r.Do(ctx, Request{Operation: Sync, Type: User, Token: first.Answer.Token})
}
