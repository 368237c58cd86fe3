package scim

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// SortKey is what a resource is ordered by. The zero value is that of a resource without a value.
type SortKey struct {
	rank   sortRank
	text   string
	number float64
	when   time.Time
}

// sortRank says what a key holds, and orders keys of different kinds. Keys without a value come last (RFC 7644 §3.4.2.3).
type sortRank int

const (
	absentKey sortRank = iota
	textKey
	timeKey
	numberKey
)

// Compare orders two keys, ascending: -1, 0 or 1. No value comes after every value; turned round, for a descending order, before.
func (k SortKey) Compare(other SortKey) int {
	switch {
	case k.rank == absentKey || other.rank == absentKey:
		return cmp.Compare(other.rank, k.rank)
	case k.rank != other.rank:
		return cmp.Compare(k.rank, other.rank)
	case k.rank == textKey:
		return strings.Compare(k.text, other.text)
	case k.rank == timeKey:
		return k.when.Compare(other.when)
	default:
		return cmp.Compare(k.number, other.number)
	}
}

// SortBy gives the key of a resource for the attribute that sortBy names (RFC 7644 §3.4.2.3): text in the order of its code points,
// in any case unless the schema says that case matters; of a multi-valued attribute the primary value, else the first; of a complex
// one its "value". An attribute the registry does not know has no value. The error is an [*Error] with [InvalidValue], for text
// that is no attribute path and for a complex attribute without a "value".
func SortBy(sortBy string, g *Registry) (func(Resource) SortKey, error) {
	path, err := ParsePath(sortBy)
	if err != nil || path.Filter != nil {
		return nil, Errorf(400, InvalidValue, "sortBy %q is no attribute path", clip(sortBy, 120))
	}
	a := resourceScope{g.orEmpty()}.access(path.AttributePath)
	if a.definition != nil && a.definition.Type == ComplexType {
		if a = a.whole(); a.name == "" {
			return nil, Errorf(400, InvalidValue, "sortBy %q is complex: name a sub-attribute", clip(sortBy, 120))
		}
	}
	return func(r Resource) SortKey { return keyFor(a.preferred(r), a.definition) }, nil
}

// preferred is the value a multi-valued attribute is known by: that of the primary element, else of the first. Nil when there is none.
func (a accessor) preferred(object map[string]any) any {
	if a.name == "" {
		return nil
	}
	if a.container != "" {
		_, inner, _ := member(object, a.container)
		object, _ = inner.(map[string]any)
	}
	_, v, _ := member(object, a.name)
	if array, ok := v.([]any); ok {
		if v = nil; len(array) > 0 {
			v = array[0]
		}
		for _, element := range array {
			if isPrimary(element) {
				v = element
				break
			}
		}
	}
	if a.sub != "" {
		inner, _ := v.(map[string]any)
		_, v, _ = member(inner, a.sub)
	}
	return v
}

func keyFor(v any, definition *Attribute) SortKey {
	switch v := v.(type) {
	case string:
		if definition != nil && definition.Type == DateTimeType {
			if when, err := parseDateTime(v); err == nil {
				return SortKey{rank: timeKey, when: when}
			}
		}
		if definition == nil || !definition.CaseExact {
			v = strings.ToLower(v)
		}
		return SortKey{rank: textKey, text: v}
	case bool:
		if v {
			return SortKey{rank: numberKey, number: 1}
		}
		return SortKey{rank: numberKey}
	case json.Number:
		n, _ := strconv.ParseFloat(v.String(), 64) // too large a number is infinite, which still orders it
		return SortKey{rank: numberKey, number: n}
	}
	return SortKey{}
}
