package scim

import (
	"maps"
	"reflect"
)

// single changes a single-valued attribute or one of its sub-attributes.
func (x *patch) single(do verb, t target, v any) error {
	a := t.attribute
	if t.sub != nil {
		return x.singleSub(do, t, v)
	}
	if do == verbRemove {
		return x.put(do, t, nil)
	}
	if a.Type != ComplexType {
		value, err := x.coercer.attribute(a, v, t.label())
		if err != nil {
			return err
		}
		return x.put(do, t, value)
	}
	v = x.coercer.unwrap(v)
	if v == nil || x.coercer.empty(a, v) {
		return x.put(do, t, nil)
	}
	changes, err := x.coercer.element(a, v, t.label())
	if err != nil {
		return err
	}
	sent, _ := v.(map[string]any)
	current, _ := x.get(t).(map[string]any)
	merged, err := mergeElement(a, current, changes, sent, t.label())
	if err != nil {
		return err
	}
	return x.put(do, t, orNil(merged))
}

// singleSub changes one sub-attribute of a single-valued complex attribute.
func (x *patch) singleSub(do verb, t target, v any) error {
	current, _ := x.get(t).(map[string]any)
	var value any
	if do != verbRemove {
		var err error
		if value, err = x.coercer.attribute(t.sub, v, t.label()); err != nil {
			return err
		}
	}
	merged, err := mergeElement(t.attribute, current, map[string]any{t.sub.Name: value}, nil, t.label())
	if err != nil {
		return err
	}
	return x.put(do, t, orNil(merged))
}

// mergeElement returns a copy of a complex value with changes made (RFC 7644 §3.5.2.3: sub-attributes that are given replace the
// present ones, the others stay). A nil change takes the sub-attribute away, and so does a null in what the client sent.
// When the "value" of a reference changes, nothing of the old reference stays.
func mergeElement(a *Attribute, current map[string]any, changes any, sent map[string]any, where string) (map[string]any, error) {
	merged := maps.Clone(current)
	if merged == nil {
		merged = map[string]any{}
	}
	set := map[string]any{}
	for name, v := range sent {
		if sub, ok := a.Sub(name); ok && v == nil && sub.Mutability != ReadOnly {
			set[sub.Name] = nil
		}
	}
	given, _ := changes.(map[string]any)
	maps.Copy(set, given)
	if value, ok := set["value"]; ok && isReference(a) && !reflect.DeepEqual(value, merged["value"]) {
		if err := immutableChange(a, "value", merged, value, where); err != nil {
			return nil, err
		}
		merged = map[string]any{}
	}
	for name, v := range set {
		if err := immutableChange(a, name, merged, v, where); err != nil {
			return nil, err
		}
		if key, _, ok := member(merged, name); ok {
			delete(merged, key)
		}
		if v != nil {
			merged[name] = v
		} else if sub, ok := a.Sub(name); ok && sub.Required {
			return nil, Errorf(400, Mutability, "%s.%s is required", where, name)
		}
	}
	return merged, nil
}

// immutableChange refuses another value for an immutable sub-attribute that has one.
func immutableChange(a *Attribute, name string, current map[string]any, v any, where string) error {
	sub, ok := a.Sub(name)
	if !ok || sub.Mutability != Immutable {
		return nil
	}
	if _, old, _ := member(current, name); present(old) && !reflect.DeepEqual(old, v) {
		return Errorf(400, Mutability, "%s of %s is immutable and already has a value", name, where)
	}
	return nil
}

// isReference tells whether a complex attribute points to another resource (RFC 7643 §2.4, "$ref").
func isReference(a *Attribute) bool {
	_, ok := a.Sub("$ref")
	return ok
}

func orNil(object map[string]any) any {
	if len(object) == 0 {
		return nil
	}
	return object
}
