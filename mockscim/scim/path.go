package scim

import "strings"

// AttributePath names an attribute: [URN ":"] Name ["." Sub] (RFC 7644 §3.4.2.2, attrPath). Empty URN and Sub mean none.
//
// The text alone cannot tell a whole extension from an attribute: "urn:…:enterprise:2.0:User" reads as attribute "User" of
// "urn:…:enterprise:2.0". [Registry] and [Patcher] know their URNs and put that right.
type AttributePath struct {
	URN  string
	Name string
	Sub  string
}

// String gives the text that parses back to the same path.
func (p AttributePath) String() string {
	var b strings.Builder
	p.write(&b)
	return b.String()
}

func (p AttributePath) write(b *strings.Builder) {
	if p.URN != "" {
		b.WriteString(p.URN)
		b.WriteByte(':')
	}
	b.WriteString(p.Name)
	if p.Sub != "" {
		b.WriteByte('.')
		b.WriteString(p.Sub)
	}
}

// Path is the target of a PATCH operation: attrPath, or valuePath with an optional sub-attribute (RFC 7644 §3.5.2).
type Path struct {
	AttributePath

	Filter    Expr   // selects elements; nil means no brackets
	FilterSub string // sub-attribute behind the brackets; empty means the whole element
}

// String gives the text that parses back to the same path.
func (p Path) String() string {
	if p.Filter == nil {
		return p.AttributePath.String()
	}
	text := ValuePath{Path: p.AttributePath, Filter: p.Filter}.String()
	if p.FilterSub != "" {
		text += "." + p.FilterSub
	}
	return text
}

// simpleName tells whether s is one plain attribute name.
func simpleName(s string) bool {
	return s != "" && nameLength(s) == len(s)
}

// nameLength is the length of the attribute name at the beginning of s, 0 if there is none: ATTRNAME of RFC 7643 §2.1, or
// such a name behind a "$", which the RFC needs for "$ref" and its grammar forgets.
func nameLength(s string) int {
	n := 0
	if s != "" && s[0] == '$' {
		n = 1
	}
	if n >= len(s) || !isLetter(s[n]) {
		return 0
	}
	for n++; n < len(s) && nameByte(s[n]); n++ {
		continue
	}
	return n
}

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func nameByte(c byte) bool {
	return isLetter(c) || '0' <= c && c <= '9' || c == '-' || c == '_'
}
