package mockgraph

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// notifier keeps the subscriptions and tells the subscribers. It reads the change log, so that writers never wait for it; its one
// worker starts with the first subscription and ends with [Tenant.Close].
type notifier struct {
	tenant *Tenant
	client *http.Client
	wake   chan struct{} // holds one nudge

	stepping sync.Mutex // one step at a time

	mu     sync.Mutex // guards what follows
	subs   []*subscriber
	cursor uint64 // the change log is read up to here
	cancel context.CancelFunc
	done   chan struct{}
	closed bool
}

// subscriber is a subscription with what waits for it.
type subscriber struct {
	subscription

	since       uint64 // changes after this one count
	gone        bool   // removed; only its lifecycle events are still to be sent
	asked       bool   // told to reauthorize since it last was
	changes     outbox
	lifecycling outbox
}

func newNotifier(t *Tenant) *notifier {
	n := &notifier{tenant: t, client: t.options.notifications.client, wake: make(chan struct{}, 1)}
	if n.client == nil {
		n.client = newNotificationClient()
	}
	return n
}

// all returns copies of the subscriptions that live, oldest first.
func (n *notifier) all(now time.Time) []subscription {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []subscription
	for _, s := range n.subs {
		if s.lives(now) {
			all = append(all, s.subscription)
		}
	}
	return all
}

func (s *subscriber) lives(now time.Time) bool { return !s.gone && now.Before(s.expiration) }

func (n *notifier) find(id string, now time.Time) *subscriber {
	i := slices.IndexFunc(n.subs, func(s *subscriber) bool { return strings.EqualFold(s.id, id) && s.lives(now) })
	if i < 0 {
		return nil
	}
	return n.subs[i]
}

func (n *notifier) get(id string, now time.Time) (subscription, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s := n.find(id, now); s != nil {
		return s.subscription, true
	}
	return subscription{}, false
}

// add keeps a subscription and starts the worker, false when there are too many.
func (n *notifier) add(s subscription) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	limit := n.tenant.options.notifications.limit
	if limit <= 0 {
		limit = defaultSubscriptionLimit
	}
	if len(n.subs) >= limit {
		return false
	}
	sequence := n.tenant.dir.Snapshot().Sequence()
	if len(n.subs) == 0 {
		n.cursor = sequence
	}
	n.subs = append(n.subs, &subscriber{subscription: s, since: sequence})
	n.start()
	n.nudge()
	return true
}

// replace changes a subscription, false when it is gone meanwhile.
func (n *notifier) replace(s subscription, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	kept := n.find(s.id, now)
	if kept == nil {
		return false
	}
	kept.asked = kept.asked && kept.expiration.Equal(s.expiration)
	kept.subscription = s
	return true
}

// reauthorize takes back what still waits to ask for it.
func (n *notifier) reauthorize(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.subs {
		if s.id == id {
			s.lifecycling.events = slices.DeleteFunc(s.lifecycling.events, func(e event) bool { return e.lifecycle == reauthorizationRequired })
		}
	}
}

func (n *notifier) remove(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.subs = slices.DeleteFunc(n.subs, func(s *subscriber) bool { return s.id == id })
}

// drop ends all subscriptions and tells nobody: what they watched is gone.
func (n *notifier) drop() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.subs = nil
}

// nudge lets the worker look at the change log. It never waits.
func (n *notifier) nudge() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// read brings the change log up to date with the outboxes, and the life of subscriptions with the clock. The caller holds mu.
func (n *notifier) read(view *directory.Snapshot, now time.Time) {
	n.age(view, now)
	if len(n.subs) == 0 {
		n.cursor = view.Sequence()
		return
	}
	last := make([]int, len(n.subs)) // where this round began in each outbox
	for i, s := range n.subs {
		last[i] = len(s.changes.events)
	}
	for c := range view.Changes(n.cursor) {
		for i, s := range n.subs {
			e, heard := s.watch.hears(c)
			if !heard || s.gone || c.Sequence <= s.since || !s.wants(e.changeType) {
				continue
			}
			if k := len(s.changes.events); k > last[i] && s.changes.events[k-1].merge(e) {
				continue
			}
			if s.changes.put(e) {
				last[i] = max(0, last[i]-1)
				s.announce(notificationsMissed, now)
			}
		}
	}
	n.cursor = view.Sequence()
}

// age ends subscriptions whose time is over or whose creator is gone, and asks for reauthorization in time.
func (n *notifier) age(view *directory.Snapshot, now time.Time) {
	notice := n.tenant.options.notifications.reauthorize
	if notice <= 0 {
		notice = defaultReauthorization
	}
	for _, s := range n.subs {
		_, stays := view.Object(s.creator)
		switch {
		case s.gone:
		case !now.Before(s.expiration), !stays:
			s.gone, s.changes = true, outbox{}
			s.announce(subscriptionRemoved, now)
		case !s.asked && s.expiration.Sub(now) <= notice:
			s.asked = true
			s.announce(reauthorizationRequired, now)
		}
	}
	n.subs = slices.DeleteFunc(n.subs, func(s *subscriber) bool { return s.gone && len(s.lifecycling.events) == 0 })
}

// announce tells the lifecycle endpoint, when there is one. The same event does not wait twice.
func (s *subscriber) announce(what string, now time.Time) {
	if s.lifecycle == "" || slices.ContainsFunc(s.lifecycling.events, func(e event) bool { return e.lifecycle == what }) {
		return
	}
	s.lifecycling.put(event{lifecycle: what, at: now})
}
