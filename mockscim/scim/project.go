package scim

import "strings"

// Project returns what of a resource belongs into an answer (RFC 7644 §3.9): with attributes given, these and what is always
// returned; else what is returned by default; minus the excluded, which cannot take away what is always returned. What is never
// returned (a password) never is. The paths are as in [ParsePath] without brackets, also the URN of a whole extension;
// paths that name nothing are passed over. "schemas" is always part of it. Attributes that no schema knows count as
// returned by default.
//
// r is not changed; the result shares values with it, and is r itself when nothing is left out.
func Project(r Resource, g *Registry, attributes, excluded []string) Resource {
	g = g.orEmpty()
	if len(attributes)+len(excluded) == 0 && g.shows(r) {
		return r
	}
	p := projection{wanted: selectionOf(g, attributes), unwanted: selectionOf(g, excluded), restricted: len(attributes) > 0}
	out := make(Resource, len(r))
	for name, v := range r {
		if _, known := g.base.find(name); known {
			p.copy(out, g.base, name, v)
			continue
		}
		index, known := g.schema(name)
		if !known || !index.extension {
			p.copy(out, g.base, name, v)
			continue
		}
		inner, _ := v.(map[string]any)
		kept := make(map[string]any, len(inner))
		for name, v := range inner {
			p.copy(kept, index, name, v)
		}
		if len(kept) > 0 {
			out[name] = kept
		}
	}
	return out
}

// shows says whether all of a resource is returned by default.
func (g *Registry) shows(r Resource) bool {
	for name, v := range r {
		index := g.base
		inner, isObject := v.(map[string]any)
		if _, known := index.find(name); !known && isObject {
			if extension, ok := g.schema(name); ok && extension.extension {
				if len(inner) == 0 {
					return false
				}
				for name, v := range inner {
					if !extension.shows(name, v) {
						return false
					}
				}
				continue
			}
		}
		if !index.shows(name, v) {
			return false
		}
	}
	return true
}

// shows says whether all of one attribute is returned by default. What an extension in the place of an object would be is left to
// [Project].
func (s *schemaIndex) shows(name string, v any) bool {
	a, known := s.find(name)
	if !known {
		return !strings.Contains(name, ":")
	}
	return v != nil && (a.Returned == ReturnedAlways || a.Returned == ReturnedByDefault) && (a.Type != ComplexType || !hidesSubs(a))
}

// projection is one Project under way.
type projection struct {
	wanted, unwanted selection
	restricted       bool // attributes were given
}

// selection is a set of requested paths. An attribute maps to the sub-attributes asked for; nil means the whole attribute.
type selection struct {
	schemas    map[*schemaIndex]bool
	attributes map[*Attribute]map[string]bool
	unknown    map[string]bool // lower-case names that no schema knows
}

func selectionOf(g *Registry, paths []string) selection {
	if len(paths) == 0 {
		return selection{}
	}
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

// copy copies what is to be returned of one attribute.
func (p projection) copy(out map[string]any, index *schemaIndex, name string, v any) {
	a, known := index.find(name)
	if !known {
		if (!p.restricted || p.wanted.unknown[lower(name)]) && !p.unwanted.unknown[lower(name)] {
			out[name] = v
		}
		return
	}
	subs, named := p.wanted.attributes[a]
	if !named && p.wanted.schemas[index] && a.Returned != ReturnedByRequest {
		named = true
	}
	dropped, excluded := p.unwanted.attributes[a]
	if !returned(a, named, excluded && dropped == nil || p.unwanted.schemas[index], p.restricted) {
		return
	}
	if v = projectValue(a, v, subs, dropped); v != nil {
		out[name] = v
	}
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
	default:
		return (named || !restricted) && !excluded
	}
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
