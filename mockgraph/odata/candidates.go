package odata

import (
	"iter"
	"maps"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// candidates returns a sequence that holds every item the query can match, and whether it comes in the query's order.
func (q *Query) candidates(s Source, r *runner) (items iter.Seq[Record], sorted bool) {
	sorted = len(q.order) == 0
	switch {
	case q.collection.Navigation != "":
		return q.related(s), sorted
	case q.collection.Deleted:
		return q.each(s.DeletedObjects), sorted && q.collection.Type != ""
	case q.collection.Type == "":
		if found, ok := q.byID(s); ok {
			return recordsOf(slices.Values(found)), sorted
		}
		return q.each(s.Objects), false
	}
	probes := q.filter.plan.probes
	switch {
	case q.filter.test != nil && len(probes) == 1 && probes[0].prefix && !probes[0].many && sorted:
		// The index's own order is the order then, so a page costs what it shows.
		row, _ := q.schema.property(probes[0].property)
		r.keys = []sortKey{{row: row, get: q.schema.ofRecord(row)}}
		return recordsOf(q.seekPrefix(s, probes[0].property, probes[0].value)), true
	case q.filter.test != nil && len(probes) == 1 && !probes[0].prefix && probes[0].property != "id":
		return recordsOf(s.Seek(q.collection.Type, probes[0].property, probes[0].value)), sorted
	case q.filter.test != nil && len(probes) > 0:
		return recordsOf(slices.Values(q.probed(s, probes))), sorted
	case q.inIndexOrder(s):
		return recordsOf(q.seekPrefix(s, q.order[0].row.Name, "")), true
	}
	r.scan = true
	return recordsOf(q.scan(s)), sorted
}

// inIndexOrder says whether an index has the order that is asked for, and every object.
func (q *Query) inIndexOrder(s Source) bool {
	if len(q.order) != 1 || q.order[0].descending {
		return false
	}
	row := q.order[0].row
	return row.Required && row.Kept && row.Kind == directory.String && s.Indexed(q.collection.Type, row.Name)
}

// scan yields all objects by id, from where the page begins.
func (q *Query) scan(s Source) iter.Seq[*directory.Object] {
	if q.start.started && len(q.order) == 0 {
		return s.ObjectsAfter(q.collection.Type, q.start.id)
	}
	return s.Objects(q.collection.Type)
}

// seekPrefix yields objects in the order of an index, from where the page begins.
func (q *Query) seekPrefix(s Source, property, prefix string) iter.Seq[*directory.Object] {
	if q.start.started && len(q.start.values) == 1 {
		if value, ok := q.start.values[0].(string); ok {
			return s.SeekPrefixAfter(q.collection.Type, property, prefix, value, q.start.id)
		}
	}
	return s.SeekPrefix(q.collection.Type, property, prefix)
}

// probed returns what the probes find, each object once, by id.
func (q *Query) probed(s Source, probes []probe) []*directory.Object {
	found := map[string]*directory.Object{}
	for _, p := range probes {
		switch {
		case p.property == "id":
			if o, ok := s.Object(p.value); ok && (q.collection.Type == "" || o.Type() == q.collection.Type) {
				found[o.ID()] = o
			}
		case p.prefix:
			for o := range s.SeekPrefix(q.collection.Type, p.property, p.value) {
				found[o.ID()] = o
			}
		default:
			for o := range s.Seek(q.collection.Type, p.property, p.value) {
				found[o.ID()] = o
			}
		}
	}
	objects := make([]*directory.Object, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		objects = append(objects, found[id])
	}
	return objects
}

// byID returns the objects a filter names by id, when that is all its plan asks for.
func (q *Query) byID(s Source) ([]*directory.Object, bool) {
	probes := q.filter.plan.probes
	if q.filter.test == nil || len(probes) == 0 || slices.ContainsFunc(probes, func(p probe) bool { return p.property != "id" }) {
		return nil, false
	}
	return q.probed(s, probes), true
}

// related yields the objects of a relation by id.
func (q *Query) related(s Source) iter.Seq[Record] {
	if found, named := q.byID(s); named && q.collection.Navigation == "members" {
		return func(yield func(Record) bool) {
			for _, o := range found {
				if s.HasMember(q.collection.From, o.ID()) && !yield(o) {
					return
				}
			}
		}
	}
	return func(yield func(Record) bool) {
		ids := slices.Collect(q.relation.ids(s, q.collection.From))
		if !slices.IsSorted(ids) {
			slices.Sort(ids)
		}
		for _, id := range slices.Compact(ids) {
			o, ok := s.Object(id)
			if ok && (q.collection.Type == "" || o.Type() == q.collection.Type) && !yield(o) {
				return
			}
		}
	}
}

// each yields the objects of the collection's type, or of all types.
func (q *Query) each(of func(directory.Type) iter.Seq[*directory.Object]) iter.Seq[Record] {
	if q.collection.Type != "" {
		return recordsOf(of(q.collection.Type))
	}
	return func(yield func(Record) bool) {
		for _, t := range directory.Types() {
			for o := range of(t) {
				if !yield(o) {
					return
				}
			}
		}
	}
}
