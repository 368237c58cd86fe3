package scim

// accessor reaches the values of one path in an object.
type accessor struct {
	container  string // extension URN, or empty
	name       string // canonical spelling; empty when the schemas do not know the path
	sub        string
	definition *Attribute // of the last part; nil without a schema
	byValue    bool       // without a schema: an object stands for its "value"
}

type resourceScope struct{ registry *Registry }

func (s resourceScope) access(p AttributePath) accessor {
	if s.registry == nil {
		return accessor{container: p.URN, name: p.Name, sub: p.Sub}
	}
	t, ok := s.registry.resolve(p)
	if !ok || t.attribute == nil {
		return accessor{}
	}
	a := accessor{container: t.container(), name: t.attribute.Name, definition: t.leaf()}
	if t.sub != nil {
		a.sub = t.sub.Name
	}
	return a
}

// elementScope is the inside of brackets. A nil definition means no schema.
type elementScope struct{ definition *Attribute }

func (s elementScope) access(p AttributePath) accessor {
	if s.definition == nil {
		return accessor{name: p.Name, sub: p.Sub}
	}
	if len(s.definition.SubAttributes) == 0 && equalFold(p.Name, "value") && p.Sub == "" && p.URN == "" {
		return accessor{name: "value", definition: s.definition}
	}
	sub, ok := s.definition.Sub(p.Name)
	if !ok || p.Sub != "" || p.URN != "" {
		return accessor{}
	}
	return accessor{name: sub.Name, definition: sub}
}

// whole makes a complex attribute that is compared as a whole mean its sub-attribute "value".
func (a accessor) whole() accessor {
	if a.definition == nil {
		a.byValue = true
		return a
	}
	if a.definition.Type == ComplexType && a.sub == "" {
		if value, ok := a.definition.Sub("value"); ok {
			a.sub, a.definition = value.Name, value
		} else {
			a.name = "" // has no value that could be compared
		}
	}
	return a
}

// some tells whether one of the values passes the test. Null is no value.
func (a accessor) some(object map[string]any, test func(any) bool) bool {
	if a.name == "" {
		return false
	}
	if a.container != "" {
		_, inner, _ := member(object, a.container)
		object, _ = inner.(map[string]any)
	}
	_, v, _ := member(object, a.name)
	array, ok := v.([]any)
	if !ok {
		return a.passes(v, test)
	}
	for _, element := range array {
		if a.passes(element, test) {
			return true
		}
	}
	return false
}

func (a accessor) passes(v any, test func(any) bool) bool {
	if a.sub != "" {
		object, _ := v.(map[string]any)
		_, v, _ = member(object, a.sub)
	} else if object, ok := v.(map[string]any); ok && a.byValue {
		_, v, _ = member(object, "value")
	}
	if array, ok := v.([]any); ok { // only without a schema: SCIM knows no lists inside elements
		for _, element := range array {
			if element != nil && test(element) {
				return true
			}
		}
		return false
	}
	return v != nil && test(v)
}
