package mockgraph_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUserIsCreatedReadChangedAndDeleted(t *testing.T) {
	t.Parallel()
	s := newStage(t)

	created := s.ask("POST", "/v1.0/users", `{"accountEnabled":true,"displayName":"Ada King","mailNickname":"ada","userPrincipalName":"ada@contoso.onmicrosoft.com",
		"jobTitle":"Analyst","usageLocation":"GB","passwordProfile":{"forceChangePasswordNextSignIn":true,"password":"Curtain-Up-2026"}}`).want(http.StatusCreated)
	id := created.str("id")
	if got, want := created.str("@odata·context"), "https://graph.microsoft.com/v1.0/$metadata#users/$entity"; got != want {
		t.Errorf("context %q, want %q", got, want)
	}
	if got, want := created.header.Get("Location"), "https://graph.microsoft.com/v2/"+s.tenant.ID()+"/directoryObjects/"+id+"/Microsoft.DirectoryServices.User"; got != want {
		t.Errorf("Location %q, want %q", got, want)
	}

	got := s.ask("GET", "/v1.0/users/ada@contoso.onmicrosoft.com", "").want(http.StatusOK)
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
		"id":             id, "businessPhones": []any{}, "displayName": "Ada King", "givenName": nil, "jobTitle": "Analyst", "mail": nil,
		"mobilePhone": nil, "officeLocation": nil, "preferredLanguage": nil, "surname": nil, "userPrincipalName": "ada@contoso.onmicrosoft.com",
	}
	if diff := cmp.Diff(want, got.json); diff != "" {
		t.Errorf("default properties (-want +got):\n%s", diff)
	}

	s.ask("PATCH", "/v1.0/users/"+id, `{"id":"`+id+`","@odata.type":"#microsoft.graph.user","accountEnabled":false,"jobTitle":null}`).want(http.StatusNoContent)
	changed := s.ask("GET", "/v1.0/users/"+id+"?$select=accountEnabled,jobTitle,usageLocation", "").want(http.StatusOK)
	if changed.at("accountEnabled") != false || changed.at("jobTitle") != nil || changed.str("usageLocation") != "GB" {
		t.Errorf("after the change: %s", changed.body)
	}

	s.ask("DELETE", "/v1.0/users/"+id, "").want(http.StatusNoContent)
	s.ask("GET", "/v1.0/users/"+id, "").refused(http.StatusNotFound, "Request_ResourceNotFound", "Resource '"+id+"' does not exist")
}

func TestUserWritesAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.user("ada", "")
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		code, message            string
	}{
		{"name taken", "POST", "/v1.0/users", `{"accountEnabled":true,"displayName":"A","mailNickname":"a","userPrincipalName":"ADA@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`, 400, "Request_BadRequest", "Another object with the same value for property userPrincipalName already exists."},
		{"no password", "POST", "/v1.0/users", `{"accountEnabled":true,"displayName":"A","mailNickname":"a","userPrincipalName":"a@contoso.onmicrosoft.com"}`, 400, "Request_BadRequest", "A password must be specified to create a new user."},
		{"foreign domain", "POST", "/v1.0/users", `{"accountEnabled":true,"displayName":"A","mailNickname":"a","userPrincipalName":"a@elsewhere.example","passwordProfile":{"password":"Curtain-Up-2026"}}`, 400, "Request_BadRequest", "The domain portion of the userPrincipalName property is invalid."},
		{"weak password", "POST", "/v1.0/users", `{"accountEnabled":true,"displayName":"A","mailNickname":"a","userPrincipalName":"a@contoso.onmicrosoft.com","passwordProfile":{"password":"short"}}`, 400, "Request_BadRequest", "The specified password does not comply with password complexity requirements."},
		{"no display name", "POST", "/v1.0/users", `{"accountEnabled":true,"mailNickname":"a","userPrincipalName":"a@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`, 400, "Request_BadRequest", "A value is required for property 'displayName' of resource 'User'."},
		{"unknown member", "PATCH", "/v1.0/users/" + id, `{"favouriteColour":"teal"}`, 400, "Request_BadRequest", "Property 'favouriteColour' does not exist on type 'microsoft.graph.user'"},
		{"wrong kind", "PATCH", "/v1.0/users/" + id, `{"accountEnabled":"false"}`, 400, "Request_BadRequest", "Invalid value specified for property 'accountEnabled' of resource 'User'."},
		{"empty string", "PATCH", "/v1.0/users/" + id, `{"jobTitle":""}`, 400, "Request_BadRequest", "Invalid value specified for property 'jobTitle' of resource 'User'."},
		{"kept by Exchange", "PATCH", "/v1.0/users/" + id, `{"proxyAddresses":["SMTP:a@b.example"]}`, 400, "Request_BadRequest", "read-only"},
		{"empty object", "PATCH", "/v1.0/users/" + id, `{}`, 400, "BadRequest", "Empty Payload. JSON content expected."},
		{"malformed", "PATCH", "/v1.0/users/" + id, `{"jobTitle":`, 400, "BadRequest", "Unable to read JSON request payload."},
		{"no body", "POST", "/v1.0/users", ``, 400, "BadRequest", "An unexpected 'EndOfInput' node was found"},
		{"an array", "POST", "/v1.0/users", `[]`, 400, "BadRequest", "Unable to read JSON request payload."},
		{"nobody", "PATCH", "/v1.0/users/11111111-1111-4111-8111-111111111111", `{"jobTitle":"x"}`, 404, "Request_ResourceNotFound", "Resource '11111111-1111-4111-8111-111111111111' does not exist"},
		{"wrong method", "PUT", "/v1.0/users", `{}`, 405, "BadRequest", "Specified HTTP method is not allowed"},
		{"unknown version", "GET", "/v3.0/users", ``, 400, "BadRequest", "Invalid version: v3.0"},
		{"not built", "GET", "/v1.0/users/" + id + "/calendar", ``, 501, "NotImplemented", "/users/" + id + "/calendar"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask(test.method, test.path, test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
			if a.str("error.innerError.request-id") != a.header.Get("Request-Id") || a.header.Get("Content-Type") != "application/json" {
				t.Errorf("envelope: %s, type %s", a.body, a.header.Get("Content-Type"))
			}
		})
	}
}

func TestPathsAreReadAsClientsWriteThem(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.user("o'neil", "")
	for _, path := range []string{
		"/v1.0/users/" + id, "/V1.0/Users/" + id, "/v1.0//users/" + id + "/", "/beta/users/" + id, "/v1.0/users('" + id + "')", "/v1.0/USERS/" + id + "/?select=id,",
		"/v1.0/users('o''neil@contoso.onmicrosoft.com')", "/v1.0/users/o%27neil%40contoso.onmicrosoft.com", "/v1.0/users/O'Neil@Contoso.onmicrosoft.com?&",
		"/v1.0/" + s.tenant.ID() + "/users/" + id, "/v1.0/contoso.onmicrosoft.com/users/" + id, "/v1.0/users/" + id + "?%24select=id",
	} {
		if got := s.ask("GET", path, "").want(http.StatusOK).str("id"); got != id {
			t.Errorf("GET %s: id %q, want %q", path, got, id)
		}
	}
}

func TestManagerIsSetReadAndCleared(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	s.ask("GET", "/v1.0/users/"+ada+"/manager", "").refused(404, "Request_ResourceNotFound", "Resource 'manager' does not exist")
	s.ask("PUT", "/v1.0/users/"+ada+"/manager/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/users/`+bob+`"}`).want(204)
	got := s.ask("GET", "/v1.0/users/"+ada+"/manager", "").want(200)
	if got.str("id") != bob || got.str("@odata·type") != "#microsoft.graph.user" || got.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#directoryObjects/$entity" {
		t.Errorf("manager: %s", got.body)
	}
	if got := s.ask("GET", "/v1.0/users/"+bob+"/directReports", "").want(200).values("id"); len(got) != 1 || got[0] != ada {
		t.Errorf("direct reports %v, want %s", got, ada)
	}
	s.ask("PUT", "/v1.0/users/"+ada+"/manager/$ref", `{"@odata.id":"nonsense"}`).refused(400, "Request_UnsupportedQuery", "Unsupported referenced-object resource identifier for link property 'manager'.")
	s.ask("DELETE", "/v1.0/users/"+ada+"/manager/$ref", "").want(204)
	s.ask("GET", "/v1.0/users/"+ada+"/manager", "").want(404)
}

func TestTokensAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, test := range []struct{ name, authorization, message string }{
		{"none", "", "Access token is empty."},
		{"no token", "Bearer", "Access token is empty."},
		{"nonsense", "Bearer nonsense", "IDX14100"},
		{"forged", "Bearer " + s.token[:len(s.token)-4] + "AAAA", "Access token validation failure."},
	} {
		s.ask("GET", "/v1.0/users", "", "Authorization", test.authorization).refused(401, "InvalidAuthenticationToken", test.message)
	}
	s.ask("GET", "/v1.0/users", "", "Authorization", s.token).want(200) // a bare token, as one well-known connector sends it
}

func TestLinksAreWrittenWithTheirAmpersands(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.user("ada", "")
	body := string(s.ask("GET", "/v1.0/users?$select=id&$top=1", "").want(200).body)
	if !strings.Contains(body, "?$select=id&$skiptoken=") && !strings.Contains(body, "&$skiptoken=") {
		t.Errorf("next link: %s", body)
	}
}
