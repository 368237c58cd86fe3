package scim

// GroupSchema is the core Group schema of RFC 7643 §8.7.1, with displayName required as RFC 7643 §4.2 says and with the
// members' ids case-exact, as ids are (RFC 7643 §3.1). Every call returns a fresh value.
func GroupSchema() Schema {
	return Schema{ID: GroupURN, Name: "Group", Description: "Group", Attributes: withDefaults([]Attribute{
		{Name: "displayName", Required: true, Description: "A human-readable name for the Group."},
		{Name: "members", Type: ComplexType, MultiValued: true, Description: "The members of the Group.", SubAttributes: []Attribute{
			{Name: "value", Mutability: Immutable, CaseExact: true, Description: "Identifier of the member."},
			{Name: "$ref", Type: ReferenceType, Mutability: Immutable, ReferenceTypes: []string{"User", "Group"}, Description: "The URI of the member."},
			{Name: "display", Description: "A human-readable name of the member (RFC 7643 §2.4)."},
			{Name: "type", Mutability: Immutable, CanonicalValues: []string{"User", "Group"}, Description: "The type of the member."},
		}},
	})}
}

// EnterpriseUserSchema is the enterprise extension of User (RFC 7643 §4.3 and §8.7.1). Every call returns a fresh value.
func EnterpriseUserSchema() Schema {
	return Schema{ID: EnterpriseURN, Name: "EnterpriseUser", Description: "Enterprise User", Attributes: withDefaults(append(texts(
		"employeeNumber", "Identifier assigned by the organization, typically numeric or alphanumeric.",
		"costCenter", "The name of a cost center.",
		"organization", "The name of an organization.",
		"division", "The name of a division.",
		"department", "The name of a department."),
		Attribute{Name: "manager", Type: ComplexType, Description: "The user's manager.", SubAttributes: []Attribute{
			{Name: "value", CaseExact: true, Description: "The id of the SCIM resource that represents the manager."},
			{Name: "$ref", Type: ReferenceType, ReferenceTypes: []string{"User"}, Description: "The URI of the manager."},
			{Name: "displayName", Mutability: ReadOnly, Description: "The displayName of the manager."},
		}}))}
}
