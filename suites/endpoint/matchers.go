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

// worded is short for [suites.Plainly].
type worded[A any] = suites.Plainly[A]

// answered matches an [Answer] with one of the statuses.
func answered(statuses ...int) types.GomegaMatcher {
	words := make([]string, len(statuses))
	for i, s := range statuses {
		words[i] = strconv.Itoa(s)
	}
	return worded[Answer]{
		Want: "status " + strings.Join(words, " or "),
		OK:   func(a Answer) bool { return a.Err == nil && slices.Contains(statuses, a.Status) },
		Got:  Answer.String,
	}
}

// accepted matches an [Answer] that is a success.
func accepted() types.GomegaMatcher {
	return worded[Answer]{Want: "a success (200 or 204)", OK: Answer.OK, Got: Answer.String}
}

// noServerError matches an [Answer] below 500.
func noServerError() types.GomegaMatcher {
	return worded[Answer]{
		Want: "a success or a 4xx with a SCIM error",
		OK:   func(a Answer) bool { return a.Err == nil && a.Status > 0 && a.Status < 500 },
		Got:  Answer.String,
	}
}

// findsOnly matches a [Found] of exactly one account with this name, which Entra compares in any case.
func findsOnly(path, name string) worded[Found] {
	return worded[Found]{
		Want: "1 found: " + name,
		OK: func(f Found) bool {
			return f.Total == 1 && len(f.Resources) == 1 && strings.EqualFold(f.Resources[0].String(path), name)
		},
		Got: Found.String,
	}
}

// finds matches a [Found] of exactly n.
func finds(n int) worded[Found] {
	return worded[Found]{
		Want: fmt.Sprintf("%d found", n),
		OK:   func(f Found) bool { return f.Total == n && len(f.Resources) == n },
		Got:  Found.String,
	}
}

// shows matches a [View] in which the attribute has the value, by the rule with which Entra decides whether to write again:
// letter case does not count.
func shows(path string, want any) worded[View] { return showing(path, want, false) }

// showsExactly is shows with letter case and every byte counting.
func showsExactly(path string, want any) worded[View] { return showing(path, want, true) }

func showing(path string, want any, exact bool) worded[View] {
	return worded[View]{
		Want: fmt.Sprintf("%s is %s", path, plain(want)),
		OK: func(v View) bool {
			have, ok := v.Get(path)
			return ok && wire.Same(want, have, exact)
		},
		Got: func(v View) string { return v.words(path) },
	}
}

func plain(v any) string {
	if s, ok := v.(string); ok {
		return strconv.QuoteToGraphic(s)
	}
	return fmt.Sprint(v)
}
