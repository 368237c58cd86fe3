package login_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestDiscoveryNamesEveryEndpointOnTheOriginOfTheRequest(t *testing.T) {
	r := newRig(t)
	for _, each := range []struct{ name, base, path, issuer, token string }{
		{"own origin", origin, tenantID, origin + "/" + tenantID + "/v2.0", origin + "/" + tenantID + "/oauth2/v2.0/token"},
		{"by domain in any case", origin, "CONTOSO.example", origin + "/" + tenantID + "/v2.0", origin + "/" + tenantID + "/oauth2/v2.0/token"},
		{"real name", realHost, tenantID, realHost + "/" + tenantID + "/v2.0", realHost + "/" + tenantID + "/oauth2/v2.0/token"},
		{"real name with its port", realHost + ":443", tenantID, realHost + "/" + tenantID + "/v2.0", realHost + "/" + tenantID + "/oauth2/v2.0/token"},
		{"common", realHost, "common", realHost + "/{tenantid}/v2.0", realHost + "/common/oauth2/v2.0/token"},
		{"consumers", realHost, "consumers", realHost + "/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", realHost + "/consumers/oauth2/v2.0/token"},
		{"region", "https://westus2.login.microsoft.com", tenantID, realHost + "/" + tenantID + "/v2.0", realHost + "/" + tenantID + "/oauth2/v2.0/token"},
		{"other cloud", "https://login.microsoftonline.us", tenantID, "https://login.microsoftonline.us/" + tenantID + "/v2.0", "https://login.microsoftonline.us/" + tenantID + "/oauth2/v2.0/token"},
	} {
		t.Run(each.name, func(t *testing.T) {
			doc := r.get(each.base + "/" + each.path + "/v2.0/.well-known/openid-configuration").json()
			if doc["issuer"] != each.issuer || doc["token_endpoint"] != each.token {
				t.Errorf("issuer %v, token_endpoint %v", doc["issuer"], doc["token_endpoint"])
			}
		})
	}
}

func TestDiscoveryV1HasTheIssuerOfTheSecurityTokenService(t *testing.T) {
	doc := newRig(t).get(realHost + "/" + tenantID + "/.well-known/openid-configuration").json()
	if doc["issuer"] != "https://sts.windows.net/"+tenantID+"/" || doc["token_endpoint"] != realHost+"/"+tenantID+"/oauth2/token" || doc["jwks_uri"] != realHost+"/common/discovery/keys" {
		t.Errorf("got %v", doc)
	}
}

func TestUnknownTenantFailsAtMetadata(t *testing.T) {
	r := newRig(t)
	for path, want := range map[string]int{"fabrikam.example": 90002, "22222222-2222-2222-2222-222222222222": 90002, "nodots": 900023} {
		got := r.get("/" + path + "/v2.0/.well-known/openid-configuration")
		if got.status != 400 || got.code() != want {
			t.Errorf("%s: status %d, code %d", path, got.status, got.code())
		}
		if want == 90002 && got.text("error") != "invalid_tenant" {
			t.Errorf("%s: error %q", path, got.text("error"))
		}
	}
}

func TestKeysAreSeveralAndTheOneInUseIsNotTheFirst(t *testing.T) {
	r := newRig(t)
	keys, _ := r.get("/" + tenantID + "/discovery/v2.0/keys").json()["keys"].([]any)
	if len(keys) < 2 {
		t.Fatalf("%d keys", len(keys))
	}
	kid := decode(t, r.appToken().text("access_token"), 0)["kid"]
	for i, each := range keys {
		key := each.(map[string]any)
		if key["kid"] != key["x5t"] || key["kty"] != "RSA" || key["e"] != "AQAB" || key["issuer"] != origin+"/"+tenantID+"/v2.0" {
			t.Errorf("key %d is %v", i, key)
		}
		if (key["kid"] == kid) != (i == len(keys)-1) {
			t.Errorf("key %d: kid in use %v", i, key["kid"] == kid)
		}
	}
	v1, _ := r.get("/common/discovery/keys").json()["keys"].([]any)
	if _, has := v1[0].(map[string]any)["issuer"]; has {
		t.Error("v1 keys name an issuer")
	}
}

func TestInstanceDiscoveryKnowsMicrosoftAndItself(t *testing.T) {
	r := newRig(t)
	for _, each := range []struct {
		name, base, endpoint string
		status               int
	}{
		{"real", realHost, "https://login.microsoftonline.com/" + tenantID + "/oauth2/v2.0/authorize", 200},
		{"own origin", origin, origin + "/" + tenantID + "/oauth2/v2.0/authorize", 200},
		{"own origin, asked of the real name", realHost, origin + "/" + tenantID + "/oauth2/v2.0/authorize", 200},
		{"stranger", realHost, "https://evil.example/" + tenantID, 400},
		{"none", realHost, "", 400},
	} {
		t.Run(each.name, func(t *testing.T) {
			got := r.get(each.base + "/common/discovery/instance?api-version=1.1&authorization_endpoint=" + each.endpoint)
			if got.status != each.status {
				t.Fatalf("status %d: %s", got.status, got.body)
			}
			if each.status != 200 {
				if got.text("error") != "invalid_instance" || got.code() != 50049 {
					t.Errorf("got %s", got.body)
				}
				return
			}
			if !strings.HasSuffix(got.text("tenant_discovery_endpoint"), "/"+tenantID+"/v2.0/.well-known/openid-configuration") {
				t.Errorf("endpoint %q", got.text("tenant_discovery_endpoint"))
			}
		})
	}
}

func TestUserRealmOfAPasswordUserIsManaged(t *testing.T) {
	r := newRig(t)
	got := r.get("/common/UserRealm/ada@" + domain + "?api-version=1.0").json()
	want := map[string]any{"ver": "1.0", "account_type": "Managed", "domain_name": domain, "cloud_instance_name": "microsoftonline.com", "cloud_audience_urn": "urn:federation:MicrosoftOnline"}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %v, want %v", name, got[name], value)
		}
	}
}

func TestWhatIsNotBuiltAnswers501NamingItself(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/" + tenantID + "/saml2", "/" + tenantID + "/wsfed", "/common/GetCredentialType", "/" + tenantID, "/", "/" + tenantID + "/oauth2/v9.9/token"} {
		got := r.get(path)
		if got.status != http.StatusNotImplemented || !strings.Contains(got.body, path) {
			t.Errorf("%s: status %d, %s", path, got.status, got.body)
		}
	}
}

func TestHostHeaderThatIsNoHostStaysOutOfDocuments(t *testing.T) {
	r := newRig(t)
	got := r.do(http.MethodGet, "/"+tenantID+"/v2.0/.well-known/openid-configuration", nil, func(q *http.Request) { q.Host = `evil"/><script>` })
	if strings.Contains(got.body, "script") {
		t.Error("the host is repeated")
	}
}
