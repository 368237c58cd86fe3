package endpoint

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
)

// transportChecks are about the line: TLS and what is served without it. They need a target by https off this machine, as it is deployed.
func transportChecks() []Check {
	return []Check{
		{
			Spec: defenceSpec("tls-for-entra", result.Required, "TLS 1.2 is offered with a cipher suite that Entra has",
				"Entra connects with TLS 1.2 and eight cipher suites, all with ECDHE. Without a common one there is no connection.",
				"Offer TLS 1.2 with ECDHE and AES-GCM, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.", learnTLS, rfc7644("7.1")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.overTLS(ctx, &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: entraSuites}) //nolint:gosec // what Entra speaks
				r.That("GET over TLS 1.2 with the cipher suites of Entra gets an answer", a, worded[Answer]{
					Want: "an answer", OK: func(a Answer) bool { return a.Status != 0 }, Got: Answer.String,
				}, a.Shown)
			},
		},
		{
			Spec: defenceSpec("tls-old", result.Recommended, "TLS 1.0 and 1.1 are refused",
				"Both have been withdrawn. Microsoft asks for TLS 1.2, and no other version.", "Set TLS 1.2 as the lowest version at your load balancer.", learnTLS, rfc8996),
			Run: func(ctx context.Context, r *Rig) {
				if now := r.overTLS(ctx, &tls.Config{MinVersion: tls.VersionTLS12}); now.Status == 0 {
					r.Block("endpoint.security.tls-for-entra", "no answer over TLS 1.2 or newer either: "+now.String())
				}
				a := r.overTLS(ctx, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11, CipherSuites: allSuites()}) //nolint:gosec // that it is refused is the question
				r.That("a connection with TLS 1.0 or 1.1 is refused", a, worded[Answer]{
					Want: "no connection", OK: func(a Answer) bool { return a.Status == 0 }, Got: Answer.String,
				}, a.Shown)
			},
		},
		{
			Spec: defenceSpec("certificate", result.Recommended, "The certificate is one that Entra trusts",
				"Entra takes certificates of public authorities, with RSA keys of 2048 bits or ECC keys of 256 and more; it cannot be given an authority of your own. Only the on-premises agent can.",
				"Take a certificate of a public authority, and renew it by a machine.", learnTLS),
			Run: func(ctx context.Context, r *Rig) {
				var state *tls.ConnectionState
				a := r.overTLS(ctx, &tls.Config{MinVersion: tls.VersionTLS12, VerifyConnection: func(s tls.ConnectionState) error { state = &s; return nil }})
				if state == nil {
					r.Block("endpoint.security.tls-for-entra", "there is no connection: "+a.String())
				}
				roots, err := x509.SystemCertPool()
				if err != nil {
					r.Skip("this machine has no list of public authorities: " + err.Error())
				}
				r.That("the certificate is of a public authority, strong and in time", doubts(state.PeerCertificates, roots, state.ServerName, time.Now()), gomega.BeEmpty(), a.Shown)
			},
		},
		{
			Spec: defenceSpec("cleartext", result.Recommended, "Nothing is served without TLS",
				"A token that was sent in clear text once is known to everybody on the way. A port that answers it invites to send it.",
				"Close the port, or answer everything there with a redirect to https on the same host, without looking at the request.", rfc6750Threats, rfc7644("7.1"), learnTLS),
			Run: func(ctx context.Context, r *Rig) {
				a := r.inClear(ctx)
				r.That("GET over http, without a token, finds no SCIM endpoint", a, worded[Answer]{
					Want: "no connection, a redirect to https on the same host, or an error that asks for no token",
					OK:   func(a Answer) bool { return r.harmless(a) }, Got: Answer.String,
				}, a.Shown)
			},
		},
	}
}

// entraSuites are those of Entra's cipher suites that Go has. Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
var entraSuites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
}

func allSuites() []uint16 {
	var ids []uint16
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, s.ID)
	}
	return ids
}

// deployed skips the check unless the target is one as customers reach it, and returns its transport.
func (r *Rig) deployed() *http.Transport {
	switch standard, ok := r.target.config.Transport.(*http.Transport); {
	case !strings.HasPrefix(r.target.address.base, "https://"):
		r.Skip("only a target reached by https can be asked for it, and this one is by http")
	case r.target.address.loopback:
		r.Skip("only a target off this machine can be asked for it")
	case !ok:
		r.Skip("only a target that is reached by sockets can be asked for it")
	default:
		return standard.Clone()
	}
	return nil
}

// overTLS asks for the ServiceProviderConfig, without a token, over a connection of its own.
func (r *Rig) overTLS(ctx context.Context, shape *tls.Config) Answer {
	transport := r.deployed()
	if had := transport.TLSClientConfig; had != nil {
		shape.RootCAs, shape.ServerName, shape.Certificates = had.RootCAs, had.ServerName, had.Certificates
	}
	transport.TLSClientConfig, transport.ForceAttemptHTTP2 = shape, false
	transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	return r.bare(ctx, transport, r.target.address.base+"/ServiceProviderConfig")
}

// inClear asks for users over http, at the port of http, without a token.
func (r *Rig) inClear(ctx context.Context) Answer {
	transport := r.deployed()
	u := must(url.Parse(r.target.address.base))
	u.Scheme, u.Host = "http", u.Hostname()
	if strings.Contains(u.Host, ":") {
		u.Host = "[" + u.Host + "]"
	}
	return r.bare(ctx, transport, u.String()+"/Users?count=1")
}

// bare sends a GET without a token and without following redirects. That nobody answers is an answer here.
func (r *Rig) bare(ctx context.Context, transport *http.Transport, where string) Answer {
	const patience = 10 * time.Second
	defer transport.CloseIdleConnections()
	session := r.target.config.Recorder.Session(r.owner(), transport)
	ctx, cancel := context.WithTimeout(ctx, min(patience, r.target.config.Timeout))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return Answer{Err: err}
	}
	resp, err := r.target.line(session, r.Void).RoundTrip(req)
	if err != nil {
		return Answer{Err: err, Shown: session.Last()}
	}
	_ = resp.Body.Close()
	e := session.Last()
	if e == nil {
		return Answer{Status: resp.StatusCode, Header: resp.Header}
	}
	return answerOf(e)
}

// harmless says whether an answer in clear text neither serves SCIM nor makes anybody send a token there.
func (r *Rig) harmless(a Answer) bool {
	switch {
	case a.Status == 0:
		return true
	case a.Status/100 == 3:
		to, err := url.Parse(a.Header.Get("Location"))
		own := must(url.Parse(r.target.address.base))
		return err == nil && (a.Status == http.StatusNotModified || strings.EqualFold(to.Scheme, "https") && strings.EqualFold(to.Hostname(), own.Hostname()))
	case a.OK():
		return !looksLikeSCIM(a.Body)
	case a.Status == http.StatusUnauthorized:
		return !strings.Contains(strings.ToLower(a.Header.Get("WWW-Authenticate")), "bearer") && !looksLikeSCIM(a.Body)
	default:
		return true
	}
}

// doubts says what keeps Entra from trusting a chain of certificates, the server's own first.
func doubts(chain []*x509.Certificate, roots *x509.CertPool, name string, now time.Time) []string {
	if len(chain) == 0 {
		return []string{"there is no certificate"}
	}
	var all []string
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	if _, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, DNSName: name, CurrentTime: now}); err != nil {
		all = append(all, err.Error())
	}
	switch key := chain[0].PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < 2048 {
			all = append(all, fmt.Sprintf("its RSA key has %d bits", bits))
		}
	case *ecdsa.PublicKey:
		if bits := key.Curve.Params().BitSize; bits < 256 {
			all = append(all, fmt.Sprintf("its ECC key has %d bits", bits))
		}
	}
	return all
}
