package synchronization

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Members are the members of a JSON object that its type does not know, by name. They are read, kept and written again, so that a schema
// exported from a tenant keeps what a newer Graph has added. OData's own (those with @odata. in their names) are left out.
type Members map[string]json.RawMessage

// PlaceError says where in a JSON document something is wrong.
type PlaceError struct {
	Place string // such as synchronizationRules[0].priority
	Err   error
}

// Error returns place and reason.
func (e *PlaceError) Error() string { return e.Place + ": " + e.Err.Error() }

// Unwrap returns the reason.
func (e *PlaceError) Unwrap() error { return e.Err }

// inside puts a place in front of an error's place.
func inside(place string, err error) error {
	inner, ok := errors.AsType[*PlaceError](err)
	switch {
	case !ok:
		return &PlaceError{place, reason(err)}
	case strings.HasPrefix(inner.Place, "["):
		return &PlaceError{place + inner.Place, inner.Err}
	}
	return &PlaceError{place + "." + inner.Place, inner.Err}
}

// reason says an error of decoding without the names of Go's types.
func reason(err error) error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err
	}
	want := "an object"
	switch wrong.Type.Kind() {
	case reflect.String:
		want = "a text"
	case reflect.Bool:
		want = "true or false"
	case reflect.Int:
		want = "a whole number"
	case reflect.Slice:
		want = "a list"
	default: // an object
	}
	return fmt.Errorf("want %s, got %s", want, wrong.Value)
}

// decodeMembers reads a JSON object into a struct, member by member, and the rest into other. The case of names does not count.
func decodeMembers(data []byte, shape any, other *Members) error {
	if isNull(data) {
		return nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return reason(err)
	}
	fields := reflect.ValueOf(shape).Elem()
	*other = nil
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if strings.Contains(name, "@odata.") {
			continue
		}
		i := field(fields.Type(), name)
		if i < 0 {
			if *other == nil {
				*other = Members{}
			}
			(*other)[name] = members[name]
			continue
		}
		if err := json.Unmarshal(members[name], fields.Field(i).Addr().Interface()); err != nil {
			return inside(name, err)
		}
	}
	return nil
}

// field is the field that holds a member, -1 for none.
func field(t reflect.Type, name string) int {
	for i := range t.NumField() {
		known, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if known != "-" && strings.EqualFold(known, name) {
			return i
		}
	}
	return -1
}

// encodeMembers writes a struct, and the members its type does not know behind, by name.
func encodeMembers(shape any, other Members) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // whoever encodes the whole decides
	if err := encoder.Encode(shape); err != nil {
		return nil, err
	}
	data := bytes.TrimSpace(b.Bytes())
	if len(other) == 0 {
		return data, nil
	}
	b.Truncate(len(data) - 1)
	for i, name := range slices.Sorted(maps.Keys(other)) {
		if i > 0 || len(data) > 2 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		if err := json.Compact(&b, other[name]); err != nil {
			return nil, fmt.Errorf("write %q: %w", name, err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads the array, null as nil. An error says which element is wrong.
func (c *Collection[T]) UnmarshalJSON(data []byte) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(data, &elements); err != nil {
		return reason(err)
	}
	*c = nil
	if elements == nil {
		return nil
	}
	out := make(Collection[T], len(elements))
	for i, element := range elements {
		if err := json.Unmarshal(element, &out[i]); err != nil {
			return inside("["+strconv.Itoa(i)+"]", err)
		}
	}
	*c = out
	return nil
}
