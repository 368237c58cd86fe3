package clock

import (
	"slices"
	"time"

	"github.com/jonboulle/clockwork"
)

// waiter is a timer or a ticker.
type waiter struct {
	clock    *Steered
	deadline time.Time
	every    time.Duration // of a ticker; 0: once
	c        chan time.Time
	do       func() // of AfterFunc, instead of c
}

// strike tells the waiter that its time has come. A time nobody has taken yet stays, as with package time.
func (w *waiter) strike(at time.Time) {
	if w.do != nil {
		go w.do()
		return
	}
	select {
	case w.c <- at:
	default:
	}
}

// enter puts a waiter in its place. The caller holds the lock.
func (s *Steered) enter(w *waiter) {
	i, _ := slices.BinarySearchFunc(s.waiting, w, func(e, w *waiter) int {
		if e.deadline.After(w.deadline) {
			return 1
		}
		return -1 // behind those of the same time
	})
	s.waiting = slices.Insert(s.waiting, i, w)
}

// leave takes a waiter out and says whether it was waiting. The caller holds the lock.
func (s *Steered) leave(w *waiter) bool {
	i := slices.Index(s.waiting, w)
	if i < 0 {
		return false
	}
	s.waiting = slices.Delete(s.waiting, i, i+1)
	return true
}

// start lets a waiter wait, and fires it at once when it is due.
func (s *Steered) start(w *waiter, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.deadline = s.Now().Add(d)
	s.enter(w)
	s.fire()
}

// After returns a channel that gets the time when d has passed.
func (s *Steered) After(d time.Duration) <-chan time.Time { return s.NewTimer(d).Chan() }

// Sleep waits until d has passed on this clock.
func (s *Steered) Sleep(d time.Duration) { <-s.After(d) }

// NewTimer returns a timer that fires when d has passed.
func (s *Steered) NewTimer(d time.Duration) clockwork.Timer {
	w := &waiter{clock: s, c: make(chan time.Time, 1)}
	s.start(w, d)
	return timer{w}
}

// AfterFunc calls f on a goroutine of its own when d has passed.
func (s *Steered) AfterFunc(d time.Duration, f func()) clockwork.Timer {
	w := &waiter{clock: s, do: f}
	s.start(w, d)
	return timer{w}
}

// NewTicker returns a ticker that fires every d, which must be above 0; it panics otherwise, as package time does.
func (s *Steered) NewTicker(d time.Duration) clockwork.Ticker {
	if d <= 0 {
		panic("non-positive interval for NewTicker")
	}
	w := &waiter{clock: s, every: d, c: make(chan time.Time, 1)}
	s.start(w, d)
	return ticker{w}
}

type timer struct{ w *waiter }

func (t timer) Chan() <-chan time.Time { return t.w.c }

// Stop ends the waiting and says whether the timer was still to fire. A time nobody took is gone.
func (t timer) Stop() bool {
	s := t.w.clock
	s.mu.Lock()
	defer s.mu.Unlock()
	t.w.drain()
	if !s.leave(t.w) {
		return false
	}
	s.arm(s.Now())
	return true
}

// Reset begins anew and says whether the timer was still to fire.
func (t timer) Reset(d time.Duration) bool {
	active := t.Stop()
	t.w.clock.start(t.w, d)
	return active
}

type ticker struct{ w *waiter }

func (t ticker) Chan() <-chan time.Time { return t.w.c }

func (t ticker) Stop() { timer(t).Stop() }

func (t ticker) Reset(d time.Duration) {
	if d <= 0 {
		panic("non-positive interval for Ticker.Reset")
	}
	s := t.w.clock
	s.mu.Lock()
	s.leave(t.w)
	t.w.drain()
	t.w.every = d
	s.mu.Unlock()
	s.start(t.w, d)
}

// drain forgets a time nobody took, as package time does since Go 1.23.
func (w *waiter) drain() {
	select {
	case <-w.c:
	default:
	}
}
