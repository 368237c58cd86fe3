package main

import (
	"cmp"
	"os"

	"github.com/rehearse-id/rehearse/internal/report"
	"github.com/rehearse-id/rehearse/internal/result"
)

// diffCommand compares two reports.
type diffCommand struct {
	Old     string `arg:"" help:"Report to compare with: a report.json, or a folder that holds one."`
	New     string `arg:"" help:"Report that is judged."`
	Format  string `help:"What is printed (${enum})." enum:"pretty,markdown,json" default:"pretty"`
	Level   string `help:"Lowest level whose regressions count (${enum})." enum:"required,recommended,informational" default:"informational"`
	NoColor bool   `help:"Print without colours (also: NO_COLOR)."`
}

// Help shows examples and the exit codes.
func (diffCommand) Help() string {
	return `Examples:

  rehearse diff last-release/ rehearsal/
  rehearse diff main/report.json rehearsal/report.json --format markdown >> "$GITHUB_STEP_SUMMARY"

A regression is a check that passed, or was skipped, and fails now, a new check that fails, and a new run
that came to no verdict.

Exit codes: 0 no regression, 1 regressions, 2 wrong usage or no report.`
}

// Run prints what changed and returns 1 when something got worse.
func (c diffCommand) Run(std streams) error {
	older, err := report.Load(c.Old)
	if err != nil {
		return usage("%v", err)
	}
	newer, err := report.Load(c.New)
	if err != nil {
		return usage("%v", err)
	}
	compared, err := report.Compare(older, newer, report.CompareOptions{Level: result.Level(c.Level), Name: presentNames()})
	if err != nil {
		return usage("%v", err)
	}
	switch c.Format {
	case "json":
		err = report.WriteComparisonJSON(std.out, compared)
	case "markdown":
		err = report.WriteComparisonMarkdown(std.out, compared)
	default:
		err = report.WriteComparison(std.out, compared, terminalOptions(std, c.NoColor))
	}
	switch {
	case err != nil:
		return err
	case compared.Regressions > 0:
		return &endError{code: exitNonConformant}
	default:
		return nil
	}
}

// presentNames gives the id a check has now, for one it had before it was renamed.
func presentNames() func(id string) string {
	present := map[string]string{}
	for _, check := range specsOf("") {
		for _, alias := range check.Aliases {
			present[alias] = check.ID
		}
	}
	return func(id string) string { return cmp.Or(present[id], id) }
}

// terminalOptions says what the standard output can show.
func terminalOptions(std streams, noColor bool) report.TerminalOptions {
	options := report.TerminalOptions{ASCII: !utf8Locale(os.Getenv)}
	if file, ok := std.out.(*os.File); ok {
		options = report.DetectTerminal(file, os.Getenv)
	}
	options.Color = options.Color && !noColor
	return options
}
