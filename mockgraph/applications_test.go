package mockgraph_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// application registers one and returns the answer. more is further members of the body, each after a comma.
func (s *stage) application(name, more string) *answer {
	s.Helper()
	return s.ask("POST", "/v1.0/applications", `{"displayName":"`+name+`"`+more+`}`).want(http.StatusCreated)
}

// principal registers an application with its service principal and returns both answers.
func (s *stage) principal(name, more string) (app, principal *answer) {
	s.Helper()
	app = s.application(name, more)
	return app, s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+app.str("appId")+`"}`).want(http.StatusCreated)
}

// administrator is the user principal name of the first Global Administrator.
const administrator = mockgraph.AdministratorName + "@" + mockgraph.DefaultDomain

// asAdministrator makes the stage ask on behalf of the administrator from now on.
func (s *stage) asAdministrator(scopes ...string) {
	s.Helper()
	s.token = s.as(login.Grant{UserID: administrator, Scopes: scopes})
}

func TestApplicationIsAnsweredWhole(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	created := s.application("Payroll", "")
	id := created.str("id")
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications/$entity",
		"id":             id, "appId": created.str("appId"), "displayName": "Payroll", "createdDateTime": created.str("createdDateTime"),
		"publisherDomain": "contoso.onmicrosoft.com", "signInAudience": "AzureADMyOrg",
		"deletedDateTime": nil, "applicationTemplateId": nil, "description": nil, "notes": nil, "uniqueName": nil, "isFallbackPublicClient": nil,
		"isDeviceOnlyAuthSupported": nil, "groupMembershipClaims": nil, "defaultRedirectUri": nil, "disabledByMicrosoftStatus": nil,
		"samlMetadataUrl": nil, "serviceManagementReference": nil, "tokenEncryptionKeyId": nil, "optionalClaims": nil, "certification": nil,
		"servicePrincipalLockConfiguration": nil, "requestSignatureVerification": nil, "nativeAuthenticationApisEnabled": nil,
		"identifierUris": []any{}, "tags": []any{}, "appRoles": []any{}, "requiredResourceAccess": []any{}, "keyCredentials": []any{},
		"passwordCredentials": []any{}, "addIns": []any{},
		"api": map[string]any{
			"acceptMappedClaims": nil, "knownClientApplications": []any{}, "requestedAccessTokenVersion": nil, "oauth2PermissionScopes": []any{},
			"preAuthorizedApplications": []any{},
		},
		"info":                    map[string]any{"logoUrl": nil, "marketingUrl": nil, "privacyStatementUrl": nil, "supportUrl": nil, "termsOfServiceUrl": nil},
		"parentalControlSettings": map[string]any{"countriesBlockedForMinors": []any{}, "legalAgeGroupRule": "Allow"},
		"publicClient":            map[string]any{"redirectUris": []any{}}, "spa": map[string]any{"redirectUris": []any{}},
		"web": map[string]any{
			"homePageUrl": nil, "logoutUrl": nil, "redirectUris": []any{}, "redirectUriSettings": []any{},
			"implicitGrantSettings": map[string]any{"enableIdTokenIssuance": false, "enableAccessTokenIssuance": false},
		},
		"verifiedPublisher": map[string]any{"displayName": nil, "verifiedPublisherId": nil, "addedDateTime": nil},
	}
	if diff := cmp.Diff(want, created.json); diff != "" {
		t.Errorf("answer to the creation (-want +got):\n%s", diff)
	}
	read := s.ask("GET", "/v1.0/applications/"+id, "").want(200)
	if diff := cmp.Diff(want, read.json); diff != "" {
		t.Errorf("answer to the reading (-want +got):\n%s", diff)
	}
	if got, want := created.header.Get("Location"), "/directoryObjects/"+id+"/Microsoft.DirectoryServices.Application"; !strings.HasSuffix(got, want) {
		t.Errorf("Location %q, want …%q", got, want)
	}
}

func TestApplicationIsFoundByItsKeys(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	a := s.application("Payroll", `,"uniqueName":"payroll"`)
	id, appID := a.str("id"), a.str("appId")
	for _, path := range []string{
		"/v1.0/applications/" + id, "/v1.0/applications('" + id + "')", "/v1.0/applications(appId='" + appID + "')", "/v1.0/applications(uniqueName='payroll')",
		"/v1.0/applications(appId='" + strings.ToUpper(appID) + "')",
	} {
		if got := s.ask("GET", path, "").want(200).str("id"); got != id {
			t.Errorf("GET %s: id %q, want %q", path, got, id)
		}
	}
	for _, query := range []string{
		"?$filter=appId%20eq%20'" + appID + "'", "?$filter=displayName%20eq%20'Payroll'", "?$filter=startswith(displayName,'Pay')", "?$filter=uniqueName%20eq%20'payroll'",
	} {
		if got := s.ask("GET", "/v1.0/applications"+query, "").want(200).values("id"); len(got) != 1 || got[0] != id {
			t.Errorf("%s: %v, want %s", query, got, id)
		}
	}
	if got := s.ask("GET", "/v1.0/applications/$count", "", "ConsistencyLevel", "eventual").want(200); string(got.body) != "2" {
		t.Errorf("count %s, want 2", got.body)
	}
}

func TestApplicationIsChangedPartByPart(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.application("Payroll", `,"web":{"redirectUris":["https://a.example/cb","https://b.example/cb"],"homePageUrl":"https://a.example"},"api":{"requestedAccessTokenVersion":2}`).str("id")
	change := func(body string) { s.ask("PATCH", "/v1.0/applications/"+id, body).want(204) }
	change(`{"web":{"redirectUris":["http://localhost"]}}`)
	change(`{"api":{"oauth2PermissionScopes":[{"id":"11111111-1111-4111-8111-111111111111","value":"Pay.Read","isEnabled":true},{"id":"22222222-2222-4222-8222-222222222222","value":"Pay.Write","isEnabled":false,"type":"Admin"}]}}`)
	change(`{"info":{"marketingUrl":"https://a.example/m"},"displayName":"Wages","isFallbackPublicClient":true}`)
	a := s.ask("GET", "/v1.0/applications/"+id, "").want(200)
	for path, want := range map[string]any{
		"web.redirectUris.0": "http://localhost", "web.redirectUris.1": nil, "web.homePageUrl": "https://a.example", "api.requestedAccessTokenVersion": 2.0,
		"api.oauth2PermissionScopes.0.value": "Pay.Read", "info.marketingUrl": "https://a.example/m", "info.logoUrl": nil, "displayName": "Wages", "isFallbackPublicClient": true,
	} {
		if got := a.at(path); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	change(`{"web":{"homePageUrl":null}}`)
	// A collection inside a complex value is replaced, not merged element by element.
	change(`{"api":{"oauth2PermissionScopes":[{"id":"22222222-2222-4222-8222-222222222222","value":"Pay.Write"},{"id":"11111111-1111-4111-8111-111111111111","value":"Pay.Read"}]}}`)
	a = s.ask("GET", "/v1.0/applications/"+id, "").want(200)
	if a.at("web.homePageUrl") != nil || a.at("web.redirectUris.0") != "http://localhost" {
		t.Errorf("null did not clear one member alone: %v", a.at("web"))
	}
	if a.at("api.oauth2PermissionScopes.0.isEnabled") != false || a.at("api.oauth2PermissionScopes.0.type") != "User" {
		t.Errorf("scopes merged by position: %v", a.at("api.oauth2PermissionScopes"))
	}
	change(`{"displayName":"TERRAFORM_UPDATE_5f0c"}`)
	s.ask("PATCH", "/beta/applications/"+id, `{"oauth2RequirePostResponse":true}`).want(204)
	if got := s.ask("GET", "/beta/applications/"+id+"?$select=oauth2RequirePostResponse", "").want(200); got.at("oauth2RequirePostResponse") != true {
		t.Errorf("beta member: %s", got.body)
	}
}

func TestServicePrincipalFollowsItsApplication(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	app, sp := s.principal("Payroll", "")
	s.ask("PATCH", "/v1.0/applications/"+app.str("id"), `{"displayName":"Wages","identifierUris":["api://`+app.str("appId")+`"],"web":{"redirectUris":["https://a.example/cb"]},
		"appRoles":[{"displayName":"Clerk","value":"clerk","description":"","allowedMemberTypes":["User"],"isEnabled":true}]}`).want(204)
	followed := s.ask("GET", "/v1.0/servicePrincipals/"+sp.str("id"), "").want(200)
	if followed.str("displayName") != "Wages" || followed.str("servicePrincipalNames.1") != "api://"+app.str("appId") || followed.str("replyUrls.0") != "https://a.example/cb" ||
		followed.str("appRoles.0.value") != "clerk" {
		t.Errorf("service principal stayed behind: %s", followed.body)
	}
	s.ask("DELETE", "/v1.0/applications/"+app.str("id"), "").want(204)
	s.ask("GET", "/v1.0/applications/"+app.str("id"), "").refused(404, "Request_ResourceNotFound", "does not exist")
	s.ask("GET", "/v1.0/servicePrincipals/"+sp.str("id"), "").refused(404, "Request_ResourceNotFound", "does not exist")
	s.ask("POST", "/v1.0/directory/deletedItems/"+app.str("id")+"/restore", "").want(200)
	s.ask("GET", "/v1.0/servicePrincipals/"+sp.str("id"), "").want(404)
	s.ask("POST", "/v1.0/directory/deletedItems/"+sp.str("id")+"/restore", "").want(200)
	s.ask("GET", "/v1.0/servicePrincipals/"+sp.str("id"), "").want(200)
}

func TestWhoRegistersAnApplicationMayOwnIt(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	owners := func(a *answer) []string {
		return s.ask("GET", "/v1.0/applications/"+a.str("id")+"/owners", "").want(200).values("id")
	}
	if got := owners(s.application("by an application", "")); len(got) != 0 {
		t.Errorf("an application with Application.ReadWrite.All owns what it made: %v", got)
	}
	client := s.ask("GET", "/v1.0/servicePrincipals(appId='"+s.app+"')", "").want(200).str("id")
	admin := s.ask("GET", "/v1.0/users/"+administrator, "").want(200).str("id")
	all := s.token
	s.token = s.as(login.Grant{Roles: []string{"Application.ReadWrite.OwnedBy"}})
	mine := s.application("by OwnedBy", "")
	s.token = s.as(login.Grant{UserID: administrator, Scopes: []string{"Application.ReadWrite.All", "Directory.ReadWrite.All"}})
	hers := s.application("by a user", `,"owners@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/`+admin+`"]`)
	s.token = all
	if got := owners(mine); !slices.Equal(got, []string{client}) {
		t.Errorf("owners %v, want the caller %s", got, client)
	}
	if got := owners(hers); !slices.Equal(got, []string{admin}) {
		t.Errorf("owners %v, want the caller %s once", got, admin)
	}
}

func TestOwnersOfApplicationsComeAndGo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	group := s.ask("POST", "/v1.0/groups", `{"displayName":"g","mailNickname":"g","mailEnabled":false,"securityEnabled":true}`).want(201).str("id")
	app, sp := s.principal("Payroll", `,"owners@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/`+ada+`"]`)
	for _, path := range []string{"/v1.0/applications/" + app.str("id"), "/v1.0/servicePrincipals/" + sp.str("id")} {
		s.ask("POST", path+"/owners/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/`+bob+`"}`).want(204)
		s.ask("POST", path+"/owners/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/`+bob+`"}`).
			refused(400, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'owners'.")
		s.ask("POST", path+"/owners/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/`+group+`"}`).refused(400, "Request_UnsupportedQuery", "'owners'")
		listed := s.ask("GET", path+"/owners?$select=id", "").want(200)
		if got := listed.values("@odata.type"); !slices.Contains(got, "#microsoft.graph.user") || !slices.Contains(listed.values("id"), bob) {
			t.Errorf("owners of %s: %s", path, listed.body)
		}
		if got := s.ask("GET", path+"/owners/$ref", "").want(200).values("@odata.id"); len(got) == 0 || !strings.Contains(got[0], "/directoryObjects/") {
			t.Errorf("references to owners of %s: %v", path, got)
		}
		s.ask("DELETE", path+"/owners/"+bob+"/$ref", "").want(204)
		s.ask("DELETE", path+"/owners/"+bob+"/$ref", "").want(404)
	}
	s.ask("DELETE", "/v1.0/applications/"+app.str("id")+"/owners/"+ada+"/$ref", "").want(204) // the last one may go
}

func TestApplicationWritesAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	taken := s.application("Taken", `,"identifierUris":["https://contoso.onmicrosoft.com/taken"]`)
	app := s.application("Payroll", `,"appRoles":[{"id":"11111111-1111-4111-8111-111111111111","displayName":"Clerk","value":"clerk","description":"c","allowedMemberTypes":["User"],"isEnabled":true}],
		"api":{"oauth2PermissionScopes":[{"id":"22222222-2222-4222-8222-222222222222","value":"Pay.Read","isEnabled":true}]}`)
	id, nobody := app.str("id"), "33333333-3333-4333-8333-333333333333"
	resources := make([]string, 51)
	for i := range resources {
		resources[i] = `{"resourceAppId":"00000000-0000-0000-0000-0000000000` + string("0123456789"[i/10]) + string("0123456789"[i%10]) + `","resourceAccess":[]}`
	}
	const bad, disableFirst = "Request_BadRequest", "Permission (scope or role) cannot be deleted or updated unless disabled first."
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		code, message            string
	}{
		{"no name", "POST", "/v1.0/applications", `{"signInAudience":"AzureADMyOrg"}`, 400, bad, "A value is required for property 'displayName' of resource 'Application'."},
		{"own application id", "POST", "/v1.0/applications", `{"displayName":"x","appId":"` + nobody + `"}`, 400, bad, "Property 'appId' is read-only and cannot be set."},
		{"unknown audience", "POST", "/v1.0/applications", `{"displayName":"x","signInAudience":"Everybody"}`, 400, bad, "Invalid value specified for property 'signInAudience' of resource 'Application'."},
		{"own secret", "POST", "/v1.0/applications", `{"displayName":"x","passwordCredentials":[{"secretText":"mine"}]}`, 400, bad, "New password must be generated by the service."},
		{"owner nobody knows", "POST", "/v1.0/applications", `{"displayName":"x","owners@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/` + nobody + `"]}`, 404, "Request_ResourceNotFound", nobody},
		{"owner twice", "POST", "/v1.0/applications", `{"displayName":"x","owners@odata.bind":["users/` + adminID(s) + `","users/` + adminID(s) + `"]}`, 400, bad, "Request contains a property with duplicate values"},
		{"another relation", "POST", "/v1.0/applications", `{"displayName":"x","members@odata.bind":[]}`, 400, "Request_UnsupportedQuery", "'members'"},
		{"unknown member", "PATCH", "/v1.0/applications/" + id, `{"favouriteColour":"teal"}`, 400, bad, "Property 'favouriteColour' does not exist on type 'microsoft.graph.application'"},
		{"unknown member inside", "PATCH", "/v1.0/applications/" + id, `{"web":{"favouriteColour":"teal"}}`, 400, bad, "property 'web'"},
		{"unknown member of info", "PATCH", "/v1.0/applications/" + id, `{"info":{"favouriteColour":"teal"}}`, 400, bad, "property 'info'"},
		{"plain http redirect", "PATCH", "/v1.0/applications/" + id, `{"web":{"redirectUris":["http://shop.example"]}}`, 400, bad, "property 'web'"},
		{"custom scheme on the web", "PATCH", "/v1.0/applications/" + id, `{"web":{"redirectUris":["myapp://auth"]}}`, 400, bad, "property 'web'"},
		{"foreign host", "PATCH", "/v1.0/applications/" + id, `{"identifierUris":["https://fabrikam.example/x"]}`, 400, "HostNameNotOnVerifiedDomain", "Values of identifierUris property must use a verified domain of the organization or its subdomain: 'https://fabrikam.example/x'"},
		{"trailing slash", "PATCH", "/v1.0/applications/" + id, `{"identifierUris":["https://contoso.onmicrosoft.com/x/"]}`, 400, "HostNameNotOnVerifiedDomain", "identifierUris"},
		{"taken URI", "PATCH", "/v1.0/applications/" + id, `{"identifierUris":["https://contoso.onmicrosoft.com/taken"]}`, 400, bad, "Another object with the same value for property identifierUris already exists."},
		{"enabled role removed", "PATCH", "/v1.0/applications/" + id, `{"appRoles":[]}`, 400, "CannotDeleteOrUpdateEnabledEntitlement", disableFirst},
		{"enabled scope removed", "PATCH", "/v1.0/applications/" + id, `{"api":{"oauth2PermissionScopes":[]}}`, 400, "CannotDeleteOrUpdateEnabledEntitlement", disableFirst},
		{"scope with a blank", "PATCH", "/v1.0/applications/" + id, `{"api":{"oauth2PermissionScopes":[{"id":"22222222-2222-4222-8222-222222222222","value":"Pay.Read","isEnabled":true},{"value":"Pay Write","isEnabled":true}]}}`, 400, bad, "property 'api'"},
		{"value used twice", "PATCH", "/v1.0/applications/" + id, `{"appRoles":[{"id":"11111111-1111-4111-8111-111111111111","displayName":"Clerk","value":"clerk","allowedMemberTypes":["User"],"isEnabled":true},{"displayName":"P","value":"Pay.Read","allowedMemberTypes":["User"],"isEnabled":true}]}`, 400, bad, "It contains duplicate value. Please Provide unique value."},
		{"too many resources", "PATCH", "/v1.0/applications/" + id, `{"requiredResourceAccess":[` + strings.Join(resources, ",") + `]}`, 400, bad, "property 'requiredResourceAccess'"},
		{"kind of access", "PATCH", "/v1.0/applications/" + id, `{"requiredResourceAccess":[{"resourceAppId":"` + nobody + `","resourceAccess":[{"id":"` + nobody + `","type":"Both"}]}]}`, 400, bad, "property 'requiredResourceAccess'"},
		{"application id in the plain path", "PATCH", "/v1.0/applications/" + taken.str("appId"), `{"notes":"x"}`, 404, "Request_ResourceNotFound", "Resource '" + taken.str("appId") + "' does not exist"},
		{"unknown alternate key", "GET", "/v1.0/applications(notes='x')", ``, 404, "Request_ResourceNotFound", "does not exist"},
		{"verified publisher", "POST", "/v1.0/applications/" + id + "/setVerifiedPublisher", `{}`, 501, "NotImplemented", "/applications/{id}/setVerifiedPublisher"},
		{"policies", "GET", "/v1.0/applications/" + id + "/tokenIssuancePolicies", ``, 501, "NotImplemented", "tokenIssuancePolicies"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask(test.method, test.path, test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
	// Two requests do it: disable, then remove.
	s.ask("PATCH", "/v1.0/applications/"+id, `{"appRoles":[{"id":"11111111-1111-4111-8111-111111111111","displayName":"Clerk","value":"clerk","description":"c","allowedMemberTypes":["User"],"isEnabled":false}]}`).want(204)
	s.ask("PATCH", "/v1.0/applications/"+id, `{"appRoles":[]}`).want(204)
}

func adminID(s *stage) string {
	o, _ := s.tenant.Directory().Snapshot().Lookup(directory.User, "userPrincipalName", administrator)
	return o.ID()
}

func TestRedirectURIsFitTheirPlatform(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.application("Payroll", "").str("id")
	for _, body := range []string{
		`{"web":{"redirectUris":["http://localhost","http://localhost:8080/cb","https://a.example/cb"]}}`, `{"spa":{"redirectUris":["http://localhost:3000"]}}`,
		`{"publicClient":{"redirectUris":["http://localhost","myapp://auth","https://login.microsoftonline.com/common/oauth2/nativeclient"]}}`,
	} {
		s.ask("PATCH", "/v1.0/applications/"+id, body).want(204)
	}
}

func TestAnyIdentifierURIIsAnOption(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithDirectoryOptions(directory.WithAnyIdentifierURIs()))
	s.application("Payroll", `,"identifierUris":["urn:payroll","https://fabrikam.example/x"]`)
}

func TestApplicationIsUpsertedByItsUniqueName(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const path = "/v1.0/applications(uniqueName='payroll')"
	s.ask("PATCH", path, `{"displayName":"Payroll"}`).want(404)
	made := s.ask("PATCH", path, `{"displayName":"Payroll"}`, "Prefer", "create-if-missing").want(201)
	s.ask("PATCH", path, `{"displayName":"Wages"}`, "Prefer", "create-if-missing").want(204)
	if got := s.ask("GET", path, "").want(200); got.str("id") != made.str("id") || got.str("displayName") != "Wages" || got.str("uniqueName") != "payroll" {
		t.Errorf("upserted: %s", got.body)
	}
}

func TestLogoIsKept(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.application("Payroll", "").str("id")
	s.ask("PUT", "/v1.0/applications/"+id+"/logo", "\x89PNG\r\n\x1a\n", "Content-Type", "image/png").want(204)
	url := s.ask("GET", "/v1.0/applications/"+id, "").want(200).str("info.logoUrl")
	picture := s.ask("GET", strings.TrimPrefix(url, "https://graph.microsoft.com"), "").want(200)
	if picture.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(string(picture.body), "\x89PNG") {
		t.Errorf("logo: %s %q", picture.header.Get("Content-Type"), picture.body)
	}
	s.ask("PUT", "/v1.0/applications/"+id+"/logo", strings.Repeat("x", 100<<10+1), "Content-Type", "image/png").refused(400, "Request_BadRequest", "logo")
	s.ask("PUT", "/v1.0/applications/"+id+"/logo", "{}", "Content-Type", "application/json").want(400)
	s.ask("PUT", "/v1.0/applications/"+id+"/logo", "no picture", "Content-Type", "image/*").want(400)
	s.ask("PUT", "/v1.0/applications/"+id+"/logo", "GIF89a", "Content-Type", "image/*").want(204)
	if got := s.ask("GET", "/v1.0/applications/"+id+"/logo", "").want(200).header.Get("Content-Type"); got != "image/gif" {
		t.Errorf("the service looked and saw %s", got)
	}
}

func TestLogosAreSavedWithTheirApplications(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	app := s.application("Payroll", "")
	logo := "/v1.0/applications/" + app.str("id") + "/logo"
	s.ask("PUT", logo, "\x89PNG\r\n\x1a\n", "Content-Type", "image/png").want(204)
	s.tenant.SetStart()
	s.ask("GET", logo, "").want(200)
	var file bytes.Buffer
	if err := s.tenant.Save(&file); err != nil {
		t.Fatal(err)
	}
	s.ask("DELETE", "/v1.0/applications/"+app.str("id"), "").want(204)
	s.ask("GET", logo, "").want(404)
	if err := s.tenant.Load(&file); err != nil {
		t.Fatal(err)
	}
	if got := string(s.ask("GET", logo, "").want(200).body); !strings.HasPrefix(got, "\x89PNG") {
		t.Errorf("logo after the state was loaded: %q", got)
	}
}
