package connector

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const outage = "connector.quarantine.outage"

// outageChecks are about a Graph that is away.
func outageChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.unavailable", Title: "A request that was answered 503 is sent again, or the caller is told to",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnErrors, learnPractices),
				Why: "Graph says 503 now and then, and means: later. Whoever gives up ends an import of hours for a second.",
				Fix: "Send the request again after a wait. If that is left to the caller, answer with the error unavailable and do not declare the feature retries.",
			},
			Run: func(ctx context.Context, r *Rig) { r.away(ctx, http.StatusServiceUnavailable) },
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.gateway-timeout", Title: "A request that was answered 504 is sent again, or the caller is told to",
				Level: result.Recommended, Breaks: breaksEntra, Sources: sources(learnErrors, learnPractices),
				Why: "A gateway on the way gave up. The next try mostly gets through.",
				Fix: "Treat 504 as 503; before a POST is sent again ask whether it was carried out.",
			},
			Run: func(ctx context.Context, r *Rig) { r.away(ctx, http.StatusGatewayTimeout) },
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.sane-back-off", Title: "A Graph that is away is asked a few times, with waits between",
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnPractices, learnThrottling),
				Why: "A hundred requests in a second keep a service down that is trying to come back, and the tenant is throttled when it is.",
				Fix: "Wait between tries, longer each time, and give up after a few.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.worker(ctx)
				end := r.storm("outage:503:" + requestsOfItsOwn)
				a := r.attempt(ctx, ada)
				end()
				s := siege(a.Calls, func(status int) bool { return status >= http.StatusInternalServerError })
				if s.tries == 0 {
					r.Skip("an update sends nothing that could be refused")
				}
				r.That("while every write is answered 503 the same request is sent a few times, with waits between", s, isSane(), a.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: outage, Title: "An outage that does not end is told, and afterwards everything works again",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnErrors, learnPractices),
				Why: "The product believes that the change has arrived and never sends it again. It is lost, and nobody is told.",
				Fix: "When the last try failed answer with the error unavailable, and begin afresh the next time.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.worker(ctx)
				end := r.storm("outage:503")
				a := r.attempt(ctx, ada)
				end()
				want := worded[attempt]{Want: "an error", OK: func(a attempt) bool { return a.Err != nil || a.done }, Got: attempt.String}
				if !r.target.description.Declares(Retries) {
					want = r.copes()
				}
				r.Must("an update while Graph answers 503 to everything is an error", a, want, a.Shown()...)
				again := r.attempt(ctx, ada)
				r.That("after the outage the update is carried out", again, worded[attempt]{
					Want: "success and the change in the tenant", OK: func(a attempt) bool { return a.Err == nil && a.done }, Got: attempt.String,
				}, again.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.dropped-connection", Title: "A connection that breaks while something is read is no error yet",
				Level: result.Recommended, Breaks: breaksEntra, Sources: sources(learnPractices, "https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2"),
				Why: "Connections break. A read can be repeated without harm, and an import that ends for it begins anew from the first page.",
				Fix: "Repeat a GET whose connection broke, after a short wait.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Search)
				r.NeedsFeature(Retries)
				ada := r.Hire(ctx, nil)
				r.Weather("drop:GET:times=1")
				o := r.Do(ctx, Request{Operation: Search, Type: User, Filter: &Filter{Attribute: "userPrincipalName", Value: ada.Name}})
				r.Weather("")
				if !brokenOff(o.Calls) {
					r.Skip("a search reads nothing")
				}
				r.That("a search whose first connection breaks is carried out", o, worded[Result]{
					Want: "success, and the one who was looked for", OK: func(o Result) bool { return o.Err == nil && slices.Contains(shownObjects(o), ada.ID) }, Got: Result.String,
				}, o.Shown()...)
			},
		},
	}
}

// away changes somebody while the first write is answered with a status of 5xx.
func (r *Rig) away(ctx context.Context, status int) {
	ada := r.worker(ctx)
	a := r.attemptIn(ctx, ada, fmt.Sprintf("outage:%d:%s:times=1", status, requestsOfItsOwn))
	if a.Err == nil && !a.done {
		r.blockBut(outage, fmt.Sprintf("after %d %v", status, a), a.Shown()...)
	}
	r.That(fmt.Sprintf("an update whose first request is answered %d is carried out", status)+r.orTold(Unavailable), a, r.copes(), a.Shown()...)
}

// sieged is how often the same request was sent to a Graph that refuses it, and in what time.
type sieged struct {
	first ask
	tries int
	in    time.Duration
}

func (s sieged) String() string {
	return fmt.Sprintf("%s %s was sent %s within %v", s.first.method, s.first.path, counted(s.tries, "time"), s.in.Round(time.Millisecond))
}

// siege is the request that was sent most often and refused with such a status.
func siege(calls []*Call, refused func(status int) bool) sieged {
	var most sieged
	all := asksOf(calls)
	for i, a := range all {
		if !refused(a.status) {
			continue
		}
		s := sieged{first: a, tries: 1}
		last := a
		for _, b := range all[i+1:] {
			if b.repeats(a) && b.call != last.call && refused(b.status) {
				s.tries++
				s.in = between(a.call, b.call)
				last = b
			}
		}
		if s.tries > most.tries {
			most = s
		}
	}
	return most
}

// The bounds of what is sane: clients of Microsoft's try four times, others ten.
const (
	maxTries = 20
	fewTries = 5
)

func isSane() worded[sieged] {
	return worded[sieged]{
		Want: fmt.Sprintf("at most %d tries, and more than %d not all at once", maxTries, fewTries),
		OK:   func(s sieged) bool { return s.tries <= maxTries && (s.tries <= fewTries || s.in >= time.Second) },
		Got:  sieged.String,
	}
}
