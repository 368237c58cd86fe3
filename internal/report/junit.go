package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/rehearse-id/rehearse/internal/result"
)

// WriteJUnit writes junit.xml: a testsuite per stage and a testcase per check and dialect. It agrees with the verdict: only
// what weighs is a failure, by itself or by what it keeps from being judged. Blocked and skipped checks, known failures and failures that do not weigh are skipped with a
// message; what the run itself suffered is an error in a testsuite of its own. No path of this machine stands in it.
//
// The format is the one the Jenkins xUnit plugin checks (github.com/jenkinsci/xunit-plugin, junit-10.xsd).
func WriteJUnit(w io.Writer, r result.Report, o Options) error {
	doc := junitDoc{Name: cmp.Or(r.Tool.Name, "rehearse"), Time: seconds(r.DurationMs)}
	doc.add(runSuite(r))
	weighs := burdened(r.Checks, o.FailOn)
	for _, t := range tallies(r.Target.Kind, r.Checks) {
		suite := junitSuite{Name: t.Title, Timestamp: r.StartedAt.UTC().Format("2006-01-02T15:04:05")}
		for _, c := range r.Checks {
			if c.Stage == t.Stage {
				suite.add(caseOf(c, weighs(c), o.FailOn), c.DurationMs)
			}
		}
		doc.add(suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	return nil
}

type junitDoc struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Time      string      `xml:"time,attr"`
	Timestamp string      `xml:"timestamp,attr,omitempty"`
	Cases     []junitCase `xml:"testcase"`

	ms float64
}

type junitCase struct {
	Name       string        `xml:"name,attr"`
	Class      string        `xml:"classname,attr"`
	Time       string        `xml:"time,attr"`
	Properties *junitList    `xml:"properties"`
	Skipped    *junitMessage `xml:"skipped,omitempty"`
	Error      *junitMessage `xml:"error,omitempty"`
	Failure    *junitMessage `xml:"failure,omitempty"`
	Output     string        `xml:"system-out,omitempty"`
}

type junitList struct {
	List []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

func (d *junitDoc) add(s junitSuite) {
	if s.Tests == 0 {
		return
	}
	s.Time = seconds(s.ms)
	d.Tests, d.Failures, d.Errors, d.Skipped = d.Tests+s.Tests, d.Failures+s.Failures, d.Errors+s.Errors, d.Skipped+s.Skipped
	d.Suites = append(d.Suites, s)
}

func (s *junitSuite) add(c junitCase, ms float64) {
	c.Time = seconds(ms)
	s.ms += ms
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

// runSuite holds what no check tells: a run without a verdict, and problems of the run itself.
func runSuite(r result.Report) junitSuite {
	suite := junitSuite{Name: "The run", Timestamp: r.StartedAt.UTC().Format("2006-01-02T15:04:05")}
	if r.Verdict != result.Conformant && r.Verdict != result.NonConformant {
		title, sentence := words(r, "")
		c := junitCase{Name: "The run comes to a verdict", Class: "run.verdict"}
		message := &junitMessage{Message: plain(title + ": " + sentence), Type: plain(string(r.Verdict))}
		if r.Verdict == result.Empty {
			c.Skipped = message
		} else {
			c.Error = message
		}
		suite.add(c, 0)
	}
	for _, p := range r.Problems {
		suite.add(junitCase{
			Name: "The run has no problem of its own", Class: "run.problem",
			Failure: &junitMessage{Message: plain(p), Type: "problem"},
		}, 0)
	}
	return suite
}

func caseOf(c result.Check, weighs bool, failOn result.Level) junitCase {
	out := junitCase{Name: plain(c.Title), Class: plain(c.ID), Properties: &junitList{}}
	if c.Dialect != "" {
		out.Name += " [" + plain(c.Dialect) + "]"
	}
	for _, p := range []junitProperty{
		{"id", c.ID}, {"level", string(c.Level)}, {"dialect", c.Dialect}, {"status", string(c.Status)},
		{"breaks", joined(c.Breaks)}, {"packs", strings.Join(c.Packs, " ")}, {"blockedBy", c.BlockedBy},
		{"owner", c.Owner}, {"expires", c.Expires},
	} {
		if p.Value != "" {
			out.Properties.List = append(out.Properties.List, junitProperty{p.Name, plain(p.Value)})
		}
	}
	fs := findings(c)
	rule := fs[0].Rule
	if len(fs) > 1 {
		rule += fmt.Sprintf(" (and %d more)", len(fs)-1)
	}
	switch c.Status {
	case result.Passed:
	case result.Failed:
		if weighs {
			out.Failure = &junitMessage{Message: plain(rule), Type: plain(string(c.Level)), Text: details(fs)}
			break
		}
		out.skip("does not weigh ("+string(c.Level)+"): "+rule, details(fs))
	case result.UnexpectedPass:
		out.Failure = &junitMessage{
			Message: "passes, although it is listed as a known failure", Type: string(c.Status), Text: plain(c.Reason),
		}
	case result.KnownFailure:
		out.skip("known failure"+known(c)+": "+rule, details(fs))
	case result.Blocked:
		out.skip("blocked by "+c.BlockedBy+colon(c.Reason), "")
	case result.NotRun:
		if c.Level == result.Required || c.Level == failOn {
			out.Error = &junitMessage{Message: plain("not run" + colon(c.Reason)), Type: string(c.Status)}
			break
		}
		out.skip("not run"+colon(c.Reason), "")
	default:
		out.skip(string(c.Status)+colon(c.Reason), "")
	}
	return out
}

func (c *junitCase) skip(message, output string) {
	c.Skipped = &junitMessage{Message: plain(message)}
	c.Output = output
}

// known tells who owns a known failure and how long it is excused.
func known(c result.Check) string {
	var says []string
	if c.Owner != "" {
		says = append(says, "owner "+c.Owner)
	}
	if c.Expires != "" {
		says = append(says, "until "+c.Expires)
	}
	if len(says) == 0 {
		return ""
	}
	return " (" + strings.Join(says, ", ") + ")"
}

func colon(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// details writes findings as plain text.
func details(fs []result.Finding) string {
	var b strings.Builder
	for i, f := range fs {
		if i > 0 {
			b.WriteString("\n")
		}
		for _, line := range []struct{ name, text string }{
			{"rule", f.Rule}, {"told", strings.Join(f.Told, "\n")}, {"expected", f.Expected}, {"actual", f.Actual}, {"why", f.Why}, {"fix", f.Fix},
			{"sources", strings.Join(f.Sources, "; ")}, {"exchanges", strings.Join(f.Exchanges, " ")},
		} {
			if line.text != "" {
				fmt.Fprintf(&b, "\n%-9s  %s", line.name, strings.ReplaceAll(line.text, "\n", "\n           "))
			}
		}
		if f.Count > 1 {
			fmt.Fprintf(&b, "\n%-9s  %d times", "count", f.Count)
		}
	}
	return plain(b.String()) + "\n"
}

// plain makes text fit for XML 1.0 §2.2: without control characters but line ends and tabs, valid, and without folders of
// this machine.
func plain(s string) string {
	return strings.Map(func(c rune) rune {
		if c != '\n' && c != '\t' && unicode.IsControl(c) || c == 0xfffe || c == 0xffff {
			return -1
		}
		return c
	}, strings.ToValidUTF8(homeless(s), "\uFFFD"))
}

func joined(breaks []result.Break) string {
	var out []string
	for _, b := range breaks {
		out = append(out, string(b))
	}
	return strings.Join(out, " ")
}

func seconds(ms float64) string { return fmt.Sprintf("%.3f", ms/1000) }
