package suites

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/internal/result"
)

// The default limits of a check, in real time.
const (
	DefaultTimeout        = 60 * time.Second
	DefaultGrace          = 5 * time.Second
	DefaultCleanupTimeout = 30 * time.Second
)

// errOutOfTime is the cause of a check's context when its time is up.
var errOutOfTime = errors.New("the check ran out of time")

type limits struct {
	timeout, grace, cleanup time.Duration
	clock                   clockwork.Clock
}

// Option changes the limits within which a check runs.
type Option func(*limits)

// WithTimeout sets the time a check has. A check that needs longer has failed. The default is [DefaultTimeout].
func WithTimeout(d time.Duration) Option { return func(l *limits) { l.timeout = d } }

// WithGrace sets how long a check may go on after its context has ended before it is given up: a fault of the harness. The
// default is [DefaultGrace].
func WithGrace(d time.Duration) Option { return func(l *limits) { l.grace = d } }

// WithCleanupTimeout sets the time all clean-ups of a check have together. The default is [DefaultCleanupTimeout].
func WithCleanupTimeout(d time.Duration) Option { return func(l *limits) { l.cleanup = d } }

// WithClock sets the clock by which limits and durations are taken. The default is real time, and a target outside the
// process needs real time.
func WithClock(c clockwork.Clock) Option { return func(l *limits) { l.clock = c } }

// Execute runs body once, on a goroutine of its own, and says what became of it. It returns when body has ended in whatever
// way (return, panic, [runtime.Goexit]) or has been given up, and the clean-ups registered with t have run. When ctx ends
// first the outcome is [result.NotRun]: what a check finds while it is cut off is no evidence. t must be fresh.
func Execute(ctx context.Context, t *T, body func(ctx context.Context), opts ...Option) Outcome {
	l := limits{timeout: DefaultTimeout, grace: DefaultGrace, cleanup: DefaultCleanupTimeout, clock: clockwork.NewRealClock()}
	for _, opt := range opts {
		opt(&l)
	}
	began := l.clock.Now()
	run, cancel := context.WithCancelCause(ctx)
	timer := l.clock.AfterFunc(l.timeout, func() { cancel(errOutOfTime) })
	ended := make(chan ending, 1)
	go launch(run, body, ended)

	var how ending
	select {
	case how = <-ended:
	case <-run.Done():
		select {
		case how = <-ended:
		case <-l.clock.After(l.grace):
			how.abandoned = true
		}
	}
	timer.Stop()
	how.interrupted = ctx.Err() != nil
	how.late = errors.Is(context.Cause(run), errOutOfTime) && !how.interrupted
	cancel(nil)
	o := t.close(how, l)
	o.Duration = l.clock.Since(began)
	o.Leftovers = t.cleanUp(ctx, l)
	return o
}

// ending is how the goroutine of a check ended.
type ending struct {
	returned    bool   // body returned; else it panicked or called Goexit
	panicked    string // the panic's value and stack
	abandoned   bool   // it did not end at all
	interrupted bool   // the run had ended before
	late        bool   // its time was up before
}

func launch(ctx context.Context, body func(ctx context.Context), ended chan<- ending) {
	var how ending
	defer func() {
		if v := recover(); v != nil {
			how.panicked = fmt.Sprintf("panic: %v\n\n%s", v, debug.Stack())
		}
		ended <- how
	}()
	body(ctx)
	how.returned = true
}

// close takes what t has collected; later reports are dropped.
func (t *T) close(how ending, l limits) Outcome {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	o := Outcome{Suspects: slices.Clone(t.suspects), LostContact: (t.lostContact || how.late) && t.void == "", Panic: t.harnessFault(how, l)}
	findings := slices.Clone(t.findings)
	if t.void != "" && o.Panic == "" {
		how.late = false
	}
	if how.late && o.Panic == "" || how.late && len(findings) > 0 {
		findings = append([]result.Finding{t.outOfTime(l.timeout)}, findings...)
	}
	switch {
	case how.interrupted:
		o.Status, o.Reason = result.NotRun, "the run ended while the check ran"
	case len(findings) > 0:
		o.Status, o.Findings = result.Failed, findings
	case o.Panic != "":
		o.Status, o.Reason = result.NotRun, "the harness failed: "+firstLine(o.Panic)
	case t.void != "":
		o.Status, o.Reason = t.void, t.voidReason
	case t.ending == result.Blocked:
		o.Status, o.BlockedBy, o.Reason, o.Exchanges = result.Blocked, t.blockedBy, t.reason, t.shownBy
	case t.ending == result.Skipped:
		o.Status, o.Reason = result.Skipped, t.reason
	default:
		o.Status = result.Passed
	}
	return o
}

// harnessFault says what went wrong on our side. A check that is cut off may well fail to set itself up: that is no fault.
func (t *T) harnessFault(how ending, l limits) string {
	switch {
	case how.panicked != "":
		return how.panicked
	case how.abandoned:
		return fmt.Sprintf("the check went on for more than %v after its context had ended", l.grace)
	case how.interrupted || how.late:
		return ""
	case t.fault != "":
		return t.fault
	case !how.returned && t.ending == "" && len(t.findings) == 0:
		return "the check ended its goroutine without saying why"
	default:
		return ""
	}
}

func (t *T) outOfTime(timeout time.Duration) result.Finding {
	return result.Finding{
		Rule:     "the target answers in time",
		Expected: fmt.Sprintf("all answers of the check within %v", timeout),
		Actual:   "the check ran out of time and was ended",
		Why:      "Entra gives up a request after a while, retries it in a later cycle and in the end puts the job into quarantine",
		Fix:      "answer faster, or raise the time-out if the way to the target is slow",
		Sources:  slices.Clone(t.spec.Sources),
		Count:    1,
	}
}

// cleanUp runs the clean-ups, last registered first, also when ctx has ended; values in ctx are kept.
func (t *T) cleanUp(ctx context.Context, l limits) []result.Leftover {
	fresh, cancel := context.WithCancel(context.WithoutCancel(ctx))
	timer := l.clock.AfterFunc(l.cleanup, cancel)
	defer timer.Stop()
	defer cancel()
	var left []result.Leftover
	for {
		t.mu.Lock()
		last := len(t.cleanups) - 1
		if last < 0 {
			t.late = lateCleanUp(ctx, l)
			t.mu.Unlock()
			return left
		}
		f := t.cleanups[last]
		t.cleanups = t.cleanups[:last]
		t.mu.Unlock()
		if err := guarded(fresh, f, l); err != nil {
			left = append(left, leftover(err))
		}
	}
}

// lateCleanUp serves a check that was given up and creates something all the same. Nobody reads its errors any more.
func lateCleanUp(ctx context.Context, l limits) func(func(ctx context.Context) error) {
	var one sync.Mutex
	return func(f func(ctx context.Context) error) {
		one.Lock()
		defer one.Unlock()
		fresh, cancel := context.WithCancel(context.WithoutCancel(ctx))
		defer cancel()
		timer := l.clock.AfterFunc(l.cleanup, cancel)
		defer timer.Stop()
		_ = guarded(fresh, f, l)
	}
}

// guarded calls one clean-up on a goroutine of its own, so that neither its panic nor its hanging stops the others.
func guarded(ctx context.Context, f func(ctx context.Context) error, l limits) error {
	done := make(chan error, 1)
	go func() {
		err := errors.New("the clean-up ended its goroutine")
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("the clean-up panicked: %v", v)
			}
			done <- err
		}()
		err = f(ctx)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-l.clock.After(l.grace):
		return errors.New("the clean-up ran out of time")
	}
}

func leftover(err error) result.Leftover {
	if l, ok := errors.AsType[*LeftoverError](err); ok {
		return result.Leftover{URL: l.URL, Reason: l.Err.Error(), Remove: l.Remove}
	}
	return result.Leftover{Reason: err.Error()}
}
