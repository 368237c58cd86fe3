package odata

import "github.com/rehearse-id/rehearse/mockgraph/directory"

// mode says which engine answers a query.
// Source: learn.microsoft.com/graph/aad-advanced-queries.
type mode struct {
	eventual bool // header ConsistencyLevel: eventual
	counted  bool // $count=true, or the path ends in /$count
}

func (m mode) advanced() bool { return m.eventual && m.counted }

// allow refuses operators that the operand's property does not support in this query.
func (b *binder) allow(o operand, need directory.Operators) error {
	filter := thumb(o.row.Filter)
	if o.lambda > 0 {
		filter.Default &^= directory.Ne
		filter.Advanced &^= directory.Ne // inside any, not takes its place
	}
	if b.reference && !b.mode.advanced() && (o.root != "id" || need&^(directory.Eq|directory.In) != 0) {
		return unsupported(o.label, textReference)
	}
	return b.permit(need, o.label, filter)
}

// thumb applies the rules that hold for every property: in goes where eq goes, and what supports eq supports ne and not in
// advanced queries, when these add anything at all.
// Source: learn.microsoft.com/graph/aad-advanced-queries.
func thumb(f directory.Filter) directory.Filter {
	advances := f.Advanced != f.Default
	if f.Default.Has(directory.Eq) {
		f.Default |= directory.In
	}
	f.Advanced |= f.Default
	if f.Advanced.Has(directory.Eq) && advances {
		f.Advanced |= directory.In | directory.Ne | directory.Not
	}
	return f
}

// permit refuses with the text Graph has for what is missing.
func (b *binder) permit(need directory.Operators, property string, filter directory.Filter) error {
	if b.negated > 0 {
		need |= directory.Not
	}
	switch {
	case b.schema.Unrestricted, filter.Default.Has(need), b.mode.advanced() && filter.Advanced.Has(need):
		return nil
	case filter.Advanced.Has(need) && b.mode.eventual:
		return unsupportedQuery() // the header without $count
	case filter.Advanced.Has(need):
		return headerMissing(need, property, b.schema)
	case b.mode.advanced() && filter.Default|filter.Advanced == 0:
		return unsupported(property, textNotIndexed)
	}
	return unsupportedClause(property, b.schema)
}

// headerMissing is the refusal of what only an advanced query can do; the texts differ by operator, as seen.
func headerMissing(need directory.Operators, property string, t *Schema) error {
	const text = "Operator '%s' is not supported because the 'ConsistencyLevel:eventual' header is missing. Refer to https://aka.ms/graph-docs/advanced-queries for more information"
	switch {
	case need.Has(directory.Ne):
		return unsupported(property, "Filter operator 'NotEqualsMatch' is not supported.")
	case need.Has(directory.EndsWith):
		return unsupported(property, text, "endsWith")
	case need.Has(directory.Not):
		return unsupported(property, text, "not")
	}
	return unsupportedClause(property, t)
}
