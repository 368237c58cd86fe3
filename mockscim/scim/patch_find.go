package scim

import "reflect"

// finder finds the element that an added one already is: the same "value", written alike, and no different "type" (RFC 7643 §2.4:
// a combination of value and type appears once). Elements without a "value" must be equal as a whole. Adding one
// element to a large group scans it; adding many builds an index first.
type finder struct {
	attribute *Attribute
	index     map[any][]int // by "value"; nil when scanning is cheaper
}

func newFinder(a *Attribute, array []any, additions int) *finder {
	f := &finder{attribute: a}
	if additions > 4 {
		f.index = make(map[any][]int, len(array)+additions)
		for i, element := range array {
			f.add(element, i)
		}
	}
	return f
}

// keyOf is what elements are indexed by: the "value" if it is text, else nothing in particular.
func keyOf(element any) any {
	if object, ok := element.(map[string]any); ok {
		_, element, _ = member(object, "value")
	}
	if s, ok := element.(string); ok {
		return s
	}
	return nil
}

func (f *finder) add(element any, i int) {
	if f.index != nil {
		f.index[keyOf(element)] = append(f.index[keyOf(element)], i)
	}
}

// find returns the index of the element that is already there, or -1.
func (f *finder) find(array []any, element any) int {
	key := keyOf(element)
	if f.index != nil {
		for _, i := range f.index[key] {
			if sameElement(array[i], element, key) {
				return i
			}
		}
		return -1
	}
	for i := range array {
		if keyOf(array[i]) == key && sameElement(array[i], element, key) {
			return i
		}
	}
	return -1
}

func sameElement(a, b, key any) bool {
	x, okX := a.(map[string]any)
	y, okY := b.(map[string]any)
	if key == nil || !okX || !okY {
		return reflect.DeepEqual(a, b)
	}
	return sameType(x, y)
}
