package scim

import "strings"

// equalFold compares names in any case. Names are ASCII, so a different length is a different name.
func equalFold(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// member finds a member of a JSON object: as spelled, else in any case.
func member(object map[string]any, name string) (key string, value any, ok bool) {
	if value, ok = object[name]; ok {
		return name, value, true
	}
	for key, value = range object {
		if equalFold(key, name) {
			return key, value, true
		}
	}
	return "", nil, false
}

// lower is the form in which names are indexed.
func lower(name string) string { return strings.ToLower(name) }
