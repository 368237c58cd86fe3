package connector

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// probe is the attribute that is changed while times are hard.
const probe = "jobTitle"

// requestsOfItsOwn are the writes that the weather strikes, batches as a whole among them.
const requestsOfItsOwn = "POST+PATCH+PUT+DELETE:outer"

// worker is somebody whom the connector made, to be changed while times are hard.
func (r *Rig) worker(ctx context.Context) *Person {
	r.Needs(Update)
	r.NeedsAttribute(User, probe)
	return r.Hire(ctx, nil)
}

// attempt is an update and whether the tenant has it.
type attempt struct {
	Result

	done bool
}

// String says what was told, and what is so.
func (a attempt) String() string {
	if a.done {
		return a.Result.String() + ", and the tenant has the change"
	}
	return a.Result.String() + ", and the tenant does not have the change"
}

// attempt has the connector change somebody.
func (r *Rig) attempt(ctx context.Context, p *Person) attempt {
	title := "Keeper of " + r.names.text(8)
	o := r.Do(ctx, Request{Operation: Update, Type: User, ID: p.ID, Attributes: map[string]any{probe: title}})
	a := r.account(p.ID)
	return attempt{o, a.live && a.object.String(probe) == title}
}

// attemptIn has the connector change somebody in this weather, which ends with it.
func (r *Rig) attemptIn(ctx context.Context, p *Person, forecast string) attempt {
	r.Weather(forecast)
	defer r.Weather("")
	return r.attempt(ctx, p)
}

// unlessNever skips the check when an update that was not carried out is not carried out in fair weather either: then it is not the weather.
func (r *Rig) unlessNever(ctx context.Context, p *Person, a attempt) {
	if a.done {
		return
	}
	if fair := r.attempt(ctx, p); !fair.done {
		r.Skip("an update is not carried out in fair weather either: " + fair.String())
	}
}

// storm is weather that would not end by itself: of connectors that live in real time it ends after a few seconds, lest they take longer than an
// operation may.
func (r *Rig) storm(forecast string) (end func()) {
	r.Weather(forecast)
	fair := func() { r.Weather("") }
	if r.target.inProcess() {
		return fair
	}
	timer := time.AfterFunc(outside, fair)
	return func() {
		timer.Stop()
		fair()
	}
}

// outside is how long a storm lasts for connectors that live in real time.
const outside = 5 * time.Second

// pass lets time pass for the tenant and the connector.
func (r *Rig) pass(ctx context.Context, d time.Duration) { check(r.sleep(ctx, d)) }

// span is a time on the tenant's clock, or a shorter one in real time.
func (r *Rig) span(steered, actual time.Duration) time.Duration {
	if r.target.inProcess() {
		return steered
	}
	return actual
}

// least is what is judged to have been waited: in real time a little less will do.
func (r *Rig) least(d time.Duration) time.Duration {
	if r.target.inProcess() {
		return d
	}
	return d * 9 / 10
}

// copes matches an update that was carried out although it was refused at first. Of a connector that leaves repeating to its caller it is enough
// that it says so.
func (r *Rig) copes() worded[attempt] {
	said := func(a attempt) bool {
		return a.Err != nil && (a.Err.Code == Throttled || a.Err.Code == Unavailable)
	}
	if r.target.description.Declares(Retries) {
		return worded[attempt]{Want: "success, after another try", OK: func(a attempt) bool { return a.Err == nil }, Got: attempt.String}
	}
	return worded[attempt]{
		Want: "success, or the error throttled or unavailable, after which the caller tries again",
		OK:   func(a attempt) bool { return a.Err == nil || said(a) }, Got: attempt.String,
	}
}

// pause is what a connector did after a refusal.
type pause struct {
	refused ask
	again   *ask // nil when it never sent the same again
	took    time.Duration
}

// String says it in words.
func (p pause) String() string {
	switch {
	case p.again == nil:
		return "not sent again"
	case p.took == 0:
		return "sent again at once"
	default:
		return "sent again after " + p.took.Round(time.Millisecond).String()
	}
}

// pauses are those after refusals with a status.
func pauses(calls []*Call, status int) []pause {
	var all []pause
	asks := asksOf(calls)
	for i, a := range asks {
		if a.status != status {
			continue
		}
		p := pause{refused: a}
		for j := i + 1; j < len(asks) && p.again == nil; j++ {
			if b := asks[j]; b.call != a.call && b.method == a.method && b.path == a.path {
				p.again, p.took = &b, b.call.At.Sub(a.call.At)
			}
		}
		all = append(all, p)
	}
	return all
}

// throttledOnce changes somebody while the first write is refused with 429, and is what the connector did then. That it sends it again is given.
func (r *Rig) throttledOnce(ctx context.Context, how string) (attempt, pause) {
	return r.sentAgain(r.refusedOnce(ctx, how))
}

// throttledUntil is [Rig.throttledOnce] with a date, on the tenant's clock, as Retry-After.
func (r *Rig) throttledUntil(ctx context.Context, wait time.Duration) (attempt, pause) {
	r.NeedsFeature(Retries)
	ada := r.worker(ctx)
	var refused atomic.Bool
	r.Meet(func(w http.ResponseWriter, req *http.Request, tenant http.Handler) {
		if !isGraphs(req) || req.Method == http.MethodGet || refused.Swap(true) {
			tenant.ServeHTTP(w, req)
			return
		}
		now := r.Clock.Now().UTC()
		w.Header().Set("Date", now.Format(http.TimeFormat))
		w.Header().Set("Retry-After", now.Add(wait).Format(http.TimeFormat))
		refuseInGraph(w, http.StatusTooManyRequests, "TooManyRequests", "Please retry again later.")
	})
	return r.sentAgain(r.oncePaused(r.attempt(ctx, ada)))
}

// sentAgain blocks the check when what was throttled was not sent again.
func (r *Rig) sentAgain(a attempt, p pause) (attempt, pause) {
	if p.again == nil {
		owner := nothingLost
		if a.Err != nil {
			owner = throttled
		}
		r.blockBut(owner, fmt.Sprintf("after 429 %v", a), a.Shown()...)
	}
	return a, p
}

// refusedOnce is [Rig.throttledOnce] of connectors that may not send it again.
func (r *Rig) refusedOnce(ctx context.Context, how string) (attempt, pause) {
	r.NeedsFeature(Retries)
	ada := r.worker(ctx)
	return r.oncePaused(r.attemptIn(ctx, ada, "throttle:"+how+":"+requestsOfItsOwn+":times=1"))
}

// oncePaused is an update with what the connector did after it was throttled.
func (r *Rig) oncePaused(a attempt) (attempt, pause) {
	all := pauses(a.Calls, http.StatusTooManyRequests)
	if len(all) == 0 {
		r.Skip("an update sends nothing that could be throttled")
	}
	return a, all[0]
}

func waits(least time.Duration) worded[pause] {
	return worded[pause]{Want: "sent again after at least " + least.String(), OK: func(p pause) bool { return p.again != nil && p.took >= least }, Got: pause.String}
}

// broken says whether the weather broke one of the calls off.
func brokenOff(calls []*Call) bool {
	for _, c := range calls {
		if c.Err != "" {
			return true
		}
	}
	return false
}

// displayed are the live objects of a type with a display name.
func (r *Rig) displayed(t directory.Type, display string) []string {
	var ids []string
	for o := range r.Snapshot().Objects(t) {
		if o.String("displayName") == display {
			ids = append(ids, o.ID())
		}
	}
	return ids
}
