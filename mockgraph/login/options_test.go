package login_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func headers(pairs ...string) func(*http.Request) {
	return func(r *http.Request) {
		for i := 0; i+1 < len(pairs); i += 2 {
			r.Header.Set(pairs[i], pairs[i+1])
		}
	}
}

func TestOptionsDecideWhatIsUncertain(t *testing.T) {
	if got := newRig(t, login.WithHiddenAccounts()).ropc("User.Read", "username", "eve@"+domain); got.code() != 50126 {
		t.Errorf("hidden accounts: %s", got.body)
	}
	looping := newRig(t, login.WithLoopDetection(3))
	for range 3 {
		if got := looping.appToken(); got.status != 200 {
			t.Fatalf("early: %s", got.body)
		}
	}
	if got := looping.appToken(); got.code() != 50196 {
		t.Errorf("loop: %s", got.body)
	}
	looping.clock.Advance(6 * time.Minute)
	if got := looping.appToken(); got.status != 200 {
		t.Errorf("after five minutes: %s", got.body)
	}
	unlocked := newRig(t, login.WithLockout(0, 0))
	unlocked.consent()
	for range 12 {
		unlocked.ropc("User.Read", "password", "no")
	}
	if got := unlocked.ropc("User.Read"); got.status != 200 {
		t.Errorf("lockout: %s", got.body)
	}
	short := newRig(t, login.WithLifetimes(login.Lifetimes{AccessToken: 10 * time.Minute}))
	if got := short.appToken().json()["expires_in"]; got != 599.0 {
		t.Errorf("lifetime: %v", got)
	}
	if got := newRig(t, login.WithDeviceInterval(5*time.Second)).device("User.Read").json()["interval"]; got != 5.0 {
		t.Errorf("interval: %v", got)
	}
	if got := newRig(t, login.WithBase("https://login.local/")).get("/" + tenantID + "/v2.0/.well-known/openid-configuration").text("issuer"); got != "https://login.local/"+tenantID+"/v2.0" {
		t.Errorf("base: %s", got)
	}
	if got := newRig(t, login.WithTenant(role("f"), "Fabrikam", "fabrikam.example")).get("/fabrikam.example/v2.0/.well-known/openid-configuration").text("issuer"); !strings.Contains(got, role("f")) {
		t.Errorf("tenant: %s", got)
	}
	roles := newRig(t, login.WithDirectoryRoles(func(string) []string { return []string{globalAdmin} }))
	if page := roles.signIn(roles.get("/"+tenantID+"/adminconsent?client_id="+roles.appID()+"&redirect_uri=http://localhost:1"), "ada"); !strings.Contains(page.body, "Permissions requested") {
		t.Errorf("roles: %.300s", page.body)
	}
}

func TestFirstPartyClientsNeedNoRegistration(t *testing.T) {
	const cli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
	r := newRig(t)
	for scope, want := range map[string]string{graphURL + "/.default": graphURL, "User.Read": graphID, "https://management.core.windows.net//.default": "https://management.core.windows.net/"} {
		got := r.ropc(scope, "client_id", cli)
		if got.status != 200 || got.claims("access_token")["aud"] != want {
			t.Errorf("%s: %s", scope, got.body)
		}
	}
	if got := newRig(t, login.WithoutFirstPartyClients()).ropc("User.Read", "client_id", cli); got.code() != 700016 {
		t.Errorf("forgotten: %s", got.body)
	}
}

func TestMintNeedsNoCredentials(t *testing.T) {
	r := newRig(t)
	text, err := r.host.Mint(login.Grant{ClientID: r.appID(), Roles: []string{"Directory.ReadWrite.All"}})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := r.host.Verify(text); err != nil || !c.AppOnly || !c.ForGraph() || strings.Join(c.Roles, "") != "Directory.ReadWrite.All" {
		t.Errorf("application: %+v, %v", c, err)
	}
	text, err = r.host.Mint(login.Grant{ClientID: r.appID(), UserID: "ada@" + domain, Scopes: []string{"User.Read"}, Lifetime: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := r.host.Verify(text); err != nil || c.AppOnly || c.ObjectID != r.ada.ID() || !c.ExpiresAt.Equal(start.Add(time.Minute)) {
		t.Errorf("user: %+v, %v", c, err)
	}
	var refused *login.Error
	if _, err := r.host.Mint(login.Grant{ClientID: role("0")}); !errors.As(err, &refused) || refused.Code != 700016 {
		t.Errorf("unknown client: %v", err)
	}
}

func TestIssuersAreFetchedOverHTTPS(t *testing.T) {
	r := newRig(t)
	server := httptest.NewTLSServer(r.host)
	defer server.Close()
	fetcher := login.HTTPIssuers(server.Client())
	if keys, err := fetcher(t.Context(), server.URL+"/"+tenantID+"/v2.0"); err != nil || len(keys.Keys) < 2 {
		t.Errorf("%d keys, %v", len(keys.Keys), err)
	}
	for name, issuer := range map[string]string{"plain http": "http://127.0.0.1/x", "missing": server.URL + "/nowhere.example", "another name": server.URL + "/" + domain + "/v2.0"} {
		if _, err := fetcher(t.Context(), issuer); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := fetcher(ended, server.URL+"/"+tenantID+"/v2.0"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestACodeIsRedeemedOnceHoweverManyTry(t *testing.T) {
	r := newRig(t)
	code := r.code()
	var wait sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 16 {
		wait.Go(func() {
			request := httptest.NewRequest(http.MethodPost, origin+"/"+tenantID+"/oauth2/v2.0/token", strings.NewReader(form(
				"grant_type", "authorization_code", "client_id", r.appID(), "code", code, "redirect_uri", "http://localhost:4711").Encode()))
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			recorder := httptest.NewRecorder()
			r.host.ServeHTTP(recorder, request)
			mu.Lock()
			defer mu.Unlock()
			if recorder.Code == http.StatusOK {
				won++
			}
		})
	}
	wait.Wait()
	if won != 1 {
		t.Errorf("%d redeemed it", won)
	}
}

func TestGroupsStandInTokensUntilThereAreTooMany(t *testing.T) {
	r := newRig(t)
	r.consent()
	if _, err := r.dir.Update(r.app.ID(), directory.Properties{"groupMembershipClaims": "SecurityGroup"}); err != nil {
		t.Fatal(err)
	}
	add := func(name string) {
		t.Helper()
		g := must[*directory.Object](t)(r.dir.Create(directory.Group, directory.Properties{"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true}))
		if err := r.dir.AddMember(g.ID(), r.ada.ID()); err != nil {
			t.Fatal(err)
		}
	}
	add("first")
	if got := r.ropc("User.Read openid").claims("id_token")["groups"]; len(got.([]any)) != 1 {
		t.Errorf("groups %v", got)
	}
	for i := range 200 {
		add("g" + string(rune('a'+i/26)) + string(rune('a'+i%26)))
	}
	claims := r.ropc("User.Read openid").claims("id_token")
	if claims["groups"] != nil || claims["_claim_names"].(map[string]any)["groups"] != "src1" {
		t.Errorf("overage: %v", claims["_claim_names"])
	}
}

func TestImplicitAndHybridAnswers(t *testing.T) {
	r := newRig(t)
	r.consent()
	if _, err := r.dir.Update(r.app.ID(), directory.Properties{"web": directory.WebApplication{
		RedirectURIs: []string{"https://app.contoso.example/auth"}, ImplicitGrantSettings: directory.ImplicitGrantSettings{EnableIDTokenIssuance: true, EnableAccessTokenIssuance: true},
	}}); err != nil {
		t.Fatal(err)
	}
	u, _ := r.signIn(r.authorize("response_type", "code id_token token", "nonce", "n", "redirect_uri", "https://app.contoso.example/auth"), "ada").location()
	for _, want := range []string{"code=", "id_token=", "access_token=", "state=xyz", "expires_in=3599"} {
		if !strings.Contains(u.Fragment, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if u.RawQuery != "" {
		t.Error("tokens stand in the query")
	}
}

func TestUserinfoAndVersion1Devices(t *testing.T) {
	r := newRig(t)
	r.consent()
	token := r.ropc("User.Read openid").text("access_token")
	got := r.do(http.MethodGet, "/oidc/userinfo", nil, headers("Authorization", "Bearer "+token))
	if got.text("name") != "Ada" || got.text("email") != "ada@"+domain {
		t.Errorf("userinfo: %s", got.body)
	}
	if got := r.do(http.MethodGet, "/"+tenantID+"/openid/userinfo", nil); got.status != http.StatusUnauthorized {
		t.Errorf("without token: %d", got.status)
	}
	device := r.do(http.MethodPost, "/"+tenantID+"/oauth2/devicecode", form("client_id", r.appID(), "resource", graphURL))
	if device.text("verification_url") == "" || device.text("expires_in") != "900" {
		t.Errorf("device: %s", device.body)
	}
}

// Nothing a client sends as a credential comes back in an answer.
func TestCredentialsNeverComeBack(t *testing.T) {
	r := newRig(t)
	const marker = "S3cr3t-Marker-Value"
	for _, grant := range []string{"client_credentials", "password", "authorization_code", "refresh_token", "device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer", ""} {
		for _, id := range []string{r.appID(), role("0"), ""} {
			for _, which := range []string{"client_secret", "password", "code", "refresh_token", "device_code", "assertion", "client_assertion", "code_verifier"} {
				body := form("grant_type", grant, "client_id", id, "scope", "User.Read", "username", "ada@"+domain, "password", "x", "code", "x",
					"refresh_token", "x", "device_code", "x", "assertion", "x", "requested_token_use", "on_behalf_of", "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
				body.Set(which, marker)
				if got := r.do(http.MethodPost, "/"+tenantID+"/oauth2/v2.0/token", body); strings.Contains(got.body, marker) || got.status == http.StatusOK {
					t.Errorf("%s, %s: %d %s", grant, which, got.status, got.body)
				}
			}
		}
	}
}
