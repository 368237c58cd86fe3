package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"

	"github.com/rehearse-id/rehearse/internal/report"
	"github.com/rehearse-id/rehearse/internal/result"
)

// annotations are the marks on the page of a GitHub Actions job. Nil makes none.
type annotations struct {
	out   io.Writer
	quote string // while it is printed, nothing is a workflow command until this is said; "" when the output cannot hold one
}

// newAnnotations finds out whether marks are wanted. Events for programs keep the standard output to themselves; GitHub reads the
// standard error for commands as well.
func newAnnotations(std streams, flags outputFlags) *annotations {
	wanted := flags.Annotations == "github" || flags.Annotations == "auto" && os.Getenv("GITHUB_ACTIONS") == "true"
	switch {
	case !wanted:
		return nil
	case flags.Format == "jsonl":
		return &annotations{out: std.err}
	default:
		return &annotations{out: std.out, quote: "rehearse-" + rand.Text()}
	}
}

// open has GitHub take what is printed from now on for text: it quotes answers of the target, which could be workflow commands
// (docs.github.com/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands).
func (a *annotations) open() {
	if a != nil && a.quote != "" {
		fmt.Fprintf(a.out, "::stop-commands::%s\n", a.quote)
	}
}

// close ends what open began, and writes the annotations.
func (a *annotations) close(r result.Report, o report.Options) error {
	if a == nil {
		return nil
	}
	if a.quote != "" {
		if _, err := fmt.Fprintf(a.out, "::%s::\n", a.quote); err != nil {
			return err
		}
	}
	return report.WriteGitHubAnnotations(a.out, r, o)
}

// rules tells of each check why it is there and how to satisfy it.
func rules() func(id string) report.Rule {
	known := map[string]report.Rule{}
	for _, check := range specsOf("") {
		known[check.ID] = report.Rule{Why: check.Why, Fix: check.Fix, Sources: check.Sources}
	}
	return func(id string) report.Rule { return known[id] }
}
