package directory

// directoryRoleTable lists the properties of activated directory roles.
// Source: learn.microsoft.com/graph/api/resources/directoryrole.
func directoryRoleTable() *table {
	return newTable(directoryRoleNumber, DirectoryRole, "DirectoryRole", never,
		identity(),
		deletion(true),
		Property{Name: "description", DefaultSelect: true, Mutability: External},
		Property{Name: "displayName", Required: true, DefaultSelect: true, Mutability: External, Index: Indexed},
		Property{Name: "roleTemplateId", Required: true, DefaultSelect: true, Mutability: Immutable, Index: Unique},
	)
}

// grantTable lists the properties of delegated permission grants.
// Source: learn.microsoft.com/graph/api/resources/oauth2permissiongrant.
func grantTable() *table {
	return newTable(grantNumber, OAuth2PermissionGrant, "OAuth2PermissionGrant", always,
		identity(),
		Property{Name: "clientId", Required: true, DefaultSelect: true, Mutability: Immutable, Index: Indexed},
		Property{Name: "consentType", Required: true, DefaultSelect: true, Mutability: Immutable, valid: oneOf("AllPrincipals", "Principal")},
		Property{Name: "principalId", DefaultSelect: true, Mutability: Immutable, Index: Indexed},
		Property{Name: "resourceId", Required: true, DefaultSelect: true, Mutability: Immutable, Index: Indexed},
		Property{Name: "scope", DefaultSelect: true, MaxLength: 4096},
	)
}

// organizationTable lists the properties of the tenant itself. Its verifiedDomains are those of the domains ([Snapshot.VerifiedDomains]).
// Source: learn.microsoft.com/graph/api/resources/organization.
func organizationTable() *table {
	return newTable(organizationNumber, Organization, "Organization", never,
		identity(),
		deletion(true),
		Property{Name: "displayName", Required: true, DefaultSelect: true, MaxLength: 256},
		Property{Name: "tenantType", DefaultSelect: true, Mutability: External, initial: constant("AAD")},
		Property{Name: "businessPhones", Kind: Strings, DefaultSelect: true},
		Property{Name: "city", DefaultSelect: true},
		Property{Name: "country", DefaultSelect: true},
		Property{Name: "countryLetterCode", DefaultSelect: true, MaxLength: 2, valid: isCountryCode},
		Property{Name: "defaultUsageLocation", MaxLength: 2, valid: isCountryCode},
		Property{Name: "postalCode", DefaultSelect: true},
		Property{Name: "preferredLanguage", DefaultSelect: true, valid: isLanguageTag},
		Property{Name: "state", DefaultSelect: true},
		Property{Name: "street", DefaultSelect: true},
		Property{Name: "marketingNotificationEmails", Kind: Strings, DefaultSelect: true, valid: isMail},
		Property{Name: "technicalNotificationMails", Kind: Strings, DefaultSelect: true, valid: isMail},
		Property{Name: "securityComplianceNotificationMails", Kind: Strings, DefaultSelect: true, valid: isMail},
		Property{Name: "securityComplianceNotificationPhones", Kind: Strings, DefaultSelect: true},
		Property{Name: "onPremisesSyncEnabled", Kind: Boolean, DefaultSelect: true, Mutability: External},
		Property{Name: "onPremisesLastSyncDateTime", Kind: DateTime, DefaultSelect: true, Mutability: External},
		Property{Name: "partnerTenantType", DefaultSelect: true, Mutability: External},
		Property{Name: "privacyProfile", Kind: JSON, DefaultSelect: true},
		Property{Name: "provisionedPlans", Kind: JSON, Collection: true, DefaultSelect: true, Mutability: External},
		Property{Name: "createdDateTime", Kind: DateTime, DefaultSelect: true, Mutability: ReadOnly, initial: now},
		extensionsRow(),
	)
}

// domainTable lists the properties of domains; the id of a domain is its name.
// Source: learn.microsoft.com/graph/api/resources/domain.
func domainTable() *table {
	return newTable(domainNumber, Domain, "Domain", never,
		Property{Name: "id", Required: true, DefaultSelect: true, Mutability: Immutable, MaxLength: 253, valid: isDomain},
		Property{Name: "authenticationType", DefaultSelect: true, Kept: true, valid: oneOf("Managed", "Federated"), initial: constant("Managed")},
		Property{Name: "availabilityStatus", DefaultSelect: true, Mutability: External},
		Property{Name: "isAdminManaged", Kind: Boolean, DefaultSelect: true, Mutability: External, initial: constant(true)},
		Property{Name: "isDefault", Kind: Boolean, DefaultSelect: true, Kept: true, initial: constant(false)},
		Property{Name: "isInitial", Kind: Boolean, DefaultSelect: true, Mutability: External, initial: constant(false)},
		Property{Name: "isRoot", Kind: Boolean, DefaultSelect: true, Mutability: External, initial: constant(true)},
		Property{Name: "isVerified", Kind: Boolean, DefaultSelect: true, Mutability: External, initial: constant(false)},
		Property{Name: "supportedServices", Kind: Strings, DefaultSelect: true},
		Property{Name: "passwordValidityPeriodInDays", Kind: Integer, DefaultSelect: true},
		Property{Name: "passwordNotificationWindowInDays", Kind: Integer, DefaultSelect: true},
		Property{Name: "manufacturer", DefaultSelect: true, Mutability: External},
		Property{Name: "model", DefaultSelect: true, Mutability: External},
		Property{Name: "state", Kind: JSON, DefaultSelect: true, Mutability: External},
	)
}

// skuTable lists the properties of subscriptions.
// Source: learn.microsoft.com/graph/api/resources/subscribedsku.
func skuTable() *table {
	return newTable(skuNumber, SubscribedSku, "SubscribedSku", never,
		identity(),
		Property{Name: "accountId", DefaultSelect: true, Mutability: Immutable},
		Property{Name: "accountName", DefaultSelect: true, Mutability: Immutable},
		Property{Name: "appliesTo", DefaultSelect: true, Mutability: Immutable, initial: constant("User")},
		Property{Name: "capabilityStatus", DefaultSelect: true, Kept: true, initial: constant("Enabled"),
			valid: oneOf("Enabled", "Warning", "Suspended", "Deleted", "LockedOut")},
		Property{Name: "consumedUnits", Kind: Integer, DefaultSelect: true, Mutability: ReadOnly, initial: constant(0)},
		complexRow[LicenseUnits]("prepaidUnits", Property{Required: true, DefaultSelect: true}),
		complexRow[[]ServicePlan]("servicePlans", Property{DefaultSelect: true, MaxValues: 1000}),
		Property{Name: "skuId", Kind: Guid, Required: true, DefaultSelect: true, Mutability: Immutable, Index: Unique},
		Property{Name: "skuPartNumber", Required: true, DefaultSelect: true, Mutability: Immutable, Index: Indexed},
		Property{Name: "subscriptionIds", Kind: Strings, DefaultSelect: true},
	)
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// composed is the id made of the GUIDs in some properties, without those that have no value.
func (t *table) composed(x *tx, values *draft, names ...string) string {
	var parts []string
	for _, name := range names {
		if part := text(values.value(t.ordinals[name])); part != "" {
			parts = append(parts, part)
		}
	}
	if id, ok := joinedID(parts...); ok {
		return id
	}
	return x.newID()
}
