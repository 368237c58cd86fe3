package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// checksMarkdown is the page of all checks, by stage.
func checksMarkdown(specs []suites.Spec) string {
	var b strings.Builder
	required := 0
	for _, spec := range specs {
		if spec.Level == result.Required {
			required++
		}
	}
	fmt.Fprintf(&b, "# Checks\n\n<!-- Written by `make docs` from `rehearse list --markdown`. Do not edit. -->\n\n")
	fmt.Fprintf(&b, "%d checks, %d of them required. Only failures and blocks of required checks make a run non-conformant, unless it is told `--fail-on recommended`. `rehearse explain ID` tells why each is asked for and how to satisfy it.\n", len(specs), required)
	for _, part := range []struct {
		prefix, title, passing string
	}{{"endpoint.", "A SCIM endpoint", "endpoint"}, {"connector.", "A Microsoft Graph connector", "connector"}} {
		of := slices.DeleteFunc(slices.Clone(specs), func(s suites.Spec) bool { return !strings.HasPrefix(s.ID, part.prefix) })
		if len(of) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n%d checks.\n", part.title, len(of))
		writeStages(&b, of, part.passing)
	}
	return b.String()
}

// writeStages writes a table of checks for each stage.
func writeStages(b *strings.Builder, specs []suites.Spec, passing string) {
	for _, stage := range suites.Stages() {
		heading := false
		for _, spec := range specs {
			if spec.Stage != stage {
				continue
			}
			if !heading {
				title := stage.Title()
				fmt.Fprintf(b, "\n### %s\n\n| Check | What a passing %s does | Level | Breaks | Sources |\n|---|---|---|---|---|\n", strings.ToUpper(title[:1])+title[1:], passing)
				heading = true
			}
			fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", spec.ID, cell(spec.Title), spec.Level, breaks(spec), links(spec.Sources))
		}
	}
}

func breaks(spec suites.Spec) string {
	names := make([]string, 0, len(spec.Breaks))
	for _, b := range spec.Breaks {
		names = append(names, string(b))
	}
	return strings.Join(names, ", ")
}

// links numbers the sources that are addresses; others stand as they are.
func links(sources []string) string {
	parts := make([]string, 0, len(sources))
	for i, source := range sources {
		if strings.HasPrefix(source, "https://") {
			source = fmt.Sprintf("[%d](%s)", i+1, source)
		}
		parts = append(parts, source)
	}
	return cell(strings.Join(parts, " "))
}

// cell makes text fit a cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;", "*", "\\*").Replace(text)
}
