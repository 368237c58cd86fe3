package rehearsal

import (
	"fmt"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// record keeps an outcome of a check that has run, as final unless the check it blames has still to settle.
func (s *schedule) record(i int, o suites.Outcome) {
	r := s.rs[i]
	if o.Panic != "" {
		s.faults = append(s.faults, fmt.Sprintf("%s: %s", named(r), o.Panic))
	}
	s.leftovers = append(s.leftovers, o.Leftovers...)
	if o.Status != result.Blocked {
		s.conclude(i, o)
		return
	}
	if j, ok := s.index.Find(o.BlockedBy, r.Dialect); ok {
		s.want(j)
		s.outcomes[i], s.state[i] = o, pending
		if s.state[j] == settled {
			s.conclude(i, r.Settle(o, s.outcomes[j]))
		}
		return
	}
	if _, ok := s.all.Find(o.BlockedBy, r.Dialect); !ok {
		s.faults = append(s.faults, fmt.Sprintf("%s: blames the check %q, which does not exist", named(r), o.BlockedBy))
	}
	s.settle(i, o)
}

// conclude settles an outcome, a failure once it is known whether one of the check's causes is to blame. The causes are asked in their order, so that
// who ended first decides nothing; one that is not part of the run is not blamed, one that another shard reports is run here too.
func (s *schedule) conclude(i int, o suites.Outcome) {
	r := s.rs[i]
	if o.Status != result.Failed {
		s.settle(i, o)
		return
	}
	for _, by := range r.Suspected(o) {
		for _, j := range s.index.Causes(r, by) {
			s.want(j)
			if s.state[j] != settled {
				s.outcomes[i], s.state[i] = o, pending
				return
			}
			if attributed, blamed := r.Attributed(o, by, s.outcomes[j]); blamed {
				s.settle(i, attributed)
				return
			}
		}
	}
	s.settle(i, o)
}

// settle makes an outcome final, and with it those that waited for it.
func (s *schedule) settle(i int, o suites.Outcome) {
	s.outcomes[i], s.state[i] = o, settled
	if s.mine[i] {
		s.finished++
	}
	s.checks[i] = s.judge(i)
	close(s.done[i])
	s.tell(Finished, i, s.checks[i])
	for s.listed < len(s.rs) && (s.state[s.listed] == settled || !s.mine[s.listed]) {
		s.listed++
		s.tell(Listed, s.listed-1, s.checks[s.listed-1])
	}
	for j, r := range s.rs {
		if s.state[j] != pending {
			continue
		}
		if s.outcomes[j].Status == result.Failed {
			s.conclude(j, s.outcomes[j])
		} else if by, _ := s.index.Find(s.outcomes[j].BlockedBy, r.Dialect); by == i {
			s.conclude(j, r.Settle(s.outcomes[j], o))
		}
	}
}

// untie settles a check that blames one that waits for it in turn, or has failed and waits for such a one. There is one whenever nothing runs and nothing can start, because
// newSchedule has refused needs that go round in a circle.
func (s *schedule) untie() {
	for i, r := range s.rs {
		if s.state[i] == pending {
			if s.outcomes[i].Status == result.Blocked {
				s.outcomes[i] = r.Uncaused(s.outcomes[i])
			}
			s.settle(i, s.outcomes[i])
			return
		}
	}
	for i := range s.rs {
		if s.wanted[i] && s.state[i] == waiting {
			s.record(i, suites.Outcome{Status: result.NotRun, Reason: "could never start", Panic: "the check could never start"})
		}
	}
}
