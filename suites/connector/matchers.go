package connector

import (
	"fmt"
	"slices"

	"github.com/rehearse-id/rehearse/suites"
)

// worded is a matcher that tells expectation and observation in plain words.
type worded[A any] struct {
	want string
	ok   func(A) bool
	got  func(A) string // nil: fmt.Sprint
}

var _ suites.Worded = worded[int]{}

// Match says whether the value is as wanted.
func (m worded[A]) Match(actual any) (bool, error) {
	a, ok := actual.(A)
	if !ok {
		return false, fmt.Errorf("judge %T: want %T", actual, a)
	}
	return m.ok(a), nil
}

// Words are the expectation and the observation.
func (m worded[A]) Words(actual any) (expected, got string) {
	a, ok := actual.(A)
	if !ok || m.got == nil {
		return m.want, fmt.Sprint(actual)
	}
	return m.want, m.got(a)
}

// FailureMessage is for Gomega.
func (m worded[A]) FailureMessage(actual any) string {
	expected, got := m.Words(actual)
	return "Expected\n    " + got + "\nto be\n    " + expected
}

// NegatedFailureMessage is for Gomega.
func (m worded[A]) NegatedFailureMessage(actual any) string {
	expected, got := m.Words(actual)
	return "Expected\n    " + got + "\nnot to be\n    " + expected
}

// succeeds matches a [Result] without an error.
func succeeds() worded[Result] {
	return worded[Result]{want: "success", ok: func(o Result) bool { return o.Err == nil }, got: Result.String}
}

// fails matches a [Result] with an error of one of the codes, any when none is given.
func fails(codes ...Code) worded[Result] {
	want := "an error"
	if len(codes) > 0 {
		want = "the error " + listed(codes)
	}
	return worded[Result]{want: want, ok: func(o Result) bool {
		if o.Err == nil {
			return false
		}
		return len(codes) == 0 || slices.Contains(codes, o.Err.Code)
	}, got: Result.String}
}
