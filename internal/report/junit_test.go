package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

func junit(t *testing.T, r result.Report, o Options) (string, junitDoc) {
	t.Helper()
	var out bytes.Buffer
	if err := WriteJUnit(&out, r, o); err != nil {
		t.Fatal(err)
	}
	var doc junitDoc
	if err := xml.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatalf("%v in\n%s", err, out.String())
	}
	return out.String(), doc
}

func TestJUnitOfARunWithTrouble(t *testing.T) {
	text, _ := junit(t, fixture(), options())
	golden(t, "junit.xml", []byte(text))
	if strings.Contains(text, "/home/") || strings.Contains(text, "/tmp/") {
		t.Error("a path of this machine")
	}
}

func TestJUnitCountsAgreeWithItsCases(t *testing.T) {
	_, doc := junit(t, fixture(), options())
	var tests, failures, errs, skipped int
	for _, s := range doc.Suites {
		tests += len(s.Cases)
		for _, c := range s.Cases {
			switch {
			case c.Failure != nil:
				failures++
			case c.Error != nil:
				errs++
			case c.Skipped != nil:
				skipped++
			}
		}
	}
	if doc.Tests != tests || doc.Failures != failures || doc.Errors != errs || doc.Skipped != skipped {
		t.Errorf("says %d tests, %d failures, %d errors, %d skipped; holds %d, %d, %d, %d",
			doc.Tests, doc.Failures, doc.Errors, doc.Skipped, tests, failures, errs, skipped)
	}
	if want := len(fixture().Checks) + len(fixture().Problems); tests != want {
		t.Errorf("%d cases, want one for each check and problem, %d", tests, want)
	}
}

// A CI server must not be redder or greener than the verdict.
func TestJUnitAgreesWithTheVerdict(t *testing.T) {
	check := func(level result.Level, status result.Status) result.Check {
		return result.Check{ID: "e.sync.x", Title: "x", Stage: "sync", Level: level, Status: status, BlockedBy: "e.sync.y"}
	}
	for _, level := range []result.Level{result.Required, result.Recommended, result.Informational} {
		for _, failOn := range []result.Level{"", result.Recommended} {
			for _, status := range []result.Status{result.Passed, result.Failed, result.Skipped, result.KnownFailure, result.UnexpectedPass, result.NotRun} {
				checks := []result.Check{check(result.Required, result.Passed), check(level, status)}
				r := result.Report{Checks: checks, Verdict: result.Decide(checks, failOn)}
				_, doc := junit(t, r, Options{FailOn: failOn})
				if green := doc.Failures+doc.Errors == 0; green != (r.Verdict == result.Conformant) {
					t.Errorf("%s %s with fail-on %q is %s, but JUnit has %d failures and %d errors", level, status, failOn, r.Verdict, doc.Failures, doc.Errors)
				}
			}
		}
	}
}

// A recommended check may keep a required one from being judged, which then counts against the run.
func TestWhatBlocksARequiredCheckWeighs(t *testing.T) {
	cause := result.Check{
		ID: "e.sync.y", Title: "y", Stage: "sync", Level: result.Recommended, Status: result.Failed, Findings: []result.Finding{{Rule: "y holds", Count: 1}},
	}
	blocked := result.Check{ID: "e.sync.x", Title: "x", Stage: "sync", Level: result.Required, Status: result.Blocked, BlockedBy: "e.sync.y"}
	r := result.Report{Checks: []result.Check{cause, blocked}, Verdict: result.Decide([]result.Check{cause, blocked}, "")}
	if r.Verdict != result.NonConformant {
		t.Errorf("the verdict is %s", r.Verdict)
	}
	if _, doc := junit(t, r, Options{}); doc.Failures != 1 {
		t.Errorf("JUnit has %d failures, want 1: it must not be greener than the verdict", doc.Failures)
	}
	if data := sarifOf(t, r, Options{}); !strings.Contains(string(data), `"kind": "fail",`+"\n"+`          "level": "error"`) {
		t.Errorf("SARIF has no error:\n%s", data)
	}
	if _, sentence := words(r, ""); sentence != "1 required check could not be judged because of a failure." {
		t.Errorf("the verdict says %q", sentence)
	}
}

func TestJUnitOfARunWithoutAVerdictIsAnError(t *testing.T) {
	for v, want := range map[result.Verdict][2]int{result.Unreachable: {1, 0}, result.Error: {1, 0}, result.Empty: {0, 1}} {
		_, doc := junit(t, result.Report{Verdict: v, Message: "because"}, Options{})
		if got := [2]int{doc.Errors, doc.Skipped}; got != want {
			t.Errorf("%s: errors and skipped %v, want %v", v, got, want)
		}
	}
}

func FuzzJUnitIsXML(f *testing.F) {
	f.Add(hostile, "rule\x00\ufffe]]>", "a\x0b\r\n\t\xff")
	f.Fuzz(func(t *testing.T, title, rule, actual string) {
		c := failing("e.sync.x", actual, result.Required, result.Finding{Rule: rule, Actual: actual})
		c.Title, c.Stage = title, "x"
		var out bytes.Buffer
		if err := WriteJUnit(&out, result.Report{Verdict: result.NonConformant, Checks: []result.Check{c}}, Options{}); err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(&out); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
		}
	})
}
