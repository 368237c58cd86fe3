package suites

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gcustom"
	"github.com/onsi/gomega/gstruct"
	"github.com/onsi/gomega/types"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

type named string

type worded struct{ types.GomegaMatcher }

func (worded) Words(any) (string, string) { return "a polite answer", "a rude one" }

func TestAFailedExpectationReadsAsPlainWords(t *testing.T) {
	answer := &http.Response{StatusCode: 404, Header: http.Header{"Content-Type": {"text/html"}}}
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	even := func(n int) bool { return n%2 == 0 }
	for _, tc := range []struct {
		name              string
		actual            any
		matcher           types.GomegaMatcher
		expected, actual_ string
	}{
		{"Equal", "Grace", Equal("Ada"), `"Ada"`, `"Grace"`},
		{"Equal of other types", "False", Equal(false), `false`, `"False"`},
		{"Equal of a named string", named("Grace"), Equal(named("Ada")), `"Ada"`, `"Grace"`},
		{"Equal with nothing", nil, Equal("Ada"), `"Ada"`, `nothing`},
		{"Equal keeps letters of all scripts", "Zoë", Equal("Zoe\u0308 🎭"), "\"Zoe\u0308 🎭\"", `"Zoë"`},
		{"Equal of maps", map[string]any{"a": 1}, Equal(map[string]any{"a": "<b>"}), `{"a":"<b>"}`, `{"a":1}`},
		{"Equal of lists", []string{"a"}, Equal([]string{"b"}), `["b"]`, `["a"]`},
		{"Equal of JSON numbers", json.Number("2"), Equal(json.Number("10")), `10`, `2`},
		{"BeEquivalentTo", 3, BeEquivalentTo(4), `4`, `3`},
		{"BeComparableTo", 3, BeComparableTo(4), `4`, `3`},
		{"BeIdenticalTo", 3, BeIdenticalTo(4), `4`, `3`},
		{"BeTrue", false, BeTrue(), `true`, `false`},
		{"BeTrue of something else", "True", BeTrue(), `true`, `"True"`},
		{"BeTrueBecause", false, BeTrueBecause("she is active"), `true (she is active)`, `false`},
		{"BeFalse", true, BeFalse(), `false`, `true`},
		{"BeNil", "x", BeNil(), `nothing`, `"x"`},
		{"not BeNil", nil, Not(BeNil()), `something`, `nothing`},
		{"BeEmpty", []int{1}, BeEmpty(), `empty`, `[1]`},
		{"not BeEmpty", "", Not(BeEmpty()), `not empty`, `""`},
		{"BeZero", 4, BeZero(), `nothing or zero`, `4`},
		{"HaveLen", []int{1, 2, 3}, HaveLen(2), `length 2`, `length 3: [1,2,3]`},
		{"HaveLen of nothing", nil, HaveLen(2), `length 2`, `nothing`},
		{"ContainSubstring", "abc", ContainSubstring("x%s", "y"), `text containing "xy"`, `"abc"`},
		{"not ContainSubstring", "abc", Not(ContainSubstring("b")), `text without "b"`, `"abc"`},
		{"HavePrefix", "abc", HavePrefix("x"), `text beginning with "x"`, `"abc"`},
		{"HaveSuffix", "abc", HaveSuffix("x"), `text ending with "x"`, `"abc"`},
		{"MatchRegexp", "abc", MatchRegexp(`^\d+$`), `text matching ^\d+$`, `"abc"`},
		{"MatchJSON", `{"a": 1}`, MatchJSON(`{"a": 2}`), `JSON {"a": 2}`, `"{\"a\": 1}"`},
		{"BeNumerically", 3, BeNumerically(">=", 4), `more than or equal to 4`, `3`},
		{"BeNumerically <", 3, BeNumerically("<", 3), `less than 3`, `3`},
		{"BeNumerically ==", 3, BeNumerically("==", 4), `4`, `3`},
		{"BeNumerically ~", 3, BeNumerically("~", 9, 2), `9, give or take 2`, `3`},
		{"BeNumerically of text", "3", BeNumerically("==", 3), `3`, `"3"`},
		{"BeTemporally", noon, BeTemporally(">", noon), `after 2026-03-01T12:00:00Z`, `2026-03-01T12:00:00Z`},
		{"BeTemporally ~", noon, BeTemporally("~", noon.Add(time.Hour), time.Second), `2026-03-01T13:00:00Z, give or take 1s`, `2026-03-01T12:00:00Z`},
		{"HaveOccurred", nil, HaveOccurred(), `an error`, `no error`},
		{"not HaveOccurred", errors.New("dial: refused"), Not(HaveOccurred()), `no error`, `dial: refused`},
		{"Succeed", errors.New("dial: refused"), Succeed(), `no error`, `dial: refused`},
		{"MatchError", errors.New("one"), MatchError("two"), `an error that is "two"`, `one`},
		{"Satisfy", 3, Satisfy(even), `a value that satisfies the condition`, `3`},
		{"And shows the side that fails", []int{1}, And(Not(BeEmpty()), HaveLen(2)), `not empty and length 2`, `length 1: [1]`},
		{"Or", 3, Or(Equal(1), Equal(2)), `1 or 2`, `3`},
		{"Not", "Ada", Not(Equal("Ada")), `not "Ada"`, `"Ada"`},
		{"Not twice", "Ada", Not(Not(Equal("Eve"))), `"Eve"`, `"Ada"`},
		{"WithTransform", "abcd", WithTransform(func(s string) int { return len(s) }, Equal(3)), `3`, `4`},
		{"HaveValue", new("a"), HaveValue(Equal("b")), `"b"`, `"a"`},
		{"ContainElement", []string{"a"}, ContainElement("b"), `an element "b"`, `["a"]`},
		{"ContainElement with a matcher", []string{"a"}, ContainElement(HavePrefix("b")), `an element text beginning with "b"`, `["a"]`},
		{"not ContainElement", []string{"a"}, Not(ContainElement("a")), `no element "a"`, `["a"]`},
		{"ContainElements", []string{"a"}, ContainElements("b", "c"), `the elements "b", "c"`, `["a"]`},
		{"ConsistOf", []string{"a"}, ConsistOf("b", "c"), `exactly the elements "b", "c", in any order`, `["a"]`},
		{"ConsistOf a list", []string{"a"}, ConsistOf([]string{"b"}), `exactly the elements "b", in any order`, `["a"]`},
		{"ConsistOf none", []string{"a"}, ConsistOf(), `exactly the elements (none), in any order`, `["a"]`},
		{"HaveExactElements", []string{"a"}, HaveExactElements("b"), `exactly the elements "b", in this order`, `["a"]`},
		{"HaveEach", []int{1, 2}, HaveEach(1), `every element 1`, `[1,2]`},
		{"BeElementOf", "c", BeElementOf("a", "b"), `one of "a", "b"`, `"c"`},
		{"BeKeyOf", "c", BeKeyOf(map[string]int{"a": 1}), `a key of {"a":1}`, `"c"`},
		{"HaveKey", map[string]any{"a": 1}, HaveKey("b"), `the key "b"`, `{"a":1}`},
		{"not HaveKey", map[string]any{"a": 1}, Not(HaveKey("a")), `no key "a"`, `{"a":1}`},
		{"HaveKeyWithValue", map[string]any{"a": 1, "z": 2}, HaveKeyWithValue("a", 2), `the key "a" with 2`, `the key "a" with 1`},
		{"HaveKeyWithValue absent", map[string]any{"z": 2}, HaveKeyWithValue("a", 2), `the key "a" with 2`, `{"z":2}`},
		{"HaveKeyWithValue of nothing", nil, HaveKeyWithValue("a", 2), `the key "a" with 2`, `nothing`},
		{"HaveField", struct{ Name string }{"a"}, HaveField("Name", "b"), `Name "b"`, `{"Name":"a"}`},
		{"HaveHTTPStatus", answer, HaveHTTPStatus(200, 204), `HTTP status 200 OK or 204 No Content`, `HTTP status 404 Not Found`},
		{"HaveHTTPHeaderWithValue", answer, HaveHTTPHeaderWithValue("content-type", HavePrefix("application/")), `header Content-Type: text beginning with "application/"`, `header Content-Type: text/html`},
		{"HaveHTTPHeaderWithValue absent", answer, HaveHTTPHeaderWithValue("etag", "x"), `header Etag: "x"`, `no header Etag`},
		{"worded", 1, worded{BeNil()}, "a polite answer", "a rude one"},
		{"worded inside", []int{1}, ContainElement(worded{BeNil()}), "an element a polite answer", "[1]"},
		{"custom", 3, gcustom.MakeMatcher(func(n int) (bool, error) { return even(n), nil }).WithMessage("be even"), "to be even", "3"},
		{"gstruct", 3, gstruct.PointTo(Equal(1)), "a value for Pointer", ""},
		{"bytes", []byte("a\n b"), Equal([]byte{0xff}), "1 bytes that are no text", "a b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if ok, err := tc.matcher.Match(tc.actual); ok && err == nil {
				t.Fatal("the example must not match")
			}
			expected, actual := describe(tc.matcher, tc.actual)
			if expected != tc.expected {
				t.Errorf("expected reads %s, want %s", expected, tc.expected)
			}
			if tc.actual_ != "" && actual != tc.actual_ {
				t.Errorf("actual reads %s, want %s", actual, tc.actual_)
			}
			if actual == "" {
				t.Error("actual is empty")
			}
		})
	}
}

func TestValuesReadAsPlainWords(t *testing.T) {
	for want, x := range map[string]any{
		"nothing":                           (*int)(nil),
		"7":                                 new(7),
		"2s":                                2 * time.Second,
		`{"Name":"a"}`:                      struct{ Name string }{"a"},
		"an answer with HTTP status 200 OK": &http.Response{StatusCode: 200},
		"GET http://t/Users, answered 200": &exchange.Exchange{
			Request: exchange.Request{Method: "GET", URL: "http://t/Users"}, Response: exchange.Response{Status: 200}},
		`{"a":[1]}`:     json.RawMessage(`{"a":[1]}`),
		"{F:map[[]:1]}": struct{ F map[any]int }{map[any]int{[0]int{}: 1}},
	} {
		if got := value(x); got != want {
			t.Errorf("value(%#v) = %q, want %q", x, got, want)
		}
	}
}

func TestWordsAreBounded(t *testing.T) {
	long := strings.Repeat("ä", 100_000)
	for _, tc := range []struct {
		name    string
		matcher types.GomegaMatcher
		actual  any
	}{
		{"text", Equal("b"), long},
		{"expectation", Equal(long), "b"},
		{"list", HaveLen(1), []string{long, long}},
		{"custom", gcustom.MakeMatcher(func(string) (bool, error) { return false, nil }).WithMessage(long), "b"},
		{"error", HaveLen(3), errors.New(long)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, text := range both(describe(tc.matcher, tc.actual)) {
				if n := utf8.RuneCountInString(text); n > maxWords+40 {
					t.Errorf("%d characters", n)
				}
				if !utf8.ValidString(text) {
					t.Error("cut inside a character")
				}
			}
		})
	}
}

func TestLongTextsShowWhereTheyDiffer(t *testing.T) {
	same := strings.Repeat("x", 5000)
	expected, actual := describe(Equal(same+"ADA"), same+"GRACE")
	if !strings.Contains(expected, "ADA") || !strings.Contains(actual, "GRACE") {
		t.Errorf("the difference is out of sight: %s / %s", expected, actual)
	}
}

func TestSplitMessage(t *testing.T) {
	for _, tc := range []struct{ name, message, expected, actual string }{
		{"both", "Expected\n    <string>: a\nto equal\n    <string>: b", "to equal b", "a"},
		{"one", "Expected\n    <int>: 3\nto be even", "to be even", "3"},
		{"many lines", "Expected\n    <[]int | len:2, cap:2>: [\n        1,\n        2,\n    ]\nto be short", "to be short", "[ 1, 2, ]"},
		{"time-out", "Timed out after 1.001s.\nExpected\n    <int>: 0\nto equal\n    <int>: 1", "to equal 1", "0 (Timed out after 1.001s)"},
		{"other", "Unexpected error:\n  boom", "Unexpected error: boom", ""},
		{"no value", "Expected\nto be kind", "to be kind", ""},
		{"empty", "", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			expected, actual := splitMessage(tc.message)
			if expected != tc.expected || actual != tc.actual {
				t.Errorf("got %q and %q, want %q and %q", expected, actual, tc.expected, tc.actual)
			}
		})
	}
}

func FuzzSplitMessage(f *testing.F) {
	f.Add("Expected\n    <string>: a\nto equal\n    <string>: b")
	f.Add("Expected\n<")
	f.Add("\nExpected\n\n")
	f.Fuzz(func(t *testing.T, message string) {
		for _, text := range both(splitMessage(message)) {
			if n := utf8.RuneCountInString(text); n > maxWords+40 {
				t.Errorf("%d characters", n)
			}
		}
	})
}

func both(a, b string) []string { return []string{a, b} }
