package suites

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/onsi/gomega/matchers"
	"github.com/onsi/gomega/types"
)

// part is the phrase of a matcher, or of a value that stands for equality with it.
func part(x any) string {
	m, ok := x.(types.GomegaMatcher)
	if !ok {
		return value(x)
	}
	if w, ok := m.(Worded); ok {
		expected, _ := w.Words(nil)
		return expected
	}
	if phrase, ok := expectation(m); ok {
		return phrase
	}
	return "satisfying " + matcherName(m)
}

func parts(xs []any) string {
	if len(xs) == 1 { // ConsistOf and its kin take one slice for its elements
		if v := reflect.ValueOf(xs[0]); v.Kind() == reflect.Slice && !isBytes(v) {
			spread := make([]any, v.Len())
			for i := range spread {
				spread[i] = v.Index(i).Interface()
			}
			xs = spread
		}
	}
	if len(xs) == 0 {
		return "(none)"
	}
	words := make([]string, len(xs))
	for i, x := range xs {
		words[i] = part(x)
	}
	return strings.Join(words, ", ")
}

func joined(ms []types.GomegaMatcher, by string) string {
	words := make([]string, len(ms))
	for i, m := range ms {
		words[i] = part(m)
	}
	return strings.Join(words, by)
}

// negated is the phrase for Not(m). Some read better turned round than with a "not" in front.
func negated(m types.GomegaMatcher) string {
	switch m := m.(type) {
	case *matchers.BeNilMatcher:
		return "something"
	case *matchers.HaveOccurredMatcher:
		return "no error"
	case *matchers.SucceedMatcher:
		return "an error"
	case *matchers.NotMatcher:
		return part(m.Matcher)
	case *matchers.ContainElementMatcher:
		return "no element " + part(m.Element)
	case *matchers.HaveKeyMatcher:
		return "no key " + part(m.Key)
	case *matchers.ContainSubstringMatcher:
		return "text without " + value(formatted(m.Substr, m.Args))
	default:
		return "not " + part(m)
	}
}

func numerically(m *matchers.BeNumericallyMatcher) string {
	to := "(nothing)"
	if len(m.CompareTo) > 0 {
		to = value(m.CompareTo[0])
	}
	switch m.Comparator {
	case "==":
		return to
	case "~":
		if len(m.CompareTo) > 1 {
			return fmt.Sprintf("%s, give or take %s", to, value(m.CompareTo[1]))
		}
		return "about " + to
	default:
		return compared(m.Comparator, "less than", "more than", to)
	}
}

func temporally(m *matchers.BeTemporallyMatcher) string {
	to := value(m.CompareTo)
	switch m.Comparator {
	case "==":
		return to
	case "~":
		within := time.Millisecond // Gomega's default
		if len(m.Threshold) > 0 {
			within = m.Threshold[0]
		}
		return fmt.Sprintf("%s, give or take %v", to, within)
	default:
		return compared(m.Comparator, "before", "after", to)
	}
}

func compared(comparator, less, more, to string) string {
	word := map[string]string{"<": less, "<=": less + " or equal to", ">": more, ">=": more + " or equal to"}[comparator]
	return or(word, comparator) + " " + to
}

func statuses(expected []any) string {
	words := make([]string, len(expected))
	for i, e := range expected {
		switch e := e.(type) {
		case int:
			words[i] = strings.TrimSpace(fmt.Sprintf("%d %s", e, http.StatusText(e)))
		default:
			words[i] = fmt.Sprint(e)
		}
	}
	return strings.Join(words, " or ")
}

func headerLine(h http.Header, name string) string {
	values := h.Values(name)
	if len(values) == 0 {
		return "no header " + http.CanonicalHeaderKey(name)
	}
	return fmt.Sprintf("header %s: %s", http.CanonicalHeaderKey(name), strings.Join(values, ", "))
}

func because(phrase, reason string) string {
	if reason == "" {
		return phrase
	}
	return phrase + " (" + reason + ")"
}

func formatted(format string, args []any) string {
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// transform calls the function of a WithTransform matcher, as the matcher did.
func transform(f, actual any) (transformed any, ok bool) {
	fn := reflect.ValueOf(f)
	if fn.Kind() != reflect.Func || fn.Type().NumIn() != 1 || fn.Type().NumOut() == 0 {
		return nil, false
	}
	in := reflect.Zero(fn.Type().In(0))
	if actual != nil {
		in = reflect.ValueOf(actual)
		if !in.Type().AssignableTo(fn.Type().In(0)) {
			return nil, false
		}
	}
	return fn.Call([]reflect.Value{in})[0].Interface(), true
}

func length(actual any) (int, bool) {
	v := reflect.ValueOf(actual)
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array, reflect.Chan:
		return v.Len(), true
	default:
		return 0, false
	}
}

func mapValue(actual, key any) (any, bool) {
	m, k := reflect.ValueOf(actual), reflect.ValueOf(key)
	if m.Kind() != reflect.Map || !k.IsValid() || !k.Type().AssignableTo(m.Type().Key()) {
		return nil, false
	}
	v := m.MapIndex(k)
	if !v.IsValid() {
		return nil, false
	}
	return v.Interface(), true
}
