package connector

import (
	"slices"

	"github.com/rehearse-id/rehearse/suites"
)

// worded is short for [suites.Plainly].
type worded[A any] = suites.Plainly[A]

// succeeds matches a [Result] without an error.
func succeeds() worded[Result] {
	return worded[Result]{Want: "success", OK: func(o Result) bool { return o.Err == nil }, Got: Result.String}
}

// fails matches a [Result] with an error of one of the codes, any when none is given.
func fails(codes ...Code) worded[Result] {
	want := "an error"
	if len(codes) > 0 {
		want = "the error " + listed(codes)
	}
	return worded[Result]{Want: want, OK: func(o Result) bool {
		if o.Err == nil {
			return false
		}
		return len(codes) == 0 || slices.Contains(codes, o.Err.Code)
	}, Got: Result.String}
}

// reads is [Rig.That] of what a connector can do right only when it has read what is there. Where the rule is broken and what it read carried no $select, the
// check is blocked by the one that owns that: it could not see.
func reads[A any](r *Rig, rule string, actual A, m worded[A], o Result) {
	if blind := slices.IndexFunc(asksOf(o.Calls), lacksSelect); blind >= 0 && !m.OK(actual) {
		_, got := m.Words(actual)
		r.Block(selects, rule+": "+got, asksOf(o.Calls)[blind].call.shown()...)
	}
	r.That(rule, actual, m, o.Shown()...)
}
