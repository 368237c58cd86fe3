package connector

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const batchHalfFailed = "connector.quarantine.batch-half-failed"

// batchChecks are about batches of which some items were throttled.
func batchChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: batchHalfFailed, Title: "Items of a batch that were throttled are not taken for carried out",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnBatch, learnThrottling),
				Why: "A batch answers 200 whatever became of its items. Half of the members are still in the group, and the product shows it empty; half of the new ones have no access, and the product shows them in it.",
				Fix: "Read the status of every item in responses.",
			},
			Run: func(ctx context.Context, r *Rig) {
				for _, e := range r.halfThrottled(ctx) {
					r.That("a change of members that is said to have succeeded is carried out for all of them", e, worded[batchEnd]{
						Want: "an error, or success and the change of every member", OK: func(e batchEnd) bool { return e.Err != nil || e.left == 0 },
						Got: func(e batchEnd) string { return e.String() + ", and " + counted(e.left, "member") + " not changed" },
					}, e.Shown()...)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.batch-failed-items-only", Title: "Of a batch those items alone are sent again that were refused",
				Level: result.Recommended, Breaks: breaksGraph, Needs: needs(batchHalfFailed, throttled), Sources: sources(learnBatch),
				Why: "What was carried out is carried out twice: a POST makes something a second time, a DELETE is answered 404, and both count against the limit.",
				Fix: "Put into the next batch the items whose status was 429 or 5xx.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsFeature(Retries)
				for _, e := range r.halfThrottled(ctx) {
					var done, again []ask
					for _, a := range writing(asksOf(e.Calls)) {
						switch {
						case slices.ContainsFunc(done, a.repeats):
							again = append(again, a)
						case a.ok():
							done = append(done, a)
						}
					}
					r.That("no item of a batch is sent again that was carried out", again, none("no item that was carried out before"), shownOf(again)...)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.batch-retry-after", Title: "Items of a batch that were throttled are sent again when their Retry-After is over",
				Level: result.Recommended, Breaks: breaksGraph, Needs: needs(batchHalfFailed, retryAfterSeconds), Sources: sources(learnBatch, learnThrottling),
				Why: "Items have a Retry-After of their own; the batch has none. Whoever does not look there comes back too early and is refused again.",
				Fix: "Wait for the longest Retry-After in the headers of the items that were refused.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsFeature(Retries)
				asked := r.batchWait()
				for _, e := range r.halfThrottled(ctx) {
					for _, p := range pauses(e.Calls, http.StatusTooManyRequests) {
						r.That("an item of a batch that was answered 429 is sent again when its Retry-After is over", p, waits(r.least(asked)), e.Shown()...)
					}
				}
			},
		},
	}
}

// batchEnd is what became of a change of members, and how many are left that it did not change.
type batchEnd struct {
	Result

	left int
}

func (r *Rig) batchWait() time.Duration { return r.span(5*time.Second, 2*time.Second) }

// halfThrottled has the connector take five people out of a group and put five into another, two of whom are throttled inside the batch. A connector
// that sends no batch cannot be judged.
func (r *Rig) halfThrottled(ctx context.Context) []batchEnd {
	r.Needs(RemoveMember)
	var ends []batchEnd
	for _, act := range []Operation{RemoveMember, AddMember} {
		if !r.Description().Has(act) {
			continue
		}
		people := r.Colleagues(5)
		group := r.Crew(nil)
		if act == RemoveMember {
			group = r.Crew(nil, people...)
		}
		r.Weather("throttle:" + r.batchWait().String() + ":DELETE+POST+PATCH:batched:skip=1:times=2")
		o := r.Do(ctx, Request{Operation: act, Type: Group, ID: group, Members: IDs(people)})
		r.Weather("")
		if !slices.ContainsFunc(asksOf(o.Calls), func(a ask) bool {
			return a.item && a.call.Response.Status == http.StatusOK && a.status == http.StatusTooManyRequests
		}) {
			continue
		}
		left := slices.Collect(r.Snapshot().Members(group))
		if act == AddMember {
			left = without(IDs(people), left)
		}
		ends = append(ends, batchEnd{o, len(left)})
	}
	if len(ends) == 0 {
		r.Skip("the connector changes members without a batch")
	}
	return ends
}
