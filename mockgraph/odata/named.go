package odata

import (
	"slices"
	"strings"
)

// ContextArguments returns what a context URL says behind the name of the set: "(id,displayName,manager())", "" when nothing
// is selected or expanded.
func (q *Query) ContextArguments() string {
	var names []string
	if q.selection != nil {
		names = append(names, q.selection.names...)
	}
	if q.expansion != nil {
		expanded := q.expansion.name + "("
		if q.expansion.nested != nil {
			expanded += strings.Join(q.expansion.nested.names, ",")
		}
		names = append(names, expanded+")")
	}
	if len(names) == 0 {
		return ""
	}
	return "(" + strings.Join(names, ",") + ")"
}

// Selected returns the selected properties as the table spells them, nil when the default set is asked for.
func (q *Query) Selected() []string {
	if q.selection == nil {
		return nil
	}
	return slices.Clone(q.selection.names)
}

// Relations returns the relations named in $select, such as manager and members. Outside delta they do nothing.
func (q *Query) Relations() []string {
	if q.selection == nil {
		return nil
	}
	return slices.Clone(q.selection.relations)
}

// Properties returns the names of all properties the request names, in $select, $filter, $orderby or inside $expand, as the table
// spells them. The default set is not among them, nor what $select=* stands for.
func (q *Query) Properties() []string {
	names := slices.Clone(q.filtered)
	if q.selection != nil {
		names = append(names, q.selection.names...)
	}
	for _, key := range q.order {
		names = append(names, key.row.Name)
	}
	if q.expansion != nil && q.expansion.nested != nil {
		names = append(names, q.expansion.nested.names...)
	}
	return names
}

// IDs returns the ids of a filter of the form id eq 'a' or id eq 'b', the only one delta takes; nil for any other.
func (q *Query) IDs() []string { return slices.Clone(q.ids) }

func namedIDs(e expression) []string {
	operands := []expression{e}
	if n, ok := e.(*logical); ok {
		if !n.or {
			return nil
		}
		operands = n.operands
	}
	var ids []string
	for _, operand := range operands {
		c, ok := operand.(*comparison)
		if !ok || c.operator != "eq" {
			return nil
		}
		p, isPath := c.left.(*path)
		value, isLiteral := c.right.(*literal)
		if !isPath || !isLiteral || canonical(p) != "id" || value.kind != stringToken {
			return nil
		}
		ids = append(ids, value.text)
	}
	return ids
}
