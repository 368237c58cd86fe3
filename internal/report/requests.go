package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// requestRow is a row of the table of what a connector asked.
type requestRow struct {
	Method, Path, Count, Statuses, P50, P95, Permission string
}

// requestRows are the rows of the table.
func requestRows(calls []result.Request) []requestRow {
	calls = folded(calls)
	rows := make([]requestRow, 0, len(calls))
	for _, c := range calls {
		rows = append(rows, requestRow{c.Method, cmp.Or(c.Path, "(no such path)"), strconv.Itoa(c.Count), statusesOf(c.Statuses), millis(c.P50Ms), millis(c.P95Ms), c.Permission})
	}
	return rows
}

// folded puts what Graph refused before it looked at permissions, or was lost on the way, into the row of the same request that was let through.
func folded(calls []result.Request) []result.Request {
	var all, loose []result.Request
	for _, c := range calls {
		c.Path = strings.TrimPrefix(c.Path, "graph.microsoft.com")
		if c.Permission == "" {
			loose = append(loose, c)
		} else {
			all = append(all, c)
		}
	}
	for _, c := range loose {
		into := -1
		for i, known := range all {
			if known.Method == c.Method && known.Path == c.Path && (into < 0 || known.Count > all[into].Count) {
				into = i
			}
		}
		if into >= 0 {
			c.Permission = all[into].Permission
		}
		all = joinCalls(all, []result.Request{c})
	}
	return joinCalls(all, nil)
}

// statusesOf tells how often each status was answered, such as "200 ×12, 429 ×3".
func statusesOf(counts map[int]int) string {
	var words []string
	for _, status := range slices.Sorted(maps.Keys(counts)) {
		word := strconv.Itoa(status)
		if status == 0 {
			word = "no answer"
		}
		if n := counts[status]; n > 1 || len(counts) > 1 {
			word += fmt.Sprintf(" ×%d", n)
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

// permissionRow is a permission that was granted or used.
type permissionRow struct{ Name, Granted, Used string }

// partial says whether only a part of what connectors do was played.
func partial(r result.Report) bool {
	return r.Shard != nil || r.Permissions != nil && r.Permissions.Partial
}

// partly is what a table of permissions says then.
const partly = "Only a part of the checks was played: what was not used may be needed by the others."

// permissionRows compare what was granted with what was used.
func permissionRows(r result.Report) []permissionRow {
	p := r.Permissions
	if p == nil {
		return nil
	}
	unused := "never"
	if partial(r) {
		unused = "not in this part"
	}
	names := slices.Clone(p.Granted)
	for name := range p.Used {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var rows []permissionRow
	for _, name := range names {
		r := permissionRow{name, "no", unused}
		if slices.Contains(p.Granted, name) {
			r.Granted = "yes"
		}
		if n := p.Used[name]; n > 0 {
			r.Used = plural(n, "request", "requests")
		}
		rows = append(rows, r)
	}
	return rows
}

// writeRequests writes both tables as Markdown.
func writeRequests(b *strings.Builder, r result.Report) {
	if len(r.Calls) > 0 {
		b.WriteString("<details><summary><b>What the connector asked</b></summary>\n\n| request | count | statuses | p50 | p95 | permission |\n|:--|--:|:--|--:|--:|:--|\n")
		for _, c := range requestRows(r.Calls) {
			fmt.Fprintf(b, "| `%s %s` | %s | %s | %s | %s | %s |\n", c.Method, tick(c.Path), c.Count, md(c.Statuses), c.P50, c.P95, md(c.Permission))
		}
		b.WriteString("\n</details>\n\n")
	}
	if rows := permissionRows(r); len(rows) > 0 {
		b.WriteString("<details><summary><b>Permissions: granted against used</b></summary>\n\n")
		if partial(r) {
			b.WriteString(partly + "\n\n")
		}
		b.WriteString("| permission | granted | used |\n|:--|:--|:--|\n")
		for _, p := range rows {
			fmt.Fprintf(b, "| %s | %s | %s |\n", md(p.Name), p.Granted, p.Used)
		}
		b.WriteString("\n</details>\n\n")
	}
}

// permissions tells a terminal what was granted and never used.
func (v *view) permissions(r result.Report) {
	p := r.Permissions
	if p == nil || len(p.Unused) == 0 || len(p.Used) == 0 || partial(r) { // nothing is known of who asked nothing, or was asked only a part
		return
	}
	v.linef("%s", v.in(v.text("Permissions that were granted and never used"), bold))
	v.block("  ", 2, strings.Join(p.Unused, ", "), 0)
	v.linef("")
}

// joinCalls adds the rows of two shards up. Of times within which requests were answered the longer counts: the samples are gone.
func joinCalls(a, b []result.Request) []result.Request {
	all := slices.Clone(a)
	for _, c := range b {
		i := slices.IndexFunc(all, func(known result.Request) bool {
			return known.Method == c.Method && known.Path == c.Path && known.Permission == c.Permission
		})
		if i < 0 {
			c.Statuses = maps.Clone(c.Statuses)
			all = append(all, c)
			continue
		}
		all[i].Statuses = maps.Clone(all[i].Statuses)
		for status, n := range c.Statuses {
			all[i].Statuses[status] += n
		}
		all[i].Count += c.Count
		all[i].P50Ms, all[i].P95Ms = max(all[i].P50Ms, c.P50Ms), max(all[i].P95Ms, c.P95Ms)
	}
	slices.SortStableFunc(all, func(a, b result.Request) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Path, b.Path)) })
	return all
}

// joinPermissions adds up what two shards used.
func joinPermissions(a, b *result.Permissions) *result.Permissions {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	p := &result.Permissions{Granted: union(a.Granted, b.Granted), Used: maps.Clone(a.Used), Unused: []string{}, Partial: a.Partial || b.Partial}
	if p.Used == nil {
		p.Used = map[string]int{}
	}
	for name, n := range b.Used {
		p.Used[name] += n
	}
	for _, name := range p.Granted {
		if p.Used[name] == 0 {
			p.Unused = append(p.Unused, name)
		}
	}
	return p
}
