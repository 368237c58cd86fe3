package report

import (
	"cmp"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
)

// acts names the stages in the order of a life in the target: those of a SCIM endpoint, of a Graph connector, or of both. Connecting and setting up
// come before the first act.
var acts = []act{
	{Stage: "connect", Title: "Connect", only: "scim"},
	{Stage: "setup", Title: "Set-up", only: "connector"},
	{Stage: "create", Title: "Create"},
	{Stage: "sync", Title: "Attribute sync"},
	{Stage: "group", Title: "Group push"},
	{Stage: "disable", Title: "Disable"},
	{Stage: "reactivate", Title: "Reactivate"},
	{Stage: "licence", Title: "Licence assign"},
	{Stage: "delete", Title: "Delete and restore", only: "connector"},
	{Stage: "quarantine", Title: "Quarantine"},
}

// prologues are the acts without a number.
var prologues = []string{"connect", "setup"}

// numerals are the numbers of the acts.
var numerals = []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII"}

// beside names the stages that are no acts.
var beside = map[string]string{"rfc": "The standard", "gallery": "Gallery listing", "validator": "SCIM validator", "security": "Security", "load": "Load", "requests": "Every request"}

type act struct {
	Stage, Title, Numeral string

	only string // kind of targets that have the act; "" for all
}

// actsOf are the acts of a kind of targets, numbered.
func actsOf(kind string) []act {
	var of []act
	next := 0
	for _, a := range acts {
		if a.only != "" && a.only != cmp.Or(kind, "scim") {
			continue
		}
		if !slices.Contains(prologues, a.Stage) {
			a.Numeral = numerals[next]
			next++
		}
		of = append(of, a)
	}
	return of
}

func stageIndex(stage string) int {
	if i := slices.IndexFunc(acts, func(a act) bool { return a.Stage == stage }); i >= 0 {
		return i
	}
	return len(acts)
}

// stageTitle gives the stage in words; a stage that is none of the acts is its own title.
func stageTitle(stage string) string {
	if i := stageIndex(stage); i < len(acts) {
		return acts[i].Title
	}
	return cmp.Or(beside[stage], stage)
}

// tally is a stage with the counts of its checks.
type tally struct {
	act
	result.Counts

	Worst result.Status // what its sign shows
}

// Total counts the checks of a stage, each dialect once.
func (t tally) Total() int {
	return t.Passed + t.Failed + t.Blocked + t.Skipped + t.KnownFailures + t.UnexpectedPasses + t.NotRun
}

// Judged counts the checks that ran to a result.
func (t tally) Judged() int { return t.Total() - t.Skipped - t.NotRun }

// tallies counts the checks of every act that the kind of target has, of empty ones as well, and of the other stages there are.
func tallies(kind string, checks []result.Check) []tally {
	of := map[string][]result.Check{}
	all := actsOf(kind)
	for _, c := range checks {
		if _, known := of[c.Stage]; !known && !slices.ContainsFunc(all, func(a act) bool { return a.Stage == c.Stage }) {
			all = append(all, act{Stage: c.Stage, Title: stageTitle(c.Stage)})
		}
		of[c.Stage] = append(of[c.Stage], c)
	}
	var out []tally
	for _, a := range all {
		out = append(out, tally{act: a, Counts: result.Count(of[a.Stage]), Worst: worst(of[a.Stage])})
	}
	return out
}

// gravity orders the statuses from harmless to grave.
var gravity = []result.Status{
	"", result.Skipped, result.Passed, result.KnownFailure, result.NotRun, result.Blocked, result.UnexpectedPass, result.Failed,
}

func worst(checks []result.Check) result.Status {
	var w result.Status
	for _, c := range checks {
		if slices.Index(gravity, c.Status) > slices.Index(gravity, w) {
			w = c.Status
		}
	}
	return w
}

var weight = []result.Level{result.Informational, result.Recommended, result.Required}

// graver gives the level that weighs more.
func graver(a, b result.Level) result.Level {
	if cmp.Compare(slices.Index(weight, a), slices.Index(weight, b)) < 0 {
		return b
	}
	return a
}
