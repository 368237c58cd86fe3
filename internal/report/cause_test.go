package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/internal/result"
)

func failing(id, dialect string, level result.Level, fs ...result.Finding) result.Check {
	return result.Check{ID: id, Title: id, Stage: strings.Split(id, ".")[1], Dialect: dialect, Level: level, Status: result.Failed, Findings: fs}
}

func blocked(id, dialect, by string, level result.Level) result.Check {
	return result.Check{ID: id, Title: id, Stage: strings.Split(id, ".")[1], Dialect: dialect, Level: level, Status: result.Blocked, BlockedBy: by}
}

// brief writes causes as lines: level rule ×count in=places blocks=n weighs.
func brief(causes []Cause) []string {
	var out []string
	for _, c := range causes {
		var in []string
		for _, p := range c.Places {
			in = append(in, p.ID+"("+strings.Join(p.Dialects, "+")+")")
		}
		line := string(c.Level) + " " + c.Rule + times(c.Count) + " in " + strings.Join(in, " ")
		if n := c.Blocked(); n > 0 {
			line += " blocks " + plural(n, "check", "checks")
		}
		if c.Weighs {
			line += " weighs"
		}
		out = append(out, line)
	}
	return out
}

func TestCausesFoldFindings(t *testing.T) {
	a := result.Finding{Rule: "rule a", Fix: "f", Count: 2, Exchanges: []string{"1", "2"}, Sources: []string{"s"}}
	a2 := result.Finding{Rule: "rule a", Fix: "f", Count: 1, Exchanges: []string{"2", "3"}, Sources: []string{"s", "t"}, Actual: "other"}
	other := result.Finding{Rule: "rule a", Fix: "another fix", Count: 1}
	for name, c := range map[string]struct {
		checks []result.Check
		failOn result.Level
		want   []string
	}{
		"nothing": {nil, "", nil},
		"both dialects of a check": {
			[]result.Check{failing("e.sync.x", "d", result.Required, a), failing("e.sync.x", "a", result.Required, a)}, "",
			[]string{"required rule a ×4 in e.sync.x(d+a) weighs"},
		},
		"several checks, the gravest level counts": {
			[]result.Check{failing("e.sync.x", "d", result.Recommended, a), failing("e.sync.y", "d", result.Required, a2)}, "",
			[]string{"required rule a ×3 in e.sync.x(d) e.sync.y(d) weighs"},
		},
		"the same rule with another fix is another cause": {
			[]result.Check{failing("e.sync.x", "d", result.Required, a, other)}, "",
			[]string{"required rule a ×2 in e.sync.x(d) weighs", "required rule a in e.sync.x(d) weighs"},
		},
		"what weighs first, then by stage, then by what it blocks": {
			[]result.Check{
				failing("e.sync.light", "d", result.Recommended, result.Finding{Rule: "light"}),
				failing("e.sync.late", "d", result.Required, result.Finding{Rule: "late"}),
				failing("e.sync.root", "d", result.Required, result.Finding{Rule: "root"}),
				failing("e.create.early", "d", result.Required, result.Finding{Rule: "early"}),
				blocked("e.group.z", "d", "e.sync.root", result.Required),
			}, "",
			[]string{
				"required early in e.create.early(d) weighs", "required root in e.sync.root(d) blocks 1 check weighs",
				"required late in e.sync.late(d) weighs", "recommended light in e.sync.light(d)",
			},
		},
		"recommended weigh when told to": {
			[]result.Check{failing("e.sync.light", "d", result.Recommended, result.Finding{Rule: "light"})}, result.Recommended,
			[]string{"recommended light in e.sync.light(d) weighs"},
		},
		"a recommended root weighs when it blocks what is required": {
			[]result.Check{
				failing("e.sync.light", "d", result.Recommended, result.Finding{Rule: "light"}),
				blocked("e.sync.z", "d", "e.sync.light", result.Required),
			}, "",
			[]string{"recommended light in e.sync.light(d) blocks 1 check weighs"},
		},
		"a blocked check belongs to the root of its dialect": {
			[]result.Check{
				failing("e.sync.x", "a", result.Required, result.Finding{Rule: "in a"}),
				failing("e.sync.x", "d", result.Required, result.Finding{Rule: "in d"}),
				blocked("e.sync.z", "d", "e.sync.x", result.Required),
			}, "",
			[]string{"required in d in e.sync.x(d) blocks 1 check weighs", "required in a in e.sync.x(a) weighs"},
		},
		"a failure without a finding is told by its title": {
			[]result.Check{failing("e.sync.x", "d", result.Required)}, "",
			[]string{"required e.sync.x in e.sync.x(d) weighs"},
		},
	} {
		if diff := cmp.Diff(c.want, brief(Causes(c.checks, result.Failed, c.failOn))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestACauseHoldsTheEvidenceOfAllItsPlaces(t *testing.T) {
	first := result.Finding{Rule: "r", Actual: "one", Exchanges: []string{"1", "2"}, Sources: []string{"s"}}
	second := result.Finding{Rule: "r", Actual: "two", Exchanges: []string{"2", "3"}, Sources: []string{"s", "t"}}
	checks := []result.Check{failing("e.sync.x", "d", result.Required, first), failing("e.sync.y", "d", result.Required, second)}
	c := Causes(checks, result.Failed, "")[0]
	if diff := cmp.Diff([]string{"1", "2", "3"}, c.Exchanges); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"s", "t"}, c.Sources); diff != "" {
		t.Error(diff)
	}
	if c.Actual != "one" || c.Places[1].Actual != "two" {
		t.Errorf("actual %q and %q", c.Actual, c.Places[1].Actual)
	}
	if len(first.Sources) != 1 || len(checks[0].Findings[0].Exchanges) != 2 {
		t.Error("the report was changed")
	}
}

func TestBlockedChecksWithoutACauseAreGroupedByWhatTheyWaitFor(t *testing.T) {
	r := result.Report{Checks: []result.Check{
		blocked("e.sync.x", "d", "e.gone", result.Required), blocked("e.sync.x", "a", "e.gone", result.Required), blocked("e.sync.y", "d", "e.lost", result.Required),
	}}
	s := tell(r, Options{})
	if len(s.Waiting) != 2 || s.Waiting[0].By != "e.gone" || len(s.Waiting[0].Checks) != 1 || len(s.Waiting[0].Checks[0].Dialects) != 2 {
		t.Errorf("got %+v", s.Waiting)
	}
}

func TestWhatAKnownFailureBlocksIsToldWithIt(t *testing.T) {
	known := func(id, by string) result.Check {
		c := blocked(id, "d", by, result.Required)
		c.Status, c.Owner, c.Reason = result.KnownFailure, "iam", "ticket 7"
		return c
	}
	checks := []result.Check{known("e.sync.a", ""), known("e.sync.b", "e.sync.a"), known("e.group.c", "e.sync.a"), known("e.group.d", "")}
	want := []string{"required e.sync.a in e.sync.a(d) blocks 2 checks", "required e.group.d in e.group.d(d)"}
	if diff := cmp.Diff(want, brief(Causes(checks, result.KnownFailure, ""))); diff != "" {
		t.Error(diff)
	}
	r := result.Report{Verdict: result.Conformant, Checks: checks, Counts: result.Count(checks)}
	if _, sentence := words(r, ""); !strings.Contains(sentence, "2 known failures are excused") {
		t.Errorf("the verdict says %q", sentence)
	}
	for name, text := range written(t, r) {
		if !strings.Contains(strings.ToLower(text), "blocks 2 other") || name == "the summary" && strings.Contains(text, "`e.sync.b`") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestVerdictInWords(t *testing.T) {
	passed := result.Check{ID: "a", Level: result.Required, Status: result.Passed}
	advice := result.Check{ID: "b", Level: result.Recommended, Status: result.Failed}
	known := result.Check{ID: "c", Level: result.Required, Status: result.KnownFailure}
	failed := result.Check{ID: "d", Level: result.Required, Status: result.Failed}
	for _, c := range []struct {
		verdict result.Verdict
		checks  []result.Check
		failOn  result.Level
		message string
		want    string
	}{
		{result.Conformant, []result.Check{passed, passed}, "", "", "Conformant: 2 required checks passed, none failed."},
		{result.Conformant, []result.Check{passed}, result.Recommended, "", "Conformant: 1 check that weighs passed, none failed."},
		{result.Conformant, []result.Check{passed, advice}, "", "", "Conformant: 1 required check passed, none failed. 1 check failed that does not weigh, but is worth a look."},
		{result.Conformant, []result.Check{passed, known, known}, "", "", "Conformant: 1 required check passed; 2 known failures are excused."},
		{result.NonConformant, []result.Check{failed}, "", "", "Not conformant: 1 required check failed."},
		{result.NonConformant, []result.Check{failed, failed, {Level: result.Required, Status: result.Blocked}}, "", "", "Not conformant: 2 required checks failed and 1 could not be judged because of a failure."},
		{result.NonConformant, []result.Check{failed, {Level: result.Required, Status: result.Blocked}, {Level: result.Recommended, Status: result.Blocked}}, "", "",
			"Not conformant: 1 required check failed and 1 could not be judged because of a failure. Nor could 1 check that does not weigh."},
		{result.NonConformant, []result.Check{failed, {Level: result.Recommended, Status: result.Blocked}, {Level: result.Recommended, Status: result.Blocked}}, "", "",
			"Not conformant: 1 required check failed. 2 checks that do not weigh could not be judged because of that."},
		{result.NonConformant, []result.Check{advice, advice}, result.Recommended, "", "Not conformant: 2 checks that weigh failed."},
		{result.NonConformant, []result.Check{passed}, "", "The target died.", "Not conformant: The target died."},
		{result.Unreachable, nil, "", "401 Unauthorized.", "Not reachable: 401 Unauthorized."},
		{result.Unreachable, nil, "", "", "Not reachable: The first request got no usable answer, so nothing was judged."},
		{result.Error, nil, "", "", "No verdict: The rehearsal itself failed or was interrupted; what it found so far is below."},
		{result.Empty, nil, "", "", "Nothing to judge: None of the selected checks applies to this target."},
		{"new", nil, "", "", "new: "},
	} {
		title, sentence := words(result.Report{Verdict: c.verdict, Checks: c.checks, Message: c.message}, c.failOn)
		if got := title + ": " + sentence; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestElapsedIsWrittenForPeople(t *testing.T) {
	for ms, want := range map[float64]string{0: "0 ms", 0.4: "0 ms", 999: "999 ms", 1000: "1.0 s", 47_318: "47.3 s", 60_000: "1 min 00 s", 245_400: "4 min 05 s"} {
		if got := elapsed(ms); got != want {
			t.Errorf("%v: %q, want %q", ms, got, want)
		}
	}
}

func TestReproduceQuotesTheTarget(t *testing.T) {
	for target, want := range map[string]string{
		"https://a.example/scim":          "rehearse scim --url https://a.example/scim --seed 7",
		"https://a.example/?x=1&y='$(id)": `rehearse scim --url 'https://a.example/?x=1&y='\''$(id)' --seed 7`,
		"":                                "rehearse scim --seed 7",
	} {
		if got := reproduce(result.Report{Target: result.Target{Kind: "scim", URL: target}, Seed: 7}); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestHomelessKeepsOnlyTheFileOfAPlaceInTheCode(t *testing.T) {
	for in, want := range map[string]string{
		"panic at /home/me/src/x/y.go:12": "panic at y.go:12",
		`at C:\build\x\y.go:12: boom`:     "at y.go:12: boom",
		"GET /Users/1 and /etc/hosts":     "GET /Users/1 and /etc/hosts",
	} {
		if got := homeless(in); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A failure that does not weigh by itself stands among those that must change for what it blocks, and says so.
func TestACauseSaysThatItWeighsForWhatItBlocksOnly(t *testing.T) {
	rule := result.Finding{Rule: "rule a", Count: 1}
	waits := func(dialect string, level result.Level) result.Check {
		return result.Check{ID: "e.sync.z", Dialect: dialect, Level: level, Status: result.Blocked, BlockedBy: "e.sync.x"}
	}
	for _, c := range []struct {
		name   string
		level  result.Level
		blocks []result.Check
		want   string
	}{
		{"recommended, blocks required", result.Recommended, []result.Check{waits("d", result.Required)}, "keeps 1 required check from being judged"},
		{"recommended, blocks recommended", result.Recommended, []result.Check{waits("d", result.Recommended)}, ""},
		{"required", result.Required, []result.Check{waits("d", result.Required)}, ""},
	} {
		all := append([]result.Check{failing("e.sync.x", "d", c.level, rule)}, c.blocks...)
		if got := Causes(all, result.Failed, "")[0]; got.Keeps != c.want || got.Weighs != (c.want != "" || c.level == result.Required) {
			t.Errorf("%s: %q %v", c.name, got.Keeps, got.Weighs)
		}
	}
}
