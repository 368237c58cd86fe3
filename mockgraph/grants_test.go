package mockgraph_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGrantsAreMadeChangedAndWithdrawn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	graph := s.ask("GET", "/v1.0/servicePrincipals(appId='"+graphAppID+"')", "").want(200).str("id")
	_, sp := s.principal("Payroll", "")
	client, ada := sp.str("id"), s.user("ada", "")
	everybody := `{"clientId":"` + client + `","consentType":"AllPrincipals","principalId":null,"resourceId":"` + graph + `","scope":"User.Read Group.Read.All"}`
	made := s.ask("POST", "/v1.0/oauth2PermissionGrants", everybody).want(http.StatusCreated)
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#oauth2PermissionGrants/$entity", "id": made.str("id"), "clientId": client,
		"consentType": "AllPrincipals", "principalId": nil, "resourceId": graph, "scope": "User.Read Group.Read.All",
	}
	if diff := cmp.Diff(want, made.json); diff != "" {
		t.Errorf("grant (-want +got):\n%s", diff)
	}
	if len(made.str("id")) != 43 {
		t.Errorf("id %q, want 43 characters", made.str("id"))
	}
	one := s.ask("POST", "/v1.0/oauth2PermissionGrants", `{"clientId":"`+client+`","consentType":"Principal","principalId":"`+ada+`","resourceId":"`+graph+`","scope":"Mail.Read"}`).want(201)
	if len(one.str("id")) != 64 {
		t.Errorf("id %q, want 64 characters", one.str("id"))
	}
	path := "/v1.0/oauth2PermissionGrants/" + made.str("id")
	s.ask("PATCH", path, `{"scope":"User.Read"}`).want(204)
	if got := s.ask("GET", path, "").want(200); got.str("scope") != "User.Read" {
		t.Errorf("changed: %s", got.body)
	}
	for query, want := range map[string][]string{
		"/oauth2PermissionGrants?$filter=clientId%20eq%20'" + client + "'%20and%20consentType%20eq%20'AllPrincipals'": {made.str("id")},
		"/oauth2PermissionGrants?$filter=principalId%20eq%20'" + ada + "'":                                            {one.str("id")},
		"/users/" + ada + "/oauth2PermissionGrants":                                                                   {one.str("id")},
		"/servicePrincipals/" + client + "/oauth2PermissionGrants?$filter=consentType%20eq%20'Principal'":             {one.str("id")},
	} {
		if got := s.ask("GET", "/v1.0"+query, "").want(200).values("id"); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	s.ask("DELETE", path, "").want(204)
	s.ask("DELETE", path, "").want(404)
	s.ask("POST", "/v1.0/oauth2PermissionGrants", everybody).want(201)
}

func TestGrantsAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	graph := s.ask("GET", "/v1.0/servicePrincipals(appId='"+graphAppID+"')", "").want(200).str("id")
	_, sp := s.principal("Payroll", "")
	client := sp.str("id")
	grant := func(kind, principal, of string) string {
		return `{"clientId":"` + client + `","consentType":"` + kind + `",` + principal + `"resourceId":"` + of + `","scope":"User.Read"}`
	}
	made := s.ask("POST", "/v1.0/oauth2PermissionGrants", grant("AllPrincipals", "", graph)).want(201)
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		code, message            string
	}{
		{"twice", "POST", "/v1.0/oauth2PermissionGrants", grant("AllPrincipals", "", graph), 409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists."},
		{"unknown kind", "POST", "/v1.0/oauth2PermissionGrants", grant("Everybody", "", graph), 400, "Request_BadRequest", "property 'consentType'"},
		{"nobody named", "POST", "/v1.0/oauth2PermissionGrants", grant("Principal", "", graph), 400, "Request_BadRequest", "One or more property values specified are invalid"},
		{"unknown resource", "POST", "/v1.0/oauth2PermissionGrants", grant("AllPrincipals", "", nobody), 404, "Request_ResourceNotFound", nobody},
		{"no resource", "POST", "/v1.0/oauth2PermissionGrants", `{"clientId":"` + client + `","consentType":"AllPrincipals"}`, 400, "Request_BadRequest", "property 'resourceId'"},
		{"another client", "PATCH", "/v1.0/oauth2PermissionGrants/" + made.str("id"), `{"clientId":"` + graph + `"}`, 400, "Request_BadRequest", "read-only"},
		{"expiry in v1.0", "POST", "/v1.0/oauth2PermissionGrants", `{"expiryTime":"2027-01-01T00:00:00Z"}`, 400, "Request_BadRequest", "expiryTime"},
		{"no expiry in beta", "POST", "/beta/oauth2PermissionGrants", grant("AllPrincipals", "", graph), 400, "Request_BadRequest", "A value is required for property 'expiryTime'"},
		{"not there", "GET", "/v1.0/oauth2PermissionGrants/x", ``, 404, "Request_ResourceNotFound", "Resource 'x' does not exist"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask(test.method, test.path, test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
	_, other := s.principal("Shop", "")
	s.ask("POST", "/beta/oauth2PermissionGrants", `{"clientId":"`+other.str("id")+`","consentType":"AllPrincipals","resourceId":"`+graph+`","scope":"User.Read","expiryTime":"2027-01-01T00:00:00Z"}`).want(201)
}
