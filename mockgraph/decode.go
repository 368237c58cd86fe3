package mockgraph

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// content is what the body of a create or an update says.
type content struct {
	properties directory.Properties
	binds      map[string][]string // navigation property to ids, of members such as owners@odata.bind
	aside      map[string]json.RawMessage
}

// content reads the body as the properties of an object of a type. before is the object as it is, nil on creation: complex values
// are merged into it, collections replaced. id, annotations and what the type does not know are treated as Graph does: the first
// two ignored, the last refused. Members named in aside are left to the caller.
func (c *call) content(t directory.Type, before *directory.Object, aside ...string) (content, error) {
	members, err := c.members()
	if err != nil {
		return content{}, err
	}
	if len(members) == 0 && before != nil {
		return content{}, refuse(http.StatusBadRequest, codeBadRequest, "Empty Payload. JSON content expected.")
	}
	read := content{properties: directory.Properties{}, binds: map[string][]string{}, aside: map[string]json.RawMessage{}}
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names) // so that the same body is always refused for the same reason
	for _, name := range names {
		if slices.Contains(aside, name) {
			read.aside[name] = members[name]
			continue
		}
		if navigation, bound := strings.CutSuffix(name, "@odata.bind"); bound {
			if read.binds[navigation], err = bindIDs(navigation, members[name]); err != nil {
				return content{}, err
			}
			for _, id := range read.binds[navigation] {
				if err := c.met(id); err != nil {
					return content{}, err
				}
			}
			continue
		}
		if strings.EqualFold(name, "id") && before != nil {
			if err := sameID(before, members[name]); err != nil {
				return content{}, err
			}
		}
		if strings.Contains(name, "@") || strings.EqualFold(name, "id") && t != directory.Domain {
			continue
		}
		if err := c.property(t, before, name, members[name], read.properties); err != nil {
			return content{}, err
		}
	}
	c.sent = read.properties
	return read, nil
}

// sameID refuses to change an object's id, as every property that is read-only; the one it has may stand in the body.
func sameID(o *directory.Object, raw json.RawMessage) error {
	var id string
	if json.Unmarshal(raw, &id) == nil && strings.EqualFold(id, o.ID()) {
		return nil
	}
	return &directory.Error{Code: directory.CodeBadRequest, Target: "id", Message: "Property 'id' is read-only and cannot be set."}
}

// property reads one member.
func (c *call) property(t directory.Type, before *directory.Object, name string, raw json.RawMessage, into directory.Properties) error {
	p, known := directory.PropertyOf(t, name)
	if !known {
		p, known = c.snapshot().ExtensionProperty(t, name)
	}
	if !known && strings.HasPrefix(strings.ToLower(name), "extension_") {
		into[name] = nil // for the directory to refuse in its words
		return nil
	}
	if !known {
		return unknownProperty(t, name)
	}
	if p.Mutability == directory.External || p.Mutability == directory.ReadOnly || p.Derived() {
		if before != nil && unchanged(p, before, raw) {
			return nil
		}
		return readOnly(p.Name)
	}
	if _, twice := into[p.Name]; twice { // in another letter case
		return unreadable()
	}
	v, ok := decodeValue(p, before, raw)
	if !ok {
		return invalidValue(t, p.Name)
	}
	into[p.Name] = v
	return nil
}

// unchanged says whether a value is the one Graph gives out. Clients write whole objects back as they read them, and are refused
// read-only properties that differ only: the acceptance tests of github.com/manicminer/hamilton do so with applications, groups
// and service principals.
func unchanged(p directory.Property, before *directory.Object, raw json.RawMessage) bool {
	var given, kept any
	if json.Unmarshal(raw, &given) != nil || json.Unmarshal(odata.AppendValue(nil, p, before.Property(p.Name)), &kept) != nil {
		return false
	}
	return within(given, kept)
}

// within says whether all a JSON value says is so: the members of objects that it has, each element of a list.
func within(given, kept any) bool {
	switch given := given.(type) {
	case map[string]any:
		object, ok := kept.(map[string]any)
		for name, v := range given {
			if !within(v, object[name]) {
				return false
			}
		}
		return ok || kept == nil
	case []any:
		list, ok := kept.([]any)
		if !ok || len(list) != len(given) {
			return false
		}
		for i, v := range given {
			if !within(v, list[i]) {
				return false
			}
		}
		return true
	}
	return given == kept
}

func unknownProperty(t directory.Type, name string) error {
	return &directory.Error{
		Code: directory.CodeBadRequest, Target: name,
		Message: "Property '" + name + "' does not exist on type 'microsoft.graph." + string(t) + "'. Make sure to only use property names that are defined by the type.",
	}
}

func readOnly(name string) error {
	return &directory.Error{Code: directory.CodeBadRequest, Target: name, Message: "Property '" + name + "' is read-only and cannot be set."}
}

func invalidValue(t directory.Type, name string) error {
	return &directory.Error{
		Code: directory.CodeBadRequest, Target: name, Detail: directory.DetailInvalidValue,
		Message: "Invalid value specified for property '" + name + "' of resource '" + title(string(t)) + "'.",
	}
}

// badValue refuses a member of an action's body.
func badValue(name string) error {
	return &directory.Error{Code: directory.CodeBadRequest, Target: name, Message: "Invalid value specified for parameter '" + name + "'."}
}

// decodeValue reads a JSON value as the Go value a property holds; nil for null. Complex values are merged into the one there is.
func decodeValue(p directory.Property, before *directory.Object, raw json.RawMessage) (any, bool) {
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return nil, true
	}
	switch p.Kind {
	case directory.DateTime:
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return nil, false
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			at, err = time.Parse(time.DateOnly, text)
		}
		return at, err == nil
	case directory.JSON:
		var v any
		err := json.Unmarshal(raw, &v)
		return v, err == nil
	default: // as encoding/json reads it
	}
	into := reflect.New(p.GoType())
	if p.Kind == directory.Complex && before != nil {
		if now := before.Property(p.Name); now != nil && reflect.TypeOf(now) == p.GoType() {
			into.Elem().Set(reflect.ValueOf(now))
			clearGiven(into.Elem(), raw)
		}
	}
	if !knownMembers(raw, p.GoType()) || json.Unmarshal(raw, into.Interface()) != nil {
		return nil, false
	}
	return into.Elem().Interface(), true
}

// clearGiven empties the members a complex value is about to get: null clears, and a collection is replaced, where encoding/json
// would leave the one and merge the other element by element.
func clearGiven(v reflect.Value, raw json.RawMessage) {
	var members map[string]json.RawMessage
	if v.Kind() != reflect.Struct || json.Unmarshal(raw, &members) != nil {
		return
	}
	for name, given := range members {
		for i := range v.NumField() {
			tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if !strings.EqualFold(tag, name) {
				continue
			}
			if field := v.Field(i); field.Kind() == reflect.Slice || bytes.Equal(given, []byte("null")) {
				field.SetZero()
			}
		}
	}
}

// knownMembers says whether all members of a complex value, or of the elements of a collection of them, belong to the type.
func knownMembers(raw json.RawMessage, t reflect.Type) bool {
	switch {
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		var elements []json.RawMessage
		if json.Unmarshal(raw, &elements) != nil {
			return false
		}
		return !slices.ContainsFunc(elements, func(each json.RawMessage) bool { return !knownMembers(each, t.Elem()) })
	case t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]():
		return true
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return false
	}
	for name := range members {
		if !strings.Contains(name, "@") && !hasField(t, name) {
			return false
		}
	}
	return true
}

func hasField(t reflect.Type, name string) bool {
	for field := range t.Fields() {
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if strings.EqualFold(tag, name) {
			return true
		}
	}
	return false
}
