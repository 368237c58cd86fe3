// Package connector proves the checks of suites/connector with the faults of the reference connector: it runs every check on the connector without a
// fault and with each fault of the catalogue, and says which checks each fault fails. It is no part of the product; its tests hold the rules of the
// matrix, and its table is docs/connector-faults.md.
package connector

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/suites"
	suite "github.com/rehearse-id/rehearse/suites/connector"
)

// Row is what the checks found with one fault switched on.
type Row struct {
	Fault    refconnector.Fault        // the zero value is the connector without a fault
	Outcomes map[string]suites.Outcome // by id of the check
}

// With returns the ids of the checks that ended with this status, sorted.
func (r Row) With(status result.Status) []string {
	var ids []string
	for id, o := range r.Outcomes {
		if o.Status == status {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Expected returns the ids of the checks that are to fail: the one that catches the fault, or none.
func (r Row) Expected() []string {
	if r.Fault.CaughtBy == "" {
		return nil
	}
	return []string{r.Fault.CaughtBy}
}

// Sound says whether the row is as it is to be: the check that catches the fault failed and no other, and the harness itself none.
func (r Row) Sound() bool {
	return slices.Equal(r.With(result.Failed), r.Expected()) && len(r.With(result.NotRun)) == 0 && len(r.Panics()) == 0
}

// Panics returns the faults of the harness itself.
func (r Row) Panics() []string {
	var all []string
	for id, o := range r.Outcomes {
		if o.Panic != "" {
			all = append(all, id+": "+o.Panic)
		}
	}
	slices.Sort(all)
	return all
}

// Run rehearses the connector without a fault and with each of the faults, and returns one row for each, the one without a fault first.
func Run(ctx context.Context, faults []refconnector.Fault) ([]Row, error) {
	rows := make([]Row, len(faults)+1)
	errs := make([]error, len(rows))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				if i > 0 {
					rows[i].Fault = faults[i-1]
				}
				errs[i] = rows[i].rehearse(ctx, uint64(max(i, 0))+1)
			}
		})
	}
	for i := range rows {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (r *Row) rehearse(ctx context.Context, seed uint64) error {
	var faults []string
	if r.Fault.Name != "" {
		faults = []string{r.Fault.Name}
	}
	driver, err := refdriver.New(faults...)
	if err != nil {
		return fmt.Errorf("make the connector: %w", err)
	}
	target, err := suite.Open(ctx, suite.Config{Driver: driver, Seed: seed})
	if err != nil {
		return fmt.Errorf("open the connector with the fault %q: %w", r.Fault.Name, err)
	}
	r.Outcomes = map[string]suites.Outcome{}
	runnables := target.Runnables()
	await := suites.Sequential(runnables)
	for _, last := range []bool{false, true} {
		for _, one := range runnables {
			if one.Last == last {
				r.Outcomes[one.ID] = await(ctx, one)
			}
		}
	}
	if err := target.Close(); err != nil {
		return fmt.Errorf("end the connector with the fault %q: %w", r.Fault.Name, err)
	}
	return nil
}

// Text writes the matrix for a terminal, one line for each fault, and says whether each was caught by its check and no other. A row that is not
// as it is to be tells what failed, and why.
func Text(rows []Row) (text string, sound bool) {
	var b strings.Builder
	sound = true
	for _, r := range rows {
		name, mark := r.Fault.Name, "ok"
		if name == "" {
			name = "(no fault)"
		}
		if !r.Sound() {
			mark, sound = "NO", false
		}
		failed := r.With(result.Failed)
		fmt.Fprintf(&b, "%-2s  %-40s  failed %-50s  blocked %d  skipped %d\n", mark, name, strings.Join(failed, " "), len(r.With(result.Blocked)), len(r.With(result.Skipped)))
		if mark == "ok" {
			continue
		}
		fmt.Fprintf(&b, "      wanted %s\n", strings.Join(r.Expected(), " "))
		for _, id := range failed {
			for _, f := range r.Outcomes[id].Findings {
				fmt.Fprintf(&b, "      %s: %s\n        expected %s\n        actual   %s\n", id, f.Rule, f.Expected, f.Actual)
			}
		}
		for _, id := range slices.Concat(r.Panics(), r.With(result.NotRun)) {
			fmt.Fprintf(&b, "      %s\n", id)
		}
	}
	return b.String(), sound
}

// Markdown writes the matrix as a page. Every word of it comes from what was run.
func Markdown(rows []Row) string {
	var b strings.Builder
	b.WriteString("# Faults of connectors and the checks that catch them\n\n")
	b.WriteString("<!-- Written by `make docs` from a run of every check against every fault. Do not edit. -->\n\n")
	fmt.Fprintf(&b, "The reference connector (`rehearse connector --fault NAME`) can make %d mistakes that real connectors make. ", len(rows)-1)
	b.WriteString("Each was switched on alone and judged by all checks. Without a fault no check fails.\n\n")
	b.WriteString("| Fault | What goes wrong | Seen in | Caught by | Blocks |\n|---|---|---|---|---:|\n")
	for _, r := range rows[1:] {
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %d |\n", r.Fault.Name, cell(r.Fault.Summary), cell(r.Fault.SeenIn), strings.Join(r.With(result.Failed), "`, `"), len(r.With(result.Blocked)))
	}
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
