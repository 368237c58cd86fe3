package endpoint

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/matrix"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// Markdown writes the matrix as a page. Every word of it comes from what was run.
func Markdown(rows []Row) string {
	var b strings.Builder
	b.WriteString("# Faults and the checks that catch them\n\n")
	b.WriteString("<!-- Written by `make docs` from a run of every check against every fault. Do not edit. -->\n\n")
	fmt.Fprintf(&b, "The reference endpoint (`rehearse endpoint --fault NAME`) can make %d mistakes that real servers make. ", len(rows)-1)
	b.WriteString("Each was switched on alone and judged by all checks, in both dialects of requests. ")
	b.WriteString("Without a fault no check fails in either; a fault that names a dialect shows in that one only.\n\n")
	b.WriteString("| Fault | What goes wrong | Seen in | Dialect | Caught by | Fails as well | Blocks |\n|---|---|---|---|---|---|---:|\n")
	for _, r := range rows[1:] {
		others, blocked := map[string]bool{}, 0
		for _, d := range wire.Dialects() {
			for _, id := range r.With(d, result.Failed) {
				if !slices.Contains(r.Expected(d), id) {
					others[id] = true
				}
			}
			blocked = max(blocked, len(r.With(d, result.Blocked)))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %d |\n", r.Fault.Name, matrix.Cell(r.Fault.Summary), matrix.Cell(r.Fault.SeenIn), dialect(r.Fault), catchers(r.Fault),
			matrix.Codes(slices.Sorted(maps.Keys(others))), blocked)
	}
	return b.String()
}

// dialect names the dialects in which a fault shows.
func dialect(f serviceprovider.Fault) string {
	if f.Dialect == "" {
		return "both"
	}
	return f.Dialect
}

// catchers names the checks that catch a fault.
func catchers(f serviceprovider.Fault) string {
	if f.CaughtWithFlag == "" {
		return matrix.Codes(f.Catchers())
	}
	return matrix.Codes([]string{f.CaughtBy}) + ", with the flag " + matrix.Codes([]string{f.CaughtWithFlag})
}

// Text writes the matrix for a terminal, one line for each fault and dialect, and says whether each was caught by its check and no
// other where it shows, and by none where it does not.
func Text(rows []Row) (text string, sound bool) {
	var b strings.Builder
	sound = true
	for _, r := range rows {
		name := cmp.Or(r.Fault.Name, "(no fault)")
		for _, d := range wire.Dialects() {
			failed, mark := r.With(d, result.Failed), "ok"
			if !slices.Equal(failed, r.Expected(d)) {
				mark, sound = "NO", false
			}
			fmt.Fprintf(&b, "%-2s  %-36s  %-16s  failed %-44s  blocked %d\n", mark, name, d, strings.Join(failed, " "), len(r.With(d, result.Blocked)))
		}
	}
	return b.String(), sound
}
