package odata

import (
	"maps"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Visibility says how much of the objects of a type a caller may see.
type Visibility struct {
	All  bool
	Only []string // properties, when not All; others are left out,
	Null bool     // or, when Null, written as null or []
}

// Restricted returns the query for a caller who may not see everything: of says what of the items, related what of the objects
// that are expanded, by their types.
// Source: learn.microsoft.com/graph/permissions-overview, limited information returned for inaccessible member objects;
// …/graph/permissions-reference, User.ReadBasic.All.
func (q *Query) Restricted(of, related func(t directory.Type) Visibility) *Query {
	limited := *q
	limited.columns = q.columns.restricted(q.collection.Type, of)
	if q.expansion != nil {
		expansion := *q.expansion
		expansion.columns = expansion.columns.restricted("", related)
		limited.expansion = &expansion
	}
	return &limited
}

// Hiding returns the query for a caller who may not see which objects some items are related to: what is expanded of them is empty.
func (q *Query) Hiding(hidden func(item Record) bool) *Query {
	if q.expansion == nil {
		return q
	}
	limited, expansion := *q, *q.expansion
	expansion.hidden = hidden
	limited.expansion = &expansion
	return &limited
}

// Expanded returns the relation that is expanded, "" for none.
func (q *Query) Expanded() string {
	if q.expansion == nil {
		return ""
	}
	return q.expansion.name
}

// restricted returns the columns of each type as far as they may be seen; single is the type of columns that are under no type.
func (c columns) restricted(single directory.Type, of func(directory.Type) Visibility) columns {
	all := maps.Clone(c)
	for t, list := range all {
		if t == "" {
			t = single
		}
		v := of(t)
		if v.All {
			continue
		}
		shown := make(map[string]bool, len(v.Only))
		for _, name := range v.Only {
			shown[`"`+name+`":`] = true
		}
		kept := slices.Clone(list)
		if v.Null {
			for i := range kept {
				if !shown[kept[i].prefix] {
					kept[i].text, kept[i].get = nil, func(*env) any { return nil }
				}
			}
		} else {
			kept = slices.DeleteFunc(kept, func(each column) bool { return !shown[each.prefix] })
		}
		if single == t && all[t] == nil {
			all[""] = kept
		} else {
			all[t] = kept
		}
	}
	return all
}
