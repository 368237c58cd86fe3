package impersonate_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := serve(t, echo)
	for _, c := range []struct {
		name, send, method string
		status             int
		says               string
	}{
		{"unknown host", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n", "CONNECT", 403, "example.com is not a name this proxy impersonates and it forwards nothing: add it to NO_PROXY, or unset HTTPS_PROXY for this client"},
		{"own origin", "CONNECT localhost:8443 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT", 403, "NO_PROXY"},
		{"below a known name", "CONNECT evil.graph.microsoft.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT", 403, "evil.graph.microsoft.com is not"},
		{"no host", "CONNECT :443 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT", 400, "CONNECT wants host:port"},
		{"no port number", "CONNECT graph.microsoft.com:0 HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT", 400, "port is not a number from 1 to 65535"},
		{"unknown host in absolute form", "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n", "GET", 403, "example.com is not a name"},
		{"a browser", "GET / HTTP/1.1\r\nHost: 127.0.0.1:8899\r\n\r\n", "GET", 400, "this is a proxy for Microsoft's host names, not a web server"},
		{"host that is none", "GET / HTTP/1.1\r\nHost: a_b:99999999\r\n\r\n", "GET", 400, "names no usable host"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			response := exchange(t, s.dial(), c.send, c.method)
			said := response.Status
			if c.method != http.MethodConnect {
				said = text(t, response)
			}
			if response.StatusCode != c.status || !strings.Contains(said, c.says) {
				t.Errorf("answered %s %s, want %d %s", response.Status, said, c.status, c.says)
			}
		})
	}
}

func TestGoClientIsToldWhyItsHostIsRefused(t *testing.T) {
	t.Parallel()
	_, err := serve(t, echo).client(false).Get("https://example.com/")
	if err == nil || !strings.Contains(err.Error(), "example.com is not a name this proxy impersonates") {
		t.Errorf("error %v", err)
	}
}

func TestRequestsWithinATunnelMustNameAnImpersonatedHost(t *testing.T) {
	t.Parallel()
	s := serve(t, echo)
	for _, c := range []struct {
		send, method string
		status       int
	}{
		{"GET / HTTP/1.1\r\nHost: login.microsoftonline.com\r\n\r\n", "GET", 200}, // another impersonated name does no harm
		{"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", "GET", 421},
		{"GET http://example.com/ HTTP/1.1\r\nHost: graph.microsoft.com\r\n\r\n", "GET", 421},
		{"CONNECT graph.microsoft.com:443 HTTP/1.1\r\nHost: graph.microsoft.com\r\n\r\n", "CONNECT", 405},
		{"\x15 garbage\r\n\r\n", "GET", 400},
	} {
		conn, _ := s.connect("graph.microsoft.com:443")
		if response := exchange(t, conn, c.send, c.method); response.StatusCode != c.status {
			t.Errorf("%q: %s, want %d", c.send, response.Status, c.status)
		}
	}
}

func TestOnlyLoopbackClientsUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	for _, c := range []struct {
		from   string
		opts   []impersonate.ProxyOption
		status int
	}{
		{"127.0.0.1:5", nil, 200}, {"[::1]:5", nil, 200}, {"[::ffff:127.0.0.1]:5", nil, 200}, {"192.0.2.1:5", nil, 403}, {"", nil, 403},
		{"192.0.2.1:5", []impersonate.ProxyOption{impersonate.WithRemoteClients()}, 200},
	} {
		request := httptest.NewRequest(http.MethodGet, "http://graph.microsoft.com/", nil)
		request.RemoteAddr = c.from
		recorder := httptest.NewRecorder()
		impersonate.NewProxy(echo, authority, c.opts...).ServeHTTP(recorder, request)
		if recorder.Code != c.status {
			t.Errorf("client %q: %d %s, want %d", c.from, recorder.Code, recorder.Body, c.status)
		}
	}
}

func TestWhoeverRunsTheProxyIsToldWhatItRefusesAndWhy(t *testing.T) {
	t.Parallel()
	type refusal struct{ target, reason string }
	told := make(chan refusal, 1)
	s := serve(t, echo, impersonate.WithRefusals(func(target, reason string) { told <- refusal{target, reason} }))
	conn, _ := s.connect("telemetry.example:443")
	_ = conn.Close()
	if got := <-told; got.target != "telemetry.example:443" || !strings.Contains(got.reason, "telemetry.example is not a name this proxy impersonates") {
		t.Errorf("told %q", got)
	}
}
