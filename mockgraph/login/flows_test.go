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
