package endpoint

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"

	"golang.org/x/time/rate"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// lane is a line to the target for one of several senders at once. It knows which exchange is whose.
type lane struct {
	client  *wire.Client
	session *exchange.Session
}

// lanes gives n lanes on which nothing is sent again: what the target refuses is what is judged. They keep to the limiter, nil for none.
func (r *Rig) lanes(n int, limiter *rate.Limiter) []*lane {
	return r.open(n, limiter, r.target.config.Recorder.Session, func(next http.RoundTripper) http.RoundTripper {
		return gate{next: lingering{next}, budget: r.target.budget, void: r.Void}
	})
}

// patient gives n lanes that keep to the run's pace, send again what was refused for now, and keep only what goes wrong: for making
// thousands of users.
func (r *Rig) patient(n int) []*lane {
	return r.open(n, r.target.limiter, r.target.config.Recorder.Quiet, func(next http.RoundTripper) http.RoundTripper {
		return r.target.line(next, r.Void)
	})
}

func (r *Rig) open(n int, limiter *rate.Limiter, record func(string, http.RoundTripper) *exchange.Session, line func(http.RoundTripper) http.RoundTripper) []*lane {
	c := r.target.config
	all := make([]*lane, n)
	for i := range all {
		session := record(r.guard.owner, c.Transport)
		guarded := &guard{next: r.Watch(line(session)), base: r.target.address.base, owner: r.guard.owner, inventory: r.target.inventory}
		all[i] = &lane{client: must(r.target.clientAt(limiter, guarded, c.Token, nil)), session: session}
	}
	return all
}

// send sends one request. A lane serves one sender at a time.
func (l *lane) send(ctx context.Context, request wire.Request) Answer {
	before := l.session.Last()
	resp, err := l.client.Do(ctx, request)
	a := Answer{Status: resp.Status, Header: resp.Header, Body: resp.Body, Err: err}
	if last := l.session.Last(); last != before {
		a.Shown = last
		if a.Status == 0 {
			a.Status, a.Header, a.Body = last.Response.Status, last.Response.Header, last.Response.Body.Bytes
		}
	}
	return a
}

// unsent says whether the request of an answer never left, because the run holds it back or ends.
func (a Answer) unsent(ctx context.Context) bool {
	return a.Status == 0 && (a.Err == nil || errors.Is(a.Err, errHeldBack) || ctx.Err() != nil)
}

// atOnce sends requests side by side, as many as there are lanes, and returns the answers in their order.
func atOnce(ctx context.Context, lanes []*lane, requests []wire.Request) []Answer {
	answers := make([]Answer, len(requests))
	start := make(chan struct{})
	var next atomic.Int64
	var all sync.WaitGroup
	for _, l := range lanes[:min(len(lanes), len(requests))] {
		all.Go(func() {
			<-start
			for i := int(next.Add(1)) - 1; i < len(requests) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if answers[i] = l.send(ctx, requests[i]); errors.Is(answers[i].Err, errHeldBack) {
					return
				}
			}
		})
	}
	close(start)
	all.Wait()
	return answers
}

// throng makes n users on the target, side by side. It is a given: without one of them the check is blocked.
func (r *Rig) throng(ctx context.Context, n int) []*Account {
	accounts, requests := make([]*Account, n), make([]wire.Request, n)
	for i := range accounts {
		accounts[i], requests[i] = r.draft()
	}
	for i, a := range atOnce(ctx, r.patient(min(n, r.target.load.InFlight)), requests) {
		if made, err := a.JSON(); err == nil && a.OK() {
			accounts[i].ID = made.ID()
		}
		if accounts[i].ID == "" {
			r.Block(r.creator(ctx, users, a), "a user is not on the target: POST /Users was answered "+a.String(), a.Shown)
		}
	}
	return accounts
}
