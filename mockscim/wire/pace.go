package wire

import (
	"context"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// pacer lets requests begin at regular times: one every so often, the first at once. It does not save up what was not used.
type pacer struct {
	clock clockwork.Clock
	every time.Duration

	mu   sync.Mutex
	next time.Time
}

// newPacer returns nil, which never waits, for a pace of 0.
func newPacer(perSecond float64, clock clockwork.Clock) *pacer {
	if perSecond <= 0 {
		return nil
	}
	if clock == nil {
		clock = clockwork.NewRealClock()
	}
	return &pacer{clock: clock, every: time.Duration(float64(time.Second) / perSecond)}
}

// wait returns when the next request may begin, or with ctx's error; then its time is lost.
func (p *pacer) wait(ctx context.Context) error {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	now := p.clock.Now()
	at := p.next
	if at.Before(now) {
		at = now
	}
	p.next = at.Add(p.every)
	p.mu.Unlock()
	if !at.After(now) {
		return ctx.Err()
	}
	timer := p.clock.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.Chan():
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
