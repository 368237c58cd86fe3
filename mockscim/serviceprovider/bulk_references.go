package serviceprovider

import (
	"maps"
	"slices"
	"strings"
)

// bulkPrefix marks a reference to what another operation of the same bulk request creates (RFC 7644 §3.7.2).
const bulkPrefix = "bulkId:"

// bulkReferences lists the bulkIds that an operation refers to: in its path, and in the "value" of what it writes.
func bulkReferences(path string, data any) []string {
	var found []string
	if _, id, ok := strings.Cut(path, "/"+bulkPrefix); ok {
		found = append(found, id)
	}
	return collectReferences(found, data, false)
}

func collectReferences(found []string, v any, named bool) []string {
	switch v := v.(type) {
	case string:
		if id, ok := strings.CutPrefix(v, bulkPrefix); ok && named {
			found = append(found, id)
		}
	case []any:
		for _, element := range v {
			found = collectReferences(found, element, named)
		}
	case map[string]any:
		for name, value := range v {
			found = collectReferences(found, value, strings.EqualFold(name, "value"))
		}
	}
	return found
}

// resolve is a copy of what an operation writes with ids in the place of references to them.
func resolve(v any, ids map[string]string, named bool) any {
	switch v := v.(type) {
	case string:
		if bulkID, ok := strings.CutPrefix(v, bulkPrefix); ok && named {
			if id, known := ids[bulkID]; known {
				return id
			}
		}
		return v
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = resolve(v[i], ids, named)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = resolve(value, ids, strings.EqualFold(name, "value"))
		}
		return out
	}
	return v
}

// unreferring is a copy of a resource without the values that refer to what is not there yet: elements of multi-valued attributes
// and whole complex ones, also of extensions. It is how one of a circle can be made first.
func unreferring(resource any, ids map[string]string) any {
	object, ok := resource.(map[string]any)
	if !ok {
		return resource
	}
	open := func(v any) bool {
		return slices.ContainsFunc(collectReferences(nil, v, false), func(id string) bool { return ids[id] == "" })
	}
	out := maps.Clone(object)
	for name, v := range object {
		if !open(v) {
			continue
		}
		array, multiValued := v.([]any)
		switch {
		case multiValued:
			out[name] = slices.DeleteFunc(slices.Clone(array), open)
		case strings.Contains(name, ":"):
			out[name] = unreferring(v, ids)
		default:
			delete(out, name)
		}
	}
	return out
}
