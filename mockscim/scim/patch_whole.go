package scim

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// whole changes all values of a multi-valued attribute.
func (x *patch) whole(do verb, t target, v any) error {
	if v == "" && x.Tolerance.EmptyClears {
		v = nil
	}
	if do == verbRemove {
		if v != nil && x.Tolerance.MemberRemovalByValue {
			array := x.array(t)
			return x.take(t, array, listed(t.attribute, array, asArray(v)), nil)
		}
		return x.put(do, t, nil)
	}
	value, err := x.coercer.attribute(t.attribute, asArray(v), t.label())
	if err != nil {
		return err
	}
	given, _ := value.([]any)
	if do == verbReplace {
		x.owned[t.attribute] = true
		return x.put(do, t, value)
	}
	if len(given) == 0 {
		return nil
	}
	array := x.array(t)
	known := newFinder(array, len(given))
	var touched []int
	for _, element := range given {
		i := known.find(array, element)
		if i < 0 {
			array = append(array, element)
			known.add(element, len(array)-1)
			touched = append(touched, len(array)-1)
			continue
		}
		if t.attribute.Type != ComplexType {
			continue
		}
		current := asObject(array[i])
		merged, err := mergeElement(t.attribute, current, withoutImmutable(t.attribute, current, element), nil, t.label())
		if err != nil {
			return err
		}
		array[i] = merged
		touched = append(touched, i)
	}
	return x.store(do, t, array, touched)
}

// withoutImmutable leaves out what an element cannot change any more, so that adding a member again never fails.
func withoutImmutable(a *Attribute, current map[string]any, element any) any {
	object, _ := element.(map[string]any)
	changes := make(map[string]any, len(object))
	for name, v := range object {
		if sub, ok := a.Sub(name); !ok || sub.Mutability != Immutable || !present(current[name]) {
			changes[name] = v
		}
	}
	return changes
}

// asArray lets one value stand for an array of one.
func asArray(v any) any {
	switch v.(type) {
	case nil, []any:
		return v
	}
	return []any{v}
}

// take removes the chosen elements, or their sub-attribute. Entra has been seen to name the value that is to go; then
// elements with another one stay as they are.
func (x *patch) take(t target, array []any, chosen []int, v any) error {
	if t.sub != nil && t.sub.Required {
		return Errorf(400, Mutability, "%s is required and cannot be removed", t.label())
	}
	for _, i := range chosen {
		if t.sub == nil {
			array[i] = nil
			continue
		}
		object, _ := array[i].(map[string]any)
		key, current, ok := member(object, t.sub.Name)
		if !ok || v != nil && x.Tolerance.MemberRemovalByValue && !sameScalar(current, v) {
			continue
		}
		if t.sub.Mutability == Immutable {
			return Errorf(400, Mutability, "%s is immutable and already has a value", t.label())
		}
		object = maps.Clone(object)
		delete(object, key)
		array[i] = orNil(object)
	}
	return x.store(verbRemove, t, array, nil)
}

// listed returns the indexes of the elements that a remove operation names one by one: by their "value" (and "type" if both sides
// have one), or by all sub-attributes given when there is no "value".
func listed(a *Attribute, array []any, v any) []int {
	wanted, _ := v.([]any)
	byValue := map[string][]map[string]any{}
	var others []map[string]any
	for _, element := range wanted {
		object := asObject(element)
		if _, value, ok := member(object, "value"); ok && value != nil {
			byValue[foldedText(a, value)] = append(byValue[foldedText(a, value)], object)
		} else if present(object) {
			others = append(others, object)
		}
	}
	var found []int
	for i, element := range array {
		object := asObject(element)
		_, value, _ := member(object, "value")
		if slices.ContainsFunc(byValue[foldedText(a, value)], func(w map[string]any) bool { return sameType(object, w) }) ||
			slices.ContainsFunc(others, func(w map[string]any) bool { return includes(object, w) }) {
			found = append(found, i)
		}
	}
	return found
}

// foldedText is a value as a key: in lower case unless the schema says that case matters.
func foldedText(a *Attribute, v any) string {
	if sub, ok := a.Sub("value"); ok {
		a = sub
	}
	s, ok := v.(string)
	if !ok {
		return "\x00" + shown(v) // apart from all text
	}
	if a.CaseExact {
		return s
	}
	return strings.ToLower(s)
}

// sameType tells whether two elements have no different "type".
func sameType(a, b map[string]any) bool {
	_, x, _ := member(a, "type")
	_, y, _ := member(b, "type")
	return x == nil || y == nil || sameScalar(x, y)
}

// includes tells whether an object has all non-null members of another one.
func includes(object, wanted map[string]any) bool {
	for name, v := range wanted {
		if v == nil {
			continue
		}
		if _, have, _ := member(object, name); !sameScalar(have, v) {
			return false
		}
	}
	return true
}

// sameScalar compares two simple values, text in any case and booleans also as text.
func sameScalar(a, b any) bool {
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return strings.EqualFold(x, y)
		}
	case bool:
		y, ok := booleanOf(b)
		return ok && x == y
	case json.Number:
		y, ok := b.(json.Number)
		return ok && x == y
	}
	return reflect.DeepEqual(a, b)
}
