package connector

import (
	"context"
	"net/http"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
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
				Why: "A batch answers 200 whatever became of its items. Half of the members are still in the group, and the product shows it empty.",
				Fix: "Read the status of every item in responses.",
			},
			Run: func(ctx context.Context, r *Rig) {
				group, o := r.halfThrottled(ctx)
				r.That("removal of members that is said to have succeeded has removed them all", batchEnd{o, r.membersOf(group)}, worded[batchEnd]{
					Want: "an error, or success and no member left", OK: func(e batchEnd) bool { return e.Err != nil || e.left == 0 },
					Got: func(e batchEnd) string { return e.String() + ", and " + counted(e.left, "member") + " left" },
				}, o.Shown()...)
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
				_, o := r.halfThrottled(ctx)
				done, again := map[string]bool{}, []ask{}
				for _, a := range asksOf(o.Calls) {
					key := a.method + " " + a.path
					if a.method != http.MethodGet && done[key] {
						again = append(again, a)
					}
					done[key] = done[key] || a.ok()
				}
				r.That("no item of a batch is sent again that was carried out", again, none("no item that was carried out before"), shownOf(again)...)
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
				_, o := r.halfThrottled(ctx)
				asked := r.batchWait()
				for _, p := range pauses(o.Calls, http.StatusTooManyRequests) {
					r.That("an item of a batch that was answered 429 is sent again when its Retry-After is over", p, waits(r.least(asked)), o.Shown()...)
				}
			},
		},
	}
}

// batchEnd is what became of a removal, and how many members are left.
type batchEnd struct {
	Result

	left int
}

func (r *Rig) batchWait() time.Duration { return r.span(5*time.Second, 2*time.Second) }

// halfThrottled has the connector take five people out of a group, two of whom are throttled inside the batch. A connector that sends no batch
// cannot be judged.
func (r *Rig) halfThrottled(ctx context.Context) (group string, o Result) {
	r.Needs(RemoveMember)
	d := r.Tenant.Directory()
	g := must(d.Create(directory.Group, directory.Properties(r.Group(nil))))
	var members []string
	for range 5 {
		p := r.Colleague(nil)
		check(d.AddMember(g.ID(), p.ID))
		members = append(members, p.ID)
	}
	r.Weather("throttle:" + r.batchWait().String() + ":DELETE+POST+PATCH:batched:skip=1:times=2")
	o = r.Do(ctx, Request{Operation: RemoveMember, ID: g.ID(), Members: members})
	r.Weather("")
	for _, a := range asksOf(o.Calls) {
		if a.item && a.status == http.StatusTooManyRequests {
			return g.ID(), o
		}
	}
	r.Skip("the connector removes members without a batch")
	return "", o
}

// membersOf is how many members a group has.
func (r *Rig) membersOf(group string) int {
	n := 0
	for range r.Snapshot().Members(group) {
		n++
	}
	return n
}
