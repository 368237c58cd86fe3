package directory

import (
	"reflect"
	"slices"
	"time"
)

// userTable lists the properties of users.
// Source: learn.microsoft.com/graph/api/resources/user and learn.microsoft.com/graph/api/user-post-users (lengths, defaults).
func userTable() *table {
	return newTable(userNumber, User, "User", always,
		identity(),
		Property{Name: "userPrincipalName", Required: true, Kept: true, DefaultSelect: true, Index: Unique, MaxLength: 113, valid: isUserPrincipalName,
			invalid: "Property userPrincipalName is invalid."}, // seen in public issues
		Property{Name: "displayName", Required: true, Kept: true, DefaultSelect: true, Index: Indexed, MaxLength: 256},
		Property{Name: "mailNickname", Required: true, Kept: true, Index: Indexed, MaxLength: 64, valid: isMailNickname},
		Property{Name: "accountEnabled", Kind: Boolean, Required: true, Kept: true},
		Property{Name: "givenName", DefaultSelect: true, MaxLength: 64},
		Property{Name: "surname", DefaultSelect: true, MaxLength: 64},
		Property{Name: "mail", DefaultSelect: true, Index: Indexed, MaxLength: 256, valid: isMail},
		Property{Name: "jobTitle", DefaultSelect: true, MaxLength: 128},
		Property{Name: "department", MaxLength: 64},
		Property{Name: "companyName", MaxLength: 64},
		Property{Name: "employeeId", Index: Indexed, MaxLength: 16},
		Property{Name: "employeeType", MaxLength: 256},
		Property{Name: "employeeHireDate", Kind: DateTime},
		Property{Name: "employeeLeaveDateTime", Kind: DateTime},
		complexRow[EmployeeOrgData]("employeeOrgData", Property{}),
		Property{Name: "usageLocation", Kept: true, MaxLength: 2, valid: isCountryCode},
		Property{Name: "preferredLanguage", DefaultSelect: true, MaxLength: 35, valid: isLanguageTag},
		Property{Name: "preferredDataLocation"},
		Property{Name: "officeLocation", DefaultSelect: true, MaxLength: 128},
		Property{Name: "streetAddress", MaxLength: 1024},
		Property{Name: "city", MaxLength: 128},
		Property{Name: "state", MaxLength: 128},
		Property{Name: "postalCode", MaxLength: 40},
		Property{Name: "country", MaxLength: 128},
		Property{Name: "businessPhones", Kind: Strings, DefaultSelect: true, MaxLength: 64, MaxValues: 1},
		Property{Name: "mobilePhone", DefaultSelect: true, MaxLength: 64},
		Property{Name: "faxNumber", MaxLength: 64},
		Property{Name: "otherMails", Kind: Strings, Index: Indexed, MaxLength: 250, MaxValues: 250, valid: isMail},
		Property{Name: "proxyAddresses", Kind: Strings, Mutability: External, Index: Unique},
		Property{Name: "imAddresses", Kind: Strings, Mutability: External},
		Property{Name: "userType", MaxLength: 6, valid: oneOf("Member", "Guest"), initial: constant("Member")},
		Property{Name: "creationType", Mutability: External},
		Property{Name: "externalUserState", Mutability: External, valid: oneOf("PendingAcceptance", "Accepted")},
		Property{Name: "externalUserStateChangeDateTime", Kind: DateTime, Mutability: External},
		Property{Name: "ageGroup", valid: oneOf("Minor", "NotAdult", "Adult")},
		Property{Name: "consentProvidedForMinor", valid: oneOf("Granted", "Denied", "NotRequired")},
		Property{Name: "legalAgeGroupClassification", Mutability: External},
		Property{Name: "showInAddressList", Kind: Boolean},
		Property{Name: "isResourceAccount", Kind: Boolean},
		Property{Name: "isManagementRestricted", Kind: Boolean, Mutability: External},
		complexRow[PasswordProfile]("passwordProfile", Property{}),
		Property{Name: "passwordHash", hidden: true, MaxLength: 64},
		Property{Name: "passwordPolicies", valid: isPasswordPolicies},
		Property{Name: "lastPasswordChangeDateTime", Kind: DateTime, Mutability: External},
		Property{Name: "signInSessionsValidFromDateTime", Kind: DateTime, Mutability: External},
		complexRow[[]ObjectIdentity]("identities", Property{}),
		complexRow[[]AssignedLicense]("assignedLicenses", Property{derived: assignedLicenses}),
		complexRow[[]AssignedPlan]("assignedPlans", Property{derived: assignedPlans}),
		complexRow[[]LicenseAssignmentState]("licenseAssignmentStates", Property{Mutability: ReadOnly, MaxValues: 1000}),
		Property{Name: "provisionedPlans", Kind: JSON, Collection: true, Mutability: External},
		Property{Name: "securityIdentifier", derived: securityIdentifier},
		complexRow[ExtensionAttributes]("onPremisesExtensionAttributes", Property{}),
		Property{Name: "onPremisesImmutableId"},
		Property{Name: "onPremisesSyncEnabled", Kind: Boolean, Mutability: External},
		Property{Name: "onPremisesLastSyncDateTime", Kind: DateTime, Mutability: External},
		Property{Name: "onPremisesDistinguishedName", Mutability: External},
		Property{Name: "onPremisesDomainName", Mutability: External},
		Property{Name: "onPremisesSamAccountName", Mutability: External},
		Property{Name: "onPremisesUserPrincipalName", Mutability: External},
		Property{Name: "onPremisesSecurityIdentifier", Mutability: External},
		Property{Name: "onPremisesProvisioningErrors", Kind: JSON, Collection: true, Mutability: External},
		Property{Name: "serviceProvisioningErrors", Kind: JSON, Collection: true, Mutability: External},
		Property{Name: "authorizationInfo", Kind: JSON},
		Property{Name: "customSecurityAttributes", Kind: JSON, CaseExact: true},
		Property{Name: "signInActivity", Kind: JSON, Mutability: External, Held: "sign-in log"},
		Property{Name: "identityParentId", Mutability: External},
		Property{Name: "print", Kind: JSON, Mutability: External},
		Property{Name: "deviceEnrollmentLimit", Kind: Integer, Mutability: External},
		Property{Name: "mailboxSettings", Kind: JSON, Held: "Exchange"},
		Property{Name: "aboutMe", Held: "SharePoint", MaxLength: 4096},
		Property{Name: "birthday", Kind: DateTime, Held: "SharePoint"},
		Property{Name: "hireDate", Kind: DateTime, Held: "SharePoint"},
		Property{Name: "interests", Kind: Strings, Held: "SharePoint"},
		Property{Name: "mySite", Held: "SharePoint"},
		Property{Name: "pastProjects", Kind: Strings, Held: "SharePoint"},
		Property{Name: "preferredName", Held: "SharePoint"},
		Property{Name: "responsibilities", Kind: Strings, Held: "SharePoint"},
		Property{Name: "schools", Kind: Strings, Held: "SharePoint"},
		Property{Name: "skills", Kind: Strings, Held: "SharePoint"},
		Property{Name: "createdDateTime", Kind: DateTime, Mutability: ReadOnly, initial: now},
		deletion(false),
		extensionsRow(),
	)
}

// groupTable lists the properties of groups.
// Source: learn.microsoft.com/graph/api/resources/group and learn.microsoft.com/graph/api/group-post-groups. Display names are
// never unique; mail nicknames are among mail-enabled groups only (seen in public issues, such as microsoft-graph-docs#14716).
func groupTable() *table {
	return newTable(groupNumber, Group, "Group", isRecycledGroup,
		identity(),
		deletion(true),
		Property{Name: "displayName", Required: true, Kept: true, DefaultSelect: true, Index: Indexed, MaxLength: 256},
		Property{Name: "mailNickname", Required: true, Kept: true, DefaultSelect: true, Index: Unique, MaxLength: 64, valid: isMailNickname, uniqueWhen: isMailEnabled},
		Property{Name: "mailEnabled", Kind: Boolean, Required: true, Kept: true, DefaultSelect: true},
		Property{Name: "securityEnabled", Kind: Boolean, Required: true, Kept: true, DefaultSelect: true},
		Property{Name: "groupTypes", Kind: Strings, DefaultSelect: true, MaxValues: 2, valid: oneOf("Unified", "DynamicMembership")},
		Property{Name: "description", DefaultSelect: true, MaxLength: 1024},
		Property{Name: "visibility", DefaultSelect: true, valid: oneOf("Public", "Private", "HiddenMembership")},
		Property{Name: "classification", DefaultSelect: true},
		Property{Name: "creationOptions", Kind: Strings, DefaultSelect: true, Mutability: Immutable},
		Property{Name: "mail", DefaultSelect: true, Index: Indexed, Mutability: External, MaxLength: 256, valid: isMail},
		Property{Name: "proxyAddresses", Kind: Strings, DefaultSelect: true, Mutability: External, Index: Unique},
		Property{Name: "membershipRule", DefaultSelect: true, MaxLength: 3072},
		Property{Name: "membershipRuleProcessingState", DefaultSelect: true, valid: oneOf("On", "Paused")},
		Property{Name: "isAssignableToRole", Kind: Boolean, DefaultSelect: true, Mutability: Immutable},
		Property{Name: "uniqueName", DefaultSelect: true, Mutability: Immutable, Index: Unique},
		Property{Name: "preferredLanguage", DefaultSelect: true, MaxLength: 35, valid: isLanguageTag},
		Property{Name: "preferredDataLocation", DefaultSelect: true},
		Property{Name: "theme", DefaultSelect: true},
		Property{Name: "resourceBehaviorOptions", Kind: Strings, DefaultSelect: true, Mutability: Immutable},
		Property{Name: "resourceProvisioningOptions", Kind: Strings, DefaultSelect: true},
		Property{Name: "securityIdentifier", DefaultSelect: true, derived: securityIdentifier},
		complexRow[[]AssignedLicense]("assignedLicenses", Property{Mutability: ReadOnly}),
		complexRow[LicenseProcessingState]("licenseProcessingState", Property{Mutability: ReadOnly}),
		Property{Name: "hasMembersWithLicenseErrors", Kind: Boolean, Mutability: ReadOnly},
		Property{Name: "assignedLabels", Kind: JSON, Collection: true},
		Property{Name: "accessType", Held: "Exchange"},
		Property{Name: "allowExternalSenders", Kind: Boolean, Held: "Exchange"},
		Property{Name: "autoSubscribeNewMembers", Kind: Boolean, Held: "Exchange"},
		Property{Name: "hideFromAddressLists", Kind: Boolean, Held: "Exchange"},
		Property{Name: "hideFromOutlookClients", Kind: Boolean, Held: "Exchange"},
		Property{Name: "isSubscribedByMail", Kind: Boolean, Held: "Exchange"},
		Property{Name: "unseenCount", Kind: Integer, Held: "Exchange"},
		Property{Name: "unseenConversationsCount", Kind: Integer, Held: "Exchange"},
		Property{Name: "unseenMessagesCount", Kind: Integer, Held: "Exchange"},
		Property{Name: "isFavorite", Kind: Boolean, Held: "Exchange"},
		Property{Name: "welcomeMessageEnabled", Kind: Boolean, Held: "Exchange"},
		Property{Name: "infoCatalogs", Kind: Strings, Mutability: External},
		Property{Name: "organizationId", Mutability: External},
		Property{Name: "isArchived", Kind: Boolean, Mutability: External},
		Property{Name: "isManagementRestricted", Kind: Boolean, Mutability: External},
		Property{Name: "onPremisesSyncEnabled", Kind: Boolean, DefaultSelect: true, Mutability: External},
		Property{Name: "onPremisesLastSyncDateTime", Kind: DateTime, DefaultSelect: true, Mutability: External},
		Property{Name: "onPremisesSamAccountName", DefaultSelect: true, Mutability: External},
		Property{Name: "onPremisesNetBiosName", DefaultSelect: true, Mutability: External},
		Property{Name: "onPremisesDomainName", DefaultSelect: true, Mutability: External},
		Property{Name: "onPremisesSecurityIdentifier", DefaultSelect: true, Mutability: External},
		complexRow[ExtensionAttributes]("onPremisesExtensionAttributes", Property{Mutability: External}),
		Property{Name: "onPremisesProvisioningErrors", Kind: JSON, Collection: true, DefaultSelect: true, Mutability: External},
		Property{Name: "serviceProvisioningErrors", Kind: JSON, Collection: true, DefaultSelect: true, Mutability: External},
		Property{Name: "expirationDateTime", Kind: DateTime, DefaultSelect: true, Mutability: External},
		Property{Name: "renewedDateTime", Kind: DateTime, DefaultSelect: true, Mutability: External, initial: now},
		Property{Name: "createdDateTime", Kind: DateTime, DefaultSelect: true, Mutability: ReadOnly, initial: now},
		extensionsRow(),
	)
}

// identity is the id, which every object has.
func identity() Property {
	return Property{Name: "id", DefaultSelect: true, derived: func(o *Object) any { return o.id }}
}

// deletion is when the object went to the recycle bin.
func deletion(shown bool) Property {
	return Property{Name: "deletedDateTime", Kind: DateTime, DefaultSelect: shown, derived: func(o *Object) any {
		if at, ok := o.DeletedAt(); ok {
			return at.Truncate(time.Second)
		}
		return nil
	}}
}

// complexRow completes the row of a property whose values are of type T, a slice for a collection.
func complexRow[T any](name string, p Property) Property {
	p.Name, p.value, p.Kind = name, reflect.TypeFor[T](), Complex
	if p.value.Kind() == reflect.Slice {
		p.Kind = Complexes
	}
	return p
}

func always(*Object) bool           { return true }
func never(*Object) bool            { return false }
func isMailEnabled(o *Object) bool  { return o.Bool("mailEnabled") }
func isMicrosoft365(o *Object) bool { return slices.Contains(o.strings("groupTypes"), "Unified") }

// isDynamic says whether the members of a group or of an administrative unit follow from a rule.
func isDynamic(o *Object) bool {
	return slices.Contains(o.strings("groupTypes"), "DynamicMembership") || o.String("membershipType") == "Dynamic"
}

// isRecycledGroup says whether the recycle bin takes a group: a Microsoft 365 group, or a security group of the cloud.
// Source: message centre MC1183299.
func isRecycledGroup(o *Object) bool {
	return isMicrosoft365(o) || !o.Bool("mailEnabled") && !o.Bool("onPremisesSyncEnabled")
}

// tick is the finest time Entra keeps. Source: recorded answers.
const tick = 100 * time.Nanosecond

func constant(value any) func(*tx) any { return func(*tx) any { return value } }
func now(x *tx) any                    { return x.second() }
func tickNow(x *tx) any                { return x.now.UTC().Truncate(tick) }
func (x *tx) second() time.Time        { return x.now.UTC().Truncate(time.Second) }
func newID(x *tx) any                  { return x.newID() }
