package wire

import (
	"context"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Also the transport of targets that are not held to the rules speaks TLS 1.2 or newer: whoever offers 1.1 alone is refused with the rule.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, TLS protocol versions.
func TestEveryTransportSpeaksTLS12OrNewer(t *testing.T) {
	t.Parallel()
	certificate := selfSigned(t, ecKey(t, elliptic.P256()))
	roots := x509.NewCertPool()
	roots.AddCert(certificate.Leaf)
	for name, transport := range map[string]func() *http.Transport{
		"for every target": func() *http.Transport {
			plain := NewTransport()
			plain.TLSClientConfig.RootCAs = roots
			return plain
		},
		"held to the rules": func() *http.Transport { return NewStrictTransport(roots) },
	} {
		for version, refused := range map[uint16]bool{tls.VersionTLS10: true, tls.VersionTLS11: true, tls.VersionTLS12: false, tls.VersionTLS13: false} {
			t.Run(name+"/"+tls.VersionName(version), func(t *testing.T) {
				t.Parallel()
				s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.TLS.Version != version {
						t.Errorf("%s is spoken", tls.VersionName(r.TLS.Version))
					}
					_, _ = io.WriteString(w, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}`)
				}))
				s.TLS = &tls.Config{MinVersion: version, MaxVersion: version, Certificates: []tls.Certificate{certificate}}
				s.Config.ErrorLog = log.New(io.Discard, "", 0)
				s.StartTLS()
				t.Cleanup(s.Close)
				through := transport()
				through.Proxy = nil
				err := exchange(client(t, Config{TenantURL: s.URL, Transport: through}))
				if refused != (err != nil) || refused && !strings.Contains(err.Error(), "the rule is broken that it speaks TLS 1.2 or newer") {
					t.Errorf("refused %v: %v", refused, err)
				}
			})
		}
	}
}

// A credential of the caller's headers is hidden also where the endpoint repeats it without its scheme.
func TestABareTokenOfAGivenHeaderIsRedacted(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"Proxy-Authorization": "Bearer bare-s3cret", "X-Gateway-Token": "Token bare-s3cret", "X-Gateway-Key": "bare-s3cret", "x-gateway-secret": "v1 bare-s3cret",
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "the gateway does not know bare-s3cret")
		})
		c := client(t, Config{TenantURL: s.URL, Header: http.Header{name: {value}}})
		response, err := c.Do(context.Background(), get("/Users?filter=a"))
		if err == nil {
			_, err = ReadList(response)
		}
		if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "the gateway does not know "+redacted) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
