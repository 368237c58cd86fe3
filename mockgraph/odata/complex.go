package odata

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// appendComplex writes a value of one of the directory's types as Graph does: text without a value and a date that never came are
// null, a collection without elements is []. Members marked omitempty are left out instead.
func appendComplex(dst []byte, v reflect.Value) []byte {
	if at, ok := reflect.TypeAssert[time.Time](v); ok {
		if at.IsZero() {
			return append(dst, "null"...)
		}
		return appendValue(dst, at, false)
	}
	if _, ok := reflect.TypeAssert[json.Marshaler](v); ok {
		return appendJSON(dst, v)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return append(dst, "null"...)
		}
		return appendComplex(dst, v.Elem())
	case reflect.String:
		return appendNullable(dst, v.String())
	case reflect.Bool:
		return strconv.AppendBool(dst, v.Bool())
	case reflect.Int:
		return strconv.AppendInt(dst, v.Int(), 10)
	case reflect.Slice:
		return appendElements(dst, v)
	case reflect.Struct:
		return appendStruct(dst, v)
	default:
		return appendJSON(dst, v)
	}
}

// appendJSON writes what encoding/json makes of a value.
func appendJSON(dst []byte, v reflect.Value) []byte {
	raw, err := json.Marshal(v.Interface())
	if err != nil {
		return append(dst, "null"...) // no value type of the directory fails
	}
	return append(dst, raw...)
}

func appendElements(dst []byte, v reflect.Value) []byte {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		if v.Len() == 0 {
			return append(dst, "null"...)
		}
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, v.Bytes())
		return append(dst, '"')
	}
	dst = append(dst, '[')
	for i := range v.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendComplex(dst, v.Index(i))
	}
	return append(dst, ']')
}

func appendStruct(dst []byte, v reflect.Value) []byte {
	t := v.Type()
	dst = append(dst, '{')
	for i := range t.NumField() {
		field := t.Field(i)
		name, option, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || name == "" || option == "omitempty" && v.Field(i).IsZero() {
			continue
		}
		dst = appendString(separate(dst), name)
		dst = append(dst, ':')
		dst = appendComplex(dst, v.Field(i))
	}
	return append(dst, '}')
}
