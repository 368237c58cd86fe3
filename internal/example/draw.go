package example

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// The bounds of what is shown of one exchange.
const (
	maxLines   = 18   // of a body
	maxColumns = 150  // of a line
	maxCompare = 2000 // lines of a body that are compared with another's; beyond them only its beginning is shown
	around     = 1    // lines shown on either side of one that differs
)

// noticeable is how much longer an answer takes when that is what is wrong with it.
const noticeable = 100 * time.Millisecond

// Style is what the other end can show.
type Style struct {
	Color bool // ANSI colours
	ASCII bool // no character beyond ASCII of the package's own; what a target said stays as it is
}

const (
	bold  = "1"
	dim   = "2"
	red   = "31"
	green = "32"
)

func (s Style) in(text, code string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s Style) dots() string {
	if s.ASCII {
		return "..."
	}
	return "…"
}

// Text draws both exchanges: method, address and status, and of the bodies what differs, marked with ">", with a little around it. It ends with a line end.
func (p Pair) Text(s Style) string {
	var b strings.Builder
	if p.Before != nil {
		b.WriteString(s.in("After", bold) + "\n")
		s.request(&b, p.Before)
		fmt.Fprintf(&b, "  %s\n\n", status(p.Before))
	}
	b.WriteString(s.in("Faulty", bold) + "\n")
	s.request(&b, p.Faulty)
	if p.Right == nil {
		s.answer(&b, p.Faulty, s.head(body(p.Faulty.Response.Body)), nil, red)
		b.WriteString("\n" + s.in("Right", bold) + "\n  Without the fault this request is not sent.\n")
		return b.String()
	}
	theirs, ours := compare(lines(p.faulty, p.Faulty), lines(p.right, p.Right))
	s.answer(&b, p.Faulty, s.excerpt(body(p.Faulty.Response.Body), theirs), p.own(p.Faulty), red)
	b.WriteString("\n" + s.in("Right", bold) + "\n")
	if p.asksAlike() {
		fmt.Fprintf(&b, "  %s\n", s.asked(p.Right))
	} else {
		s.request(&b, p.Right)
	}
	s.answer(&b, p.Right, s.excerpt(body(p.Right.Response.Body), ours), p.own(p.Right), green)
	if p.Then != nil {
		b.WriteString("\n" + s.in("Then, with the fault", bold) + "\n")
		s.request(&b, p.Then)
		fmt.Fprintf(&b, "  %s\n", status(p.Then))
	}
	if !p.Differs() {
		b.WriteString("\n  Both answers are alike: " + alike(p) + "\n")
	}
	return b.String()
}

// asksAlike says whether both exchanges ask the same, so that to show it once is enough.
func (p Pair) asksAlike() bool {
	return p.faulty.text(string(p.Faulty.Request.Body.Bytes)) == p.right.text(string(p.Right.Request.Body.Bytes))
}

// alike says what the mistake is when this answer does not show it.
func alike(p Pair) string {
	if late := p.Faulty.Duration - p.Right.Duration; late > noticeable {
		return fmt.Sprintf("the faulty one took %v longer.", late.Round(time.Millisecond))
	}
	return "the mistake shows in what followed, or in how often this was sent."
}

// request draws what was sent.
func (s Style) request(b *strings.Builder, e *exchange.Exchange) {
	fmt.Fprintf(b, "  %s\n", s.asked(e))
	s.body(b, e.Request.Body)
}

// asked is the first line of a request.
func (s Style) asked(e *exchange.Exchange) string {
	return exchange.Visible(e.Request.Method) + " " + s.clip(exchange.Visible(target(e)))
}

// body draws the beginning of a body.
func (s Style) body(b *strings.Builder, of exchange.Body) {
	for _, l := range s.head(body(of)) {
		fmt.Fprintf(b, "    %s\n", s.in(l.text, dim))
	}
}

// answer draws what came. own are headers that the other answer has not, or has otherwise.
func (s Style) answer(b *strings.Builder, e *exchange.Exchange, shown []line, own []string, code string) {
	fmt.Fprintf(b, "  %s\n", s.in(status(e), code))
	for _, h := range own {
		fmt.Fprintf(b, "  > %s\n", s.in(s.clip(h), code))
	}
	for _, l := range shown {
		if l.told {
			fmt.Fprintf(b, "  > %s\n", s.in(l.text, code))
		} else {
			fmt.Fprintf(b, "    %s\n", l.text)
		}
	}
}

// own are the headers of one answer that the other one has not.
func (p Pair) own(e *exchange.Exchange) []string {
	mine, theirs, other := p.faulty, p.right, p.Right
	if e == p.Right {
		mine, theirs, other = p.right, p.faulty, p.Faulty
	}
	var known []string
	for _, h := range headers(other) {
		known = append(known, theirs.text(h))
	}
	return slices.DeleteFunc(headers(e), func(h string) bool { return slices.Contains(known, mine.text(h)) })
}

// line is one line of a body, or dots for lines left out.
type line struct {
	text string
	told bool // it differs from the other answer
}

// head is the beginning of a body.
func (s Style) head(all []string) []line {
	var shown []line
	for i, text := range all {
		if i == maxLines {
			return append(shown, line{text: fmt.Sprintf("%s (clipped: %d lines in all)", s.dots(), len(all))})
		}
		shown = append(shown, line{text: s.clip(text)})
	}
	return shown
}

// excerpt shows of a body the lines marked, with what is around them and what they are in.
func (s Style) excerpt(all []string, marks marks) []line {
	if len(marks.near) == 0 {
		return s.head(all)
	}
	keep := map[int]bool{}
	for i := range marks.near {
		for j := max(0, i-around); j <= min(len(all)-1, i+around); j++ {
			keep[j] = true
		}
		for j, depth := i, indentation(all, i); j >= 0 && depth > 0; j-- { // what it is in
			if d := indentation(all, j); d < depth {
				keep[j], depth = true, d
			}
		}
	}
	var shown []line
	left := 0
	for i, text := range all {
		switch {
		case !keep[i]:
			left++
			continue
		case len(shown) >= maxLines:
			return append(shown, line{text: fmt.Sprintf("%s (clipped: %d lines in all)", s.dots(), len(all))})
		case left > 0:
			shown = append(shown, line{text: s.dots()})
		}
		left = 0
		shown = append(shown, line{s.clip(text), marks.told[i]})
	}
	if left > 0 {
		shown = append(shown, line{text: s.dots()})
	}
	return shown
}

func indentation(all []string, i int) int {
	if i >= len(all) {
		return 0
	}
	return len(all[i]) - len(strings.TrimLeft(all[i], " "))
}

// clip cuts a line that is too long, and says so.
func (s Style) clip(text string) string {
	if r := []rune(text); len(r) > maxColumns {
		return string(r[:maxColumns]) + fmt.Sprintf("%s (clipped: %d characters)", s.dots(), len(r))
	}
	return text
}

// status is the status in words.
func status(e *exchange.Exchange) string {
	switch {
	case e.Response.Status == 0:
		return "no answer: " + exchange.Visible(e.Err)
	case e.Err != "":
		return fmt.Sprintf("%d %s, and no whole body: %s", e.Response.Status, http.StatusText(e.Response.Status), exchange.Visible(e.Err))
	default:
		return strings.TrimSpace(fmt.Sprintf("%d %s", e.Response.Status, http.StatusText(e.Response.Status)))
	}
}

// target is the address of a request without scheme and host.
func target(e *exchange.Exchange) string {
	return hosts.ReplaceAllString(e.Request.URL, "")
}

// lines are the lines of an answer's body as they are compared.
func lines(n neutral, e *exchange.Exchange) []string {
	all := body(e.Response.Body)
	for i := range all {
		all[i] = n.line(all[i])
	}
	return all
}
