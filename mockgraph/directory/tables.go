package directory

import (
	"slices"
	"time"
)

// userTable lists the properties of users.
// Source: learn.microsoft.com/graph/api/resources/user and learn.microsoft.com/graph/api/user-post-users (lengths, defaults).
func userTable() *table {
	return newTable(userNumber, User, "User", always,
		Property{Name: "userPrincipalName", Required: true, Kept: true, Default: true, Index: Unique, MaxLength: 113, valid: isUserPrincipalName},
		Property{Name: "displayName", Required: true, Kept: true, Default: true, Index: Indexed, MaxLength: 256},
		Property{Name: "mailNickname", Required: true, Kept: true, Index: Indexed, MaxLength: 64, valid: isMailNickname},
		Property{Name: "accountEnabled", Kind: Boolean, Required: true, Kept: true},
		Property{Name: "givenName", Default: true, MaxLength: 64},
		Property{Name: "surname", Default: true, MaxLength: 64},
		Property{Name: "mail", Default: true, Index: Indexed, MaxLength: 256, valid: isMail},
		Property{Name: "jobTitle", Default: true, MaxLength: 128},
		Property{Name: "department", MaxLength: 64},
		Property{Name: "companyName", MaxLength: 64},
		Property{Name: "employeeId", Index: Indexed, MaxLength: 16},
		Property{Name: "employeeType", MaxLength: 256},
		Property{Name: "employeeHireDate", Kind: DateTime},
		Property{Name: "employeeLeaveDateTime", Kind: DateTime},
		Property{Name: "usageLocation", Kept: true, MaxLength: 2, valid: isCountryCode},
		Property{Name: "preferredLanguage", Default: true, MaxLength: 35, valid: isLanguageTag},
		Property{Name: "officeLocation", Default: true, MaxLength: 128},
		Property{Name: "streetAddress", MaxLength: 1024},
		Property{Name: "city", MaxLength: 128},
		Property{Name: "state", MaxLength: 128},
		Property{Name: "postalCode", MaxLength: 40},
		Property{Name: "country", MaxLength: 128},
		Property{Name: "businessPhones", Kind: Strings, Default: true, MaxLength: 64, MaxValues: 1},
		Property{Name: "mobilePhone", Default: true, MaxLength: 64},
		Property{Name: "faxNumber", MaxLength: 64},
		Property{Name: "otherMails", Kind: Strings, MaxLength: 250, MaxValues: 250, valid: isMail},
		Property{Name: "proxyAddresses", Kind: Strings, Mutability: External, Index: Unique},
		Property{Name: "imAddresses", Kind: Strings, Mutability: External},
		Property{Name: "userType", MaxLength: 6, valid: oneOf("Member", "Guest"), initial: constant("Member")},
		Property{Name: "externalUserState", Mutability: External, valid: oneOf("PendingAcceptance", "Accepted")},
		Property{Name: "ageGroup", valid: oneOf("Minor", "NotAdult", "Adult")},
		Property{Name: "consentProvidedForMinor", valid: oneOf("Granted", "Denied", "NotRequired")},
		Property{Name: "showInAddressList", Kind: Boolean},
		Property{Name: "passwordPolicies"},
		Property{Name: "onPremisesImmutableId"},
		Property{Name: "onPremisesSyncEnabled", Kind: Boolean, Mutability: External},
		Property{Name: "onPremisesDistinguishedName", Mutability: External},
		Property{Name: "onPremisesDomainName", Mutability: External},
		Property{Name: "onPremisesSamAccountName", Mutability: External},
		Property{Name: "onPremisesUserPrincipalName", Mutability: External},
		Property{Name: "onPremisesSecurityIdentifier", Mutability: External},
		Property{Name: "createdDateTime", Kind: DateTime, Mutability: ReadOnly, initial: now},
	)
}

// groupTable lists the properties of groups.
// Source: learn.microsoft.com/graph/api/resources/group and learn.microsoft.com/graph/api/group-post-groups. Display names are
// never unique; mail nicknames are among mail-enabled groups only (seen in public issues, such as microsoft-graph-docs#14716).
func groupTable() *table {
	return newTable(groupNumber, Group, "Group", isMicrosoft365,
		Property{Name: "displayName", Required: true, Kept: true, Default: true, Index: Indexed, MaxLength: 256},
		Property{Name: "mailNickname", Required: true, Kept: true, Default: true, Index: Unique, MaxLength: 64, valid: isMailNickname, uniqueWhen: isMailEnabled},
		Property{Name: "mailEnabled", Kind: Boolean, Required: true, Kept: true, Default: true},
		Property{Name: "securityEnabled", Kind: Boolean, Required: true, Kept: true, Default: true},
		Property{Name: "groupTypes", Kind: Strings, Default: true, MaxValues: 2, valid: oneOf("Unified", "DynamicMembership")},
		Property{Name: "description", Default: true, MaxLength: 1024},
		Property{Name: "visibility", Default: true, valid: oneOf("Public", "Private", "HiddenMembership")},
		Property{Name: "classification", Default: true},
		Property{Name: "mail", Default: true, Index: Indexed, Mutability: External, MaxLength: 256, valid: isMail},
		Property{Name: "proxyAddresses", Kind: Strings, Default: true, Mutability: External, Index: Unique},
		Property{Name: "membershipRule", Default: true, MaxLength: 3072},
		Property{Name: "membershipRuleProcessingState", Default: true, valid: oneOf("On", "Paused")},
		Property{Name: "isAssignableToRole", Kind: Boolean, Default: true, Mutability: Immutable},
		Property{Name: "uniqueName", Default: true, Mutability: Immutable, Index: Unique},
		Property{Name: "preferredLanguage", Default: true, MaxLength: 35, valid: isLanguageTag},
		Property{Name: "preferredDataLocation", Default: true},
		Property{Name: "theme", Default: true},
		Property{Name: "resourceBehaviorOptions", Kind: Strings, Default: true, Mutability: Immutable},
		Property{Name: "resourceProvisioningOptions", Kind: Strings, Default: true},
		Property{Name: "onPremisesSyncEnabled", Kind: Boolean, Default: true, Mutability: External},
		Property{Name: "onPremisesSamAccountName", Default: true, Mutability: External},
		Property{Name: "onPremisesDomainName", Default: true, Mutability: External},
		Property{Name: "onPremisesSecurityIdentifier", Default: true, Mutability: External},
		Property{Name: "expirationDateTime", Kind: DateTime, Default: true, Mutability: External},
		Property{Name: "renewedDateTime", Kind: DateTime, Default: true, Mutability: ReadOnly, initial: now},
		Property{Name: "createdDateTime", Kind: DateTime, Default: true, Mutability: ReadOnly, initial: now},
	)
}

// servicePrincipalTable lists the properties of enterprise applications.
// Source: learn.microsoft.com/graph/api/resources/serviceprincipal.
func servicePrincipalTable() *table {
	return newTable(servicePrincipalNumber, ServicePrincipal, "ServicePrincipal", always,
		Property{Name: "appId", Kept: true, Default: true, Mutability: Immutable, Index: Unique, MaxLength: 36, initial: newID, sameKey: true},
		Property{Name: "displayName", Required: true, Kept: true, Default: true, Index: Indexed, MaxLength: 256},
		Property{Name: "appDisplayName", Default: true, Mutability: External, MaxLength: 256},
		Property{Name: "accountEnabled", Kind: Boolean, Kept: true, Default: true, initial: constant(true)},
		Property{Name: "appRoleAssignmentRequired", Kind: Boolean, Kept: true, Default: true, initial: constant(false)},
		Property{Name: "appRoles", Kind: AppRoles, Default: true, MaxLength: 250, MaxValues: 1200},
		Property{Name: "appOwnerOrganizationId", Default: true, Mutability: External},
		Property{Name: "description", Default: true, MaxLength: 1024},
		Property{Name: "homepage", Default: true},
		Property{Name: "loginUrl", Default: true},
		Property{Name: "notes", Default: true},
		Property{Name: "notificationEmailAddresses", Kind: Strings, Default: true, valid: isMail},
		Property{Name: "preferredSingleSignOnMode", Default: true},
		Property{Name: "replyUrls", Kind: Strings, Default: true, MaxValues: 256},
		Property{Name: "servicePrincipalNames", Kind: Strings, Default: true},
		Property{Name: "servicePrincipalType", Default: true, Mutability: Immutable, initial: constant("Application")},
		Property{Name: "signInAudience", Default: true, Mutability: External},
		Property{Name: "tags", Kind: Strings, Default: true, MaxLength: 256},
		Property{Name: "createdDateTime", Kind: DateTime, Mutability: ReadOnly, initial: now},
	)
}

func always(*Object) bool           { return true }
func isMailEnabled(o *Object) bool  { return o.Bool("mailEnabled") }
func isMicrosoft365(o *Object) bool { return slices.Contains(o.strings("groupTypes"), "Unified") }
func isDynamic(o *Object) bool      { return slices.Contains(o.strings("groupTypes"), "DynamicMembership") }

func constant(value any) func(*tx) any { return func(*tx) any { return value } }
func now(x *tx) any                    { return x.now.UTC().Truncate(time.Second) }
func newID(x *tx) any                  { return x.newID() }
