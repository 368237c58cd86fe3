package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Change is what became of a check, in one dialect, from one report to the next.
type Change string

// The changes, in the order in which they are told.
const (
	ChangeBroken Change = "broken" // it did not fail before and fails now, or passed and could not be run now
	ChangeNew    Change = "new"    // the old report does not have it
	ChangeFound  Change = "found"  // it could not be judged before, and fails now that it can
	ChangeFixed  Change = "fixed"  // it failed before, known or not, and passes now
	ChangeGone   Change = "gone"   // the new report does not have it
	ChangeOther  Change = "other"  // another change that is neither better nor worse: skipped now, known to fail now
)

// Changes lists all changes in the order in which they are told.
func Changes() []Change {
	return []Change{ChangeBroken, ChangeNew, ChangeFound, ChangeFixed, ChangeGone, ChangeOther}
}

// Changed is one check whose status changed, in one dialect.
type Changed struct {
	Change     Change           `json:"change"`
	ID         string           `json:"id"` // as the new report names it
	Title      string           `json:"title"`
	Dialect    string           `json:"dialect"`
	Level      result.Level     `json:"level"`
	Was        result.Status    `json:"was,omitempty"` // "" when the check is new
	Now        result.Status    `json:"now,omitempty"` // "" when the check is gone
	Regression bool             `json:"regression"`    // it counts against the new report
	BlockedBy  string           `json:"blockedBy,omitempty"`
	Findings   []result.Finding `json:"findings"` // of the new report
}

// Comparison is what changed from one report to the next.
type Comparison struct {
	SchemaVersion int            `json:"schemaVersion"` // of the comparison itself: 1
	Old           Side           `json:"old"`
	New           Side           `json:"new"`
	Regressions   int            `json:"regressions"`
	Message       string         `json:"message,omitempty"` // why the new report counts as a regression as a whole
	Counts        map[Change]int `json:"counts"`
	Unchanged     int            `json:"unchanged"`
	Changes       []Changed      `json:"changes"`
}

// Side names one of the two reports.
type Side struct {
	URL       string         `json:"url"`
	Software  string         `json:"software"`
	StartedAt string         `json:"startedAt"` // RFC 3339
	Tool      string         `json:"tool"`
	Verdict   result.Verdict `json:"verdict"`
}

// CompareOptions says how two reports are compared.
type CompareOptions struct {
	// Level is the lowest level whose regressions count. "" means all levels.
	Level result.Level
	// Name gives the present id of a check that may have been renamed. Nil means that ids are compared as they stand.
	Name func(id string) string
}

// Compare holds a new report against an old one, check by check and dialect by dialect. A regression is a check that broke, or a new one
// that fails; a new run that came to no verdict, although the old one did, is one as a whole, whatever it lacks. The error says in one
// sentence why the two cannot be compared.
func Compare(older, newer result.Report, o CompareOptions) (Comparison, error) {
	if older.Target.Kind != newer.Target.Kind {
		return Comparison{}, fmt.Errorf("compare reports: the old one judges a %q and the new one a %q", older.Target.Kind, newer.Target.Kind)
	}
	c := Comparison{SchemaVersion: 1, Old: sideOf(older), New: sideOf(newer), Counts: map[Change]int{}, Changes: []Changed{}}
	for _, change := range Changes() {
		c.Counts[change] = 0
	}
	was, now := outcomes(older, o.Name), outcomes(newer, o.Name)
	for _, check := range newer.Checks {
		at := placeOf(check, o.Name)
		before, known := was[at]
		check.ID = at.ID
		c.note(before, known, check, o)
	}
	for _, check := range older.Checks {
		at := placeOf(check, o.Name)
		if _, still := now[at]; !still {
			c.add(Changed{Change: ChangeGone, ID: at.ID, Title: check.Title, Dialect: check.Dialect, Level: check.Level, Was: check.Status})
		}
	}
	if undecided(newer.Verdict) && !undecided(older.Verdict) {
		c.Regressions++
		c.Message = "The new run came to no verdict (" + string(newer.Verdict) + ")" + colon(newer.Message)
	}
	slices.SortStableFunc(c.Changes, func(a, b Changed) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Changes(), a.Change), slices.Index(Changes(), b.Change)),
			cmp.Compare(sign(b.Regression), sign(a.Regression)),
			cmp.Compare(sign(a.Now == result.Blocked), sign(b.Now == result.Blocked)),
		)
	})
	return c, nil
}

func undecided(v result.Verdict) bool { return v == result.Unreachable || v == result.Error }

func sideOf(r result.Report) Side {
	return Side{
		URL: r.Target.URL, Software: r.Target.Software, StartedAt: r.StartedAt.UTC().Format("2006-01-02T15:04:05Z"),
		Tool: r.Tool.Name + " " + r.Tool.Version, Verdict: r.Verdict,
	}
}

func placeOf(c result.Check, name func(string) string) place {
	if name != nil {
		c.ID = name(c.ID)
	}
	return place{c.ID, c.Dialect}
}

func outcomes(r result.Report, name func(string) string) map[place]result.Check {
	all := make(map[place]result.Check, len(r.Checks))
	for _, c := range r.Checks {
		all[placeOf(c, name)] = c
	}
	return all
}

// note tells the change of a check that the new report has, if there is one.
func (c *Comparison) note(before result.Check, known bool, now result.Check, o CompareOptions) {
	changed := Changed{
		ID: now.ID, Title: now.Title, Dialect: now.Dialect, Level: now.Level, Now: now.Status, BlockedBy: now.BlockedBy, Findings: now.Findings,
	}
	if !known {
		changed.Change = ChangeNew
		changed.Regression = fails(now.Status) && weighs(now.Level, o.Level)
		c.add(changed)
		return
	}
	changed.Was = before.Status
	switch {
	case !fails(before.Status) && before.Status != result.KnownFailure && fails(now.Status) && !neverJudged(before.Status, now.Status),
		works(before.Status) && now.Status == result.NotRun:
		changed.Change, changed.Regression = ChangeBroken, weighs(now.Level, o.Level)
	case before.Status == result.Blocked && now.Status == result.Failed:
		changed.Change = ChangeFound
	case (fails(before.Status) || before.Status == result.KnownFailure) && works(now.Status):
		changed.Change = ChangeFixed
	case before.Status != now.Status && (!fails(before.Status) || !fails(now.Status)):
		changed.Change = ChangeOther
	default:
		c.Unchanged++
		return
	}
	c.add(changed)
}

func (c *Comparison) add(changed Changed) {
	changed.Findings = list(changed.Findings)
	c.Changes = append(c.Changes, changed)
	c.Counts[changed.Change]++
	if changed.Regression {
		c.Regressions++
	}
}

func fails(s result.Status) bool { return s == result.Failed || s == result.Blocked }

// neverJudged says whether a check that did not apply cannot be judged now: nothing is known to be worse.
func neverJudged(was, now result.Status) bool { return was == result.Skipped && now == result.Blocked }

func works(s result.Status) bool { return s == result.Passed || s == result.UnexpectedPass }

// weighs says whether a level is at least the lowest that counts.
func weighs(level, lowest result.Level) bool {
	order := []result.Level{result.Required, result.Recommended, result.Informational}
	return lowest == "" || slices.Index(order, level) <= slices.Index(order, lowest)
}
