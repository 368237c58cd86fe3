package directory_test

import (
	"errors"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func (d *tenant) application(more directory.Properties) *directory.Object {
	d.t.Helper()
	p := directory.Properties{"displayName": "Acme"}
	maps.Copy(p, more)
	o, err := d.Create(directory.Application, p)
	d.must(err)
	return o
}

func (d *tenant) principal(app *directory.Object) *directory.Object {
	d.t.Helper()
	o, err := d.CreateServicePrincipal(app.String("appId"), nil)
	d.must(err)
	return o
}

func TestGivenAnApplicationThenItsServicePrincipalIsAnotherObjectThatFollowsIt(t *testing.T) {
	d := newTenant(t)
	app := d.application(nil)
	if _, ok := d.Snapshot().Lookup(directory.ServicePrincipal, "appId", app.String("appId")); ok {
		t.Error("creating the application made a service principal")
	}
	sp := d.principal(app)
	if sp.ID() == app.ID() || sp.String("appId") != app.String("appId") || app.ID() == app.String("appId") {
		t.Error("application, service principal and appId share an id")
	}
	_, err := d.CreateServicePrincipal("00000000-0000-0000-0000-0000000000ff", nil)
	refused(t, err, directory.CodeNoBackingApplication, "The appId '00000000-0000-0000-0000-0000000000ff' of the service principal does not reference a valid application object.")
	_, err = d.CreateServicePrincipal(app.String("appId"), nil)
	refused(t, err, directory.CodeSameKey, "The service principal cannot be created, updated, or restored because the service principal name "+app.String("appId")+" is already in use.")

	scope := directory.PermissionScope{Value: "access", Enabled: true, Type: "User"}
	uri := "api://" + app.String("appId")
	_, err = d.Update(app.ID(), directory.Properties{
		"displayName": "Acme 2", "appRoles": []directory.AppRole{role("admin")}, "api": directory.APIApplication{OAuth2PermissionScopes: []directory.PermissionScope{scope}},
		"identifierUris": []string{uri}, "web": directory.WebApplication{RedirectURIs: []string{"http://localhost"}},
	})
	d.must(err)
	sp, _ = d.Snapshot().Object(sp.ID())
	if sp.String("displayName") != "Acme 2" || len(sp.AppRoles()) != 1 || sp.Strings("replyUrls")[0] != "http://localhost" {
		t.Errorf("it does not follow: %v", sp.Properties())
	}
	scopes := directory.Value[[]directory.PermissionScope](sp, "oauth2PermissionScopes")
	if len(scopes) != 1 || scopes[0].ID == "" {
		t.Errorf("scopes %v", scopes)
	}
	same(t, "names", sp.Strings("servicePrincipalNames"), []string{app.String("appId"), uri})
	if found := list(d.Snapshot().Seek(directory.ServicePrincipal, "servicePrincipalNames", uri)); len(found) != 1 {
		t.Error("it is not found by its name")
	}

	d.must(d.Delete(app.ID()))
	if _, ok := d.Snapshot().Deleted(sp.ID()); !ok {
		t.Error("the service principal stays without its application")
	}
	if _, err := d.Restore(app.ID()); err != nil {
		t.Error(err)
	}
	if _, ok := d.Snapshot().Object(sp.ID()); ok {
		t.Error("restoring the application restored the service principal")
	}
	_, err = d.Restore(sp.ID())
	d.must(err)
}

func TestGivenEnabledRolesAndScopesWhenRemovedThenTheyMustBeDisabledFirst(t *testing.T) {
	d := newTenant(t)
	app := d.application(directory.Properties{"appRoles": []directory.AppRole{role("admin")}})
	_, err := d.Update(app.ID(), directory.Properties{"appRoles": []directory.AppRole(nil)})
	refused(t, err, directory.CodeEnabledEntitlement, "Permission (scope or role) cannot be deleted or updated unless disabled first.")
	roles := app.AppRoles()
	roles[0].Enabled = false
	_, err = d.Update(app.ID(), directory.Properties{"appRoles": roles})
	d.must(err)
	_, err = d.Update(app.ID(), directory.Properties{"appRoles": nil})
	d.must(err)
}

func TestGivenIdentifierUrisThenTheyBelongToTheTenantAndToOneApplication(t *testing.T) {
	d := newTenant(t, directory.WithTenant("11111111-2222-3333-4444-555555555555", "Contoso", "contoso.onmicrosoft.com"))
	first := d.application(nil)
	for uri, ok := range map[string]bool{
		"api://" + first.String("appId"):                       true,
		"api://11111111-2222-3333-4444-555555555555/x":         true,
		"https://contoso.onmicrosoft.com/x":                    true,
		"https://sub.contoso.onmicrosoft.com/x":                true,
		"https://fabrikam.example/x":                           false,
		"https://contoso.onmicrosoft.com/":                     false,
		"urn:x":                                                false,
		"api://99999999-2222-3333-4444-555555555555":           false,
		"api://shop/" + first.String("appId"):                  true,
		"https://notcontoso.onmicrosoft.com.evil.example/path": false,
	} {
		_, err := d.Update(first.ID(), directory.Properties{"identifierUris": []string{uri}})
		var refusal *directory.Error
		if (err == nil) != ok || err != nil && (!errors.As(err, &refusal) || refusal.Code != directory.CodeUnverifiedHost) {
			t.Errorf("%s: %v", uri, err)
		}
	}
	_, err := d.Update(first.ID(), directory.Properties{"identifierUris": []string{"https://contoso.onmicrosoft.com/x"}})
	d.must(err)
	_, err = d.Create(directory.Application, directory.Properties{"displayName": "b", "identifierUris": []string{"https://contoso.onmicrosoft.com/x"}})
	refused(t, err, directory.CodeBadRequest, "Another object with the same value for property identifierUris already exists.")
}

func TestGivenAClientSecretThenOnlyItsHashStays(t *testing.T) {
	d := newTenant(t)
	app := d.application(nil)
	made, secret, err := d.AddPassword(app.ID(), "ci", time.Time{}, d.clock.Now().AddDate(0, 0, 180))
	d.must(err)
	if len(secret) != 40 || made.Hint != secret[:3] || !made.EndDateTime.Equal(d.clock.Now().AddDate(0, 0, 180)) {
		t.Errorf("made %q %v", secret, made)
	}
	o, _ := d.Snapshot().Object(app.ID())
	kept := directory.Value[[]directory.PasswordCredential](o, "passwordCredentials")
	if len(kept) != 1 || !kept[0].Matches(secret) || kept[0].Matches(secret+"x") || kept[0].Matches("") || (directory.PasswordCredential{}).Matches("") {
		t.Error("the secret does not match as it should")
	}
	refused(t, d.RemovePassword(app.ID(), "x"), directory.CodeBadRequest, "No password credential found with keyId.")
	d.must(d.RemovePassword(app.ID(), made.KeyID))
	if _, err := d.Update(app.ID(), directory.Properties{"passwordCredentials": []directory.PasswordCredential{made}}); err == nil {
		t.Error("a secret can be written")
	}
	_, _, err = d.AddPassword(d.user("ada"), "x", time.Time{}, time.Time{})
	if err == nil {
		t.Error("a user has a client secret")
	}
}

func TestGivenAFederatedCredentialThenItStandsOnceByName(t *testing.T) {
	d := newTenant(t)
	app := d.application(nil)
	c := directory.FederatedIdentityCredential{Name: "ci", Issuer: "https://issuer.example", Subject: "repo", Audiences: []string{"api://AzureADTokenExchange"}}
	made, err := d.SetFederatedCredential(app.ID(), c)
	d.must(err)
	c.Subject = "other"
	again, err := d.SetFederatedCredential(app.ID(), c)
	d.must(err)
	if made.ID == "" || again.ID != made.ID {
		t.Errorf("ids %q %q", made.ID, again.ID)
	}
	c.Name = "second"
	if _, err = d.SetFederatedCredential(app.ID(), c); err == nil {
		t.Error("two credentials for one subject")
	}
	d.must(d.RemoveFederatedCredential(app.ID(), made.ID))
	if d.RemoveFederatedCredential(app.ID(), made.ID) == nil {
		t.Error("it is removed twice")
	}
}

func TestGivenGrantsThenTheyAreUniqueAndGoAndComeWithTheirEnds(t *testing.T) {
	d := newTenant(t)
	client, resource, ada := d.principal(d.application(nil)), d.principal(d.application(nil)), d.user("ada")
	grant := directory.Properties{"clientId": client.ID(), "consentType": "AllPrincipals", "resourceId": resource.ID(), "scope": "User.Read"}
	o, err := d.Create(directory.OAuth2PermissionGrant, grant)
	d.must(err)
	if len(o.ID()) != 43 {
		t.Errorf("id %q", o.ID())
	}
	_, err = d.Create(directory.OAuth2PermissionGrant, grant)
	refused(t, err, directory.CodeSameKey, "Permission entry already exists.")
	grant["consentType"], grant["principalId"] = "Principal", ada
	one, err := d.Create(directory.OAuth2PermissionGrant, grant)
	d.must(err)
	if len(one.ID()) != 64 {
		t.Errorf("id %q", one.ID())
	}
	if found, ok := d.Snapshot().Object(one.ID()); !ok || found != one {
		t.Error("it is not found by its id")
	}
	_, err = d.Update(o.ID(), directory.Properties{"scope": "User.Read Group.Read.All"})
	d.must(err)

	d.must(d.Delete(ada))
	same(t, "her grants", []int{len(list(d.Snapshot().Objects(directory.OAuth2PermissionGrant)))}, []int{1})
	_, err = d.Restore(ada)
	d.must(err)
	same(t, "restored", []int{len(list(d.Snapshot().Objects(directory.OAuth2PermissionGrant)))}, []int{2})
	d.must(d.Delete(client.ID()))
	d.must(d.Purge(client.ID()))
	same(t, "without the client", []int{len(list(d.Snapshot().Objects(directory.OAuth2PermissionGrant))) + len(list(d.Snapshot().DeletedObjects(directory.OAuth2PermissionGrant)))}, []int{0})
}

func TestGivenATenantWithoutPremiumWhenAGroupIsAssignedThenItIsRefused(t *testing.T) {
	d := newTenant(t, directory.WithPlan(directory.PlanFree))
	app, group := d.app(), d.group("team")
	_, err := d.Assign(group, app, directory.DefaultAccessRole)
	var refusal *directory.Error
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Message, "P1 or P2") {
		t.Errorf("got %v", err)
	}
	if _, err := d.Assign(d.user("ada"), app, directory.DefaultAccessRole); err != nil {
		t.Error(err)
	}
}

func TestGivenAGrantBothOfWhoseEndsAreDeletedThenItComesBackWithTheLast(t *testing.T) {
	d := newTenant(t)
	client, ada := d.principal(d.application(nil)).ID(), d.user("ada")
	grant, err := d.Create(directory.OAuth2PermissionGrant, directory.Properties{"clientId": client, "resourceId": client, "consentType": "Principal", "principalId": ada})
	d.must(err)
	d.must(d.Delete(ada))
	d.must(d.Delete(client))
	_, err = d.Restore(ada)
	d.must(err)
	if _, ok := d.Snapshot().Object(grant.ID()); ok {
		t.Error("the grant is there without its client")
	}
	_, err = d.Restore(client)
	d.must(err)
	if _, ok := d.Snapshot().Object(grant.ID()); !ok {
		t.Error("the grant did not come back")
	}
	d.must(d.Snapshot().Check())
}

// entraSecret is how secret scanners know a client secret of Entra.
// Source: github.com/gitleaks/gitleaks, rule azure-ad-client-secret.
var entraSecret = regexp.MustCompile(`[a-zA-Z0-9_~.]{3}\dQ~[a-zA-Z0-9_~.-]{31,34}`)

func TestSecretsHaveTheFormOfEntrasAndRaiseNoAlarm(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	app := d.application(nil)
	form := regexp.MustCompile(`^[A-Za-z0-9_.]{3}~[A-Za-z0-9_.]{36}$`)
	for range 50 {
		made, secret, err := d.AddPassword(app.ID(), "ci", time.Time{}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if !form.MatchString(secret) || entraSecret.MatchString(secret) || made.Hint != secret[:3] {
			t.Fatalf("secret %q with hint %q", secret, made.Hint)
		}
		d.must(d.RemovePassword(app.ID(), made.KeyID))
	}
}
