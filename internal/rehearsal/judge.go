package rehearsal

import (
	"fmt"
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// describe returns the check as the report shows it, without an outcome.
func describe(r suites.Runnable) result.Check {
	c := result.Check{
		ID: r.ID, Title: r.Title, Stage: string(r.Stage), Level: r.Level, Breaks: slices.Clone(r.Breaks), Dialect: r.Dialect, Test: r.Test,
		Packs: make([]string, len(r.Packs)), Findings: []result.Finding{},
	}
	for i, pack := range r.Packs {
		c.Packs[i] = string(pack)
	}
	if c.Breaks == nil {
		c.Breaks = []result.Break{}
	}
	return c
}

// judge returns the i-th check with its settled outcome, held against the known failures.
func (s *schedule) judge(i int) result.Check {
	r, o := s.rs[i], s.outcomes[i]
	c := describe(r)
	c.Status, c.BlockedBy, c.Reason = o.Status, o.BlockedBy, o.Reason
	c.Needed = s.needed[i]
	c.DurationMs = float64(o.Duration) / float64(time.Millisecond)
	c.Findings = append(c.Findings, o.Findings...)
	if known, ok := s.known.of(r); ok {
		problems := len(s.problems)
		if s.judgeKnown(&c, known); !s.mine[i] {
			s.problems = s.problems[:problems] // another shard tells it
		}
	} else if c.Status == result.Blocked {
		s.inherit(&c)
	}
	return c
}

func (s *schedule) judgeKnown(c *result.Check, known KnownFailure) {
	if c.Status != result.Passed && c.Status != result.Failed && c.Status != result.Blocked {
		return
	}
	if c.Status == result.Passed && !s.passesElsewhere(c) {
		return
	}
	c.Owner, c.Expires = known.Owner, known.Expires.Format(time.DateOnly)
	expired := !s.plan.Clock.Now().Before(known.Expires)
	switch {
	case c.Status == result.Passed:
		c.Status, c.Reason = result.UnexpectedPass, fmt.Sprintf("listed as a known failure (%s), but it passes: take it off the list", known.Reason)
	case expired:
		sentence := fmt.Sprintf("the known failure expired on %s (%s)", c.Expires, known.Reason)
		s.problems = append(s.problems, fmt.Sprintf("%s still fails and %s; its owner is %s.", checkName(*c), sentence, c.Owner))
		if c.Reason != "" {
			sentence += "; " + c.Reason
		}
		c.Reason = sentence
	default:
		c.Status, c.BlockedBy, c.Reason = result.KnownFailure, "", known.Reason
	}
}

// passesElsewhere says whether a check that passes in one dialect is known by now to pass in all others of the run that the same entry
// of the list is about. An entry without a dialect is stale only when nothing fails any more.
func (s *schedule) passesElsewhere(c *result.Check) bool {
	entry := s.known.byCheck[checkKey{c.ID, c.Dialect}]
	for j, r := range s.rs {
		if other, ok := s.known.byCheck[checkKey{r.ID, r.Dialect}]; !ok || other != entry || r.ID == c.ID && r.Dialect == c.Dialect {
			continue
		}
		switch s.checks[j].Status {
		case result.Passed, result.UnexpectedPass, result.Skipped:
		default: // it fails, or has still to run
			return false
		}
	}
	return true
}

// surprise makes the checks that passed before it was known that nothing fails any more unexpected, too.
func (s *schedule) surprise() {
	for i, r := range s.rs {
		if known, ok := s.known.of(r); ok && s.checks[i].Status == result.Passed {
			s.judgeKnown(&s.checks[i], known)
		}
	}
}

// inherit makes a check that is blocked by a known failure part of it: one cause, one entry in the list.
func (s *schedule) inherit(c *result.Check) {
	root, ok := s.index.Find(c.BlockedBy, c.Dialect)
	if !ok || s.checks[root].Status != result.KnownFailure {
		return
	}
	c.Status, c.Owner, c.Expires = result.KnownFailure, s.checks[root].Owner, s.checks[root].Expires
	c.Reason = fmt.Sprintf("blocked by %s, a known failure: %s", c.BlockedBy, s.checks[root].Reason)
}

func (s *schedule) result() Result {
	s.surprise()
	checks, positions := s.reported()
	r := Result{
		Checks: checks, Positions: positions, Selected: len(s.rs), Problems: s.problems, Faults: s.faults, Leftovers: s.leftovers, Died: s.died,
		Interrupted: s.cutOff && s.died == nil && result.Count(checks).NotRun > 0, Verdicts: make(map[string]result.Verdict),
	}
	r.Problems = append(r.Problems, s.known.stale(checks)...)
	for _, c := range checks {
		if _, ok := r.Verdicts[c.Dialect]; ok {
			continue
		}
		var same []result.Check
		for _, other := range checks {
			if other.Dialect == c.Dialect {
				same = append(same, other)
			}
		}
		r.Verdicts[c.Dialect] = r.softened(result.Decide(same, s.plan.FailOn), same)
	}
	r.Verdict = r.softened(result.Decide(checks, s.plan.FailOn), checks)
	switch {
	case len(r.Faults) > 0:
		r.Verdict = result.Error
		r.Message = fmt.Sprintf("The harness itself failed, first in %s.", firstLine(r.Faults[0]))
	case r.Interrupted:
		r.Verdict = result.Error
		r.Message = fmt.Sprintf("The run was interrupted; %d of %d checks were not run.", result.Count(checks).NotRun, len(checks))
	case r.Died != nil:
		r.Verdict = result.NonConformant
	case r.Verdict == result.Error:
		r.Message = "Checks could not be run."
	case len(r.Problems) > 0:
		r.Verdict = result.NonConformant
	case r.Verdict == result.Empty:
		r.Message = "Nothing that was chosen applies to this target."
		if len(s.rs) > 0 && !slices.ContainsFunc(checks, func(c result.Check) bool { return !c.Needed }) {
			r.Message = "Nothing that was chosen falls to this shard."
		}
	}
	return r
}

// softened is the verdict v of some checks, knowing why they were not run: an interrupt is an error also for checks that do not weigh, and a
// target that died has itself to blame.
func (r Result) softened(v result.Verdict, checks []result.Check) result.Verdict {
	if result.Count(checks).NotRun == 0 {
		return v
	}
	switch {
	case r.Interrupted:
		return result.Error
	case r.Died != nil:
		return result.NonConformant
	default:
		return v
	}
}

func checkName(c result.Check) string {
	if c.Dialect == "" {
		return c.ID
	}
	return c.ID + " [" + c.Dialect + "]"
}
