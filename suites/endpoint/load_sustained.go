package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func sustainedChecks() []Check {
	return []Check{{
		Spec: suites.Spec{
			ID: sustained, Title: "25 requests per second are borne without 429, another error or a lost connection",
			Level: result.Required, Breaks: breaksGallery, Needs: needs("endpoint.create.user", "endpoint.create.filter-exact"),
			Sources: sources(learnThrottle, learnGallery),
			Why:     "Applications in the gallery must bear 25 requests per second from one tenant. What is refused or too late is tried again in a later cycle, every 40 minutes: a first cycle of a large customer then takes days, and too many errors put the job into quarantine.",
			Fix:     "Raise the rate limit of the provisioning client to 25 requests per second per tenant at least, and look for what the requests wait for: connections to the database, a lock, a query without an index.",
		},
		Run: sustain,
	}}
}

// slack is how late the sender may be woken without sending fewer requests.
const slack = 20 * time.Millisecond

// sustain sends Entra's mix of requests at a steady rate. Each is sent when its time has come, whether or not earlier ones were answered, up to a
// number in flight.
func sustain(ctx context.Context, r *Rig) {
	load := r.target.load
	if pace := r.target.config.Pace; pace > 0 && pace < load.Rate {
		r.Skip(fmt.Sprintf("the run sends at most %g requests per second (--pace), and this is about %g", pace, load.Rate))
	}
	mix := r.mix(ctx)
	lanes := r.lanes(load.InFlight, nil)
	free := make(chan *lane, len(lanes))
	for _, l := range lanes {
		free <- l
	}
	clock := r.target.breath.clock
	limiter := rate.NewLimiter(rate.Limit(load.Rate), max(2, int(load.Rate*slack.Seconds()))) // a timer that wakes late must not lower the rate
	m := newMeter(mix.kinds)
	var first, last time.Time
	var starved time.Duration // waited for an answer because all lanes were taken
	var senders sync.WaitGroup
	sent := 0
	for sent < max(2, int(load.Rate*load.For.Seconds())) && limiter.Wait(ctx) == nil && r.target.Spent() == "" {
		due := clock.Now()
		var l *lane
		select {
		case l = <-free:
		case <-ctx.Done():
		}
		if l == nil {
			break
		}
		last = clock.Now()
		if starved += last.Sub(due); sent == 0 {
			first = last
		}
		kind, request := mix.next(sent)
		sent++
		senders.Go(func() {
			a := l.send(ctx, request)
			if !a.unsent(ctx) {
				m.note(kind, a)
			}
			free <- l
		})
	}
	senders.Wait()
	if sent < 2 || ctx.Err() != nil {
		return
	}
	took := last.Sub(first)
	measured := m.result(load.Load, took, sent)
	load.mu.Lock()
	load.measured = measured
	load.mu.Unlock()
	r.bore(measured, m, starved, took)
}

// bore judges what was measured.
func (r *Rig) bore(l *result.Load, m *meter, starved, took time.Duration) {
	borne := r.That(fmt.Sprintf("%g requests per second, which Entra may send, are answered without 429, another error or a lost connection", l.Wanted), *l, worded[result.Load]{
		Want: "no 429, no other error and no lost connection",
		OK:   func(l result.Load) bool { return l.Refused+l.Failed+l.Lost == 0 },
		Got: func(l result.Load) string {
			text := fmt.Sprintf("of %d requests in %.1f seconds %d were answered 429, %d with another error, and %d were not answered", l.Requests, l.Seconds, l.Refused, l.Failed, l.Lost)
			if m.worst != "" {
				text += "; the first: " + m.worst
			}
			return text
		},
	}, m.shown...)
	const enough = 0.9 // of the rate: clocks and schedulers are not exact
	if !borne || l.Rate >= enough*l.Wanted {
		return
	}
	late := took - time.Duration(float64(l.Requests-1)/l.Wanted*float64(time.Second))
	if starved < late/2 {
		r.Skip(fmt.Sprintf("this machine was too busy to send %g requests per second, it came to %.1f", l.Wanted, l.Rate))
	}
	r.That(fmt.Sprintf("%g requests per second are answered with at most %d of them on the way", l.Wanted, l.InFlight), *l, worded[result.Load]{
		Want: fmt.Sprintf("%g requests per second", l.Wanted),
		OK:   func(result.Load) bool { return false },
		Got: func(l result.Load) string {
			return fmt.Sprintf("%.1f requests per second: %s", l.Rate, strings.Join(m.slowest(), ", "))
		},
	}, m.slow)
}

// mix is what Entra sends in a cycle in which people come and change.
type mix struct {
	kinds []string
	next  func(i int) (kind string, request wire.Request)
}

const mixCycle = 5

// mix makes what the requests are about.
func (r *Rig) mix(ctx context.Context) mix {
	people := r.throng(ctx, mixCycle)
	kinds := []string{kindFind, kindRead, kindCreate, kindChange, kindMember}
	var team *Account
	if r.hasGroups() {
		team = r.MadeGroup(ctx, "Team Load")
	} else {
		kinds = kinds[:4]
	}
	path, _ := r.key(people[0])
	return mix{kinds: kinds, next: func(i int) (string, wire.Request) {
		one := people[i/len(kinds)%len(people)]
		kind := kinds[i%len(kinds)]
		switch kind {
		case kindFind:
			_, value := r.key(one)
			return kind, r.Compose.MatchUser(path, value)
		case kindRead:
			return kind, r.Compose.GetUser(one.ID)
		case kindCreate:
			_, request := r.draft()
			return kind, request
		case kindChange:
			changed := wire.Attribute{Path: r.At("displayName"), Value: fmt.Sprintf("%s %d", one.Display, i)}
			return kind, r.Compose.PatchUser(one.ID, []wire.Change{{Attribute: changed, Present: true}})
		default:
			if i/len(kinds)%(2*len(people)) < len(people) {
				return kind, r.Compose.AddMembers(team.ID, []string{one.ID})[0]
			}
			return kind, r.Compose.RemoveMembers(team.ID, []string{one.ID})[0]
		}
	}}
}

// trouble is which count of a load an answer belongs to, nil for none. Every request of the mix can be done, but a change may meet another one, and
// of a group a member may leave before she joined.
func trouble(l *result.Load, kind string, a Answer) *int {
	switch {
	case a.Status == http.StatusTooManyRequests:
		return &l.Refused
	case a.Status == 0 || a.Err != nil && a.Status < http.StatusInternalServerError:
		return &l.Lost
	case a.OK(), slices.Contains(forgiven[kind], a.Status):
		return nil
	default:
		return &l.Failed
	}
}

// The kinds of requests of a steady load.
const (
	kindFind, kindRead, kindCreate = "find a user", "read a user", "create a user"
	kindChange, kindMember         = "change a user", "change a group"
)

// forgiven are the refusals that say nothing about the load, by kind of request.
var forgiven = map[string][]int{
	kindChange: {http.StatusConflict, http.StatusPreconditionFailed},
	kindMember: {http.StatusConflict, http.StatusPreconditionFailed, http.StatusBadRequest, http.StatusNotFound},
}
