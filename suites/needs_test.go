package suites

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/internal/result"
)

func TestNeedsDecideWhetherACheckRuns(t *testing.T) {
	passed, failed := Outcome{Status: result.Passed}, Outcome{Status: result.Failed}
	blocked := Outcome{Status: result.Blocked, BlockedBy: "e.create.root"}
	skipped, notRun := Outcome{Status: result.Skipped, Reason: "no roles"}, Outcome{Status: result.NotRun}
	for _, tc := range []struct {
		name  string
		needs map[string]Outcome
		want  Outcome // zero: it runs
	}{
		{"no needs", nil, Outcome{}},
		{"passed", map[string]Outcome{"a": passed, "b": passed}, Outcome{}},
		{"failed", map[string]Outcome{"a": passed, "b": failed}, Outcome{Status: result.Blocked, BlockedBy: "b", Reason: "needs b, which failed"}},
		{"blocked names the root", map[string]Outcome{"a": blocked, "b": passed}, Outcome{Status: result.Blocked, BlockedBy: "e.create.root", Reason: "needs a, which is blocked by e.create.root"}},
		{"skipped", map[string]Outcome{"a": skipped, "b": passed}, Outcome{Status: result.Skipped, Reason: "needs a, which was skipped: no roles"}},
		{"not run", map[string]Outcome{"a": notRun, "b": passed}, Outcome{Status: result.NotRun, Reason: "needs a, which was not run"}},
		{"failed goes before skipped", map[string]Outcome{"a": skipped, "b": failed}, Outcome{Status: result.Blocked, BlockedBy: "b", Reason: "needs b, which failed"}},
		{"failed goes before blocked", map[string]Outcome{"a": blocked, "b": failed}, Outcome{Status: result.Blocked, BlockedBy: "b", Reason: "needs b, which failed"}},
		{"not run goes before skipped", map[string]Outcome{"a": notRun, "b": skipped}, Outcome{Status: result.NotRun, Reason: "needs a, which was not run"}},
		{"of another run", map[string]Outcome{"a": passed}, Outcome{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := Runnable{Spec: Spec{Needs: []string{"a", "b"}}}
			o, barred := r.Barred(func(id string) (Outcome, bool) { o, ok := tc.needs[id]; return o, ok })
			if diff := cmp.Diff(tc.want, o); diff != "" {
				t.Error(diff)
			}
			if barred != (tc.want.Status != "") {
				t.Errorf("barred %v", barred)
			}
		})
	}
}

func TestABlockNeedsAVisibleCause(t *testing.T) {
	r := Runnable{Spec: adaSpec}
	o := Outcome{Status: result.Blocked, BlockedBy: "b", Reason: "no user", Exchanges: []string{"e7"}}
	for _, tc := range []struct {
		name    string
		settled Outcome
		want    result.Status
		by      string
		says    string
	}{
		{"failed", r.Settle(o, Outcome{Status: result.Failed}), result.Blocked, "b", "no user"},
		{"blocked in turn", r.Settle(o, Outcome{Status: result.Blocked, BlockedBy: "root"}), result.Blocked, "root", "no user"},
		{"passed", r.Settle(o, Outcome{Status: result.Passed}), result.Failed, "", "no user, although b passed"},
		{"skipped", r.Settle(o, Outcome{Status: result.Skipped}), result.Failed, "", "no user, although b skipped"},
		{"not run", r.Settle(o, Outcome{Status: result.NotRun}), result.NotRun, "", "cannot be judged without b, which was not run: no user"},
		{"each other", r.Uncaused(o), result.Failed, "", "depends on this check"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := tc.settled
			if got.Status != tc.want || got.BlockedBy != tc.by {
				t.Errorf("outcome %+v", got)
			}
			said := got.Reason
			if got.Status == result.Failed {
				if len(got.Findings) != 1 || got.Findings[0].Rule != adaSpec.Title || got.Findings[0].Count != 1 || got.Findings[0].Why == "" || !slices.Equal(got.Findings[0].Exchanges, o.Exchanges) {
					t.Fatalf("findings %+v", got.Findings)
				}
				said = got.Findings[0].Actual
			}
			if !strings.Contains(said, tc.says) {
				t.Errorf("says %q, want %q", said, tc.says)
			}
		})
	}
}

// fake is a runnable that ends with o and counts its runs.
func fake(id string, o Outcome, runs *int, needs ...string) Runnable {
	return Runnable{Spec: validSpec(id, func(s *Spec) { s.Needs, s.Title = needs, id }), Run: func(context.Context) Outcome {
		if runs != nil {
			*runs++
		}
		return o
	}}
}

func TestSequentialFollowsTheRulesOfARun(t *testing.T) {
	passed, failed := Outcome{Status: result.Passed}, Outcome{Status: result.Failed}
	block := func(by string) Outcome { return Outcome{Status: result.Blocked, BlockedBy: by, Reason: "r"} }
	var runs int
	rs := []Runnable{
		fake("e.create.leaf", passed, nil, "e.create.middle"), // stands before what it needs
		fake("e.create.middle", passed, nil, "e.create.root"),
		fake("e.create.root", failed, &runs),
		fake("e.create.other", failed, nil, "e.create.root"),
		fake("e.create.blames-failed", block("e.create.root"), nil),
		fake("e.create.blames-fine", block("e.create.fine"), nil),
		fake("e.create.blames-blocked", block("e.create.blames-failed"), nil),
		fake("e.create.blames-absent", block("e.create.absent"), nil),
		fake("e.create.blames-itself", block("e.create.blames-itself"), nil),
		fake("e.create.blames-eve", block("e.create.blames-adam"), nil),
		fake("e.create.blames-adam", block("e.create.blames-eve"), nil),
		fake("e.create.fine", passed, nil),
		fake("e.create.circle", passed, nil, "e.create.circle"),
		{Spec: Spec{ID: "e.create.fine"}, Dialect: "other", Run: func(context.Context) Outcome { return failed }},
		{Spec: Spec{ID: "e.create.in-other", Needs: []string{"e.create.fine"}}, Dialect: "other", Run: func(context.Context) Outcome { return passed }},
	}
	await := Sequential(rs)
	got := make(map[string]string)
	for _, r := range rs {
		o := await(t.Context(), r)
		got[strings.TrimPrefix(r.ID, "e.create.")+r.Dialect] = strings.TrimSpace(string(o.Status) + " " + o.BlockedBy)
	}
	want := map[string]string{
		"leaf": "blocked e.create.root", "middle": "blocked e.create.root", "root": "failed", "other": "blocked e.create.root",
		"blames-failed": "blocked e.create.root", "blames-fine": "failed", "blames-blocked": "blocked e.create.root",
		"blames-absent": "blocked e.create.absent", "blames-itself": "failed",
		"blames-eve": "blocked e.create.blames-adam", "blames-adam": "failed",
		"fine": "passed", "circle": "passed", "fineother": "failed", "in-otherother": "blocked e.create.fine",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if runs != 1 {
		t.Errorf("the root ran %d times", runs)
	}
	if o := await(t.Context(), fake("e.create.stranger", passed, nil)); o.Status != result.NotRun {
		t.Errorf("a stranger: %+v", o)
	}
	if o := await(t.Context(), Runnable{Spec: Spec{ID: "e.create.root"}, Dialect: "other"}); o.Status != result.NotRun {
		t.Errorf("a stranger's dialect: %+v", o)
	}
}

func TestAFailureIsLaidAtTheDoorOfTheFirstCauseThatFailed(t *testing.T) {
	broken := Outcome{Status: result.Failed, Findings: []result.Finding{{Rule: "she is there", Actual: "404", Exchanges: []string{"x1"}}}}
	passed, failed := Outcome{Status: result.Passed}, Outcome{Status: result.Failed}
	caused := func(r Runnable, by ...string) Runnable {
		r.Causes = by
		return r
	}
	suspecting := func(o Outcome, ids ...string) Outcome {
		o.Suspects = ids
		return o
	}
	rs := []Runnable{
		caused(fake("e.create.caused", broken, nil), "e.create.absent", "e.create.fine", "e.create.second", "e.create.third"),
		caused(fake("e.create.own", broken, nil), "e.create.fine"),
		caused(fake("e.create.sound", passed, nil), "e.create.third"),
		caused(fake("e.create.settled", Outcome{Status: result.Blocked, BlockedBy: "e.create.fine"}, nil), "e.create.third"),
		caused(fake("e.create.each", broken, nil), "e.create.other"),
		caused(fake("e.create.other", broken, nil), "e.create.each"),
		fake("e.create.suspects", suspecting(broken, "e.create.fine", "e.create.third"), nil),
		caused(fake("e.create.suspects-first", suspecting(broken, "e.create.third"), nil), "e.create.other"),
		fake("e.create.suspects-in-vain", suspecting(broken, "e.create.fine", "e.create.absent"), nil),
		fake("e.create.suspects-and-blames", suspecting(Outcome{Status: result.Blocked, BlockedBy: "e.create.fine"}, "e.create.third"), nil),
		fake("e.create.suspects-soundly", suspecting(passed, "e.create.third"), nil),
		fake("e.create.fine", passed, nil),
		fake("e.create.second", Outcome{Status: result.Blocked, BlockedBy: "e.create.third"}, nil),
		fake("e.create.third", failed, nil),
	}
	await := Sequential(rs)
	got := map[string]string{}
	for _, r := range rs {
		o := await(t.Context(), r)
		got[strings.TrimPrefix(r.ID, "e.create.")] = strings.TrimSpace(string(o.Status) + " " + o.BlockedBy)
		if r.ID == "e.create.caused" && (o.Reason != "she is there: 404" || len(o.Findings) > 0 || !slices.Equal(o.Exchanges, []string{"x1"})) {
			t.Errorf("the blocked one says %+v", o)
		}
	}
	want := map[string]string{
		"caused": "blocked e.create.third", "own": "failed", "sound": "passed", "settled": "blocked e.create.third",
		"each": "blocked e.create.other", "other": "failed", "fine": "passed", "second": "blocked e.create.third", "third": "failed",
		"suspects": "blocked e.create.third", "suspects-first": "blocked e.create.third", "suspects-in-vain": "failed", "suspects-and-blames": "blocked e.create.third",
		"suspects-soundly": "passed",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSequentialForgetsWhatWasCutOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	r := Runnable{Spec: adaSpec, Run: func(context.Context) Outcome {
		runs++
		if runs == 1 {
			cancel()
			return Outcome{Status: result.NotRun}
		}
		return Outcome{Status: result.Passed}
	}}
	await := Sequential([]Runnable{r})
	await(ctx, r)
	if o := await(t.Context(), r); o.Status != result.Passed || runs != 2 {
		t.Errorf("status %s after %d runs", o.Status, runs)
	}
}

func TestIndexFindsByIDAliasAndDialect(t *testing.T) {
	x := NewIndex([]Runnable{
		{Spec: Spec{ID: "a", Aliases: []string{"old"}}, Dialect: "one"},
		{Spec: Spec{ID: "a", Aliases: []string{"old"}}, Dialect: "two"},
		{Spec: Spec{ID: "b"}, Dialect: "one"},
	})
	for _, tc := range []struct {
		id, dialect string
		want        int // below 0: not found
	}{
		{"a", "one", 0}, {"a", "two", 1}, {"old", "two", 1}, {"b", "two", 2}, {"a", "", 0}, {"c", "one", -1},
	} {
		i, ok := x.Find(tc.id, tc.dialect)
		if ok != (tc.want >= 0) || ok && i != tc.want {
			t.Errorf("Find(%q, %q) = %d, %v", tc.id, tc.dialect, i, ok)
		}
	}
}
