package scim

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// compare returns the test of one present value against a literal.
func compare(op Operator, literal any, definition *Attribute) func(any) bool {
	if op == Ne {
		equal := compare(Eq, literal, definition)
		return func(v any) bool { return !equal(v) }
	}
	switch literal := literal.(type) {
	case bool:
		return func(v any) bool {
			b, ok := booleanOf(v)
			return ok && op == Eq && b == literal
		}
	case json.Number:
		return func(v any) bool {
			c, ok := compareNumbers(v, literal)
			return ok && ordered(op, c)
		}
	case string:
		return compareText(op, literal, definition)
	}
	return func(any) bool { return false } // null equals no present value
}

func compareText(op Operator, literal string, definition *Attribute) func(any) bool {
	wanted, boolean := booleanOf(literal)
	exact := definition != nil && (definition.CaseExact || definition.Type == BinaryType || definition.Type == ReferenceType)
	text := textTest(op, literal, exact)
	date := definition != nil && definition.Type == DateTimeType && op != Co && op != Sw && op != Ew
	var when time.Time
	if date {
		var err error
		when, err = parseDateTime(literal)
		date = err == nil
	}
	return func(v any) bool {
		switch v := v.(type) {
		case string:
			if date {
				if t, err := parseDateTime(v); err == nil {
					return ordered(op, t.Compare(when))
				}
			}
			return text(v)
		case bool:
			return boolean && op == Eq && v == wanted
		}
		return false
	}
}

// textTest compares text, exactly or in any case. The order is that of the bytes.
func textTest(op Operator, literal string, exact bool) func(string) bool {
	if op == Eq {
		if exact {
			return func(v string) bool { return v == literal }
		}
		return func(v string) bool { return strings.EqualFold(v, literal) }
	}
	fold := strings.ToLower
	if exact {
		fold = func(s string) string { return s }
	}
	literal = fold(literal)
	switch op {
	case Co:
		return func(v string) bool { return strings.Contains(fold(v), literal) }
	case Sw:
		return func(v string) bool { return strings.HasPrefix(fold(v), literal) }
	case Ew:
		return func(v string) bool { return strings.HasSuffix(fold(v), literal) }
	default:
		return func(v string) bool { return ordered(op, cmp.Compare(fold(v), literal)) }
	}
}

// ordered tells whether an operator holds for the result of a three-way comparison.
func ordered(op Operator, c int) bool {
	switch op {
	case Eq:
		return c == 0
	case Gt:
		return c > 0
	case Ge:
		return c >= 0
	case Lt:
		return c < 0
	case Le:
		return c <= 0
	default:
		return false
	}
}

// booleanOf reads a boolean, also from the strings "true" and "false" in any case.
func booleanOf(v any) (value, ok bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		if equalFold(v, "true") {
			return true, true
		}
		return false, equalFold(v, "false")
	}
	return false, false
}

func compareNumbers(v any, literal json.Number) (int, bool) {
	number, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	a, errA := number.Int64()
	b, errB := literal.Int64()
	if errA == nil && errB == nil {
		return cmp.Compare(a, b), true
	}
	// A number too large for a float64 becomes infinite together with an error of range, which still orders it.
	x, _ := strconv.ParseFloat(number.String(), 64)
	y, _ := strconv.ParseFloat(literal.String(), 64)
	return cmp.Compare(x, y), true
}

// parseDateTime reads an xsd:dateTime (RFC 7643 §2.3.5), whose zone may be missing; then it is UTC.
func parseDateTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Parse("2006-01-02T15:04:05", s)
	}
	return t, nil
}
