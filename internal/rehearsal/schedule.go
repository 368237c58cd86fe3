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
	pending // has run and is blocked by a check that has not settled yet
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
	weight []int // how many checks need it, directly or not

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
		done: make([]chan struct{}, n), checks: make([]result.Check, n),
	}
	for i, r := range rs {
		s.done[i] = make(chan struct{})
		for _, need := range r.Needs {
			if j, ok := s.index.Find(need, r.Dialect); ok {
				s.needs[i] = append(s.needs[i], j)
			}
		}
	}
	weight, err := weigh(s.needs)
	if err != nil {
		return nil, fmt.Errorf("order the checks: %s %w", rs[weight[0]].ID, err)
	}
	s.weight = weight
	return s, nil
}

// weigh counts for each check the checks that need it, directly or not. On an error the only weight is the index of the culprit.
func weigh(needs [][]int) ([]int, error) {
	reach := make([]map[int]bool, len(needs)) // what each check needs, directly or not
	open := make([]bool, len(needs))
	culprit := -1
	var visit func(i int)
	visit = func(i int) {
		if open[i] {
			culprit = i
		}
		if reach[i] != nil || culprit >= 0 {
			return
		}
		open[i] = true
		all := make(map[int]bool)
		for _, n := range needs[i] {
			visit(n)
			all[n] = true
			for m := range reach[n] {
				all[m] = true
			}
		}
		reach[i], open[i] = all, false
	}
	weight := make([]int, len(needs))
	for i := range needs {
		if visit(i); culprit >= 0 {
			return []int{culprit}, errors.New("needs itself")
		}
		for n := range reach[i] {
			weight[n]++
		}
	}
	return weight, nil
}

// run runs everything and returns when each check has an outcome.
func (s *schedule) run(ctx context.Context) {
	ctx, s.ended = context.WithCancelCause(ctx)
	defer s.ended(nil)
	results := make(chan ran, len(s.rs))
	for s.finished < len(s.rs) {
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
	any := false
	for i, r := range s.rs {
		if s.state[i] != waiting || !s.ready(i) {
			continue
		}
		if o, barred := r.Barred(s.outcomeFor(r)); barred {
			s.settle(i, o)
			any = true
		}
	}
	return any
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

func (s *schedule) ready(i int) bool {
	return !slices.ContainsFunc(s.needs[i], func(n int) bool { return s.state[n] != settled })
}

// start starts the best check that may start now and says whether there was one.
func (s *schedule) start(ctx context.Context, results chan<- ran) bool {
	if s.active >= s.plan.Parallel {
		return false
	}
	best := -1
	for i := range s.rs {
		if s.state[i] == waiting && s.ready(i) && (best < 0 || s.better(i, best)) {
			best = i
		}
	}
	if best < 0 || !s.mayJoin(best) {
		return false
	}
	s.state[best] = running
	s.active++
	s.plan.Events(Event{Kind: Started, Check: describe(s.rs[best]), Done: s.finished, Total: len(s.rs)})
	go func() { results <- ran{best, s.rs[best].Run(ctx)} }()
	return true
}

// class orders who runs when: the ordinary, those that want the target to themselves, and both kinds of the last ones.
func class(r suites.Runnable) int {
	c := 0
	if r.Exclusive {
		c++
	}
	if r.Last {
		c += 2
	}
	return c
}

func (s *schedule) better(i, j int) bool {
	if a, b := class(s.rs[i]), class(s.rs[j]); a != b {
		return a < b
	}
	return s.weight[i] > s.weight[j]
}

// mayJoin says whether a check may run beside those that run now.
func (s *schedule) mayJoin(i int) bool {
	if s.active == 0 {
		return true
	}
	for j, r := range s.rs {
		if s.state[j] == running && (r.Exclusive || class(r) != class(s.rs[i])) {
			return false
		}
	}
	return true
}

// take takes an outcome in: asks whether the target lives if contact was lost, and settles what can be settled.
func (s *schedule) take(ctx context.Context, r ran) {
	s.active--
	o := r.o
	if s.died != nil && o.LostContact {
		o = suites.Outcome{Status: result.NotRun, Reason: errTargetDied.Error(), Duration: o.Duration, Leftovers: o.Leftovers, Panic: o.Panic}
	} else if o.LostContact && s.plan.Alive != nil && ctx.Err() == nil {
		s.askWhetherAlive(ctx, r.i)
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

// record keeps an outcome of a check that has run, as final unless the check it blames has still to settle.
func (s *schedule) record(i int, o suites.Outcome) {
	r := s.rs[i]
	if o.Panic != "" {
		s.faults = append(s.faults, fmt.Sprintf("%s: %s", named(r), o.Panic))
	}
	s.leftovers = append(s.leftovers, o.Leftovers...)
	if o.Status != result.Blocked {
		s.settle(i, o)
		return
	}
	if j, ok := s.index.Find(o.BlockedBy, r.Dialect); ok {
		s.outcomes[i], s.state[i] = o, pending
		if s.state[j] == settled {
			s.settle(i, r.Settle(o, s.outcomes[j]))
		}
		return
	}
	if _, ok := s.all.Find(o.BlockedBy, r.Dialect); !ok {
		s.faults = append(s.faults, fmt.Sprintf("%s: blames the check %q, which does not exist", named(r), o.BlockedBy))
	}
	s.settle(i, o)
}

// settle makes an outcome final, and with it those that waited for it.
func (s *schedule) settle(i int, o suites.Outcome) {
	s.outcomes[i], s.state[i] = o, settled
	s.finished++
	s.checks[i] = s.judge(i)
	close(s.done[i])
	s.plan.Events(Event{Kind: Finished, Check: s.checks[i], Done: s.finished, Total: len(s.rs)})
	for s.listed < len(s.rs) && s.state[s.listed] == settled {
		s.listed++
		s.plan.Events(Event{Kind: Listed, Check: s.checks[s.listed-1], Done: s.finished, Total: len(s.rs)})
	}
	for j, r := range s.rs {
		if s.state[j] != pending {
			continue
		}
		if by, _ := s.index.Find(s.outcomes[j].BlockedBy, r.Dialect); by == i {
			s.settle(j, r.Settle(s.outcomes[j], o))
		}
	}
}

// untie settles a check that blames one that waits for it in turn.
func (s *schedule) untie() {
	for i, r := range s.rs {
		if s.state[i] == pending {
			s.settle(i, r.Uncaused(s.outcomes[i]))
			return
		}
	}
	panic("rehearsal: checks remain that can never run") // needs in a circle, which newSchedule has refused
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
		if s.state[i] != settled {
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
