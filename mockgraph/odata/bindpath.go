package odata

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// find looks a path up: from the variable of a lambda, or from the item.
func (b *binder) find(p *path) (operand, error) {
	if number := b.variable(p.segments[0]); number > 0 {
		return b.fromVariable(p, number)
	}
	name := p.segments[0]
	row, ok := b.schema.property(name)
	if !ok {
		if _, relation := b.schema.navigation(name); relation {
			return operand{}, unsupported(name, textReference)
		}
		if strings.Contains(name, ".") {
			return operand{}, unsupportedQuery() // a cast inside the filter
		}
		return operand{}, unknownProperty(name)
	}
	if b.settings.exactCase && row.Name != name {
		return operand{}, unknownProperty(name)
	}
	b.used[row.Name] = true
	o := operand{label: row.Name, root: row.Name, row: row, get: b.schema.ofRecord(row)}
	if len(p.segments) == 1 {
		o.text = b.schema.textOf(row)
	}
	return b.members(o, p.segments[1:])
}

// variable returns the number of the lambda that declares a name, counted from 1 outermost; 0 for none.
func (b *binder) variable(name string) int {
	for i := range slices.Backward(b.scopes) {
		if b.scopes[i].name == name {
			return i + 1
		}
	}
	return 0
}

func (b *binder) fromVariable(p *path, number int) (operand, error) {
	scope := &b.scopes[number-1]
	index := number - 1
	o := operand{
		label: scope.row.Name, row: scope.row, element: true, lambda: number,
		get: func(e *env) any { return e.variables[index] },
	}
	if len(p.segments) > 1 {
		scope.used = append(scope.used, p.segments[1])
	}
	return b.members(o, p.segments[1:])
}

// members follows the rest of a path into complex values.
func (b *binder) members(o operand, segments []string) (operand, error) {
	for _, name := range segments {
		if o.row.Collection && !o.element {
			return operand{}, malformed("Invalid filter clause: The parent value for a property access of a property '%s' is not a single value. Property access can only be applied to a single value.", excerpt(name))
		}
		if len(o.row.Fields) == 0 {
			return operand{}, b.opaque(o)
		}
		i := slices.IndexFunc(o.row.Fields, func(f directory.Property) bool { return strings.EqualFold(f.Name, name) })
		if i < 0 {
			return operand{}, refusal(CodeBadRequest, name, "Invalid filter clause: Could not find a property named '%s' on type '%s'.", excerpt(name), edm(o.row, true))
		}
		field := &o.row.Fields[i]
		o = operand{label: o.label + "/" + field.Name, row: field, get: ofField(o.get, field), lambda: o.lambda}
	}
	return o, nil
}

// opaque is the refusal of a member of a value that no filter looks into.
func (b *binder) opaque(o operand) error {
	if b.mode.advanced() {
		return unsupported(o.label, textNotIndexed)
	}
	return unsupportedClause(o.label, b.schema)
}

func (b *binder) lambda(n *lambda) (bound, error) {
	if _, relation := b.schema.navigation(n.path.segments[0]); relation && b.variable(n.path.segments[0]) == 0 {
		return bound{}, unsupported(n.path.segments[0], textReference)
	}
	o, err := b.find(n.path)
	if err != nil {
		return bound{}, err
	}
	if !o.row.Collection || o.element {
		return bound{}, malformed("Invalid filter clause: The parent value for a '%s' query must be a collection, '%s' is none.", map[bool]string{false: "Any", true: "All"}[n.all], o.label)
	}
	switch {
	case n.all && !b.schema.Unrestricted:
		return bound{}, unsupportedQuery()
	case len(b.scopes) == maxLambdas:
		return bound{}, unsupportedQuery()
	case n.body == nil:
		return b.compareSize(o)
	case b.variable(n.variable) > 0:
		return bound{}, malformed("Invalid filter clause: The range variable '%s' has already been declared.", n.variable)
	}
	b.scopes = append(b.scopes, scope{name: n.variable, row: o.row})
	body, err := b.bind(n.body)
	inner := b.scopes[len(b.scopes)-1]
	b.scopes = b.scopes[:len(b.scopes)-1]
	if err != nil {
		return bound{}, err
	}
	if o.row.Name == "identities" && !b.schema.Unrestricted && !namesIdentity(inner.used) {
		return bound{}, unsupportedClause("identities", b.schema)
	}
	return bound{plan: ownPlan(body.plan, o), test: quantified(o.get, body.test, len(b.scopes), n.all)}, nil
}

// namesIdentity says whether a filter on identities names issuer and identifier, as it must.
// Source: learn.microsoft.com/graph/api/resources/user, property identities.
func namesIdentity(used []string) bool {
	return slices.Contains(used, "issuer") && slices.Contains(used, "issuerAssignedId")
}

// ownPlan keeps the plan of a lambda's body when it is about the collection itself, which must be the item's own.
func ownPlan(p plan, over operand) plan {
	if over.root == "" || over.row.Kind != directory.Strings || len(p.probes) == 0 {
		return scanAll()
	}
	for _, probe := range p.probes {
		if probe.property != over.row.Name {
			return scanAll()
		}
	}
	return p
}

// compareSize binds any() without a body: the collection has elements.
func (b *binder) compareSize(o operand) (bound, error) {
	if err := b.permit(directory.CountOf, o.label, countable(o.row)); err != nil {
		return bound{}, err
	}
	return bound{plan: scanAll(), test: func(e *env) bool { return length(o.get(e)) > 0 }}, nil
}

func quantified(get getter, test predicate, variable int, all bool) predicate {
	return func(e *env) bool {
		result := all
		each(get(e), func(v any) bool {
			e.variables[variable] = v
			if test(e) != all {
				result = !all
				return false
			}
			return true
		})
		e.variables[variable] = nil
		return result
	}
}
