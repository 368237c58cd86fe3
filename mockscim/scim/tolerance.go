package scim

// Tolerance says what is accepted beyond the RFCs. The zero value is strict; [Entra] accepts what Microsoft Entra's
// provisioning service sends. Sources: Microsoft Learn, "Known issues and resolutions with SCIM 2.0 protocol compliance of the
// Microsoft Entra user provisioning service" (learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility)
// and "Develop and plan provisioning for a SCIM endpoint"
// (learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups).
type Tolerance struct {
	// OpCase accepts "Add", "Replace" and "Remove" in any case; strict wants lower case.
	OpCase bool
	// StringBooleans accepts "True", "False" and other cases where an attribute is boolean, and stores a boolean.
	StringBooleans bool
	// StringNumbers accepts a number in a string where an attribute is integer or decimal, and stores a number.
	StringNumbers bool
	// MemberRemovalByValue makes a remove with a value take away only the listed values of a multi-valued attribute; strict
	// ignores the value, as RFC 7644 §3.5.2.2 knows none, and takes all.
	MemberRemovalByValue bool
	// CreateOnAbsent makes the element that a valuePath asks for when there is none (add and replace), with the literals
	// of the filter's equalities set; strict answers noTarget (RFC 7644 §3.5.2.3).
	CreateOnAbsent bool
	// RemoveAbsent lets a remove whose filter matches nothing succeed; strict answers noTarget.
	RemoveAbsent bool
	// BareManager accepts a bare string where a complex attribute with a sub-attribute "value" stands (manager, members),
	// and an array of one where a single complex value stands.
	BareManager bool
	// EmptyManagerClears takes "" and {"value": ""} for a single complex attribute as its removal; null always is.
	EmptyManagerClears bool
	// EmptyClears takes "" for any other attribute that is not required as its removal; strict stores the empty string.
	EmptyClears bool
	// FlattenedKeys expands "name.givenName", "urn:…:User:department" and `emails[type eq "work"].value` used as member
	// names of an operation without a path.
	FlattenedKeys bool
	// RoleStrings keeps what the elements of roles carry beyond the schema ("displayName") as it was sent.
	RoleStrings bool
	// IgnoreUnknown passes over attributes no schema defines; otherwise they are an error.
	IgnoreUnknown bool
}

// Entra is the tolerance a service provider needs for Microsoft Entra's provisioning service. Unknown attributes stay an error.
func Entra() Tolerance {
	return Tolerance{
		OpCase:               true,
		StringBooleans:       true,
		StringNumbers:        true,
		MemberRemovalByValue: true,
		CreateOnAbsent:       true,
		RemoveAbsent:         true,
		BareManager:          true,
		EmptyManagerClears:   true,
		EmptyClears:          true,
		FlattenedKeys:        true,
		RoleStrings:          true,
	}
}
