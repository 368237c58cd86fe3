package rehearsal

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// troupe is a run with every kind of trouble, in two dialects.
func troupe() []fake {
	var all []fake
	for _, d := range []string{"x", "y"} {
		all = append(all,
			fake{name: "root", dialect: d, does: fails}, fake{name: "fine", dialect: d}, fake{name: "skipped", dialect: d, does: skips},
			fake{name: "late", dialect: d, needs: []string{"root"}}, fake{name: "later", dialect: d, needs: []string{"late"}},
			fake{name: "after-skipped", dialect: d, needs: []string{"skipped"}},
			fake{name: "blames-failed", dialect: d, does: blames("root")}, fake{name: "blames-fine", dialect: d, does: blames("fine")},
			fake{name: "blames-later", dialect: d, does: blames("later")},
			fake{name: "known", dialect: d, does: fails}, fake{name: "under-known", dialect: d, needs: []string{"known"}},
		)
		for i := range 12 {
			all = append(all, fake{name: fmt.Sprintf("sync.more-%d", i), dialect: d, needs: []string{"fine"}})
		}
	}
	return all
}

// Whatever one run finds, its shards find together, each check once and in its place.
func TestShardsTogetherFindWhatOneRunFinds(t *testing.T) {
	known := list(t, "id: e.create.known")
	run := func(shard Shard) Result {
		var th theatre
		return perform(t, Plan{Runnables: th.bind(troupe()), Known: known, Shard: shard, Clock: fakeMay(), Parallel: 3})
	}
	whole := run(Shard{})
	if len(whole.Checks) != whole.Selected || whole.Selected != len(troupe()) {
		t.Fatalf("%d of %d checks", len(whole.Checks), whole.Selected)
	}
	for _, of := range []int{1, 2, 3, 7, 50} {
		joined := make([]result.Check, whole.Selected)
		var problems []string
		for i := 1; i <= of; i++ {
			part := run(Shard{Index: i, Of: of})
			if part.Selected != whole.Selected || len(part.Positions) != len(part.Checks) || !slices.IsSorted(part.Positions) {
				t.Fatalf("%d/%d: selected %d, positions %v for %d checks", i, of, part.Selected, part.Positions, len(part.Checks))
			}
			problems = append(problems, part.Problems...)
			for n, c := range part.Checks {
				if at := part.Positions[n]; joined[at].ID != "" {
					t.Errorf("%s stands in two shards", c.ID)
				} else {
					joined[at] = c
				}
			}
		}
		if diff := cmp.Diff(whole.Checks, joined, cmpopts.IgnoreFields(result.Check{}, "DurationMs")); diff != "" {
			t.Errorf("%d shards together differ from one run (-one +shards)\n%s", of, diff)
		}
		if diff := cmp.Diff(whole.Problems, problems, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%d shards: %s", of, diff)
		}
	}
}

func TestAShardRunsOnlyItsOwnAndWhatTheseNeed(t *testing.T) {
	var th theatre
	p := Plan{Runnables: th.bind([]fake{{name: "a"}, {name: "b"}, {name: "c"}, {name: "d", needs: []string{"a"}}})}
	for i := 1; i <= 2; i++ {
		p.Shard = Shard{Index: i, Of: 2}
		th.ran = nil
		var events []string
		p.Events = func(e Event) { events = append(events, string(e.Kind)+" "+e.Check.ID) }
		r := perform(t, p)
		want := []string{}
		for _, c := range r.Checks {
			want = append(want, c.ID)
			if c.ID == id("d") && !slices.Contains(want, id("a")) {
				want = append(want, id("a"))
			}
		}
		got := ids(th.ran...)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(slices.Compact(want), slices.Compact(got), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("shard %s ran (-want +got)\n%s", p.Shard, diff)
		}
		if len(events) != 3*len(r.Checks) {
			t.Errorf("shard %s of %d checks told %d events: %v", p.Shard, len(r.Checks), len(events), events)
		}
	}
}

func TestAShardWithoutChecksIsEmpty(t *testing.T) {
	var th theatre
	p := Plan{Runnables: th.bind([]fake{{name: "a"}}), Shard: Shard{Index: 1, Of: 2}}
	if p.Shard.holds(id("a")) {
		p.Shard.Index = 2
	}
	r := perform(t, p)
	if r.Verdict != result.Empty || len(r.Checks) != 0 || r.Selected != 1 || r.Message != "Nothing that was chosen falls to this shard." {
		t.Errorf("got %+v", r)
	}
	if len(th.ran) != 0 {
		t.Errorf("it ran %v", th.ran)
	}
}

func TestGinkgoInFrontOfAShardEnds(t *testing.T) {
	var th theatre
	r, err := Run(t.Context(), Plan{Runnables: th.bind(troupe()), Shard: Shard{Index: 1, Of: 3}})
	if err != nil || len(r.Checks) == 0 {
		t.Errorf("%d checks, %v", len(r.Checks), err)
	}
}

func TestAnInterruptedShardEnds(t *testing.T) {
	var th theatre
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	fakes := []fake{}
	for i := range 8 {
		fakes = append(fakes, fake{name: fmt.Sprintf("n%d", i), does: func(context.Context, *suites.T) { cancel() }})
	}
	r, err := Run(ctx, Plan{Runnables: th.bind(fakes), Shard: Shard{Index: 1, Of: 2}, Parallel: 1, WithoutGinkgo: true})
	if err != nil || r.Verdict != result.Error || len(r.Checks) == 0 || len(r.Checks) == 8 {
		t.Errorf("verdict %s, %v, %v", r.Verdict, cast(r.Checks), err)
	}
}

func TestParseShard(t *testing.T) {
	if s, err := ParseShard("2/3"); err != nil || s != (Shard{Index: 2, Of: 3}) || s.String() != "2/3" {
		t.Errorf("got %v, %v", s, err)
	}
	for _, text := range []string{"", "1", "0/3", "4/3", "-1/3", "1/0", "a/b", "1/2/3", "1 / 2", "1/100000000000000000000", "1/1001"} {
		if _, err := ParseShard(text); err == nil {
			t.Errorf("%q is no error", text)
		}
	}
}

func fakeMay() clockwork.Clock {
	return clockwork.NewFakeClockAt(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
}
