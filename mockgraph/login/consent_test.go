package login_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestAdminConsentWritesGrantsAndAssignments(t *testing.T) {
	r := newRig(t)
	query := "?client_id=" + r.appID() + "&state=s1&redirect_uri=" + url.QueryEscape("http://localhost:99")
	page := r.signIn(r.get("/"+tenantID+"/adminconsent"+query), "grace")
	if !strings.Contains(page.body, "everybody of Contoso") || !strings.Contains(page.body, "User.Read.All") {
		t.Fatalf("no consent page: %.900s", page.body)
	}
	_, answer := r.submit(page, "decision", "accept").location()
	if answer.Get("tenant") != tenantID || answer.Get("admin_consent") != "True" || answer.Get("state") != "s1" {
		t.Errorf("answer %v", answer)
	}
	if got := r.appToken().claims("access_token")["roles"]; len(got.([]any)) != 1 || got.([]any)[0] != "User.Read.All" {
		t.Errorf("roles %v", got)
	}
	if got := r.ropc("User.Read"); got.status != 200 {
		t.Errorf("delegated: %s", got.body)
	}
	// Consent again changes nothing and is no error.
	r.consent()
	// New permissions need consent again.
	if _, err := r.dir.Update(r.app.ID(), directory.Properties{"requiredResourceAccess": []directory.RequiredResourceAccess{{ResourceAppID: graphID, ResourceAccess: []directory.ResourceAccess{
		{ID: role("2"), Type: "Role"}, {ID: role("a"), Type: "Scope"}, {ID: role("b"), Type: "Scope"},
	}}}}); err != nil {
		t.Fatal(err)
	}
	if got := r.ropc("Mail.Read"); got.code() != 65001 {
		t.Errorf("before: %s", got.body)
	}
	r.consent()
	if got := r.ropc("Mail.Read"); got.status != 200 || got.claims("access_token")["scp"] != "User.Read Mail.Read" {
		t.Errorf("after: %s", got.body)
	}
	if got := r.appToken().claims("access_token")["roles"].([]any); len(got) != 2 {
		t.Errorf("roles %v", got)
	}
}

func TestAdminConsentOfOthersIsRefused(t *testing.T) {
	r := newRig(t)
	path := "/" + tenantID + "/adminconsent?client_id=" + r.appID() + "&redirect_uri=" + url.QueryEscape("http://localhost:99")
	if page := r.signIn(r.get(path), "ada"); page.status != 400 || !strings.Contains(page.body, "AADSTS90094") {
		t.Errorf("a user: %d %.500s", page.status, page.body)
	}
	_, v1 := r.submit(r.signIn(r.get(path), "grace"), "decision", "cancel").location()
	if v1.Get("error") != "permission_denied" || v1.Get("error_description") != "The admin canceled the request" {
		t.Errorf("v1: %v", v1)
	}
	v2 := "/" + tenantID + "/v2.0/adminconsent?scope=" + url.QueryEscape(graphURL+"/.default") + "&client_id=" + r.appID() + "&redirect_uri=" + url.QueryEscape("http://localhost:99")
	_, answer := r.submit(r.signIn(r.get(v2), "grace"), "decision", "cancel").location()
	if answer.Get("error") != "consent_required" || !strings.Contains(answer.Get("error_description"), "AADSTS65004") {
		t.Errorf("v2: %v", answer)
	}
	if got := r.ropc("User.Read"); got.code() != 65001 {
		t.Errorf("something was granted: %s", got.body)
	}
	if page := r.get("/" + tenantID + "/adminconsent?client_id=" + r.appID() + "&redirect_uri=https://evil.example"); page.status != 400 || !strings.Contains(page.body, "AADSTS50011") {
		t.Errorf("redirect: %d", page.status)
	}
}

func TestAdminConsentMakesTheServicePrincipal(t *testing.T) {
	r := newRig(t)
	app := must[*directory.Object](t)(r.dir.Create(directory.Application, directory.Properties{"displayName": "New",
		"requiredResourceAccess": []directory.RequiredResourceAccess{{ResourceAppID: graphID, ResourceAccess: []directory.ResourceAccess{{ID: role("1"), Type: "Role"}}}}}))
	if err := r.host.Consent(app.String("appId")); err != nil {
		t.Fatal(err)
	}
	if _, ok := r.dir.Snapshot().Lookup(directory.ServicePrincipal, "appId", app.String("appId")); !ok {
		t.Error("no service principal")
	}
}

func TestOpenIDIsNoApplicationPermission(t *testing.T) {
	r := newRig(t)
	if _, err := r.dir.Update(r.app.ID(), directory.Properties{"requiredResourceAccess": []directory.RequiredResourceAccess{{ResourceAppID: graphID, ResourceAccess: []directory.ResourceAccess{
		{ID: role("d"), Type: "Role"},
	}}}}); err != nil {
		t.Fatal(err)
	}
	if err := r.host.Consent(r.appID()); err == nil || !strings.Contains(err.Error(), "AADSTS650053") {
		t.Errorf("got %v", err)
	}
}

func TestUsersConsentForThemselvesOnly(t *testing.T) {
	r := newRig(t)
	r.code()
	if got := r.ropc("User.Read"); got.status != 200 {
		t.Errorf("Ada: %s", got.body)
	}
	if got := r.ropc("User.Read", "username", "grace@"+domain); got.code() != 65001 {
		t.Errorf("Grace: %s", got.body)
	}
	if page := r.authorize("scope", "Directory.ReadWrite.All"); !strings.Contains(page.body, "AADSTS90094") {
		t.Errorf("a permission for administrators: %d %.500s", page.status, page.body)
	}
	strict := newRig(t, login.WithoutUserConsent())
	if page := strict.signIn(strict.authorize(), "ada"); !strings.Contains(page.body, "AADSTS90094") {
		t.Errorf("forbidden by the tenant: %.500s", page.body)
	}
}

func TestPromptAdminConsentGrantsEverybody(t *testing.T) {
	r := newRig(t)
	page := r.signIn(r.authorize("prompt", "admin_consent"), "grace")
	if _, answer := r.submit(page, "decision", "accept").location(); answer.Get("code") == "" {
		t.Errorf("answer %v", answer)
	}
	if got := r.ropc("User.Read"); got.status != 200 {
		t.Errorf("Ada: %s", got.body)
	}
}

func TestApplicationsWithoutRolesGetATokenUnlessAssignmentIsRequired(t *testing.T) {
	r := newRig(t)
	if _, has := r.appToken().claims("access_token")["roles"]; has {
		t.Error("roles without consent")
	}
	if _, err := r.dir.Update(r.graph.ID(), directory.Properties{"appRoleAssignmentRequired": true}); err != nil {
		t.Fatal(err)
	}
	if got := r.appToken(); got.code() != 501051 {
		t.Errorf("got %s", got.body)
	}
}

func TestGraphIsKnownByItsOwnAddress(t *testing.T) {
	r := newRig(t, login.WithGraph("https://graph.local:9443"))
	for _, resource := range []string{origin, "https://graph.local:9443", graphURL, graphID, graphURL + "/"} {
		got := r.appToken("scope", resource+"/.default")
		if got.status != 200 || got.claims("access_token")["aud"] != resource {
			t.Errorf("%s: %s", resource, got.body)
			continue
		}
		if c, err := r.host.Verify(got.text("access_token")); err != nil || !c.ForGraph() {
			t.Errorf("%s: %+v, %v", resource, c, err)
		}
	}
}

func TestAdministratorsRolesStandInTheToken(t *testing.T) {
	r := newRig(t)
	r.consent()
	wids, _ := r.ropc("User.Read", "username", "grace@"+domain).claims("access_token")["wids"].([]any)
	if len(wids) != 2 || wids[0] != globalAdmin {
		t.Errorf("wids %v", wids)
	}
}

func TestPasswordsThatWereSetMustBeChangedInTheBrowser(t *testing.T) {
	r := newRig(t)
	r.consent()
	if _, err := r.dir.Update(r.ada.ID(), directory.Properties{"passwordProfile": directory.PasswordProfile{Password: password, ForceChangePasswordNextSignIn: true}}); err != nil {
		t.Fatal(err)
	}
	page := r.signIn(r.authorize(), "ada")
	if !strings.Contains(page.body, "Update your password") {
		t.Fatalf("got %.600s", page.body)
	}
	if weak := r.submit(page, "currentPassword", password, "newPassword", "weak", "confirmNewPassword", "weak"); !strings.Contains(weak.body, `role="alert"`) {
		t.Errorf("weak: %.600s", weak.body)
	}
	if _, answer := r.submit(page, "currentPassword", password, "newPassword", "Brand-New-Horse-9", "confirmNewPassword", "Brand-New-Horse-9").location(); answer.Get("code") == "" {
		t.Errorf("answer %v", answer)
	}
	if got := r.ropc("User.Read", "password", "Brand-New-Horse-9"); got.status != 200 {
		t.Errorf("got %s", got.body)
	}
}

func TestLogoutSendsOnOnlyToWhereTheBrowserCameFrom(t *testing.T) {
	r := newRig(t)
	r.code()
	if got := r.get("/" + tenantID + "/oauth2/v2.0/logout?post_logout_redirect_uri=https://evil.example"); got.status != 200 || !strings.Contains(got.body, "signed out") {
		t.Errorf("evil: %d %.300s", got.status, got.body)
	}
	r.code()
	if got := r.get("/" + tenantID + "/oauth2/v2.0/logout?post_logout_redirect_uri=http://localhost:12"); got.status != http.StatusFound {
		t.Errorf("known: %d", got.status)
	}
	if page := r.authorize(); page.status != 200 || !strings.Contains(page.body, "passwd") {
		t.Errorf("still signed in: %d", page.status)
	}
}
