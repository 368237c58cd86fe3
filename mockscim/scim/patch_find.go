package scim

import "reflect"

// finder finds the element that an added one already is: the same "value", written alike, and no different "type" (RFC 7643 §2.4:
// a combination of value and type appears once). Elements without a "value" must be equal as a whole. Adding one
// element to a large group scans it; adding many builds an index first.
type finder struct {
	index map[string][]int // by "value"; nil when scanning is cheaper
}

func newFinder(array []any, additions int) *finder {
	f := &finder{}
	if additions > 4 {
		f.index = make(map[string][]int, len(array)+additions)
		for i, element := range array {
			f.add(element, i)
		}
	}
	return f
}

// keyOf is what elements are indexed by: the "value" if it is text, else nothing in particular.
func keyOf(element any) string {
	if object, ok := element.(map[string]any); ok {
		_, element, _ = member(object, "value")
	}
	s, _ := element.(string)
	return s
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
			if sameElement(array[i], element) {
				return i
			}
		}
		return -1
	}
	for i := range array {
		if keyOf(array[i]) == key && sameElement(array[i], element) {
			return i
		}
	}
	return -1
}

// sameElement compares two elements with the same key.
func sameElement(a, b any) bool {
	x, okX := a.(map[string]any)
	y, okY := b.(map[string]any)
	if !okX || !okY || keyOf(a) == "" {
		return reflect.DeepEqual(a, b)
	}
	return sameType(x, y)
}
