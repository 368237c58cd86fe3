package directory

import (
	"iter"
	"strings"
)

// ObjectsAfter returns the live objects of a type whose ids come after one, in the order of their ids: [Snapshot.Objects] for
// a page that begins where another ended. It costs as much as it yields.
func (s *Snapshot) ObjectsAfter(t Type, id string) iter.Seq[*Object] {
	return func(yield func(*Object) bool) {
		n, ok := numberOf(t)
		if !ok {
			return
		}
		s.live[n].from(&Object{id: id}, func(o *Object) bool { return o.id == id || yield(o) })
	}
}

// SeekPrefixAfter is [Snapshot.SeekPrefix] for a page that begins where another ended: behind the object with an id and a
// value, ignoring the letter case of the value.
func (s *Snapshot) SeekPrefixAfter(t Type, property, prefix, value, id string) iter.Seq[*Object] {
	return func(yield func(*Object) bool) {
		n, ok := numberOf(t)
		if !ok {
			return
		}
		ordinal, ok := schema[n].index(property)
		if !ok {
			return
		}
		prefix, last := fold(prefix), entry{number: n, ordinal: ordinal, value: fold(value), id: id}
		if last.value < prefix {
			last.value, last.id = prefix, ""
		}
		s.index.from(last, func(e entry) bool {
			if e.number != n || e.ordinal != ordinal || !strings.HasPrefix(e.value, prefix) {
				return false
			}
			if e == last {
				return true
			}
			o, ok := s.live[n].get(&Object{id: e.id})
			return !ok || yield(o)
		})
	}
}
