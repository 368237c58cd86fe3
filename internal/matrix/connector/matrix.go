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

	"github.com/rehearse-id/rehearse/internal/matrix"
	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/suites"
	suite "github.com/rehearse-id/rehearse/suites/connector"
)

// Row is what the checks found with one fault switched on.
type Row struct {
	matrix.Outcomes

	Fault refconnector.Fault // the zero value is the connector without a fault
}

// Expected returns the ids of the checks that are to fail: the one that catches the fault, or none.
func (r Row) Expected() []string {
	if r.Fault.CaughtBy == "" {
		return nil
	}
	return []string{r.Fault.CaughtBy}
}

// Sound says whether the row is as it is to be: the check that catches the fault failed and no other, and nothing is wrong with the harness itself.
func (r Row) Sound() bool {
	return slices.Equal(r.With(result.Failed), r.Expected()) && len(r.Broken()) == 0
}

// Run rehearses the connector without a fault and with each of the faults, and returns one row for each, the one without a fault first.
func Run(ctx context.Context, faults []refconnector.Fault) ([]Row, error) {
	return matrix.Play(ctx, faults, runtime.GOMAXPROCS(0), rehearse)
}

func rehearse(ctx context.Context, seed uint64, fault refconnector.Fault) (Row, error) {
	row := Row{Fault: fault, Outcomes: matrix.Outcomes{}}
	var faults []string
	if fault.Name != "" {
		faults = []string{fault.Name}
	}
	driver, err := refdriver.New(faults...)
	if err != nil {
		return row, fmt.Errorf("make the connector: %w", err)
	}
	target, err := suite.Open(ctx, suite.Config{Driver: driver, Seed: seed})
	if err != nil {
		return row, fmt.Errorf("open the connector with the fault %q: %w", fault.Name, err)
	}
	runnables := target.Runnables()
	await := suites.Sequential(runnables)
	for _, last := range []bool{false, true} {
		for _, one := range runnables {
			if one.Last == last {
				row.Outcomes[one.ID] = await(ctx, one)
			}
		}
	}
	if err := target.Close(); err != nil {
		return row, fmt.Errorf("end the connector with the fault %q: %w", fault.Name, err)
	}
	return row, nil
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
		for _, id := range r.Broken() {
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
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %d |\n", r.Fault.Name, matrix.Cell(r.Fault.Summary), matrix.Cell(r.Fault.SeenIn), matrix.Codes(r.With(result.Failed)), len(r.With(result.Blocked)))
	}
	return b.String()
}
