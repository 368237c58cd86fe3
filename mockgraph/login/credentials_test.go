package login_test

import (
	"crypto"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestSecretsAreJudged(t *testing.T) {
	r := newRig(t)
	other, second, err := r.dir.AddPassword(r.app.ID(), "second", start, start.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	check := func(name, secret string, want int) {
		t.Helper()
		got := r.appToken("client_secret", secret)
		if got.code() != want || (want == 0) != (got.status == 200) || want != 0 && got.status != 401 {
			t.Errorf("%s: status %d, %s", name, got.status, got.body)
		}
		if secret != "" && strings.Contains(got.body, secret) {
			t.Errorf("%s: the secret stands in the answer", name)
		}
	}
	check("first", r.secret, 0)
	check("second", second, 0)
	check("wrong", "not-the-secret", 7000215)
	check("the key id in place of the secret", other.KeyID, 7000215)
	check("none", "", 7000216)
	r.clock.Advance(25 * time.Hour)
	check("expired", second, 7000222)
	check("the other one", r.secret, 0)
	r.clock.Advance(200 * 24 * time.Hour)
	check("after 180 days", r.secret, 7000222)
}

func TestClientsAreJudged(t *testing.T) {
	r := newRig(t)
	orphan := must[*directory.Object](t)(r.dir.Create(directory.Application, directory.Properties{"displayName": "Orphan"}))
	for name, each := range map[string]struct {
		id     string
		code   int
		status int
	}{
		"unknown":                   {"99999999-9999-9999-9999-999999999999", 700016, 400},
		"no GUID":                   {"banana", 700016, 400},
		"zeros":                     {"00000000-0000-0000-0000-000000000000", 700038, 400},
		"without service principal": {orphan.String("appId"), 7000229, 401},
	} {
		if got := r.appToken("client_id", each.id); got.code() != each.code || got.status != each.status {
			t.Errorf("%s: status %d, %s", name, got.status, got.body)
		}
	}
	if _, err := r.dir.Update(r.sp.ID(), directory.Properties{"accountEnabled": false}); err != nil {
		t.Fatal(err)
	}
	if got := r.appToken(); got.code() != 7000112 {
		t.Errorf("disabled: %s", got.body)
	}
}

// assertion signs claims of a client.
func assertion(t *testing.T, c certificate, alg jose.SignatureAlgorithm, headers map[string]any, claims string) string {
	t.Helper()
	opts := &jose.SignerOptions{}
	for name, value := range headers {
		opts = opts.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: c.key}, opts)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign([]byte(claims))
	if err != nil {
		t.Fatal(err)
	}
	text, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (r *rig) withAssertion(text string) reply {
	return r.appToken("client_secret", "", "client_assertion", text, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
}

func claimsFor(id, aud string, from, to time.Time) string {
	return `{"iss":"` + id + `","sub":"` + id + `","aud":"` + aud + `","jti":"1","nbf":` + unix(from) + `,"exp":` + unix(to) + `}`
}

func TestCertificatesAreNamedInEveryWayClientsDo(t *testing.T) {
	r := newRig(t)
	c := newCertificate(t)
	if _, err := r.dir.Update(r.app.ID(), directory.Properties{"keyCredentials": []directory.KeyCredential{
		{KeyID: role("9"), Type: "AsymmetricX509Cert", Usage: "Verify", Key: c.der, StartDateTime: start, EndDateTime: start.Add(90 * 24 * time.Hour)},
	}}); err != nil {
		t.Fatal(err)
	}
	one, two := sha1.Sum(c.der), sha256.Sum256(c.der)
	good := claimsFor(r.appID(), origin+"/"+tenantID+"/oauth2/v2.0/token", start, start.Add(10*time.Minute))
	for name, headers := range map[string]map[string]any{
		"x5t#S256 in padded base64": {"x5t#S256": base64.StdEncoding.EncodeToString(two[:])},
		"x5t#S256 in base64url":     {"x5t#S256": base64.RawURLEncoding.EncodeToString(two[:])},
		"x5t":                       {"x5t": base64.RawURLEncoding.EncodeToString(one[:])},
		"kid":                       {"kid": base64.URLEncoding.EncodeToString(one[:])},
		"x5c":                       {"x5c": []string{base64.StdEncoding.EncodeToString(c.der)}},
	} {
		for _, alg := range []jose.SignatureAlgorithm{jose.PS256, jose.RS256} {
			if got := r.withAssertion(assertion(t, c, alg, headers, good)); got.status != 200 {
				t.Errorf("%s, %s: %s", name, alg, got.body)
			}
		}
	}
	named := map[string]any{"x5t": base64.RawURLEncoding.EncodeToString(one[:])}
	other := newCertificate(t)
	aud := origin + "/" + tenantID + "/oauth2/v2.0/token"
	for name, each := range map[string]struct {
		text string
		code int
	}{
		"unknown key":       {assertion(t, other, jose.PS256, map[string]any{"x5t": "AAAA"}, good), 700027},
		"no name":           {assertion(t, c, jose.PS256, nil, good), 700027},
		"wrong signature":   {assertion(t, other, jose.PS256, named, good), 50012},
		"wrong audience":    {assertion(t, c, jose.PS256, named, claimsFor(r.appID(), "https://evil.example/token", start, start.Add(time.Minute))), 700023},
		"expired":           {assertion(t, c, jose.PS256, named, claimsFor(r.appID(), aud, start.Add(-time.Hour), start.Add(-30*time.Minute))), 700024},
		"not yet valid":     {assertion(t, c, jose.PS256, named, claimsFor(r.appID(), aud, start.Add(time.Hour), start.Add(2*time.Hour))), 700024},
		"another subject":   {assertion(t, c, jose.PS256, named, strings.Replace(good, `"sub":"`+r.appID(), `"sub":"`+role("0"), 1)), 700021},
		"foreign algorithm": {assertion(t, c, jose.RS512, named, good), 50027},
		"garbage":           {"a.b.c", 50027},
		"by v1 endpoint":    {assertion(t, c, jose.PS256, named, claimsFor(r.appID(), realHost+"/"+domain+"/oauth2/token", start, start.Add(time.Minute))), 0},
	} {
		got := r.withAssertion(each.text)
		if got.code() != each.code || (each.code == 0) != (got.status == 200) || each.code != 0 && got.status != 401 {
			t.Errorf("%s: status %d, %s", name, got.status, got.body)
		}
		if each.code != 0 && strings.Contains(got.body, each.text) {
			t.Errorf("%s: the assertion stands in the answer", name)
		}
	}
	if got := r.withAssertion(assertion(t, c, jose.PS256, named, good)).claims("access_token")["appidacr"]; got != "2" {
		t.Errorf("appidacr is %v", got)
	}
	r.clock.Advance(100 * 24 * time.Hour)
	late := claimsFor(r.appID(), aud, r.clock.Now(), r.clock.Now().Add(time.Minute))
	if got := r.withAssertion(assertion(t, c, jose.PS256, named, late)); got.code() != 700027 || !strings.Contains(got.body, "expired") {
		t.Errorf("expired certificate: %s", got.body)
	}
}

func TestFederatedAssertionsOfAnotherTenantOfTheProcess(t *testing.T) {
	away := newRig(t)
	other := must[*directory.Object](t)(away.dir.Create(directory.Application, directory.Properties{"displayName": "Exchange"}))
	must[*directory.Object](t)(away.dir.CreateServicePrincipal(other.String("appId"), nil))
	r := newRig(t, login.WithIssuers(away.host.IssuerKeys))
	away.base = realHost

	// The other tenant's tokens for an audience of ours.
	exchangeApp, _ := away.register("AzureADTokenExchange", directory.Properties{})
	text := away.appToken("scope", exchangeApp.String("appId")+"/.default")
	claims := text.claims("access_token")
	trust := func(subject, audience string) {
		t.Helper()
		if _, err := r.dir.SetFederatedCredential(r.app.ID(), directory.FederatedIdentityCredential{
			Name: "away", Issuer: claims["iss"].(string), Subject: subject, Audiences: []string{audience},
		}); err != nil {
			t.Fatal(err)
		}
	}
	token, sub, aud := text.text("access_token"), claims["sub"].(string), claims["aud"].(string)
	if got := r.withAssertion(token); got.code() != 700211 {
		t.Errorf("no record: %s", got.body)
	}
	trust(sub, "api://AzureADTokenExchange")
	if got := r.withAssertion(token); got.code() != 700212 {
		t.Errorf("other audience: %s", got.body)
	}
	trust("somebody", aud)
	if got := r.withAssertion(token); got.code() != 7002137 {
		t.Errorf("other subject: %s", got.body)
	}
	trust(strings.ToUpper(sub), aud)
	if got := r.withAssertion(token); got.code() != 7002138 {
		t.Errorf("subject in another case: %s", got.body)
	}
	trust(sub, aud)
	if got := r.withAssertion(token); got.status != 200 {
		t.Errorf("match: %s", got.body)
	}
	forged := token[:len(token)-8] + "AAAAAAAA"
	if got := r.withAssertion(forged); got.code() != 50012 {
		t.Errorf("forged: %s", got.body)
	}
	r.clock.Advance(2 * time.Hour)
	if got := r.withAssertion(token); got.code() != 700024 {
		t.Errorf("expired: %s", got.body)
	}
}

func TestVerifyKnowsItsOwnTokens(t *testing.T) {
	r := newRig(t, login.WithTokenCache(1))
	r.consent()
	app := r.appToken().text("access_token")
	user := r.ropc("User.Read openid").text("access_token") // pushes the first out of the cache
	for name, token := range map[string]string{"by signature": app, "by look-up": user} {
		c, err := r.host.Verify(token)
		if err != nil || !c.ForGraph() || c.ClientID != r.appID() || c.TenantID != tenantID || c.AppOnly != (token == app) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	if c, _ := r.host.Verify(app); strings.Join(c.Roles, " ") != "User.Read.All" || c.ObjectID != r.sp.ID() {
		t.Errorf("application: %+v", c)
	}
	if c, _ := r.host.Verify(user); strings.Join(c.Scopes, " ") != "User.Read openid" || c.UPN != "ada@"+domain {
		t.Errorf("user: %+v", c)
	}
	for name, each := range map[string]struct {
		token string
		want  error
	}{
		"garbage": {"x", login.ErrTokenMalformed}, "three parts": {"a.b.c", login.ErrTokenMalformed},
		"changed": {app[:len(app)-8] + "AAAAAAAA", login.ErrTokenSignature},
	} {
		if _, err := r.host.Verify(each.token); !errors.Is(err, each.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.clock.Advance(time.Hour)
	if _, err := r.host.Verify(user); !errors.Is(err, login.ErrTokenExpired) {
		t.Errorf("expired: %v", err)
	}
}

func TestTenantsOfAProcessShareTheKeyButNotTheTokens(t *testing.T) {
	r := newRig(t)
	stranger := login.New(directory.New(directory.WithTenant(role("f"), "Fabrikam", "fabrikam.example")), login.WithClock(r.clock))
	if _, err := stranger.Verify(r.appToken().text("access_token")); !errors.Is(err, login.ErrTokenForeign) {
		t.Errorf("got %v", err)
	}
}

func TestGraphTokensVerifyForNobodyButGraph(t *testing.T) {
	verifies := func(r *rig) bool {
		text := r.appToken().text("access_token")
		keys, err := r.host.IssuerKeys(t.Context(), realHost+"/"+tenantID+"/v2.0")
		if err != nil {
			t.Fatal(err)
		}
		jws, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			t.Fatal(err)
		}
		_, err = jws.Verify(keys.Keys[0].Key.(crypto.PublicKey))
		return err == nil
	}
	if verifies(newRig(t)) {
		t.Error("the signature is right as it stands")
	}
	if !verifies(newRig(t, login.WithVerifiableGraphTokens())) {
		t.Error("the signature is wrong though it should verify")
	}
}
