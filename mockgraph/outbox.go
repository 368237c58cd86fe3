package mockgraph

import "time"

// How notifications are tried again. Source: learn.microsoft.com/graph/change-notifications-delivery-webhooks: with back-off, for up
// to four hours; the steps are not documented.
const (
	firstRetry = 10 * time.Second
	longestGap = 10 * time.Minute
	givingUp   = 4 * time.Hour
)

const (
	maxQueued    = 10_000 // events a subscriber may be behind
	maxDelivered = 100    // events in one request
)

// outbox is what waits to be sent to one endpoint of one subscription, oldest first.
type outbox struct {
	events   []event
	failures int       // in a row
	since    time.Time // of the first of them
	retry    time.Time // not before
}

// put adds an event and says whether the oldest had to go for it.
func (o *outbox) put(e event) (dropped bool) {
	if len(o.events) >= maxQueued {
		o.events, dropped = o.events[1:], true
	}
	o.events = append(o.events, e)
	return dropped
}

// due returns the events that may be sent now.
func (o *outbox) due(now time.Time, latency time.Duration) []event {
	if now.Before(o.retry) {
		return nil
	}
	n := 0
	for n < len(o.events) && n < maxDelivered && !now.Before(o.events[n].at.Add(latency)) {
		n++
	}
	return o.events[:n:n]
}

// next is when something may be due, false for an empty box.
func (o *outbox) next(latency time.Duration) (time.Time, bool) {
	if len(o.events) == 0 {
		return time.Time{}, false
	}
	at := o.events[0].at.Add(latency)
	if at.Before(o.retry) {
		at = o.retry
	}
	return at, true
}

// sent takes n events out.
func (o *outbox) sent(n int) {
	o.events = o.events[min(n, len(o.events)):]
	o.failures, o.retry = 0, time.Time{}
}

// failed puts the next try off, or gives n events up after too long and says so.
func (o *outbox) failed(n int, now time.Time) (gaveUp bool) {
	if o.failures == 0 {
		o.since = now
	}
	o.failures++
	if now.Sub(o.since) >= givingUp {
		o.sent(n)
		return true
	}
	gap := firstRetry << min(o.failures-1, 10)
	o.retry = now.Add(min(gap, longestGap))
	return false
}
