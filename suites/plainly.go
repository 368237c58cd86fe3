package suites

import "fmt"

// Plainly is a matcher of one type that tells expectation and observation in plain words.
type Plainly[A any] struct {
	Want string
	OK   func(A) bool
	Got  func(A) string // nil: fmt.Sprint
}

var _ Worded = Plainly[int]{}

// Match says whether the value is as wanted.
func (m Plainly[A]) Match(actual any) (bool, error) {
	a, ok := actual.(A)
	if !ok {
		return false, fmt.Errorf("judge %T: want %T", actual, a)
	}
	return m.OK(a), nil
}

// Words are the expectation and the observation.
func (m Plainly[A]) Words(actual any) (expected, got string) {
	a, ok := actual.(A)
	if !ok || m.Got == nil {
		return m.Want, fmt.Sprint(actual)
	}
	return m.Want, m.Got(a)
}

// FailureMessage is for Gomega.
func (m Plainly[A]) FailureMessage(actual any) string {
	expected, got := m.Words(actual)
	return "Expected\n    " + got + "\nto be\n    " + expected
}

// NegatedFailureMessage is for Gomega.
func (m Plainly[A]) NegatedFailureMessage(actual any) string {
	expected, got := m.Words(actual)
	return "Expected\n    " + got + "\nnot to be\n    " + expected
}
