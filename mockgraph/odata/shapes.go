package odata

import (
	"maps"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// shape is how a value is shown: Graph writes some complex values whole although nobody set them, and leaves parts of others out.
type shape func(v any) any

// shapesByName is never written.
var shapesByName = shapes()

// shapes are by property: those of applications and service principals, and what cannot be null.
// Sources: learn.microsoft.com/graph/api/resources/application and …/serviceprincipal, JSON representation; …/keycredential, key;
// …/user; Nullable="false" in https://graph.microsoft.com/v1.0/$metadata.
func shapes() map[string]shape {
	return map[string]shape{
		"api":                     always[directory.APIApplication],
		"web":                     always[directory.WebApplication],
		"spa":                     always[directory.SPA],
		"publicClient":            always[directory.PublicClient],
		"info":                    members(map[string]any{"logoUrl": nil, "marketingUrl": nil, "privacyStatementUrl": nil, "supportUrl": nil, "termsOfServiceUrl": nil}),
		"parentalControlSettings": members(map[string]any{"countriesBlockedForMinors": []any{}, "legalAgeGroupRule": "Allow"}),
		"verifiedPublisher":       members(map[string]any{"displayName": nil, "verifiedPublisherId": nil, "addedDateTime": nil}),
		"appRoles":                shownRoles,
		"keyCredentials":          withoutKeys,
		"passwordCredentials":     withoutSecrets,

		"oauth2RequirePostResponse":     always[bool],
		"birthday":                      always[time.Time],
		"hireDate":                      always[time.Time],
		"deviceEnrollmentLimit":         orElse(leastDevices),
		"onPremisesExtensionAttributes": always[directory.ExtensionAttributes],
	}
}

// always shows the empty value of a type where there is none.
func always[T any](v any) any {
	if v == nil {
		var empty T
		return empty
	}
	return v
}

// leastDevices is the smaller of the two limits there are. Source: learn.microsoft.com/graph/api/resources/intune-onboarding-user.
const leastDevices = 5

// orElse shows a value where there is none.
func orElse(standard any) shape {
	return func(v any) any {
		if v == nil {
			return standard
		}
		return v
	}
}

// members fills in what a JSON object lacks.
func members(standard map[string]any) shape {
	return func(v any) any {
		shown := maps.Clone(standard)
		if given, ok := v.(map[string]any); ok {
			maps.Copy(shown, given)
		}
		return shown
	}
}

func shownRoles(v any) any {
	roles, _ := v.([]directory.AppRole)
	shown := make([]directory.AppRole, 0, len(roles))
	for _, role := range roles {
		if role.Origin == "" {
			role.Origin = "Application"
		}
		shown = append(shown, role)
	}
	return shown
}

// withoutKeys leaves the certificates out, which are shown of one object that was asked for them only.
func withoutKeys(v any) any {
	keys, _ := v.([]directory.KeyCredential)
	shown := make([]directory.KeyCredential, 0, len(keys))
	for _, key := range keys {
		key.Key = nil
		shown = append(shown, key)
	}
	return shown
}

// passwordCredential is a client secret as it is read: without the secret, for ever.
type passwordCredential struct {
	CustomKeyIdentifier []byte    `json:"customKeyIdentifier"`
	DisplayName         string    `json:"displayName"`
	EndDateTime         time.Time `json:"endDateTime"`
	Hint                string    `json:"hint"`
	KeyID               string    `json:"keyId"`
	SecretText          *string   `json:"secretText"`
	StartDateTime       time.Time `json:"startDateTime"`
}

func withoutSecrets(v any) any {
	secrets, _ := v.([]directory.PasswordCredential)
	shown := make([]passwordCredential, 0, len(secrets))
	for _, s := range secrets {
		shown = append(shown, passwordCredential{
			CustomKeyIdentifier: s.CustomKeyIdentifier, DisplayName: s.DisplayName, EndDateTime: s.EndDateTime, Hint: s.Hint, KeyID: s.KeyID, StartDateTime: s.StartDateTime,
		})
	}
	return shown
}

// shaped gives a column the shape of its property.
func shaped(name string, get getter) getter {
	if name == "identities" {
		return withSignInName(get)
	}
	of, ok := shapesByName[name]
	if !ok {
		return get
	}
	return func(e *env) any { return of(get(e)) }
}

// withSignInName adds to a user's identities the one that follows from her userPrincipalName. It is shown only: no filter finds it.
// Source: learn.microsoft.com/graph/api/resources/objectidentity; …/resources/user, property identities.
func withSignInName(get getter) getter {
	return func(e *env) any {
		stored, _ := get(e).([]directory.ObjectIdentity)
		name, _ := e.record.Property("userPrincipalName").(string)
		_, domain, ok := strings.Cut(name, "@")
		if !ok {
			return stored
		}
		shown := make([]directory.ObjectIdentity, 0, len(stored)+1)
		for _, each := range stored {
			if each.SignInType != "userPrincipalName" {
				shown = append(shown, each)
			}
		}
		return append(shown, directory.ObjectIdentity{SignInType: "userPrincipalName", Issuer: domain, IssuerAssignedID: name})
	}
}

// whole shows the certificates themselves when one object was asked for its keyCredentials.
func (c columns) whole(s *Schema) {
	row, ok := s.property("keyCredentials")
	if !ok {
		return
	}
	for _, list := range c {
		for i := range list {
			if list[i].prefix == `"keyCredentials":` {
				list[i].get = s.ofRecord(row)
			}
		}
	}
}
