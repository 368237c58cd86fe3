package scim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Resource is a SCIM resource as a JSON object: members are string, bool, json.Number, nil, map[string]any or []any of these.
// Attributes of an extension live in an object under the extension's URN (RFC 7643 §3.3).
type Resource map[string]any

// DecodeResource reads one resource. Of members whose names differ only in case the last one stays. Nesting is bounded by
// [MaxDepth]; the caller bounds the length.
func DecodeResource(data []byte) (Resource, error) {
	object, err := decodeObject(data)
	if err != nil {
		return nil, fmt.Errorf("decode resource: %w", err)
	}
	return object, nil
}

// DecodeMembers is [DecodeResource] for who needs few members of the resource, named in any case: the others are left out, though the same
// text is refused.
func DecodeMembers(data []byte, names ...string) (Resource, error) {
	if v, ok := decodePlain(data, names...); ok {
		if object, ok := v.(map[string]any); ok {
			return object, nil
		}
	}
	all, err := DecodeResource(data)
	if err != nil {
		return nil, err
	}
	few := Resource{}
	for name, v := range all {
		if slices.ContainsFunc(names, func(n string) bool { return equalFold(n, name) }) {
			few[name] = v
		}
	}
	return few, nil
}

// DecodeText is [DecodeMembers], or without names [DecodeResource], of text that stays in memory as long as a string of the resource does.
func DecodeText(text string, names ...string) (Resource, error) {
	if v, ok := readPlain(text, true, names); ok {
		if object, ok := v.(map[string]any); ok {
			return object, nil
		}
	}
	if len(names) == 0 {
		return DecodeResource([]byte(text))
	}
	return DecodeMembers([]byte(text), names...)
}

// ID is the resource's id; empty when there is none or it is not a string.
func (r Resource) ID() string {
	id, _ := r["id"].(string)
	return id
}

// Get returns the value at a path written as in PATCH (RFC 7644 §3.5.2): `name.givenName`, `emails[type eq "work"].value`,
// `urn:…:User:department`, or the URN of a whole extension. Names are looked up in any case. Of a multi-valued attribute a
// filter, or a sub-attribute without a filter, takes the first element that has the value; the bare name gives the whole
// array. An invalid path, an absent value and null give nil and false. The value is shared with the resource.
func (r Resource) Get(path string) (any, bool) {
	if simpleName(path) {
		_, v, _ := member(r, path)
		return v, v != nil
	}
	p, err := ParsePath(path)
	if err != nil {
		return nil, false
	}
	v := r.value(p.AttributePath)
	if v == nil {
		return nil, false
	}
	if p.Filter != nil {
		v = firstOf(v, compileExpr(p.Filter, elementScope{}), p.FilterSub)
	} else if p.Sub != "" {
		v = firstOf(v, nil, p.Sub)
	}
	return v, v != nil
}

// value is the attribute a path names, without its sub-attribute; nil when absent.
func (r Resource) value(p AttributePath) any {
	if p.URN == "" {
		_, v, _ := member(r, p.Name)
		return v
	}
	if _, container, ok := member(r, p.URN); ok {
		object, _ := container.(map[string]any)
		_, v, _ := member(object, p.Name)
		return v
	}
	if _, container, ok := member(r, p.URN+":"+p.Name); ok && p.Sub == "" {
		return container
	}
	if equalFold(p.URN, UserURN) || equalFold(p.URN, GroupURN) {
		_, v, _ := member(r, p.Name)
		return v
	}
	return nil
}

// firstOf returns the first element of v (or v itself when it is no array) that passes the test and has the sub-attribute.
func firstOf(v any, test predicate, sub string) any {
	for element := range elements(v) {
		object, ok := element.(map[string]any)
		if !ok || test != nil && !test(object) {
			continue
		}
		if sub == "" {
			return element
		}
		if _, found, _ := member(object, sub); found != nil {
			return found
		}
	}
	return nil
}

// elements yields the elements of an array, or the one value that is not an array; nothing for nil.
func elements(v any) func(yield func(any) bool) {
	return func(yield func(any) bool) {
		array, ok := v.([]any)
		if !ok {
			if v != nil {
				yield(v)
			}
			return
		}
		for _, element := range array {
			if !yield(element) {
				return
			}
		}
	}
}

// String returns the value at a path as text: a string as it is, a boolean as true or false, a number as written. It is
// empty when the value is absent or has parts.
func (r Resource) String(path string) string {
	v, _ := r.Get(path)
	switch v := v.(type) {
	case string:
		return v
	case bool, json.Number:
		return fmt.Sprint(v)
	}
	return ""
}

// HasSchema tells whether "schemas" lists the URN, in any case.
func (r Resource) HasSchema(urn string) bool {
	for v := range elements(r["schemas"]) {
		if s, ok := v.(string); ok && strings.EqualFold(s, urn) {
			return true
		}
	}
	return false
}

// Clone returns a deep copy; nil stays nil.
func (r Resource) Clone() Resource {
	if r == nil {
		return nil
	}
	return cloneObject(r)
}

func cloneObject(object map[string]any) map[string]any {
	c := make(map[string]any, len(object))
	for key, value := range object {
		c[key] = cloneValue(value)
	}
	return c
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return cloneObject(v)
	case []any:
		c := make([]any, len(v))
		for i, value := range v {
			c[i] = cloneValue(value)
		}
		return c
	}
	return v
}
