package odata

import (
	"strings"
	"time"
	"unicode/utf8"
)

// tokenKind is the kind of a token of a filter.
type tokenKind uint8

const (
	endToken    tokenKind = iota
	wordToken             // identifier, operator, true, false, null
	stringToken           // text is the content, quotes undoubled
	guidToken
	dateToken // date or date and time
	numberToken
	signToken // ( ) , / :
	badToken
)

// token is one token; at counts bytes from 0.
type token struct {
	kind tokenKind
	at   int
	text string
	when time.Time // of dateToken
}

// lexer cuts a filter into tokens. Source: OASIS OData 4.01 ABNF.
type lexer struct {
	text string
	at   int
}

func (l *lexer) next() token {
	for l.at < len(l.text) && (l.text[l.at] == ' ' || l.text[l.at] == '\t') {
		l.at++
	}
	if l.at == len(l.text) {
		return token{kind: endToken, at: l.at}
	}
	switch c := l.text[l.at]; {
	case c == '\'':
		return l.quoted()
	case strings.IndexByte("(),/:", c) >= 0:
		return l.cut(signToken, 1)
	case isGUID(l.text[l.at:]):
		return l.cut(guidToken, guidLength)
	case isDigit(c) || c == '-' || c == '+':
		return l.number()
	case isLetter(c) || c == '_' || c == '$' || c >= utf8.RuneSelf:
		return l.word()
	}
	return token{kind: badToken, at: l.at}
}

func (l *lexer) cut(kind tokenKind, n int) token {
	t := token{kind: kind, at: l.at, text: l.text[l.at : l.at+n]}
	l.at += n
	return t
}

func (l *lexer) quoted() token {
	start := l.at
	rest, doubled := l.text[start+1:], false
	for i := 0; i < len(rest); i++ {
		if rest[i] != '\'' {
			continue
		}
		if i+1 < len(rest) && rest[i+1] == '\'' {
			doubled = true
			i++
			continue
		}
		l.at = start + i + 2
		content := rest[:i]
		if doubled {
			content = strings.ReplaceAll(content, "''", "'")
		}
		return token{kind: stringToken, at: start, text: content}
	}
	return token{kind: badToken, at: start}
}

func (l *lexer) word() token {
	n := 0
	for l.at+n < len(l.text) && isWordByte(l.text[l.at+n]) {
		n++
	}
	return l.cut(wordToken, n)
}

// number reads a number, a date or a date and time.
func (l *lexer) number() token {
	n := 1
	for l.at+n < len(l.text) && (isWordByte(l.text[l.at+n]) || strings.IndexByte("+-:", l.text[l.at+n]) >= 0) {
		n++
	}
	t := l.cut(numberToken, n)
	if when, ok := parseDate(t.text); ok {
		t.kind, t.when = dateToken, when
	} else if !isNumber(t.text) {
		t.kind = badToken
	}
	return t
}

// parseDate reads an Edm.Date or Edm.DateTimeOffset, seconds and fraction optional.
func parseDate(s string) (time.Time, bool) {
	if len(s) < len(time.DateOnly) || s[4] != '-' {
		return time.Time{}, false
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, strings.ToUpper(s)); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func isNumber(s string) bool {
	s = strings.TrimLeft(s[:1], "+-") + s[1:]
	digits, point, exponent := 0, false, false
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digits++
		case c == '.' && !point && !exponent && digits > 0:
			point = true
		case (c == 'e' || c == 'E') && !exponent && digits > 0:
			exponent, digits = true, 0
		case (c == '+' || c == '-') && exponent && digits == 0 && s[i-1]|0x20 == 'e':
		default:
			return false
		}
	}
	return digits > 0
}

const guidLength = 36

// isGUID says whether s begins with a GUID that ends there.
func isGUID(s string) bool {
	if len(s) < guidLength || len(s) > guidLength && isWordByte(s[guidLength]) {
		return false
	}
	for i := range guidLength {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !isDigit(s[i]) && (s[i]|0x20 < 'a' || s[i]|0x20 > 'f') {
				return false
			}
		}
	}
	return true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// isWordByte tells what continues a word: also the dot of a qualified type and the at sign of an annotation.
func isWordByte(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '_' || c == '$' || c == '.' || c == '@' || c >= utf8.RuneSelf
}
