package mockgraph_test

import (
	"bufio"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // the thumbprint clients name certificates by
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// What unmodified clients have been seen to need of the login host, one test each, of the whole tenant behind real sockets. Package
// login has tests of the details.

func TestMustDo01_EverythingIsHTTPS(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for _, authority := range []string{d.own, d.real} {
		if text := d.discovery(authority).text; strings.Contains(text, "http://") || !strings.Contains(text, `"token_endpoint":"https://`) {
			t.Errorf("%s: %s", authority, text)
		}
	}
	if !strings.HasPrefix(d.server.URL, "https://") {
		t.Errorf("the tenant listens on %s", d.server.URL)
	}
}

func TestMustDo02_BothWaysInWork(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for authority, graph := range map[string]string{d.own: d.server.URL, d.real: "https://graph.microsoft.com"} {
		token := d.want(d.do("POST", authority+"/oauth2/v2.0/token", d.machine()), 200).str("access_token")
		d.want(d.do("GET", graph+"/v1.0/users", nil, "Authorization", "Bearer "+token), 200)
	}
}

func TestMustDo03_DocumentsNameTheHostThatWasAsked(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	if text := d.discovery(d.own).text; strings.Contains(text, "login.microsoftonline.com") || !strings.Contains(text, d.server.URL) {
		t.Errorf("own origin: %s", text)
	}
	if text := d.discovery(d.real).text; strings.Contains(text, "127.0.0.1") {
		t.Errorf("Microsoft's name: %s", text)
	}
	token := d.do("POST", d.own+"/oauth2/v2.0/token", d.machine()).str("access_token")
	for base, other := range map[string]string{d.server.URL: "graph.microsoft.com", "https://graph.microsoft.com": "127.0.0.1"} {
		list := d.want(d.do("GET", base+"/v1.0/servicePrincipals?$top=1", nil, "Authorization", token), 403)
		if strings.Contains(list.text, other) {
			t.Errorf("%s names %s: %s", base, other, list.text)
		}
		page := d.want(d.do("GET", base+"/v1.0/users?$top=1", nil, "Authorization", token), 200)
		if !strings.HasPrefix(page.str("@odata.context"), base+"/") {
			t.Errorf("%s: %s", base, page.text)
		}
	}
}

func TestMustDo04_LetterCaseOfPathsDoesNotMatter(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for _, path := range []string{"/common/UserRealm/admin@contoso.onmicrosoft.com?api-version=1.0", "/common/userrealm/admin@contoso.onmicrosoft.com?api-version=1.0", "/Contoso.OnMicrosoft.com/V2.0/.well-known/OpenID-Configuration"} {
		d.want(d.do("GET", d.server.URL+path, nil), 200)
	}
	d.want(d.do("POST", d.server.URL+"/CONTOSO.onmicrosoft.com/OAuth2/v2.0/Token", d.machine()), 200)
}

func TestMustDo05_DoubledSlashesAreNotRedirected(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.want(d.do("POST", d.server.URL+"//"+d.tenant.ID()+"/oauth2/v2.0/token", d.machine()), 200)
}

func TestMustDo06_UnknownQueryParametersAreIgnored(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.want(d.do("POST", d.own+"/oauth2/v2.0/token?client-request-id=abc", d.machine()), 200)
	d.want(d.do("GET", d.own+"/v2.0/.well-known/openid-configuration?", nil), 200)
}

func TestMustDo07_TheDeviceGrantHasTwoNames(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	code := d.want(d.do("POST", d.own+"/oauth2/v2.0/devicecode", form("client_id", d.app.ID, "scope", "User.Read openid")), 200).str("device_code")
	for _, name := range []string{"device_code", "urn:ietf:params:oauth:grant-type:device_code"} {
		if got := d.do("POST", d.own+"/oauth2/v2.0/token", form("grant_type", name, "client_id", d.app.ID, "device_code", code)); got.str("error") != "authorization_pending" {
			t.Errorf("%s: %s", name, got.text)
		}
	}
}

func TestMustDo08_ClientCredentialsTolerateOIDCScopes(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.want(d.do("POST", d.own+"/oauth2/v2.0/token", d.machine("scope", "https://graph.microsoft.com/.default openid offline_access profile")), 200)
}

func TestMustDo09_ScopesComeBackAsTheyWereSpelled(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for asked, want := range map[string][]string{
		"User.Read openid": {"User.Read"}, "user.read": {"user.read"}, "https://graph.microsoft.com/User.Read": {"https://graph.microsoft.com/User.Read"},
		"https://graph.microsoft.com/.default": {"https://graph.microsoft.com/.default", "https://graph.microsoft.com/User.Read"},
	} {
		got := strings.Fields(d.want(d.person(asked), 200).str("scope"))
		for _, scope := range want {
			if !slices.Contains(got, scope) {
				t.Errorf("%s: scope is %q, want %s in it", asked, got, scope)
			}
		}
	}
	if got := d.do("POST", d.own+"/oauth2/v2.0/token", d.machine()); got.json["scope"] != nil {
		t.Errorf("client credentials are told a scope: %v", got.json["scope"])
	}
}

func TestMustDo10_TokensSayHowLongTheyLive(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for name, got := range map[string]said{"application": d.do("POST", d.own+"/oauth2/v2.0/token", d.machine()), "user": d.person("User.Read openid")} {
		if life, _ := got.json["expires_in"].(float64); life < 3000 || got.str("token_type") != "Bearer" {
			t.Errorf("%s: expires_in %v, token_type %v", name, got.json["expires_in"], got.json["token_type"])
		}
	}
}

func TestMustDo11_ClientInfoComesWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	admin, _ := d.tenant.Directory().Snapshot().Lookup(directory.User, "userPrincipalName", "admin@contoso.onmicrosoft.com")
	text, err := base64.RawURLEncoding.DecodeString(d.person("User.Read openid", "client_info", "1").str("client_info"))
	if err != nil || string(text) != `{"uid":"`+admin.ID()+`","utid":"`+d.tenant.ID()+`"}` {
		t.Errorf("client_info is %s, %v", text, err)
	}
}

func TestMustDo12_TheIDTokenHasAStringForAnAudienceAndIntegersForTimes(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	parts := strings.Split(d.person("User.Read openid profile").str("id_token"), ".")
	if len(parts) != 3 {
		t.Fatal("there is no id_token")
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Audience string `json:"aud"`
		Issued   int64  `json:"iat"`
		Expires  int64  `json:"exp"`
		Before   int64  `json:"nbf"`
	}
	if err := json.Unmarshal(text, &claims); err != nil || claims.Audience != d.app.ID || claims.Issued == 0 || claims.Expires <= claims.Before {
		t.Errorf("%s: %v", text, err)
	}
}

func TestMustDo13_DiscoveryHasItsFourMembers(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	document := d.discovery(d.own)
	for _, name := range []string{"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"} {
		if document.str(name) == "" {
			t.Errorf("%s is missing: %s", name, document.text)
		}
	}
	d.want(d.do("GET", document.str("jwks_uri"), nil), 200)
}

func TestMustDo14_TheIssuerIsOneClientsKnow(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for authority, known := range map[string][]string{d.own: {d.server.URL + "/"}, d.real: {"https://login.microsoftonline.com/", "https://sts.windows.net/"}} {
		issuer := d.discovery(authority).str("issuer")
		if !slices.ContainsFunc(known, func(prefix string) bool { return strings.HasPrefix(issuer, prefix) }) {
			t.Errorf("%s: issuer %s", authority, issuer)
		}
	}
}

func TestMustDo15_TheDeviceEndpointIsWhereClientsDeriveIt(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for _, authority := range []string{d.own, d.real} {
		derived := strings.ReplaceAll(d.discovery(authority).str("token_endpoint"), "token", "devicecode")
		d.want(d.do("POST", derived, form("client_id", d.app.ID, "scope", "User.Read")), 200)
	}
}

func TestMustDo16_TheTenantIsTheFirstSegment(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	for _, name := range []string{"token_endpoint", "authorization_endpoint", "issuer"} {
		u, err := url.Parse(d.discovery(d.own).str(name))
		if err != nil || !strings.HasPrefix(u.Path, "/"+d.tenant.ID()+"/") {
			t.Errorf("%s is %v", name, u)
		}
	}
}

// TestMustDo17_CertificatesAreNamedInManyWays: by MSAL Go, MSAL for Java and go-azure-sdk, each in its own.
func TestMustDo17_CertificatesAreNamedInManyWays(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "client"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.tenant.Directory().Update(d.app.ObjectID, directory.Properties{"keyCredentials": []directory.KeyCredential{
		{KeyID: nobody, Type: "AsymmetricX509Cert", Usage: "Verify", Key: der, StartDateTime: now.Add(-time.Hour), EndDateTime: now.Add(time.Hour)},
	}}); err != nil {
		t.Fatal(err)
	}
	one, two := sha1.Sum(der), sha256.Sum256(der)
	for name, header := range map[string]map[jose.HeaderKey]any{
		"x5t#S256 in padded base64": {"x5t#S256": base64.StdEncoding.EncodeToString(two[:])}, "x5t#S256 in base64url": {"x5t#S256": base64.RawURLEncoding.EncodeToString(two[:])},
		"x5t": {"x5t": base64.RawURLEncoding.EncodeToString(one[:])}, "kid": {"kid": base64.URLEncoding.EncodeToString(one[:])}, "x5c": {"x5c": []string{base64.StdEncoding.EncodeToString(der)}},
	} {
		for _, algorithm := range []jose.SignatureAlgorithm{jose.PS256, jose.RS256} {
			assertion := signedBy(t, key, algorithm, header, fmt.Sprintf(`{"iss":%q,"sub":%q,"aud":%q,"jti":"%s %s","nbf":%d,"exp":%d}`, d.app.ID, d.app.ID, d.own+"/oauth2/v2.0/token", name, algorithm, now.Unix(), now.Add(5*time.Minute).Unix()))
			got := d.do("POST", d.own+"/oauth2/v2.0/token", form("grant_type", "client_credentials", "client_id", d.app.ID, "scope", "https://graph.microsoft.com/.default",
				"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion", assertion))
			if got.status != 200 {
				t.Errorf("%s, %s: %s", name, algorithm, got.text)
			}
		}
	}
}

func TestMustDo18_BasicAuthenticationIsFormDecoded(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	body := form("grant_type", "client_credentials", "scope", "https://graph.microsoft.com/.default")
	basic := func(secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(d.app.ID+":"+secret))
	}
	var encoded strings.Builder // every byte of it
	for _, b := range []byte(d.app.Secret) {
		fmt.Fprintf(&encoded, "%%%02X", b)
	}
	d.want(d.do("POST", d.own+"/oauth2/v2.0/token", body, "Authorization", basic(encoded.String())), 200)
	d.want(d.do("POST", d.own+"/oauth2/v2.0/token", body, "Authorization", basic("wrong")), 401)
}

func TestMustDo19_RefusalsHaveTheStatusClientsTakeThemBy(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	token := d.own + "/oauth2/v2.0/token"
	if got := d.do("POST", token, d.machine("client_secret", "wrong")); got.status != 401 || got.str("error") != "invalid_client" {
		t.Errorf("wrong secret: %d %s", got.status, got.text)
	}
	if got := d.do("POST", token, d.machine("scope", "User.Read")); got.status != 400 {
		t.Errorf("wrong scope: %d %s", got.status, got.text)
	}
	code := d.do("POST", d.own+"/oauth2/v2.0/devicecode", form("client_id", d.app.ID, "scope", "User.Read")).str("device_code")
	if got := d.do("POST", token, form("grant_type", "device_code", "client_id", d.app.ID, "device_code", code)); got.status != 400 || got.str("error") != "authorization_pending" {
		t.Errorf("pending: %d %s", got.status, got.text)
	}
	busy := newDoor(t, mockgraph.WithLogin(login.WithInterrupt(func(login.Attempt) error { return login.AADSTS(90055) })))
	if got := busy.do("POST", busy.own+"/oauth2/v2.0/token", busy.machine()); got.status != 429 || got.json != nil || got.header.Get("Retry-After") == "" {
		t.Errorf("throttled: %d %s", got.status, got.text)
	}
}

func TestMustDo20_WhatIsNotBuiltIsNotRetried(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.want(d.do("POST", d.own+"/oauth2/v2.0/token", d.machine("grant_type", "urn:ietf:params:oauth:grant-type:saml2-bearer")), http.StatusNotImplemented)
	bearer := d.do("POST", d.own+"/oauth2/v2.0/token", d.machine()).str("access_token")
	got := d.want(d.do("GET", d.server.URL+"/v1.0/planner/tasks", nil, "Authorization", bearer), http.StatusNotImplemented)
	if got.header.Get("Retry-After") != "" {
		t.Error("501 asks to be retried")
	}
}

// TestMustDo21_PlainTextInsideATunnelIsTaken: as msal-node 3 sends it, CONNECT without a port.
func TestMustDo21_PlainTextInsideATunnelIsTaken(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	conn := d.tunnel("login.microsoftonline.com")
	body := d.machine().Encode()
	if _, err := fmt.Fprintf(conn, "POST /%s/oauth2/v2.0/token HTTP/1.1\r\nHost: login.microsoftonline.com\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", d.tenant.ID(), len(body), body); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := d.want(heard(t, response), 200); got.str("access_token") == "" {
		t.Errorf("answer: %s", got.text)
	}
}

// TestMustDo22_KnownNamesAreTakenAtAnyPort: MSAL for Java and .NET ask Microsoft's name at the port of the authority.
func TestMustDo22_KnownNamesAreTakenAtAnyPort(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(d.server.URL, "https://"), ":")
	got := d.want(d.do("GET", "https://login.microsoftonline.com:"+port+"/common/discovery/instance?api-version=1.1&authorization_endpoint="+url.QueryEscape(d.own+"/oauth2/v2.0/authorize"), nil), 200)
	if got.str("tenant_discovery_endpoint") != d.own+"/v2.0/.well-known/openid-configuration" || got.json["metadata"] == nil {
		t.Errorf("answer: %s", got.text)
	}
}
