package scim

// UserSchema is the core User schema of RFC 7643 §8.7.1, with two additions: addresses have a "primary" (RFC 7643 §2.4 gives
// it to every multi-valued attribute, and Entra sends it), and canonical values stand wherever RFC 7643 §4.1.2 names some.
// Every call returns a fresh value. externalId is a common attribute and not part of it.
func UserSchema() Schema {
	return Schema{ID: UserURN, Name: "User", Description: "User Account", Attributes: withDefaults([]Attribute{
		{Name: "userName", Required: true, Uniqueness: UniqueOnServer,
			Description: "Unique identifier for the User, typically used by the user to directly authenticate to the service provider."},
		{Name: "name", Type: ComplexType, Description: "The components of the user's real name.", SubAttributes: texts(
			"formatted", "The full name, formatted for display.",
			"familyName", "The family name, or last name.",
			"givenName", "The given name, or first name.",
			"middleName", "The middle name(s).",
			"honorificPrefix", "The honorific prefix(es), or title.",
			"honorificSuffix", "The honorific suffix(es).")},
		{Name: "displayName", Description: "The name of the User, suitable for display to end-users."},
		{Name: "nickName", Description: "The casual way to address the user in real life."},
		{Name: "profileUrl", Type: ReferenceType, ReferenceTypes: []string{"external"}, Description: "A URL of the User's online profile."},
		{Name: "title", Description: "The user's title, such as \"Vice President\"."},
		{Name: "userType", Description: "The relationship between the organization and the user."},
		{Name: "preferredLanguage", Description: "The user's preferred written or spoken language, as in Accept-Language."},
		{Name: "locale", Description: "The user's default location, for currency, dates and numbers."},
		{Name: "timezone", Description: "The user's time zone in the IANA format, for example America/Los_Angeles."},
		{Name: "active", Type: BooleanType, Description: "The user's administrative status."},
		{Name: "password", Mutability: WriteOnly, Returned: ReturnedNever, Description: "The user's clear text password, only ever written."},
		plural("emails", "Email addresses for the user.", text("value", "Email address."), "work", "home", "other"),
		plural("phoneNumbers", "Phone numbers for the user.", text("value", "Phone number."),
			"work", "home", "mobile", "fax", "pager", "other"),
		plural("ims", "Instant messaging addresses for the user.", text("value", "Instant messaging address."),
			"aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"),
		plural("photos", "URLs of photos of the user.", Attribute{Name: "value", Type: ReferenceType,
			ReferenceTypes: []string{"external"}, Description: "URL of a photo."}, "photo", "thumbnail"),
		addresses(),
		groups(),
		plural("entitlements", "Entitlements of the user.", text("value", "The value of an entitlement.")),
		plural("roles", "Roles of the user.", text("value", "The value of a role.")),
		plural("x509Certificates", "Certificates issued to the user.", Attribute{Name: "value", Type: BinaryType,
			CaseExact: true, Description: "An X.509 certificate, base64."}),
	})}
}

func text(name, description string) Attribute { return Attribute{Name: name, Description: description} }

// texts makes plain string attributes from pairs of name and description.
func texts(pairs ...string) []Attribute {
	attributes := make([]Attribute, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		attributes = append(attributes, text(pairs[i], pairs[i+1]))
	}
	return attributes
}

// plural makes a multi-valued attribute with the sub-attributes of RFC 7643 §2.4.
func plural(name, description string, value Attribute, types ...string) Attribute {
	return Attribute{Name: name, Type: ComplexType, MultiValued: true, Description: description, SubAttributes: []Attribute{
		value,
		text("display", "A human-readable name, primarily used for display purposes."),
		{Name: "type", CanonicalValues: types, Description: "A label indicating the attribute's function."},
		primary(),
	}}
}

func primary() Attribute {
	return Attribute{Name: "primary", Type: BooleanType,
		Description: "Whether this is the preferred value of the attribute. True appears at most once."}
}

func addresses() Attribute {
	return Attribute{Name: "addresses", Type: ComplexType, MultiValued: true, Description: "Physical mailing addresses of the user.",
		SubAttributes: append(texts(
			"formatted", "The full address, formatted for display.",
			"streetAddress", "The full street address component, may contain newlines.",
			"locality", "The city or locality.",
			"region", "The state or region.",
			"postalCode", "The zip code or postal code.",
			"country", "The country name."),
			Attribute{Name: "type", CanonicalValues: []string{"work", "home", "other"}, Description: "A label indicating the attribute's function."},
			primary())}
}

func groups() Attribute {
	return Attribute{Name: "groups", Type: ComplexType, MultiValued: true, Mutability: ReadOnly,
		Description: "Groups to which the user belongs, through direct membership, nested groups or dynamically.",
		SubAttributes: []Attribute{
			{Name: "value", Mutability: ReadOnly, CaseExact: true, Description: "The identifier of the group."},
			{Name: "$ref", Type: ReferenceType, Mutability: ReadOnly, ReferenceTypes: []string{"User", "Group"}, Description: "The URI of the group."},
			{Name: "display", Mutability: ReadOnly, Description: "A human-readable name of the group."},
			{Name: "type", Mutability: ReadOnly, CanonicalValues: []string{"direct", "indirect"}, Description: "The kind of membership."},
		}}
}
