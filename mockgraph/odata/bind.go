package odata

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// bound is a filter that was checked: a test of one item, and how to find the items.
type bound struct {
	test predicate
	plan plan
}

// binder checks a parsed filter against a schema and turns it into a bound one.
type binder struct {
	schema    *Schema
	settings  *settings
	mode      mode
	reference bool // the collection is a navigation property or is cast
	negated   int
	scopes    []scope         // variables of the enclosing lambdas
	used      map[string]bool // properties of the item that occur
}

// scope is a lambda variable: an element of a collection.
type scope struct {
	name string
	row  *directory.Property // of the collection
	used []string            // members that occur
}

// operand is a path that was found.
type operand struct {
	label   string // as messages name it
	root    string // property of the item, "" for a member of a lambda's element
	row     *directory.Property
	get     getter
	text    texter // instead of get for strings, nil for none
	element bool   // one element of a collection
	lambda  int    // number of enclosing lambdas whose variable it starts from, 0 for none
}

// bindFilter checks a filter; what it returns can be evaluated by many goroutines.
func (b *binder) bindFilter(e expression) (bound, error) {
	b.used = map[string]bool{}
	f, err := b.bind(e)
	if err != nil {
		return bound{}, err
	}
	if b.used[signInActivity] && len(b.used) > 1 {
		return bound{}, unsupportedClause(signInActivity, b.schema) // learn.microsoft.com/graph/api/resources/user: never with another property
	}
	return f, nil
}

func (b *binder) bind(e expression) (bound, error) {
	switch n := e.(type) {
	case *logical:
		return b.logical(n)
	case *negation:
		return b.negation(n)
	case *comparison:
		return b.comparison(n)
	case *membership:
		return b.membership(n)
	case *lambda:
		return b.lambda(n)
	case *call:
		return b.call(n)
	case *path:
		return b.bare(n)
	}
	return bound{}, syntaxError(e.position(), canonical(e))
}

func (b *binder) logical(n *logical) (bound, error) {
	if limit := b.settings.maxClauses; n.or && len(n.operands) > limit && !b.schema.Unrestricted {
		return bound{}, tooManyClauses(len(n.operands), limit)
	}
	all := make([]bound, 0, len(n.operands))
	for _, operand := range n.operands {
		f, err := b.bind(operand)
		if err != nil {
			return bound{}, err
		}
		all = append(all, f)
	}
	best := all[0].plan
	for _, f := range all[1:] {
		if n.or {
			best = either(best, f.plan)
		} else {
			best = both(best, f.plan)
		}
	}
	tests := make([]predicate, len(all))
	for i := range all {
		tests[i] = all[i].test
	}
	want := n.or
	return bound{plan: best, test: func(e *env) bool {
		for _, test := range tests {
			if test(e) == want {
				return want
			}
		}
		return !want
	}}, nil
}

func tooManyClauses(n, limit int) error {
	return unsupported("$filter", "Too many child clauses specified in search filter expression containing 'OR' operators: %d, Max allowed: %d.", n, limit)
}

func (b *binder) negation(n *negation) (bound, error) {
	b.negated++
	f, err := b.bind(n.operand)
	b.negated--
	if err != nil {
		return bound{}, err
	}
	return bound{plan: scanAll(), test: func(e *env) bool { return !f.test(e) }}, nil
}

func (b *binder) comparison(n *comparison) (bound, error) {
	left, right, operator := n.left, n.right, n.operator
	if _, ok := left.(*literal); ok {
		left, right, operator = right, left, mirrored(operator)
	}
	p, ok := left.(*path)
	value, isLiteral := right.(*literal)
	if !ok || !isLiteral {
		return bound{}, unsupportedQuery() // comparing functions or two properties
	}
	if p.count {
		return b.count(p, operator, value)
	}
	o, err := b.find(p)
	if err != nil {
		return bound{}, err
	}
	return b.compared(o, operator, value)
}

// mirrored returns the operator with its sides changed.
func mirrored(operator string) string {
	switch operator[0] {
	case 'g':
		return "l" + operator[1:]
	case 'l':
		return "g" + operator[1:]
	}
	return operator
}

func (b *binder) compared(o operand, operator string, value *literal) (bound, error) {
	want, err := b.typed(o, operator, value)
	if err != nil {
		return bound{}, err
	}
	need := operatorSet(operator)
	if operator[0] == 'g' && operator != "ge" || operator[0] == 'l' && operator != "le" {
		// No property's list names gt and lt.
		if !b.settings.strictly && !b.schema.Unrestricted {
			return bound{}, unsupportedClause(o.label, b.schema)
		}
	}
	if want == nil {
		need |= directory.Null
	}
	if err := b.allow(o, need); err != nil {
		return bound{}, err
	}
	f := bound{plan: scanAll(), test: compare(o, operator, want)}
	if s, ok := want.(string); ok && operator == "eq" && o.findable() {
		f.plan = exact(o.row, s)
	}
	return f, nil
}

// findable says whether an index of the item's own values answers about the operand.
func (o operand) findable() bool {
	return o.row.Kind == directory.String && o.root != "" || o.row.Kind == directory.Strings && o.element
}

func operatorSet(operator string) directory.Operators {
	switch operator {
	case "eq":
		return directory.Eq
	case "ne":
		return directory.Ne
	case "ge", "gt":
		return directory.Ge
	}
	return directory.Le
}

// typed returns the value of a literal that is compared with an operand, nil for null.
func (b *binder) typed(o operand, operator string, value *literal) (any, error) {
	if value.isNull() {
		return nil, nil //nolint:nilnil // nil is the value of null
	}
	if want, ok := value.valueOf(o.row); ok && (o.element || !o.row.Collection) {
		if member, text := want.(string); text && o.row.Enum != nil && !slices.ContainsFunc(o.row.Enum, func(each string) bool { return strings.EqualFold(each, member) }) {
			return nil, malformed("Invalid filter clause: The string '%s' is not a valid enumeration type constant.", excerpt(member))
		}
		return want, nil
	}
	name := map[string]string{
		"eq": "Equal", "ne": "NotEqual", "gt": "GreaterThan", "ge": "GreaterThanOrEqual", "lt": "LessThan", "le": "LessThanOrEqual",
	}[operator]
	return nil, malformed("Invalid filter clause: A binary operator with incompatible types was detected. Found operand types '%s' and '%s' for operator kind '%s'.",
		edm(o.row, o.element), value.edm(), name)
}

func (b *binder) membership(n *membership) (bound, error) {
	p, ok := n.left.(*path)
	if !ok || p.count {
		return bound{}, unsupportedQuery()
	}
	o, err := b.find(p)
	if err != nil {
		return bound{}, err
	}
	if limit := b.settings.maxClauses; len(n.values) > limit && !b.schema.Unrestricted {
		return bound{}, tooManyClauses(len(n.values), limit)
	}
	if err := b.allow(o, directory.In); err != nil {
		return bound{}, err
	}
	tests := make([]predicate, 0, len(n.values))
	best := plan{rank: rankUnique}
	for i, value := range n.values {
		want, err := b.typed(o, "eq", value)
		if err != nil {
			return bound{}, err
		}
		tests = append(tests, equals(o, want))
		found := scanAll()
		if s, ok := want.(string); ok && o.findable() {
			found = exact(o.row, s)
		}
		if i == 0 {
			best = found
		} else {
			best = either(best, found)
		}
	}
	return bound{plan: best, test: func(e *env) bool {
		return slices.ContainsFunc(tests, func(test predicate) bool { return test(e) })
	}}, nil
}

// bare binds a path that stands where a truth value is expected. Only a lambda without a body and collections of logs do.
func (b *binder) bare(n *path) (bound, error) {
	o, err := b.find(n)
	if err != nil {
		return bound{}, err
	}
	if o.row.Kind != directory.Boolean || n.count {
		return bound{}, malformed("Invalid filter clause: The $filter expression must evaluate to a single boolean value.")
	}
	return b.compared(o, "eq", &literal{at: n.at, kind: wordToken, text: "true"})
}
