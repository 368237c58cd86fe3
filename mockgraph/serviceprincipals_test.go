package mockgraph_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/login"
)

const graphAppID = "00000003-0000-0000-c000-000000000000"

func TestServicePrincipalIsAnsweredWhole(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	app := s.application("Payroll", `,"api":{"oauth2PermissionScopes":[{"id":"22222222-2222-4222-8222-222222222222","value":"Pay.Read","isEnabled":true}]}`)
	sp := s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+app.str("appId")+`","tags":["WindowsAzureActiveDirectoryIntegratedApp"]}`).want(http.StatusCreated)
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals/$entity", "id": sp.str("id"), "appId": app.str("appId"),
		"displayName": "Payroll", "appDisplayName": "Payroll", "accountEnabled": true, "appRoleAssignmentRequired": false,
		"appOwnerOrganizationId": s.tenant.ID(), "servicePrincipalNames": []any{app.str("appId")}, "servicePrincipalType": "Application",
		"signInAudience": "AzureADMyOrg", "tags": []any{"WindowsAzureActiveDirectoryIntegratedApp"},
		"deletedDateTime": nil, "appDescription": nil, "applicationTemplateId": nil, "description": nil, "disabledByMicrosoftStatus": nil, "homepage": nil,
		"loginUrl": nil, "logoutUrl": nil, "notes": nil, "preferredSingleSignOnMode": nil, "preferredTokenSigningKeyThumbprint": nil,
		"tokenEncryptionKeyId": nil, "samlSingleSignOnSettings": nil,
		"alternativeNames": []any{}, "appRoles": []any{}, "notificationEmailAddresses": []any{}, "replyUrls": []any{}, "keyCredentials": []any{},
		"passwordCredentials": []any{}, "addIns": []any{}, "resourceSpecificApplicationPermissions": []any{},
		"oauth2PermissionScopes": []any{map[string]any{
			"id": "22222222-2222-4222-8222-222222222222", "value": "Pay.Read", "type": "User", "isEnabled": true, "adminConsentDisplayName": nil,
			"adminConsentDescription": nil, "userConsentDisplayName": nil, "userConsentDescription": nil,
		}},
		"info":              map[string]any{"logoUrl": nil, "marketingUrl": nil, "privacyStatementUrl": nil, "supportUrl": nil, "termsOfServiceUrl": nil},
		"verifiedPublisher": map[string]any{"displayName": nil, "verifiedPublisherId": nil, "addedDateTime": nil},
	}
	if diff := cmp.Diff(want, sp.json); diff != "" {
		t.Errorf("answer to the creation (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, s.ask("GET", "/v1.0/servicePrincipals(appId='"+app.str("appId")+"')", "").want(200).json); diff != "" {
		t.Errorf("answer to the reading (-want +got):\n%s", diff)
	}
	// As terraform asks.
	if got := s.ask("GET", "/v1.0/servicePrincipals?$filter=appId%20eq%20'"+app.str("appId")+"'", "").want(200).values("id"); !slices.Equal(got, []string{sp.str("id")}) {
		t.Errorf("by filter: %v", got)
	}
	s.ask("PATCH", "/v1.0/servicePrincipals/"+sp.str("id"), `{"description":"TERRAFORM_UPDATE_1","accountEnabled":false,"appRoleAssignmentRequired":true,"notes":"n"}`).want(204)
	s.ask("GET", "/beta/servicePrincipals/"+sp.str("id")+"?$select=samlMetadataUrl", "").want(200)
	s.ask("DELETE", "/v1.0/servicePrincipals/"+sp.str("id"), "").want(204)
	s.ask("GET", "/v1.0/servicePrincipals/"+sp.str("id"), "").want(404)
	s.ask("GET", "/v1.0/applications/"+app.str("id"), "").want(200)
}

func TestServicePrincipalsAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	app, _ := s.principal("Payroll", "")
	theirs := s.application("Rota", "").str("appId")
	nobody := "33333333-3333-4333-8333-333333333333"
	ownedBy := s.as(login.Grant{Roles: []string{"Application.ReadWrite.OwnedBy"}})
	for _, test := range []struct {
		name, token, body string
		status            int
		code, message     string
	}{
		{"exists", s.token, `{"appId":"` + app.str("appId") + `"}`, 409, "Request_MultipleObjectsWithSameKeyValue", "the service principal name " + app.str("appId") + " is already in use."},
		{"no application", s.token, `{"appId":"` + nobody + `"}`, 400, "NoBackingApplicationObject", "The appId '" + nobody + "' of the service principal does not reference a valid application object."},
		{"no appId", s.token, `{"displayName":"x"}`, 400, "Request_BadRequest", "A value is required for property 'appId' of resource 'ServicePrincipal'."},
		{"not owned by OwnedBy", ownedBy, `{"appId":"` + theirs + `"}`, 403, "Authorization_RequestDenied", "When using this permission, the backing application of the service principal being created must in the local tenant"},
		{"foreign by OwnedBy", ownedBy, `{"appId":"04b07795-8ddb-461a-bbee-02f9e1bf7b46"}`, 403, "Authorization_RequestDenied", "When using this permission, the backing application of the service principal being created must in the local tenant"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask("POST", "/v1.0/servicePrincipals", test.body, "Authorization", "Bearer "+test.token)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
}

func TestWhoOwnsAnApplicationMakesItsServicePrincipal(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.token = s.as(login.Grant{Roles: []string{"Application.ReadWrite.OwnedBy"}})
	mine := s.application("Payroll", "")
	s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+mine.str("appId")+`"}`).want(201)
}

func TestForeignApplicationsComeIntoTheTenant(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	cli := s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"04b07795-8ddb-461a-bbee-02f9e1bf7b46"}`).want(201)
	if cli.str("displayName") != "Microsoft Azure CLI" || cli.str("appOwnerOrganizationId") == s.tenant.ID() {
		t.Errorf("foreign service principal %s", cli.body)
	}
	s.ask("GET", "/v1.0/applications(appId='04b07795-8ddb-461a-bbee-02f9e1bf7b46')", "").want(404)
}

func TestGraphOffersItsPermissionsUnderTheRealIDs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	graph := s.ask("GET", "/v1.0/servicePrincipals(appId='"+graphAppID+"')?$select=id,appRoles,oauth2PermissionScopes", "").want(200)
	for of, want := range map[string][2]string{
		"appRoles":               {"User.ReadWrite.All", "741f803b-c850-494e-b5df-cde7c675a1ca"},
		"oauth2PermissionScopes": {"openid", "37f7f235-527c-4136-accd-4a02d197296e"},
	} {
		if got := permissionID(graph, of, want[0]); got != want[1] {
			t.Errorf("%s %s: id %q, want %s", of, want[0], got, want[1])
		}
	}
	if got := permissionID(graph, "appRoles", "openid"); got != "" {
		t.Errorf("openid is an application permission: %s", got)
	}
}

// permissionID finds a permission among those a service principal offers: of is appRoles or oauth2PermissionScopes.
func permissionID(principal *answer, of, value string) string {
	all, _ := principal.json[of].([]any)
	for _, each := range all {
		if p, ok := each.(map[string]any); ok && p["value"] == value {
			id, _ := p["id"].(string)
			return id
		}
	}
	return ""
}

func TestServicePrincipalsHaveRelations(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	client := s.ask("GET", "/v1.0/servicePrincipals(appId='"+s.app+"')", "").want(200).str("id")
	app, sp := s.principal("Payroll", "")
	group := s.ask("POST", "/v1.0/groups", `{"displayName":"g","mailNickname":"g","mailEnabled":false,"securityEnabled":true}`).want(201).str("id")
	s.ask("POST", "/v1.0/groups/"+group+"/members/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/servicePrincipals/`+client+`"}`).want(204)
	s.ask("POST", "/v1.0/applications/"+app.str("id")+"/owners/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/servicePrincipals/`+client+`"}`).want(204)
	s.ask("POST", "/v1.0/servicePrincipals/"+sp.str("id")+"/owners/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/servicePrincipals/`+client+`"}`).want(204)
	for path, want := range map[string][]string{
		"/memberOf": {group}, "/transitiveMemberOf": {group}, "/memberOf/microsoft.graph.group": {group},
		"/ownedObjects": {app.str("id"), sp.str("id")}, "/createdObjects": {app.str("id")},
	} {
		got := s.ask("GET", "/v1.0/servicePrincipals/"+client+path+"?$select=id", "").want(200).values("id")
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	if got := s.ask("GET", "/v1.0/servicePrincipals/"+client+"/createdObjects", "").want(200).values("@odata.type"); !slices.Equal(got, []string{"#microsoft.graph.application"}) {
		t.Errorf("types of created objects: %v", got)
	}
	s.ask("GET", "/v1.0/servicePrincipals/"+client+"/claimsMappingPolicies", "").refused(501, "NotImplemented", "claimsMappingPolicies")
}
