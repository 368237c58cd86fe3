package suites

import (
	"context"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Register registers the runnables with Ginkgo: a container, in it one for each stage, in it one It for each runnable, labelled with
// its stage, packs, level, dialect and id. The It asks await what became of the check: await runs it ([Sequential]) or waits
// for whoever runs it. Call it from a test function before RunSpecs, or inside a Describe of your own; nothing is registered at
// import time.
//
// A failed or blocked required check fails its It. A failed recommended or informational one is told in a report entry only,
// and what does not apply is skipped.
func Register(rs []Runnable, await func(ctx context.Context, r Runnable) Outcome) {
	// Ginkgo shuffles top-level containers, and sorts what is inside by place in the code and then by text. One container
	// around all and a place of its own for each node keep the order of the life cycle.
	line := 0
	place := func(id string) types.CodeLocation {
		line++
		return types.CodeLocation{FileName: "rehearsal", LineNumber: line, CustomMessage: id}
	}
	ginkgo.Describe("Rehearsal", place("rehearsal"), func() {
		for _, stage := range stagesOf(rs) {
			ginkgo.Describe(stage.Title(), place(string(stage)), ginkgo.Label(label(string(stage))), func() {
				for _, r := range rs {
					if r.Stage == stage {
						registerOne(r, place(r.ID), await)
					}
				}
			})
		}
	})
}

func registerOne(r Runnable, place types.CodeLocation, await func(ctx context.Context, r Runnable) Outcome) {
	labels := []string{label(r.ID), label(string(r.Level))}
	for _, pack := range r.Packs {
		labels = append(labels, label(string(pack)))
	}
	text := r.Title
	if r.Dialect != "" {
		labels = append(labels, label(r.Dialect))
		text += " [" + r.Dialect + "]"
	}
	args := []any{place, ginkgo.Label(labels...), func(ctx ginkgo.SpecContext) { tell(r, await(ctx, r)) }}
	if r.Exclusive || r.Last {
		args = append(args, ginkgo.Serial) // alone, should Ginkgo run in several processes
	}
	ginkgo.It(text, args...)
}

func tell(r Runnable, o Outcome) {
	text := r.ID + ": " + o.Text()
	switch {
	case o.Panic != "" || o.Status == result.NotRun:
		ginkgo.Fail(text)
	case o.Status == result.Skipped:
		ginkgo.Skip(text)
	case o.Status == result.Passed:
	case r.Level == result.Required:
		ginkgo.Fail(text)
	default:
		ginkgo.AddReportEntry(string(r.Level)+": "+r.ID, text)
	}
}

func stagesOf(rs []Runnable) []Stage {
	var stages []Stage
	for _, r := range rs {
		if !slices.Contains(stages, r.Stage) {
			stages = append(stages, r.Stage)
		}
	}
	slices.SortStableFunc(stages, func(a, b Stage) int { return a.index() - b.index() })
	return stages
}

// label replaces what Ginkgo's label filter gives a meaning of its own; on such a label it ends the process.
func label(s string) string {
	s = strings.TrimSpace(strings.Map(func(c rune) rune {
		if strings.ContainsRune("&|!,()/:", c) {
			return '-'
		}
		return c
	}, s))
	if s == "" {
		return "none"
	}
	return s
}
