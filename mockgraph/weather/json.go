package weather

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// MarshalJSON writes the forecast with durations as strings such as "1.5s" and without members of value zero.
func (f Forecast) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	if err := encode(&b, reflect.ValueOf(f)); err != nil {
		return nil, fmt.Errorf("encode forecast: %w", err)
	}
	return b.Bytes(), nil
}

// UnmarshalJSON reads what [Forecast.MarshalJSON] writes. Members not named become zero, so a forecast is always replaced whole.
// Unknown members and values of another kind are refused by their path, such as rules[2].effect.throttle.retryAfter. It does not
// judge values, [Forecast.Validate] does, but refuses a share written as 0: shares that are left out mean all, 0 is meant as none.
func (f *Forecast) UnmarshalJSON(data []byte) error {
	var read Forecast
	if err := decode("", data, reflect.ValueOf(&read).Elem()); err != nil {
		return fmt.Errorf("decode forecast: %w", err)
	}
	*f = read
	return nil
}

var durationType = reflect.TypeFor[time.Duration]()

// member returns the JSON name of a field.
func member(f reflect.StructField) string { return f.Tag.Get("json") }

func encode(b *bytes.Buffer, v reflect.Value) error {
	switch {
	case v.Type() == durationType:
		fmt.Fprintf(b, "%q", time.Duration(v.Int()))
	case v.Kind() == reflect.Pointer:
		return encode(b, v.Elem()) // set, because nil is left out
	case v.Kind() == reflect.Slice:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := encode(b, v.Index(i)); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	case v.Kind() == reflect.Struct:
		b.WriteByte('{')
		written := 0
		for field, value := range v.Fields() {
			if value.IsZero() {
				continue
			}
			if written++; written > 1 {
				b.WriteByte(',')
			}
			fmt.Fprintf(b, "%q:", member(field))
			if err := encode(b, value); err != nil {
				return err
			}
		}
		b.WriteByte('}')
	default:
		text, err := json.Marshal(v.Interface())
		if err != nil {
			return err //nolint:wrapcheck // wrapped by the caller
		}
		b.Write(text)
	}
	return nil
}

func decode(path string, data []byte, into reflect.Value) error {
	if string(bytes.TrimSpace(data)) == "null" {
		return nil // absent
	}
	switch {
	case into.Type() == durationType:
		var text string
		if err := json.Unmarshal(data, &text); err != nil {
			return fmt.Errorf(`%s: want a duration such as "2s" or "1m30s", got %s`, place(path), excerpt(string(data)))
		}
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf(`%s: want a duration such as "2s" or "1m30s", got %q`, place(path), excerpt(text))
		}
		into.SetInt(int64(d))
	case into.Kind() == reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return decode(path, data, into.Elem())
	case into.Kind() == reflect.Slice:
		return decodeSlice(path, data, into)
	case into.Kind() == reflect.Struct:
		return decodeStruct(path, data, into)
	default:
		if err := json.Unmarshal(data, into.Addr().Interface()); err != nil {
			return fmt.Errorf("%s: want %s, got %s", place(path), kinds[into.Kind()], excerpt(string(data)))
		}
	}
	return nil
}

// kinds say what a kind is in JSON.
var kinds = map[reflect.Kind]string{
	reflect.String: "a string", reflect.Bool: "true or false", reflect.Float64: "a number", reflect.Int: "a whole number",
	reflect.Uint64: "a whole number from 0",
}

func decodeSlice(path string, data []byte, into reflect.Value) error {
	var items []json.RawMessage
	if err := json.Unmarshal(data, &items); err != nil {
		return fmt.Errorf("%s: want a list, got %s", place(path), excerpt(string(data)))
	}
	if len(items) > maxRules {
		return fmt.Errorf("%s: want at most %d, got %d", place(path), maxRules, len(items))
	}
	into.Set(reflect.MakeSlice(into.Type(), len(items), len(items)))
	for i, item := range items {
		if err := decode(fmt.Sprintf("%s[%d]", path, i), item, into.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func decodeStruct(path string, data []byte, into reflect.Value) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return fmt.Errorf("%s: want an object, got %s", place(path), excerpt(string(data)))
	}
	var known []string
	for field, value := range into.Fields() {
		name := member(field)
		known = append(known, name)
		raw, given := members[name]
		if !given {
			continue
		}
		if err := decode(join(path, name), raw, value); err != nil {
			return err
		}
		if field.Tag.Get("weather") == "above0" && value.IsZero() {
			return fmt.Errorf("%s: want a number above 0, got %s; leave it out for the default", join(path, name), raw)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%s: unknown member; there are %s", join(path, excerpt(name)), strings.Join(known, ", "))
		}
	}
	return nil
}

func place(path string) string {
	if path == "" {
		return "forecast"
	}
	return path
}
