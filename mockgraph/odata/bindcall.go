package odata

import (
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// count binds a comparison of the number of elements or of related objects.
func (b *binder) count(p *path, operator string, value *literal) (bound, error) {
	inner := &path{at: p.at, segments: p.segments}
	limit := 0
	var size getter
	if name, ok := b.schema.navigation(p.segments[0]); ok && len(p.segments) == 1 && len(b.scopes) == 0 {
		relation, listed := navigations()[name]
		if !listed || relation.single {
			return bound{}, unsupported(name, textReference)
		}
		if name == "owners" {
			limit = 1
		}
		b.used[name] = true
		size = func(e *env) any { return relation.count(e.source, e.record.ID()) }
		if err := b.permit(directory.CountOf, name, directory.Filter{Advanced: directory.CountOf}); err != nil {
			return bound{}, err
		}
	} else {
		o, err := b.find(inner)
		if err != nil {
			return bound{}, err
		}
		if !o.row.Collection || o.element {
			return bound{}, malformed("Invalid filter clause: The $count segment is only allowed on a collection, '%s' is none.", o.label)
		}
		if err := b.permit(directory.CountOf, o.label, countable(o.row)); err != nil {
			return bound{}, err
		}
		size = func(e *env) any { return length(o.get(e)) }
	}
	n, err := strconv.Atoi(value.text)
	if value.kind != numberToken || err != nil {
		return bound{}, malformed("Invalid filter clause: A binary operator with incompatible types was detected. Found operand types '%s' and '%s' for operator kind '%s'.",
			"Edm.Int64", value.edm(), "Equal")
	}
	if !b.schema.Unrestricted && (operator != "eq" && operator != "ne" || n < 0 || n > limit) {
		return bound{}, unsupportedClause(p.segments[0], b.schema)
	}
	return bound{plan: scanAll(), test: compare(operand{get: size}, operator, n)}, nil
}

// countable says what may be done with the size of a collection; for complex elements a member's row says it.
func countable(row *directory.Property) directory.Filter {
	filter := row.Filter
	for _, field := range row.Fields {
		filter.Default |= field.Filter.Default & directory.CountOf
		filter.Advanced |= field.Filter.Advanced & directory.CountOf
	}
	return filter
}

func (n navigation) count(s Source, id string) int {
	size := 0
	for range n.ids(s, id) {
		size++
	}
	return size
}

func (b *binder) call(n *call) (bound, error) {
	switch n.name {
	case "startswith":
		return b.match(n, directory.StartsWith, hasPrefixFolded)
	case "endswith":
		return b.match(n, directory.EndsWith, hasSuffixFolded)
	case "contains":
		if b.schema.Unrestricted {
			return b.match(n, 0, func(s, folded string) bool { return strings.Contains(fold(s), folded) })
		}
	case "isof":
		return b.isof(n)
	}
	return bound{}, unsupportedQuery()
}

func (b *binder) match(n *call, need directory.Operators, test func(s, folded string) bool) (bound, error) {
	if len(n.arguments) != 2 {
		return bound{}, malformed("Invalid filter clause: No function signature for the function with name '%s' matches the specified arguments.", n.name)
	}
	p, ok := n.arguments[0].(*path)
	value, isLiteral := n.arguments[1].(*literal)
	if !ok || !isLiteral || p.count {
		return bound{}, unsupportedQuery()
	}
	o, err := b.find(p)
	if err != nil {
		return bound{}, err
	}
	if value.kind != stringToken || o.row.Kind != directory.String && o.row.Kind != directory.Strings || o.row.Collection && !o.element {
		return bound{}, malformed("Invalid filter clause: No function signature for the function with name '%s' matches the specified arguments.", n.name)
	}
	if err := b.allow(o, need); err != nil {
		return bound{}, err
	}
	folded := fold(value.text)
	text := o.text
	if text == nil {
		text = asText(o.get)
	}
	f := bound{plan: scanAll(), test: func(e *env) bool {
		s := text(e)
		return s != "" && test(s, folded)
	}}
	if need == directory.StartsWith && o.findable() {
		f.plan = startingWith(o.row, folded)
	}
	return f, nil
}

// isof asks for the type of an item of a mixed collection.
func (b *binder) isof(n *call) (bound, error) {
	if len(n.arguments) != 1 || !b.schema.mixed {
		return bound{}, unsupportedQuery()
	}
	name := ""
	switch argument := n.arguments[0].(type) {
	case *literal:
		name = argument.text
	case *path:
		name = strings.Join(argument.segments, "/")
	}
	short, ok := strings.CutPrefix(strings.TrimPrefix(name, "#"), "microsoft.graph.")
	if !ok {
		return bound{}, unsupportedQuery()
	}
	return bound{plan: scanAll(), test: func(e *env) bool {
		o, ok := e.record.(interface{ Type() directory.Type })
		return ok && string(o.Type()) == short
	}}, nil
}
