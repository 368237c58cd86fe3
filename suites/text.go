package suites

import (
	"fmt"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Text says in words what became of the check, for a test's log: one line, and a paragraph for each finding.
func (o Outcome) Text() string {
	var b strings.Builder
	switch o.Status {
	case result.Blocked:
		fmt.Fprintf(&b, "blocked by %s: %s", o.BlockedBy, o.Reason)
	case result.Skipped, result.NotRun:
		fmt.Fprintf(&b, "%s: %s", o.Status, o.Reason)
	default:
		b.WriteString(string(o.Status))
	}
	for _, f := range o.Findings {
		b.WriteString("\n" + FindingText(f))
	}
	if o.Panic != "" {
		fmt.Fprintf(&b, "\nThis is a fault of the harness, not of the target: %s", o.Panic)
	}
	return b.String()
}

// FindingText says in words which rule was broken, how, why it matters and how to mend it.
func FindingText(f result.Finding) string {
	var b strings.Builder
	b.WriteString(f.Rule)
	if f.Count > 1 {
		fmt.Fprintf(&b, " (broken %d times)", f.Count)
	}
	for _, line := range []struct{ name, text string }{
		{"told", strings.Join(f.Told, "\n"+strings.Repeat(" ", 15))}, {"expected", f.Expected}, {"actual", f.Actual}, {"why", f.Why}, {"fix", f.Fix},
		{"sources", strings.Join(f.Sources, "; ")}, {"exchanges", strings.Join(f.Exchanges, " ")},
	} {
		if line.text != "" {
			fmt.Fprintf(&b, "\n    %-10s %s", line.name+":", line.text)
		}
	}
	return b.String()
}
