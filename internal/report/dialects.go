package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// The dialects of requests of Entra's provisioning service; the second is named like the flag that asks for it.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
const (
	withoutFlag = "default"
	theFlag     = "aadOptscim062020"
)

// dialectVerdict is how a target fared in one dialect of a run in several.
type dialectVerdict struct {
	Name, Title, Class string
	Verdict            result.Verdict
	Words              string // what counts against it there, "" for nothing
}

// dialectVerdicts gives the verdict of each dialect, none for a run that knows no dialects.
func dialectVerdicts(r result.Report, failOn result.Level) []dialectVerdict {
	var all []dialectVerdict
	for _, name := range dialects(r) {
		if name == "" {
			continue
		}
		n := map[result.Status]int{}
		for _, c := range r.Checks {
			if c.Dialect == name && c.Breaking(failOn) {
				n[c.Status]++
			}
		}
		var words []string
		for _, one := range []struct {
			status result.Status
			word   string
		}{{result.Failed, "failed"}, {result.Blocked, "blocked"}, {result.UnexpectedPass, "passed unexpectedly"}} {
			if n[one.status] > 0 {
				words = append(words, fmt.Sprintf("%d %s", n[one.status], one.word))
			}
		}
		v := r.Verdicts[name]
		all = append(all, dialectVerdict{name, verdictTitle(v), string(v), v, strings.Join(words, ", ")})
	}
	return all
}

// dialects gives the names of the dialects that have a verdict, in the order of the checks.
func dialects(r result.Report) []string {
	var names []string
	for _, c := range r.Checks {
		if _, judged := r.Verdicts[c.Dialect]; judged {
			names = union(names, []string{c.Dialect})
		}
	}
	return union(names, slices.Sorted(maps.Keys(r.Verdicts)))
}

// oneDialect says what to do with a target that works in one of the two dialects only; "" for every other one.
func oneDialect(r result.Report, failOn result.Level) string {
	switch by, with := fared(r, withoutFlag, failOn), fared(r, theFlag, failOn); {
	case by == itFails && with == itWorks:
		return "Works with the flag only: add ?" + theFlag + " to the tenant URL in Entra. Provisioning on demand ignores the flag, and fails where the default dialect does."
	case by == itWorks && with == itFails:
		return "Works without the flag only: leave " + theFlag + " out of the tenant URL in Entra."
	default:
		return ""
	}
}

// fortune is how a target really fared in a dialect, whatever a list of known failures makes of it.
type fortune uint8

const (
	unsure fortune = iota // not judged, or what fails is known to
	itWorks
	itFails
)

// fared looks at the checks that weigh, not at the verdict: an unexpected pass breaks a run and no target, a known failure the reverse.
func fared(r result.Report, dialect string, failOn result.Level) fortune {
	if v := r.Verdicts[dialect]; v != result.Conformant && v != result.NonConformant {
		return unsure
	}
	f := itWorks
	for _, c := range r.Checks {
		if c.Dialect != dialect || c.Level != result.Required && c.Level != failOn {
			continue
		}
		switch c.Status {
		case result.Failed, result.Blocked:
			return itFails
		case result.KnownFailure, result.NotRun:
			f = unsure
		case result.Passed, result.Skipped, result.UnexpectedPass: // say nothing against it
		}
	}
	return f
}

// only names the dialect in which alone a cause shows, in a run that judged several; "" for a cause that shows in each.
func (s story) only(c Cause) string {
	if len(s.Spoken) < 2 {
		return ""
	}
	var in []string
	for _, p := range c.Places {
		in = union(in, p.Dialects)
	}
	if len(in) != 1 {
		return ""
	}
	if in[0] == theFlag {
		return "with the flag only"
	}
	return in[0] + " dialect only"
}
