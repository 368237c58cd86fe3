package mockscim_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockscim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// consent is a token endpoint whose refresh tokens hold once; each brings the next. Its access tokens are what the vendor takes.
type consent struct {
	mu    sync.Mutex
	valid string
	n     int
	asked []string
}

func (c *consent) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	grant := r.PostFormValue("grant_type")
	c.asked = append(c.asked, grant+" "+r.PostFormValue("code")+r.PostFormValue("refresh_token")+" "+r.PostFormValue("client_id")+" "+r.PostFormValue("redirect_uri"))
	if grant == "authorization_code" && r.PostFormValue("code") != "the-code" || grant == "refresh_token" && r.PostFormValue("refresh_token") != c.valid {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant"}`)
		return
	}
	c.n++
	c.valid = fmt.Sprintf("refresh-%d", c.n)
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"access_token":"first-secret","token_type":"Bearer","expires_in":3600,"refresh_token":%q}`, c.valid)
}

func (c *consent) taken() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.asked, ", ")
}

func TestARefreshTokenOfAConsentSignsInAndIsRotated(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	endpoint := &consent{}
	issuer := httptest.NewServer(endpoint)
	t.Cleanup(issuer.Close)
	s.graph("PUT", s.home+"/secrets", `{"value":[{"key":"BaseAddress","value":"`+s.vendor.url+`"},{"key":"Oauth2TokenExchangeUri","value":"`+issuer.URL+`"},
		{"key":"Oauth2ClientId","value":"c"},{"key":"Oauth2ClientSecret","value":"s"},{"key":"Oauth2RedirectUri","value":"https://portal.example/done"}]}`).want(204)
	s.graph("POST", s.home+"/acquireAccessToken", `{"credentials":[{"key":"Oauth2AuthorizationCode","value":"another"}]}`).want(400)
	s.graph("POST", s.home+"/acquireAccessToken", `{"credentials":[{"key":"Oauth2AuthorizationCode","value":"the-code"}]}`).want(204)
	s.graph("POST", s.job+"/validateCredentials", `{"useSavedCredentials":true}`).want(204) // refresh-1, which brings refresh-2
	s.hire("Ada")
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M") // the token is good still
	if s.at("ada") == nil {
		t.Error("Ada has not arrived")
	}
	s.pass("PT2H") // refresh-2, then refresh-3
	want := "authorization_code another c https://portal.example/done, authorization_code the-code c https://portal.example/done, " +
		"refresh_token refresh-1 c , refresh_token refresh-2 c "
	if got := endpoint.taken(); !strings.HasPrefix(got, want) || strings.Count(got, "refresh-1") != 1 {
		t.Errorf("asked %s, want %s", got, want)
	}
	s.graph("GET", s.job, "").want(200).is("status.quarantine", nil)
	var saved strings.Builder
	if err := s.service.Save(&saved); err != nil || !strings.Contains(saved.String(), endpoint.valid) {
		t.Errorf("the refresh token of now is not saved: %v", err)
	}
	endpoint.mu.Lock()
	endpoint.valid = "revoked"
	endpoint.mu.Unlock()
	s.pass("PT2H")
	s.graph("GET", s.job, "").want(200).is("status.code", "Quarantine")
}

// A certificate with a short key is trusted, and breaks a rule nevertheless.
func TestTheRulesOfTLSHoldWhereTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	target := httptest.NewUnstartedServer(http.NotFoundHandler())
	target.Config.ErrorLog = log.New(io.Discard, "", 0)
	target.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}}, MinVersion: tls.VersionTLS12}
	target.StartTLS()
	t.Cleanup(target.Close)
	for says, rules := range map[string]mockscim.TLSRules{
		"RSA keys have 2048 bits or more": {Loopback: true, Roots: roots},
		"authority that is not known":     {}, // this machine's are not held to them
	} {
		s := newSite(t, mockscim.WithTLSRules(rules))
		s.graph("POST", s.job+"/validateCredentials", `{"credentials":[{"key":"BaseAddress","value":"`+target.URL+`"},{"key":"SecretToken","value":"t"}]}`).
			refused(400, "CredentialValidationUnavailable", says)
	}
}

func TestRequestsKeepThePaceOfTheService(t *testing.T) {
	t.Parallel()
	pace := clockwork.NewFakeClock()
	s := newSite(t, mockscim.WithPerSecond(1), mockscim.WithClients(func(c wire.Config) wire.Config {
		c.PaceClock = pace
		return c
	}))
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.graph("POST", s.job+"/validateCredentials", `{"useSavedCredentials":true}`).want(204)
	}()
	if err := pace.BlockUntilContext(t.Context(), 1); err != nil { // the second request waits for its second
		t.Fatal(err)
	}
	pace.Advance(time.Second)
	<-done
}
