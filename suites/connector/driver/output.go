package driver

import (
	"strings"
	"unicode"
)

// The bounds of the last output that is kept of a connector.
const (
	lastLines = 20
	lineLimit = 500 // bytes of one of them
)

// visible puts a space in the place of what would move a terminal's cursor.
func visible(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' || unicode.Is(unicode.Bidi_Control, c) {
			return ' '
		}
		return c
	}, s)
}

// lastOf are the last lines of a text, bounded.
func lastOf(text string) []string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	all = all[max(len(all)-lastLines, 0):]
	var kept []string
	for _, l := range all {
		if l = strings.TrimRight(l, " \t\r"); l == "" && len(kept) == 0 {
			continue
		}
		kept = append(kept, visible(short(l)))
	}
	return kept
}

func short(l string) string {
	if len(l) > lineLimit {
		return strings.ToValidUTF8(l[:lineLimit], "") + "…"
	}
	return strings.ToValidUTF8(l, "\ufffd")
}
