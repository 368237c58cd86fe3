package endpoint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// worded is a matcher that tells expectation and observation in plain words.
type worded[A any] struct {
	want string
	ok   func(A) bool
	got  func(A) string // nil: fmt.Sprint
}

var _ suites.Worded = worded[int]{}

func (m worded[A]) Match(actual any) (bool, error) {
	a, ok := actual.(A)
	if !ok {
		return false, fmt.Errorf("judge %T: want %T", actual, a)
	}
	return m.ok(a), nil
}

func (m worded[A]) Words(actual any) (expected, got string) {
	a, ok := actual.(A)
	if !ok || m.got == nil {
		return m.want, fmt.Sprint(actual)
	}
	return m.want, m.got(a)
}

func (m worded[A]) FailureMessage(actual any) string {
	expected, got := m.Words(actual)
	return "Expected\n    " + got + "\nto be\n    " + expected
}

func (m worded[A]) NegatedFailureMessage(actual any) string {
	expected, got := m.Words(actual)
	return "Expected\n    " + got + "\nnot to be\n    " + expected
}

// answered matches an [Answer] with one of the statuses.
func answered(statuses ...int) types.GomegaMatcher {
	words := make([]string, len(statuses))
	for i, s := range statuses {
		words[i] = strconv.Itoa(s)
	}
	return worded[Answer]{
		want: "status " + strings.Join(words, " or "),
		ok:   func(a Answer) bool { return a.Err == nil && slices.Contains(statuses, a.Status) },
		got:  Answer.String,
	}
}

// accepted matches an [Answer] that is a success.
func accepted() types.GomegaMatcher {
	return worded[Answer]{want: "a success (200 or 204)", ok: Answer.OK, got: Answer.String}
}

// noServerError matches an [Answer] below 500.
func noServerError() types.GomegaMatcher {
	return worded[Answer]{
		want: "a success or a 4xx with a SCIM error",
		ok:   func(a Answer) bool { return a.Err == nil && a.Status > 0 && a.Status < 500 },
		got:  Answer.String,
	}
}

// findsOnly matches a [Found] of exactly one account with this name, which Entra compares in any case.
func findsOnly(path, name string) worded[Found] {
	return worded[Found]{
		want: "1 found: " + name,
		ok: func(f Found) bool {
			return f.Total == 1 && len(f.Resources) == 1 && strings.EqualFold(f.Resources[0].String(path), name)
		},
		got: Found.String,
	}
}

// finds matches a [Found] of exactly n.
func finds(n int) worded[Found] {
	return worded[Found]{
		want: fmt.Sprintf("%d found", n),
		ok:   func(f Found) bool { return f.Total == n && len(f.Resources) == n },
		got:  Found.String,
	}
}

// shows matches a [View] in which the attribute has the value, by the rule with which Entra decides whether to write again:
// letter case does not count.
func shows(path string, want any) worded[View] { return showing(path, want, false) }

// showsExactly is shows with letter case and every byte counting.
func showsExactly(path string, want any) worded[View] { return showing(path, want, true) }

func showing(path string, want any, exact bool) worded[View] {
	return worded[View]{
		want: fmt.Sprintf("%s is %s", path, plain(want)),
		ok: func(v View) bool {
			have, ok := v.Get(path)
			return ok && wire.Same(want, have, exact)
		},
		got: func(v View) string { return v.words(path) },
	}
}

func plain(v any) string {
	if s, ok := v.(string); ok {
		return strconv.QuoteToGraphic(s)
	}
	return fmt.Sprint(v)
}
