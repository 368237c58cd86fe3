package serviceprovider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

const (
	clientID, clientSecret = "the client", "s3cret:with/odd+signs"
	federation             = "https://login.example/tenant/v2.0"
	tokenURL               = "http://scim.example/oauth/token"
)

// oauth is an endpoint with a token endpoint, and the key its assertions are signed with.
type oauth struct {
	*client

	clock *clockwork.FakeClock
	key   *ecdsa.PrivateKey
}

func newOAuth(t testing.TB, life time.Duration) oauth {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k1", Algorithm: "ES256"}}}
	o := oauth{clock: clockwork.NewFakeClockAt(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)), key: key}
	o.client = newClient(t, serviceprovider.WithClock(o.clock), serviceprovider.WithOAuth(serviceprovider.OAuth{
		ClientID: clientID, ClientSecret: clientSecret, TokenLife: life,
		Assertions: []serviceprovider.Assertion{{Keys: keys}, {Issuer: federation, Subject: "object", Audience: "api://app", Keys: keys}},
	}))
	return o
}

// token asks for a token with a form; basic, if any, is the Authorization header.
func (o oauth) token(form url.Values, basic ...string) response {
	r := httptest.NewRequest(http.MethodPost, tokenURL, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if len(basic) == 2 {
		r.SetBasicAuth(basic[0], basic[1])
	}
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	answer := response{status: w.Code, header: w.Header(), text: w.Body.String()}
	_ = json.Unmarshal(w.Body.Bytes(), &answer.body)
	return answer
}

// jwt signs claims.
func (o oauth) jwt(t testing.TB, kid string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: o.key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	payload, _ := json.Marshal(claims)
	jws, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := jws.CompactSerialize()
	return text
}

func (o oauth) claims(changes map[string]any) map[string]any {
	claims := map[string]any{"iss": clientID, "sub": clientID, "aud": tokenURL, "exp": o.clock.Now().Add(time.Hour).Unix()}
	for name, value := range changes {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return claims
}

func asserting(text string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {text}}
}

func TestClientCredentials(t *testing.T) {
	o := newOAuth(t, 0)
	form := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		return v
	}
	grant := []string{"grant_type", "client_credentials"}
	good := append(slices.Clip(grant), "client_id", clientID, "client_secret", clientSecret)
	for _, test := range []struct {
		name   string
		form   url.Values
		basic  []string
		status int
		code   string
	}{
		{"secret in the form", form(good...), nil, 200, ""},
		{"with a scope", form(append(good, "scope", "scim")...), nil, 200, ""},
		{"secret as basic authentication", form(grant...), []string{clientID, clientSecret}, 200, ""},
		{"both parts encoded", form(grant...), []string{url.QueryEscape(clientID), url.QueryEscape(clientSecret)}, 200, ""},
		{"a wrong secret", form(append(grant, "client_id", clientID, "client_secret", "x")...), nil, 401, "invalid_client"},
		{"a wrong client", form(append(grant, "client_id", "x", "client_secret", clientSecret)...), nil, 401, "invalid_client"},
		{"a wrong secret as basic authentication", form(grant...), []string{clientID, "x"}, 401, "invalid_client"},
		{"no proof", form(grant...), nil, 401, "invalid_client"},
		{"two proofs", form(good...), []string{clientID, clientSecret}, 400, "invalid_request"},
		{"no grant", form(good[2:]...), nil, 400, "invalid_request"},
		{"another grant", form("grant_type", "password"), nil, 400, "unsupported_grant_type"},
		{"a parameter twice", form(append(good, "client_id", clientID)...), nil, 400, "invalid_request"},
		{"no form", nil, nil, 400, "invalid_request"},
	} {
		got := o.token(test.form, test.basic...)
		if got.status != test.status || got.body.String("error") != test.code || got.header.Get("Cache-Control") != "no-store" || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %v %s", test.name, got.status, got.header, got.text)
		}
		if (got.header.Get("WWW-Authenticate") != "") != (test.status == 401) || strings.Contains(got.text, clientSecret) {
			t.Errorf("%s: %v %s", test.name, got.header, got.text)
		}
	}
	if got := o.with("Authorization", "").get("/oauth/token"); got.status != 405 || got.at("error") != `"invalid_request"` {
		t.Errorf("GET: %d %s", got.status, got.text)
	}
	if got := o.get("/ServiceProviderConfig").at("authenticationSchemes[type eq \"oauth2\"].name"); got == "" {
		t.Error("not advertised")
	}
}

// An access token is good for its life, then 401 with the challenge of RFC 6750 §3.
func TestAccessTokens(t *testing.T) {
	for life, seconds := range map[time.Duration]float64{0: 3600, 90 * time.Minute: 5400} {
		o := newOAuth(t, life)
		got := o.token(url.Values{"grant_type": {"client_credentials"}}, clientID, clientSecret)
		if got.body["expires_in"] != seconds || got.body["token_type"] != "Bearer" {
			t.Fatalf("got %s", got.text)
		}
		access := got.body.String("access_token")
		bearing := o.with("Authorization", "Bearer "+access)
		o.clock.Advance(time.Duration(seconds-1) * time.Second)
		if got := bearing.get("/Users"); got.status != 200 {
			t.Errorf("in time: %d", got.status)
		}
		o.clock.Advance(time.Second)
		got = bearing.get("/Users")
		if challenge := got.header.Get("WWW-Authenticate"); got.status != 401 || !strings.Contains(challenge, `error="invalid_token"`) || !strings.Contains(challenge, "expired") {
			t.Errorf("too late: %d %q", got.status, challenge)
		}
		for name, header := range map[string]string{"another's": "Bearer " + newOAuth(t, 0).token(url.Values{"grant_type": {"client_credentials"}}, clientID, clientSecret).body.String("access_token"), "changed": "Bearer x" + access[1:], "none": ""} {
			if got := o.with("Authorization", header).get("/Users").status; got != 401 {
				t.Errorf("%s: %d", name, got)
			}
		}
		if got := o.get("/Users").status; got != 200 {
			t.Errorf("the endpoint's own token: %d", got)
		}
	}
}

func TestAssertions(t *testing.T) {
	o := newOAuth(t, 0)
	at := func(d time.Duration) int64 { return o.clock.Now().Add(d).Unix() }
	federated := map[string]any{"iss": federation, "sub": "object", "aud": "api://app"}
	for _, test := range []struct {
		name    string
		kid     string
		changes map[string]any
		good    bool
	}{
		{"the client's own", "k1", nil, true},
		{"without a kid", "", nil, true},
		{"several audiences", "k1", map[string]any{"aud": []string{"x", tokenURL}}, true},
		{"a federated one", "k1", federated, true},
		{"just expired, within the skew", "k1", map[string]any{"exp": at(-30 * time.Second)}, true},
		{"expired", "k1", map[string]any{"exp": at(-2 * time.Minute)}, false},
		{"without exp", "k1", map[string]any{"exp": nil}, false},
		{"far ahead", "k1", map[string]any{"exp": at(48 * time.Hour)}, false},
		{"not yet", "k1", map[string]any{"nbf": at(10 * time.Minute)}, false},
		{"another audience", "k1", map[string]any{"aud": "http://other.example"}, false},
		{"no audience", "k1", map[string]any{"aud": nil}, false},
		{"another issuer", "k1", map[string]any{"iss": "x"}, false},
		{"another subject", "k1", map[string]any{"sub": "x"}, false},
		{"the federation's for the client", "k1", map[string]any{"iss": federation, "aud": "api://app"}, false},
		{"an unknown key", "k2", nil, false},
		{"a jti", "k1", map[string]any{"jti": "one"}, true},
		{"the same jti", "k1", map[string]any{"jti": "one"}, false},
		{"claims of the wrong type", "k1", map[string]any{"exp": "soon"}, false},
	} {
		text := o.jwt(t, test.kid, o.claims(test.changes))
		got := o.token(asserting(text))
		if (got.status == 200) != test.good || !test.good && (got.status != 401 || got.body.String("error") != "invalid_client") {
			t.Errorf("%s: %d %s", test.name, got.status, got.text)
		}
		if test.changes["jti"] != nil {
			continue
		}
		got = o.token(url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {text}})
		if (got.status == 200) != test.good || !test.good && (got.status != 400 || got.body.String("error") != "invalid_grant") {
			t.Errorf("%s as a grant: %d %s", test.name, got.status, got.text)
		}
	}
	good := o.jwt(t, "k1", o.claims(nil))
	for name, form := range map[string]url.Values{"garbage": asserting("x.y.z"), "another's signature": asserting(newOAuth(t, 0).jwt(t, "k1", o.claims(nil)))} {
		if got := o.token(form); got.status != 401 {
			t.Errorf("%s: %d %s", name, got.status, got.text)
		}
	}
	form := asserting(good)
	form.Set("client_id", "somebody else")
	if got := o.token(form); got.status != 401 {
		t.Errorf("for another client: %d", got.status)
	}
	form.Set("client_id", clientID)
	form.Set("client_assertion_type", "password")
	if got := o.token(form); got.status != 400 {
		t.Errorf("another type: %d", got.status)
	}
}

func TestBadOAuth(t *testing.T) {
	for name, client := range map[string]serviceprovider.OAuth{
		"no id":    {ClientSecret: "x"},
		"no proof": {ClientID: "x"},
		"no keys":  {ClientID: "x", Assertions: []serviceprovider.Assertion{{}}},
	} {
		if _, err := serviceprovider.New(serviceprovider.WithOAuth(client)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// FuzzAssertion: what was not signed by a known key gets no token.
func FuzzAssertion(f *testing.F) {
	other := newOAuth(f, 0)
	f.Add(other.jwt(f, "k1", other.claims(nil)), "")
	f.Add("e30.e30.", "e30.e30.AAAA")
	f.Fuzz(func(t *testing.T, assertion, access string) {
		o := newOAuth(t, 0)
		if got := o.token(asserting(assertion)); got.status != 400 && got.status != 401 {
			t.Errorf("%q: %d %s", assertion, got.status, got.text)
		}
		if got := o.with("Authorization", "Bearer "+access).get("/Users"); strings.TrimSpace(access) != token && got.status != 401 {
			t.Errorf("%q: %d", access, got.status)
		}
	})
}
