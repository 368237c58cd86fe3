// Package matrix proves checks with faults: it plays every check with no fault and with each fault of a catalogue. What the rooms below it share is here;
// internal/matrix/endpoint has the checks of endpoints, internal/matrix/connector those of connectors. They are no part of the product: their tests hold
// the rules of the matrix, and their tables are docs/faults.md and docs/connector-faults.md.
package matrix

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// Outcomes is what became of the checks, by id.
type Outcomes map[string]suites.Outcome

// With returns the ids of the checks that ended with this status, sorted.
func (all Outcomes) With(status result.Status) []string {
	var ids []string
	for id, o := range all {
		if o.Status == status {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Broken tells what is wrong with the harness itself: the checks that panicked, did not run, or have a finding without words; sorted, nil when nothing is.
func (all Outcomes) Broken() []string {
	var told []string
	for id, o := range all {
		if o.Panic != "" || o.Status == result.NotRun {
			told = append(told, fmt.Sprintf("%s %s: %s %s", id, o.Status, o.Reason, o.Panic))
		}
		if o.Status == result.Failed && slices.ContainsFunc(o.Findings, wordless) {
			told = append(told, fmt.Sprintf("%s has a finding without words: %+v", id, o.Findings))
		}
	}
	slices.Sort(told)
	return told
}

func wordless(f result.Finding) bool {
	return f.Rule == "" || f.Expected == "" || f.Actual == "" || f.Why == "" || f.Fix == "" || len(f.Sources) == 0
}

// Play plays the checks without a fault, which is the zero value of F, and with each of the faults, a few at once, and returns a row for each in that
// order. The seed is that of the row's names: 1 and up.
func Play[F, R any](ctx context.Context, faults []F, atOnce int, play func(ctx context.Context, seed uint64, fault F) (R, error)) ([]R, error) {
	var none F
	all := append([]F{none}, faults...)
	rows := make([]R, len(all))
	var group errgroup.Group // the first error does not end the others: they are short
	group.SetLimit(atOnce)
	var seed uint64
	for i, fault := range all {
		seed++
		mine := seed
		group.Go(func() (err error) {
			rows[i], err = play(ctx, mine, fault)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return rows, nil
}

// Sampled is one fault of so many, for what is tried every day.
func Sampled[F any](faults []F, oneOf int) []F {
	var some []F
	for i := 0; i < len(faults); i += oneOf {
		some = append(some, faults[i])
	}
	return some
}

// Cell is text as it may stand in a cell of a table in Markdown.
func Cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// Codes are ids as code in Markdown, by commas.
func Codes(ids []string) string {
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = "`" + id + "`"
	}
	return strings.Join(quoted, ", ")
}
