package scim

import (
	"encoding/json"
	"fmt"
	"strings"
)

// attributePath reads [URN ":"] name ["." sub]. The last colon ends the URN, which may itself hold dots ("2.0").
func (p *parser) attributePath() (AttributePath, error) {
	var path AttributePath
	end, colon := p.pos, -1
	for end < len(p.input) && urnByte(p.input[end]) {
		if p.input[end] == ':' {
			colon = end
		}
		end++
	}
	if colon >= 0 {
		if !absoluteURI(p.input[p.pos:colon]) {
			return path, p.expected("an attribute name, or a schema URN, a colon and an attribute name")
		}
		path.URN = p.input[p.pos:colon]
		p.pos = colon + 1
	}
	var err error
	if path.Name, err = p.name("an attribute name"); err != nil {
		return path, err
	}
	if p.peek() == '.' {
		p.pos++
		if path.Sub, err = p.name("a sub-attribute name"); err != nil {
			return path, err
		}
	}
	return path, nil
}

// absoluteURI tells whether s begins with a scheme (RFC 3986 §3.1) and goes on behind it.
func absoluteURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || scheme == "" || !isLetter(scheme[0]) {
		return false
	}
	for i := range len(scheme) {
		if c := scheme[i]; c != '+' && c != '.' && (!nameByte(c) || c == '_') {
			return false
		}
	}
	return true
}

// urnByte tells what a URN with attribute may hold: RFC 8141 without the bytes the filter grammar needs itself.
func urnByte(c byte) bool {
	return nameByte(c) || strings.IndexByte(":.%/+!*~@;=,?&#'$", c) >= 0
}

func (p *parser) name(what string) (string, error) {
	n := nameLength(p.input[p.pos:])
	if n == 0 {
		return "", p.expected(what)
	}
	p.pos += n
	return p.input[p.pos-n : p.pos], nil
}

// literal reads a JSON string, number, true, false or null. Their spelling is JSON's, so True is not a boolean.
func (p *parser) literal() (any, error) {
	const what = "a value (a string in double quotes, a number, true, false or null)"
	if p.peek() == '"' {
		return p.quoted()
	}
	end := p.pos
	for end < len(p.input) && strings.IndexByte(" ()[]\"", p.input[end]) < 0 {
		end++
	}
	text := p.input[p.pos:end]
	var value any
	switch text {
	case "true":
		value = true
	case "false":
		value = false
	case "null":
	default:
		if !validNumber(text) {
			return nil, p.expected(what)
		}
		value = json.Number(text)
	}
	p.pos = end
	return value, nil
}

func (p *parser) quoted() (any, error) {
	for end := p.pos + 1; end < len(p.input); end++ {
		switch p.input[end] {
		case '\\':
			end++
		case '"':
			value, ok := unquoted(p.input[p.pos : end+1])
			if !ok {
				return nil, p.expected("a string with JSON escapes")
			}
			p.pos = end + 1
			return value, nil
		}
	}
	return nil, p.expected("a string that ends with a double quote")
}

// unquoted reads a quoted string, which most of the time stands there as it is.
func unquoted(text string) (string, bool) {
	inside := text[1 : len(text)-1]
	escapes := false
	for i := range len(inside) {
		switch c := inside[i]; {
		case c < ' ':
			return "", false // RFC 8259 §7: control characters are escaped
		case c == '\\':
			escapes = true
		}
	}
	if escapes {
		return unescaped(text)
	}
	return inside, true
}

// validNumber tells whether s is a number of RFC 8259 §6.
func validNumber(s string) bool {
	if s == "" || s[0] != '-' && (s[0] < '0' || s[0] > '9') {
		return false
	}
	return json.Valid([]byte(s))
}

// keyword takes the word if it stands next, in any case, apart from what is around it.
func (p *parser) keyword(word string) bool {
	start := p.pos
	p.space()
	apart := p.pos > start || start > 0 && strings.IndexByte(")]", p.input[start-1]) >= 0
	if !apart || !equalFold(p.word(), word) {
		p.pos = start
		return false
	}
	p.pos += len(word)
	if next := p.peek(); next == ' ' || next == '(' || p.pos == len(p.input) {
		return true
	}
	p.pos = start
	return false
}

// negation takes "not" if a parenthesis follows and leaves the parser at that parenthesis.
func (p *parser) negation() bool {
	start := p.pos
	if !equalFold(p.word(), "not") {
		return false
	}
	p.pos += len("not")
	if p.space(); p.peek() == '(' {
		return true
	}
	p.pos = start
	return false
}

func (p *parser) space() {
	for p.pos < len(p.input) && p.input[p.pos] == ' ' {
		p.pos++
	}
}

func (p *parser) peek() byte {
	if p.pos < len(p.input) {
		return p.input[p.pos]
	}
	return 0
}

// word is the run of name bytes at the current place, without taking it.
func (p *parser) word() string {
	end := p.pos
	for end < len(p.input) && nameByte(p.input[end]) {
		end++
	}
	return p.input[p.pos:end]
}

func (p *parser) expected(what string) error {
	found := "the end"
	if p.pos < len(p.input) {
		rest := p.input[p.pos:]
		if i := strings.IndexByte(rest, ' '); i > 0 {
			rest = rest[:i]
		}
		found = fmt.Sprintf("%q", clip(rest, 40))
	}
	return &SyntaxError{Input: p.input, Offset: p.pos, Expected: what, Found: found}
}
