package report

import (
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
)

// story is a report in the order in which every writer tells it.
type story struct {
	result.Report

	Title, Sentence string // the verdict in words
	OneDialect      string // what to do with a target that works in one of two dialects only, "" for others
	Spoken          []dialectVerdict
	Command         string // runs it again
	Ended           string // a sentence on where the requests shown went, "" when that is still there

	Breaking   []Cause      // what must change
	Advice     []Cause      // failures that do not weigh
	Known      []Cause      // known failures
	Unexpected []Place      // known failures that pass
	Waiting    []blockedSet // blocked by something other than a failure of this run
	NotRun     []Place
	Stages     []tally
}

// blockedSet are checks that wait for a check which is no cause of the report.
type blockedSet struct {
	By     string
	Checks []Place
}

func tell(r result.Report, o Options) story {
	s := story{Report: r, Command: o.Command, Stages: tallies(r.Target.Kind, r.Checks)}
	if s.Command == "" {
		s.Command = reproduce(r)
	}
	s.Ended = ended(r)
	failed := Causes(r.Checks, result.Failed, o.FailOn)
	split := slices.IndexFunc(failed, func(c Cause) bool { return !c.Weighs })
	if split < 0 {
		split = len(failed)
	}
	s.Breaking, s.Advice = failed[:split], failed[split:]
	s.Known = Causes(r.Checks, result.KnownFailure, o.FailOn)
	s.Unexpected = fold(r.Checks, result.UnexpectedPass)
	s.NotRun = fold(r.Checks, result.NotRun)
	s.Waiting = orphans(r.Checks, failed, s.Known)
	s.Title, s.Sentence = words(r, o.FailOn)
	s.OneDialect, s.Spoken = oneDialect(r, o.FailOn), dialectVerdicts(r, o.FailOn)
	return s
}

// orphans groups the blocked checks that no cause claims by the check they wait for.
func orphans(checks []result.Check, causes ...[]Cause) []blockedSet {
	var sets []blockedSet
	for _, c := range checks {
		if c.Status != result.Blocked || slices.ContainsFunc(slices.Concat(causes...), func(o Cause) bool { return o.in(c.BlockedBy, "") }) {
			continue
		}
		i := slices.IndexFunc(sets, func(s blockedSet) bool { return s.By == c.BlockedBy })
		if i < 0 {
			i = len(sets)
			sets = append(sets, blockedSet{By: c.BlockedBy})
		}
		sets[i].Checks = join(sets[i].Checks, waiting(c))
	}
	return sets
}
