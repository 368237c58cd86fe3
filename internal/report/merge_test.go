package report

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// shardsOf deals the checks of a run to n shards, in turn. Each shard has its own exchanges, with ids all shards use.
func shardsOf(r result.Report, n int) []Part {
	parts := make([]Part, n)
	for i := range parts {
		p := Part{Name: fmt.Sprintf("shard-%d", i+1), Report: r}
		p.Report.Shard = &result.Shard{Index: i + 1, Of: n, Selected: len(r.Checks)}
		p.Report.Checks, p.Report.Problems, p.Report.Leftovers, p.Report.Requests = nil, nil, nil, 10
		p.Report.StartedAt = r.StartedAt.Add(time.Duration(i) * time.Second)
		p.Report.DurationMs = 2000
		p.Exchanges = []*exchange.Exchange{{ID: "x-00001", Started: p.Report.StartedAt, Request: exchange.Request{Method: http.MethodGet, URL: fmt.Sprintf("https://t/%d", i+1)}}}
		for at := i; at < len(r.Checks); at += n {
			c := r.Checks[at]
			c.Findings = slices.Clone(c.Findings)
			for j := range c.Findings {
				c.Findings[j].Exchanges = []string{"x-00001"}
			}
			p.Report.Checks, p.Report.Shard.Positions = append(p.Report.Checks, c), append(p.Report.Shard.Positions, at)
		}
		p.Report.Counts, p.Report.Verdict = result.Count(p.Report.Checks), result.Decide(p.Report.Checks, "")
		p.Report.Verdicts = nil
		parts[i] = p
	}
	parts[0].Report.Problems, parts[n-1].Report.Leftovers = r.Problems, r.Leftovers
	return parts
}

func TestMergeGivesTheReportOfOneRun(t *testing.T) {
	want := fixture()
	want.Verdicts = map[string]result.Verdict{"default": result.NonConformant, "aadOptscim062020": result.NonConformant}
	for _, n := range []int{1, 2, 3, 50} {
		parts := shardsOf(fixture(), n)
		slices.Reverse(parts)
		got, es, err := Merge(parts)
		if err != nil {
			t.Fatalf("%d shards: %v", n, err)
		}
		if diff := cmp.Diff(whole(want), got, cmpopts.IgnoreFields(result.Report{}, "DurationMs", "Requests"), cmpopts.IgnoreFields(result.Finding{}, "Exchanges")); diff != "" {
			t.Errorf("%d shards (-one run +merged)\n%s", n, diff)
		}
		if got.Requests != 10*n || got.DurationMs != float64(2000+(n-1)*1000) || len(es) != n {
			t.Errorf("%d shards: %d requests in %g ms, %d exchanges", n, got.Requests, got.DurationMs, len(es))
		}
		for _, c := range got.Checks { // each finding still cites the exchange of its own shard
			for _, f := range c.Findings {
				at := slices.IndexFunc(want.Checks, func(o result.Check) bool { return o.ID == c.ID && o.Dialect == c.Dialect })
				i := slices.IndexFunc(es, func(e *exchange.Exchange) bool { return e.ID == f.Exchanges[0] })
				if i < 0 || es[i].Request.URL != fmt.Sprintf("https://t/%d", at%n+1) {
					t.Errorf("%d shards: %s cites %v", n, c.ID, f.Exchanges)
				}
			}
		}
	}
}

func TestMergeRefusesWhatIsNotOneRun(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(parts []Part) []Part
		want   string
	}{
		{"nothing", func([]Part) []Part { return nil }, "there are none"},
		{"a shard is missing", func(p []Part) []Part { return p[:2] }, "missing: shard 3/3"},
		{"a shard is given twice", func(p []Part) []Part { return append(p, p[1]) }, "shard-2 and shard-2 are both shard 2/3"},
		{"a whole run", func(p []Part) []Part { p[1].Report.Shard = nil; return p }, "shard-2 is the report of a whole run"},
		{"a whole run first", func(p []Part) []Part { p[0].Report.Shard = nil; return p }, "shard-1 is the report of a whole run"},
		{"another number of shards", func(p []Part) []Part { p[2].Report.Shard.Of = 4; return p }, "shard-1 is one of 3 shards, shard-3 one of 4"},
		{"a number that cannot be", func(p []Part) []Part { p[2].Report.Shard.Index = 0; return p }, "shard 0 of 3"},
		{"another seed", func(p []Part) []Part { p[2].Report.Seed++; return p }, "the seed (20260314, 20260315)"},
		{"another target", func(p []Part) []Part { p[2].Report.Target.URL = "https://other.example/scim"; return p }, "the target"},
		{"another version", func(p []Part) []Part { p[2].Report.Tool.Version = "9"; return p }, "the version"},
		{"another level", func(p []Part) []Part { p[2].Report.Shard.FailOn = result.Recommended; return p }, "--fail-on"},
		{"another selection", func(p []Part) []Part { p[2].Report.Shard.Selected++; return p }, "what was chosen"},
		{"a check in two shards", func(p []Part) []Part { p[2].Report.Checks[0] = p[0].Report.Checks[0]; return p }, "stands in shard-1 and in shard-3"},
		{"a place taken twice", func(p []Part) []Part { p[2].Report.Shard.Positions[0] = 0; return p }, "the shards overlap"},
		{"a place that is none", func(p []Part) []Part { p[2].Report.Shard.Positions[0] = -1; return p }, "at place -1"},
		{"places are missing", func(p []Part) []Part { p[2].Report.Shard.Positions = nil; return p }, "places for 0 checks"},
		{"a check is missing", func(p []Part) []Part {
			p[2].Report.Checks, p[2].Report.Shard.Positions = p[2].Report.Checks[1:], p[2].Report.Shard.Positions[1:]
			return p
		}, "stand in none of the shards"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := Merge(tc.change(shardsOf(fixture(), 3)))
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "merge reports: ") {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

func TestShardsOfTheSameTargetOnMachinesOfTheirOwnAreOneRun(t *testing.T) {
	parts := shardsOf(fixture(), 2)
	parts[0].Report.Target.URL, parts[1].Report.Target.URL = "http://127.0.0.1:4711/scim", "http://localhost:4712/scim"
	if _, _, err := Merge(parts); err != nil {
		t.Error(err)
	}
	parts[1].Report.Target.URL = "http://localhost:4712/other"
	if _, _, err := Merge(parts); err == nil {
		t.Error("another path is no error")
	}
}

func TestTheVerdictOfTheWholeIsThatOfItsWorstShard(t *testing.T) {
	for _, tc := range []struct {
		shards [3]result.Verdict
		checks string // status of all
		want   result.Verdict
	}{
		{[3]result.Verdict{result.Conformant, result.Conformant, result.Conformant}, "passed", result.Conformant},
		{[3]result.Verdict{result.Conformant, result.Empty, result.Conformant}, "passed", result.Conformant},
		{[3]result.Verdict{result.Empty, result.Empty, result.Empty}, "skipped", result.Empty},
		{[3]result.Verdict{result.Conformant, result.NonConformant, result.Conformant}, "passed", result.NonConformant}, // by a problem
		{[3]result.Verdict{result.Error, result.NonConformant, result.Unreachable}, "passed", result.Error},
		{[3]result.Verdict{result.Conformant, result.NonConformant, result.Unreachable}, "passed", result.Unreachable},
	} {
		parts := shardsOf(reportOf(result.Conformant, "a "+tc.checks, "b "+tc.checks, "c "+tc.checks), 3)
		for i, v := range tc.shards {
			parts[i].Report.Verdict = v
			parts[i].Report.Message = "because."
			if v == result.Unreachable {
				parts[i].Report.Checks, parts[i].Report.Shard.Positions, parts[i].Report.Shard.Selected = nil, nil, 0
			}
		}
		r, _, err := Merge(parts)
		if err != nil || r.Verdict != tc.want {
			t.Errorf("%v: verdict %s, %v, want %s", tc.shards, r.Verdict, err, tc.want)
		}
		if undecided(r.Verdict) != strings.Contains(r.Message, "/3: because.") {
			t.Errorf("%v: message %q", tc.shards, r.Message)
		}
	}
}
