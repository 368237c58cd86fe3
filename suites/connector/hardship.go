package connector

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// probe is the attribute that is changed while times are hard.
const probe = "jobTitle"

// requestsOfItsOwn are the writes that the weather strikes, batches as a whole among them.
const requestsOfItsOwn = "POST+PATCH+PUT+DELETE:outer"

// worker is somebody whom the connector made, to be changed while times are hard. That an update is carried out in fair weather is tried first, for
// afterwards the connector may never recover: else it is not the weather, and the check is skipped.
func (r *Rig) worker(ctx context.Context) *Person {
	ada := r.newcomer(ctx)
	if fair := r.attempt(ctx, ada); !fair.done {
		r.Skip(notTheWeather + fair.String())
	}
	return ada
}

// newcomer is a [Rig.worker] of whom nothing was tried yet.
func (r *Rig) newcomer(ctx context.Context) *Person {
	r.Needs(Update)
	r.NeedsAttribute(User, probe)
	return r.Hire(ctx, nil)
}

const notTheWeather = "an update is not carried out in fair weather either: "

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

// attemptIn has the connector change somebody in this weather, which ends with it and strikes one request. What strikes a request that only reads, such as
// a batch of reads, comes again for the next one: it is a write that is to be struck.
func (r *Rig) attemptIn(ctx context.Context, p *Person, forecast string) attempt {
	return r.struck(func(before int) attempt {
		r.Weather(forecast + skipping(before))
		defer r.Weather("")
		return r.attempt(ctx, p)
	})
}

// skipping lets the first requests that a forecast would strike through.
func skipping(before int) string {
	if before == 0 {
		return ""
	}
	return fmt.Sprintf(":skip=%d", before)
}

// mostReads is how many requests that only read may come before a write.
const mostReads = 5

// struck tries until it is a write that is refused, or none; before is how many requests are to be let through.
func (r *Rig) struck(try func(before int) attempt) attempt {
	for before := 0; ; before++ {
		a := try(before)
		refused := slices.DeleteFunc(asksOf(a.Calls), func(one ask) bool {
			return one.status != http.StatusTooManyRequests && one.status < http.StatusInternalServerError
		})
		if len(refused) == 0 || len(writing(refused)) > 0 || before == mostReads {
			return a
		}
	}
}

// unlessNever skips the check when an update that was not carried out is not carried out by a connector either that was just started and lives in fair
// weather: then it is not the weather.
func (r *Rig) unlessNever(ctx context.Context, p *Person, a attempt) {
	if a.done {
		return
	}
	if r.target.config.Fixed == nil {
		r.Reconfigure(func(*Configuration) {})
	}
	if fair := r.attempt(ctx, p); !fair.done {
		r.Skip(notTheWeather + fair.String())
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

// orTold ends a rule by what is enough of a connector that leaves repeating to its caller.
func (r *Rig) orTold(as Code) string {
	if r.target.description.Declares(Retries) {
		return ", as the feature " + string(Retries) + " promises"
	}
	return ", or told as " + string(as)
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
			if b := asks[j]; b.repeats(a) {
				p.again, p.took = &b, between(a.call, b.call)
			}
		}
		all = append(all, p)
	}
	return all
}

// between is the time from one call to another, on the tenant's clock; in real time where that clock stood still because the connector waits by another.
func between(a, b *Call) time.Duration {
	took := b.At.Sub(a.At)
	if lived := b.Started.Sub(a.Started); lived > took && lived >= unsteered {
		return lived
	}
	return took
}

// unsteered is from when real time between two calls is taken for a wait of the connector's own: longer than a busy machine takes for a request.
const unsteered = 250 * time.Millisecond

// throttledOnce changes somebody while the first write is refused with 429, and is what the connector did then. That it sends it again is given.
func (r *Rig) throttledOnce(ctx context.Context, how string) (attempt, pause) {
	return r.sentAgain(r.refusedOnce(ctx, how))
}

// throttledUntil is [Rig.throttledOnce] with a date, on the tenant's clock, as Retry-After.
func (r *Rig) throttledUntil(ctx context.Context, wait time.Duration) (attempt, pause) {
	r.NeedsFeature(Retries)
	ada := r.worker(ctx)
	a := r.struck(func(before int) attempt {
		var sent atomic.Int32
		r.Meet(func(w http.ResponseWriter, req *http.Request, tenant http.Handler) {
			if !isGraphs(req) || req.Method == http.MethodGet || int(sent.Add(1)) != before+1 {
				tenant.ServeHTTP(w, req)
				return
			}
			now := r.Clock.Now().UTC()
			w.Header().Set("Date", now.Format(http.TimeFormat))
			w.Header().Set("Retry-After", now.Add(wait).Format(http.TimeFormat))
			refuseInGraph(w, http.StatusTooManyRequests, "TooManyRequests", "Please retry again later.")
		})
		defer r.Meet(nil)
		return r.attempt(ctx, ada)
	})
	return r.sentAgain(r.oncePaused(a))
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
