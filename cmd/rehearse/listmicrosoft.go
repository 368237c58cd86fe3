package main

import (
	"fmt"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// microsoftMarkdown is a table of Microsoft's tests and the checks that stand for them.
func microsoftMarkdown() string {
	var b strings.Builder
	for _, suite := range []struct {
		stage suites.Stage
		title string
	}{{suites.Listing, "Gallery validation"}, {suites.Validation, "SCIM validator"}} {
		fmt.Fprintf(&b, "| %s | | Check | The same, in more depth |\n|---|---|---|---|\n", suite.title)
		for _, t := range endpoint.MicrosoftTests() {
			if t.Suite != suite.stage {
				continue
			}
			const few = 4
			covered := make([]string, 0, few)
			for _, id := range t.Covered[:min(len(t.Covered), few)] {
				covered = append(covered, "`"+strings.TrimPrefix(id, "endpoint.")+"`")
			}
			fmt.Fprintf(&b, "| %s | %s | `%s` | %s |\n", t.Name, weighs(t), t.Check, strings.Join(covered, ", "))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// weighs is what a failure of a test means to Microsoft, "" for what is usual.
func weighs(t endpoint.MicrosoftTest) string {
	switch {
	case t.Suite == suites.Listing && t.Level == result.Recommended:
		return "optional"
	case t.Level == result.Informational:
		return "preview"
	default:
		return ""
	}
}

// microsoftPage is docs/microsoft-tests.md.
func microsoftPage() string {
	return "# Microsoft's tests and the checks that run them\n\n<!-- Written by `rehearse list --microsoft`. Do not edit. -->\n\n" +
		"`rehearse scim --pack gallery` runs the 25 tests of Microsoft's gallery validation, driven through a fake tenant by Microsoft Graph as the original is, and writes `gallery-results.json` in its shape. " +
		"`rehearse scim --pack validator` runs the 24 tests and 7 previews of scimvalidator.microsoft.com and writes `validator-results.json` in its shape. " +
		"A test that fails for what another check finds is blocked by that check. Each can fail: a test runs it against a fault of its own.\n\n" + microsoftMarkdown()
}
