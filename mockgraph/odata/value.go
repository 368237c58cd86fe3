package odata

import (
	"reflect"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// env is what a filter sees while it is evaluated for one item.
type env struct {
	source    Source
	record    Record
	annotate  func(dst []byte, item Record) []byte
	variables [maxLambdas]any // current elements of the enclosing lambdas, outermost first
}

const maxLambdas = 4

type (
	getter    func(e *env) any
	texter    func(e *env) string // "" for no value
	predicate func(e *env) bool
)

// textOf returns the way to a string value that allocates nothing for directory objects; nil when the value is no string that
// is stored.
func (s *Schema) textOf(row *directory.Property) texter {
	name := row.Name
	switch {
	case name == "id":
		return func(e *env) string { return e.record.ID() }
	case row.Kind != directory.String || row.Collection || row.Derived():
		return nil
	}
	if reader, ok := directory.NewReader(s.typ, name); ok {
		return func(e *env) string {
			if o, ok := e.record.(*directory.Object); ok {
				return reader.String(o)
			}
			text, _ := e.record.Property(name).(string)
			return text
		}
	}
	return func(e *env) string {
		if o, ok := e.record.(*directory.Object); ok {
			return o.String(name)
		}
		text, _ := e.record.Property(name).(string)
		return text
	}
}

// asText makes a texter of a getter.
func asText(get getter) texter {
	return func(e *env) string {
		s, _ := get(e).(string)
		return s
	}
}

// ofRecord returns the getter of an item's own property.
func (s *Schema) ofRecord(row *directory.Property) getter {
	name := row.Name
	if of, ok := s.elsewhere[name]; ok {
		return func(e *env) any {
			if o, ok := e.record.(*directory.Object); ok {
				return of(o)
			}
			return nil
		}
	}
	switch name {
	case "id":
		return func(e *env) any { return e.record.ID() }
	case "deletedDateTime":
		return func(e *env) any {
			if o, ok := e.record.(*directory.Object); ok {
				if at, deleted := o.DeletedAt(); deleted {
					return at
				}
				return nil
			}
			return e.record.Property(name)
		}
	}
	if reader, ok := directory.NewReader(s.typ, name); ok {
		return func(e *env) any {
			if o, ok := e.record.(*directory.Object); ok {
				return reader.Value(o)
			}
			return e.record.Property(name)
		}
	}
	return func(e *env) any { return e.record.Property(name) }
}

// fielder is a complex value that knows its members by Graph's names.
type fielder interface{ Field(name string) any }

// ofField returns the getter of a member of a complex value. Members of Go structs are found by their JSON name; a date that
// stands in JSON as text is a date.
func ofField(of getter, field *directory.Property) getter {
	name := field.Name
	if field.Kind == directory.DateTime {
		return func(e *env) any {
			v := fieldOf(of(e), name)
			if text, ok := v.(string); ok {
				if when, ok := parseDate(text); ok {
					return when
				}
				return nil
			}
			return v
		}
	}
	return func(e *env) any { return fieldOf(of(e), name) }
}

func fieldOf(v any, name string) any {
	switch v := v.(type) {
	case nil:
		return nil
	case fielder:
		return v.Field(name)
	case map[string]any:
		return v[name]
	case directory.AssignedLicense: // filtered more often than everything else that is complex
		if name == "skuId" {
			return v.SkuID
		}
	}
	return structField(reflect.ValueOf(v), name)
}

// structField is the way for value types that do not implement Field; only complex values ever come here.
func structField(v reflect.Value, name string) any {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	t := v.Type()
	for i := range t.NumField() {
		tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if tag == name && t.Field(i).IsExported() {
			return plain(v.Field(i))
		}
	}
	return nil
}

// plain turns a field into a value filters know; pointers that are nil and zero times are no value.
func plain(v reflect.Value) any {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if t, ok := reflect.TypeAssert[time.Time](v); ok {
		if t.IsZero() {
			return nil
		}
		return t
	}
	switch v.Kind() {
	case reflect.String:
		if v.Len() == 0 {
			return nil
		}
		return v.String()
	case reflect.Int, reflect.Int32, reflect.Int64:
		return int(v.Int())
	default:
		return v.Interface()
	}
}

// length returns the number of elements of a collection.
func length(v any) int {
	switch v := v.(type) {
	case nil:
		return 0
	case []string:
		return len(v)
	case []any:
		return len(v)
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice {
		return r.Len()
	}
	return 0
}

// each calls yield for the elements of a collection until it returns false.
func each(v any, yield func(any) bool) {
	switch v := v.(type) {
	case nil:
		return
	case []string:
		for _, s := range v {
			if !yield(s) {
				return
			}
		}
		return
	case []any:
		for _, x := range v {
			if !yield(x) {
				return
			}
		}
		return
	case []directory.AssignedLicense:
		for i := range v {
			if !yield(v[i]) {
				return
			}
		}
		return
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice {
		return
	}
	for i := range r.Len() {
		if !yield(r.Index(i).Interface()) {
			return
		}
	}
}
