package scim

import "slices"

// Match tells whether a resource passes a filter (RFC 7644 §3.4.2.2). The registry gives types and caseExact; attributes it does not
// know have no value. A nil registry compares what is there, text in any case.
//
//   - A multi-valued attribute passes if one of its values does; a complex attribute compared as a whole means its "value".
//   - An attribute without a value passes `eq null` and `ne` anything but null, and nothing else but their negations.
//   - The strings "true" and "false" in any case equal the booleans, because Entra asks for `roles[primary eq "True"]`.
//
// To match many resources, [Compile] once.
func Match(e Expr, r Resource, g *Registry) bool {
	return Compile(e, g)(r)
}

// Compile looks up the attributes of a filter once and returns the test, which may be used from many goroutines. A nil
// filter passes everything.
func Compile(e Expr, g *Registry) func(Resource) bool {
	if e == nil {
		return func(Resource) bool { return true }
	}
	test := compileExpr(e, resourceScope{g})
	return func(r Resource) bool { return test(r) }
}

// predicate is a compiled filter: a test of one object, the resource or an element of a complex attribute.
type predicate func(object map[string]any) bool

// scope says what the paths of a filter mean: attributes of a resource, or sub-attributes of an element.
type scope interface {
	access(p AttributePath) accessor
}

func compileExpr(e Expr, s scope) predicate {
	switch e := e.(type) {
	case Logical:
		left, right := compileExpr(e.Left, s), compileExpr(e.Right, s)
		if e.And {
			return func(o map[string]any) bool { return left(o) && right(o) }
		}
		return func(o map[string]any) bool { return left(o) || right(o) }
	case Not:
		inner := compileExpr(e.Expr, s)
		return func(o map[string]any) bool { return !inner(o) }
	case Present:
		a := s.access(e.Path)
		return func(o map[string]any) bool { return a.some(o, present) }
	case Comparison:
		return compileComparison(e, s.access(e.Path).whole())
	case ValuePath:
		a := s.access(e.Path)
		inner := compileExpr(e.Filter, elementScope{a.definition})
		return func(o map[string]any) bool {
			return a.some(o, func(v any) bool { return inner(asObject(v)) })
		}
	}
	return func(map[string]any) bool { return false }
}

func compileComparison(e Comparison, a accessor) predicate {
	test := compare(e.Op, e.Value, a.definition)
	passesAbsent := (e.Op == Eq) == (e.Value == nil) && (e.Op == Eq || e.Op == Ne)
	return func(o map[string]any) bool {
		seen := false
		passed := a.some(o, func(v any) bool {
			seen = true
			return test(v)
		})
		return passed || !seen && passesAbsent
	}
}

// asObject lets the values of a simple multi-valued attribute be asked for as "value" (RFC 7643 §2.4).
func asObject(v any) map[string]any {
	if object, ok := v.(map[string]any); ok {
		return object
	}
	return map[string]any{"value": v}
}

// present is the meaning of "pr": there is a value, and it is not empty.
func present(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []any:
		return slices.ContainsFunc(v, present)
	case map[string]any:
		for _, value := range v {
			if present(value) {
				return true
			}
		}
		return false
	}
	return true
}
