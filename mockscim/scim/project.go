package scim

import "maps"

// Project returns what of a resource belongs into an answer (RFC 7644 §3.9): with attributes given, these and what is always
// returned; else what is returned by default; minus the excluded, which cannot take away what is always returned. What is never
// returned (a password) never is. The paths are as in [ParsePath] without brackets, also the URN of a whole extension;
// paths that name nothing are passed over. "schemas" is always part of it. Attributes that no schema knows count as
// returned by default.
//
// r is not changed; the result shares values with it.
func Project(r Resource, g *Registry, attributes, excluded []string) Resource {
	g = g.orEmpty()
	wanted, unwanted := selectionOf(g, attributes), selectionOf(g, excluded)
	restricted := len(attributes) > 0
	out := make(Resource, len(r))
	for name, v := range r {
		if index, ok := g.byURN[lower(name)]; ok && index.extension {
			inner, _ := v.(map[string]any)
			if kept := projectObject(inner, index, wanted, unwanted, restricted); len(kept) > 0 {
				out[name] = kept
			}
		}
	}
	top := make(map[string]any, len(r))
	for name, v := range r {
		if index, ok := g.byURN[lower(name)]; !ok || !index.extension {
			top[name] = v
		}
	}
	maps.Copy(out, projectObject(top, g.base, wanted, unwanted, restricted))
	return out
}

// selection is a set of requested paths. An attribute maps to the sub-attributes asked for; nil means the whole attribute.
type selection struct {
	schemas    map[*schemaIndex]bool
	attributes map[*Attribute]map[string]bool
	unknown    map[string]bool // lower-case names that no schema knows
}

func selectionOf(g *Registry, paths []string) selection {
	s := selection{schemas: map[*schemaIndex]bool{}, attributes: map[*Attribute]map[string]bool{}, unknown: map[string]bool{}}
	for _, text := range paths {
		p, err := ParsePath(text)
		if err != nil || p.Filter != nil {
			continue
		}
		t, ok := g.resolve(p.AttributePath)
		if !ok {
			s.unknown[lower(p.AttributePath.String())] = true
			continue
		}
		if t.attribute == nil {
			s.schemas[t.schema] = true
			continue
		}
		subs, seen := s.attributes[t.attribute]
		switch {
		case t.sub == nil:
			s.attributes[t.attribute] = nil
		case !seen:
			s.attributes[t.attribute] = map[string]bool{t.sub.Name: true}
		case subs != nil:
			subs[t.sub.Name] = true
		}
	}
	return s
}

func projectObject(object map[string]any, index *schemaIndex, wanted, unwanted selection, restricted bool) map[string]any {
	out := make(map[string]any, len(object))
	for name, v := range object {
		a, known := index.attributes[lower(name)]
		if !known {
			if (!restricted || wanted.unknown[lower(name)]) && !unwanted.unknown[lower(name)] {
				out[name] = v
			}
			continue
		}
		subs, named := wanted.attributes[a]
		if !named && wanted.schemas[index] && a.Returned != ReturnedByRequest {
			named = true
		}
		dropped, excluded := unwanted.attributes[a]
		if !returned(a, named, excluded && dropped == nil || unwanted.schemas[index], restricted) {
			continue
		}
		if v = projectValue(a, v, subs, dropped); v != nil {
			out[name] = v
		}
	}
	return out
}

// returned is the rule of RFC 7643 §7, "returned".
func returned(a *Attribute, named, excluded, restricted bool) bool {
	switch a.Returned {
	case ReturnedAlways:
		return true
	case ReturnedNever:
		return false
	case ReturnedByRequest:
		return named && !excluded
	}
	return (named || !restricted) && !excluded
}

// projectValue cuts a complex value down to the wanted sub-attributes (nil: all) without the dropped ones. What is left with
// nothing is nil.
func projectValue(a *Attribute, v any, wanted, dropped map[string]bool) any {
	if a.Type != ComplexType || wanted == nil && dropped == nil && !hidesSubs(a) {
		return v
	}
	if array, ok := v.([]any); ok {
		kept := make([]any, 0, len(array))
		for _, element := range array {
			if element = projectValue(a, element, wanted, dropped); element != nil {
				kept = append(kept, element)
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	}
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	kept := make(map[string]any, len(object))
	for name, value := range object {
		sub, known := a.Sub(name)
		if !known {
			if wanted == nil {
				kept[name] = value
			}
			continue
		}
		if returned(sub, wanted[sub.Name], dropped[sub.Name], wanted != nil) {
			kept[name] = value
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

func hidesSubs(a *Attribute) bool {
	for i := range a.SubAttributes {
		if r := a.SubAttributes[i].Returned; r == ReturnedNever || r == ReturnedByRequest {
			return true
		}
	}
	return false
}
