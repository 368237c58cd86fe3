package rehearsal

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/internal/result"
)

func TestEventsComeInAStableManner(t *testing.T) {
	var listed, lines []string
	started := make(map[string]bool)
	done := 0
	r := perform(t, Plan{
		Runnables: new(theatre).bind([]fake{{name: "sync.s", needs: []string{"b"}}, {name: "a", needs: []string{"c"}}, {name: "b", does: fails}, {name: "c"}, {name: "d", does: blames("b")}}),
		Events: func(e Event) {
			switch e.Kind {
			case Started:
				started[e.Check.ID] = true
				if e.Check.Status != "" {
					t.Errorf("%s has a status before it ran", e.Check.ID)
				}
			case Finished:
				done++
				lines = append(lines, e.Check.ID)
			case Listed:
				listed = append(listed, cast([]result.Check{e.Check})...)
			}
			if e.Done != done || e.Total != 5 {
				t.Errorf("%s %s: %d of %d", e.Kind, e.Check.ID, e.Done, e.Total)
			}
		},
	})
	if diff := cmp.Diff(cast(r.Checks), listed); diff != "" {
		t.Errorf("listed otherwise than reported: %s", diff)
	}
	if len(lines) != 5 || started["e.sync.s"] || len(started) != 4 {
		t.Errorf("finished %q, started %v", lines, started)
	}
}

func TestANeedInACircleIsRefused(t *testing.T) {
	_, err := Run(t.Context(), Plan{Runnables: new(theatre).bind([]fake{{name: "a", needs: []string{"b"}}, {name: "b", needs: []string{"a"}}})})
	if err == nil || !strings.Contains(err.Error(), "needs itself") {
		t.Errorf("error %v", err)
	}
	_, err = Run(t.Context(), Plan{Runnables: new(theatre).bind([]fake{{name: "a", needs: []string{"z"}}})})
	if err == nil || !strings.Contains(err.Error(), `needs "e.create.z", which does not exist`) {
		t.Errorf("error %v", err)
	}
}

func BenchmarkSchedule350Checks(b *testing.B) {
	for _, front := range []bool{false, true} {
		b.Run(fmt.Sprintf("ginkgo=%v", front), func(b *testing.B) {
			checks := make([]fake, 350)
			for i := range checks {
				checks[i].name = fmt.Sprintf("c%d", i)
				if i%10 > 0 {
					checks[i].needs = []string{fmt.Sprintf("c%d", i-i%10)}
				}
			}
			for b.Loop() {
				r, err := Run(context.Background(), Plan{Runnables: new(theatre).bind(checks), WithoutGinkgo: !front})
				if err != nil || r.Verdict != result.Conformant {
					b.Fatal(r.Verdict, err)
				}
			}
			b.ReportMetric(float64(350*b.N)/b.Elapsed().Seconds(), "checks/s")
		})
	}
}
