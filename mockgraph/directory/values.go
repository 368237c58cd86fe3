package directory

import "time"

// The values of properties that are more than a string, with Graph's JSON names. Where Graph keeps a value that nothing here
// looks into (logos, optional claims, SAML settings), the property's kind is [JSON] and the value what encoding/json makes of it.
// Source: learn.microsoft.com/graph/api/resources/<name of the type in lower case>; github.com/microsoftgraph/msgraph-metadata.

// PasswordProfile is a user's passwordProfile. Password is taken on the way in and never given back: the directory keeps a
// salted hash ([Snapshot.CheckPassword]).
type PasswordProfile struct {
	Password                             string `json:"password,omitempty"`
	ForceChangePasswordNextSignIn        bool   `json:"forceChangePasswordNextSignIn"`
	ForceChangePasswordNextSignInWithMfa bool   `json:"forceChangePasswordNextSignInWithMfa"`
}

// ObjectIdentity is one of a user's identities.
type ObjectIdentity struct {
	SignInType       string `json:"signInType"`
	Issuer           string `json:"issuer"`
	IssuerAssignedID string `json:"issuerAssignedId"`
}

// EmployeeOrgData is a user's employeeOrgData.
type EmployeeOrgData struct {
	CostCenter *string `json:"costCenter"`
	Division   *string `json:"division"`
}

// ExtensionAttributes are the fifteen onPremisesExtensionAttributes of a user, by number minus one; nil is no value.
type ExtensionAttributes struct {
	ExtensionAttribute1  *string `json:"extensionAttribute1"`
	ExtensionAttribute2  *string `json:"extensionAttribute2"`
	ExtensionAttribute3  *string `json:"extensionAttribute3"`
	ExtensionAttribute4  *string `json:"extensionAttribute4"`
	ExtensionAttribute5  *string `json:"extensionAttribute5"`
	ExtensionAttribute6  *string `json:"extensionAttribute6"`
	ExtensionAttribute7  *string `json:"extensionAttribute7"`
	ExtensionAttribute8  *string `json:"extensionAttribute8"`
	ExtensionAttribute9  *string `json:"extensionAttribute9"`
	ExtensionAttribute10 *string `json:"extensionAttribute10"`
	ExtensionAttribute11 *string `json:"extensionAttribute11"`
	ExtensionAttribute12 *string `json:"extensionAttribute12"`
	ExtensionAttribute13 *string `json:"extensionAttribute13"`
	ExtensionAttribute14 *string `json:"extensionAttribute14"`
	ExtensionAttribute15 *string `json:"extensionAttribute15"`
}

// AppRole is one element of the appRoles of an application or a service principal.
type AppRole struct {
	ID                 string   `json:"id"`                 // GUID, unique in the application; "" on the way in: one is made
	Value              string   `json:"value"`              // as it stands in tokens and provisioned roles, "" when there is none
	DisplayName        string   `json:"displayName"`        // for people
	Description        string   `json:"description"`        // for people
	Enabled            bool     `json:"isEnabled"`          // a disabled role cannot be assigned
	AllowedMemberTypes []string `json:"allowedMemberTypes"` // "User" (users and groups), "Application", or both
	Origin             string   `json:"origin,omitempty"`   // "Application" or "ServicePrincipal"
}

// PermissionScope is one delegated permission an application offers.
type PermissionScope struct {
	ID                      string `json:"id"`
	Value                   string `json:"value"`
	Type                    string `json:"type"` // "User" or "Admin": who may consent
	Enabled                 bool   `json:"isEnabled"`
	AdminConsentDisplayName string `json:"adminConsentDisplayName"`
	AdminConsentDescription string `json:"adminConsentDescription"`
	UserConsentDisplayName  string `json:"userConsentDisplayName"`
	UserConsentDescription  string `json:"userConsentDescription"`
	Origin                  string `json:"origin,omitempty"`
}

// PreAuthorizedApplication is a client that needs no consent for the scopes named.
type PreAuthorizedApplication struct {
	AppID                  string   `json:"appId"`
	DelegatedPermissionIDs []string `json:"delegatedPermissionIds"`
}

// APIApplication is an application's api: what it offers to clients.
type APIApplication struct {
	AcceptMappedClaims          *bool                      `json:"acceptMappedClaims"`
	KnownClientApplications     []string                   `json:"knownClientApplications"`
	RequestedAccessTokenVersion *int                       `json:"requestedAccessTokenVersion"` // nil and 1: v1 tokens; 2
	OAuth2PermissionScopes      []PermissionScope          `json:"oauth2PermissionScopes"`
	PreAuthorizedApplications   []PreAuthorizedApplication `json:"preAuthorizedApplications"`
}

// ResourceAccess is one permission an application asks for: Type is "Scope" (delegated) or "Role" (application).
type ResourceAccess struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// RequiredResourceAccess lists the permissions an application asks of one resource. It declares and grants nothing.
type RequiredResourceAccess struct {
	ResourceAppID  string           `json:"resourceAppId"`
	ResourceAccess []ResourceAccess `json:"resourceAccess"`
}

// ImplicitGrantSettings says which tokens the authorize endpoint hands out itself.
type ImplicitGrantSettings struct {
	EnableIDTokenIssuance     bool `json:"enableIdTokenIssuance"`
	EnableAccessTokenIssuance bool `json:"enableAccessTokenIssuance"`
}

// RedirectURISetting gives a redirect URI its place.
type RedirectURISetting struct {
	URI   string `json:"uri"`
	Index *int   `json:"index"`
}

// WebApplication is an application's web platform.
type WebApplication struct {
	HomePageURL           string                `json:"homePageUrl"`
	LogoutURL             string                `json:"logoutUrl"`
	RedirectURIs          []string              `json:"redirectUris"`
	ImplicitGrantSettings ImplicitGrantSettings `json:"implicitGrantSettings"`
	RedirectURISettings   []RedirectURISetting  `json:"redirectUriSettings"`
}

// PublicClient is an application's platform of native clients.
type PublicClient struct {
	RedirectURIs []string `json:"redirectUris"`
}

// SPA is an application's platform of single-page applications.
type SPA struct {
	RedirectURIs []string `json:"redirectUris"`
}

// KeyCredential is a certificate of an application or a service principal.
type KeyCredential struct {
	KeyID               string    `json:"keyId"`
	Type                string    `json:"type"`  // "AsymmetricX509Cert"
	Usage               string    `json:"usage"` // "Verify" or "Sign"
	DisplayName         string    `json:"displayName"`
	CustomKeyIdentifier []byte    `json:"customKeyIdentifier"` // thumbprint
	Key                 []byte    `json:"key"`                 // DER; routes leave it out unless it is asked for
	StartDateTime       time.Time `json:"startDateTime"`
	EndDateTime         time.Time `json:"endDateTime"`
}

// FederatedIdentityCredential lets an application sign in with a token of another issuer.
type FederatedIdentityCredential struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Issuer      string   `json:"issuer"`
	Subject     string   `json:"subject"`
	Description string   `json:"description"`
	Audiences   []string `json:"audiences"` // exactly one
}

// AssignedLicense is a licence without some of its plans.
type AssignedLicense struct {
	DisabledPlans []string `json:"disabledPlans"`
	SkuID         string   `json:"skuId"`
}

// LicenseAssignmentState is one licence from one source: the user herself, or a group.
type LicenseAssignmentState struct {
	SkuID               string    `json:"skuId"`
	DisabledPlans       []string  `json:"disabledPlans"`
	AssignedByGroup     *string   `json:"assignedByGroup"` // nil: assigned to the user
	State               string    `json:"state"`           // Active, ActiveWithError, Disabled, Error
	Error               string    `json:"error"`           // None, CountViolation, MutuallyExclusiveViolation, DependencyViolation, …
	LastUpdatedDateTime time.Time `json:"lastUpdatedDateTime"`
}

// LicenseProcessingState says how far group-based licensing has come: QueuedForProcessing, ProcessingComplete.
type LicenseProcessingState struct {
	State string `json:"state"`
}

// AssignedPlan is a service plan a user or the tenant has.
type AssignedPlan struct {
	AssignedDateTime time.Time `json:"assignedDateTime"`
	CapabilityStatus string    `json:"capabilityStatus"` // Enabled, Deleted
	Service          string    `json:"service"`
	ServicePlanID    string    `json:"servicePlanId"`
}

// ServicePlan is a service plan of a licence.
type ServicePlan struct {
	ServicePlanID      string `json:"servicePlanId"`
	ServicePlanName    string `json:"servicePlanName"`
	ProvisioningStatus string `json:"provisioningStatus"` // Success, Disabled, PendingInput, …
	AppliesTo          string `json:"appliesTo"`          // User or Company
}

// LicenseUnits are the seats of a subscription.
type LicenseUnits struct {
	Enabled   int `json:"enabled"`
	Suspended int `json:"suspended"`
	Warning   int `json:"warning"`
	LockedOut int `json:"lockedOut"`
}

// VerifiedDomain is a domain as the organization shows it.
type VerifiedDomain struct {
	Capabilities string `json:"capabilities"`
	IsDefault    bool   `json:"isDefault"`
	IsInitial    bool   `json:"isInitial"`
	Name         string `json:"name"`
	Type         string `json:"type"` // Managed or Federated
}
