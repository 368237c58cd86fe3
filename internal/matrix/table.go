package matrix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Markdown writes the matrix as a page. Every word of it comes from what was run.
func Markdown(rows []Row) string {
	var b strings.Builder
	b.WriteString("# Faults and the checks that catch them\n\n")
	b.WriteString("<!-- Written by `make docs` from a run of every check against every fault. Do not edit. -->\n\n")
	fmt.Fprintf(&b, "The reference endpoint (`rehearse endpoint --fault NAME`) can make %d mistakes that real servers make. ", len(rows)-1)
	b.WriteString("Each was switched on alone and judged by all checks. Without a fault every check passes.\n\n")
	b.WriteString("| Fault | What goes wrong | Seen in | Caught by | Fails as well | Blocks |\n|---|---|---|---|---|---:|\n")
	for _, r := range rows[1:] {
		failed := r.With(result.Failed)
		others := slices.DeleteFunc(failed, func(id string) bool { return id == r.Fault.CaughtBy })
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` | %s | %d |\n", r.Fault.Name, cell(r.Fault.Summary), cell(r.Fault.SeenIn), r.Fault.CaughtBy,
			codes(others), len(r.With(result.Blocked)))
	}
	return b.String()
}

// Text writes the matrix for a terminal, one line for each fault, and says whether each was caught by its check and no other.
func Text(rows []Row) (text string, sound bool) {
	var b strings.Builder
	sound = true
	for _, r := range rows {
		failed, mark, name := r.With(result.Failed), "ok", r.Fault.Name
		if name == "" {
			name = "(no fault)"
		}
		if caught := slices.Equal(failed, []string{r.Fault.CaughtBy}); !caught && (r.Fault.Name != "" || len(failed) > 0) {
			mark, sound = "NO", false
		}
		fmt.Fprintf(&b, "%-2s  %-36s  failed %-44s  blocked %d\n", mark, name, strings.Join(failed, " "), len(r.With(result.Blocked)))
	}
	return b.String(), sound
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func codes(ids []string) string {
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = "`" + id + "`"
	}
	return strings.Join(quoted, ", ")
}
