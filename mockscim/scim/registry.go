package scim

import "slices"

// Registry knows the schemas of one resource type: a base schema and its extensions, and the common attributes of
// RFC 7643 §3.1 (schemas, id, externalId, meta) that no schema lists. It never changes after [NewRegistry].
type Registry struct {
	base       *schemaIndex
	extensions []*schemaIndex
	byURN      map[string]*schemaIndex // by URN as spelled
}

type schemaIndex struct {
	schema     Schema
	attributes map[string]*Attribute // by name as spelled and in lower case
	extension  bool
}

// NewRegistry indexes the schemas. It copies them and fills in the defaults of RFC 7643 §2.2. A base schema that defines a
// common attribute itself wins over the common definition.
func NewRegistry(base Schema, extensions ...Schema) *Registry {
	g := &Registry{byURN: map[string]*schemaIndex{}}
	g.base = indexSchema(base)
	for _, a := range withDefaults(commonAttributes()) {
		if _, ok := g.base.find(a.Name); !ok {
			g.base.add(&a)
		}
	}
	g.byURN[base.ID] = g.base
	for _, extension := range extensions {
		index := indexSchema(extension)
		index.extension = true
		g.extensions = append(g.extensions, index)
		g.byURN[extension.ID] = index
	}
	return g
}

// orEmpty makes a nil registry one that knows the common attributes only.
func (g *Registry) orEmpty() *Registry {
	if g == nil {
		return NewRegistry(Schema{})
	}
	return g
}

func indexSchema(s Schema) *schemaIndex {
	s.Attributes = withDefaults(s.Attributes)
	index := &schemaIndex{schema: s, attributes: make(map[string]*Attribute, len(s.Attributes)+4)}
	for i := range s.Attributes {
		index.add(&s.Attributes[i])
	}
	return index
}

func (s *schemaIndex) add(a *Attribute) {
	s.attributes[a.Name], s.attributes[lower(a.Name)] = a, a
}

// find looks a name up in any case; the schema's own spelling is the fast one.
func (s *schemaIndex) find(name string) (*Attribute, bool) {
	if a, ok := s.attributes[name]; ok {
		return a, true
	}
	a, ok := s.attributes[lower(name)]
	return a, ok
}

// schema looks a URN up in any case.
func (g *Registry) schema(urn string) (*schemaIndex, bool) {
	if index, ok := g.byURN[urn]; ok {
		return index, true
	}
	for _, index := range slices.Backward(g.extensions) { // the last one wins, as above
		if equalFold(index.schema.ID, urn) {
			return index, true
		}
	}
	return g.base, equalFold(g.base.schema.ID, urn)
}

func withDefaults(attributes []Attribute) []Attribute {
	if len(attributes) == 0 {
		return nil
	}
	filled := make([]Attribute, len(attributes))
	for i, a := range attributes {
		a.Type = orDefault(a.Type, StringType)
		a.Mutability = orDefault(a.Mutability, ReadWrite)
		a.Returned = orDefault(a.Returned, ReturnedByDefault)
		a.Uniqueness = orDefault(a.Uniqueness, NotUnique)
		a.SubAttributes = withDefaults(a.SubAttributes)
		filled[i] = a
	}
	return filled
}

func orDefault[T ~string](v, otherwise T) T {
	if v == "" {
		return otherwise
	}
	return v
}

// Schemas returns the base schema and then the extensions, with defaults filled in. Do not change what it returns.
func (g *Registry) Schemas() []Schema {
	if g == nil {
		return nil
	}
	schemas := []Schema{g.base.schema}
	for _, index := range g.extensions {
		schemas = append(schemas, index.schema)
	}
	return schemas
}

// Find returns the definition of the attribute a path names, or of its sub-attribute if the path has one. Names and URNs are
// looked up in any case. Without a URN the base schema comes first and then the extensions: RFC 7644 §3.10 wants extension
// attributes qualified, but Entra asks for `manager eq "…"`. Do not change what it returns.
func (g *Registry) Find(p AttributePath) (*Attribute, bool) {
	t, ok := g.resolve(p)
	if !ok || t.attribute == nil {
		return nil, false
	}
	return t.leaf(), true
}

// target is what a path means: a whole schema (attribute nil), an attribute, or a sub-attribute.
type target struct {
	schema    *schemaIndex
	attribute *Attribute
	sub       *Attribute
}

func (t target) leaf() *Attribute {
	if t.sub != nil {
		return t.sub
	}
	return t.attribute
}

// container is the member of a resource that holds the attribute; empty for the top level.
func (t target) container() string {
	if t.schema.extension {
		return t.schema.schema.ID
	}
	return ""
}

func (g *Registry) resolve(p AttributePath) (target, bool) {
	if g == nil {
		return target{}, false
	}
	t := target{}
	if p.URN == "" {
		t = g.unqualified(p.Name)
	} else if index, ok := g.schema(p.URN); ok {
		t.schema = index
		t.attribute, _ = index.find(p.Name)
	} else if index, ok := g.schema(p.URN + ":" + p.Name); ok && p.Sub == "" {
		return target{schema: index}, true
	}
	if t.attribute == nil {
		return target{}, false
	}
	if p.Sub != "" {
		sub, ok := t.attribute.Sub(p.Sub)
		if !ok {
			return target{}, false
		}
		t.sub = sub
	}
	return t, true
}

func (g *Registry) unqualified(name string) target {
	if a, ok := g.base.find(name); ok {
		return target{schema: g.base, attribute: a}
	}
	for _, index := range g.extensions {
		if a, ok := index.find(name); ok {
			return target{schema: index, attribute: a}
		}
	}
	return target{}
}
