package mockgraph

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	deliveryTime  = 30 * time.Second // for an endpoint to accept. Source: learn.microsoft.com/graph/change-notifications-delivery-webhooks.
	deliveries    = 8                // at a time
	pollChanges   = time.Second      // for changes nobody nudged about
	maxAcceptance = 4 << 10
)

// DeliverNotifications sends what is due by the tenant's clock and returns how many requests were accepted. It waits for all of them.
// The tenant's worker does the same by itself, unless [WithManualNotifications] says that only calls of this do.
func (t *Tenant) DeliverNotifications(ctx context.Context) int { return t.notifier.step(ctx) }

// Close ends the tenant's worker and returns when it has ended, or with the context's error when that takes too long. The tenant
// goes on answering; only notifications are sent no more. Closing twice does no harm.
func (t *Tenant) Close(ctx context.Context) error { return t.notifier.close(ctx) }

// parcel is one request to be sent.
type parcel struct {
	to     *subscriber
	box    *outbox
	url    string
	events int
	body   []byte
}

// step does one round: reads the changes, sends what is due, writes down what came of it.
func (n *notifier) step(ctx context.Context) (accepted int) {
	n.stepping.Lock()
	defer n.stepping.Unlock()
	now := n.tenant.clock.Now()
	n.tenant.settle(now)
	parcels := n.pack(now)
	results := make([]bool, len(parcels))
	var wait sync.WaitGroup
	gate := make(chan struct{}, deliveries)
	for i := range parcels {
		gate <- struct{}{}
		wait.Go(func() {
			defer func() { <-gate }()
			results[i] = n.send(ctx, &parcels[i]) == nil
		})
	}
	wait.Wait()

	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range parcels {
		p := &parcels[i]
		switch {
		case results[i]:
			accepted++
			p.box.sent(p.events)
		case ctx.Err() != nil: // nobody's fault: as if it had not been tried
		case p.box.failed(p.events, now) && p.box == &p.to.changes:
			p.to.announce(notificationsMissed, now)
		}
	}
	return accepted
}

// pack makes the requests that are due.
func (n *notifier) pack(now time.Time) []parcel {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.read(n.tenant.dir.Snapshot(), now)
	var all []parcel
	for _, s := range n.subs {
		for _, each := range []struct {
			box     *outbox
			url     string
			latency time.Duration
		}{{&s.changes, s.notificationURL, n.tenant.options.notifications.latency}, {&s.lifecycling, s.lifecycle, 0}} {
			events := each.box.due(now, each.latency)
			if len(events) == 0 {
				continue
			}
			body, err := s.body(events, n.tenant.ID())
			if err != nil { // these shapes always marshal
				continue
			}
			all = append(all, parcel{to: s, box: each.box, url: each.url, events: len(events), body: body})
		}
	}
	return all
}

// send posts one request. Any answer of the 200s accepts it.
func (n *notifier) send(ctx context.Context, p *parcel) error {
	ctx, cancel := context.WithTimeout(ctx, deliveryTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(p.body))
	if err != nil {
		return fmt.Errorf("make notification: %w", err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	answer, err := n.client.Do(r)
	if err != nil {
		return fmt.Errorf("send notification: %w", err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAcceptance)) // so that the connection can be used again
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("read answer to notification: %w", err)
	}
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("send notification: status %d", answer.StatusCode)
	}
	return nil
}

// start begins the worker once. The caller holds mu.
func (n *notifier) start() {
	if n.done != nil || n.closed || n.tenant.options.notifications.manual {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	n.cancel, n.done = cancel, make(chan struct{})
	go n.work(ctx, n.done)
}

// work does rounds until the context ends: when somebody nudges, when something is due, and now and then for changes that were made
// beside Graph.
func (n *notifier) work(ctx context.Context, done chan<- struct{}) {
	defer close(done)
	for ctx.Err() == nil {
		n.step(ctx)
		pause, busy := n.pause()
		if !busy {
			select {
			case <-ctx.Done():
			case <-n.wake:
			}
			continue
		}
		timer := n.tenant.clock.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-n.wake:
		case <-timer.Chan():
		}
		timer.Stop()
	}
}

// pause is how long there is nothing to do, false without subscriptions.
func (n *notifier) pause() (time.Duration, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.subs) == 0 {
		return 0, false
	}
	pause, now := pollChanges, n.tenant.clock.Now()
	for _, s := range n.subs {
		for _, each := range []struct {
			box     *outbox
			latency time.Duration
		}{{&s.changes, n.tenant.options.notifications.latency}, {&s.lifecycling, 0}} {
			if at, waiting := each.box.next(each.latency); waiting {
				pause = min(pause, max(at.Sub(now), time.Millisecond))
			}
		}
	}
	return pause, true
}

func (n *notifier) close(ctx context.Context) error {
	n.mu.Lock()
	n.closed = true
	cancel, done := n.cancel, n.done
	n.mu.Unlock()
	if done != nil {
		cancel()
		select {
		case <-done:
		case <-ctx.Done():
			return fmt.Errorf("close tenant: %w", ctx.Err())
		}
	}
	if n.tenant.options.notifications.client == nil {
		n.client.CloseIdleConnections()
	}
	return nil
}
