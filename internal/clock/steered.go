package clock

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"
)

// Steered is a [clockwork.Clock] that can be frozen, set, advanced and resumed. It is safe for concurrent use and runs nothing of
// its own: while it runs, one timer of the clock beneath waits for the earliest deadline; frozen, there is none.
type Steered struct {
	base clockwork.Clock
	hand atomic.Pointer[hand]

	mu      sync.Mutex // held to change the hand or the waiting
	waiting []*waiter  // by deadline, then by when they came
	alarm   clockwork.Timer
	shift   int // counts changes, so that an alarm that was set before one does nothing
}

// hand says what time it is: at a fixed instant, or so far from the clock beneath.
type hand struct {
	frozen bool
	at     time.Time
	offset time.Duration
}

// Option changes how a clock is made.
type Option func(*Steered)

// WithBase sets the clock beneath; the real one by default.
func WithBase(base clockwork.Clock) Option { return func(s *Steered) { s.base = base } }

// NewSteered returns a clock that shows the time of the clock beneath.
func NewSteered(opts ...Option) *Steered {
	s := &Steered{base: clockwork.NewRealClock()}
	for _, opt := range opts {
		opt(s)
	}
	s.hand.Store(&hand{})
	return s
}

// Now returns the time the clock shows, in UTC. It takes no lock.
func (s *Steered) Now() time.Time { return s.show(s.hand.Load()) }

func (s *Steered) show(h *hand) time.Time {
	if h.frozen {
		return h.at
	}
	// Without the monotonic reading, which knows nothing of the offset.
	return s.base.Now().UTC().Round(0).Add(h.offset)
}

// Since returns the time that passed since t.
func (s *Steered) Since(t time.Time) time.Duration { return s.Now().Sub(t) }

// Until returns the time until t.
func (s *Steered) Until(t time.Time) time.Duration { return t.Sub(s.Now()) }

// Frozen says whether the clock stands still.
func (s *Steered) Frozen() bool { return s.hand.Load().frozen }

// Freeze lets the clock stand still at the time it shows.
func (s *Steered) Freeze() {
	s.turn(func(_ hand, now time.Time) hand { return hand{frozen: true, at: now} })
}

// Resume lets the clock run again from the time it shows.
func (s *Steered) Resume() {
	s.turn(func(_ hand, now time.Time) hand { return hand{offset: now.Sub(s.base.Now().UTC().Round(0))} })
}

// Set sets the time; the clock then runs or stands still as before. A time in the past is taken: what waits has to wait longer.
func (s *Steered) Set(t time.Time) {
	s.turn(func(h hand, now time.Time) hand { return h.moved(t.UTC().Round(0), now) })
}

// Advance moves the clock on, frozen or running; d below 0 moves it back. When it returns, every timer and ticker that is due has
// its time, in the order of their deadlines, and the functions of AfterFunc have been started.
func (s *Steered) Advance(d time.Duration) {
	s.turn(func(h hand, now time.Time) hand { return h.moved(now.Add(d), now) })
}

func (h hand) moved(to, now time.Time) hand {
	if h.frozen {
		h.at = to
		return h
	}
	h.offset += to.Sub(now)
	return h
}

// turn changes the hand and fires what is due then.
func (s *Steered) turn(change func(h hand, now time.Time) hand) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.hand.Load()
	after := change(*before, s.show(before))
	s.hand.Store(&after)
	s.fire()
}

// fire gives everything that is due its time, and sets the alarm for what is not. The caller holds the lock.
func (s *Steered) fire() {
	now := s.Now()
	for len(s.waiting) > 0 && !s.waiting[0].deadline.After(now) {
		w := s.waiting[0]
		s.waiting = s.waiting[1:]
		at := w.deadline
		if w.every > 0 {
			w.deadline = w.deadline.Add(w.every)
			if missed := now.Sub(w.deadline); missed > 0 { // a slow reader misses ticks: all but the last one are dropped anyway
				w.deadline = w.deadline.Add(missed.Truncate(w.every))
			}
			s.enter(w)
		}
		w.strike(at)
	}
	s.arm(now)
}

// arm sets the alarm for the earliest deadline; none while the clock stands still.
func (s *Steered) arm(now time.Time) {
	if s.alarm != nil {
		s.alarm.Stop()
		s.alarm = nil
	}
	s.shift++
	if s.Frozen() || len(s.waiting) == 0 {
		return
	}
	shift := s.shift
	s.alarm = s.base.AfterFunc(s.waiting[0].deadline.Sub(now), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if shift == s.shift {
			s.fire()
		}
	})
}
