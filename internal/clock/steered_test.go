package clock_test

import (
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

// steered is a clock over one the test moves.
func steered() (*clock.Steered, *clockwork.FakeClock) {
	base := clockwork.NewFakeClockAt(start)
	return clock.NewSteered(clock.WithBase(base)), base
}

// fired returns what came over a channel, zero for nothing.
func fired(c <-chan time.Time) time.Time {
	select {
	case at := <-c:
		return at
	default:
		return time.Time{}
	}
}

func TestTheClockShowsTheTimeItIsSteeredTo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		steer func(s *clock.Steered, base *clockwork.FakeClock)
		want  time.Duration // from the start
	}{
		{"runs with the real one", func(_ *clock.Steered, b *clockwork.FakeClock) { b.Advance(time.Minute) }, time.Minute},
		{"stands still when frozen", func(s *clock.Steered, b *clockwork.FakeClock) { s.Freeze(); b.Advance(time.Minute) }, 0},
		{"is advanced when frozen", func(s *clock.Steered, b *clockwork.FakeClock) {
			s.Freeze()
			s.Advance(time.Hour)
			b.Advance(time.Minute)
		}, time.Hour},
		{"is advanced while it runs", func(s *clock.Steered, b *clockwork.FakeClock) { s.Advance(time.Hour); b.Advance(time.Minute) }, time.Hour + time.Minute},
		{"goes on from where it stood", func(s *clock.Steered, b *clockwork.FakeClock) {
			s.Freeze()
			b.Advance(time.Hour)
			s.Resume()
			b.Advance(time.Minute)
		}, time.Minute},
		{"is set when frozen", func(s *clock.Steered, _ *clockwork.FakeClock) { s.Freeze(); s.Set(start.Add(-time.Hour)) }, -time.Hour},
		{"is set while it runs", func(s *clock.Steered, b *clockwork.FakeClock) { s.Set(start.Add(time.Hour)); b.Advance(time.Minute) }, time.Hour + time.Minute},
		{"is frozen twice", func(s *clock.Steered, b *clockwork.FakeClock) { s.Freeze(); b.Advance(time.Hour); s.Freeze() }, 0},
		{"is resumed twice", func(s *clock.Steered, b *clockwork.FakeClock) { s.Resume(); b.Advance(time.Hour); s.Resume() }, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, base := steered()
			c.steer(s, base)
			if got := s.Since(start); got != c.want {
				t.Errorf("shows the start and %s, want %s", got, c.want)
			}
			if got := s.Until(start); got != -c.want {
				t.Errorf("it is %s until the start, want %s", got, -c.want)
			}
		})
	}
}

func TestATimerFiresWhenTheClockIsAdvancedPastIt(t *testing.T) {
	t.Parallel()
	s, _ := steered()
	s.Freeze()
	timer := s.NewTimer(time.Hour)
	if s.Advance(time.Hour - 1); !fired(timer.Chan()).IsZero() {
		t.Error("it fired too early")
	}
	if s.Advance(1); !fired(timer.Chan()).Equal(start.Add(time.Hour)) {
		t.Error("it did not fire at its time")
	}
	if timer.Stop() {
		t.Error("Stop says that it was still to fire")
	}
}

func TestATimerFiresWhileTheClockRuns(t *testing.T) {
	t.Parallel()
	s, base := steered()
	c := s.After(time.Minute)
	base.Advance(time.Minute)
	if at := <-c; !at.Equal(start.Add(time.Minute)) {
		t.Errorf("it fired at %s", at)
	}
}

func TestAFrozenClockFiresNothingUntilItRunsAgain(t *testing.T) {
	t.Parallel()
	s, base := steered()
	c := s.After(time.Minute)
	s.Freeze()
	base.Advance(time.Hour)
	if !fired(c).IsZero() {
		t.Error("it fired while the clock stood still")
	}
	s.Resume()
	base.Advance(time.Minute)
	<-c
}

func TestATimerWaitsLongerWhenTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	s, base := steered()
	c := s.After(time.Minute)
	s.Set(start.Add(-time.Hour))
	base.Advance(time.Minute)
	if !fired(c).IsZero() {
		t.Error("it fired an hour too early")
	}
	base.Advance(time.Hour)
	<-c
}

func TestTimersFireInTheOrderOfTheirDeadlines(t *testing.T) {
	t.Parallel()
	s, _ := steered()
	s.Freeze()
	late, early, same := s.NewTimer(3*time.Hour), s.NewTimer(time.Hour), s.NewTimer(time.Hour)
	s.Advance(24 * time.Hour)
	for _, want := range []struct {
		timer clockwork.Timer
		after time.Duration
	}{{early, time.Hour}, {same, time.Hour}, {late, 3 * time.Hour}} {
		if at := fired(want.timer.Chan()); !at.Equal(start.Add(want.after)) {
			t.Errorf("fired at %s, want the start and %s", at, want.after)
		}
	}
}

func TestATimerThatIsDueAtOnceFiresAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := steered()
	s.Freeze()
	if fired(s.After(0)).IsZero() || fired(s.After(-time.Hour)).IsZero() {
		t.Error("it waits")
	}
}

func TestATickerTicksAndDropsWhatNobodyTakes(t *testing.T) {
	t.Parallel()
	s, _ := steered()
	s.Freeze()
	ticker := s.NewTicker(time.Minute)
	for n := 1; n <= 3; n++ {
		s.Advance(time.Minute)
		if at := fired(ticker.Chan()); !at.Equal(start.Add(time.Duration(n) * time.Minute)) {
			t.Errorf("tick %d at %s", n, at)
		}
	}
	s.Advance(time.Hour) // 60 ticks, one kept
	if fired(ticker.Chan()).IsZero() || !fired(ticker.Chan()).IsZero() {
		t.Error("want exactly one tick of an hour nobody watched")
	}
	ticker.Reset(time.Hour)
	if s.Advance(time.Minute); !fired(ticker.Chan()).IsZero() {
		t.Error("it ticks at the old interval after Reset")
	}
	ticker.Stop()
	if s.Advance(24 * time.Hour); !fired(ticker.Chan()).IsZero() {
		t.Error("it ticks after Stop")
	}
}

func TestAStoppedTimerDoesNotFireAndAResetOneDoes(t *testing.T) {
	t.Parallel()
	s, base := steered()
	timer := s.NewTimer(time.Minute)
	if !timer.Stop() || timer.Stop() {
		t.Error("Stop does not say whether it was still to fire")
	}
	base.Advance(time.Hour)
	if !fired(timer.Chan()).IsZero() {
		t.Error("it fired")
	}
	if timer.Reset(time.Minute) {
		t.Error("Reset says that it was still to fire")
	}
	base.Advance(time.Minute)
	<-timer.Chan()
}

func TestAfterFuncRunsOnceItsTimeHasCome(t *testing.T) {
	t.Parallel()
	s, _ := steered()
	s.Freeze()
	done := make(chan struct{})
	s.AfterFunc(time.Hour, func() {
		s.Advance(0) // may steer the clock itself
		close(done)
	})
	never := s.AfterFunc(2*time.Hour, func() { t.Error("it ran though it was stopped") })
	never.Stop()
	s.Advance(24 * time.Hour)
	<-done
}

func TestSleepEndsWhenTheClockIsAdvanced(t *testing.T) {
	t.Parallel()
	s, _ := steered()
	s.Freeze()
	awake := make(chan struct{})
	begun := s.After(0)
	go func() { s.Sleep(time.Hour); close(awake) }()
	<-begun
	for done := false; !done; { // until it sleeps, there is nothing to wake
		s.Advance(time.Hour)
		select {
		case <-awake:
			done = true
		default:
		}
	}
}

func TestManyMaySteerAndWaitAtOnce(t *testing.T) {
	t.Parallel()
	s := clock.NewSteered()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 200 {
				timer := s.NewTimer(time.Millisecond)
				s.Freeze()
				s.Advance(2 * time.Millisecond)
				_ = s.Now()
				s.Resume()
				timer.Stop()
			}
		})
	}
	group.Wait()
}

func BenchmarkNow(b *testing.B) {
	s := clock.NewSteered()
	for b.Loop() {
		_ = s.Now()
	}
}
