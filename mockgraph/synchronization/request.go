package synchronization

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
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

// JobUpdate is what a PATCH of a job changes.
// Source: learn.microsoft.com/powershell/module/microsoft.graph.applications/update-mgserviceprincipalsynchronizationjob.
type JobUpdate struct {
	Schedule *ScheduleUpdate     `json:"schedule"`                   // nil: as it is
	Settings Collection[Setting] `json:"synchronizationJobSettings"` // those named are changed
}

// ScheduleUpdate is what a PATCH of a job's schedule changes.
type ScheduleUpdate struct {
	Expiration ExpirationUpdate `json:"expiration"`
	Interval   Duration         `json:"interval"` // 0: as it is
	State      ScheduleState    `json:"state"`    // "": as it is
}

// ExpirationUpdate is when a schedule is to end: null takes its end away, and without the member it stays as it is.
type ExpirationUpdate struct {
	Named bool
	At    *time.Time // nil: never
}

// UnmarshalJSON reads a time (ISO 8601) or null.
func (u *ExpirationUpdate) UnmarshalJSON(text []byte) error {
	u.Named, u.At = true, nil
	if err := json.Unmarshal(text, &u.At); err != nil {
		return fmt.Errorf("read expiration: %w", err)
	}
	return nil
}

// connectivityKeys are the names of connectivityParameters (beta) and the keys of secrets with the same meaning, "" for none.
// Source: the validation workflows of github.com/AzureAD/SCIMReferenceCode. It is never written.
var connectivityKeys = map[string]string{ //nolint:gosec // names of keys, no secrets
	"authenticationType": "AuthenticationType", "baseAddress": "BaseAddress", "secretToken": "SecretToken", "oauth2ClientId": "Oauth2ClientId",
	"oauth2ClientSecret": "Oauth2ClientSecret", "oauth2TokenExchangeUri": "Oauth2TokenExchangeUri", "credentialLocationInRequest": "",
}

// IsConnectivityParameter says whether connectivityParameters has a member of this name.
func IsConnectivityParameter(name string) bool {
	_, known := connectivityKeys[name]
	return known
}

// SecretOf returns the key of the secret that means the same as a member of connectivityParameters; false when there is none.
func SecretOf(parameter string) (key string, ok bool) {
	key = connectivityKeys[parameter]
	return key, key != ""
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
