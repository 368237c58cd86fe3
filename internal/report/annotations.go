package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// maxAnnotations is how many annotations of one kind GitHub shows for a step
// (docs.github.com/actions/reference/limits).
const maxAnnotations = 10

// WriteGitHubAnnotations writes workflow commands of GitHub Actions
// (docs.github.com/actions/reference/workflows-and-actions/workflow-commands), from which GitHub makes the annotations of a job: an error for
// each cause that weighs and for what the run itself suffered, a warning or a notice for causes that do not weigh. Of each kind there are
// at most ten, the last of which says how many more there are.
func WriteGitHubAnnotations(w io.Writer, r result.Report, o Options) error {
	s := tell(r, o)
	kinds := []string{"error", "warning", "notice"}
	lines := map[string][][2]string{} // title and text by kind
	add := func(kind, title, text string) { lines[kind] = append(lines[kind], [2]string{title, text}) }
	if undecided(r.Verdict) {
		add("error", s.Title, s.Sentence)
	}
	for _, p := range r.Problems {
		add("error", "The run", p)
	}
	for _, c := range s.Breaking {
		add("error", c.Rule, annotated(c))
	}
	for _, set := range s.Waiting {
		add("error", "Blocked by "+set.By, plural(len(set.Checks), "check", "checks")+" could not be judged")
	}
	for _, p := range s.Unexpected {
		add("error", "A known failure passes", p.ID+colon(p.Reason))
	}
	for _, c := range s.Advice {
		kind := "notice"
		if c.Level != result.Informational {
			kind = "warning"
		}
		add(kind, c.Rule, annotated(c))
	}
	var b strings.Builder
	for _, kind := range kinds {
		for i, line := range lines[kind] {
			if more := len(lines[kind]) - i; i == maxAnnotations-1 && more > 1 {
				line = [2]string{fmt.Sprintf("%d more", more), "They are in the job summary and in " + HTMLFile + "."}
				fmt.Fprintf(&b, "::%s title=%s::%s\n", kind, property(line[0]), data(line[1]))
				break
			}
			fmt.Fprintf(&b, "::%s title=%s::%s\n", kind, property(line[0]), data(line[1]))
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write annotations: %w", err)
	}
	return nil
}

func annotated(c Cause) string {
	var lines []string
	for _, part := range []struct{ name, text string }{{"Expected", c.Expected}, {"Actual", c.Actual}, {"Fix", c.Fix}} {
		if part.text != "" {
			lines = append(lines, part.name+": "+shorten(part.text, 500))
		}
	}
	var ids []string
	for _, p := range c.Places {
		ids = append(ids, p.ID)
	}
	line := "Check: " + strings.Join(ids, ", ")
	if n := c.Blocked(); n > 0 {
		line += "; blocks " + plural(n, "other", "others")
	}
	return strings.Join(append(lines, line), "\n")
}

// data escapes the message of a workflow command, so that what the target says is no command of its own.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(lined(s))
}

// property escapes a property of a workflow command.
func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(strings.Join(strings.Fields(lined(s)), " "))
}

// lined makes text visible line by line.
func lined(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = shown(l)
	}
	return strings.Join(lines, "\n")
}
