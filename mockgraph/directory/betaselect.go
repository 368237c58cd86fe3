package directory

// betaSelect are the properties that GET of the beta version returns without $select, besides those v1.0 returns, by type. Those that are
// on no list come on $select only, as the properties other services keep do.
// Source: learn.microsoft.com/graph/api/resources/user?view=graph-rest-beta and the sample answers of …/graph/api/user-get?view=graph-rest-beta.
var betaSelect = map[Type][]string{
	User: {
		"accountEnabled", "ageGroup", "assignedLicenses", "assignedPlans", "authorizationInfo", "city", "companyName", "consentProvidedForMinor", "country",
		"createdDateTime", "creationType", "deletedDateTime", "department", "employeeHireDate", "employeeId", "employeeLeaveDateTime", "employeeOrgData",
		"employeeType", "externalUserState", "externalUserStateChangeDateTime", "faxNumber", "identities", "imAddresses", "isManagementRestricted",
		"isResourceAccount", "legalAgeGroupClassification", "mailNickname", "onPremisesDistinguishedName", "onPremisesDomainName",
		"onPremisesExtensionAttributes", "onPremisesImmutableId", "onPremisesLastSyncDateTime", "onPremisesProvisioningErrors",
		"onPremisesSamAccountName", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "onPremisesUserPrincipalName", "otherMails",
		"passwordPolicies", "passwordProfile", "postalCode", "preferredDataLocation", "provisionedPlans", "proxyAddresses", "securityIdentifier",
		"serviceProvisioningErrors", "showInAddressList", "signInSessionsValidFromDateTime", "state", "streetAddress", "usageLocation", "userType",
	},
}
