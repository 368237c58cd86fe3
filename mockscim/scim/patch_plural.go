package scim

import (
	"maps"
	"reflect"
	"slices"
)

// plural changes a multi-valued attribute: the whole of it, the elements a filter selects, or a sub-attribute of them.
func (x *patch) plural(do verb, path Path, t target, v any) error {
	if path.Filter == nil && t.sub == nil {
		return x.whole(do, t, v)
	}
	array := x.array(t)
	var chosen []int
	test := predicate(func(map[string]any) bool { return true })
	if path.Filter != nil {
		test = compileExpr(path.Filter, elementScope{t.attribute})
	}
	for i, element := range array {
		if test(asObject(element)) {
			chosen = append(chosen, i)
		}
	}
	if len(chosen) == 0 {
		return x.absent(do, path, t, v, array)
	}
	if do == verbRemove {
		return x.take(t, array, chosen, v)
	}
	for _, i := range chosen {
		changed, err := x.changed(do, t, array[i], v)
		if err != nil {
			return err
		}
		array[i] = changed
	}
	return x.store(do, t, array, chosen)
}

// array returns the values as a slice that may be changed. Elements in it may not.
func (x *patch) array(t target) []any {
	v := x.get(t)
	array, ok := v.([]any)
	if !ok && v != nil {
		return []any{v}
	}
	if !x.owned[t.attribute] {
		array = slices.Clone(array)
	}
	return array
}

// store puts an array whose elements at touched were just written. Elements that are nil are dropped. If one of the written
// elements is primary, the others no longer are (RFC 7644 §3.5.2).
func (x *patch) store(do verb, t target, array []any, touched []int) error {
	winner := -1
	for _, i := range touched {
		if !isPrimary(array[i]) {
			continue
		}
		if winner >= 0 && winner != i {
			return Errorf(400, InvalidValue, "%s would have two values with primary true", t.label())
		}
		winner = i
	}
	for i, element := range array {
		if winner >= 0 && i != winner && isPrimary(element) {
			demoted := maps.Clone(asObject(element))
			demoted["primary"] = false
			array[i] = demoted
		}
	}
	array = slices.DeleteFunc(array, func(v any) bool { return v == nil })
	x.owned[t.attribute] = true
	if len(array) == 0 {
		return x.put(do, t, nil)
	}
	return x.put(do, t, array)
}

// changed returns an element with the operation's value in it; nil when nothing of it is left.
func (x *patch) changed(do verb, t target, element, v any) (any, error) {
	a := t.attribute
	if t.sub != nil {
		value, err := x.coercer.attribute(t.sub, v, t.label())
		if err != nil {
			return nil, err
		}
		object, _ := element.(map[string]any)
		merged, err := mergeElement(a, object, map[string]any{t.sub.Name: value}, nil, t.label())
		return orNil(merged), err
	}
	value, err := x.coercer.single(a, x.coercer.unwrap(v), t.label())
	if err != nil || value == nil || do == verbReplace || a.Type != ComplexType {
		return value, err
	}
	object, _ := element.(map[string]any)
	sent, _ := v.(map[string]any)
	merged, err := mergeElement(a, object, value, sent, t.label())
	return orNil(merged), err
}

// absent is a path that selects no element.
func (x *patch) absent(do verb, path Path, t target, v any, array []any) error {
	if do == verbRemove {
		if x.Tolerance.RemoveAbsent {
			return nil
		}
		return noTarget(path)
	}
	seed, ok := seedOf(path.Filter)
	if !ok || !x.Tolerance.CreateOnAbsent {
		return noTarget(path)
	}
	given, err := x.changed(verbReplace, t, nil, v)
	if err != nil || given == nil {
		return err // nothing to create: the value clears what is not there
	}
	element, err := x.coercer.element(t.attribute, seed, t.label())
	if err != nil {
		return err
	}
	if object, ok := given.(map[string]any); ok {
		seeded, _ := element.(map[string]any)
		merged, err := mergeElement(t.attribute, seeded, object, nil, t.label())
		if err != nil {
			return err
		}
		given = orNil(merged)
	}
	array = append(array, given)
	return x.store(do, t, array, []int{len(array) - 1})
}

func noTarget(path Path) error {
	return Errorf(400, NoTarget, "%s selects no value", clip(path.String(), 120))
}

// seedOf returns the sub-attributes that an element must have to pass a filter of equalities joined by "and"; false for any other
// filter. No filter asks for nothing.
func seedOf(e Expr) (map[string]any, bool) {
	seed := map[string]any{}
	return seed, collectSeed(e, seed)
}

func collectSeed(e Expr, seed map[string]any) bool {
	switch e := e.(type) {
	case nil:
		return true
	case Comparison:
		if e.Op != Eq || e.Path.URN != "" || e.Path.Sub != "" {
			return false
		}
		if _, old, twice := member(seed, e.Path.Name); twice && !reflect.DeepEqual(old, e.Value) {
			return false
		}
		seed[e.Path.Name] = e.Value
		return true
	case Logical:
		return e.And && collectSeed(e.Left, seed) && collectSeed(e.Right, seed)
	}
	return false
}
