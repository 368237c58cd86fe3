package mockscim

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

var (
	// ErrRealClock says that [Service.Step] needs a clock it can advance (a *clockwork.FakeClock).
	ErrRealClock = errors.New("the clock cannot be advanced")
	// ErrNothingScheduled says that no job will ever run by itself: there is none, or all are paused or disabled.
	ErrNothingScheduled = errors.New("no job is scheduled")
)

// NextRun is when the next cycle of any job is due: in the past when it is overdue, zero when none will come.
func (s *Service) NextRun() time.Time { return s.earliest(func(*job) bool { return true }) }

func (s *Service) earliest(which func(*job) bool) time.Time {
	var next time.Time
	for _, j := range s.all() {
		if due := s.nextOf(j); which(j) && !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next
}

// nextOf is when a job is due; zero when it was not started or its application is gone.
func (s *Service) nextOf(j *job) time.Time {
	if !j.isStarted() || !s.exists(j.principal) {
		return time.Time{}
	}
	return j.NextRun()
}

func (s *Service) isDue(j *job) bool {
	next := s.nextOf(j)
	return !next.IsZero() && !next.After(s.clock.Now())
}

// RunDue runs one cycle of every job that is due, one after another; it waits for those that run already. Before that, objects leave
// the directory for good whose time in the recycle bin is over, so that the cycles delete them. What puts a job into quarantine is in
// its status, not in the error.
func (s *Service) RunDue(ctx context.Context) error {
	s.dir.Expire()
	s.sweep()
	var failed []error
	for _, j := range s.all() {
		err := s.hold(ctx, j, func() error {
			if !s.isDue(j) {
				return nil
			}
			return s.cycle(ctx, j)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("job %s: %w", j.ID(), err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failed...)
}

// Step advances a steered clock to the next due run, if that is in the future, and runs what is due then. It returns
// [ErrRealClock] when the clock is not a *clockwork.FakeClock and [ErrNothingScheduled] when nothing is scheduled.
func (s *Service) Step(ctx context.Context) error {
	clock, ok := s.clock.(*clockwork.FakeClock)
	if !ok {
		return fmt.Errorf("step: %w", ErrRealClock)
	}
	next := s.NextRun()
	if next.IsZero() {
		return fmt.Errorf("step: %w", ErrNothingScheduled)
	}
	if wait := next.Sub(clock.Now()); wait > 0 {
		clock.Advance(wait)
	}
	return s.RunDue(ctx)
}

// Run runs the cycles of all jobs as they fall due by the service's clock, those of different jobs side by side, until ctx ends. It
// returns when the last of them has stopped.
func (s *Service) Run(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	for {
		s.dir.Expire()
		s.sweep()
		for _, j := range s.all() {
			if !j.isBusy() && s.isDue(j) {
				running.Go(func() { s.tryCycle(ctx, j) })
			}
		}
		if !s.sleep(ctx) {
			return
		}
	}
}

// tryCycle runs a cycle, unless somebody else is at the job: who is wakes Run afterwards.
func (s *Service) tryCycle(ctx context.Context, j *job) {
	select {
	case j.busy <- struct{}{}:
	default:
		return
	}
	defer s.release(ctx, j)
	if s.isDue(j) {
		_ = s.cycle(ctx, j) // what went wrong is in the job's status; the rest is that it was ended
	}
}

// sleep waits until a job that rests is due, or something changes; false when ctx ended.
func (s *Service) sleep(ctx context.Context) bool {
	var alarm <-chan time.Time
	if next := s.earliest(func(j *job) bool { return !j.isBusy() }); !next.IsZero() {
		timer := s.clock.NewTimer(max(0, next.Sub(s.clock.Now())))
		defer timer.Stop()
		alarm = timer.Chan()
	}
	select {
	case <-ctx.Done():
		return false
	case <-alarm:
	case <-s.wake:
	}
	return ctx.Err() == nil
}

// hold does something to a job while nobody else does.
func (s *Service) hold(ctx context.Context, j *job, do func() error) error {
	select {
	case j.busy <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer s.release(ctx, j)
	return do()
}

// release lets the next one at a job, after the changes that came meanwhile were made.
func (s *Service) release(ctx context.Context, j *job) {
	<-j.busy
	s.settle(ctx, j)
	s.stir()
}

// stir wakes [Service.Run], because something may be due now.
func (s *Service) stir() {
	s.revision.Add(1)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
