package login_test

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func (r *rig) device(scope string) reply {
	return r.do(http.MethodPost, "/"+tenantID+"/oauth2/v2.0/devicecode", form("client_id", r.appID(), "scope", scope))
}

func (r *rig) redeem(code string, pairs ...string) reply {
	all := form("grant_type", "authorization_code", "client_id", r.appID(), "code", code, "redirect_uri", "http://localhost:4711", "client_info", "1")
	maps.Copy(all, form(pairs...))
	return r.do(http.MethodPost, "/"+tenantID+"/oauth2/v2.0/token", all)
}

// code signs Ada in and returns the code.
func (r *rig) code(pairs ...string) string {
	r.t.Helper()
	page := r.authorize(pairs...)
	if page.status == 200 && !strings.Contains(page.body, "Permissions requested") {
		page = r.signIn(page, "ada")
	}
	if page.status == 200 && strings.Contains(page.body, "Permissions requested") {
		page = r.submit(page, "decision", "accept")
	}
	_, answer := page.location()
	if answer.Get("code") == "" {
		r.t.Fatalf("no code: %v", answer)
	}
	return answer.Get("code")
}

func TestPasswordGrant(t *testing.T) {
	r := newRig(t)
	if got := r.ropc("User.Read"); got.code() != 65001 || got.text("suberror") != "consent_required" || got.status != 400 {
		t.Errorf("without consent: %s", got.body)
	}
	r.consent()
	got := r.ropc("User.Read openid profile offline_access")
	if got.status != 200 || got.text("refresh_token") == "" || got.text("id_token") == "" {
		t.Fatalf("got %.300s", got.body)
	}
	if r.ropc("User.Read openid").text("refresh_token") != "" {
		t.Error("a refresh token without offline_access")
	}
	claims := got.claims("access_token")
	for name, want := range map[string]any{
		"aud": graphID, "iss": origin + "/" + tenantID + "/", "ver": "1.0", "appid": r.appID(), "appidacr": "0", "idtyp": "user", "oid": r.ada.ID(),
		"upn": "ada@" + domain, "unique_name": "ada@" + domain, "scp": "User.Read openid profile", "tid": tenantID, "acr": "1", "exp": float64(start.Unix() + 3600), "nbf": float64(start.Unix() - 300),
	} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %v", name, claims[name], want)
		}
	}
	for name, each := range map[string]struct {
		pairs []string
		code  int
	}{
		"wrong password": {[]string{"password", "nope"}, 50126}, "unknown user": {[]string{"username", "eve@" + domain}, 50034},
		"secret of a public client": {[]string{"client_secret", r.secret}, 700025}, "no scope": {[]string{"scope", ""}, 900144},
		"two resources": {[]string{"scope", "User.Read https://management.azure.com/user_impersonation"}, 28000},
		"unknown scope": {[]string{"scope", "Magic.Read"}, 650053}, "default beside another": {[]string{"scope", ".default User.Read"}, 70011},
		"unknown resource": {[]string{"scope", "api://nowhere/x"}, 500011},
	} {
		if got := r.ropc("User.Read", each.pairs...); got.code() != each.code {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	if _, err := r.dir.Update(r.app.ID(), directory.Properties{"isFallbackPublicClient": false}); err != nil {
		t.Fatal(err)
	}
	if got := r.ropc("User.Read"); got.code() != 7000218 || got.status != 401 {
		t.Errorf("confidential without secret: %s", got.body)
	}
	if got := r.ropc("User.Read", "client_secret", r.secret); got.status != 200 {
		t.Errorf("confidential: %s", got.body)
	}
}

func TestUsersAreJudged(t *testing.T) {
	r := newRig(t)
	r.consent()
	set := func(p directory.Properties) {
		t.Helper()
		if _, err := r.dir.Update(r.ada.ID(), p); err != nil {
			t.Fatal(err)
		}
	}
	set(directory.Properties{"accountEnabled": false})
	if got := r.ropc("User.Read"); got.code() != 50057 {
		t.Errorf("disabled: %s", got.body)
	}
	set(directory.Properties{"accountEnabled": true, "passwordProfile": directory.PasswordProfile{Password: password, ForceChangePasswordNextSignIn: true}})
	if got := r.ropc("User.Read"); got.code() != 50055 || got.text("suberror") != "user_password_expired" {
		t.Errorf("to be changed: %s", got.body)
	}
	set(directory.Properties{"passwordProfile": directory.PasswordProfile{Password: password}})
	for range 10 {
		r.ropc("User.Read", "password", "wrong")
	}
	if got := r.ropc("User.Read"); got.code() != 50053 {
		t.Errorf("locked: %s", got.body)
	}
	r.clock.Advance(61 * time.Second)
	if got := r.ropc("User.Read"); got.status != 200 {
		t.Errorf("unlocked: %s", got.body)
	}
	must[*directory.Object](t)(r.dir.Create(directory.User, directory.Properties{
		"userPrincipalName": "blank@" + domain, "mailNickname": "blank", "displayName": "Blank", "accountEnabled": true,
	}))
	if got := r.ropc("User.Read", "username", "blank@"+domain); got.code() != 50056 {
		t.Errorf("without password: %s", got.body)
	}
	if _, err := r.dir.Update(r.sp.ID(), directory.Properties{"appRoleAssignmentRequired": true}); err != nil {
		t.Fatal(err)
	}
	if got := r.ropc("User.Read"); got.code() != 50105 {
		t.Errorf("not assigned: %s", got.body)
	}
}

func TestCodeFlowWithProofOfKey(t *testing.T) {
	r := newRig(t)
	verifier := strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	page := r.authorize("code_challenge", challenge, "code_challenge_method", "S256", "nonce", "n-1")
	if page.status != 200 || !strings.Contains(page.body, `name="passwd"`) {
		t.Fatalf("no sign-in page: %.300s", page.body)
	}
	if wrong := r.submit(page, "loginfmt", "ada@"+domain, "passwd", "wrong"); !strings.Contains(wrong.body, "AADSTS50126") || strings.Contains(wrong.body, `value="wrong"`) {
		t.Errorf("wrong password: %.600s", wrong.body)
	} else {
		page = wrong
	}
	consent := r.signIn(page, "ada")
	if !strings.Contains(consent.body, "Sign you in (User.Read)") {
		t.Fatalf("no consent page: %.800s", consent.body)
	}
	done := r.submit(consent, "decision", "accept")
	u, answer := done.location()
	if u.Host != "localhost:4711" || u.Path != "/" || answer.Get("state") != "xyz" {
		t.Errorf("location %v", u)
	}
	code := answer.Get("code")
	if got := r.redeem(code, "code_verifier", "wrong"); got.code() != 501481 {
		t.Errorf("wrong verifier: %s", got.body)
	}
	if got := r.redeem(code, "code_verifier", verifier, "client_secret", r.secret); got.code() != 700025 {
		t.Errorf("secret on a public redirect: %s", got.body)
	}
	if got := r.redeem(code, "code_verifier", verifier, "redirect_uri", "http://localhost:1"); got.code() != 500112 {
		t.Errorf("another redirect: %s", got.body)
	}
	got := r.redeem(code, "code_verifier", verifier)
	if got.status != 200 {
		t.Fatalf("redeem: %s", got.body)
	}
	id := got.claims("id_token")
	if id["nonce"] != "n-1" || id["preferred_username"] != "ada@"+domain || id["ver"] != "2.0" || id["iss"] != origin+"/"+tenantID+"/v2.0" {
		t.Errorf("id_token %v", id)
	}
	if id["sub"] == got.claims("access_token")["sub"] || id["sub"] == r.ada.ID() {
		t.Error("subjects are not pairwise")
	}
	if got := r.redeem(code, "code_verifier", verifier); got.code() != 54005 {
		t.Errorf("again: %s", got.body)
	}
	// The browser is signed in and has consented: straight back.
	if again := r.authorize(); again.status != http.StatusFound {
		t.Errorf("second visit: %d", again.status)
	}
}

func TestCodesAreJudged(t *testing.T) {
	r := newRig(t)
	web := []string{"redirect_uri", "https://app.contoso.example/auth"}
	code := r.code(web...)
	if got := r.redeem(code, web...); got.code() != 7000218 {
		t.Errorf("web without secret: %s", got.body)
	}
	withSecret := slices.Concat(web, []string{"client_secret", r.secret})
	if got := r.do(http.MethodPost, "/organizations/oauth2/v2.0/token", form("grant_type", "authorization_code", "client_id", r.appID(), "code", code)); got.code() != 50194 {
		t.Errorf("single tenant application on organizations: %s", got.body)
	}
	other, _ := r.register("Other", directory.Properties{"isFallbackPublicClient": true})
	if got := r.redeem(code, "client_id", other.String("appId"), "client_secret", "x"); got.status != 401 {
		t.Errorf("another client: %s", got.body)
	}
	if got := r.redeem("garbage", "client_secret", "wrong"); got.code() != 9002313 || got.text("error") != "invalid_grant" {
		t.Errorf("garbage comes before the secret: %s", got.body)
	}
	if got := r.redeem("1."+strings.Repeat("A", 128), "client_secret", r.secret); got.code() != 70000 {
		t.Errorf("unknown: %s", got.body)
	}
	r.clock.Advance(11 * time.Minute)
	if got := r.redeem(code, withSecret...); got.code() != 70008 {
		t.Errorf("old: %s", got.body)
	}
}

func TestSinglePageApplications(t *testing.T) {
	r := newRig(t)
	plain := strings.Repeat("p", 43)
	page := r.authorize("redirect_uri", "https://spa.contoso.example/")
	if _, answer := page.location(); !strings.Contains(answer.Get("error_description"), "AADSTS9002325") {
		t.Errorf("without proof of key: %v", answer)
	}
	code := r.code("redirect_uri", "https://spa.contoso.example/", "code_challenge", plain)
	body := form("grant_type", "authorization_code", "client_id", r.appID(), "code", code, "redirect_uri", "https://spa.contoso.example/", "code_verifier", plain)
	path := "/" + tenantID + "/oauth2/v2.0/token"
	if got := r.do(http.MethodPost, path, body); got.code() != 9002327 {
		t.Errorf("without origin: %s", got.body)
	}
	got := r.do(http.MethodPost, path, body, origins("https://spa.contoso.example"))
	if got.status != 200 || got.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Fatalf("with origin: %s", got.body)
	}
	refresh := form("grant_type", "refresh_token", "client_id", r.appID(), "refresh_token", got.text("refresh_token"))
	r.clock.Advance(23 * time.Hour)
	next := r.do(http.MethodPost, path, refresh, origins("https://spa.contoso.example"))
	if next.status != 200 {
		t.Fatalf("refresh: %s", next.body)
	}
	refresh.Set("refresh_token", next.text("refresh_token"))
	r.clock.Advance(2 * time.Hour)
	if got := r.do(http.MethodPost, path, refresh, origins("https://spa.contoso.example")); got.code() != 700084 {
		t.Errorf("the 24 hours are carried over: %s", got.body)
	}
	native := r.code("prompt", "login")
	if got := r.do(http.MethodPost, path, form("grant_type", "authorization_code", "client_id", r.appID(), "code", native, "redirect_uri", "http://localhost:4711"), origins("https://evil.example")); got.code() != 9002326 {
		t.Errorf("origin on another platform: %s", got.body)
	}
}

func TestAuthorizeErrorsStayOnThePageOrGoBack(t *testing.T) {
	r := newRig(t)
	for name, each := range map[string]struct {
		pairs []string
		code  string
	}{
		"redirect": {[]string{"redirect_uri", "https://evil.example/"}, "AADSTS50011"}, "client": {[]string{"client_id", role("0")}, "AADSTS700016"},
		"no client": {[]string{"client_id", ""}, "AADSTS900144"}, "path of localhost": {[]string{"redirect_uri", "http://localhost:1/other"}, "AADSTS50011"},
	} {
		got := r.authorize(each.pairs...)
		if got.status != 400 || !strings.Contains(got.body, each.code) || got.header.Get("Location") != "" {
			t.Errorf("%s: %d %.600s", name, got.status, got.body)
		}
	}
	for name, each := range map[string]struct {
		pairs []string
		oauth string
		code  string
	}{
		"response type": {[]string{"response_type", "banana"}, "unsupported_response_type", "AADSTS7000110"},
		"implicit":      {[]string{"response_type", "id_token", "nonce", "n", "response_mode", "form_post"}, "", "AADSTS700054"},
		"nobody":        {[]string{"prompt", "none"}, "login_required", "AADSTS50058"},
		"scope":         {[]string{"scope", "api://nowhere/x"}, "invalid_resource", "AADSTS500011"},
		"no scope":      {[]string{"scope", ""}, "invalid_request", "AADSTS900144"},
	} {
		got := r.authorize(each.pairs...)
		if each.oauth == "" {
			if !strings.Contains(got.body, each.code) {
				t.Errorf("%s: %.300s", name, got.body)
			}
			continue
		}
		_, answer := got.location()
		if answer.Get("error") != each.oauth || !strings.Contains(answer.Get("error_description"), each.code) || answer.Get("state") != "xyz" {
			t.Errorf("%s: %v", name, answer)
		}
	}
	_, answer := r.submit(r.authorize(), "cancel", "1").location()
	if answer.Get("error") != "access_denied" || answer.Get("error_subcode") != "cancel" {
		t.Errorf("cancel: %v", answer)
	}
}

func TestPagesAreClosedToScriptsAndFrames(t *testing.T) {
	r := newRig(t)
	page := r.authorize("login_hint", `"><script>alert(1)</script>`)
	policy := page.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self' http://localhost:4711"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%s is missing in %s", want, policy)
		}
	}
	if strings.Contains(page.body, "<script") {
		t.Error("the page has a script")
	}
	for _, want := range []string{`<html lang="en">`, `<label for="i0116">`, `<label for="i0118">`, `autocomplete="current-password"`, "<h1>"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestFormPostAnswers(t *testing.T) {
	r := newRig(t)
	r.consent()
	page := r.signIn(r.authorize("response_mode", "form_post"), "ada")
	if page.status != 200 || !strings.Contains(page.body, `action="http://localhost:4711"`) || !strings.Contains(page.body, `name="code"`) || !strings.Contains(page.body, `name="state" value="xyz"`) {
		t.Errorf("got %d %.900s", page.status, page.body)
	}
}

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
