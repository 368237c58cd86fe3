package odata

import (
	"strings"
	"time"
)

// expression is one node of a parsed filter: boolean ones and the operands of comparisons.
type expression interface {
	// write appends the node in canonical form, which parses back to the same tree.
	write(b *strings.Builder)
	position() int
}

type (
	// logical is a chain of and, or of or; two operands at least.
	logical struct {
		at       int
		or       bool
		operands []expression
	}
	negation struct {
		at      int
		operand expression
	}
	comparison struct {
		at          int
		operator    string // eq ne gt ge lt le
		left, right expression
	}
	membership struct {
		at     int
		left   expression
		values []*literal
	}
	// lambda is path/any(variable:body) or path/all(…); body is nil for any().
	lambda struct {
		at       int
		path     *path
		all      bool
		variable string
		body     expression
	}
	call struct {
		at        int
		name      string // in lower case
		arguments []expression
	}
	path struct {
		at       int
		segments []string
		count    bool // ends in /$count
	}
	literal struct {
		at   int
		kind tokenKind // stringToken guidToken dateToken numberToken, or wordToken for true, false and null
		text string
		when time.Time
	}
)

func (n *logical) position() int    { return n.at }
func (n *negation) position() int   { return n.at }
func (n *comparison) position() int { return n.at }
func (n *membership) position() int { return n.at }
func (n *lambda) position() int     { return n.at }
func (n *call) position() int       { return n.at }
func (n *path) position() int       { return n.at }
func (n *literal) position() int    { return n.at }

func (n *logical) write(b *strings.Builder) {
	word := " and "
	if n.or {
		word = " or "
	}
	for i, operand := range n.operands {
		if i > 0 {
			b.WriteString(word)
		}
		if _, nested := operand.(*logical); nested {
			enclose(b, operand)
		} else {
			operand.write(b)
		}
	}
}

func (n *negation) write(b *strings.Builder) {
	b.WriteString("not ")
	enclose(b, n.operand)
}

func (n *comparison) write(b *strings.Builder) {
	n.left.write(b)
	b.WriteString(" " + n.operator + " ")
	n.right.write(b)
}

func (n *membership) write(b *strings.Builder) {
	n.left.write(b)
	b.WriteString(" in (")
	for i, v := range n.values {
		if i > 0 {
			b.WriteByte(',')
		}
		v.write(b)
	}
	b.WriteByte(')')
}

func (n *lambda) write(b *strings.Builder) {
	n.path.write(b)
	if n.all {
		b.WriteString("/all(")
	} else {
		b.WriteString("/any(")
	}
	if n.body != nil {
		b.WriteString(n.variable + ":")
		n.body.write(b)
	}
	b.WriteByte(')')
}

func (n *call) write(b *strings.Builder) {
	b.WriteString(n.name + "(")
	for i, argument := range n.arguments {
		if i > 0 {
			b.WriteByte(',')
		}
		argument.write(b)
	}
	b.WriteByte(')')
}

func (n *path) write(b *strings.Builder) {
	b.WriteString(strings.Join(n.segments, "/"))
	if n.count {
		b.WriteString("/$count")
	}
}

func (n *literal) write(b *strings.Builder) {
	if n.kind == stringToken {
		b.WriteString("'" + strings.ReplaceAll(n.text, "'", "''") + "'")
		return
	}
	b.WriteString(n.text)
}

func enclose(b *strings.Builder, n expression) {
	b.WriteByte('(')
	n.write(b)
	b.WriteByte(')')
}

// canonical returns the canonical text of a filter.
func canonical(n expression) string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

// Canonical returns the text of a $filter in canonical form: one blank between words, function names in lower case, and
// parentheses only around chains inside chains and behind not. Two filters with the same canonical form mean the same.
func Canonical(filter string) (string, error) {
	e, err := parseFilter(filter, false)
	if err != nil {
		return "", err
	}
	return canonical(e), nil
}
