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
