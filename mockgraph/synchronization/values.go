package synchronization

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Collection is a JSON array that is never null: a nil collection encodes as [].
type Collection[T any] []T

// MarshalJSON writes the array, [] when the collection is nil.
func (c Collection[T]) MarshalJSON() ([]byte, error) {
	if c == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]T(c))
}

// Text is a nullable string: "" encodes as null, and null decodes as "".
type Text string

// MarshalJSON writes the string, null when it is empty.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// Details is a bag of additional members, an object that is never null: nil encodes as {}.
type Details map[string]string

// MarshalJSON writes the object, {} when there are no details.
func (d Details) MarshalJSON() ([]byte, error) {
	if d == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]string(d))
}

// StringPair is Graph's stringKeyStringValuePair; metadata entries and job settings have their own, equal shapes.
type StringPair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// LongPair is Graph's stringKeyLongValuePair.
type LongPair struct {
	Key   string `json:"key"`
	Value int64  `json:"value"`
}

// Setting is Graph's keyValuePair, as synchronizationJobSettings holds them.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// flags is a table of names of a flags enumeration, lowest bit first.
type flags []string

// none stands for the empty set where the enumeration has a word for it, "" where it has not.
func (f flags) format(bits uint, none string) string {
	var names []string
	for i, name := range f {
		if bits&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}

func (f flags) parse(kind, text, none string) (uint, error) {
	var bits uint
next:
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		if strings.EqualFold(word, none) {
			continue
		}
		for i, name := range f {
			if strings.EqualFold(word, name) {
				bits |= 1 << i
				continue next
			}
		}
		return 0, fmt.Errorf("parse %s: unknown flag %q, known are %s", kind, word, strings.Join(f, ", "))
	}
	return bits, nil
}

// isNull says whether data is the JSON literal null, which leaves a value as it is.
func isNull(data []byte) bool { return bytes.Equal(bytes.TrimSpace(data), []byte("null")) }
