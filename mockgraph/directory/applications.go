package directory

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// CodeNoBackingApplication is the code for a service principal of an application nobody knows.
const (
	CodeNoBackingApplication = "NoBackingApplicationObject"
	CodeEnabledEntitlement   = "CannotDeleteOrUpdateEnabledEntitlement"
	CodeUnverifiedHost       = "HostNameNotOnVerifiedDomain"
)

// CreateServicePrincipal makes the service principal of an application of this tenant, by the application's appId. Names, roles,
// scopes and redirect URIs come from the application and follow its changes; p gives the others, such as tags.
// Source: learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals.
func (d *Directory) CreateServicePrincipal(appID string, p Properties) (made *Object, err error) {
	err = d.write(func(x *tx) error {
		made, err = x.createServicePrincipal(appID, p, knownAs{})
		return err
	})
	return made, err
}

func (x *tx) createServicePrincipal(appID string, p Properties, as knownAs) (*Object, error) {
	app, ok := x.view.Lookup(Application, "appId", appID)
	if !ok {
		return nil, &Error{
			Code: CodeNoBackingApplication, Target: "appId",
			Message: fmt.Sprintf("The appId '%s' of the service principal does not reference a valid application object.", appID),
		}
	}
	all := mirrored(app)
	all["appId"] = app.String("appId")
	if tenant := x.tenantID(); isGuid(tenant) {
		all["appOwnerOrganizationId"] = tenant
	}
	maps.Copy(all, p)
	return x.createAs(ServicePrincipal, all, as)
}

// mirrored returns what a service principal takes from its application.
func mirrored(app *Object) Properties {
	p := Properties{
		"displayName": app.String("displayName"), "appDisplayName": app.String("displayName"),
		"signInAudience": app.String("signInAudience"), "appRoles": nil, "oauth2PermissionScopes": nil,
		"servicePrincipalNames": append([]string{app.String("appId")}, app.Strings("identifierUris")...),
	}
	if roles := app.AppRoles(); len(roles) > 0 {
		p["appRoles"] = roles
	}
	if scopes := Value[APIApplication](app, "api").OAuth2PermissionScopes; len(scopes) > 0 {
		p["oauth2PermissionScopes"] = scopes
	}
	replies := slices.Concat(
		Value[WebApplication](app, "web").RedirectURIs, Value[SPA](app, "spa").RedirectURIs, Value[PublicClient](app, "publicClient").RedirectURIs)
	p["replyUrls"] = []string(nil)
	if len(replies) > 0 {
		p["replyUrls"] = replies
	}
	for _, name := range []string{"applicationTemplateId", "notes"} {
		if v := app.String(name); v != "" {
			p[name] = v
		}
	}
	return p
}

// followApplication lets the service principal follow its application.
func (x *tx) followApplication(app *Object) error {
	principal, ok := x.view.Lookup(ServicePrincipal, "appId", app.String("appId"))
	if !ok {
		return nil
	}
	_, err := x.update(principal.id, mirrored(app))
	return err
}

// judgeApplication refuses identifier URIs on hosts that are not the tenant's, and changes of roles and scopes that are enabled.
func (x *tx) judgeApplication(before, o *Object) error {
	var known []string
	var roles []AppRole
	var scopes []PermissionScope
	if before != nil {
		known, roles, scopes = before.strings("identifierUris"), get[[]AppRole](before, "appRoles"), get[APIApplication](before, "api").OAuth2PermissionScopes
	}
	for i, uri := range o.strings("identifierUris") {
		if slices.Contains(o.strings("identifierUris")[:i], uri) {
			return badRequest("identifierUris", "Request contains a property with duplicate values.")
		}
		if !slices.Contains(known, uri) && !x.d.anyIdentifier && !x.ownIdentifier(uri, o.String("appId")) {
			return &Error{
				Code: CodeUnverifiedHost, Target: "identifierUris",
				Message: fmt.Sprintf("Values of identifierUris property must use a verified domain of the organization or its subdomain: '%s'", uri),
			}
		}
	}
	after := get[APIApplication](o, "api").OAuth2PermissionScopes
	for _, old := range scopes {
		i := slices.IndexFunc(after, func(s PermissionScope) bool { return s.ID == old.ID })
		if old.Enabled && (i < 0 || after[i].Enabled && after[i].Value != old.Value) {
			return enabledEntitlement("api.oauth2PermissionScopes")
		}
	}
	now := get[[]AppRole](o, "appRoles")
	for _, old := range roles {
		i := slices.IndexFunc(now, func(r AppRole) bool { return r.ID == old.ID })
		if old.Enabled && (i < 0 || now[i].Enabled && now[i].Value != old.Value) {
			return enabledEntitlement("appRoles")
		}
	}
	values := map[string]bool{}
	for _, s := range after {
		values[s.Value] = true
	}
	for _, r := range now {
		if r.Value != "" && values[r.Value] && !slices.ContainsFunc(after, func(s PermissionScope) bool { return s.ID == r.ID }) {
			return badRequest("appRoles", "It contains duplicate value. Please Provide unique value.")
		}
	}
	return nil
}

// enabledEntitlement is worded as clients match it (terraform-provider-azuread).
func enabledEntitlement(property string) error {
	return &Error{Code: CodeEnabledEntitlement, Target: property, Message: "Permission (scope or role) cannot be deleted or updated unless disabled first."}
}

// ownIdentifier says whether an application of the tenant may call itself so.
// Source: learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions.
func (x *tx) ownIdentifier(uri, appID string) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" || strings.HasSuffix(uri, "/") || strings.Contains(uri, "*") {
		return false
	}
	host := fold(u.Host)
	switch u.Scheme {
	case "api":
		path := strings.Trim(u.Path, "/")
		if host == fold(appID) || fold(path) == fold(appID) || host == x.tenantID() && path != "" {
			return true
		}
	case "https":
	default:
		return false
	}
	if x.view.Count(Domain) == 0 {
		return true
	}
	for d := range x.view.Objects(Domain) {
		if d.Bool("isVerified") && (host == d.id || strings.HasSuffix(host, "."+d.id)) {
			return true
		}
	}
	return false
}

// completeAPI gives ids to the scopes that have none and says whether they may stand together.
func completeAPI(x *tx, v any) bool {
	api, ok := v.(*APIApplication)
	if !ok || api.RequestedAccessTokenVersion != nil && *api.RequestedAccessTokenVersion != 1 && *api.RequestedAccessTokenVersion != 2 {
		return false
	}
	ids, values := map[string]bool{}, map[string]bool{}
	for i := range api.OAuth2PermissionScopes {
		s := &api.OAuth2PermissionScopes[i]
		if s.ID == "" {
			s.ID = x.newID()
		}
		s.ID = fold(s.ID)
		if s.Type == "" {
			s.Type = "User"
		}
		if ids[s.ID] || values[s.Value] || s.Value == "" || len(s.Value) > 120 || strings.ContainsAny(s.Value, " \t\r\n") || s.Type != "User" && s.Type != "Admin" {
			return false
		}
		ids[s.ID], values[s.Value] = true, true
	}
	return len(api.OAuth2PermissionScopes) <= 1200
}

func validAccess(_ *tx, v any) bool {
	all, ok := v.(*[]RequiredResourceAccess)
	if !ok {
		return false
	}
	seen, total := map[string]bool{}, 0
	for i := range *all {
		each := &(*all)[i]
		each.ResourceAppID = fold(each.ResourceAppID)
		if !isGuid(each.ResourceAppID) || seen[each.ResourceAppID] {
			return false
		}
		seen[each.ResourceAppID] = true
		for j := range each.ResourceAccess {
			a := &each.ResourceAccess[j]
			a.ID = fold(a.ID)
			if !isGuid(a.ID) || a.Type != "Scope" && a.Type != "Role" {
				return false
			}
		}
		total += len(each.ResourceAccess)
	}
	return total <= 400
}

const maxRedirects = 256

// validWeb takes https addresses, and http on this machine.
// Source: learn.microsoft.com/entra/identity-platform/reply-url.
func validWeb(_ *tx, v any) bool {
	web, ok := v.(*WebApplication)
	return ok && len(web.RedirectURIs) <= maxRedirects && all(web.RedirectURIs, isWebRedirect)
}

func validSPA(_ *tx, v any) bool {
	spa, ok := v.(*SPA)
	return ok && len(spa.RedirectURIs) <= maxRedirects && all(spa.RedirectURIs, isWebRedirect)
}

func validPublicClient(_ *tx, v any) bool {
	client, ok := v.(*PublicClient)
	return ok && len(client.RedirectURIs) <= maxRedirects && all(client.RedirectURIs, func(s string) bool {
		u, err := url.Parse(s)
		return err == nil && u.Scheme != "" && len(s) <= 256 && u.Fragment == "" && (u.Scheme != "http" || isLoopback(u.Hostname()))
	})
}

func isWebRedirect(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && len(s) <= 256 && u.Fragment == "" && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()))
}

func isLoopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// AddPassword makes a client secret for an application or a service principal and returns it: the one time it can be read. Zero
// times mean now, and two years later.
// Source: learn.microsoft.com/graph/api/application-addpassword.
func (d *Directory) AddPassword(id, displayName string, start, end time.Time) (made PasswordCredential, secret string, err error) {
	err = d.write(func(x *tx) error {
		if secret, err = x.newSecret(); err != nil {
			return err
		}
		made, err = x.addPassword(id, displayName, secret, start, end)
		return err
	})
	if err != nil {
		return PasswordCredential{}, "", err
	}
	return made, secret, nil
}

func (x *tx) addPassword(id, displayName, secret string, start, end time.Time) (PasswordCredential, error) {
	o, err := x.credentialed(id)
	if err != nil {
		return PasswordCredential{}, err
	}
	if start.IsZero() {
		start = x.second()
	}
	if end.IsZero() {
		end = start.AddDate(2, 0, 0)
	}
	if !end.After(start) || len(displayName) > 1024 {
		return PasswordCredential{}, badRequest("passwordCredentials", "Invalid value specified for property 'endDateTime' of resource 'PasswordCredential'.")
	}
	hash, err := newSecretHash(x.d.random, secret)
	if err != nil {
		return PasswordCredential{}, fmt.Errorf("hash secret: %w", err)
	}
	made := PasswordCredential{KeyID: x.newID(), DisplayName: displayName, Hint: secret[:minSecret], StartDateTime: start.UTC(), EndDateTime: end.UTC(), hash: hash}
	_, err = x.set(o, Properties{"passwordCredentials": append(slices.Clone(get[[]PasswordCredential](o, "passwordCredentials")), made)})
	return made, err
}

// RemovePassword removes a client secret by its key id.
func (d *Directory) RemovePassword(id, keyID string) error {
	return d.write(func(x *tx) error { return x.removePassword(id, keyID) })
}

func (x *tx) removePassword(id, keyID string) error {
	o, err := x.credentialed(id)
	if err != nil {
		return err
	}
	before := get[[]PasswordCredential](o, "passwordCredentials")
	after := slices.DeleteFunc(slices.Clone(before), func(c PasswordCredential) bool { return strings.EqualFold(c.KeyID, keyID) })
	if len(after) == len(before) {
		return badRequest("keyId", "No password credential found with keyId.")
	}
	_, err = x.set(o, Properties{"passwordCredentials": orNil(after)})
	return err
}

func (x *tx) credentialed(id string) (*Object, error) {
	o, err := x.object(id)
	if err == nil && o.Type() != Application && o.Type() != ServicePrincipal {
		return nil, notFound(id)
	}
	return o, err
}

// newSecret makes a secret of the length and the alphabet of Entra's: forty letters, digits and _ . ~. Entra's have a mark behind the
// first three characters, a digit followed by Q~, by which secret scanners know them; these have a tilde alone, so that a fixture with
// one of them does not raise an alarm.
// Source: github.com/gitleaks/gitleaks, rule azure-ad-client-secret.
func (x *tx) newSecret() (string, error) {
	raw := make([]byte, 29)
	if _, err := x.d.random.Read(raw); err != nil {
		return "", fmt.Errorf("make secret: %w", err)
	}
	s := strings.ReplaceAll(base64.RawURLEncoding.EncodeToString(raw), "-", ".")
	return s[:3] + "~" + s[3:39], nil
}

// orNil makes an empty collection no value.
func orNil[T any](s []T) any {
	if len(s) == 0 {
		return nil
	}
	return s
}

// SetFederatedCredential adds a federated identity credential to an application, or changes the one with its name.
// Source: learn.microsoft.com/graph/api/resources/federatedidentitycredential.
func (d *Directory) SetFederatedCredential(application string, c FederatedIdentityCredential) (FederatedIdentityCredential, error) {
	err := d.write(func(x *tx) error {
		o, err := x.object(application)
		if err != nil {
			return err
		}
		if o.Type() != Application {
			return notFound(application)
		}
		if c.Name == "" || c.Issuer == "" || c.Subject == "" || len(c.Audiences) != 1 || len(c.Name) > 120 || len(c.Issuer) > 600 || len(c.Subject) > 600 {
			return badRequest("federatedIdentityCredentials", "One or more property values specified are invalid.")
		}
		all := slices.Clone(get[[]FederatedIdentityCredential](o, "federatedIdentityCredentials"))
		c.Audiences = slices.Clone(c.Audiences)
		i := slices.IndexFunc(all, func(each FederatedIdentityCredential) bool { return each.Name == c.Name })
		switch {
		case slices.ContainsFunc(all, func(each FederatedIdentityCredential) bool {
			return each.Name != c.Name && each.Issuer == c.Issuer && each.Subject == c.Subject
		}):
			return badRequest("federatedIdentityCredentials", "FederatedIdentityCredential with the same issuer and subject already exists.")
		case i >= 0:
			c.ID = all[i].ID
			all[i] = c
		case len(all) >= 20:
			return &Error{Code: CodeQuota, Message: "The directory object quota limit for the Application has been exceeded.", Target: o.id}
		default:
			c.ID = x.newID()
			all = append(all, c)
		}
		_, err = x.set(o, Properties{"federatedIdentityCredentials": all})
		return err
	})
	if err != nil {
		return FederatedIdentityCredential{}, err
	}
	return c, nil
}

// RemoveFederatedCredential removes one by its id or name.
func (d *Directory) RemoveFederatedCredential(application, credential string) error {
	return d.write(func(x *tx) error {
		o, err := x.object(application)
		if err != nil {
			return err
		}
		before := get[[]FederatedIdentityCredential](o, "federatedIdentityCredentials")
		after := slices.DeleteFunc(slices.Clone(before), func(c FederatedIdentityCredential) bool {
			return strings.EqualFold(c.ID, credential) || c.Name == credential
		})
		if len(after) == len(before) {
			return notFound(credential)
		}
		_, err = x.set(o, Properties{"federatedIdentityCredentials": orNil(after)})
		return err
	})
}
