package mapping

import (
	"cmp"
	"strconv"
	"strings"
)

// logicFunctions decide. Source for all: the functions page.
func logicFunctions() []function {
	return []function{
		{name: "BitAnd", params: params(required, "value1", "value2"), run: bitAnd},
		{name: "CBool", params: params(condition, "expression"), run: func(c *call) (any, error) { return c.truth(0) }},
		{name: "Coalesce", params: params(blankable, "source1"), repeat: 1, run: coalesce},
		{name: "IgnoreFlowIfNullOrEmpty", params: params(required, "expression"), run: ignoreFlow},
		{name: "IIF", params: append(params(condition, "condition"), params(blankable, "valueIfTrue", "valueIfFalse")...), static: checkIIF, run: iif},
		{name: "IsNothing", params: params(required, "source"), run: test(func(v any) bool { return v == nil })},
		{name: "IsNull", params: params(required, "expression"), run: test(func(v any) bool { return v == nil })},
		{name: "IsNullOrEmpty", params: params(required, "expression"), run: test(empty)},
		{name: "IsPresent", params: params(required, "expression"), run: test(func(v any) bool { return !empty(v) })},
		{name: "IsString", params: params(required, "expression"), run: test(func(v any) bool { _, ok := v.(string); return ok })},
		{name: "Not", params: params(required, "source"), run: not},
		{name: "Switch", params: append(params(required, "source"), params(blankable, "defaultValue", "key1", "value1")...), repeat: 2, run: switchOn},
	}
}

func bitAnd(c *call) (any, error) {
	var n [2]int64
	for i := range n {
		s, ok, err := c.text(i)
		if !ok {
			return nil, err
		}
		if n[i], ok = wholeNumber(s); !ok {
			return null, nil
		}
	}
	return n[0] & n[1], nil
}

// Coalesce takes the first source that is not null; see [Choices] about empty texts. The last argument may be the default value,
// which is taken as it is.
func coalesce(c *call) (any, error) {
	last := len(c.node.args) - 1
	for i := range c.node.args {
		v, err := c.value(i)
		if err != nil {
			return nil, err
		}
		if v != nil && (i == last || !c.in.env.Choices.CoalesceSkipsEmpty || !empty(v)) {
			return v, nil
		}
	}
	return null, nil
}

func ignoreFlow(c *call) (any, error) {
	v, err := c.value(0)
	if err == nil && empty(v) {
		return ignored{}, nil
	}
	return v, err
}

func test(f func(any) bool) func(*call) (any, error) {
	return func(c *call) (any, error) {
		v, err := c.value(0)
		return f(v), err
	}
}

func not(c *call) (any, error) {
	v, err := c.truth(0)
	if b, ok := v.(bool); ok {
		return !b, err
	}
	return nil, err
}

// checkIIF refuses the conditions the documentation says do not work in IIF.
func checkIIF(n invocation) *ExpressionError {
	if inner, ok := n.args[0].(invocation); ok {
		switch inner.fn.name {
		case "IsNothing", "IsNull", "IsNullOrEmpty", "IsPresent", "IsString":
			return &ExpressionError{Function: "IIF", Argument: 1, Position: inner.at,
				Reason: inner.fn.name + " does not work as the condition of IIF; use Switch"}
		}
	}
	return nil
}

func iif(c *call) (any, error) {
	v, err := c.truth(0)
	if err != nil {
		return nil, err
	}
	holds, ok := v.(bool)
	switch {
	case !ok:
		return nil, c.fail(0, "the condition is null or empty")
	case holds:
		return c.value(1)
	default:
		return c.value(2)
	}
}

// Switch compares the text of the source exactly; a null source has the text "".
func switchOn(c *call) (any, error) {
	source, _, err := c.text(0)
	if err != nil {
		return nil, err
	}
	for i := 2; i+1 < len(c.node.args); i += 2 {
		key, _, err := c.text(i)
		if err != nil {
			return nil, err
		}
		if key == source {
			return c.value(i + 1)
		}
	}
	return c.value(1)
}

// truth returns argument index as a boolean, nil when it is null or empty.
func (c *call) truth(index int) (any, error) {
	v, err := c.value(index)
	if err != nil || empty(v) {
		return nil, err
	}
	s, ok := textOf(v)
	if !ok {
		return nil, c.fail(index, "needs True or False, got %s", describe(v))
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n != 0, nil
	}
	switch {
	case strings.EqualFold(s, "true"):
		return true, nil
	case strings.EqualFold(s, "false"):
		return false, nil
	}
	return nil, c.fail(index, "needs True or False, got %.40q", s)
}

// eval compares numbers as numbers and everything else by its exact text. A null or empty side fails the object, as the
// functions page warns for IIF.
func (n comparison) eval(in *evaluation) (any, error) {
	var sides [2]string
	for i, side := range [...]node{n.left, n.right} {
		v, err := side.eval(in)
		if err != nil {
			return nil, err
		}
		if _, ok := v.(ignored); ok {
			return v, nil
		}
		if empty(v) {
			return nil, &ExpressionError{Position: side.position(), Reason: "cannot compare " + side.String() + ", it is null or empty"}
		}
		s, ok := textOf(v)
		if !ok {
			return nil, &ExpressionError{Position: side.position(), Reason: "cannot compare " + describe(v)}
		}
		sides[i] = s
	}
	order := cmp.Compare(sides[0], sides[1])
	if left, err := strconv.ParseInt(sides[0], 10, 64); err == nil {
		if right, err := strconv.ParseInt(sides[1], 10, 64); err == nil {
			order = cmp.Compare(left, right)
		}
	}
	switch n.op {
	case "=":
		return order == 0, nil
	case "<>":
		return order != 0, nil
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	default:
		return order >= 0, nil
	}
}
