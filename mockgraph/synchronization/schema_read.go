package synchronization

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Limits of a schema somebody exported or wrote.
const (
	MaxSchemaBytes = 8 << 20
	maxSchemaDepth = 200 // arrays and objects within each other; one level of nested functions takes three
)

// ReadSchema reads a schema as Graph writes it, in its v1.0 or beta shape: members that are missing or null are empty, those not known
// are kept, OData's are left out, names and enumerations come in any letter case. The error names the place, such as
// synchronizationRules[0].objectMappings[1].enabled; values are not judged.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-get.
func ReadSchema(data []byte) (Schema, error) {
	var s Schema
	if err := s.UnmarshalJSON(bytes.TrimPrefix(data, []byte("\ufeff"))); err != nil {
		return Schema{}, fmt.Errorf("read schema: %w", err)
	}
	return s, nil
}

// MarshalJSON writes what is known, then the rest.
func (s Schema) MarshalJSON() ([]byte, error) {
	type plain Schema
	return encodeMembers(plain(s), s.Other)
}

// UnmarshalJSON reads what is known and keeps the rest. It refuses what is too large or too deep: the types below read themselves, so
// depth costs.
func (s *Schema) UnmarshalJSON(data []byte) error {
	if len(data) > MaxSchemaBytes {
		return fmt.Errorf("it has %d bytes, the limit is %d", len(data), MaxSchemaBytes)
	}
	if depth(data) > maxSchemaDepth {
		return fmt.Errorf("it has more than %d arrays and objects within each other", maxSchemaDepth)
	}
	if trimmed := bytes.TrimSpace(data); len(trimmed) == 0 {
		return errors.New("it is empty")
	}
	type plain Schema
	return decodeMembers(data, (*plain)(s), &s.Other)
}

// depth is how many arrays and objects lie within each other; data need not be JSON.
func depth(data []byte) int {
	deepest, now := 0, 0
	text := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}

// The enumerations come in any letter case. A name that is not known stays as it is, for somebody else to judge.

// UnmarshalText reads a flow type.
func (f *FlowType) UnmarshalText(text []byte) error {
	*f = fold(text, FlowTypeAlways, FlowTypeObjectAddOnly, FlowTypeMultiValueAddOnly, FlowTypeValueAddOnly, FlowTypeAttributeAddOnly)
	return nil
}

// UnmarshalText reads a flow behaviour.
func (f *FlowBehavior) UnmarshalText(text []byte) error {
	*f = fold(text, FlowWhenChanged, FlowAlways)
	return nil
}

// UnmarshalText reads the kind of a source.
func (s *SourceType) UnmarshalText(text []byte) error {
	*s = fold(text, SourceAttribute, SourceConstant, SourceFunction)
	return nil
}

// UnmarshalText reads the type of an attribute.
func (t *AttributeType) UnmarshalText(text []byte) error {
	*t = fold(text, TypeString, TypeInteger, TypeReference, TypeBinary, TypeBoolean, TypeDateTime)
	return nil
}

// UnmarshalText reads a mutability.
func (m *Mutability) UnmarshalText(text []byte) error {
	*m = fold(text, ReadWrite, ReadOnly, Immutable, WriteOnly)
	return nil
}

func fold[T ~string](text []byte, known ...T) T {
	for _, name := range known {
		if strings.EqualFold(string(name), string(text)) {
			return name
		}
	}
	return T(text)
}
