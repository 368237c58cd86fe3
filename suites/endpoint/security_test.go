package endpoint_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// deployed is the reference endpoint behind TLS at scim.example, and what listens at its port of http; nil for nothing.
func deployed(t *testing.T, shape *tls.Config, unencrypted http.Handler) *endpoint.Target {
	t.Helper()
	server := httptest.NewUnstartedServer(reference(t))
	server.TLS = shape
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	ports := map[string]string{"scim.example:443": server.Listener.Addr().String()}
	if unencrypted != nil {
		other := httptest.NewServer(unencrypted)
		t.Cleanup(other.Close)
		ports["scim.example:80"] = other.Listener.Addr().String()
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "example.com", MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			at, listens := ports[addr]
			if !listens {
				return nil, &net.OpError{Op: "dial", Net: network, Err: net.UnknownNetworkError(addr)}
			}
			return (&net.Dialer{}).DialContext(ctx, network, at)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: "https://scim.example", Token: token, Transport: transport, Seed: 7, Pace: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { target.Close(context.Background()) })
	return target
}

// outcome runs one check.
func outcome(t *testing.T, target *endpoint.Target, id string) suites.Outcome {
	t.Helper()
	for _, r := range target.Runnables() {
		if r.ID == id {
			return r.Run(t.Context())
		}
	}
	t.Fatalf("there is no check %s", id)
	return suites.Outcome{}
}

func TestTheVersionsOfTLSAreJudged(t *testing.T) {
	t.Parallel()
	for _, given := range []struct {
		name       string
		shape      *tls.Config
		entra, old result.Status
	}{
		{"as it should be", &tls.Config{MinVersion: tls.VersionTLS12}, result.Passed, result.Passed},
		{"TLS 1.0 is offered too", &tls.Config{MinVersion: tls.VersionTLS10}, result.Passed, result.Failed},
		{"TLS 1.1 is offered too", &tls.Config{MinVersion: tls.VersionTLS11}, result.Passed, result.Failed},
		{"TLS 1.3 only", &tls.Config{MinVersion: tls.VersionTLS13}, result.Failed, result.Passed},
		{"TLS 1.2 with a cipher suite that Entra lacks", &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256}}, result.Failed, result.Passed},
	} {
		t.Run(given.name, func(t *testing.T) {
			t.Parallel()
			target := deployed(t, given.shape, nil)
			if o := outcome(t, target, "endpoint.security.tls-for-entra"); o.Status != given.entra {
				t.Errorf("for Entra: %s %s %+v", o.Status, o.Reason, o.Findings)
			}
			if o := outcome(t, target, "endpoint.security.tls-old"); o.Status != given.old {
				t.Errorf("old ones: %s %s %+v", o.Status, o.Reason, o.Findings)
			}
		})
	}
}

func TestWhatIsServedWithoutTLSIsJudged(t *testing.T) {
	t.Parallel()
	redirect := func(to string) http.Handler { return http.RedirectHandler(to, http.StatusMovedPermanently) }
	for _, given := range []struct {
		name  string
		clear http.Handler
		want  result.Status
	}{
		{"nothing listens", nil, result.Passed},
		{"a redirect to https", redirect("https://scim.example/Users"), result.Passed},
		{"a redirect to clear text", redirect("http://scim.example/login"), result.Failed},
		{"a redirect to another host", redirect("https://elsewhere.example/Users"), result.Failed},
		{"the endpoint itself, which asks for a token", reference(t), result.Failed},
		{"the endpoint itself, which lets everybody in", reference(t, "missing-token-accepted"), result.Failed},
		{"a web page", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>welcome</html>") }), result.Passed},
		{"403 of a firewall", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }), result.Passed},
	} {
		t.Run(given.name, func(t *testing.T) {
			t.Parallel()
			seen := given.clear
			if seen != nil {
				seen = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Authorization") != "" {
						t.Error("the token was sent in clear text")
					}
					given.clear.ServeHTTP(w, r)
				})
			}
			if o := outcome(t, deployed(t, nil, seen), "endpoint.security.cleartext"); o.Status != given.want {
				t.Errorf("%s %s %+v", o.Status, o.Reason, o.Findings)
			}
		})
	}
}

func TestACertificateOfOnesOwnAuthorityIsFound(t *testing.T) {
	t.Parallel()
	o := outcome(t, deployed(t, nil, nil), "endpoint.security.certificate")
	if o.Status != result.Failed || !strings.Contains(o.Findings[0].Actual, "unknown authority") {
		t.Errorf("%s %s %+v", o.Status, o.Reason, o.Findings)
	}
}

func TestWithoutTokensToTryTheirChecksAreSkippedWithTheReason(t *testing.T) {
	t.Parallel()
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: "http://127.0.0.1", Token: token, Transport: inProcess{reference(t)}, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close(t.Context())
	for id, flag := range map[string]string{"expired-token": "--expired-token-file", "other-tenant": "--other-token-file"} {
		if o := outcome(t, target, "endpoint.security."+id); o.Status != result.Skipped || !strings.Contains(o.Reason, flag) {
			t.Errorf("%s: %s %s", id, o.Status, o.Reason)
		}
	}
}

// What is right elsewhere is no finding: ids and filters that are refused, bodies that are cut off.
func TestWaysToRefuseHostileInputAreNoFindings(t *testing.T) {
	t.Parallel()
	for name, bend := range map[string]func(r *http.Request, status int, h http.Header, body []byte) (int, []byte){
		"400 for strange ids": func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
			if status == http.StatusNotFound && strings.ContainsAny(r.URL.Path, "'*\x00\r{") {
				status = http.StatusBadRequest
			}
			return status, body
		},
		"403 of a firewall": func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
			if strings.ContainsAny(r.URL.Path+r.URL.Query().Get("filter"), "'\x00\r{") && strings.Contains(r.Header.Get("Authorization"), token) {
				return http.StatusForbidden, []byte("<html>blocked</html>")
			}
			return status, body
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := open(t, bent(t, bend))
			defer target.Close(t.Context())
			for _, r := range target.Runnables() {
				if r.Stage != suites.Defence {
					continue
				}
				if o := r.Run(t.Context()); o.Status == result.Failed || o.Status == result.Blocked {
					t.Errorf("%s %s %s %+v", r.ID, o.Status, o.Reason, o.Findings)
				}
			}
		})
	}
}
