package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/internal/result"
)

// reportOf is a report with checks written as "id status" or "id status level".
func reportOf(verdict result.Verdict, checks ...string) result.Report {
	r := result.Report{SchemaVersion: 1, Target: result.Target{Kind: "scim"}, Verdict: verdict}
	for _, text := range checks {
		words := append(strings.Fields(text), "")
		c := result.Check{ID: words[0], Title: "title", Dialect: "default", Status: result.Status(words[1]), Level: result.Required}
		if words[2] != "" {
			c.Level = result.Level(words[2])
		}
		if c.Status == result.Failed {
			c.Findings = []result.Finding{{Rule: "the rule of " + c.ID, Actual: "nonsense", Count: 1}}
		}
		r.Checks = append(r.Checks, c)
	}
	r.Counts = result.Count(r.Checks)
	return r
}

func TestCompareNamesEachChange(t *testing.T) {
	for _, test := range []struct {
		title, old, now string
		want            Change // "" for none
		regression      bool
	}{
		{"a check that passed and fails is broken", "passed", "failed", ChangeBroken, true},
		{"a check that passed and cannot be judged is broken", "passed", "blocked", ChangeBroken, true},
		{"a check that passed and could not be run is broken", "passed", "not-run", ChangeBroken, true},
		{"a check that did not apply and fails is broken", "skipped", "failed", ChangeBroken, true},
		{"an unexpected pass that fails again is broken", "unexpected-pass", "failed", ChangeBroken, true},
		{"a failed check that passes is fixed", "failed", "passed", ChangeFixed, false},
		{"a blocked check that passes is fixed", "blocked", "passed", ChangeFixed, false},
		{"a known failure that passes is fixed", "known-failure", "unexpected-pass", ChangeFixed, false},
		{"a new check that fails counts", "", "failed", ChangeNew, true},
		{"a new check that passes does not", "", "passed", ChangeNew, false},
		{"a new known failure does not", "", "known-failure", ChangeNew, false},
		{"a check that is no more is gone", "failed", "", ChangeGone, false},
		{"a check that does not apply any more changed otherwise", "passed", "skipped", ChangeOther, false},
		{"a failure written down as known changed otherwise", "failed", "known-failure", ChangeOther, false},
		{"a known failure that counts again is the same failure", "known-failure", "failed", ChangeOther, false},
		{"a failure that is blocked now has not changed", "failed", "blocked", "", false},
		{"a check that did not apply and cannot be judged now changed otherwise", "skipped", "blocked", ChangeOther, false},
		{"nothing changed", "passed", "passed", "", false},
	} {
		t.Run(test.title, func(t *testing.T) {
			old, now := []string{"other passed"}, []string{"other passed"}
			if test.old != "" {
				old = append(old, "it "+test.old)
			}
			if test.now != "" {
				now = append(now, "it "+test.now)
			}
			c, err := Compare(reportOf(result.NonConformant, old...), reportOf(result.NonConformant, now...), CompareOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var got Change
			for _, changed := range c.Changes {
				got = changed.Change
				if changed.Regression != test.regression {
					t.Errorf("regression %v, want %v", changed.Regression, test.regression)
				}
			}
			if got != test.want || len(c.Changes) > 1 {
				t.Errorf("changes %+v, want %q", c.Changes, test.want)
			}
			if (c.Regressions > 0) != test.regression {
				t.Errorf("%d regressions", c.Regressions)
			}
		})
	}
}

func TestCompareCountsOnlyRegressionsOfTheLevel(t *testing.T) {
	old := reportOf(result.Conformant, "a passed", "b passed recommended", "c passed informational")
	now := reportOf(result.NonConformant, "a failed", "b failed recommended", "c failed informational")
	for level, want := range map[result.Level]int{result.Required: 1, result.Recommended: 2, result.Informational: 3, "": 3} {
		c, err := Compare(old, now, CompareOptions{Level: level})
		if err != nil || c.Regressions != want || c.Counts[ChangeBroken] != 3 {
			t.Errorf("%s: %d regressions, counts %v, %v: want %d", level, c.Regressions, c.Counts, err, want)
		}
	}
}

func TestCompareKeepsDialectsApart(t *testing.T) {
	old, now := reportOf(result.Conformant, "a passed", "a passed"), reportOf(result.NonConformant, "a passed", "a failed")
	old.Checks[1].Dialect, now.Checks[1].Dialect = "aadOptscim062020", "aadOptscim062020"
	c, err := Compare(old, now, CompareOptions{})
	if err != nil || len(c.Changes) != 1 || c.Changes[0].Dialect != "aadOptscim062020" || c.Unchanged != 1 {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestCompareFindsARenamedCheck(t *testing.T) {
	c, err := Compare(reportOf(result.NonConformant, "before failed"), reportOf(result.Conformant, "after passed"), CompareOptions{
		Name: func(id string) string { return strings.ReplaceAll(id, "before", "after") },
	})
	if err != nil || c.Counts[ChangeFixed] != 1 || c.Counts[ChangeGone]+c.Counts[ChangeNew] != 0 {
		t.Errorf("got %+v, %v", c.Changes, err)
	}
}

func TestCompareCountsARunWithoutAVerdictAsARegression(t *testing.T) {
	now := reportOf(result.Unreachable)
	now.Message = "no answer"
	c, err := Compare(reportOf(result.Conformant, "a passed"), now, CompareOptions{})
	if err != nil || c.Regressions != 1 || !strings.Contains(c.Message, "no answer") {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestCompareRefusesReportsOfDifferentKinds(t *testing.T) {
	now := reportOf(result.Conformant)
	now.Target.Kind = "connector"
	if _, err := Compare(reportOf(result.Conformant), now, CompareOptions{}); err == nil || !strings.Contains(err.Error(), `"connector"`) {
		t.Errorf("error %v", err)
	}
}

// compared is a comparison with each change in it.
func compared(t *testing.T) Comparison {
	t.Helper()
	newer := fixture()
	older := fixture()
	older.Verdict, older.StartedAt = result.Conformant, older.StartedAt.AddDate(0, -1, 0)
	for i := range older.Checks {
		switch c := &older.Checks[i]; {
		case c.ID == "endpoint.create.user":
			c.Status = result.Failed
		case c.ID == "endpoint.create.filter-exact", c.Status == result.Blocked:
			c.Status = result.Passed
		case c.ID == "endpoint.connect.count":
			c.ID = "endpoint.connect.gone"
		case c.ID == "endpoint.sync.manager-clear":
			c.Status = result.Failed
		}
	}
	c, err := Compare(older, newer, CompareOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestComparisonGolden(t *testing.T) {
	c := compared(t)
	var out bytes.Buffer
	if err := WriteComparison(&out, c, TerminalOptions{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "comparison.txt", out.Bytes())
	out.Reset()
	if err := WriteComparisonMarkdown(&out, c); err != nil {
		t.Fatal(err)
	}
	golden(t, "comparison.md", out.Bytes())
	out.Reset()
	if err := WriteComparisonJSON(&out, c); err != nil {
		t.Fatal(err)
	}
	var back Comparison
	if err := json.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back); diff != "" {
		t.Error(diff)
	}
}

func TestComparisonTellsThatItCannotBeWritten(t *testing.T) {
	c := compared(t)
	for name, err := range map[string]error{
		"terminal": WriteComparison(refusing{}, c, TerminalOptions{}), "markdown": WriteComparisonMarkdown(refusing{}, c), "json": WriteComparisonJSON(refusing{}, c),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "write comparison: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestLoadRefusesWhatIsNoReport(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]string{
		`{"log":{"entries":[]}}`:                 "no schemaVersion",
		`{"schemaVersion":2,"verdict":"empty"}`:  "schema version 2",
		`{"schemaVersion":1}`:                    "not a report.json",
		`{"schemaVersion":1,"verdict":"lovely"}`: `"lovely"`,
		`{"schemaVersion":1,"verdict":"empty","checks":[{"id":"a","status":"fine"}]}`:                                "status of a",
		`{"schemaVersion":1,"verdict":"empty","checks":[{"status":"passed"}]}`:                                       "no id",
		`{"schemaVersion":1,"verdict":"empty","checks":[{"id":"a","status":"passed"},{"id":"a","status":"passed"}]}`: "twice",
	} {
		file := filepath.Join(dir, JSONFile)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{file, dir} {
			if _, err := Load(path); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), file+": ") {
				t.Errorf("%s: error %v, want %q", text, err, want)
			}
		}
	}
	if _, err := Load(filepath.Join(dir, "missing")); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("error %v", err)
	}
}

// What was hidden behind another failure and fails on its own now is told, and is no regression: it may have failed all along.
func TestCompareTellsWhatCouldNotBeJudgedBefore(t *testing.T) {
	c, err := Compare(reportOf(result.NonConformant, "a failed", "b blocked"), reportOf(result.NonConformant, "a passed", "b failed"), CompareOptions{})
	if err != nil || c.Regressions != 0 || c.Counts[ChangeFound] != 1 || c.Counts[ChangeFixed] != 1 {
		t.Fatalf("got %+v, %v", c, err)
	}
	var text, page bytes.Buffer
	if err := errors.Join(WriteComparison(&text, c, TerminalOptions{}), WriteComparisonMarkdown(&page, c)); err != nil {
		t.Fatal(err)
	}
	for _, told := range []string{text.String(), page.String()} {
		if !strings.Contains(told, "1 judged for the first time and failing") || !strings.Contains(told, "Judged for the first time, and failing") {
			t.Errorf("not told:\n%s", told)
		}
	}
}
