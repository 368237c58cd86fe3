package scim

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// coercer turns what a client sent into the form that is stored: canonical names, JSON types of the schema, nothing readOnly,
// nothing unassigned. Unassigned means null, an empty array or an empty object (RFC 7643 §2.5) and comes out as nil.
type coercer struct {
	tolerance Tolerance
	shares    bool // an object that stays as it is need not be copied
}

// attribute coerces the value of a whole attribute. The value of a multi-valued one comes out as []any.
func (c coercer) attribute(a *Attribute, v any, where string) (any, error) {
	if !a.MultiValued {
		return c.single(a, c.unwrap(v), where)
	}
	if v == nil {
		return nil, nil //nolint:nilnil // nil is the value: unassigned
	}
	array, ok := v.([]any)
	if !ok {
		return nil, Errorf(400, InvalidValue, "%s is multi-valued and wants an array, not %s", where, kindOf(v))
	}
	out := make([]any, 0, len(array))
	for _, element := range array {
		value, err := c.element(a, element, where)
		if err != nil {
			return nil, err
		}
		if value != nil {
			out = append(out, value)
		}
	}
	if isReference(a) {
		out = distinct(out)
	}
	if len(out) == 0 {
		return nil, nil //nolint:nilnil // nil is the value: unassigned
	}
	return out, onePrimary(out, where)
}

// distinct keeps the first of the references that point to the same resource.
func distinct(array []any) []any {
	seen := newFinder(nil, len(array))
	kept := array[:0]
	for _, element := range array {
		if seen.find(kept, element) < 0 {
			kept = append(kept, element)
			seen.add(element, len(kept)-1)
		}
	}
	return kept
}

// unwrap takes the element of an array of one: an old sample of Entra's sends the manager that way. An empty array is null.
func (c coercer) unwrap(v any) any {
	if array, ok := v.([]any); ok && c.tolerance.BareManager && len(array) <= 1 {
		if len(array) == 0 {
			return nil
		}
		return array[0]
	}
	return v
}

// single coerces the value of a single-valued attribute.
func (c coercer) single(a *Attribute, v any, where string) (any, error) {
	if c.empty(a, v) {
		return nil, nil //nolint:nilnil // nil is the value: unassigned
	}
	return c.element(a, v, where)
}

// empty tells whether a value stands for "no value" beyond null, as the tolerance has it.
func (c coercer) empty(a *Attribute, v any) bool {
	if a.Type != ComplexType {
		return v == "" && c.tolerance.EmptyClears && !a.Required
	}
	if !c.tolerance.EmptyManagerClears {
		return false
	}
	if object, ok := v.(map[string]any); ok && len(object) == 1 {
		_, v, ok = member(object, "value")
		return ok && (v == "" || v == nil)
	}
	return v == ""
}

// element coerces one value: a simple one, a complex one, or an element of a multi-valued attribute.
func (c coercer) element(a *Attribute, v any, where string) (any, error) {
	if v == nil {
		return nil, nil //nolint:nilnil // nil is the value: unassigned
	}
	if a.Type != ComplexType {
		return c.simple(a, v, where)
	}
	object, ok := v.(map[string]any)
	if !ok {
		s, isString := v.(string)
		value, hasValue := a.Sub("value")
		if !isString || !hasValue || !c.tolerance.BareManager {
			return nil, Errorf(400, InvalidValue, "%s wants an object, not %s", where, kindOf(v))
		}
		object = map[string]any{value.Name: s}
	}
	return c.object(a, object, where)
}

func (c coercer) object(a *Attribute, object map[string]any, where string) (any, error) {
	if c.shares && c.settled(a, object) {
		return object, nil
	}
	out := make(map[string]any, len(object))
	for name, v := range object {
		sub, ok := a.Sub(name)
		if !ok {
			switch {
			case c.tolerance.RoleStrings && equalFold(a.Name, "roles"):
				if v != nil {
					out[name] = v
				}
			case !c.tolerance.IgnoreUnknown:
				return nil, Errorf(400, InvalidValue, "%s has no sub-attribute %q", where, clip(name, 80))
			}
			continue
		}
		if sub.Mutability == ReadOnly {
			continue
		}
		value, err := c.attribute(sub, v, "")
		if err != nil { // only then it matters where it came up
			if _, err = c.attribute(sub, v, where+"."+sub.Name); err != nil {
				return nil, err
			}
		}
		if value != nil {
			out[sub.Name] = value
		}
	}
	if len(out) == 0 {
		return nil, nil //nolint:nilnil // nil is the value: unassigned
	}
	return out, nil
}

// settled says whether an object is in its form already: each member a text or a boolean, under the name of a sub-attribute of that type.
// One that is not may be too.
func (c coercer) settled(a *Attribute, object map[string]any) bool {
	for name, v := range object {
		sub, ok := a.Sub(name)
		if !ok || sub.Name != name || sub.MultiValued || sub.Mutability == ReadOnly || c.empty(sub, v) {
			return false
		}
		switch v.(type) {
		case string:
			ok = sub.Type == StringType || sub.Type == ReferenceType
		case bool:
			ok = sub.Type == BooleanType
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return len(object) > 0
}

// simple coerces a value of one of the simple types of RFC 7643 §2.3.
func (c coercer) simple(a *Attribute, v any, where string) (any, error) {
	switch a.Type {
	case BooleanType:
		if _, ok := v.(bool); ok {
			return v, nil
		}
		if b, ok := booleanOf(v); ok && c.tolerance.StringBooleans {
			return b, nil
		}
	case IntegerType, DecimalType:
		if s, ok := v.(string); ok && c.tolerance.StringNumbers && validNumber(strings.TrimSpace(s)) {
			v = json.Number(strings.TrimSpace(s))
		}
		if n, ok := v.(json.Number); ok && (a.Type == DecimalType || !strings.ContainsAny(n.String(), ".eE")) {
			return v, nil
		}
	case DateTimeType:
		if s, ok := v.(string); ok {
			if _, err := parseDateTime(s); err == nil {
				return v, nil
			}
		}
	case BinaryType:
		if s, ok := v.(string); ok && isBase64(s) {
			return v, nil
		}
	default:
		if _, ok := v.(string); ok {
			return v, nil
		}
	}
	return nil, Errorf(400, InvalidValue, "%s is %s and cannot be %s", where, a.Type, shown(v))
}

func shown(v any) string {
	switch v := v.(type) {
	case string:
		return "the string " + quoted(clip(v, 80))
	case json.Number:
		return "the number " + clip(v.String(), 80)
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return kindOf(v)
}

func quoted(s string) string {
	var b strings.Builder
	writeQuoted(&b, s)
	return b.String()
}

func isBase64(s string) bool {
	s = strings.TrimRight(s, "=")
	_, errStd := base64.RawStdEncoding.DecodeString(s)
	_, errURL := base64.RawURLEncoding.DecodeString(s)
	return errStd == nil || errURL == nil
}

// onePrimary refuses two values with "primary": true (RFC 7643 §2.4: it must appear no more than once).
func onePrimary(array []any, where string) error {
	n := 0
	for _, element := range array {
		if isPrimary(element) {
			n++
		}
	}
	if n > 1 {
		return Errorf(400, InvalidValue, "%s has %d values with primary true, at most one is allowed", where, n)
	}
	return nil
}

func isPrimary(element any) bool {
	object, _ := element.(map[string]any)
	return object["primary"] == true
}
