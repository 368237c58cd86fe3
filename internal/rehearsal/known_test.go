package rehearsal

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/internal/result"
)

func list(t *testing.T, entries ...string) *KnownFailures {
	t.Helper()
	var b strings.Builder
	for _, entry := range entries {
		b.WriteString("- {" + entry + ", reason: ticket 7, owner: iam, expires: 2026-06-01}\n")
	}
	k, err := LoadKnownFailures("known.yaml", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKnownFailures(t *testing.T) {
	before, onTheDay := time.Date(2026, 5, 31, 23, 59, 59, 0, time.UTC), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name     string
		checks   []fake
		known    []string
		now      time.Time
		want     []string
		verdict  result.Verdict
		reason   string // part of the first check's
		problems string // part of the first
	}{
		{"fails", []fake{{name: "a", does: fails}}, []string{"id: e.create.a"}, before, []string{"a known-failure"}, result.Conformant, "ticket 7", ""},
		{"passes", []fake{{name: "a"}}, []string{"id: e.create.a"}, before, []string{"a unexpected-pass"}, result.NonConformant, "take it off the list", ""},
		{"passes, though only informational", []fake{{name: "a", level: result.Informational}}, []string{"id: e.create.a"}, before, []string{"a unexpected-pass"}, result.NonConformant, "", ""},
		{"has expired and fails", []fake{{name: "a", does: fails}}, []string{"id: e.create.a"}, onTheDay, []string{"a failed"}, result.NonConformant,
			"the known failure expired on 2026-06-01 (ticket 7)", "e.create.a still fails and the known failure expired on 2026-06-01 (ticket 7); its owner is iam."},
		{"has expired, fails and is only recommended", []fake{{name: "a", does: fails, level: result.Recommended}}, []string{"id: e.create.a"}, onTheDay, []string{"a failed"}, result.NonConformant, "expired", "expired"},
		{"has expired and passes", []fake{{name: "a"}}, []string{"id: e.create.a"}, onTheDay, []string{"a unexpected-pass"}, result.NonConformant, "", ""},
		{"is listed under an alias", []fake{{name: "a", aliases: []string{"old"}, does: fails}}, []string{"id: e.create.old"}, before, []string{"a known-failure"}, result.Conformant, "", ""},
		{"blocks others, which become part of it", []fake{{name: "b", needs: []string{"a"}}, {name: "c", needs: []string{"b"}}, {name: "a", does: fails}}, []string{"id: e.create.a"}, before,
			[]string{"b known-failure by a", "c known-failure by a", "a known-failure"}, result.Conformant, "blocked by e.create.a, a known failure: ticket 7", ""},
		{"has expired and blocks others", []fake{{name: "b", needs: []string{"a"}}, {name: "a", does: fails}}, []string{"id: e.create.a"}, onTheDay,
			[]string{"b blocked by a", "a failed"}, result.NonConformant, "needs e.create.a, which failed", "expired"},
		{"is blocked itself", []fake{{name: "b", needs: []string{"a"}, level: result.Required}, {name: "a", does: fails, level: result.Informational}}, []string{"id: e.create.b"}, before,
			[]string{"b known-failure", "a failed"}, result.Conformant, "ticket 7", ""},
		{"does not apply any more", []fake{{name: "a", does: skips}, {name: "b"}}, []string{"id: e.create.a"}, before, []string{"a skipped", "b passed"}, result.NonConformant, "no roles",
			"The known failure e.create.a (known.yaml:1) is stale: the check does not apply to this target (no roles)."},
		{"does not apply in one dialect", []fake{{name: "a", dialect: "x", does: skips}, {name: "a", dialect: "y", does: fails}}, []string{"id: e.create.a"}, before,
			[]string{"x:a skipped", "y:a known-failure"}, result.Conformant, "", ""},
		{"holds in its dialect only", []fake{{name: "a", dialect: "x", does: fails}, {name: "a", dialect: "y", does: fails}}, []string{"id: e.create.a, dialect: x"}, before,
			[]string{"x:a known-failure", "y:a failed"}, result.NonConformant, "", ""},
		{"holds in every dialect", []fake{{name: "a", dialect: "x", does: fails}, {name: "a", dialect: "y", does: fails}}, []string{"id: e.create.a"}, before,
			[]string{"x:a known-failure", "y:a known-failure"}, result.Conformant, "", ""},
		{"passes in one dialect and fails in another", []fake{{name: "a", dialect: "x"}, {name: "a", dialect: "y", does: fails}}, []string{"id: e.create.a"}, before,
			[]string{"x:a passed", "y:a known-failure"}, result.Conformant, "", ""},
		{"passes in every dialect", []fake{{name: "a", dialect: "x"}, {name: "a", dialect: "y"}}, []string{"id: e.create.a"}, before,
			[]string{"x:a unexpected-pass", "y:a unexpected-pass"}, result.NonConformant, "take it off the list", ""},
		{"passes in one dialect and does not apply in another", []fake{{name: "a", dialect: "x"}, {name: "a", dialect: "y", does: skips}}, []string{"id: e.create.a"}, before,
			[]string{"x:a unexpected-pass", "y:a skipped"}, result.NonConformant, "take it off the list", ""},
		{"passes in the dialect it names", []fake{{name: "a", dialect: "x"}, {name: "a", dialect: "y", does: fails}}, []string{"id: e.create.a, dialect: x"}, before,
			[]string{"x:a unexpected-pass", "y:a failed"}, result.NonConformant, "", ""},
		{"the harness breaks", []fake{{name: "a", does: panics}}, []string{"id: e.create.a"}, before, []string{"a not-run"}, result.Error, "", ""},
		{"is for a dialect of another run", []fake{{name: "a", dialect: "x"}}, []string{"id: e.create.a, dialect: z"}, before, []string{"x:a passed"}, result.Conformant, "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := perform(t, Plan{Runnables: new(theatre).bind(tc.checks), Known: list(t, tc.known...), Dialects: []string{"x", "y", "z"}, Clock: clockwork.NewFakeClockAt(tc.now)})
			if diff := cmp.Diff(tc.want, cast(r.Checks)); diff != "" {
				t.Error(diff)
			}
			if r.Verdict != tc.verdict {
				t.Errorf("verdict %s, want %s", r.Verdict, tc.verdict)
			}
			if !strings.Contains(r.Checks[0].Reason, tc.reason) {
				t.Errorf("reason %q", r.Checks[0].Reason)
			}
			if (len(r.Problems) > 0) != (tc.problems != "") || len(r.Problems) > 0 && !strings.Contains(r.Problems[0], tc.problems) {
				t.Errorf("problems %q", r.Problems)
			}
			for _, c := range r.Checks {
				if c.Status == result.KnownFailure && (c.Owner != "iam" || c.Expires != "2026-06-01" || (c.BlockedBy != "") != strings.HasPrefix(c.Reason, "blocked by ")) {
					t.Errorf("known failure %+v", c)
				}
			}
		})
	}
}

func TestTheMoreSpecificEntryCounts(t *testing.T) {
	for _, order := range [][]string{
		{"id: e.create.a", "id: e.create.a, dialect: x, reason: the other"},
		{"id: e.create.a, dialect: x, reason: the other", "id: e.create.a"},
	} {
		var text string
		for _, entry := range order {
			if !strings.Contains(entry, "reason") {
				entry += ", reason: any"
			}
			text += "- {" + entry + ", owner: iam, expires: 2999-01-01}\n"
		}
		k, err := LoadKnownFailures("k", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r := perform(t, Plan{Runnables: new(theatre).bind([]fake{{name: "a", dialect: "x", does: fails}, {name: "a", dialect: "y", does: fails}}), Known: k})
		if r.Checks[0].Reason != "the other" || r.Checks[1].Reason != "any" {
			t.Errorf("reasons %q, %q", r.Checks[0].Reason, r.Checks[1].Reason)
		}
	}
}

func TestAListThatDoesNotMatchIsRefused(t *testing.T) {
	for _, tc := range []struct {
		name  string
		known []string
		want  string
	}{
		{"unknown id", []string{"id: e.create.a", "id: e.create.ab"}, `known.yaml:2: the known failure matches no check: there is no check "e.create.ab"; nearest: e.create.a`},
		{"a glob", []string{"id: e.create.*"}, "matches no check"},
		{"unknown dialect", []string{"id: e.create.a, dialect: q"}, `known.yaml:1: there is no dialect "q": the dialects are x`},
		{"twice", []string{"id: e.create.a", "id: e.create.a"}, "known.yaml:2: e.create.a [x] is listed already in line 1"},
		{"twice, once by alias", []string{"id: e.create.old, dialect: x", "id: e.create.a, dialect: x"}, "is listed already in line 1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Run(t.Context(), Plan{Runnables: new(theatre).bind([]fake{{name: "a", dialect: "x", aliases: []string{"old"}}}), Known: list(t, tc.known...)})
			var usage *UsageError
			if !errors.As(err, &usage) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want a usage error with %q", err, tc.want)
			}
		})
	}
}

func TestAnEntryForACheckThatWasNotChosenIsNoMatter(t *testing.T) {
	r := perform(t, Plan{Runnables: new(theatre).bind([]fake{{name: "a"}, {name: "b", does: fails}}), Only: []string{"e.create.a"}, Known: list(t, "id: e.create.b")})
	if r.Verdict != result.Conformant {
		t.Errorf("verdict %s, problems %q", r.Verdict, r.Problems)
	}
}
