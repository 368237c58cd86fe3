package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// changeTitles head the lists of changes.
var changeTitles = map[Change]string{
	ChangeBroken: "Broken", ChangeNew: "New", ChangeFound: "Judged for the first time, and failing", ChangeFixed: "Fixed", ChangeGone: "Gone", ChangeOther: "Changed otherwise",
}

// WriteComparisonJSON writes a comparison for programs. Fields are only ever added.
func WriteComparisonJSON(w io.Writer, c Comparison) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(c); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

// WriteComparison writes a comparison for a terminal: what broke first, with what came instead, then the rest in one line each.
func WriteComparison(w io.Writer, c Comparison, o TerminalOptions) error {
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	v := view{paint: paint{color: o.Color, ascii: o.ASCII, width: min(max(o.Width, minWidth), maxWidth)}, o: o}
	code := green
	if c.Regressions > 0 {
		code = red
	}
	v.linef("%s", v.in(strings.ToUpper(c.title()), bold, code))
	v.block("", 0, c.sentence(), 0)
	if c.Message != "" {
		v.block(v.sign(result.UnexpectedPass)+" ", 2, c.Message, 0)
	}
	v.linef("")
	for _, change := range Changes() {
		rows := c.rows(change)
		if len(rows) == 0 {
			continue
		}
		v.title(changeTitles[change], c.Counts[change])
		for _, row := range rows {
			v.linef("  %s %s", v.sign(row.sign()), v.fit(v.text(row.name()), v.width-4))
			v.block("      ", 6, row.became(), 3, dim)
			for _, finding := range row.told() {
				v.block("      ", 6, finding, 3)
			}
		}
		v.linef("")
	}
	v.block("old  ", 5, c.Old.describe(), 0)
	v.block("new  ", 5, c.New.describe(), 0)
	if _, err := io.WriteString(w, v.b.String()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

// WriteComparisonMarkdown writes a comparison as GitHub flavoured Markdown, for a comment or the page of a CI job.
func WriteComparisonMarkdown(w io.Writer, c Comparison) error {
	var b strings.Builder
	mark := "✅"
	if c.Regressions > 0 {
		mark = "❌"
	}
	fmt.Fprintf(&b, "## %s %s\n\n**%s**\n\n", mark, md(c.title()), md(c.sentence()))
	if c.Message != "" {
		fmt.Fprintf(&b, "%s\n\n", md(c.Message))
	}
	for _, change := range Changes() {
		rows := c.rows(change)
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "### %s (%d)\n\n| Check | Dialects | From | To | |\n|:--|:--|:--|:--|:--|\n", md(changeTitles[change]), c.Counts[change])
		for i, row := range rows {
			if i == comparisonRows {
				fmt.Fprintf(&b, "\n… and %d more.\n", len(rows)-i)
				break
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", tick(row.ID), md(strings.Join(row.Dialects, ", ")), status(row.Was), row.markdownNow(),
				md(shorten(strings.Join(row.told(), " "), comparisonText)))
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "<sub>old: %s<br>new: %s</sub>\n", md(c.Old.describe()), md(c.New.describe()))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

// The bounds of a comparison in Markdown.
const (
	comparisonRows = 200 // rows of one kind of change
	comparisonText = 400 // bytes of one finding
)

func status(s result.Status) string {
	if s == "" {
		return "–"
	}
	return md(string(s))
}

func (r changedRow) markdownNow() string {
	if r.Now == result.Blocked {
		return fmt.Sprintf("blocked by `%s`", tick(r.BlockedBy))
	}
	return status(r.Now)
}

func (s Side) describe() string {
	what := s.URL
	if s.Software != "" {
		what += " (" + s.Software + ")"
	}
	return fmt.Sprintf("%s · %s · %s · %s", strings.ToLower(verdictTitle(s.Verdict)), what, s.StartedAt, s.Tool)
}

func (c Comparison) title() string {
	if c.Regressions > 0 {
		return plural(c.Regressions, "regression", "regressions")
	}
	return "No regressions"
}

func (c Comparison) sentence() string {
	parts := []string{}
	for _, change := range []Change{ChangeFixed, ChangeBroken, ChangeNew, ChangeGone} {
		parts = append(parts, fmt.Sprintf("%d %s", c.Counts[change], change))
	}
	if n := c.Counts[ChangeFound]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d judged for the first time and failing", n))
	}
	if n := c.Counts[ChangeOther]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d changed otherwise", n))
	}
	return strings.Join(parts, ", ") + fmt.Sprintf("; %d unchanged.", c.Unchanged)
}

// changedRow is a check that changed in the same way in each of its dialects.
type changedRow struct {
	Changed

	Dialects []string
}

// rows folds the changes of one kind by check.
func (c Comparison) rows(change Change) []changedRow {
	var rows []changedRow
	for _, changed := range c.Changes {
		if changed.Change != change {
			continue
		}
		i := slices.IndexFunc(rows, func(r changedRow) bool {
			return r.ID == changed.ID && r.Was == changed.Was && r.Now == changed.Now && r.BlockedBy == changed.BlockedBy
		})
		if i < 0 {
			i = len(rows)
			rows = append(rows, changedRow{Changed: changed})
		}
		if changed.Dialect != "" {
			rows[i].Dialects = append(rows[i].Dialects, changed.Dialect)
		}
	}
	return rows
}

func (r changedRow) name() string {
	if len(r.Dialects) == 0 {
		return r.ID
	}
	return r.ID + " [" + strings.Join(r.Dialects, ", ") + "]"
}

// sign is the status whose symbol stands before the row.
func (r changedRow) sign() result.Status {
	if r.Change == ChangeGone {
		return result.NotRun
	}
	return r.Now
}

func (r changedRow) became() string {
	switch {
	case r.Was == "":
		return r.Title + " · " + string(r.Now)
	case r.Now == "":
		return r.Title + " · was " + string(r.Was)
	case r.Now == result.Blocked:
		return string(r.Was) + " → blocked by " + r.BlockedBy
	default:
		return r.Title + " · " + string(r.Was) + " → " + string(r.Now)
	}
}

// told is what the new report has found.
func (r changedRow) told() []string {
	var told []string
	for _, f := range r.Findings {
		sentence := f.Rule
		if f.Actual != "" {
			sentence += " · got: " + f.Actual
		}
		told = append(told, sentence)
	}
	return told
}
