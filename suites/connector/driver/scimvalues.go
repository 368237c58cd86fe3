package driver

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// values are the attributes of a request under their SCIM names.
func (c *scimConnector) values(r connector.Request) ([]wire.Attribute, error) {
	names := c.settings.attributesOf(r.Type)
	var all []wire.Attribute
	for _, name := range slices.Sorted(maps.Keys(r.Attributes)) {
		path, known := names[name]
		switch {
		case known:
		case r.Type == connector.Group && slices.Contains(unsaid, name):
			continue
		default:
			return nil, &connector.Error{Code: connector.NotSupported, Message: "no SCIM attribute is named for " + name}
		}
		v := valueFor(r.Attributes[name], single(path))
		if id, ok := v.(string); ok && name == "manager" {
			v = c.ids.there(id)
		}
		all = append(all, wire.Attribute{Path: path, Value: v})
	}
	return all, nil
}

// valueFor is a value as the composer takes it: text, a boolean, a list of texts, or nil for none.
func valueFor(v any, one bool) any {
	switch v := v.(type) {
	case nil, string, bool:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []string:
		return several(v, one)
	case []any:
		texts := make([]string, len(v))
		for i, e := range v {
			texts[i] = fmt.Sprint(e)
		}
		return several(texts, one)
	default:
		return fmt.Sprint(v)
	}
}

func several(v []string, one bool) any {
	switch {
	case len(v) == 0:
		return nil
	case one:
		return v[0]
	default:
		return v
	}
}

// shownAs are the attributes of a resource under Graph's names.
func shownAs(r scim.Resource, names map[string]string) map[string]any {
	all := map[string]any{}
	for name, path := range names {
		if v, ok := wire.Current(r, path); ok && name != "password" {
			all[name] = v
		}
	}
	return all
}

// search is the first request that finds what is asked for, with a filter or without.
func (c *scimConnector) search(r connector.Request, names map[string]string) (wire.Request, error) {
	if r.Filter == nil {
		return page(r.Type, 1), nil
	}
	path, known := names[r.Filter.Attribute]
	if r.Filter.Attribute == "id" {
		path, known = "id", true
	}
	if !known {
		return wire.Request{}, &connector.Error{Code: connector.NotSupported, Message: "no SCIM attribute is named for " + r.Filter.Attribute}
	}
	value := r.Filter.Value
	if path == "id" {
		value = c.ids.there(value)
	}
	if r.Type == connector.Group {
		return c.composer.MatchGroup(path, value), nil
	}
	return c.composer.MatchUser(path, value), nil
}

// page asks for all, from one of them on.
func page(t connector.Type, from int) wire.Request {
	target, with := "/Users", url.Values{}
	if t == connector.Group {
		target = "/Groups"
		with.Set("excludedAttributes", "members")
	}
	if from > 1 {
		with.Set("startIndex", strconv.Itoa(from))
	}
	if len(with) > 0 {
		target += "?" + with.Encode()
	}
	return wire.Request{Method: http.MethodGet, Target: target}
}

// valuesOf are the values of a multi-valued attribute, such as those of roles.
func valuesOf(r scim.Resource, attribute string) []string {
	v, _ := r.Get(attribute)
	list, _ := v.([]any)
	var all []string
	for _, e := range list {
		switch e := e.(type) {
		case string:
			all = append(all, e)
		case map[string]any:
			if text, ok := e["value"].(string); ok {
				all = append(all, text)
			}
		}
	}
	return all
}

// licencePatch gives a user these values of an attribute and no others.
func (c *scimConnector) licencePatch(id, attribute string, values []string) (wire.Request, error) {
	act := map[bool][2]string{true: {"replace", "remove"}, false: {"Replace", "Remove"}}[c.client.Dialect() == wire.AADOptSCIM]
	operation := map[string]any{"op": act[1], "path": attribute}
	if len(values) > 0 {
		var elements []any
		for _, v := range values {
			elements = append(elements, map[string]any{"value": v})
		}
		operation = map[string]any{"op": act[0], "path": attribute, "value": elements}
	}
	body, err := json.Marshal(map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}, "Operations": []any{operation}})
	if err != nil {
		return wire.Request{}, fmt.Errorf("write change of %s: %w", attribute, err)
	}
	return wire.Request{Method: http.MethodPatch, Target: "/Users/" + url.PathEscape(id), Body: body, ContentType: wire.ContentType}, nil
}
