package scim

import "reflect"

// Normalize turns the body of a POST or a PUT into the resource to be stored; r is not changed, and shares with the result what stays as
// it is. Names get the spelling
// of the schema, values its JSON types, unassigned attributes (null, empty array) disappear, and readOnly attributes are passed
// over (RFC 7644 §3.3). "schemas" comes out as the base schema and the extensions that have values; unknown URNs in it, which
// Entra sends for groups, are dropped.
//
// The error is an [*Error] of status 400: [InvalidSyntax] when "schemas" is missing or lacks the base schema or an attribute is
// unknown, [InvalidValue] for a wrong type, a missing required attribute or two primaries.
func Normalize(r Resource, g *Registry, t Tolerance) (Resource, error) {
	g = g.orEmpty()
	if !r.HasSchema(g.base.schema.ID) {
		return nil, Errorf(400, InvalidSyntax, "schemas does not name %s", g.base.schema.ID)
	}
	c := coercer{tolerance: t, shares: true}
	out := make(Resource, len(r)+3) // and what the service provider adds: id, schemas, meta
	var few, fewInner [24]string
	for _, name := range sortedNames(few[:0], r) {
		path := AttributePath{Name: name}
		if index, ok := g.schema(name); ok {
			object, isObject := r[name].(map[string]any)
			if !isObject && r[name] != nil {
				return nil, Errorf(400, InvalidValue, "%s wants an object, not %s", name, kindOf(r[name]))
			}
			for _, inner := range sortedNames(fewInner[:0], object) {
				if err := c.store(out, g, AttributePath{URN: index.schema.ID, Name: inner}, object[inner]); err != nil {
					return nil, err
				}
			}
			continue
		}
		if _, ok := g.base.find(name); ok {
			path.URN = g.base.schema.ID // an extension's attribute does not belong on the top level
		} else {
			path.URN = unknownURN
		}
		if err := c.store(out, g, path, r[name]); err != nil {
			return nil, err
		}
	}
	setSchemas(out, g)
	return out, requireAll(out, g)
}

// unknownURN is no schema's.
const unknownURN = "urn:unknown"

// store coerces one attribute of a body and puts it where it belongs.
func (c coercer) store(out Resource, g *Registry, path AttributePath, v any) error {
	t, ok := g.resolve(path)
	if !ok || t.attribute == nil {
		if c.tolerance.IgnoreUnknown {
			return nil
		}
		return Errorf(400, InvalidSyntax, "unknown attribute %q", clip(path.Name, 80))
	}
	if t.attribute.Mutability == ReadOnly || t.attribute.Name == "schemas" {
		return nil
	}
	value, err := c.attribute(t.attribute, v, t.label())
	if err != nil || value == nil {
		return err
	}
	holder := map[string]any(out)
	if container := t.container(); container != "" {
		inner, ok := out[container].(map[string]any)
		if !ok {
			inner = map[string]any{}
			out[container] = inner
		}
		holder = inner
	}
	holder[t.attribute.Name] = value
	return nil
}

// label names the target in a message, with the URN of an extension.
func (t target) label() string {
	if t.sub == nil && !t.schema.extension {
		return t.attribute.Name
	}
	return AttributePath{URN: t.container(), Name: t.attribute.Name, Sub: subName(t.sub)}.String()
}

func subName(sub *Attribute) string {
	if sub == nil {
		return ""
	}
	return sub.Name
}

// requireAll refuses a resource in which a required attribute has no value.
func requireAll(r Resource, g *Registry) error {
	for i := -1; i < len(g.extensions); i++ {
		index, holder := g.base, map[string]any(r)
		if i >= 0 {
			index = g.extensions[i]
		}
		if index.extension {
			inner, ok := r[index.schema.ID].(map[string]any)
			if !ok {
				continue // whether an extension itself is required is the resource type's business
			}
			holder = inner
		}
		for i := range index.schema.Attributes {
			a := &index.schema.Attributes[i]
			if a.Required && a.Mutability != ReadOnly && !present(holder[a.Name]) {
				return Errorf(400, InvalidValue, "required attribute %s has no value", a.Name)
			}
		}
	}
	return nil
}

// setSchemas makes "schemas" name the base schema and the extensions that have values, and drops empty extensions. What else
// it names stays.
func setSchemas(r Resource, g *Registry) {
	schemas := []any{}
	for v := range elements(r["schemas"]) {
		text, _ := v.(string)
		if index, ok := g.schema(text); !ok || !index.extension {
			schemas = append(schemas, v)
		}
	}
	if !r.HasSchema(g.base.schema.ID) {
		schemas = append([]any{g.base.schema.ID}, schemas...)
	}
	for _, index := range g.extensions {
		key, inner, ok := member(r, index.schema.ID)
		if !ok {
			continue
		}
		if object, _ := inner.(map[string]any); len(object) == 0 {
			delete(r, key)
			continue
		}
		schemas = append(schemas, index.schema.ID)
	}
	r["schemas"] = schemas
}

// CheckImmutable tells whether a replacement keeps the immutable attributes that already have a value (RFC 7644 §3.5.1). Both
// resources are as [Normalize] gives them. The error is an [*Error] with [Mutability].
func CheckImmutable(old, replacement Resource, g *Registry) error {
	g = g.orEmpty()
	for _, index := range append([]*schemaIndex{g.base}, g.extensions...) {
		before, after := map[string]any(old), map[string]any(replacement)
		if index.extension {
			before, _ = old[index.schema.ID].(map[string]any)
			after, _ = replacement[index.schema.ID].(map[string]any)
		}
		for _, a := range index.schema.Attributes {
			if a.Mutability == Immutable && present(before[a.Name]) && !reflect.DeepEqual(before[a.Name], after[a.Name]) {
				return Errorf(400, Mutability, "%s is immutable and already has a value", a.Name)
			}
		}
	}
	return nil
}
