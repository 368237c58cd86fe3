package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

// inBoth is a report of two checks in both dialects, of which those named fail.
func inBoth(failing ...string) result.Report {
	r := result.Report{Target: result.Target{Kind: "scim", URL: "https://x.example"}, Verdict: result.Conformant, Verdicts: map[string]result.Verdict{}}
	for _, d := range []string{withoutFlag, theFlag} {
		r.Verdicts[d] = result.Conformant
		for _, id := range []string{"a.b.one", "a.b.two"} {
			c := result.Check{ID: id, Title: "rule of " + id, Stage: "create", Level: result.Required, Dialect: d, Status: result.Passed}
			for _, f := range failing {
				if f == id+"@"+d {
					c.Status, r.Verdict, r.Verdicts[d] = result.Failed, result.NonConformant, result.NonConformant
				}
			}
			r.Checks = append(r.Checks, c)
		}
	}
	r.Counts = result.Count(r.Checks)
	return r
}

func TestEveryReportSaysInWhichDialectATargetWorks(t *testing.T) {
	const onlyWith, onlyWithout = "Works with the flag only: add", "Works without the flag only: leave"
	for _, tt := range []struct {
		name    string
		failing []string
		says    []string
		not     []string
	}{
		{"neither fails", nil, nil, []string{onlyWith, onlyWithout}},
		{"by default", []string{"a.b.one@default"}, []string{onlyWith, "default dialect only", "1 failed"}, []string{onlyWithout, "with the flag only ·"}},
		{"with the flag", []string{"a.b.one@" + theFlag}, []string{onlyWithout, "with the flag only"}, []string{onlyWith, "default dialect only"}},
		{"each another", []string{"a.b.one@default", "a.b.two@" + theFlag}, []string{"default dialect only", "with the flag only"}, []string{onlyWith, onlyWithout}},
		{"both alike", []string{"a.b.one@default", "a.b.one@" + theFlag}, nil, []string{onlyWith, onlyWithout, "default dialect only", "with the flag only"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := inBoth(tt.failing...)
			for name, text := range written(t, r) {
				for _, want := range append(tt.says, theFlag) {
					if !strings.Contains(text, want) {
						t.Errorf("%s does not say %q:\n%s", name, want, text)
					}
				}
				for _, not := range tt.not {
					if strings.Contains(text, not) {
						t.Errorf("%s says %q", name, not)
					}
				}
			}
		})
	}
}

func TestAListOfKnownFailuresChangesNothingInWhatADialectIsSaidToBe(t *testing.T) {
	const only = "only:"
	for _, tt := range []struct {
		name   string
		status result.Status
		level  result.Level
		says   string
	}{
		{"an unexpected pass is no failure", result.UnexpectedPass, result.Required, ""},
		{"nor is a known failure a success of the other", result.KnownFailure, result.Required, ""},
		{"a block is a failure", result.Blocked, result.Required, "Works with the flag only:"},
		{"a failure that does not weigh is none", result.Failed, result.Recommended, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := inBoth()
			r.Checks[0].Status, r.Checks[0].Level, r.Verdict = tt.status, tt.level, result.Decide(r.Checks, result.Required)
			r.Verdicts[withoutFlag], r.Counts = result.Decide(r.Checks[:1], result.Required), result.Count(r.Checks)
			for name, text := range written(t, r) {
				if tt.says == "" && strings.Contains(text, only) || !strings.Contains(text, tt.says) {
					t.Errorf("%s does not say %q and nothing else of one dialect:\n%s", name, tt.says, text)
				}
			}
		})
	}
}

func TestAKnownFailureIsNoReasonToPreferADialect(t *testing.T) {
	r := inBoth("a.b.one@" + theFlag)
	r.Checks[1].Status = result.KnownFailure
	for name, text := range written(t, r) {
		if strings.Contains(text, "only:") {
			t.Errorf("%s prefers a dialect in which a check is known to fail:\n%s", name, text)
		}
	}
}

func TestOneDialectAloneIsNotTold(t *testing.T) {
	r := inBoth("a.b.one@default")
	r.Checks = r.Checks[:2]
	delete(r.Verdicts, theFlag)
	for name, text := range written(t, r) {
		if strings.Contains(text, "only:") || strings.Contains(text, "dialect only") {
			t.Errorf("%s tells one dialect from another:\n%s", name, text)
		}
	}
}

// written is the report as people read it, blanks folded, by writer.
func written(t *testing.T, r result.Report) map[string]string {
	t.Helper()
	var terminal, page, summary bytes.Buffer
	if err := NewTerminal(&terminal, TerminalOptions{Width: 100}).End(r); err != nil {
		t.Error(err)
	}
	if err := WriteHTML(&page, r, Options{}); err != nil {
		t.Error(err)
	}
	if err := WriteSummary(&summary, r, Options{}); err != nil {
		t.Error(err)
	}
	fold := func(b bytes.Buffer) string { return strings.Join(strings.Fields(b.String()), " ") }
	return map[string]string{"the terminal": fold(terminal), "the page": fold(page), "the summary": fold(summary)}
}
