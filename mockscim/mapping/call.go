package mapping

import (
	"fmt"
	"strconv"
	"strings"
)

// call is one function being evaluated for one object. Arguments are evaluated when asked for, once each, so that the
// branch of an IIF that is not taken cannot fail the object.
type call struct {
	node    invocation
	in      *evaluation
	values  []any
	done    []bool
	ignored bool

	few     [6]any // of values and done, which most functions find room in
	fewDone [6]bool
}

func (c *call) fail(index int, format string, args ...any) *ExpressionError {
	at := c.node.at
	if index >= 0 && index < len(c.node.args) && c.node.args[index] != nil {
		at = c.node.args[index].position()
	}
	return &ExpressionError{Function: c.node.fn.name, Argument: index + 1, Position: at, Reason: fmt.Sprintf(format, args...)}
}

// value returns argument index, nil when it is missing, empty or null.
func (c *call) value(index int) (any, error) {
	if index >= len(c.node.args) || c.node.args[index] == nil {
		return null, nil
	}
	if !c.done[index] {
		v, err := c.node.args[index].eval(c.in)
		if err != nil {
			return nil, within(err, c.node.fn, index)
		}
		if _, ok := v.(ignored); ok {
			c.ignored, v = true, nil
		}
		c.values[index], c.done[index] = v, true
	}
	return c.values[index], nil
}

// text returns argument index as text; ok is false when it is null.
func (c *call) text(index int) (s string, ok bool, err error) {
	v, err := c.value(index)
	if err != nil || v == nil {
		return "", false, err
	}
	s, ok = textOf(v)
	if !ok {
		return "", false, c.fail(index, "needs a single value, got %s", describe(v))
	}
	return s, true, nil
}

// list returns argument index as a list of texts, empty when it is null.
func (c *call) list(index int) ([]string, error) {
	v, err := c.value(index)
	if err != nil || v == nil {
		return nil, err
	}
	if l, ok := v.([]string); ok {
		return l, nil
	}
	s, ok, err := c.text(index)
	if !ok {
		return nil, err
	}
	return []string{s}, nil
}

// number returns argument index as a whole number; ok is false when it is null.
func (c *call) number(index int) (n int64, ok bool, err error) {
	s, ok, err := c.text(index)
	if !ok {
		return 0, false, err
	}
	if n, ok = wholeNumber(s); !ok {
		return 0, false, c.fail(index, "needs a whole number, got %.40q", s)
	}
	return n, true, nil
}

func wholeNumber(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	return n, err == nil
}

// bounded returns s, or an error when it outgrew the limit of a value.
func (c *call) bounded(s string) (any, error) {
	if err := c.afford(len(s)); err != nil {
		return nil, err
	}
	return s, nil
}

// afford spends the bytes of a value that is about to be made, or says that they are too many.
func (c *call) afford(bytes int) error {
	if bytes > maxText {
		return c.fail(-1, "the result is longer than %d bytes", maxText)
	}
	if c.in.spent += bytes; c.in.spent > maxWork {
		return c.fail(-1, "the values of the expression are longer than %d bytes together", maxWork)
	}
	return nil
}

// given says whether argument index is there and not empty.
func (n invocation) given(index int) bool { return index < len(n.args) && n.args[index] != nil }

// constant returns the text of argument index when it is a literal.
func (n invocation) constant(index int) (string, bool) {
	if !n.given(index) {
		return "", false
	}
	l, ok := n.args[index].(literal)
	return l.text, ok
}

// refuse is the error about argument index, which may be missing, while the expression is parsed.
func (n invocation) refuse(index int, format string, args ...any) *ExpressionError {
	at := n.at
	if n.given(index) {
		at = n.args[index].position()
	}
	return &ExpressionError{Function: n.fn.name, Argument: index + 1, Position: at, Reason: fmt.Sprintf(format, args...)}
}

// textOf is the text form of a value: booleans are True and False as in .NET. A list of one value is that value; longer
// lists have no text.
func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return boolText(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case []string:
		if len(v) == 1 {
			return v[0], true
		}
	case Roles:
		if len(v.Roles) <= 1 {
			return v.String(), true
		}
	}
	return "", false
}

func boolText(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

func describe(v any) string {
	switch v := v.(type) {
	case []string:
		return fmt.Sprintf("%d values; choose one with Item", len(v))
	case []Role:
		return "role assignments; use one of " + roleFunctions()
	case Roles:
		return fmt.Sprintf("%d roles", len(v.Roles))
	}
	return "something else"
}

// empty says whether a value is null or has nothing in it.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case []Role:
		return len(v) == 0
	case Roles:
		return len(v.Roles) == 0
	}
	return false
}
