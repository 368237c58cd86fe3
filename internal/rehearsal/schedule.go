package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// aliveTimeout bounds one question to [Plan.Alive].
const aliveTimeout = 60 * time.Second

type state int

const (
	waiting state = iota
	running
	pending // has run, and is blocked by a check, or failed and has a cause, that has not settled yet
	settled
)

// schedule runs the chosen checks. All its fields but done belong to the goroutine of run.
type schedule struct {
	plan   Plan
	known  *knownIn
	rs     []suites.Runnable
	index  *suites.Index
	all    *suites.Index // also those that were not chosen
	needs  [][]int
	weight []int  // how many checks need it, directly or not
	mine   []bool // reported by this run; all, unless the plan is a shard
	wanted []bool // run by this run: mine, what they need, and what they blame
	needed []bool // not chosen themselves

	state    []state
	outcomes []suites.Outcome
	done     []chan struct{} // closed when settled
	checks   []result.Check
	active   int // running now
	finished int
	listed   int

	ended     context.CancelCauseFunc
	died      error
	problems  []string
	faults    []string
	leftovers []result.Leftover
	cutOff    bool
}

type ran struct {
	i int
	o suites.Outcome
}

var errTargetDied = errors.New("the target stopped answering")

func newSchedule(p Plan, rs []suites.Runnable, known *knownIn) (*schedule, error) {
	n := len(rs)
	s := &schedule{
		plan: p, known: known, rs: rs, index: suites.NewIndex(rs), all: suites.NewIndex(p.Runnables),
		needs: make([][]int, n), state: make([]state, n), outcomes: make([]suites.Outcome, n),
		done: make([]chan struct{}, n), checks: make([]result.Check, n), mine: make([]bool, n), wanted: make([]bool, n), needed: make([]bool, n),
	}
	for i, r := range rs {
		s.mine[i] = p.Shard.holds(r.ID)
		s.done[i] = make(chan struct{})
		for _, need := range r.Needs {
			if j, ok := s.index.Find(need, r.Dialect); ok {
				s.needs[i] = append(s.needs[i], j)
			}
		}
	}
	weight, culprit := weigh(s.needs)
	if culprit >= 0 {
		return nil, fmt.Errorf("order the checks: %s needs itself", rs[culprit].ID)
	}
	s.weight = weight
	for i := range rs {
		if s.mine[i] {
			s.want(i)
		}
	}
	return s, nil
}

// run runs everything and returns when each check has an outcome.
func (s *schedule) run(ctx context.Context) {
	ctx, s.ended = context.WithCancelCause(ctx)
	defer s.ended(nil)
	defer s.dismiss()
	results := make(chan ran, len(s.rs))
	for s.unsettled() {
		if ctx.Err() != nil {
			s.giveUp(ctx, results)
			return
		}
		if s.bar() || s.start(ctx, results) {
			continue
		}
		if s.active == 0 {
			s.untie()
			continue
		}
		select {
		case r := <-results:
			s.take(ctx, r)
		case <-ctx.Done():
		}
	}
}

// bar settles the checks whose needs forbid to run them and says whether there were any.
func (s *schedule) bar() bool {
	settled := false
	for i, r := range s.rs {
		if s.state[i] != waiting || !s.wanted[i] || !s.ready(i) {
			continue
		}
		if o, barred := r.Barred(s.outcomeFor(r)); barred {
			s.settle(i, o)
			settled = true
		}
	}
	return settled
}

func (s *schedule) outcomeFor(r suites.Runnable) func(id string) (suites.Outcome, bool) {
	return func(id string) (suites.Outcome, bool) {
		i, ok := s.index.Find(id, r.Dialect)
		if !ok {
			return suites.Outcome{}, false
		}
		return s.outcomes[i], true
	}
}

// start starts the best check that may start now and says whether there was one.
func (s *schedule) start(ctx context.Context, results chan<- ran) bool {
	if s.active >= s.plan.Parallel {
		return false
	}
	best := -1
	for i := range s.rs {
		if s.state[i] == waiting && s.wanted[i] && s.ready(i) && (best < 0 || s.better(i, best)) {
			best = i
		}
	}
	if best < 0 || !s.mayJoin(best) {
		return false
	}
	s.state[best] = running
	s.active++
	s.tell(Started, best, describe(s.rs[best]))
	go func() { results <- ran{best, s.rs[best].Run(ctx)} }()
	return true
}

// take takes an outcome in: asks whether the target lives if contact was lost, and settles what can be settled. Of a target that died only
// the first check to notice is judged, and only if it has findings: what the others met is the same death once more.
func (s *schedule) take(ctx context.Context, r ran) {
	s.active--
	o := r.o
	first := s.died == nil
	if first && o.LostContact && s.plan.Alive != nil && ctx.Err() == nil {
		s.askWhetherAlive(ctx, r.i)
	}
	unjudged := o.Status == result.Failed && !first || o.Status == result.Blocked
	if s.died != nil && o.LostContact && unjudged {
		o.Status, o.BlockedBy, o.Reason, o.Findings = result.NotRun, "", errTargetDied.Error(), nil
	}
	s.record(r.i, o)
}

func (s *schedule) askWhetherAlive(ctx context.Context, after int) {
	asking, cancel := context.WithTimeout(ctx, aliveTimeout)
	defer cancel()
	err := s.plan.Alive(asking)
	if err == nil || ctx.Err() != nil {
		return
	}
	suspects := []string{s.rs[after].ID}
	for i, r := range s.rs {
		if s.state[i] == running && i != after && !slices.Contains(suspects, r.ID) {
			suspects = append(suspects, r.ID)
		}
	}
	s.died = err
	s.problems = append(s.problems, fmt.Sprintf("The target stopped answering while these checks ran: %s (%v).", strings.Join(suspects, ", "), err))
	s.ended(errTargetDied)
}

// giveUp ends a run whose context has ended: it waits for the checks that are cleaning up and marks the rest as not run.
func (s *schedule) giveUp(ctx context.Context, results <-chan ran) {
	s.cutOff = true
	reason := "the run was interrupted"
	if s.died != nil {
		reason = errTargetDied.Error()
	}
	patience := s.plan.Clock.NewTimer(s.plan.Grace)
	defer patience.Stop()
	for s.active > 0 {
		select {
		case r := <-results:
			if r.o.Status == result.NotRun && r.o.Panic == "" {
				r.o.Reason = reason
			}
			s.take(ctx, r)
			continue
		case <-patience.Chan():
		}
		break
	}
	for i := range s.rs {
		if s.state[i] == running {
			s.leftovers = append(s.leftovers, result.Leftover{Reason: named(s.rs[i]) + " did not end, and may not have cleaned up"})
		}
		if s.state[i] == pending && s.outcomes[i].Status == result.Failed {
			s.settle(i, s.outcomes[i]) // its causes were not asked any more
			continue
		}
		if s.wanted[i] && s.state[i] != settled {
			s.settle(i, suites.Outcome{Status: result.NotRun, Reason: reason})
		}
	}
}

// await waits for the outcome of a check; ctx ending is an outcome of its own.
func (s *schedule) await(ctx context.Context, r suites.Runnable) suites.Outcome {
	i, ok := s.index.Find(r.ID, r.Dialect)
	if !ok {
		return suites.Outcome{Status: result.NotRun, Reason: "not part of the run"}
	}
	select {
	case <-s.done[i]:
		return s.outcomes[i]
	case <-ctx.Done():
		return suites.Outcome{Status: result.NotRun, Reason: "no longer awaited"}
	}
}

func named(r suites.Runnable) string {
	if r.Dialect == "" {
		return r.ID
	}
	return r.ID + " [" + r.Dialect + "]"
}
