package directory

import (
	"iter"
	"strings"
)

// Indexed says whether objects of a type can be found by a property without a scan ([Snapshot.Seek]). The id always can.
func (s *Snapshot) Indexed(t Type, property string) bool {
	n, ok := numberOf(t)
	if !ok {
		return false
	}
	_, ok = schema[n].index(property)
	return ok || strings.EqualFold(property, "id")
}

// Seek returns the live objects of a type that have a value in an indexed property, ignoring letter case, in the order of their
// ids; nothing for a property without an index. It costs as much as it yields, however many objects there are.
func (s *Snapshot) Seek(t Type, property, value string) iter.Seq[*Object] {
	return s.seek(t, property, value, func(each string) bool { return each == fold(value) })
}

// SeekPrefix returns the live objects of a type that have a value in an indexed property that starts with a prefix, ignoring
// letter case, in the order of the values. An object with several such values comes once for each.
func (s *Snapshot) SeekPrefix(t Type, property, prefix string) iter.Seq[*Object] {
	return s.seek(t, property, prefix, func(each string) bool { return strings.HasPrefix(each, fold(prefix)) })
}

func (s *Snapshot) seek(t Type, property, from string, matches func(value string) bool) iter.Seq[*Object] {
	return func(yield func(*Object) bool) {
		n, ok := numberOf(t)
		if !ok {
			return
		}
		if strings.EqualFold(property, "id") {
			s.live[n].from(&Object{id: foldID(from)}, func(o *Object) bool { return matches(fold(o.id)) && yield(o) })
			return
		}
		ordinal, ok := schema[n].index(property)
		if !ok {
			return
		}
		s.index.from(entry{number: n, ordinal: ordinal, value: fold(from)}, func(e entry) bool {
			if e.number != n || e.ordinal != ordinal || !matches(e.value) {
				return false
			}
			o, ok := s.live[n].get(&Object{id: e.id})
			return !ok || yield(o)
		})
	}
}

// foldID makes ids comparable: GUIDs and domain names without letter case. The ids Graph composes of bytes (grants, assignments)
// are base64url, where case counts.
func foldID(id string) string {
	if len(id) == 36 || strings.IndexByte(id, '.') >= 0 || len(id) < 43 {
		return fold(id)
	}
	if strings.IndexByte(id, '_') == 36 && len(id) == 73 { // tenant and SKU
		return fold(id)
	}
	return id
}
