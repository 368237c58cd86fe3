package suites

import (
	"cmp"
	"context"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Spec is what is known of a check without running it.
type Spec struct {
	ID      string         // stable and dotted, such as "endpoint.disable.string-false"; see [Validate]
	Title   string         // what a passing target does, in plain words
	Stage   Stage          // where in the life cycle it belongs
	Packs   []Pack         // at least one
	Level   result.Level   // how much a failure weighs
	Breaks  []result.Break // what a failure breaks, at least one
	Sources []string       // who asks for it: RFC sections and documentation pages, at least one
	Why     string         // what a failure does to provisioning from Entra
	Fix     string         // what to change in the target

	Needs     []string // ids of checks without which this one cannot be judged; nil means none
	Causes    []string // ids of checks that own what may break this one, the likeliest first: if it fails and one of them does, it is blocked by that one; nil means none
	Test      string   // name of the test of Microsoft's that the check stands for, "" for none
	Exclusive bool     // needs the target to itself: totals, paging, load
	Shares    bool     // judges what several checks share: the first of them that runs sends it
	Once      bool     // sends the same in every dialect: bound in the first one only
	Last      bool     // may spoil the target for others (wrong credentials, outages): runs after all that are not Last
	Aliases   []string // ids it had before it was renamed

	Words map[string]Words // by dialect, where a check judges another form of requests than its title says; nil: the same everywhere
}

// Words are what is told of a check in one dialect in place of the words of its [Spec]. Empty ones are those of the Spec.
type Words struct{ Title, Why, Fix string }

// In returns the spec as it is told in a dialect.
func (s Spec) In(dialect string) Spec {
	w := s.Words[dialect]
	s.Title, s.Why, s.Fix = cmp.Or(w.Title, s.Title), cmp.Or(w.Why, s.Why), cmp.Or(w.Fix, s.Fix)
	return s
}

// Check is a check before it meets a target: a spec and what to do on a rig of type R.
type Check[R any] struct {
	Spec

	Run func(ctx context.Context, rig R)
}

// Runnable is a check bound to a target. Run executes it once; it is safe to run different runnables at the same time.
type Runnable struct {
	Spec

	Dialect string // the dialect of requests it runs in, "" when there is only one
	Run     func(ctx context.Context) Outcome
}

// Bind joins checks with the rigs to run them on. newRig is called once for every run, on the goroutine of the check; its
// error, like a panic, is the harness's fault and not the target's. The options are those of [Execute].
func Bind[R any](checks []Check[R], dialect string, newRig func(ctx context.Context, t *T) (R, error), opts ...Option) []Runnable {
	bound := make([]Runnable, len(checks))
	for i, check := range checks {
		spec := check.In(dialect)
		bound[i] = Runnable{Spec: spec, Dialect: dialect, Run: func(ctx context.Context) Outcome {
			t := NewT(spec)
			return Execute(ctx, t, func(ctx context.Context) {
				rig, err := newRig(ctx, t)
				if err != nil {
					t.abort("set up the rig: " + err.Error())
				}
				check.Run(ctx, rig)
			}, opts...)
		}}
	}
	return bound
}
