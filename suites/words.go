package suites

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/onsi/gomega/matchers"
	"github.com/onsi/gomega/types"
)

// Worded is a matcher that says in plain words what it expects and what it got instead; see [T.That].
type Worded interface {
	types.GomegaMatcher
	Words(actual any) (expected, got string)
}

// maxWords bounds each of the two texts describe returns, in characters.
const maxWords = 400

// describe says in plain words what m expects and what actual, which does not satisfy m, is instead.
func describe(m types.GomegaMatcher, actual any) (expected, got string) {
	if w, ok := m.(Worded); ok {
		expected, got = w.Words(actual)
		return clip(expected), clip(got)
	}
	phrase, ok := expectation(m)
	if !ok {
		return describeUnknown(m, actual)
	}
	got = observation(m, actual)
	return clipPair(phrase, got)
}

// expectation is the phrase after "expected"; ok is false for matchers it does not know.
func expectation(m types.GomegaMatcher) (phrase string, ok bool) {
	if phrase, ok := composed(m); ok {
		return phrase, true
	}
	switch m := m.(type) {
	case *matchers.EqualMatcher:
		return value(m.Expected), true
	case *matchers.BeEquivalentToMatcher:
		return value(m.Expected), true
	case *matchers.BeComparableToMatcher:
		return value(m.Expected), true
	case *matchers.BeIdenticalToMatcher:
		return value(m.Expected), true
	case *matchers.BeTrueMatcher:
		return because("true", m.Reason), true
	case *matchers.BeFalseMatcher:
		return because("false", m.Reason), true
	case *matchers.BeNilMatcher:
		return "nothing", true
	case *matchers.BeEmptyMatcher:
		return "empty", true
	case *matchers.BeZeroMatcher:
		return "nothing or zero", true
	case *matchers.HaveLenMatcher:
		return fmt.Sprintf("length %d", m.Count), true
	case *matchers.ContainSubstringMatcher:
		return "text containing " + value(formatted(m.Substr, m.Args)), true
	case *matchers.HavePrefixMatcher:
		return "text beginning with " + value(formatted(m.Prefix, m.Args)), true
	case *matchers.HaveSuffixMatcher:
		return "text ending with " + value(formatted(m.Suffix, m.Args)), true
	case *matchers.MatchRegexpMatcher:
		return "text matching " + formatted(m.Regexp, m.Args), true
	case *matchers.MatchJSONMatcher:
		return "JSON " + raw(m.JSONToMatch), true
	case *matchers.BeNumericallyMatcher:
		return numerically(m), true
	case *matchers.BeTemporallyMatcher:
		return temporally(m), true
	case *matchers.HaveOccurredMatcher:
		return "an error", true
	case *matchers.SucceedMatcher:
		return "no error", true
	case *matchers.MatchErrorMatcher:
		return "an error that is " + part(m.Expected), true
	case *matchers.SatisfyMatcher:
		return "a value that satisfies the condition", true
	default:
		return "", false
	}
}

// composed is expectation for matchers made of other matchers, elements or parts.
func composed(m types.GomegaMatcher) (phrase string, ok bool) {
	switch m := m.(type) {
	case *matchers.AndMatcher:
		return joined(m.Matchers, " and "), true
	case *matchers.OrMatcher:
		return joined(m.Matchers, " or "), true
	case *matchers.NotMatcher:
		return negated(m.Matcher), true
	case *matchers.WithTransformMatcher:
		return part(m.Matcher), true
	case *matchers.HaveValueMatcher:
		return part(m.Matcher), true
	case *matchers.ContainElementMatcher:
		return "an element " + part(m.Element), true
	case *matchers.ContainElementsMatcher:
		return "the elements " + parts(m.Elements), true
	case *matchers.ConsistOfMatcher:
		return "exactly the elements " + parts(m.Elements) + ", in any order", true
	case *matchers.HaveExactElementsMatcher:
		return "exactly the elements " + parts(m.Elements) + ", in this order", true
	case *matchers.HaveEachMatcher:
		return "every element " + part(m.Element), true
	case *matchers.BeElementOfMatcher:
		return "one of " + parts(m.Elements), true
	case *matchers.BeKeyOfMatcher:
		return "a key of " + value(m.Map), true
	case *matchers.HaveKeyMatcher:
		return "the key " + part(m.Key), true
	case *matchers.HaveKeyWithValueMatcher:
		return fmt.Sprintf("the key %s with %s", part(m.Key), part(m.Value)), true
	case *matchers.HaveFieldMatcher:
		return fmt.Sprintf("%s %s", strings.TrimSuffix(m.Field, "()"), part(m.Expected)), true
	case *matchers.HaveHTTPStatusMatcher:
		return "HTTP status " + statuses(m.Expected), true
	case *matchers.HaveHTTPHeaderWithValueMatcher:
		return fmt.Sprintf("header %s: %s", http.CanonicalHeaderKey(m.Header), part(m.Value)), true
	case *matchers.HaveHTTPBodyMatcher:
		return "HTTP body " + part(m.Expected), true
	default:
		return "", false
	}
}

// observation is the phrase after "but got". It shows the side of actual the matcher looks at.
func observation(m types.GomegaMatcher, actual any) string {
	switch m := m.(type) {
	case *matchers.AndMatcher:
		for _, each := range m.Matchers {
			if ok, err := each.Match(actual); !ok || err != nil {
				return observation(each, actual)
			}
		}
	case *matchers.NotMatcher:
		return observation(m.Matcher, actual)
	case *matchers.WithTransformMatcher:
		if transformed, ok := transform(m.Transform, actual); ok {
			return observation(m.Matcher, transformed)
		}
	case *matchers.HaveLenMatcher:
		if n, ok := length(actual); ok {
			return fmt.Sprintf("length %d: %s", n, value(actual))
		}
	case *matchers.HaveKeyWithValueMatcher:
		if v, ok := mapValue(actual, m.Key); ok {
			return fmt.Sprintf("the key %s with %s", part(m.Key), value(v))
		}
	case *matchers.HaveHTTPStatusMatcher:
		if r, ok := actual.(*http.Response); ok && r != nil {
			return "HTTP status " + statuses([]any{r.StatusCode})
		}
	case *matchers.HaveHTTPHeaderWithValueMatcher:
		if r, ok := actual.(*http.Response); ok && r != nil {
			return headerLine(r.Header, m.Header)
		}
	case *matchers.HaveOccurredMatcher, *matchers.SucceedMatcher:
		if actual == nil {
			return "no error"
		}
	}
	return value(actual)
}

// describeUnknown takes the words from the matcher's own message.
func describeUnknown(m types.GomegaMatcher, actual any) (expected, got string) {
	if _, err := m.Match(actual); err != nil {
		return "a value for " + matcherName(m), clip(value(actual) + ": " + oneLine(err.Error()))
	}
	expected, got = splitMessage(m.FailureMessage(actual))
	if got == "" {
		got = value(actual)
	}
	return clip(expected), clip(got)
}

// splitMessage takes a message of the form Gomega's format package writes apart: a line "Expected", the indented actual value,
// a line such as "to equal", the indented expected value; Eventually puts a line such as "Timed out after 1s." in front. Of any
// other message everything is the expectation.
func splitMessage(message string) (expected, got string) {
	text := "\n" + strings.TrimSpace(message)
	head, rest, ok := strings.Cut(text, "\nExpected\n")
	if !ok {
		head, rest, ok = strings.Cut(text, "\nExpected:\n") // gcustom's form
	}
	if !ok {
		return clip(oneLine(message)), ""
	}
	var before, after []string
	for line := range strings.SplitSeq(rest, "\n") {
		if len(after) == 0 && (strings.HasPrefix(line, "    ") || strings.TrimSpace(line) == "") {
			before = append(before, withoutType(line))
		} else {
			after = append(after, withoutType(line))
		}
	}
	if head = oneLine(head); head != "" {
		before = append(before, "("+strings.TrimSuffix(head, ".")+")")
	}
	return clip(oneLine(strings.Join(after, " "))), clip(oneLine(strings.Join(before, " ")))
}

// withoutType drops the "<string>: " Gomega writes in front of values.
func withoutType(line string) string {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "<") {
		if _, rest, ok := strings.Cut(line, ">: "); ok {
			return rest
		}
		return strings.TrimSuffix(line, ":")
	}
	return line
}

func matcherName(m types.GomegaMatcher) string {
	t := reflect.TypeOf(m)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.TrimSuffix(t.Name(), "Matcher")
}
