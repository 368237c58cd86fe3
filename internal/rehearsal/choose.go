package rehearsal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/nearest"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// choose returns the runnables of the plan's selection, with what they need, by stage, and says of each whether it is there for others only.
func choose(p Plan) (rs []suites.Runnable, needed []bool, err error) {
	index := suites.NewIndex(p.Runnables)
	chosen := make([]bool, len(p.Runnables))
	for i := range chosen {
		chosen[i] = true
	}
	for _, narrow := range []func(Plan, []bool) error{byPack, byStage, byName, byReport} {
		if err := narrow(p, chosen); err != nil {
			return nil, nil, err
		}
	}
	asked := slices.Clone(chosen)
	var pull func(i int) error
	pull = func(i int) error {
		r := p.Runnables[i]
		for _, need := range r.Needs {
			n, ok := index.Find(need, r.Dialect)
			if !ok {
				return fmt.Errorf("check %q needs %q, which does not exist", r.ID, need)
			}
			if chosen[n] {
				continue
			}
			chosen[n] = true
			if err := pull(n); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range chosen {
		if chosen[i] {
			if err := pull(i); err != nil {
				return nil, nil, err
			}
		}
	}
	var order []int
	for i := range p.Runnables {
		if chosen[i] {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch a, b := p.Runnables[a].Stage, p.Runnables[b].Stage; {
		case a.Before(b):
			return -1
		case b.Before(a):
			return 1
		default:
			return 0
		}
	})
	for _, i := range order {
		rs, needed = append(rs, p.Runnables[i]), append(needed, !asked[i])
	}
	return rs, needed, nil
}

func byPack(p Plan, chosen []bool) error {
	packs := p.Packs
	if len(packs) == 0 {
		if len(p.Only) > 0 || p.OnlyFailed != nil {
			return nil
		}
		packs = suites.DefaultPacks()
	}
	for _, pack := range packs {
		if !slices.Contains(suites.Packs(), pack) {
			return usage("unknown pack %q: the packs are %s", pack, join(suites.Packs()))
		}
	}
	for i, r := range p.Runnables {
		chosen[i] = chosen[i] && slices.ContainsFunc(r.Packs, func(pack suites.Pack) bool { return slices.Contains(packs, pack) })
	}
	return nil
}

func byStage(p Plan, chosen []bool) error {
	for i, r := range p.Runnables {
		chosen[i] = chosen[i] && (len(p.Stages) == 0 || slices.Contains(p.Stages, r.Stage))
	}
	return nil
}

func byName(p Plan, chosen []bool) error {
	if len(p.Only) == 0 {
		return nil
	}
	named := make([]bool, len(chosen))
	for _, pattern := range p.Only {
		found := false
		for i, r := range p.Runnables {
			if slices.ContainsFunc(names(r.Spec), func(name string) bool { return glob(pattern, name) }) {
				named[i], found = true, true
			}
		}
		if !found {
			return usage("%s%s", noSuchCheck(pattern), nearestIDs(pattern, p.Runnables))
		}
	}
	for i := range chosen {
		chosen[i] = chosen[i] && named[i]
	}
	return nil
}

func byReport(p Plan, chosen []bool) error {
	if p.OnlyFailed == nil {
		return nil
	}
	again := make(map[int]bool)
	index := suites.NewIndex(p.Runnables)
	for _, c := range p.OnlyFailed.Checks {
		switch c.Status {
		case result.Failed, result.Blocked, result.UnexpectedPass, result.NotRun:
		default:
			continue
		}
		i, ok := index.Find(c.ID, c.Dialect)
		if !ok {
			return usage("the report names the check %q, which does not exist%s", c.ID, nearestIDs(c.ID, p.Runnables))
		}
		if p.Runnables[i].Dialect == c.Dialect { // else that dialect is not in this run
			again[i] = true
		}
	}
	for i := range chosen {
		chosen[i] = chosen[i] && again[i]
	}
	return nil
}

func names(s suites.Spec) []string { return append([]string{s.ID}, s.Aliases...) }

// glob says whether name matches pattern, in which * stands for any characters, dots too, and ? for one.
func glob(pattern, name string) bool {
	star, mark := -1, 0 // the last * and where in name it stopped
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p, n = p+1, n+1
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

func noSuchCheck(pattern string) string {
	if strings.ContainsAny(pattern, "*?") {
		return fmt.Sprintf("no check matches %q", pattern)
	}
	return fmt.Sprintf("there is no check %q", pattern)
}

// nearestIDs names the ids most like what was written, as the end of a sentence.
func nearestIDs(written string, rs []suites.Runnable) string {
	known := make([]string, len(rs))
	for i, r := range rs {
		known[i] = r.ID
	}
	ids := nearest.Names(strings.Trim(written, "*"), known, 3)
	if len(ids) == 0 {
		return ""
	}
	return "; nearest: " + strings.Join(ids, ", ")
}

func join[S ~string](names []S) string {
	words := make([]string, len(names))
	for i, name := range names {
		words[i] = string(name)
	}
	return strings.Join(words, ", ")
}

func usage(format string, args ...any) *UsageError {
	return &UsageError{Message: fmt.Sprintf(format, args...)}
}
