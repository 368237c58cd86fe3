package mockgraph_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// The set-up of a connector, as its guide asks an administrator to do it by hand: every step through the API, over HTTP.

// world is a tenant on a port, with an administrator in front of it.
type world struct {
	*testing.T

	tenant *mockgraph.Tenant
	url    string
	client *http.Client
	token  string // of whoever calls Graph
}

func newWorld(t *testing.T) *world {
	t.Helper()
	tenant := mockgraph.New()
	notes.watch(t, tenant)
	server := httptest.NewTLSServer(tenant)
	t.Cleanup(server.Close)
	w := &world{T: t, tenant: tenant, url: server.URL, client: server.Client()}
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	w.client.Jar = jar
	return w
}

// signInAdministrator makes the administrator the one who calls Graph.
func (w *world) signInAdministrator() {
	w.Helper()
	token, err := w.tenant.Login().Mint(login.Grant{
		ClientID: "14d82eec-204b-4c2f-b7e8-296a70dab67e", UserID: administrator,
		Scopes: []string{"Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All", "Organization.Read.All"},
	})
	if err != nil {
		w.Fatal(err)
	}
	w.token = token
}

func (w *world) send(r *http.Request) *answer {
	w.Helper()
	response, err := w.client.Do(r)
	if err != nil {
		w.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	a := &answer{T: w.T, request: r.Method + " " + r.URL.Path, status: response.StatusCode, header: response.Header, body: body}
	if bytes.HasPrefix(body, []byte("{")) {
		if err := json.Unmarshal(body, &a.json); err != nil {
			w.Fatalf("%s: answer is no JSON: %v", a.request, err)
		}
	}
	hearsay.hear(w.Name(), r, a.status, a.json)
	return a
}

// graph asks Graph; body is marshalled, nil for none.
func (w *world) graph(method, path string, body any) *answer {
	w.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		w.Fatal(err)
	}
	if body == nil {
		data = nil
	}
	r, err := http.NewRequestWithContext(w.Context(), method, w.url+"/v1.0"+path, bytes.NewReader(data))
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Content-Type", "application/json")
	return w.send(r)
}

// post sends a form to the login host.
func (w *world) post(path string, form url.Values) *answer {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), http.MethodPost, w.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(r)
}

func (w *world) get(path string) *answer {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), http.MethodGet, w.url+path, http.NoBody)
	if err != nil {
		w.Fatal(err)
	}
	return w.send(r)
}

// claims reads the payload of an access token.
func (w *world) claims(token string) map[string]any {
	w.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		w.Fatalf("no JWT: %q", token)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		w.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		w.Fatal(err)
	}
	return claims
}

type object map[string]any

// access is the member requiredResourceAccess for permissions of Microsoft Graph by name.
func (w *world) access(graph *answer, delegated, application []string) object {
	w.Helper()
	all := []object{}
	for of, names := range map[string][]string{"oauth2PermissionScopes": delegated, "appRoles": application} {
		kind := "Role"
		if of == "oauth2PermissionScopes" {
			kind = "Scope"
		}
		for _, name := range names {
			id := permissionID(graph, of, name)
			if id == "" {
				w.Fatalf("Microsoft Graph has no %s among its %s", name, of)
			}
			all = append(all, object{"id": id, "type": kind})
		}
	}
	return object{"requiredResourceAccess": []object{{"resourceAppId": graphAppID, "resourceAccess": all}}}
}

// connector is what an administrator types into the connector's configuration.
type connector struct {
	authority, clientID, clientSecret, domain, userName, password, redirectURI, resourceURI, tenantID string
}

// appToken signs the connector in with its client secret, on the second generation of the endpoints.
func (w *world) appToken(c connector) string {
	w.Helper()
	return w.post("/"+c.tenantID+"/oauth2/v2.0/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {c.clientID}, "client_secret": {c.clientSecret}, "scope": {c.resourceURI + "/.default"},
	}).want(200).str("access_token")
}

// userToken signs the connector's base user in with her password, on the first generation of the endpoints.
func (w *world) userToken(c connector) *answer {
	w.Helper()
	path := strings.TrimSuffix(strings.TrimPrefix(c.authority, w.url), "/authorize") + "/token"
	return w.post(path, url.Values{
		"grant_type": {"password"}, "client_id": {c.clientID}, "username": {c.userName}, "password": {c.password}, "resource": {c.resourceURI}, "scope": {"openid"},
	})
}

func words(v any) []string {
	switch v := v.(type) {
	case string:
		return strings.Fields(v)
	case []any:
		all := make([]string, 0, len(v))
		for _, each := range v {
			text, _ := each.(string)
			all = append(all, text)
		}
		return all
	}
	return nil
}

// The permissions the guide asks for.
var (
	applicationPermissions = []string{"APIConnectors.Read.All", "Directory.ReadWrite.All", "PrivilegedAccess.Read.AzureAD", "User.ReadWrite.All", "Directory.Read.All"}
	delegatedPermissions   = append([]string{"openid"}, applicationPermissions...)
)

// register does the guide's steps up to the request for permissions, and returns the registration with its configuration.
func (w *world) register() (app *answer, c connector) {
	w.Helper()
	// Register an application: name, accounts in this organizational directory only.
	app = w.graph("POST", "/applications", object{"displayName": "Identity connector", "signInAudience": "AzureADMyOrg"}).want(201)
	path := "/applications/" + app.str("id")

	// Add a platform: mobile and desktop applications, redirect URI http://localhost. Allow public client flows.
	w.graph("PATCH", path, object{"publicClient": object{"redirectUris": []string{"http://localhost"}}}).want(204)
	w.graph("PATCH", path, object{"isFallbackPublicClient": true}).want(204)

	// New client secret, 180 days. The value is shown this one time.
	secret := w.graph("POST", path+"/addPassword", object{"passwordCredential": object{
		"displayName": "connector", "endDateTime": time.Now().AddDate(0, 0, 180).UTC().Format(time.RFC3339),
	}}).want(200)
	read := w.graph("GET", path, nil).want(200)
	if read.str("passwordCredentials.0.keyId") != secret.str("keyId") || read.at("passwordCredentials.0.secretText") != nil || strings.Contains(string(read.body), secret.str("secretText")) {
		w.Errorf("the secret can be read later: %s", read.body)
	}

	// Overview: authority, client id, tenant id.
	organization := w.graph("GET", "/organization", nil).want(200)
	c = connector{
		tenantID: organization.str("value.0.id"), domain: organization.str("value.0.verifiedDomains.0.name"), clientID: app.str("appId"), clientSecret: secret.str("secretText"),
		userName: administrator, password: mockgraph.AdministratorPassword, redirectURI: "http://localhost", resourceURI: "https://graph.microsoft.com",
	}
	c.authority = w.url + "/" + c.tenantID + "/oauth2/authorize"
	return app, c
}
