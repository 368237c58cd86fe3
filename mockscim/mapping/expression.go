package mapping

import (
	"slices"
	"strconv"
	"strings"
)

// Limits of an expression. Entra refuses expressions of more than 10,000 characters
// (learn.microsoft.com/entra/identity/app-provisioning/known-issues); the others keep hostile input harmless.
const (
	maxExpression = 10_000  // characters
	maxNesting    = 64      // functions within functions
	maxText       = 1 << 20 // bytes of one intermediate or final value
	maxValues     = 10_000  // values of one multi-valued value
	maxWork       = 8 << 20 // bytes of all values of one evaluation together
)

// Expression is a parsed expression of the mapping editor's language. The zero value evaluates to null.
type Expression struct{ root node }

// String returns the expression in canonical form, which parses to the same expression.
func (e Expression) String() string {
	if e.root == nil {
		return ""
	}
	return e.root.String()
}

// Evaluate computes the expression for one object. The result is string, bool, []string, Roles or nil; numbers come back as
// text. Errors are *ExpressionError and concern this object only.
// Source: learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data.
func (e Expression) Evaluate(src Source) (any, error) {
	v, _, err := e.evaluate(Environment{}.evaluation(src))
	return v, err
}

// evaluate also says whether IgnoreFlowIfNullOrEmpty dropped the flow.
func (e Expression) evaluate(in *evaluation) (value any, dropped bool, err error) {
	if e.root == nil {
		return nil, false, nil
	}
	v, err := e.root.eval(in)
	if err != nil {
		return nil, false, err
	}
	switch v := v.(type) {
	case ignored:
		return nil, true, nil
	case int64:
		return strconv.FormatInt(v, 10), false, nil
	case []Role:
		return nil, false, &ExpressionError{Position: e.root.position(),
			Reason: "the value is a list of role assignments; use one of the functions " + roleFunctions()}
	}
	return v, false, nil
}

// reads says whether the expression reads a source attribute.
func (e Expression) reads(name string) bool {
	return slices.ContainsFunc(e.Attributes(), func(read string) bool { return strings.EqualFold(read, name) })
}

// Attributes returns the names of the source attributes the expression reads, in the order and spelling they stand there, each
// spelling once.
func (e Expression) Attributes() []string {
	var names []string
	walk(e.root, func(n node) {
		if a, ok := n.(attribute); ok && !slices.Contains(names, a.name) {
			names = append(names, a.name)
		}
	})
	return names
}

// calls says whether one of the functions named stands in the expression.
func (e Expression) calls(names ...string) bool {
	found := false
	walk(e.root, func(n node) {
		i, ok := n.(invocation)
		found = found || ok && slices.Contains(names, i.fn.name)
	})
	return found
}

// node is a part of an expression. Values while evaluating: nil, string, bool, int64, []string, []Role, Roles, ignored.
type node interface {
	String() string
	position() int
	eval(in *evaluation) (any, error)
}

// null is the value of what has none.
var null any

// ignored is the value of IgnoreFlowIfNullOrEmpty for a null or empty argument; it swallows the functions around it.
type ignored struct{}

type (
	literal struct {
		at   int
		text string
	}
	number struct {
		at    int
		value int64
		text  string // as written, because &HF and 15 are the same number
	}
	attribute struct {
		at   int
		name string
	}
	keyword struct { // a named constant
		at    int
		name  string
		value int64
	}
	comparison struct {
		at          int
		op          string
		left, right node
	}
	invocation struct {
		at       int
		fn       *function
		args     []node // nil stands for an empty argument
		prepared any    // what the function's prepare made of constant arguments
	}
)

func (n literal) position() int    { return n.at }
func (n number) position() int     { return n.at }
func (n attribute) position() int  { return n.at }
func (n keyword) position() int    { return n.at }
func (n comparison) position() int { return n.at }
func (n invocation) position() int { return n.at }

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (n literal) String() string    { return `"` + escapes.Replace(n.text) + `"` }
func (n number) String() string     { return n.text }
func (n attribute) String() string  { return "[" + n.name + "]" }
func (n keyword) String() string    { return n.name }
func (n comparison) String() string { return n.left.String() + " " + n.op + " " + n.right.String() }
func (n invocation) String() string {
	parts := make([]string, len(n.args))
	for i, a := range n.args {
		if a != nil {
			parts[i] = a.String()
		}
	}
	return n.fn.name + "(" + strings.Join(parts, ", ") + ")"
}

func (n literal) eval(*evaluation) (any, error) { return n.text, nil }
func (n number) eval(*evaluation) (any, error)  { return n.value, nil }
func (n keyword) eval(*evaluation) (any, error) { return n.value, nil }

func (n attribute) eval(in *evaluation) (any, error) {
	value := in.src.Attribute(n.name)
	switch v := value.(type) {
	case nil, string, bool, []Role:
		return value, nil
	case []string:
		if len(v) == 0 {
			return null, nil
		}
		return value, nil
	default:
		return nil, &ExpressionError{Position: n.at, Reason: "attribute [" + n.name + "] has a value of a kind that no mapping can read"}
	}
}

func (n invocation) eval(in *evaluation) (any, error) {
	c := &call{node: n, in: in}
	if c.values, c.done = c.few[:], c.fewDone[:]; len(n.args) > len(c.few) {
		c.values, c.done = make([]any, len(n.args)), make([]bool, len(n.args))
	}
	v, err := n.fn.run(c)
	if c.ignored && err == nil {
		return ignored{}, nil
	}
	return v, err
}

// walk visits every node of a tree, parents first.
func walk(n node, visit func(node)) {
	if n == nil {
		return
	}
	visit(n)
	switch n := n.(type) {
	case comparison:
		walk(n.left, visit)
		walk(n.right, visit)
	case invocation:
		for _, a := range n.args {
			walk(a, visit)
		}
	}
}
