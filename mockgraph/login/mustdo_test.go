package login_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What unmodified clients have been seen to need, one test each, in the order in which the clients meet it.

func TestClientsNeedEveryURLInDocumentsToBeHTTPS(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/.well-known/openid-configuration", "/v2.0/.well-known/openid-configuration"} {
		if body := r.get("/" + tenantID + path).body; strings.Contains(body, "http://") {
			t.Errorf("%s: %s", path, body)
		}
	}
}

func TestClientsNeedBothAccessModes(t *testing.T) {
	r := newRig(t)
	for _, base := range []string{origin, realHost, "https://login.windows.net", "https://login.microsoftonline.com:18443"} {
		r.base = base
		if got := r.appToken(); got.status != 200 {
			t.Errorf("%s: %s", base, got.body)
		}
	}
}

func TestClientsNeedTheBaseOfTheRequestInEveryURL(t *testing.T) {
	r := newRig(t)
	if body := r.get("/" + tenantID + "/v2.0/.well-known/openid-configuration").body; strings.Contains(body, "login.microsoftonline.com") {
		t.Errorf("own origin names the real host: %s", body)
	}
	if body := r.get(realHost + "/" + tenantID + "/v2.0/.well-known/openid-configuration").body; strings.Contains(body, "127.0.0.1") {
		t.Errorf("real name shows the origin: %s", body)
	}
}

func TestClientsNeedPathsWithoutLetterCase(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/common/UserRealm/ada@" + domain, "/common/userrealm/ada@" + domain, "/Contoso.Example/V2.0/.Well-Known/OpenID-Configuration"} {
		if got := r.get(path); got.status != 200 {
			t.Errorf("%s: status %d", path, got.status)
		}
	}
}

func TestClientsNeedDoubledSlashesToMeanOne(t *testing.T) {
	r := newRig(t)
	got := r.do(http.MethodPost, origin+"//"+tenantID+"//oauth2/v2.0/token", form("grant_type", "client_credentials", "client_id", r.appID(), "client_secret", r.secret, "scope", graphURL+"/.default"))
	if got.status != 200 {
		t.Errorf("status %d: %s", got.status, got.body)
	}
}

func TestClientsNeedUnknownQueryParametersIgnored(t *testing.T) {
	r := newRig(t)
	got := r.do(http.MethodPost, "/"+tenantID+"/oauth2/v2.0/token?client-request-id=abc&x=1", form("grant_type", "client_credentials", "client_id", r.appID(), "client_secret", r.secret, "scope", graphURL+"/.default"))
	if got.status != 200 {
		t.Errorf("status %d: %s", got.status, got.body)
	}
	if got := r.get("/" + tenantID + "/v2.0/.well-known/openid-configuration?"); got.status != 200 {
		t.Errorf("bare question mark: status %d", got.status)
	}
}

func TestClientsNeedTheShortNameOfTheDeviceGrant(t *testing.T) {
	r := newRig(t)
	device := r.device("User.Read")
	for _, name := range []string{"device_code", "urn:ietf:params:oauth:grant-type:device_code"} {
		if got := r.token("grant_type", name, "client_id", r.appID(), "device_code", device.text("device_code")); got.code() != 70016 {
			t.Errorf("%s: %s", name, got.body)
		}
	}
}

func TestClientsNeedOIDCScopesToleratedInClientCredentials(t *testing.T) {
	if got := newRig(t).appToken("scope", graphURL+"/.default openid offline_access profile"); got.status != 200 {
		t.Errorf("got %s", got.body)
	}
}

func TestClientsNeedTheScopeInTheirOwnSpelling(t *testing.T) {
	r := newRig(t)
	r.consent()
	for asked, want := range map[string][]string{
		"User.Read openid profile offline_access": {"User.Read", "profile", "openid"},
		"user.read openid":                        {"user.read", "openid"},
		graphURL + "/User.Read":                   {graphURL + "/User.Read"},
		graphURL + "/.default":                    {graphURL + "/User.Read", graphURL + "/.default"},
	} {
		got := r.ropc(asked)
		if got.status != 200 || got.text("scope") != strings.Join(want, " ") {
			t.Errorf("%s: scope %q, %.200s", asked, got.json()["scope"], got.body)
		}
	}
	if _, has := r.appToken().json()["scope"]; has {
		t.Error("an application's answer has a scope")
	}
}

func TestClientsNeedLifetimeAndTypeOfTheToken(t *testing.T) {
	r := newRig(t)
	got := r.appToken().json()
	if got["expires_in"] != 3599.0 || got["ext_expires_in"] != 3599.0 || got["token_type"] != "Bearer" || len(got) != 4 {
		t.Errorf("got %d members: %v %v %v", len(got), got["expires_in"], got["ext_expires_in"], got["token_type"])
	}
}

func TestClientsNeedClientInfoWhenTheyAskForIt(t *testing.T) {
	r := newRig(t)
	r.consent()
	text, err := base64.RawURLEncoding.DecodeString(r.ropc("User.Read openid").text("client_info"))
	if err != nil || string(text) != `{"uid":"`+r.ada.ID()+`","utid":"`+tenantID+`"}` {
		t.Errorf("got %q, %v", text, err)
	}
	if got := r.ropc("User.Read openid", "client_info", "0").text("client_info"); got != "" {
		t.Errorf("unasked: %q", got)
	}
}

func TestClientsNeedTheAudienceAsStringAndTimesAsIntegers(t *testing.T) {
	r := newRig(t)
	r.consent()
	parts := strings.Split(r.ropc("User.Read openid profile").text("id_token"), ".")
	text, _ := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Audience string `json:"aud"`
		IssuedAt int64  `json:"iat"`
		Expires  int64  `json:"exp"`
		Before   int64  `json:"nbf"`
	}
	if err := json.Unmarshal(text, &claims); err != nil || claims.Audience != r.appID() || claims.Expires != start.Unix()+3600 {
		t.Errorf("%v in %s", err, text)
	}
}

func TestClientsNeedTheFourMembersOfDiscovery(t *testing.T) {
	doc := newRig(t).get("/" + tenantID + "/v2.0/.well-known/openid-configuration").json()
	for _, name := range []string{"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"} {
		if s, _ := doc[name].(string); s == "" {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestClientsNeedAnIssuerOnTheAuthoritysHost(t *testing.T) {
	r := newRig(t)
	for _, base := range []string{origin, realHost} {
		u, err := url.Parse(r.get(base + "/" + tenantID + "/v2.0/.well-known/openid-configuration").text("issuer"))
		if err != nil || "https://"+u.Host != base {
			t.Errorf("%s: issuer %v", base, u)
		}
	}
}

func TestClientsDeriveTheDeviceEndpointFromTheTokenEndpoint(t *testing.T) {
	doc := newRig(t).get("/" + tenantID + "/v2.0/.well-known/openid-configuration")
	if got := strings.ReplaceAll(doc.text("token_endpoint"), "token", "devicecode"); got != doc.text("device_authorization_endpoint") {
		t.Errorf("derived %s", got)
	}
}

func TestClientsTakeTheFirstSegmentForTheTenant(t *testing.T) {
	doc := newRig(t).get("/" + tenantID + "/v2.0/.well-known/openid-configuration")
	for _, name := range []string{"token_endpoint", "authorization_endpoint"} {
		if u, err := url.Parse(doc.text(name)); err != nil || !strings.HasPrefix(u.Path, "/"+tenantID+"/") {
			t.Errorf("%s: %v", name, u)
		}
	}
}

func TestClientsNeedBasicAuthenticationFormDecoded(t *testing.T) {
	r := newRig(t)
	body := form("grant_type", "client_credentials", "scope", graphURL+"/.default")
	with := func(secret string) func(*http.Request) {
		return func(q *http.Request) { q.SetBasicAuth(url.QueryEscape(r.appID()), secret) }
	}
	if got := r.do(http.MethodPost, "/"+tenantID+"/oauth2/v2.0/token", body, with(strings.ReplaceAll(url.QueryEscape(r.secret), "~", "%7E"))); got.status != 200 {
		t.Errorf("encoded: %s", got.body)
	}
	if got := r.do(http.MethodPost, "/"+tenantID+"/oauth2/v2.0/token", body, with("wrong")); got.code() != 7000215 {
		t.Errorf("wrong: %s", got.body)
	}
	if got := r.do(http.MethodPost, "/"+tenantID+"/oauth2/v2.0/token", body, with("%zz")); got.code() != 9002313 {
		t.Errorf("malformed: %s", got.body)
	}
}

func TestClientsNeed401ForTheClientAnd400ForTheRest(t *testing.T) {
	r := newRig(t)
	for name, each := range map[string]struct {
		got    reply
		status int
		oauth  string
	}{
		"secret":  {r.appToken("client_secret", "wrong"), 401, "invalid_client"},
		"scope":   {r.appToken("scope", "User.Read"), 400, "invalid_scope"},
		"grant":   {r.appToken("grant_type", "magic"), 400, "unsupported_grant_type"},
		"pending": {r.token("grant_type", "device_code", "client_id", r.appID(), "device_code", r.device("User.Read").text("device_code")), 400, "authorization_pending"},
	} {
		if each.got.status != each.status || each.got.text("error") != each.oauth {
			t.Errorf("%s: %d %s", name, each.got.status, each.got.body)
		}
	}
}

func TestClientsNeverRetry501(t *testing.T) {
	if got := newRig(t).token("grant_type", "urn:ietf:params:oauth:grant-type:saml2-bearer", "client_id", "x"); got.status != http.StatusNotImplemented {
		t.Errorf("status %d", got.status)
	}
}
