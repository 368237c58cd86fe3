package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// The bounds of what a terminal shows of one thing; the files have the rest.
const (
	viewLines = 8    // lines of one value
	viewBody  = 5    // lines of one body
	viewCurl  = 2000 // bytes of one curl line
)

// view writes a story for a terminal.
type view struct {
	paint

	o    TerminalOptions
	b    strings.Builder
	only func(Cause) string // names the one dialect in which a cause shows
}

// report writes the causes in short, so that the first screen names them, each in full, then the summary.
func (v *view) report(s story) {
	v.only = s.only
	v.verdict(s)
	numbered := 0
	if len(s.Breaking) > 0 {
		v.title("What must change", len(s.Breaking))
		v.overview(s.Breaking)
		numbered = len(s.Breaking)
	}
	v.places("Known failures that pass now: take them off the list", result.UnexpectedPass, s.Unexpected)
	for _, set := range s.Waiting {
		v.places("Blocked by "+set.By, result.Blocked, set.Checks)
	}
	v.unrun(s.NotRun)
	for i, c := range s.Breaking {
		v.cause(i+1, c)
	}
	if len(s.Advice) > 0 {
		if numbered > 0 {
			v.rule()
		}
		v.title("Worth a look, does not weigh", len(s.Advice))
		v.advice(s.Advice)
	}
	v.known(s.Known)
	v.load(s.Load)
	v.permissions(s.Report)
	v.adaptations(s.Target.Adaptations)
	v.leftovers(s.Leftovers)
	v.summary(s)
}

func (v *view) linef(format string, args ...any) {
	v.b.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

// block writes text wrapped, the first line behind head and the others as far in; code colours each line.
func (v *view) block(head string, indent int, text string, limit int, codes ...string) {
	if limit > 0 { // enough for as many lines, and wrapping need not see the rest
		text = shorten(text, 4*limit*v.width)
	}
	lines := wrap(v.text(text), v.width-indent)
	if limit > 0 && len(lines) > limit {
		lines = append(lines[:limit-1], v.text("…"))
	}
	for i, l := range lines {
		if len(codes) > 0 {
			l = v.in(l, codes...)
		}
		if i == 0 {
			v.linef("%s%s", head, l)
			continue
		}
		v.linef("%s%s", strings.Repeat(" ", indent), l)
	}
}

func (v *view) title(text string, n int) {
	v.linef("%s %s", v.in(v.fit(v.text(text), v.width-6), bold), v.in(fmt.Sprintf("(%d)", n), dim))
	v.linef("")
}

func (v *view) rule() {
	bar := "─"
	if v.ascii {
		bar = "-"
	}
	v.linef("%s", v.in(strings.Repeat(bar, v.width), dim))
	v.linef("")
}

func verdictColor(r result.Verdict) string {
	switch r {
	case result.Conformant:
		return green
	case result.NonConformant, result.Unreachable:
		return red
	default:
		return yellow
	}
}

func (v *view) verdict(s story) {
	v.linef("%s", v.in(strings.ToUpper(s.Title), bold, verdictColor(s.Verdict)))
	if s.Sentence != "" {
		v.block("", 0, s.Sentence, 0)
	}
	for _, p := range s.Problems {
		v.block(v.sign(result.UnexpectedPass)+" ", 2, p, 0)
	}
	v.spoken(s)
	v.linef("")
}

// spoken tells the verdict of each dialect, when there are several.
func (v *view) spoken(s story) {
	if s.OneDialect != "" {
		v.block("", 0, s.OneDialect, 0, bold)
	}
	if len(s.Spoken) < 2 {
		return
	}
	for _, d := range s.Spoken {
		sign := v.sign(result.Failed)
		switch d.Verdict {
		case result.Conformant:
			sign = v.sign(result.Passed)
		case result.Empty:
			sign = v.sign(result.Skipped)
		case result.NonConformant, result.Unreachable, result.Error:
		}
		v.block("  "+sign+" ", 4, fmt.Sprintf("%-16s  %s%s", d.Name, strings.ToLower(d.Title), colon(d.Words)), 2)
	}
}

// overview names each cause and what came instead in a few lines, under its stage.
func (v *view) overview(causes []Cause) {
	stage := ""
	for i, c := range causes {
		if c.Stage != stage {
			stage = c.Stage
			v.linef("  %s", v.in(v.text(stageTitle(stage)), bold))
		}
		v.block(fmt.Sprintf("  %s %2d  ", v.sign(result.Failed), i+1), 8, c.Rule+got(c)+v.weight(c), 3)
	}
	v.linef("")
}

// got tells what came instead.
func got(c Cause) string {
	if gist := c.Gist(); gist != "" {
		return " · got: " + gist
	}
	return ""
}

// weight tells in how many places a rule was broken and what waits for it.
func (v *view) weight(c Cause) string {
	var s string
	if only := v.only(c); only != "" {
		s += " · " + only
	}
	if n := len(c.Places); n > 1 {
		s += fmt.Sprintf(" · in %d checks", n)
	}
	if n := c.Blocked(); n > 0 {
		s += " · blocks " + plural(n, "other", "others")
	}
	if c.Keeps != "" {
		s += " · " + c.Keeps
	}
	return s
}

const labelWidth = 14 // "  " and the longest label

func (v *view) field(label, text string, limit int, codes ...string) {
	if text == "" {
		return
	}
	head := "     " + v.in(label, dim) + strings.Repeat(" ", labelWidth-5-len(label))
	v.block(head, labelWidth, text, limit, codes...)
}

// cause writes one cause in full.
func (v *view) cause(n int, c Cause) {
	v.rule()
	v.block(fmt.Sprintf("%s %2d ", v.sign(result.Failed), n), 5, c.Rule, 0, bold)
	v.linef("")
	for _, p := range c.Places {
		v.field("check", placeText(p), 2, cyan)
	}
	breaks := ""
	if len(c.Breaks) > 0 {
		breaks = " · breaks " + strings.ReplaceAll(joined(c.Breaks), " ", ", ")
	}
	level := string(c.Level)
	if c.Keeps != "" {
		level += ", but " + c.Keeps
	}
	v.field("stage", fmt.Sprintf("%s · %s%s", stageTitle(c.Stage), level, breaks), 3)
	for i, message := range c.Told {
		v.field([]string{"told", ""}[min(i, 1)], message, viewLines)
	}
	v.field("expected", c.Expected, viewLines, green)
	v.field("actual", c.Actual, viewLines, red)
	v.field("why", c.Why, viewLines)
	v.field("fix", c.Fix, viewLines, bold)
	v.sources(c.Sources)
	if n := c.Blocked(); n > 0 {
		var ids []string
		for _, p := range c.Blocks {
			ids = append(ids, p.ID+times(len(p.Dialects)))
		}
		v.field("blocks", strings.Join(ids, ", "), 4)
	}
	shown := evident(v.o.find(c.Exchanges))
	for i, e := range shown {
		more := 0
		if i == len(shown)-1 {
			more = len(c.Exchanges) - len(shown)
		}
		v.exchange(e, more, attributeOf(c.Finding))
	}
	for i, line := range c.Log {
		v.field([]string{"log", ""}[min(i, 1)], line, 2)
	}
	v.linef("")
}

// sources lists where a rule stands. An address stays in one piece, however long, so that a terminal can open it.
func (v *view) sources(all []string) {
	label := "sources"
	for _, source := range all[:min(len(all), viewLines)] {
		if strings.ContainsAny(source, " \n") {
			v.field(label, source, 2)
		} else {
			v.linef("     %s%s%s", v.in(label, dim), strings.Repeat(" ", labelWidth-5-len(label)), v.text(shorten(source, viewCurl)))
		}
		label = ""
	}
}

func placeText(p Place) string {
	s := p.ID
	if d := strings.Join(p.Dialects, ", "); d != "" {
		s += " [" + d + "]"
	}
	return s + times(p.Count)
}

func times(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(" ×%d", n)
}

// exchange writes a short transcript and the curl line, which stays in one piece to be copied. A line that is long, or that
// this terminal cannot show as it is, stands in the page only.
func (v *view) exchange(e *exchange.Exchange, more int, about string) {
	id := e.ID
	if more > 0 {
		id += fmt.Sprintf(" and %d more", more)
	}
	v.field("exchange", id, 1)
	v.field("", e.Side.Words(), 2, bold)
	v.field("", "> "+e.Request.Method+" "+target(e.Request.URL), 3)
	v.body(e.Request.Body, about)
	if e.Response.Status > 0 {
		v.field("", fmt.Sprintf("< %d, %s", e.Response.Status, elapsed(float64(e.Duration.Milliseconds()))), 1)
		v.body(e.Response.Body, about)
	}
	if e.Err != "" {
		v.field("", "! "+e.Err, 3)
	}
	if curl := e.Curl(); len(curl) <= viewCurl && v.text(curl) == curl {
		v.linef("")
		v.linef("%s", curl)
	} else {
		v.field("curl", "in "+HTMLFile, 1)
	}
}

// body writes the beginning of a body, or the part around the attribute it is about when that would be cut off.
func (v *view) body(b exchange.Body, about string) {
	if b.Size == 0 {
		return
	}
	text := b.Text()
	var compact bytes.Buffer
	if json.Compact(&compact, b.Bytes) == nil {
		text = spaced(compact.String())
	}
	v.field("", around(text, about, (viewBody-1)*(v.width-labelWidth)), viewBody, dim)
}

// around leaves the beginning of a text out when the attribute it is about stands behind what is shown of it.
func around(text, about string, shown int) string {
	if about == "" || len(text) <= shown {
		return text
	}
	at := strings.Index(strings.ToLower(text), `"`+strings.ToLower(about)+`"`)
	if at < shown*3/4 {
		return text
	}
	start := at - shown/4
	if space := strings.LastIndex(text[:start], " "); space > 0 && start-space < shown/4 {
		start = space + 1
	}
	for start > 0 && !utf8.RuneStart(text[start]) {
		start--
	}
	return "… " + text[start:]
}

// namedFirst is an attribute with which an expectation begins, such as the active of “active is false”.
var namedFirst = regexp.MustCompile(`^(?:urn:[^ ]*:)?([A-Za-z$][\w$]*)(?:\[[^\]]*\])?(?:\.(\w+))? (?:is|in|contains|shows)\b`)

// attributeOf is the attribute that a finding is about, as far as its expectation names one; "" otherwise.
func attributeOf(f result.Finding) string {
	if m := namedFirst.FindStringSubmatch(f.Expected); m != nil {
		return m[1]
	}
	return ""
}

// target is the URL without the host, which the first line of the report names.
func target(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.RequestURI()
	}
	return address
}

// spaced puts a space behind the commas between the values of compact JSON, so that it can be wrapped there.
func spaced(compact string) string {
	var b strings.Builder
	quoted, escaped := false, false
	for i := range len(compact) {
		c := compact[i]
		b.WriteByte(c)
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			b.WriteByte(' ')
		}
	}
	return b.String()
}
