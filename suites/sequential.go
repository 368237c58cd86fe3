package suites

import (
	"context"
	"fmt"
	"sync"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Sequential returns an await for [Register] that needs no scheduler: it runs the check it is asked for, after the checks
// that one needs, each at most once, one after another. The rules for needs and blocks are those of a rehearsal. An outcome that
// was cut off because the caller's context ended is not kept.
func Sequential(rs []Runnable) func(ctx context.Context, r Runnable) Outcome {
	s := &sequence{runnables: rs, index: NewIndex(rs), done: make(map[int]Outcome, len(rs)), open: make(map[int]bool)}
	return func(ctx context.Context, r Runnable) Outcome {
		s.mu.Lock()
		defer s.mu.Unlock()
		i, ok := s.index.Find(r.ID, r.Dialect)
		if !ok || rs[i].Dialect != r.Dialect {
			return Outcome{Status: result.NotRun, Reason: fmt.Sprintf("check %s is not part of the sequence", r.ID)}
		}
		return s.outcome(ctx, i)
	}
}

type sequence struct {
	mu        sync.Mutex
	runnables []Runnable
	index     *Index
	done      map[int]Outcome
	open      map[int]bool // being worked on, further up the stack
}

func (s *sequence) outcome(ctx context.Context, i int) Outcome {
	if o, ok := s.done[i]; ok {
		return o
	}
	r := s.runnables[i]
	s.open[i] = true
	defer delete(s.open, i)
	o, barred := r.Barred(func(id string) (Outcome, bool) { return s.other(ctx, id, r.Dialect) })
	if !barred {
		o = s.attribute(ctx, r, s.settle(ctx, r, r.Run(ctx)))
	}
	if ctx.Err() == nil {
		s.done[i] = o
	}
	return o
}

func (s *sequence) settle(ctx context.Context, r Runnable, o Outcome) Outcome {
	if o.Status != result.Blocked {
		return o
	}
	i, ok := s.index.Find(o.BlockedBy, r.Dialect)
	switch {
	case !ok: // outside the selection: the reason has to do
		return o
	case s.open[i]:
		return r.Uncaused(o)
	default:
		return r.Settle(o, s.outcome(ctx, i))
	}
}

// attribute blames the first cause of a failure that failed too.
func (s *sequence) attribute(ctx context.Context, r Runnable, o Outcome) Outcome {
	if o.Status != result.Failed {
		return o
	}
	for _, by := range r.Suspected(o) {
		for _, i := range s.index.Causes(r, by) {
			if s.open[i] {
				continue
			}
			if attributed, blamed := r.Attributed(o, by, s.outcome(ctx, i)); blamed {
				return attributed
			}
		}
	}
	return o
}

// other is the outcome of a need. One that is being worked on already stands in a circle of needs, which [Validate] forbids.
func (s *sequence) other(ctx context.Context, id, dialect string) (Outcome, bool) {
	i, ok := s.index.Find(id, dialect)
	if !ok || s.open[i] {
		return Outcome{}, false
	}
	return s.outcome(ctx, i), true
}
