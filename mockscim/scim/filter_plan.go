package scim

import "slices"

// Equalities returns the comparisons `attribute eq "text"` that every resource passing the filter must pass too, in the order
// of the text: the terms of a conjunction, also those inside a value path (`emails[type eq "work" and value eq "a@b"]`
// gives emails.type and emails.value). A server may look one of them up in an index and match only what it finds against the
// whole filter. Whether case matters is the schema's business. None means that the filter must be matched against everything.
func Equalities(e Expr) []Comparison {
	switch e := e.(type) {
	case Comparison:
		if _, text := e.Value.(string); text && e.Op == Eq {
			return []Comparison{e}
		}
	case Logical:
		if e.And {
			return append(Equalities(e.Left), Equalities(e.Right)...)
		}
	case ValuePath:
		var found []Comparison
		for _, c := range Equalities(e.Filter) {
			if c.Path.Sub == "" && c.Path.URN == "" && e.Path.Sub == "" {
				c.Path = AttributePath{URN: e.Path.URN, Name: e.Path.Name, Sub: c.Path.Name}
				found = append(found, c)
			}
		}
		return found
	}
	return nil
}

// CheckFilter tells whether the operators of a filter suit the types of its attributes. The error is an [*Error] with
// [InvalidFilter]: RFC 7644 §3.4.2.2, table 3, refuses to order booleans and binary values, and a complex attribute without a
// "value" cannot be compared. Attributes the registry does not know are fine; they have no value.
func CheckFilter(e Expr, g *Registry) error {
	return checkFilter(e, resourceScope{g})
}

func checkFilter(e Expr, s scope) error {
	switch e := e.(type) {
	case Comparison:
		return checkComparison(e, s.access(e.Path))
	case Logical:
		if err := checkFilter(e.Left, s); err != nil {
			return err
		}
		return checkFilter(e.Right, s)
	case Not:
		return checkFilter(e.Expr, s)
	case ValuePath:
		return checkFilter(e.Filter, elementScope{s.access(e.Path).definition})
	}
	return nil
}

// unsuited are the operators a type cannot be compared with (RFC 7644 §3.4.2.2, table 3).
var unsuited = map[AttributeType][]Operator{
	BooleanType: {Co, Sw, Ew, Gt, Ge, Lt, Le},
	BinaryType:  {Gt, Ge, Lt, Le},
}

func checkComparison(e Comparison, a accessor) error {
	if a.definition == nil || e.Value == nil {
		return nil
	}
	a = a.whole()
	if a.definition.Type == ComplexType {
		return Errorf(400, InvalidFilter, "filter %s: %s is complex and has no value to compare; name a sub-attribute", e, e.Path)
	}
	if slices.Contains(unsuited[a.definition.Type], e.Op) {
		return Errorf(400, InvalidFilter, "filter %s: %s is %s and has no order or parts", e, e.Path, a.definition.Type)
	}
	return nil
}
