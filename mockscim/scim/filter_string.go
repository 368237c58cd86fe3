package scim

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// String gives canonical text: lower-case operator, one space between the parts.
func (e Comparison) String() string { return render(e) }

// String gives canonical text.
func (e Present) String() string { return render(e) }

// String gives canonical text, with parentheses only where the tree needs them.
func (e Logical) String() string { return render(e) }

// String gives canonical text.
func (e Not) String() string { return render(e) }

// String gives canonical text.
func (e ValuePath) String() string { return render(e) }

func render(e Expr) string {
	var b strings.Builder
	writeExpr(&b, e)
	return b.String()
}

func writeExpr(b *strings.Builder, e Expr) {
	switch e := e.(type) {
	case Comparison:
		e.Path.write(b)
		b.WriteByte(' ')
		b.WriteString(string(e.Op))
		b.WriteByte(' ')
		writeLiteral(b, e.Value)
	case Present:
		e.Path.write(b)
		b.WriteString(" pr")
	case Not:
		b.WriteString("not (")
		writeExpr(b, e.Expr)
		b.WriteByte(')')
	case ValuePath:
		e.Path.write(b)
		b.WriteByte('[')
		writeExpr(b, e.Filter)
		b.WriteByte(']')
	case Logical:
		// "and" binds tighter than "or", and both join to the left.
		left, leftLogical := e.Left.(Logical)
		right, rightLogical := e.Right.(Logical)
		writeOperand(b, e.Left, leftLogical && e.And && !left.And)
		if e.And {
			b.WriteString(" and ")
		} else {
			b.WriteString(" or ")
		}
		writeOperand(b, e.Right, rightLogical && (e.And || !right.And))
	}
}

func writeOperand(b *strings.Builder, e Expr, parentheses bool) {
	if parentheses {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	writeExpr(b, e)
}

func writeLiteral(b *strings.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		if v {
			b.WriteString("true")
		} else {
			b.WriteString("false")
		}
	case json.Number:
		b.WriteString(v.String())
	case string:
		writeQuoted(b, v)
	}
}

const hexDigits = "0123456789abcdef"

// writeQuoted writes a JSON string and escapes only what JSON demands, so that text stays readable.
func writeQuoted(b *strings.Builder, s string) {
	b.WriteByte('"')
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
			i++
		case c < 0x20:
			b.WriteString(`\u00`)
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
			i++
		case c < utf8.RuneSelf:
			b.WriteByte(c)
			i++
		default:
			r, n := utf8.DecodeRuneInString(s[i:]) // an invalid byte becomes U+FFFD, as in encoding/json
			b.WriteRune(r)
			i += n
		}
	}
	b.WriteByte('"')
}
