package scim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// decodeJSON reads one JSON value: objects as map[string]any, arrays as []any, numbers as json.Number. Of the members of
// an object whose names differ only in case the last one stays. Nesting is bounded by [MaxDepth].
func decodeJSON(data []byte) (any, error) {
	if v, ok := decodePlain(data); ok {
		return v, nil
	}
	return decodeAny(data)
}

// decodeAny is decodeJSON for text of every kind, and says what is wrong with it.
func decodeAny(data []byte) (any, error) {
	if err := checkDepth(data); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("empty body")
		}
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("more text after the JSON value at offset %d", d.InputOffset())
	}
	if hasTwins(v) { // rare: only the order of the text can tell which one is the last
		d = json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		return lastWins(d)
	}
	return v, nil
}

// decodeObject is decodeJSON for a body that must be an object.
func decodeObject(data []byte) (map[string]any, error) {
	v, err := decodeJSON(data)
	if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the body is %s, not an object", kindOf(v))
	}
	return object, nil
}

// checkDepth counts brackets outside strings, before anything is allocated for them.
func checkDepth(data []byte) error {
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		c := data[i]
		if inString {
			switch c {
			case '\\':
				i++
			case '"':
				inString = false
			}
			continue
		}
		switch c {
		case '"':
			inString = true
		case '{', '[':
			if depth++; depth > MaxDepth {
				return fmt.Errorf("more than %d levels of nesting at offset %d", MaxDepth, i)
			}
		case '}', ']':
			depth--
		}
	}
	return nil
}

// hasTwins tells whether any object has two names that differ only in case.
func hasTwins(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		folded := make(map[string]struct{}, len(v))
		for name, value := range v {
			if hasTwins(value) {
				return true
			}
			folded[strings.ToLower(name)] = struct{}{}
		}
		return len(folded) < len(v)
	case []any:
		return slices.ContainsFunc(v, hasTwins)
	}
	return false
}

// lastWins reads text that is known to be valid JSON member by member.
func lastWins(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	delimiter, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	object, array := map[string]any{}, []any{}
	spelled := map[string]string{}
	for d.More() {
		if delimiter == '[' {
			value, err := lastWins(d)
			if err != nil {
				return nil, err
			}
			array = append(array, value)
			continue
		}
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		value, err := lastWins(d)
		if err != nil {
			return nil, err
		}
		delete(object, spelled[strings.ToLower(name)])
		spelled[strings.ToLower(name)] = name
		object[name] = value
	}
	if _, err := d.Token(); err != nil { // the closing bracket
		return nil, err
	}
	if delimiter == '[' {
		return array, nil
	}
	return object, nil
}

// kindOf names the JSON kind of a value for a message.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprintf("%T", v)
}
