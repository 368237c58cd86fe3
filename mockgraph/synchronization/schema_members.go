package synchronization

// The shapes of a schema keep the members they do not know.

// MarshalJSON writes what is known, then the rest.
func (d DirectoryDefinition) MarshalJSON() ([]byte, error) {
	type plain DirectoryDefinition
	return encodeMembers(plain(d), d.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (d *DirectoryDefinition) UnmarshalJSON(data []byte) error {
	type plain DirectoryDefinition
	return decodeMembers(data, (*plain)(d), &d.Other)
}

// MarshalJSON writes what is known, then the rest.
func (o ObjectDefinition) MarshalJSON() ([]byte, error) {
	type plain ObjectDefinition
	return encodeMembers(plain(o), o.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (o *ObjectDefinition) UnmarshalJSON(data []byte) error {
	type plain ObjectDefinition
	return decodeMembers(data, (*plain)(o), &o.Other)
}

// MarshalJSON writes what is known, then the rest.
func (a AttributeDefinition) MarshalJSON() ([]byte, error) {
	type plain AttributeDefinition
	return encodeMembers(plain(a), a.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (a *AttributeDefinition) UnmarshalJSON(data []byte) error {
	type plain AttributeDefinition
	return decodeMembers(data, (*plain)(a), &a.Other)
}

// MarshalJSON writes what is known, then the rest.
func (r ReferencedObject) MarshalJSON() ([]byte, error) {
	type plain ReferencedObject
	return encodeMembers(plain(r), r.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (r *ReferencedObject) UnmarshalJSON(data []byte) error {
	type plain ReferencedObject
	return decodeMembers(data, (*plain)(r), &r.Other)
}

// MarshalJSON writes what is known, then the rest.
func (r Rule) MarshalJSON() ([]byte, error) {
	type plain Rule
	return encodeMembers(plain(r), r.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (r *Rule) UnmarshalJSON(data []byte) error {
	type plain Rule
	return decodeMembers(data, (*plain)(r), &r.Other)
}

// MarshalJSON writes what is known, then the rest.
func (c ContainerFilter) MarshalJSON() ([]byte, error) {
	type plain ContainerFilter
	return encodeMembers(plain(c), c.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (c *ContainerFilter) UnmarshalJSON(data []byte) error {
	type plain ContainerFilter
	return decodeMembers(data, (*plain)(c), &c.Other)
}

// MarshalJSON writes what is known, then the rest.
func (g GroupFilter) MarshalJSON() ([]byte, error) {
	type plain GroupFilter
	return encodeMembers(plain(g), g.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (g *GroupFilter) UnmarshalJSON(data []byte) error {
	type plain GroupFilter
	return decodeMembers(data, (*plain)(g), &g.Other)
}

// MarshalJSON writes what is known, then the rest.
func (o ObjectMapping) MarshalJSON() ([]byte, error) {
	type plain ObjectMapping
	return encodeMembers(plain(o), o.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (o *ObjectMapping) UnmarshalJSON(data []byte) error {
	type plain ObjectMapping
	return decodeMembers(data, (*plain)(o), &o.Other)
}

// MarshalJSON writes what is known, then the rest.
func (a AttributeMapping) MarshalJSON() ([]byte, error) {
	type plain AttributeMapping
	return encodeMembers(plain(a), a.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (a *AttributeMapping) UnmarshalJSON(data []byte) error {
	type plain AttributeMapping
	return decodeMembers(data, (*plain)(a), &a.Other)
}

// MarshalJSON writes what is known, then the rest.
func (a AttributeMappingSource) MarshalJSON() ([]byte, error) {
	type plain AttributeMappingSource
	return encodeMembers(plain(a), a.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (a *AttributeMappingSource) UnmarshalJSON(data []byte) error {
	type plain AttributeMappingSource
	return decodeMembers(data, (*plain)(a), &a.Other)
}

// MarshalJSON writes what is known, then the rest.
func (p Parameter) MarshalJSON() ([]byte, error) {
	type plain Parameter
	return encodeMembers(plain(p), p.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (p *Parameter) UnmarshalJSON(data []byte) error {
	type plain Parameter
	return decodeMembers(data, (*plain)(p), &p.Other)
}

// MarshalJSON writes what is known, then the rest.
func (f Filter) MarshalJSON() ([]byte, error) {
	type plain Filter
	return encodeMembers(plain(f), f.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (f *Filter) UnmarshalJSON(data []byte) error {
	type plain Filter
	return decodeMembers(data, (*plain)(f), &f.Other)
}

// MarshalJSON writes what is known, then the rest.
func (f FilterGroup) MarshalJSON() ([]byte, error) {
	type plain FilterGroup
	return encodeMembers(plain(f), f.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (f *FilterGroup) UnmarshalJSON(data []byte) error {
	type plain FilterGroup
	return decodeMembers(data, (*plain)(f), &f.Other)
}

// MarshalJSON writes what is known, then the rest.
func (f FilterClause) MarshalJSON() ([]byte, error) {
	type plain FilterClause
	return encodeMembers(plain(f), f.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (f *FilterClause) UnmarshalJSON(data []byte) error {
	type plain FilterClause
	return decodeMembers(data, (*plain)(f), &f.Other)
}

// MarshalJSON writes what is known, then the rest.
func (f FilterOperand) MarshalJSON() ([]byte, error) {
	type plain FilterOperand
	return encodeMembers(plain(f), f.Other)
}

// UnmarshalJSON reads what is known and keeps the rest.
func (f *FilterOperand) UnmarshalJSON(data []byte) error {
	type plain FilterOperand
	return decodeMembers(data, (*plain)(f), &f.Other)
}
