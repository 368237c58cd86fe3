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
	if s == "" || !nameStart(s[0]) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if !nameByte(s[i]) {
			return false
		}
	}
	return true
}

// nameStart and nameByte are ATTRNAME of RFC 7643 §2.1; "$" is for "$ref", which the RFC defines and its grammar forgets.
func nameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '$'
}

func nameByte(c byte) bool {
	return nameStart(c) || '0' <= c && c <= '9' || c == '-' || c == '_'
}
