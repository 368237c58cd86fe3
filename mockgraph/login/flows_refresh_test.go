package login_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestRefreshTokensRotateAndServeEveryResource(t *testing.T) {
	r := newRig(t)
	r.consent()
	first := r.ropc("User.Read offline_access openid").text("refresh_token")
	refresh := func(token string, pairs ...string) reply {
		return r.token(append([]string{"grant_type", "refresh_token", "client_id", r.appID(), "refresh_token", token}, pairs...)...)
	}
	next := refresh(first)
	if next.status != 200 || next.text("refresh_token") == first || next.text("refresh_token") == "" {
		t.Fatalf("first: %s", next.body)
	}
	if again := refresh(first, "scope", graphURL+"/.default openid offline_access"); again.status != 200 {
		t.Errorf("the old one: %s", again.body)
	}
	if got := refresh(first, "scope", "Mail.Read"); got.code() != 65001 {
		t.Errorf("without consent: %s", got.body)
	}
	if got := refresh("junk"); got.code() != 9002313 {
		t.Errorf("junk: %s", got.body)
	}
	r.clock.Advance(89 * 24 * time.Hour)
	if got := refresh(first); got.status != 200 {
		t.Errorf("used within 90 days: %s", got.body)
	}
	r.clock.Advance(91 * 24 * time.Hour)
	if got := refresh(first); got.code() != 700082 || !strings.Contains(got.body, "90.00:00:00") {
		t.Errorf("idle: %s", got.body)
	}
}

func TestRefreshTokensAreRevoked(t *testing.T) {
	r := newRig(t)
	r.consent()
	token := func() string { return r.ropc("User.Read offline_access").text("refresh_token") }
	refresh := func(token string) reply {
		return r.token("grant_type", "refresh_token", "client_id", r.appID(), "refresh_token", token)
	}
	byPassword := token()
	r.clock.Advance(time.Minute)
	if _, err := r.dir.Update(r.ada.ID(), directory.Properties{"passwordProfile": directory.PasswordProfile{Password: "Another-Horse-8"}}); err != nil {
		t.Fatal(err)
	}
	if got := refresh(byPassword); got.code() != 50173 || got.text("suberror") != "bad_token" {
		t.Errorf("new password: %s", got.body)
	}
	if _, err := r.dir.Update(r.ada.ID(), directory.Properties{"passwordProfile": directory.PasswordProfile{Password: password}}); err != nil {
		t.Fatal(err)
	}
	r.clock.Advance(time.Minute)
	fresh := token()
	r.clock.Advance(time.Minute)
	if _, err := r.dir.Update(r.ada.ID(), directory.Properties{"signInSessionsValidFromDateTime": r.clock.Now()}); err != nil {
		t.Fatal(err)
	}
	if got := refresh(fresh); got.code() != 50173 {
		t.Errorf("revoked sessions: %s", got.body)
	}
}

func TestDeviceFlow(t *testing.T) {
	r := newRig(t)
	begun := r.device("User.Read offline_access openid profile")
	if len(begun.text("user_code")) != 9 || begun.text("verification_uri") != origin+"/devicelogin" || begun.json()["expires_in"] != 900.0 || !strings.Contains(begun.text("message"), begun.text("user_code")) {
		t.Fatalf("got %s", begun.body)
	}
	poll := func(b reply) reply {
		return r.token("grant_type", "device_code", "client_id", r.appID(), "device_code", b.text("device_code"), "client_info", "1")
	}
	page := r.get("/devicelogin")
	if wrong := r.submit(page, "otc", "WRONGCODE"); !strings.Contains(wrong.body, `role="alert"`) {
		t.Errorf("wrong code: %.600s", wrong.body)
	}
	confirm := r.signIn(r.submit(page, "otc", strings.ToLower(begun.text("user_code"))), "ada")
	if !strings.Contains(confirm.body, "Are you trying to sign in to Connector?") {
		t.Fatalf("no question: %.800s", confirm.body)
	}
	if got := poll(begun); got.code() != 70016 {
		t.Errorf("pending: %s", got.body)
	}
	r.submit(confirm, "decision", "accept")
	if got := poll(begun); got.status != 200 || got.text("refresh_token") == "" || got.claims("access_token")["upn"] != "ada@"+domain {
		t.Errorf("done: %s", got.body)
	}
	if got := poll(begun); got.code() != 90120 {
		t.Errorf("again: %s", got.body)
	}
	declined := r.device("User.Read")
	r.submit(r.submit(page, "otc", declined.text("user_code")), "decision", "cancel")
	if got := poll(declined); got.code() != 90120 || got.text("error") != "authorization_declined" {
		t.Errorf("declined: %s", got.body)
	}
	late := r.device("User.Read")
	r.clock.Advance(16 * time.Minute)
	if got := poll(late); got.code() != 70019 || got.text("error") != "expired_token" {
		t.Errorf("expired: %s", got.body)
	}
	if got := r.token("grant_type", "device_code", "client_id", r.appID(), "device_code", "nope"); got.code() != 70018 {
		t.Errorf("unknown: %s", got.body)
	}
}

func TestOnBehalfOf(t *testing.T) {
	r := newRig(t)
	two := 2
	api, apiPrincipal := r.register("Middle", directory.Properties{
		"identifierUris": []string{"api://" + tenantID + "/middle"},
		"api": directory.APIApplication{RequestedAccessTokenVersion: &two, OAuth2PermissionScopes: []directory.PermissionScope{
			{ID: role("7"), Value: "access", Type: "User", Enabled: true},
		}},
		"requiredResourceAccess": []directory.RequiredResourceAccess{{ResourceAppID: graphID, ResourceAccess: []directory.ResourceAccess{{ID: role("a"), Type: "Scope"}}}},
	})
	_, secret, err := r.dir.AddPassword(api.ID(), "", time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	must[*directory.Object](t)(r.dir.Create(directory.OAuth2PermissionGrant, directory.Properties{
		"clientId": r.sp.ID(), "consentType": "AllPrincipals", "resourceId": apiPrincipal.ID(), "scope": "access",
	}))
	user := r.ropc("api://" + tenantID + "/middle/access")
	claims := user.claims("access_token")
	if claims["ver"] != "2.0" || claims["aud"] != api.String("appId") || claims["scp"] != "access" || claims["azp"] != r.appID() || claims["iss"] != origin+"/"+tenantID+"/v2.0" {
		t.Errorf("v2 token: %v", claims)
	}
	obo := func(assertion string) reply {
		return r.token("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "client_id", api.String("appId"), "client_secret", secret,
			"assertion", assertion, "scope", graphURL+"/User.Read offline_access", "requested_token_use", "on_behalf_of")
	}
	if got := obo(user.text("access_token")); got.code() != 65001 {
		t.Errorf("without consent: %s", got.body)
	}
	if err := r.host.Consent(api.String("appId")); err != nil {
		t.Fatal(err)
	}
	got := obo(user.text("access_token"))
	if got.status != 200 || got.text("refresh_token") == "" || got.claims("access_token")["oid"] != r.ada.ID() || got.claims("access_token")["appid"] != api.String("appId") {
		t.Errorf("got %s", got.body)
	}
	if got := obo("nonsense"); got.status != 400 {
		t.Errorf("nonsense: %s", got.body)
	}
	r.consent()
	if got := obo(r.ropc("User.Read").text("access_token")); got.code() != 500131 {
		t.Errorf("another audience: %s", got.body)
	}
	if got := obo(r.appToken("scope", "api://"+tenantID+"/middle/.default").text("access_token")); got.code() != 7000114 {
		t.Errorf("application: %s", got.body)
	}
	r.clock.Advance(2 * time.Hour)
	if got := obo(user.text("access_token")); got.code() != 500133 {
		t.Errorf("expired: %s", got.body)
	}
}

func TestVersion1Endpoint(t *testing.T) {
	r := newRig(t)
	r.consent()
	path := "/" + tenantID + "/oauth2/token"
	app := r.do(http.MethodPost, path, form("grant_type", "client_credentials", "client_id", r.appID(), "client_secret", r.secret, "resource", graphURL+"/"))
	if app.text("expires_in") != "3599" || app.text("resource") != graphURL+"/" || app.text("expires_on") != unix(start.Add(time.Hour)) || app.text("not_before") != unix(start.Add(-5*time.Minute)) {
		t.Errorf("got %v", app.json())
	}
	if app.claims("access_token")["aud"] != graphURL+"/" {
		t.Errorf("aud %v", app.claims("access_token")["aud"])
	}
	user := r.do(http.MethodPost, path, form("grant_type", "password", "client_id", r.appID(), "username", "ada@"+domain, "password", password, "resource", graphURL, "scope", "openid"))
	if user.status != 200 || user.text("refresh_token") == "" || user.claims("id_token")["upn"] != "ada@"+domain || user.claims("id_token")["ver"] != "1.0" {
		t.Errorf("user: %s", user.body)
	}
	if got := r.appToken("resource", graphURL); got.code() != 901002 {
		t.Errorf("resource on v2: %s", got.body)
	}
	if got := r.do(http.MethodPost, path, form("grant_type", "password", "client_id", r.appID(), "username", "ada@"+domain, "password", password, "resource", "https://management.azure.com/")); got.code() != 650057 {
		t.Errorf("resource that is not registered: %s", got.body)
	}
}

func TestPolicyInterrupts(t *testing.T) {
	r := newRig(t, login.WithInterrupt(func(a login.Attempt) error {
		if a.UserID == "" {
			return nil
		}
		return login.AADSTS(50076, a.Resource)
	}))
	r.consent()
	if got := r.ropc("User.Read"); got.code() != 50076 || got.text("error") != "invalid_grant" || got.text("suberror") != "basic_action" || !strings.Contains(got.body, graphID) {
		t.Errorf("got %s", got.body)
	}
	if got := r.appToken(); got.status != 200 {
		t.Errorf("application: %s", got.body)
	}
	throttled := newRig(t, login.WithInterrupt(func(login.Attempt) error { return login.AADSTS(90055) })).appToken()
	if throttled.status != 429 || throttled.body != "Too Many Requests" || throttled.header.Get("Retry-After") != "60" {
		t.Errorf("throttled: %d %s", throttled.status, throttled.body)
	}
}

func TestClaimsChallengesGiveLongTokens(t *testing.T) {
	r := newRig(t)
	got := r.appToken("claims", `{"access_token":{"xms_cc":{"values":["CP1"]}}}`)
	if got.json()["expires_in"] != 86399.0 || got.json()["refresh_in"] == nil {
		t.Errorf("got %v", got.json()["expires_in"])
	}
	if got := r.appToken("claims", `{nonsense`); got.status != 200 {
		t.Errorf("nonsense is ignored: %s", got.body)
	}
}
