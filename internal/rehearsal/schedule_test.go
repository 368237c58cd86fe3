package rehearsal

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

func TestOutcomesAndVerdicts(t *testing.T) {
	for _, tc := range []struct {
		name    string
		checks  []fake
		failOn  result.Level
		want    []string
		verdict result.Verdict
	}{
		{"all pass", []fake{{name: "a"}, {name: "b"}}, "", []string{"a passed", "b passed"}, result.Conformant},
		{"none", nil, "", nil, result.Empty},
		{"only skips", []fake{{name: "a", does: skips}}, "", []string{"a skipped"}, result.Empty},
		{"one fails", []fake{{name: "a", does: fails}, {name: "b"}}, "", []string{"a failed", "b passed"}, result.NonConformant},
		{"a recommended one fails", []fake{{name: "a", does: fails, level: result.Recommended}}, "", []string{"a failed"}, result.Conformant},
		{"a recommended one fails and weighs", []fake{{name: "a", does: fails, level: result.Recommended}}, result.Recommended, []string{"a failed"}, result.NonConformant},
		{"a need fails", []fake{{name: "a", needs: []string{"b"}}, {name: "b", does: fails}}, "", []string{"a blocked by b", "b failed"}, result.NonConformant},
		{"a need far off fails", []fake{{name: "a", needs: []string{"b"}}, {name: "b", needs: []string{"c"}}, {name: "c", does: fails}}, "",
			[]string{"a blocked by c", "b blocked by c", "c failed"}, result.NonConformant},
		{"a need is skipped", []fake{{name: "a", needs: []string{"b"}}, {name: "b", does: skips}, {name: "c"}}, "", []string{"a skipped", "b skipped", "c passed"}, result.Conformant},
		{"a need breaks the harness", []fake{{name: "a", needs: []string{"b"}}, {name: "b", does: panics, level: result.Informational}}, "", []string{"a not-run", "b not-run"}, result.Error},
		{"blames one that failed", []fake{{name: "a", does: blames("b")}, {name: "b", does: fails}}, "", []string{"a blocked by b", "b failed"}, result.NonConformant},
		{"blames one that passed", []fake{{name: "a", does: blames("b")}, {name: "b"}}, "", []string{"a failed", "b passed"}, result.NonConformant},
		{"blames one that was skipped", []fake{{name: "a", does: blames("b")}, {name: "b", does: skips}}, "", []string{"a failed", "b skipped"}, result.NonConformant},
		{"blames one that is blocked", []fake{{name: "a", does: blames("b")}, {name: "b", needs: []string{"c"}}, {name: "c", does: fails}}, "",
			[]string{"a blocked by c", "b blocked by c", "c failed"}, result.NonConformant},
		{"needs one that blames", []fake{{name: "a", needs: []string{"b"}}, {name: "b", does: blames("c")}, {name: "c", does: fails, last: true}}, "",
			[]string{"a blocked by c", "b blocked by c", "c failed"}, result.NonConformant},
		{"needs one that blames in vain", []fake{{name: "a", needs: []string{"b"}}, {name: "b", does: blames("c")}, {name: "c", last: true}}, "",
			[]string{"a blocked by b", "b failed", "c passed"}, result.NonConformant},
		{"blames itself", []fake{{name: "a", does: blames("a")}}, "", []string{"a failed"}, result.NonConformant},
		{"blame each other", []fake{{name: "a", does: blames("b")}, {name: "b", does: blames("a")}}, "", []string{"a failed", "b blocked by a"}, result.NonConformant},
		{"blames its dependant", []fake{{name: "a", does: blames("b")}, {name: "b", needs: []string{"a"}}}, "", []string{"a failed", "b blocked by a"}, result.NonConformant},
		{"a cause fails", []fake{{name: "a", does: fails, causes: []string{"b", "c"}}, {name: "b"}, {name: "c", does: fails, last: true}}, "", []string{"a blocked by c", "b passed", "c failed"}, result.NonConformant},
		{"no cause fails", []fake{{name: "a", does: fails, causes: []string{"b"}}, {name: "b", last: true}}, "", []string{"a failed", "b passed"}, result.NonConformant},
		{"a cause fails without effect", []fake{{name: "a", causes: []string{"b"}}, {name: "b", does: fails}}, "", []string{"a passed", "b failed"}, result.NonConformant},
		{"a cause is blocked", []fake{{name: "a", does: fails, causes: []string{"b"}}, {name: "b", does: blames("c")}, {name: "c", does: fails}}, "", []string{"a blocked by c", "b blocked by c", "c failed"}, result.NonConformant},
		{"a cause blames its effect", []fake{{name: "a", does: fails, causes: []string{"b"}}, {name: "b", does: blames("a")}}, "", []string{"a failed", "b blocked by a"}, result.NonConformant},
		{"blames in vain and has a cause", []fake{{name: "a", does: blames("b"), causes: []string{"c"}}, {name: "b"}, {name: "c", does: fails}}, "", []string{"a blocked by c", "b passed", "c failed"}, result.NonConformant},
		{"blames nobody known", []fake{{name: "a", does: blames("nobody")}}, "", []string{"a blocked by nobody"}, result.Error},
		{"breaks the harness after a finding", []fake{{name: "a", does: func(ctx context.Context, t *suites.T) { fails(ctx, t); panic("boom") }}}, "", []string{"a failed"}, result.Error},
		{"in its own dialect", []fake{{name: "a", dialect: "x", does: fails}, {name: "a", dialect: "y"}, {name: "b", dialect: "y", needs: []string{"a"}}, {name: "b", dialect: "x", needs: []string{"a"}}}, "",
			[]string{"x:a failed", "y:a passed", "y:b passed", "x:b blocked by a"}, result.NonConformant},
		{"by stage, then as listed", []fake{{name: "quarantine.z"}, {name: "b"}, {name: "connect.c"}, {name: "a"}}, "", []string{"connect.c passed", "b passed", "a passed", "quarantine.z passed"}, result.Conformant},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := perform(t, Plan{Runnables: new(theatre).bind(tc.checks), FailOn: tc.failOn})
			if diff := cmp.Diff(tc.want, cast(r.Checks)); diff != "" {
				t.Error(diff)
			}
			if r.Verdict != tc.verdict {
				t.Errorf("verdict %s, want %s", r.Verdict, tc.verdict)
			}
			if said := r.Message != ""; said != (r.Verdict == result.Error || r.Verdict == result.Empty) {
				t.Errorf("message %q with verdict %s", r.Message, r.Verdict)
			}
		})
	}
}

func TestABlockByACheckThatWasNotChosenKeepsItsReason(t *testing.T) {
	r := perform(t, Plan{Runnables: new(theatre).bind([]fake{{name: "a", does: blames("b")}, {name: "b"}}), Only: ids("a")})
	if got := cast(r.Checks); !slices.Equal(got, []string{"a blocked by b"}) || r.Checks[0].Reason != "no user" {
		t.Errorf("checks %q, reason %q", got, r.Checks[0].Reason)
	}
	if r.Verdict != result.NonConformant || len(r.Faults) > 0 {
		t.Errorf("verdict %s, faults %q", r.Verdict, r.Faults)
	}
}

func TestVerdictsByDialect(t *testing.T) {
	r := perform(t, Plan{Runnables: new(theatre).bind([]fake{{name: "a", dialect: "x", does: fails}, {name: "a", dialect: "y"}, {name: "b", dialect: "z", does: skips}})})
	want := map[string]result.Verdict{"x": result.NonConformant, "y": result.Conformant, "z": result.Empty}
	if diff := cmp.Diff(want, r.Verdicts); diff != "" {
		t.Error(diff)
	}
}

func TestAFaultOfTheHarnessIsTold(t *testing.T) {
	r := perform(t, Plan{Runnables: new(theatre).bind([]fake{{name: "a"}, {name: "b", dialect: "x", does: panics}})})
	if len(r.Faults) != 1 || !strings.HasPrefix(r.Faults[0], "e.create.b [x]: panic: boom\n") || !strings.Contains(r.Faults[0], "fake_test.go") {
		t.Errorf("faults %q", r.Faults)
	}
	if r.Message != "The harness itself failed, first in e.create.b [x]: panic: boom." {
		t.Errorf("message %q", r.Message)
	}
}

func TestTheCheckStandsWholeInTheResult(t *testing.T) {
	r := perform(t, Plan{Runnables: new(theatre).bind([]fake{{name: "a", dialect: "x", packs: []suites.Pack{suites.Gallery}, level: result.Recommended, does: fails}})})
	got := r.Checks[0]
	if got.DurationMs <= 0 {
		t.Errorf("duration %v", got.DurationMs)
	}
	got.DurationMs = 0
	want := result.Check{
		ID: "e.create.a", Title: "title of a", Stage: "create", Packs: []string{"gallery"}, Level: result.Recommended, Breaks: []result.Break{result.BreaksEntra},
		Dialect: "x", Status: result.Failed, Findings: []result.Finding{{Rule: "title of a", Expected: "white", Actual: "black", Why: "why", Fix: "fix", Sources: []string{"RFC 7644 §3.3"}, Count: 1}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestIndependentChecksRunSideBySide(t *testing.T) {
	for _, parallel := range []int{1, 3, 0} {
		want := parallel
		if parallel == 0 {
			want = DefaultParallel
		}
		t.Run(fmt.Sprint(parallel), func(t *testing.T) {
			th := &theatre{}
			meet := make(chan struct{}, want)
			var checks []fake
			for i := range 4 * want {
				checks = append(checks, fake{name: fmt.Sprintf("c%d", i), does: func(ctx context.Context, _ *suites.T) {
					if i >= want {
						return
					}
					meet <- struct{}{} // the first checks wait for each other, so all of them must run at once
					for len(meet) < want && ctx.Err() == nil {
						runtime.Gosched()
					}
				}})
			}
			perform(t, Plan{Runnables: th.bind(checks), Parallel: parallel})
			if th.most != want {
				t.Errorf("at most %d side by side, want %d", th.most, want)
			}
		})
	}
}

func TestExclusiveChecksRunAloneAndLastOnesAtTheEnd(t *testing.T) {
	th := &theatre{}
	checks := []fake{{name: "quarantine.last-alone", last: true, exclusive: true}, {name: "last", last: true}, {name: "alone", exclusive: true}, {name: "alone-too", exclusive: true}, {name: "needs-alone", needs: []string{"alone"}}}
	for i := range 20 {
		checks = append(checks, fake{name: fmt.Sprintf("c%d", i)})
	}
	perform(t, Plan{Runnables: th.bind(checks)})
	for _, name := range []string{"alone", "alone-too", "quarantine.last-alone"} {
		if beside := th.beside[name]; len(beside) > 0 {
			t.Errorf("%s ran beside %q", name, beside)
		}
	}
	if n := len(th.ran); n != 25 || !slices.Equal(th.ran[n-2:], []string{"last", "quarantine.last-alone"}) {
		t.Errorf("ran in the order %q", th.ran)
	}
}

func TestTheMostNeededChecksRunFirst(t *testing.T) {
	th := &theatre{}
	perform(t, Plan{Parallel: 1, Runnables: th.bind([]fake{
		{name: "a"}, {name: "b", needs: []string{"c"}}, {name: "c", needs: []string{"d"}}, {name: "d"}, {name: "e", needs: []string{"f"}}, {name: "f"},
	})})
	if want := []string{"d", "c", "f", "a", "b", "e"}; !slices.Equal(th.ran, want) {
		t.Errorf("ran in the order %q, want %q", th.ran, want)
	}
}

// Whatever the checks need and however they end, the rules of a run hold.
func TestRulesHoldForAnyPlan(t *testing.T) {
	ends := map[string]func(context.Context, *suites.T){"pass": nil, "fail": fails, "skip": skips, "panic": panics}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(rt, "checks")
		checks := make([]fake, n)
		for i := range checks {
			checks[i] = fake{name: fmt.Sprintf("c%d", i), exclusive: rapid.Bool().Draw(rt, "exclusive"), last: rapid.Bool().Draw(rt, "last")}
			for j := range i {
				if rapid.IntRange(0, 3).Draw(rt, "needs") == 0 {
					checks[i].needs = append(checks[i].needs, checks[j].name)
				}
			}
			if c := rapid.IntRange(0, 3*n).Draw(rt, "cause"); c < n && c != i {
				checks[i].causes = append(checks[i].causes, fmt.Sprintf("c%d", c))
			}
			checks[i].does = ends[rapid.SampledFrom([]string{"pass", "pass", "fail", "skip", "panic"}).Draw(rt, "end")]
			if rapid.IntRange(0, 4).Draw(rt, "blames") == 0 {
				checks[i].does = blames(fmt.Sprintf("c%d", rapid.IntRange(0, n-1).Draw(rt, "whom")))
			}
		}
		th := &theatre{}
		rs := th.bind(checks)
		r, err := Run(context.Background(), Plan{Runnables: rs, Parallel: rapid.IntRange(1, 4).Draw(rt, "parallel"), WithoutGinkgo: true})
		if err != nil {
			rt.Fatal(err)
		}
		byID := make(map[string]result.Check)
		for _, c := range r.Checks {
			byID[c.ID] = c
		}
		ran := make(map[string]int)
		for at, name := range th.ran {
			if _, twice := ran[id(name)]; twice {
				rt.Errorf("%s ran twice", name)
			}
			ran[id(name)] = at
		}
		for _, run := range rs {
			c := byID[run.ID]
			at, didRun := ran[run.ID]
			if c.Status == "" {
				rt.Errorf("%s has no outcome", run.ID)
			}
			if c.Status == result.Blocked && byID[c.BlockedBy].Status != result.Failed {
				rt.Errorf("%s is blocked by %s, which is %s", run.ID, c.BlockedBy, byID[c.BlockedBy].Status)
			}
			if (c.Status == result.Failed) != (len(c.Findings) > 0) {
				rt.Errorf("%s is %s with %d findings", run.ID, c.Status, len(c.Findings))
			}
			if run.Exclusive && len(th.beside[strings.TrimPrefix(run.ID, "e.create.")]) > 0 {
				rt.Errorf("%s did not run alone", run.ID)
			}
			for _, need := range run.Needs {
				if byID[need].Status != result.Passed && didRun {
					rt.Errorf("%s ran although %s is %s", run.ID, need, byID[need].Status)
				}
				if first, ok := ran[need]; didRun && (!ok || first > at) {
					rt.Errorf("%s ran before %s", run.ID, need)
				}
			}
		}
	})
}
