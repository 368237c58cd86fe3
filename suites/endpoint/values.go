package endpoint

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// member returns a member of a JSON object by its exact name first, then in any case.
func member(object map[string]any, name string) any {
	if v, ok := object[name]; ok {
		return v
	}
	for key, v := range object {
		if strings.EqualFold(key, name) {
			return v
		}
	}
	return nil
}

func integer(v any) (int, bool) {
	switch n := v.(type) {
	case json.Number:
		i, err := n.Int64()
		return int(i), err == nil
	case float64:
		return int(n), n == float64(int(n))
	}
	return 0, false
}

// contains says whether a JSON list has the text in it, in any case.
func contains(list any, text string) bool {
	items, _ := list.([]any)
	for _, item := range items {
		if s, ok := item.(string); ok && strings.EqualFold(s, text) {
			return true
		}
	}
	return false
}

// elements returns the complex values of a multi-valued attribute. A single complex value counts as a list of one.
func elements(r scim.Resource, name string) []scim.Resource {
	value := member(r, name)
	if one, ok := value.(map[string]any); ok {
		return []scim.Resource{one}
	}
	items, _ := value.([]any)
	var list []scim.Resource
	for _, item := range items {
		if element, ok := item.(map[string]any); ok {
			list = append(list, scim.Resource(element))
		}
	}
	return list
}

// element returns the first element whose value is this text.
func element(r scim.Resource, name, value string) (scim.Resource, bool) {
	for _, e := range elements(r, name) {
		if strings.EqualFold(e.String("value"), value) {
			return e, true
		}
	}
	return nil, false
}

// memberIDs returns the ids of a group's members as the target lists them.
func memberIDs(group scim.Resource) []string {
	ids := []string{}
	for _, m := range elements(group, "members") {
		ids = append(ids, m.String("value"))
	}
	return ids
}

// truth reads a boolean leniently: targets that answer the text "True" have a check of their own.
func truth(v any) (value, known bool) {
	switch b := v.(type) {
	case bool:
		return b, true
	case string:
		switch strings.ToLower(b) {
		case "true":
			return true, true
		case "false":
			return false, true
		}
	}
	return false, false
}

// inactive says whether the target shows the user as disabled. A target that leaves the attribute out once it is false has a
// check of its own; wasActive says that it showed it before.
func inactive(r scim.Resource, wasActive bool) bool {
	value, known := truth(member(r, "active"))
	return known && !value || wasActive && member(r, "active") == nil
}

func active(r scim.Resource) bool {
	value, known := truth(member(r, "active"))
	return known && value
}

// dateIn reads a date as xsd:dateTime, in which the time zone may be left out. Source: RFC 7643 §2.3.5.
func dateIn(v View, path string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if date, err := time.Parse(layout, v.String(path)); err == nil {
			return date, true
		}
	}
	return time.Time{}, false
}

// managerID returns the id in the manager attribute in whatever form the target shows it.
func managerID(r scim.Resource) string {
	v, _ := r.Get(scim.EnterpriseURN + ":manager")
	switch m := v.(type) {
	case string:
		return m
	case map[string]any:
		return scim.Resource(m).String("value")
	case []any:
		if len(m) > 0 {
			if first, ok := m[0].(map[string]any); ok {
				return scim.Resource(first).String("value")
			}
		}
	}
	return ""
}
