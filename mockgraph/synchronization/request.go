package synchronization

import (
	"slices"
	"strings"
)

// Template is a synchronizationTemplate: what jobs of an application begin with.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationtemplate.
type Template struct {
	ID            string                 `json:"id"` // such as scim
	ApplicationID string                 `json:"applicationId"`
	Default       bool                   `json:"default"`
	Description   Text                   `json:"description"`
	Discoverable  bool                   `json:"discoverable"`
	FactoryTag    string                 `json:"factoryTag"`
	Metadata      Collection[StringPair] `json:"metadata"`
	Schema        *Schema                `json:"schema,omitempty"` // nil in lists
}

// Secret is one of the values a job signs in with (synchronizationSecretKeyStringValuePair). Keys are those of Graph's enumeration
// synchronizationSecret, such as BaseAddress and SecretToken.
type Secret struct {
	Key   string `json:"key"`
	Value Text   `json:"value"`
}

// CredentialsCheck is the body of validateCredentials.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-validatecredentials.
type CredentialsCheck struct {
	ApplicationIdentifier string   `json:"applicationIdentifier"`
	TemplateID            string   `json:"templateId"`
	UseSavedCredentials   bool     `json:"useSavedCredentials"`
	Credentials           []Secret `json:"credentials"`
}

// OnDemandParameters say who is provisioned at once, and by which rule (synchronizationJobApplicationParameters).
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand.
type OnDemandParameters struct {
	RuleID   string    `json:"ruleId"`
	Subjects []Subject `json:"subjects"`
}

// Subject is an object that is provisioned on demand (synchronizationJobSubject); of a group only the members in links are.
type Subject struct {
	ObjectID       string       `json:"objectId"`
	ObjectTypeName string       `json:"objectTypeName"` // User or Group
	Links          SubjectLinks `json:"links"`
}

// SubjectLinks are what a subject is linked to (synchronizationLinkedObjects).
type SubjectLinks struct {
	Manager *Subject  `json:"manager"`
	Members []Subject `json:"members"`
	Owners  []Subject `json:"owners"`
}

// secretKeys are the members of Graph's enumeration synchronizationSecret.
// Source: github.com/microsoftgraph/msgraph-metadata, schemas/v1.0-Prod.csdl. It is never written.
var secretKeys = strings.Fields(`None UserName Password SecretToken AppKey BaseAddress ClientIdentifier ClientSecret SingleSignOnType Sandbox Url
	Domain ConsumerKey ConsumerSecret TokenKey TokenExpiration Oauth2AccessToken Oauth2AccessTokenCreationTime Oauth2RefreshToken SyncAll InstanceName
	Oauth2ClientId Oauth2ClientSecret CompanyId UpdateKeyOnSoftDelete SynchronizationSchedule SystemOfRecord SandboxName EnforceDomain
	SyncNotificationSettings SkipOutOfScopeDeletions Oauth2AuthorizationCode Oauth2RedirectUri ApplicationTemplateIdentifier Oauth2TokenExchangeUri
	Oauth2AuthorizationUri AuthenticationType Server PerformInboundEntitlementGrants HardDeletesEnabled SyncAgentCompatibilityKey SyncAgentADContainer
	ValidateDomain TestReferences ConnectionString`)

// IsSecretKey says whether a key of a [Secret] is one Graph knows, in whatever letter case.
func IsSecretKey(key string) bool {
	return slices.ContainsFunc(secretKeys, func(known string) bool { return strings.EqualFold(known, key) })
}
