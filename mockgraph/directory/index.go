package directory

import (
	"fmt"
	"iter"
	"slices"
)

// entries yields the index entries of an object, one for each value of each indexed property that differs from the other
// version of the object; all of them when other is nil.
func (o *Object) entries(other *Object) iter.Seq[entry] { return o.entriesOf(o.table.indexed, other) }

// entriesOf does so for some of the indexed properties.
func (o *Object) entriesOf(ordinals []uint8, other *Object) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		e := entry{number: o.table.number, id: o.id}
		for _, ordinal := range ordinals {
			if !o.has(int(ordinal)) {
				continue
			}
			e.ordinal = ordinal
			if o.table.packed.has(int(ordinal)) {
				value := o.raw(int(ordinal))
				if other != nil && other.has(int(ordinal)) && other.raw(int(ordinal)) == value {
					continue
				}
				if e.value = fold(value); !yield(e) {
					return
				}
				continue
			}
			values, _ := o.value(int(ordinal)).([]string)
			if other != nil && equal(values, other.value(int(ordinal))) {
				continue
			}
			for _, each := range values {
				if e.value = fold(each); !yield(e) {
					return
				}
			}
		}
	}
}

// unique refuses an object whose unique values another live object has. What it was before is live, or nil: values it had then were
// found unique already, unless uniqueness begins to apply.
func (x *tx) unique(before, o *Object) error {
	if before != nil && slices.ContainsFunc(o.table.unique, func(ordinal uint8) bool {
		applies := o.table.properties[ordinal].uniqueWhen
		return applies != nil && applies(o) && !applies(before)
	}) {
		before = nil
	}
	for e := range o.entriesOf(o.table.unique, before) {
		row := &o.table.properties[e.ordinal]
		if row.uniqueWhen != nil && !row.uniqueWhen(o) {
			continue
		}
		if x.taken(o, row, e) || row.Name == "proxyAddresses" && x.addressed(o, e) {
			return conflict(row, e.value)
		}
	}
	return nil
}

// addressed says whether an object of another type has an address: the addresses of users and of groups are one set.
// Source: learn.microsoft.com/graph/api/resources/user, property proxyAddresses: a proxy address must be unique in the organization.
func (x *tx) addressed(o *Object, e entry) bool {
	for _, n := range []uint8{userNumber, groupNumber} {
		at, ok := schema[n].index("proxyAddresses")
		if other := (entry{number: n, ordinal: at, value: e.value}); ok && other.number != e.number && x.taken(o, &schema[n].properties[at], other) {
			return true
		}
	}
	return false
}

// taken looks for another object under the same entry to which uniqueness applies.
func (x *tx) taken(o *Object, row *Property, e entry) (taken bool) {
	pivot := e
	pivot.id = ""
	x.view.index.from(pivot, func(other entry) bool {
		if other.number != e.number || other.ordinal != e.ordinal || other.value != e.value {
			return false
		}
		if other.id == o.id {
			return true
		}
		rival, ok := x.view.live[e.number].get(&Object{id: other.id})
		taken = ok && (row.uniqueWhen == nil || row.uniqueWhen(rival))
		return !taken
	})
	return taken
}

func conflict(row *Property, value string) error {
	if row.sameKey {
		return &Error{
			Code: CodeSameKey, Target: row.Name,
			Message: fmt.Sprintf("The service principal cannot be created, updated, or restored because the service principal name %s is already in use.", value),
		}
	}
	return &Error{
		Code: CodeBadRequest, Target: row.Name, Detail: DetailConflict,
		Message: fmt.Sprintf("Another object with the same value for property %s already exists.", row.Name),
	}
}
