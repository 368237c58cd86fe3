package scim

import (
	"bytes"
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// AppendJSON appends a value of a [Resource] to text as encoding/json writes it, members in the order of their names, but with & < > as
// they are. The error is that of encoding/json, for a value no resource has.
func AppendJSON(to []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(to, "null"...), nil
	case string:
		return AppendText(to, v), nil
	case bool:
		if v {
			return append(to, "true"...), nil
		}
		return append(to, "false"...), nil
	case Resource:
		return appendObject(to, v)
	case map[string]any:
		return appendObject(to, v)
	case []any:
		if v != nil {
			return appendArray(to, v)
		}
	}
	var rest bytes.Buffer
	encoder := json.NewEncoder(&rest)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return to, err
	}
	return append(to, bytes.TrimSuffix(rest.Bytes(), []byte("\n"))...), nil
}

func appendObject(to []byte, object map[string]any) ([]byte, error) {
	if object == nil {
		return append(to, "null"...), nil
	}
	to = append(to, '{')
	var few [24]string
	for i, name := range sortedNames(few[:0], object) {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(AppendText(to, name), ':')
		var err error
		if to, err = AppendJSON(to, object[name]); err != nil {
			return to, err
		}
	}
	return append(to, '}'), nil
}

// sortedNames appends the names of an object's members, in order, to a list that is empty.
func sortedNames(names []string, object map[string]any) []string {
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func appendArray(to []byte, array []any) ([]byte, error) {
	to = append(to, '[')
	for i, element := range array {
		if i > 0 {
			to = append(to, ',')
		}
		var err error
		if to, err = AppendJSON(to, element); err != nil {
			return to, err
		}
	}
	return append(to, ']'), nil
}

// AppendText appends text as a JSON string, as [AppendJSON] does. Bytes that are not UTF-8 become U+FFFD.
func AppendText(to []byte, s string) []byte {
	begin, done := len(to), 0
	to = append(to, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			to = append(append(to, s[done:i]...), '\\')
			done = i
		case c < ' ' || c >= utf8.RuneSelf:
			return appendEscaped(to[:begin], s)
		}
	}
	return append(append(to, s[done:]...), '"')
}

// appendEscaped is AppendText for text of every kind.
func appendEscaped(to []byte, s string) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return append(to, `""`...) // text can always be written
	}
	return append(to, bytes.TrimSuffix(text.Bytes(), []byte("\n"))...)
}
