package scim

// Registry knows the schemas of one resource type: a base schema and its extensions, and the common attributes of
// RFC 7643 §3.1 (schemas, id, externalId, meta) that no schema lists. It never changes after [NewRegistry].
type Registry struct {
	base       *schemaIndex
	extensions []*schemaIndex
	byURN      map[string]*schemaIndex // lower-case URN
}

type schemaIndex struct {
	schema     Schema
	attributes map[string]*Attribute // lower-case name
	extension  bool
}

// NewRegistry indexes the schemas. It copies them and fills in the defaults of RFC 7643 §2.2. A base schema that defines a
// common attribute itself wins over the common definition.
func NewRegistry(base Schema, extensions ...Schema) *Registry {
	g := &Registry{byURN: map[string]*schemaIndex{}}
	g.base = indexSchema(base)
	for _, a := range withDefaults(commonAttributes()) {
		if _, ok := g.base.attributes[lower(a.Name)]; !ok {
			g.base.attributes[lower(a.Name)] = &a
		}
	}
	g.byURN[lower(base.ID)] = g.base
	for _, extension := range extensions {
		index := indexSchema(extension)
		index.extension = true
		g.extensions = append(g.extensions, index)
		g.byURN[lower(extension.ID)] = index
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
		index.attributes[lower(s.Attributes[i].Name)] = &s.Attributes[i]
	}
	return index
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
	} else if index, ok := g.byURN[lower(p.URN)]; ok {
		t = target{schema: index, attribute: index.attributes[lower(p.Name)]}
	} else if index, ok := g.byURN[lower(p.URN+":"+p.Name)]; ok && p.Sub == "" {
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
	name = lower(name)
	if a, ok := g.base.attributes[name]; ok {
		return target{schema: g.base, attribute: a}
	}
	for _, index := range g.extensions {
		if a, ok := index.attributes[name]; ok {
			return target{schema: index, attribute: a}
		}
	}
	return target{}
}
