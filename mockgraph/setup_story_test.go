package mockgraph_test

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestSetUpOfAConnectorThroughTheAPIAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signInAdministrator()
	app, c := w.register()
	path := "/applications/" + app.str("id")

	// API permissions: Microsoft Graph, delegated and application ones.
	graph := w.graph("GET", "/servicePrincipals(appId='"+graphAppID+"')", nil).want(200)
	w.graph("PATCH", path, w.access(graph, delegatedPermissions, applicationPermissions)).want(204)

	// Asking is not getting: without consent the application has nothing, and its users neither.
	principal := w.graph("POST", "/servicePrincipals", object{"appId": c.clientID}).want(201).str("id")
	if got := words(w.claims(w.appToken(c))["roles"]); len(got) != 0 {
		t.Errorf("roles before consent: %v", got)
	}
	if got := w.userToken(c); got.status != 400 || !strings.Contains(string(got.body), "AADSTS65001") {
		t.Errorf("sign-in before consent: %d %s", got.status, got.body)
	}

	// Grant admin consent: every application permission is an assignment of the service principal, the delegated ones are a grant.
	for _, name := range applicationPermissions {
		w.graph("POST", "/servicePrincipals/"+graph.str("id")+"/appRoleAssignedTo", object{
			"principalId": principal, "resourceId": graph.str("id"), "appRoleId": permissionID(graph, "appRoles", name),
		}).want(201)
	}
	w.graph("POST", "/oauth2PermissionGrants", object{
		"clientId": principal, "consentType": "AllPrincipals", "resourceId": graph.str("id"), "scope": strings.Join(delegatedPermissions, " "),
	}).want(201)

	// openid is a delegated permission only.
	w.graph("POST", "/servicePrincipals/"+graph.str("id")+"/appRoleAssignedTo", object{
		"principalId": principal, "resourceId": graph.str("id"), "appRoleId": permissionID(graph, "oauth2PermissionScopes", "openid"),
	}).refused(400, "Request_BadRequest", "Permission being assigned was not found on application")

	// Expose an API: Application ID URI.
	w.graph("PATCH", path, object{"identifierUris": []string{"api://" + c.clientID}}).want(204)

	// The connector signs in, as its base user and as itself.
	user := w.claims(w.userToken(c).want(200).str("access_token"))
	scopes := words(user["scp"])
	for _, name := range delegatedPermissions {
		if !slices.Contains(scopes, name) {
			t.Errorf("scp %v lacks %s", scopes, name)
		}
	}
	if user["tid"] != c.tenantID || user["upn"] != administrator || user["appid"] != c.clientID {
		t.Errorf("claims of the user %v", user)
	}
	w.token = w.appToken(c)
	roles := words(w.claims(w.token)["roles"])
	want := slices.Sorted(slices.Values(applicationPermissions))
	if slices.Sort(roles); !slices.Equal(roles, want) {
		t.Errorf("roles %v, want %v", roles, want)
	}

	// And creates users.
	made := w.graph("POST", "/users", object{
		"accountEnabled": true, "mailNickname": "asha", "displayName": "Asha Rao", "userPrincipalName": "asha@" + c.domain, "givenName": "Asha", "surname": "Rao",
		"mail": "asha@" + c.domain, "usageLocation": "IN", "passwordProfile": object{"password": "Curtain-Up-2026"},
	}).want(201)
	got := w.graph("GET", "/users/"+made.str("id")+"?$select=mailNickname,displayName,userPrincipalName,givenName,surname,mail,usageLocation", nil).want(200)
	for name, want := range map[string]string{"mailNickname": "asha", "displayName": "Asha Rao", "userPrincipalName": "asha@" + c.domain, "givenName": "Asha", "surname": "Rao", "mail": "asha@" + c.domain, "usageLocation": "IN"} {
		if got.str(name) != want {
			t.Errorf("%s: %q, want %q", name, got.str(name), want)
		}
	}
}

var (
	formAction = regexp.MustCompile(`action="([^"]*)"`)
	flowField  = regexp.MustCompile(`name="flow" value="([^"]*)"`)
)

// submit fills in the form of a page of the login host.
func (w *world) submit(page *answer, form url.Values) *answer {
	w.Helper()
	action, flow := formAction.FindSubmatch(page.want(200).body), flowField.FindSubmatch(page.body)
	if action == nil || flow == nil {
		w.Fatalf("no form: %.600s", page.body)
	}
	form.Set("flow", html.UnescapeString(string(flow[1])))
	return w.post(strings.TrimPrefix(html.UnescapeString(string(action[1])), w.url), form)
}

// consentPage does what an administrator does who follows the link "Grant admin consent".
func (w *world) consentPage(c connector, signedIn bool) {
	w.Helper()
	page := w.get("/" + c.tenantID + "/adminconsent?client_id=" + c.clientID + "&state=s1&redirect_uri=" + url.QueryEscape(c.redirectURI))
	if !signedIn {
		page = w.submit(page, url.Values{"loginfmt": {c.userName}, "passwd": {c.password}})
	}
	back := w.submit(page, url.Values{"decision": {"accept"}}).want(302).header.Get("Location")
	if !strings.HasPrefix(back, c.redirectURI) || !strings.Contains(back, "admin_consent=True") || !strings.Contains(back, "tenant="+c.tenantID) || !strings.Contains(back, "state=s1") {
		w.Fatalf("sent back to %s", back)
	}
}

func TestAChangeOfPermissionsNeedsConsentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.signInAdministrator()
	app, c := w.register()
	path := "/applications/" + app.str("id")
	graph := w.graph("GET", "/servicePrincipals(appId='"+graphAppID+"')", nil).want(200)
	w.graph("PATCH", path, w.access(graph, []string{"openid", "User.Read"}, []string{"User.ReadWrite.All"})).want(204)

	// The page makes the service principal too.
	w.consentPage(c, false)
	old := w.appToken(c)
	if got := words(w.claims(old)["roles"]); !slices.Equal(got, []string{"User.ReadWrite.All"}) {
		t.Fatalf("roles after consent: %v", got)
	}

	w.graph("PATCH", path, w.access(graph, []string{"openid", "User.Read", "Directory.Read.All"}, []string{"User.ReadWrite.All", "Directory.Read.All"})).want(204)
	if got := words(w.claims(w.appToken(c))["roles"]); slices.Contains(got, "Directory.Read.All") {
		t.Errorf("a permission without consent stands in the token: %v", got)
	}
	if got := words(w.claims(w.userToken(c).want(200).str("access_token"))["scp"]); slices.Contains(got, "Directory.Read.All") {
		t.Errorf("a delegated permission without consent stands in the token: %v", got)
	}
	w.consentPage(c, true)
	if got := words(w.claims(w.appToken(c))["roles"]); !slices.Contains(got, "Directory.Read.All") {
		t.Errorf("roles after the second consent: %v", got)
	}
	if got := words(w.claims(w.userToken(c).want(200).str("access_token"))["scp"]); !slices.Contains(got, "Directory.Read.All") {
		t.Errorf("scopes after the second consent: %v", got)
	}
	if got := words(w.claims(old)["roles"]); slices.Contains(got, "Directory.Read.All") {
		t.Errorf("a token that was out already changed: %v", got)
	}

	// openid cannot be asked for as an application permission: consent to it is refused, in the page and in the test's short cut.
	openid := permissionID(graph, "oauth2PermissionScopes", "openid")
	w.graph("PATCH", path, object{"requiredResourceAccess": []object{{"resourceAppId": graphAppID, "resourceAccess": []object{{"id": openid, "type": "Role"}}}}}).want(204)
	if err := w.tenant.Login().Consent(c.clientID); err == nil || !strings.Contains(err.Error(), "AADSTS650053") {
		t.Errorf("consent to openid as an application permission: %v", err)
	}
	page := w.get("/" + c.tenantID + "/adminconsent?client_id=" + c.clientID + "&redirect_uri=" + url.QueryEscape(c.redirectURI))
	if !strings.Contains(string(page.body), "AADSTS650053") {
		t.Errorf("the page offers openid as an application permission: %.600s", page.body)
	}
}

func TestProvisioningIsForAdministratorsOfApplications(t *testing.T) {
	t.Parallel()
	service := &provisioner{}
	s := newStage(t, mockgraph.WithSynchronization(service))
	app, sp := s.principal("Payroll", "")
	path := "/v1.0/servicePrincipals/" + sp.str("id") + "/synchronization/secrets"
	for name, test := range map[string]struct {
		role  string // template id
		owner bool
		want  int
	}{
		"a user":                            {"", false, 403},
		"a user administrator":              {"fe930be7-5e62-47db-91af-98c3a49a38b1", false, 403},
		"an application administrator":      {"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", false, 204},
		"a cloud application administrator": {"158c047a-c907-4556-b7ef-446551a6b5f7", false, 204},
		"a global administrator":            {"62e90394-69f5-4237-9190-012177145e10", false, 204},
		"the application's owner":           {"", true, 204},
	} {
		t.Run(name, func(t *testing.T) {
			user := s.user(strings.ReplaceAll(strings.ReplaceAll(name, " ", ""), "'", ""), "")
			if test.role != "" {
				if err := s.tenant.Directory().AssignRole(user, test.role); err != nil {
					t.Fatal(err)
				}
			}
			if test.owner {
				s.ask("POST", "/v1.0/applications/"+app.str("id")+"/owners/$ref", ref(user)).want(204)
			}
			token := s.as(login.Grant{UserID: user, Scopes: []string{"Synchronization.ReadWrite.All"}})
			a := s.ask("PUT", path, `{"value":[{"key":"BaseAddress","value":"https://scim.example"}]}`, "Authorization", "Bearer "+token)
			a.T = t
			if a.want(test.want); test.want == 403 && a.str("error.code") != "Authorization_RequestDenied" {
				t.Errorf("refused as %s", a.body)
			}
		})
	}
}
