package scim

// commonAttributes are those of RFC 7643 §3 and §3.1, which every resource has and no schema document lists.
func commonAttributes() []Attribute {
	return []Attribute{
		{Name: "schemas", Type: ReferenceType, MultiValued: true, CaseExact: true, Required: true, Returned: ReturnedAlways},
		{Name: "id", CaseExact: true, Mutability: ReadOnly, Returned: ReturnedAlways, Uniqueness: UniqueOnServer},
		{Name: "externalId", CaseExact: true},
		{Name: "meta", Type: ComplexType, Mutability: ReadOnly, SubAttributes: []Attribute{
			{Name: "resourceType", CaseExact: true, Mutability: ReadOnly},
			{Name: "created", Type: DateTimeType, Mutability: ReadOnly},
			{Name: "lastModified", Type: DateTimeType, Mutability: ReadOnly},
			{Name: "location", Type: ReferenceType, CaseExact: true, Mutability: ReadOnly},
			{Name: "version", CaseExact: true, Mutability: ReadOnly},
		}},
	}
}
