package wire

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// Current returns what a resource holds for a target attribute, as the mapping names it: for emails[type eq "work"].value the
// value of the first element of that type, for a reference the id it refers to. False means no value: absent, null, an empty
// text or an empty array (RFC 7643 §2.5). For the primary role it is all roles where none is primary, because the PATCH that
// writes a single role cannot say that it is.
func Current(r scim.Resource, path string) (any, bool) {
	v, ok := r.Get(path)
	if !ok && strings.HasPrefix(fold(path), "roles[primary") {
		v, ok = r.Get("roles")
	}
	if !ok {
		return nil, false
	}
	if o, isObject := v.(map[string]any); isObject && isManager(path) {
		v = value(o)
	}
	switch v := v.(type) {
	case nil:
		return nil, false
	case string:
		if v == "" {
			return nil, false
		}
	case []any:
		if len(v) == 0 {
			return nil, false
		}
	}
	return v, true
}

func isManager(path string) bool {
	last := path[strings.LastIndexByte(path, ':')+1:]
	return isFold(last, "manager")
}

// value returns the member value of an element, in any case.
func value(element map[string]any) any {
	for name, v := range element {
		if strings.EqualFold(name, "value") {
			return v
		}
	}
	return nil
}

// Same says whether the target already holds what a mapping wants, so that nothing need be sent. Text is compared without
// regard to case unless the target attribute is caseExact; the text of a boolean or a number equals the JSON boolean or
// number; no value equals empty text; lists and roles are compared without regard to order.
// Source: learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data, note on ToLower; that
// boolean text equals the boolean is not documented.
func Same(want, have any, caseExact bool) bool {
	switch w := want.(type) {
	case mapping.Roles:
		return sameRoles(w, have, caseExact)
	case []string:
		return sameList(w, have, caseExact)
	}
	w, ok := asText(want)
	h, known := asText(have)
	if !ok || !known {
		return false
	}
	if isBoolean(want) || isBoolean(have) {
		caseExact = false
	}
	return w == h || !caseExact && strings.EqualFold(w, h)
}

func isBoolean(v any) bool { _, ok := v.(bool); return ok }

// asText returns the text of a single value, "" for none; false when it is not a single value.
func asText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case bool:
		return boolText(v), true
	case json.Number:
		return v.String(), true
	case map[string]any:
		return asText(value(v))
	}
	return "", false
}

// texts returns the texts of a list, of a single value, or of none.
func texts(v any) ([]string, bool) {
	list, ok := v.([]any)
	if !ok {
		s, single := asText(v)
		if s == "" {
			return nil, single
		}
		return []string{s}, true
	}
	var all []string
	for _, element := range list {
		s, ok := asText(element)
		if !ok {
			return nil, false
		}
		all = append(all, s)
	}
	return all, true
}

func sameList(want []string, have any, caseExact bool) bool {
	got, ok := texts(have)
	if _, single := have.([]any); ok && !single && len(want) > 0 { // an element of one type holds the first value
		want = want[:1]
	}
	return ok && len(want) == len(got) && contains(got, want, caseExact)
}

// contains says whether every wanted text is there, each found one once.
func contains(got, want []string, caseExact bool) bool {
	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, func(g string) bool { return w == g || !caseExact && strings.EqualFold(w, g) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

// Lacking returns the wanted values that the target's list has not, in their order; all when it is no list of values.
func Lacking(want []string, have any, caseExact bool) []string {
	got, _ := texts(have)
	return slices.DeleteFunc(slices.Clone(want), func(w string) bool { return contains(got, []string{w}, caseExact) })
}

// sameRoles compares by the roles' values. Single and complex roles are only added, so others may stand beside them; assertive
// roles are all there may be. A target may keep the JSON text a PATCH carries or what stands in it.
func sameRoles(want mapping.Roles, have any, caseExact bool) bool {
	got, ok := texts(have)
	if !ok {
		return false
	}
	for i, s := range got {
		var inner struct {
			Value       string `json:"value"`
			DisplayName string `json:"displayName"`
		}
		if strings.HasPrefix(s, "{") && json.Unmarshal([]byte(s), &inner) == nil {
			got[i] = mapping.Role{Value: inner.Value, DisplayName: inner.DisplayName}.Text()
		}
	}
	var values []string
	for _, r := range want.Roles {
		values = append(values, r.Text())
	}
	if want.Format == mapping.AssertiveRoles && len(values) != len(got) {
		return false
	}
	return contains(got, values, caseExact)
}
