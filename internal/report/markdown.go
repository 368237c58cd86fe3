package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// The bounds of a summary. A job page of GitHub holds 1 MiB.
const (
	summaryCauses = 40
	summaryText   = 2000 // bytes of one expected, actual, why or fix
	summaryBody   = 4000 // bytes of one exchange
)

// WriteSummary writes summary.md, GitHub flavoured Markdown for the page of a CI job: the verdict, the counts, each cause
// with its fix, the rest folded away.
func WriteSummary(w io.Writer, r result.Report, o Options) error {
	s := tell(r, o)
	var b strings.Builder
	fmt.Fprintf(&b, "## %s %s\n\n", verdictMark[r.Verdict], md(s.Title))
	if s.Sentence != "" {
		fmt.Fprintf(&b, "**%s**\n\n", md(s.Sentence))
	}
	if s.OneDialect != "" {
		fmt.Fprintf(&b, "**%s**\n\n", md(s.OneDialect))
	}
	if len(s.Spoken) > 1 {
		for _, d := range s.Spoken {
			fmt.Fprintf(&b, "- %s `%s` %s%s\n", verdictMark[d.Verdict], tick(d.Name), md(strings.ToLower(d.Title)), md(colon(d.Words)))
		}
		b.WriteString("\n")
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "- %s\n", md(p))
	}
	writeFacts(&b, r)
	writeCounts(&b, s)
	writeLoad(&b, r.Load)
	if len(s.Breaking) > 0 {
		b.WriteString("### What must change\n\n")
		writeCauses(&b, s.Breaking, s.only, o)
	}
	if len(s.Unexpected) > 0 {
		b.WriteString("### Known failures that pass now\n\nTake them off the list.\n\n")
		writePlaces(&b, s.Unexpected)
	}
	if len(s.Advice) > 0 {
		fmt.Fprintf(&b, "<details><summary><b>Worth a look: %s</b></summary>\n\n", plural(len(s.Advice), "cause that does not weigh", "causes that do not weigh"))
		writeCauses(&b, s.Advice, s.only, o)
		b.WriteString("</details>\n\n")
	}
	writeRest(&b, s)
	writeRequests(&b, r)
	fmt.Fprintf(&b, "### Again\n\n%s\n", fence(s.Command, "sh"))
	if s.Ended != "" {
		fmt.Fprintf(&b, "\n%s\n", md(s.Ended))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}

var verdictMark = map[result.Verdict]string{
	result.Conformant: "✅", result.NonConformant: "❌", result.Unreachable: "🔌", result.Error: "⚠️", result.Empty: "➖",
}

func writeFacts(b *strings.Builder, r result.Report) {
	target := r.Target.URL
	if r.Target.Software != "" {
		target += " (" + r.Target.Software + ")"
	}
	fmt.Fprintf(b, "\n%s · %s in %s · seed `%d` · %s %s\n\n", md(target), plural(r.Requests, "request", "requests"),
		elapsed(r.DurationMs), r.Seed, md(r.Tool.Name), md(r.Tool.Version))
}

func writeCounts(b *strings.Builder, s story) {
	b.WriteString("| Stage | Passed | Failed | Blocked | Skipped | Known | Other |\n|:--|--:|--:|--:|--:|--:|--:|\n")
	row := func(name string, c result.Counts) {
		fmt.Fprintf(b, "| %s |", name)
		for _, n := range []int{c.Passed, c.Failed, c.Blocked, c.Skipped, c.KnownFailures, c.UnexpectedPasses + c.NotRun} {
			if n == 0 {
				b.WriteString(" |")
			} else {
				fmt.Fprintf(b, " %d |", n)
			}
		}
		b.WriteString("\n")
	}
	for _, t := range s.Stages {
		if t.Total() > 0 {
			row(md(t.Title), t.Counts)
		}
	}
	row("**All**", s.Counts)
	b.WriteString("\n")
}

func writeCauses(b *strings.Builder, causes []Cause, only func(Cause) string, o Options) {
	for i, c := range causes {
		if i == summaryCauses {
			fmt.Fprintf(b, "… and %d more, in %s.\n\n", len(causes)-i, HTMLFile)
			return
		}
		fmt.Fprintf(b, "#### %s\n\n", md(c.Rule))
		fmt.Fprintf(b, "%s · %s", md(stageTitle(c.Stage)), places(c.Places))
		if dialect := only(c); dialect != "" {
			fmt.Fprintf(b, " · **%s**", md(dialect))
		}
		if n := c.Blocked(); n > 0 {
			fmt.Fprintf(b, " · blocks %s", plural(n, "other", "others"))
		}
		if c.Keeps != "" {
			fmt.Fprintf(b, " · %s, but %s", c.Level, c.Keeps)
		}
		b.WriteString("\n\n")
		for _, message := range c.Told {
			fmt.Fprintf(b, "- **Told:** %s\n", md(shorten(message, summaryText)))
		}
		for _, line := range []struct{ name, text string }{
			{"Expected", c.Expected}, {"Actual", c.Actual}, {"Why", c.Why}, {"Fix", c.Fix},
		} {
			if line.text != "" {
				fmt.Fprintf(b, "- **%s:** %s\n", line.name, md(shorten(line.text, summaryText)))
			}
		}
		if len(c.Sources) > 0 {
			fmt.Fprintf(b, "- **Sources:** %s\n", strings.Join(mdSources(c.Sources), " · "))
		}
		b.WriteString("\n")
		for _, e := range evident(o.find(c.Exchanges)) {
			writeExchange(b, e)
		}
		if len(c.Log) > 0 {
			fmt.Fprintf(b, "<details><summary>Log of the target</summary>\n\n%s\n</details>\n\n", fence(shorten(exchange.Visible(strings.Join(c.Log, "\n")), summaryBody), "text"))
		}
	}
}

func writeExchange(b *strings.Builder, e *exchange.Exchange) {
	title := "Exchange " + e.ID
	if words := e.Side.Words(); words != "" {
		title = words + " " + e.ID
	}
	fmt.Fprintf(b, "<details><summary>%s</summary>\n\n%s\n%s\n</details>\n\n",
		md(title), fence(shorten(e.Text(), summaryBody), "http"), fence(shorten(e.Curl(), summaryBody), "sh"))
}

func writeRest(b *strings.Builder, s story) {
	for _, set := range s.Waiting {
		fmt.Fprintf(b, "<details><summary><b>Blocked by %s</b></summary>\n\n", md(set.By))
		writePlaces(b, set.Checks)
		b.WriteString("</details>\n\n")
	}
	if len(s.NotRun) > 0 {
		b.WriteString("<details><summary><b>Not run</b></summary>\n\n")
		writePlaces(b, s.NotRun)
		b.WriteString("</details>\n\n")
	}
	if len(s.Known) > 0 {
		b.WriteString("<details><summary><b>Known failures</b></summary>\n\n| Rule | Check | Owner | Until |\n|:--|:--|:--|:--|\n")
		for _, c := range s.Known {
			for _, p := range c.Places {
				rule := md(c.Rule)
				if n := c.Blocked(); n > 0 {
					rule += " · blocks " + plural(n, "other", "others")
				}
				fmt.Fprintf(b, "| %s | `%s` | %s | %s |\n", rule, tick(p.ID), md(p.Owner), md(p.Expires))
			}
		}
		b.WriteString("\n</details>\n\n")
	}
	if len(s.Target.Adaptations) > 0 {
		b.WriteString("<details><summary><b>How the run adapted itself to the target</b></summary>\n\n")
		for _, sentence := range s.Target.Adaptations {
			fmt.Fprintf(b, "- %s\n", md(sentence))
		}
		b.WriteString("\n</details>\n\n")
	}
	if len(s.Leftovers) > 0 {
		b.WriteString("<details><summary><b>Left behind on the target</b></summary>\n\n")
		for _, l := range s.Leftovers {
			fmt.Fprintf(b, "- %s: %s", md(l.URL), md(l.Reason))
			if l.Remove != "" {
				fmt.Fprintf(b, "<br>%s", md(l.Remove))
			}
			b.WriteString("\n")
		}
		b.WriteString("\n</details>\n\n")
	}
}

func writePlaces(b *strings.Builder, ps []Place) {
	for _, p := range ps {
		fmt.Fprintf(b, "- `%s` %s", tick(p.ID), md(p.Title))
		if p.Reason != "" {
			fmt.Fprintf(b, ": %s", md(p.Reason))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
}

func places(ps []Place) string {
	var out []string
	for _, p := range ps {
		s := "`" + tick(p.ID) + "`"
		if p.Count > 1 {
			s += fmt.Sprintf(" ×%d", p.Count)
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func mdSources(sources []string) []string {
	var out []string
	for _, s := range sources {
		if l := linkOf(s); l.URL != "" {
			out = append(out, fmt.Sprintf("[%s](<%s>)", md(l.Text), strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "").Replace(l.URL)))
		} else {
			out = append(out, md(s))
		}
	}
	return out
}

var mdSpecial = regexp.MustCompile("[\\\\`*_{}\\[\\]<>#|!~&@$]|://|^[-+]|^\\d+[.)](?: |$)")

// md escapes text for one line of Markdown, so that nothing in it is a link, an image, HTML or a mention.
func md(s string) string {
	s = strings.Join(strings.Fields(exchange.Visible(homeless(s))), " ")
	return mdSpecial.ReplaceAllStringFunc(s, func(m string) string {
		switch last := m[len(m)-1]; {
		case m == "://":
			return "&#58;//"
		case m == "&", m == "<", m == "@":
			return fmt.Sprintf("&#%d;", m[0])
		case m[0] >= '0' && m[0] <= '9': // a numbered list
			return strings.NewReplacer(".", `\.`, ")", `\)`).Replace(m)
		default:
			return m[:len(m)-1] + `\` + string(last)
		}
	})
}

// tick makes text fit for an inline code span.
func tick(s string) string {
	return strings.NewReplacer("`", "'", "\n", " ", "|", "/").Replace(exchange.Visible(s))
}

var fences = regexp.MustCompile("`+")

// fence puts text into a code block whose fence does not occur in it.
func fence(text, language string) string {
	longest := 2
	for _, run := range fences.FindAllString(text, -1) {
		longest = max(longest, len(run))
	}
	f := strings.Repeat("`", longest+1)
	return f + language + "\n" + strings.TrimRight(text, "\n") + "\n" + f + "\n"
}

// shorten cuts text after so many bytes.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + " …"
}
