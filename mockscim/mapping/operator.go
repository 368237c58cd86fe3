package mapping

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// operator is one line of the operator table of scoping filters.
type operator struct {
	name  string // as the portal and Graph write it
	unary bool
	types []synchronization.AttributeType
	// null is the verdict on an attribute without a value. Only IS NULL holds then: "scoping filters will return false if the
	// value is null / empty", NOT EQUALS and NOT REGEX MATCH too.
	null bool
	// number and pattern say what the filter's value has to be; otherwise it is text.
	number, pattern bool
	holds           func(c *clause, v any) bool
}

// Sets of attribute types. What EQUALS supports is documented in part (String, Integer); the rest follows from what the operators do.
var (
	anyType   = []synchronization.AttributeType{synchronization.TypeString, synchronization.TypeInteger, synchronization.TypeReference, synchronization.TypeBinary, synchronization.TypeBoolean, synchronization.TypeDateTime}
	texts     = []synchronization.AttributeType{synchronization.TypeString, synchronization.TypeReference, synchronization.TypeDateTime, synchronization.TypeBinary, synchronization.TypeInteger}
	truths    = []synchronization.AttributeType{synchronization.TypeBoolean, synchronization.TypeString}
	integers  = []synchronization.AttributeType{synchronization.TypeInteger, synchronization.TypeString}
	operators = []operator{
		{name: "EQUALS", types: anyType, holds: (*clause).equals},
		{name: "NOT EQUALS", types: anyType, holds: not2((*clause).equals)},
		{name: "IS TRUE", types: truths, unary: true, holds: func(_ *clause, v any) bool { return is(v, "true") }},
		{name: "IS FALSE", types: truths, unary: true, holds: func(_ *clause, v any) bool { return is(v, "false") }},
		{name: "IS NULL", types: anyType, unary: true, null: true, holds: func(*clause, any) bool { return false }},
		{name: "IS NOT NULL", types: anyType, unary: true, holds: func(*clause, any) bool { return true }},
		{name: "REGEX MATCH", types: texts, pattern: true, holds: (*clause).matches},
		{name: "NOT REGEX MATCH", types: texts, pattern: true, holds: not2((*clause).matches)},
		{name: "Greater_Than", types: integers, number: true, holds: compareNumber(func(v, with int64) bool { return v > with })},
		{name: "Greater_Than_OR_EQUALS", types: integers, number: true, holds: compareNumber(func(v, with int64) bool { return v >= with })},
		{name: "Includes", types: texts, holds: anyText(strings.Contains)},
		{name: "ENDS_WITH", types: texts, holds: anyText(strings.HasSuffix)},
		{name: "&", types: integers, number: true, holds: (*clause).bits},
		{name: "!&", types: integers, number: true, holds: not2((*clause).bits)},
	}
)

// findOperator finds an operator whatever its letter case, with blanks or underscores.
func findOperator(name string) *operator {
	i := slices.IndexFunc(operators, func(o operator) bool { return operatorKey(o.name) == operatorKey(name) })
	if i < 0 {
		return nil
	}
	return &operators[i]
}

func operatorKey(name string) string {
	return strings.ToUpper(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '_' }), " "))
}

func operatorNames() []string {
	names := make([]string, len(operators))
	for i, o := range operators {
		names[i] = o.name
	}
	return names
}

// FilterOperators returns the operators of scoping filters in Graph's shape.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-filteroperators.
func FilterOperators() []synchronization.FilterOperator {
	list := make([]synchronization.FilterOperator, len(operators))
	for i, o := range operators {
		list[i] = synchronization.FilterOperator{ID: o.name, Name: o.name, Arity: synchronization.Binary, MultivaluedComparisonType: "All"}
		if o.unary {
			list[i].Arity = synchronization.Unary
		}
		for _, t := range o.types {
			list[i].SupportedAttributeTypes = append(list[i].SupportedAttributeTypes, string(t))
		}
	}
	return list
}

// The verdicts get a value that is not empty; a value that has no text, such as several values, holds nowhere.

func (c *clause) equals(v any) bool {
	if b, ok := v.(bool); ok {
		return slices.ContainsFunc(c.values, func(with string) bool { return strings.EqualFold(with, boolText(b)) })
	}
	s, ok := textOf(v)
	return ok && slices.Contains(c.values, s)
}

func (c *clause) matches(v any) bool {
	s, ok := textOf(v)
	return ok && len(s) <= maxPatternText && slices.ContainsFunc(c.patterns, func(p *pattern) bool { return p.MatchString(s) })
}

// bits is the binary AND of two numbers. The page on scoping filters describes & as text in text since 2024, its name, its
// neighbour !& and older versions speak for bits; see [Choices].
func (c *clause) bits(v any) bool {
	if c.asText {
		s, ok := textOf(v)
		return ok && slices.ContainsFunc(c.values, func(with string) bool { return strings.Contains(with, s) })
	}
	n, ok := integer(v)
	return ok && slices.ContainsFunc(c.numbers, func(with int64) bool { return n&with != 0 })
}

// not2 is the opposite of a verdict, for values that have a text or are numbers at all.
func not2(f func(*clause, any) bool) func(*clause, any) bool {
	return func(c *clause, v any) bool {
		if _, ok := textOf(v); !ok {
			return false
		}
		if len(c.numbers) > 0 {
			if _, ok := integer(v); !ok {
				return false
			}
		}
		return !f(c, v)
	}
}

func anyText(f func(s, with string) bool) func(*clause, any) bool {
	return func(c *clause, v any) bool {
		s, ok := textOf(v)
		return ok && slices.ContainsFunc(c.values, func(with string) bool { return f(s, with) })
	}
}

func compareNumber(f func(v, with int64) bool) func(*clause, any) bool {
	return func(c *clause, v any) bool {
		n, ok := integer(v)
		return ok && slices.ContainsFunc(c.numbers, func(with int64) bool { return f(n, with) })
	}
}

func integer(v any) (int64, bool) {
	s, ok := textOf(v)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

func is(v any, word string) bool {
	if b, ok := v.(bool); ok {
		return b == (word == "true")
	}
	s, ok := textOf(v)
	return ok && strings.EqualFold(s, word)
}
