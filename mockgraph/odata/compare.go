package odata

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// fold makes strings comparable without letter case, as the directory's indexes do.
func fold(s string) string { return strings.ToLower(s) }

// equalFolded compares with a folded string without allocating for ASCII.
func equalFolded(s, folded string) bool {
	if s == folded {
		return true
	}
	if len(s) != len(folded) {
		return !isASCII(s) && fold(s) == folded
	}
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return fold(s) == folded
		}
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != folded[i] {
			return false
		}
	}
	return true
}

func hasPrefixFolded(s, folded string) bool {
	if isASCII(s) {
		return len(s) >= len(folded) && equalFolded(s[:len(folded)], folded)
	}
	return strings.HasPrefix(fold(s), folded)
}

func hasSuffixFolded(s, folded string) bool {
	if isASCII(s) {
		return len(s) >= len(folded) && equalFolded(s[len(s)-len(folded):], folded)
	}
	return strings.HasSuffix(fold(s), folded)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// order compares two values of one kind: strings folded, false before true, nil before everything. Values of other kinds are
// equal.
func order(a, b any) int {
	switch a := a.(type) {
	case nil:
		if b == nil {
			return 0
		}
		return -1
	case string:
		if s, ok := b.(string); ok {
			return strings.Compare(fold(a), fold(s))
		}
	case time.Time:
		if t, ok := b.(time.Time); ok {
			return a.Compare(t)
		}
	case bool:
		if t, ok := b.(bool); ok && a != t {
			if a {
				return 1
			}
			return -1
		}
	case int:
		if i, ok := b.(int); ok {
			return a - i
		}
	}
	if b == nil {
		return 1
	}
	return 0
}

// valueOf returns a literal as a value of the kind, false when their types do not fit.
func (n *literal) valueOf(row *directory.Property) (any, bool) {
	switch row.Kind {
	case directory.String, directory.Strings:
		return fold(n.text), n.kind == stringToken
	case directory.Guid:
		return fold(n.text), n.kind == guidToken
	case directory.Boolean:
		return n.text == "true", n.kind == wordToken
	case directory.DateTime:
		return n.when, n.kind == dateToken
	case directory.Integer:
		i, err := strconv.Atoi(n.text)
		return i, n.kind == numberToken && err == nil
	default:
		return nil, false
	}
}

func (n *literal) isNull() bool { return n.kind == wordToken && n.text == "null" }

// edm names the type of a literal, as messages do.
func (n *literal) edm() string {
	switch n.kind {
	case stringToken:
		return "Edm.String"
	case guidToken:
		return "Edm.Guid"
	case dateToken:
		if len(n.text) == len(time.DateOnly) {
			return "Edm.Date"
		}
		return "Edm.DateTimeOffset"
	case numberToken:
		if strings.ContainsAny(n.text, ".eE") {
			return "Edm.Double"
		}
		return "Edm.Int32"
	default:
		return "Edm.Boolean"
	}
}

func edm(row *directory.Property, element bool) string {
	var name string
	switch row.Kind {
	case directory.Guid:
		name = "Edm.Guid"
	case directory.Boolean:
		name = "Edm.Boolean"
	case directory.DateTime:
		name = "Edm.DateTimeOffset"
	case directory.Integer:
		name = "Edm.Int32"
	case directory.Complex, directory.Complexes, directory.AppRoles, directory.JSON:
		name = "microsoft.graph." + row.Name
	default:
		name = "Edm.String"
	}
	if row.Collection && !element {
		return "Collection(" + name + ")"
	}
	return name
}

// compare returns the test of a value against a literal's value, nil for null.
func compare(o operand, operator string, want any) predicate {
	switch operator {
	case "eq":
		return equals(o, want)
	case "ne":
		same := equals(o, want)
		return func(e *env) bool { return !same(e) }
	}
	if want == nil {
		return func(*env) bool { return false }
	}
	accept := map[string]func(int) bool{
		"gt": func(c int) bool { return c > 0 }, "ge": func(c int) bool { return c >= 0 },
		"lt": func(c int) bool { return c < 0 }, "le": func(c int) bool { return c <= 0 },
	}[operator]
	return func(e *env) bool {
		v := o.get(e)
		return v != nil && accept(order(v, want))
	}
}

func equals(o operand, want any) predicate {
	get := o.get
	switch want := want.(type) {
	case string:
		if text := o.text; text != nil && want != "" {
			return func(e *env) bool { return equalFolded(text(e), want) }
		}
		return func(e *env) bool {
			s, ok := get(e).(string)
			return ok && equalFolded(s, want)
		}
	case bool:
		return func(e *env) bool {
			b, ok := get(e).(bool)
			return ok && b == want
		}
	case time.Time:
		return func(e *env) bool {
			t, ok := get(e).(time.Time)
			return ok && t.Equal(want)
		}
	case int:
		return func(e *env) bool {
			i, ok := get(e).(int)
			return ok && i == want
		}
	}
	return func(e *env) bool {
		v := get(e)
		return v == nil || v == ""
	}
}
