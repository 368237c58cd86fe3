package report

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// advice is the shorter list: what to change, not all of the evidence.
func (v *view) advice(causes []Cause) {
	for _, c := range causes {
		v.block(fmt.Sprintf("  %s ", v.in("!", yellow)), 4, c.Rule+got(c)+v.weight(c), 3)
		v.block("    ", 4, "fix: "+c.Fix, 3, dim)
		var ids []string
		for _, p := range c.Places {
			ids = append(ids, p.ID)
		}
		v.block("    ", 4, string(c.Level)+" · "+strings.Join(ids, ", "), 2, dim)
	}
	v.linef("")
}

func (v *view) places(title string, status result.Status, ps []Place) {
	if len(ps) == 0 {
		return
	}
	v.title(title, len(ps))
	const most = 10
	for i, p := range ps {
		if i == most {
			v.linef("    %s", v.in(v.text(fmt.Sprintf("… and %d more", len(ps)-most)), dim))
			break
		}
		text := placeText(p)
		if p.Reason != "" {
			text += ": " + p.Reason
		}
		v.block("  "+v.sign(status)+" ", 4, text, 3)
	}
	v.linef("")
}

// unrun lists what was not run by the reason, which many checks share.
func (v *view) unrun(ps []Place) {
	if len(ps) == 0 {
		return
	}
	v.title("Not run", len(ps))
	var reasons []string
	ids := map[string][]string{}
	for _, p := range ps {
		if ids[p.Reason] == nil {
			reasons = append(reasons, p.Reason)
		}
		ids[p.Reason] = append(ids[p.Reason], p.ID)
	}
	const most, few = 10, 4
	for i, reason := range reasons {
		if i == most {
			v.linef("    %s", v.in(v.text(fmt.Sprintf("… and %d more reasons", len(reasons)-most)), dim))
			break
		}
		same := ids[reason]
		if len(same) == 1 {
			one := ps[slices.IndexFunc(ps, func(p Place) bool { return p.ID == same[0] && p.Reason == reason })]
			same = []string{placeText(one)}
		}
		text := strings.Join(same[:min(len(same), few)], ", ")
		if len(same) > few {
			text += fmt.Sprintf(" and %d more", len(same)-few)
		}
		v.block("  "+v.sign(result.NotRun)+" ", 4, text+colon(reason), 4)
	}
	v.linef("")
}

// adaptations tell how the run fitted itself to the target.
func (v *view) adaptations(all []string) {
	if len(all) == 0 {
		return
	}
	v.title("How the run adapted itself to the target", len(all))
	for _, sentence := range all {
		v.block("  - ", 4, sentence, 4, dim)
	}
	v.linef("")
}

func (v *view) known(causes []Cause) {
	if len(causes) == 0 {
		return
	}
	v.title("Known failures", len(causes))
	for _, c := range causes {
		p := c.Places[0]
		if p.Reason == c.Rule { // as --write-known-failures leaves it
			p.Reason = ""
		}
		v.block("  "+v.sign(result.KnownFailure)+" ", 4, c.Rule+v.weight(c), 3)
		v.block("    ", 4, placeText(p)+known(result.Check{Owner: p.Owner, Expires: p.Expires})+colon(p.Reason), 3, dim)
	}
	v.linef("")
}

func (v *view) leftovers(ls []result.Leftover) {
	if len(ls) == 0 {
		return
	}
	v.title("Left behind on the target", len(ls))
	for _, l := range ls {
		v.block("  "+v.in("!", yellow)+" ", 4, l.URL+colon(l.Reason), 3)
		v.block("    ", 4, l.Remove, 0, dim)
	}
	v.linef("")
}

func (v *view) summary(s story) {
	if len(s.Breaking)+len(s.Advice)+len(s.Known)+len(s.Leftovers) > 0 {
		v.rule()
		v.linef("%s", v.in(s.Title, bold, verdictColor(s.Verdict)))
		v.block("", 0, s.Sentence, 0)
		v.spoken(s)
	}
	var counts []count
	for _, c := range []struct {
		n         int
		one, many string
		status    result.Status
	}{
		{s.Counts.Passed, "passed", "passed", result.Passed},
		{s.Counts.Failed, "failed", "failed", result.Failed},
		{s.Counts.Blocked, "blocked", "blocked", result.Blocked},
		{s.Counts.KnownFailures, "known failure", "known failures", result.KnownFailure},
		{s.Counts.UnexpectedPasses, "unexpected pass", "unexpected passes", result.UnexpectedPass},
		{s.Counts.Skipped, "skipped", "skipped", result.Skipped},
		{s.Counts.NotRun, "not run", "not run", result.NotRun},
	} {
		if c.n > 0 {
			counts = append(counts, count{c.status, plural(c.n, c.one, c.many)})
		}
	}
	v.flow(counts)
	v.linef("%s", v.in(fmt.Sprintf("%s in %s", plural(s.Requests, "request", "requests"), elapsed(s.DurationMs)), dim))
	v.linef("")
	if v.o.Dir != "" {
		v.linef("%s  %s", v.in("reports", dim), v.text(filepath.Join(v.o.Dir, HTMLFile)))
		v.block("         ", 9, strings.Join([]string{JSONFile, JUnitFile, HARFile, SummaryFile, SARIFFile}, ", ")+" beside it", 0, dim)
	}
	v.linef("%s    %s", v.in("again", dim), v.text(s.Command))
	if s.Ended != "" {
		v.block("         ", 9, s.Ended, 0, dim)
	}
}

// count is how many checks have a status, in words.
type count struct {
	status result.Status
	text   string
}

// flow writes counts side by side, on as many lines as they need.
func (v *view) flow(counts []count) {
	line, used := "", 0
	for _, c := range counts {
		n := 4 + columns(c.text)
		if used > 0 && used+n > v.width {
			v.linef("%s", line)
			line, used = "", 0
		}
		line += v.sign(c.status) + " " + c.text + "  "
		used += n
	}
	v.linef("%s", line)
}
