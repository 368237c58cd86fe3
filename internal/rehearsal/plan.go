package rehearsal

import (
	"context"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// The defaults of a [Plan].
const (
	DefaultParallel = 8
	DefaultGrace    = 45 * time.Second // a little more than a check and its clean-up may take to end
)

// Plan says what to run and how. Only Runnables is necessary.
type Plan struct {
	Runnables []suites.Runnable // the whole catalogue, bound to the target, in the order of the report within a stage

	Packs      []suites.Pack  // what to choose from; nil means [suites.DefaultPacks], or everything when Only or OnlyFailed choose
	Stages     []suites.Stage // nil means all
	Only       []string       // ids, aliases or globs over them (* and ?); nil means all
	OnlyFailed *result.Report // only what failed, was blocked, passed unexpectedly or was not run there; nil means all

	Shard Shard // the part of what is chosen that this run reports; the zero value is all of it

	Known    *KnownFailures // nil means none
	Dialects []string       // the dialects there are, also those not in this run; nil means those of Runnables
	FailOn   result.Level   // the lowest level that weighs; "" means required

	Parallel int    // checks side by side; 0 or less means [DefaultParallel]
	Seed     uint64 // Ginkgo's

	// Events is told what happens, one event after another, on the goroutine of the scheduler, so it should not dawdle; nil means nobody
	// listens.
	Events func(Event)
	// Alive asks the target for a sign of life after a check lost contact with it. Its error ends the run: the target died.
	// nil means that the target is taken to live.
	Alive func(ctx context.Context) error

	Grace         time.Duration   // how long running checks have to end and clean up after an interrupt; 0 means [DefaultGrace]
	Clock         clockwork.Clock // nil means real time
	WithoutGinkgo bool            // leaves Ginkgo and its globals alone; for runs inside somebody else's test
}

// Result is what a run came to.
type Result struct {
	Checks      []result.Check // by stage, then in the order of the catalogue
	Positions   []int          // of Checks among all that was chosen, from 0; they leave gaps when the plan is a shard
	Selected    int            // how many were chosen, in all shards together
	Verdict     result.Verdict
	Verdicts    map[string]result.Verdict // by dialect
	Message     string                    // one sentence, when Verdict is [result.Error] or [result.Empty]
	Problems    []string                  // what besides checks makes the run non-conformant, one sentence each
	Faults      []string                  // faults of the harness itself, with stacks
	Leftovers   []result.Leftover
	Interrupted bool  // the context ended before the run
	Died        error // why the target is taken to have died during the run, nil when it lives
	StartedAt   time.Time
	Duration    time.Duration
}

// UsageError is a mistake in what the user asked for: an unknown id, a known failure that matches no check, a broken file.
type UsageError struct{ Message string }

func (e *UsageError) Error() string { return e.Message }

// EventKind says what an [Event] is about.
type EventKind string

// The kinds of events. Each check has one Finished and then one Listed; checks that are run have one Started before.
const (
	Started  EventKind = "started"
	Finished EventKind = "finished" // as it happens
	Listed   EventKind = "listed"   // in the order of the report: the check and all before it have finished
)

// Event is one step of a run.
type Event struct {
	Kind  EventKind
	Check result.Check // when Started without an outcome
	Done  int          // checks finished so far
	Total int          // checks of the run, or of its shard; what is run for them only is not told
}

// Run runs the plan. The error is a [*UsageError], or tells of a catalogue that cannot be run; then nothing has been run.
// When ctx ends, running checks are cut off, clean up, and like the remaining ones count as not run; that is no error but in the result.
func Run(ctx context.Context, p Plan) (Result, error) {
	p = p.withDefaults()
	chosen, needed, err := choose(p)
	if err != nil {
		return Result{}, err
	}
	known, err := p.Known.bind(p)
	if err != nil {
		return Result{}, err
	}
	s, err := newSchedule(p, chosen, known)
	if err != nil {
		return Result{}, err
	}
	copy(s.needed, needed)
	behind := func() {}
	if !p.WithoutGinkgo {
		behind = startFront(ctx, p, chosen, s.await)
	}
	began := p.Clock.Now()
	s.run(ctx)
	behind()
	r := s.result()
	r.StartedAt, r.Duration = began, p.Clock.Since(began)
	return r, nil
}

func (p Plan) withDefaults() Plan {
	if p.Parallel <= 0 {
		p.Parallel = DefaultParallel
	}
	if p.Grace <= 0 {
		p.Grace = DefaultGrace
	}
	if p.Clock == nil {
		p.Clock = clockwork.NewRealClock()
	}
	if p.FailOn == "" {
		p.FailOn = result.Required
	}
	if p.Events == nil {
		p.Events = func(Event) {}
	}
	return p
}
