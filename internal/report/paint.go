package report

import (
	"strings"
	"unicode"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// paint is how text looks on this terminal.
type paint struct {
	color bool
	ascii bool
	width int
}

const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// in colours text, which must hold no line end.
func (p paint) in(text string, codes ...string) string {
	if !p.color || text == "" {
		return text
	}
	return "\x1b[" + strings.Join(codes, ";") + "m" + text + "\x1b[0m"
}

// sign is the symbol of a status, one column wide.
func (p paint) sign(s result.Status) string {
	type look struct{ symbol, ascii, code string }
	l, ok := map[result.Status]look{
		result.Passed:         {"✓", "+", green},
		result.Failed:         {"✗", "x", red},
		result.Blocked:        {"⊘", "/", yellow},
		result.Skipped:        {"–", "-", dim},
		result.KnownFailure:   {"~", "~", yellow},
		result.UnexpectedPass: {"!", "!", red},
		result.NotRun:         {"·", ".", dim},
	}[s]
	if !ok {
		return "?"
	}
	if p.ascii {
		return p.in(l.ascii, l.code)
	}
	return p.in(l.symbol, l.code)
}

// text makes anything fit for this terminal: nothing steers it and, where it shows ASCII only, nothing else is left.
func (p paint) text(s string) string {
	s = exchange.Visible(homeless(s))
	if !p.ascii {
		return s
	}
	return strings.Map(func(c rune) rune {
		switch {
		case c < unicode.MaxASCII:
			return c
		case c == '…':
			return '.'
		case c == '—' || c == '–':
			return '-'
		case c == '·':
			return '|'
		case c == '’' || c == '‘':
			return '\''
		case c == '“' || c == '”':
			return '"'
		case c == '→':
			return '>'
		default:
			return '?'
		}
	}, s)
}

// wrap breaks text into lines of at most so many columns, between words where there are any. It keeps line ends.
func wrap(text string, width int) []string {
	width = max(width, 10)
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		lines = append(lines, wrapLine(strings.ReplaceAll(line, "\t", "    "), width)...)
	}
	return lines
}

func wrapLine(line string, width int) []string {
	var lines []string
	for {
		at := reaching(line, width)
		if at == len(line) {
			return append(lines, line)
		}
		cut := at
		if space := strings.LastIndexByte(line[:min(at+1, len(line))], ' '); space > at/2 {
			cut = space // a word longer than half a line is broken rather than moved
		}
		lines = append(lines, strings.TrimRight(line[:cut], " "))
		line = strings.TrimLeft(line[cut:], " ")
	}
}

// reaching gives how many bytes of the text fill at most so many columns, at least one character.
func reaching(text string, width int) int {
	used := 0
	for i, c := range text {
		if used += runeColumns(c); used > width && i > 0 {
			return i
		}
	}
	return len(text)
}

// fit cuts text to so many columns.
func (p paint) fit(text string, width int) string {
	if columns(text) <= width {
		return text
	}
	end := "…"
	if p.ascii {
		end = "."
	}
	return text[:reaching(text, width-1)] + end
}

func columns(s string) int {
	n := 0
	for _, c := range s {
		n += runeColumns(c)
	}
	return n
}

// runeColumns is how many columns a terminal gives a character, near enough for wrapping.
func runeColumns(c rune) int {
	switch {
	case c < 0x300:
		return 1
	case unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case c >= 0x1100 && c <= 0x115f, c >= 0x2e80 && c <= 0xa4cf, c >= 0xac00 && c <= 0xd7a3, c >= 0xf900 && c <= 0xfaff,
		c >= 0xfe30 && c <= 0xfe6f, c >= 0xff00 && c <= 0xff60, c >= 0xffe0 && c <= 0xffe6, c >= 0x1f300 && c <= 0x1faff,
		c >= 0x20000 && c <= 0x3fffd:
		return 2
	default:
		return 1
	}
}
