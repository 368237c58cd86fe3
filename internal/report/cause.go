package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Cause is one broken rule with all the places it was broken in, and what could not be judged because of it.
type Cause struct {
	result.Finding // of the first place; Count is the sum and Exchanges the union of all

	Stage  string         // of the first place
	Level  result.Level   // the gravest of its places
	Breaks []result.Break // what any of its places breaks
	Places []Place        // at least one
	Blocks []Place        // checks that wait for one of its places
	Weighs bool           // it, or a check it blocks, counts against the run
	Keeps  string         // why it weighs although its own checks do not, such as "keeps 3 required checks from being judged"; "" when they do
}

// Place is a check, in the dialects in which the same became of it.
type Place struct {
	ID, Title, Stage string
	Dialects         []string
	Count            int    // how often the rule was broken there
	Actual           string // what came there
	Reason           string
	Owner, Expires   string // of a known failure
}

// Blocked counts the checks that wait for the cause, each dialect once.
func (c Cause) Blocked() int {
	n := 0
	for _, p := range c.Blocks {
		n += len(p.Dialects)
	}
	return n
}

// maxGist is how many bytes of an answer a headline holds.
const maxGist = 70

// Gist is the beginning of what came instead, on one line, for a headline; "" when nothing was seen.
func (c Cause) Gist() string {
	return shorten(strings.Join(strings.Fields(c.Actual), " "), maxGist)
}

// Causes folds the findings of the checks with this status by rule and fix: the same rule broken by many checks, or in both
// dialects, is one cause with a count. A failed check without a finding is a cause by its title. Causes that weigh come
// first, then they stand in the order of the stages, those that block the most before the others. Checks blocked by a
// check among them are their [Cause.Blocks].
func Causes(checks []result.Check, status result.Status, failOn result.Level) []Cause {
	var causes []Cause
	at := map[[2]string]int{}
	for _, check := range checks {
		if check.Status != status || check.BlockedBy != "" { // what a known failure blocks is told with that one
			continue
		}
		for _, f := range findings(check) {
			key := [2]string{f.Rule, f.Fix}
			i, known := at[key]
			if !known {
				i = len(causes)
				at[key] = i
				first := f
				first.Count, first.Exchanges = 0, nil
				causes = append(causes, Cause{Finding: first, Stage: check.Stage, Level: check.Level})
			}
			causes[i].add(check, f)
			causes[i].Weighs = causes[i].Weighs || check.Breaking(failOn)
		}
	}
	own := make([]bool, len(causes))
	for i := range causes {
		own[i] = causes[i].Weighs
	}
	kept := attach(causes, checks, result.Blocked, failOn)
	for i, n := range kept {
		if one, many := noun(failOn); n > 0 && !own[i] && status == result.Failed {
			causes[i].Keeps = "keeps " + plural(n, one, many) + " from being judged"
		}
	}
	if status == result.KnownFailure { // what waits for a known failure is known with it
		attach(causes, checks, status, failOn)
	}
	slices.SortStableFunc(causes, func(a, b Cause) int {
		return cmp.Or(
			cmp.Compare(sign(b.Weighs), sign(a.Weighs)),
			cmp.Compare(stageIndex(a.Stage), stageIndex(b.Stage)),
			cmp.Compare(b.Blocked(), a.Blocked()),
		)
	})
	return causes
}

func sign(b bool) int {
	if b {
		return 1
	}
	return 0
}

// findings gives the findings of a check, or one made of its title when it has none.
func findings(c result.Check) []result.Finding {
	if len(c.Findings) > 0 {
		return c.Findings
	}
	return []result.Finding{{Rule: c.Title, Actual: c.Reason, Count: 1}}
}

func (c *Cause) add(check result.Check, f result.Finding) {
	n := max(f.Count, 1)
	c.Count += n
	c.Level = graver(c.Level, check.Level)
	c.Breaks = union(c.Breaks, check.Breaks)
	c.Sources = union(slices.Clip(c.Sources), f.Sources)
	c.Exchanges = union(c.Exchanges, f.Exchanges)
	c.Places = join(c.Places, Place{
		ID: check.ID, Title: check.Title, Stage: check.Stage, Dialects: []string{check.Dialect}, Count: n,
		Actual: f.Actual, Reason: check.Reason, Owner: check.Owner, Expires: check.Expires,
	})
}

// join adds a place, or its dialect and count to the place of the same check.
func join(places []Place, p Place) []Place {
	i := slices.IndexFunc(places, func(o Place) bool { return o.ID == p.ID })
	if i < 0 {
		return append(places, p)
	}
	places[i].Dialects = union(places[i].Dialects, p.Dialects)
	places[i].Count += p.Count
	return places
}

func union[T comparable](a, b []T) []T {
	for _, v := range b {
		if !slices.Contains(a, v) {
			a = append(a, v)
		}
	}
	return a
}

// attach gives each check with the status waits to the first cause that stands in the check it is blocked by, and counts for each cause those that weigh.
func attach(causes []Cause, checks []result.Check, waits result.Status, failOn result.Level) (kept []int) {
	kept = make([]int, len(causes))
	for _, check := range checks {
		if check.Status != waits || check.BlockedBy == "" {
			continue
		}
		i := slices.IndexFunc(causes, func(c Cause) bool { return c.in(check.BlockedBy, check.Dialect) })
		if i < 0 {
			i = slices.IndexFunc(causes, func(c Cause) bool { return c.in(check.BlockedBy, "") })
		}
		if i >= 0 {
			causes[i].Blocks = join(causes[i].Blocks, waiting(check))
			if check.Breaking(failOn) {
				causes[i].Weighs = true
				kept[i]++
			}
		}
	}
	return kept
}

// burdened says of the checks with findings which weigh: those that count against the run themselves, and those that keep one from being judged
// that counts.
func burdened(checks []result.Check, failOn result.Level) func(c result.Check) bool {
	type place struct{ id, dialect string }
	failed, burden := map[place]bool{}, map[place]bool{}
	for _, c := range checks {
		failed[place{c.ID, c.Dialect}] = c.Status == result.Failed
	}
	for _, c := range checks {
		if c.Status != result.Blocked || !c.Breaking(failOn) {
			continue
		}
		if root := (place{c.BlockedBy, c.Dialect}); failed[root] {
			burden[root] = true
		} else { // it ran in another dialect only
			burden[place{id: c.BlockedBy}] = true
		}
	}
	return func(c result.Check) bool {
		return c.Breaking(failOn) || c.Status == result.Failed && (burden[place{c.ID, c.Dialect}] || burden[place{id: c.ID}])
	}
}

func waiting(c result.Check) Place {
	return Place{ID: c.ID, Title: c.Title, Stage: c.Stage, Dialects: []string{c.Dialect}, Reason: c.Reason}
}

// in says whether the cause stands in the check, in the dialect if one is named.
func (c Cause) in(id, dialect string) bool {
	return slices.ContainsFunc(c.Places, func(p Place) bool {
		return p.ID == id && (dialect == "" || slices.Contains(p.Dialects, dialect))
	})
}

// fold groups the checks with this status that are no finding of their own, one place for all dialects of a check.
func fold(checks []result.Check, status result.Status) []Place {
	var places []Place
	for _, c := range checks {
		if c.Status == status {
			p := waiting(c)
			p.Owner, p.Expires = c.Owner, c.Expires
			places = join(places, p)
		}
	}
	return places
}
