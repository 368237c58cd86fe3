package impersonate_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

// echo answers what the handler saw: method, protocol, whether TLS, Host, request target, escaped path and body.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s tls=%v host=%s uri=%s path=%s query=%s abs=%v body=%s proxy=%s", r.Method, r.Proto, r.TLS != nil, r.Host, r.RequestURI, r.URL.EscapedPath(), r.URL.RawQuery, r.URL.IsAbs(), body, r.Header.Get("Proxy-Connection"))
})

// served is a proxy on a port of its own.
type served struct {
	*impersonate.Proxy

	t         testing.TB
	authority *impersonate.Authority
	address   string
}

func serve(t testing.TB, handler http.Handler, opts ...impersonate.ProxyOption) *served {
	t.Helper()
	authority := newAuthority(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxy := impersonate.NewProxy(handler, authority, opts...)
	done := make(chan error, 1)
	go func() { done <- proxy.Serve(listener) }()
	t.Cleanup(func() {
		if err := proxy.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("serve: %v", err)
		}
	})
	return &served{Proxy: proxy, t: t, authority: authority, address: listener.Addr().String()}
}

// client is Go's own, told of the proxy and the authority and nothing else.
func (s *served) client(http2 bool) *http.Client {
	transport := &http.Transport{
		Proxy:             http.ProxyURL(&url.URL{Scheme: "http", Host: s.address}),
		TLSClientConfig:   &tls.Config{RootCAs: s.authority.CertPool(), MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: http2,
	}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second}
}

func (s *served) dial() net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	s.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// connect opens a tunnel by hand.
func (s *served) connect(target string) (net.Conn, *http.Response) {
	s.t.Helper()
	conn := s.dial()
	return conn, exchange(s.t, conn, "CONNECT "+target+" HTTP/1.1\r\nHost: "+target+"\r\n\r\n", http.MethodConnect)
}

func exchange(t testing.TB, conn net.Conn, text, method string) *http.Response {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return answer(t, bufio.NewReader(conn), method)
}

func answer(t testing.TB, from *bufio.Reader, method string) *http.Response {
	t.Helper()
	response, err := http.ReadResponse(from, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("read answer: %v", err)
	}
	return response
}

func text(t testing.TB, response *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestGoClientReachesTheHandlerUnderTheRealNames(t *testing.T) {
	t.Parallel()
	s := serve(t, echo)
	for _, http2 := range []bool{false, true} {
		client := s.client(http2)
		proto := map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}[http2]
		for _, c := range []struct{ address, want string }{
			{"https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token?x=1", "host=login.microsoftonline.com uri=/contoso.example/oauth2/v2.0/token?x=1 path=/contoso.example/oauth2/v2.0/token query=x=1"},
			{"https://login.microsoftonline.com//contoso/oauth2", "host=login.microsoftonline.com uri=//contoso/oauth2 path=//contoso/oauth2"},
			{"https://graph.microsoft.com/v1.0/users/a%40b%2Fc%24?$filter=a%20b;c", "host=graph.microsoft.com uri=/v1.0/users/a%40b%2Fc%24?$filter=a%20b;c path=/v1.0/users/a%40b%2Fc%24 query=$filter=a%20b;c"},
			{"https://westus2.login.microsoft.com/", "host=westus2.login.microsoft.com uri=/"},
			{"https://login.microsoftonline.com:8443/common/discovery/instance?api-version=1.1&x=", "host=login.microsoftonline.com:8443 uri=/common/discovery/instance?api-version=1.1&x="},
			{"https://management.azure.com/metadata/endpoints?api-version=2022-09-01", "host=management.azure.com"},
		} {
			response, err := client.Post(c.address, "text/plain", strings.NewReader("hello"))
			if err != nil {
				t.Errorf("%s %s: %v", proto, c.address, err)
				continue
			}
			if got := text(t, response); !strings.HasPrefix(got, "POST "+proto+" tls=true ") || !strings.Contains(got, c.want) || !strings.Contains(got, "abs=false body=hello") {
				t.Errorf("%s %s: the handler saw %s", proto, c.address, got)
			}
		}
	}
}

func TestHandlerSeesTheClientsAddress(t *testing.T) {
	t.Parallel()
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.RemoteAddr) }))
	conn, _ := s.connect("graph.microsoft.com:443")
	if got := text(t, exchange(t, conn, "GET / HTTP/1.1\r\nHost: graph.microsoft.com\r\n\r\n", "GET")); got != conn.LocalAddr().String() {
		t.Errorf("RemoteAddr %s, want %s", got, conn.LocalAddr())
	}
}

// As msal-node 3.x does: CONNECT without a port, then plain HTTP.
func TestPlaintextInATunnelWithoutAPort(t *testing.T) {
	t.Parallel()
	s := serve(t, echo)
	for _, target := range []string{"login.microsoftonline.com", "login.microsoftonline.com:443", "LOGIN.microsoftonline.com.:8080"} {
		conn, opened := s.connect(target)
		if opened.Status != "200 Connection established" || opened.ContentLength > 0 {
			t.Errorf("CONNECT %s: %s", target, opened.Status)
			continue
		}
		got := text(t, exchange(t, conn, "POST //t/oauth2/v2.0/token HTTP/1.1\r\nHost: login.microsoftonline.com\r\nContent-Length: 3\r\n\r\na=b", "POST"))
		if !strings.HasPrefix(got, "POST HTTP/1.1 tls=false host=login.microsoftonline.com uri=//t/oauth2/v2.0/token path=//t/oauth2/v2.0/token") || !strings.Contains(got, "body=a=b") {
			t.Errorf("CONNECT %s: the handler saw %s", target, got)
		}
	}
}

func TestClientThatDoesNotWaitForTheTunnelToOpen(t *testing.T) {
	t.Parallel()
	s := serve(t, echo)
	conn := s.dial()
	_, _ = io.WriteString(conn, "CONNECT graph.microsoft.com:443 HTTP/1.1\r\nHost: graph.microsoft.com:443\r\n\r\nGET /early HTTP/1.0\r\n\r\n")
	reader := bufio.NewReader(conn)
	if opened := answer(t, reader, http.MethodConnect); opened.StatusCode != 200 {
		t.Fatal(opened.Status)
	}
	if got := text(t, answer(t, reader, "GET")); !strings.Contains(got, "host=graph.microsoft.com uri=/early") {
		t.Errorf("the handler saw %s; want the host of the tunnel, for HTTP/1.0 sent none", got)
	}
}

func TestTLSWithoutAServerNameGetsTheCertificateOfTheTunnel(t *testing.T) {
	t.Parallel()
	s := serve(t, echo)
	conn, _ := s.connect("sts.windows.net:443")
	secure := tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
	if err := secure.Handshake(); err != nil {
		t.Fatal(err)
	}
	if got := secure.ConnectionState().PeerCertificates[0].DNSNames; len(got) != 1 || got[0] != "sts.windows.net" {
		t.Errorf("certificate for %v", got)
	}
}

func TestAbsoluteFormWithoutATunnel(t *testing.T) {
	t.Parallel()
	s := serve(t, echo)
	for _, c := range []struct{ line, want string }{
		{"GET http://login.microsoftonline.com//a%2Fb/c?d=%20 HTTP/1.1", "host=login.microsoftonline.com uri=//a%2Fb/c?d=%20 path=//a%2Fb/c query=d=%20 abs=false"},
		{"GET https://graph.microsoft.com/v1.0/me HTTP/1.1", "host=graph.microsoft.com uri=/v1.0/me path=/v1.0/me query= abs=false"},
		{"GET http://graph.microsoft.com HTTP/1.1", "host=graph.microsoft.com uri=/ path=/ query= abs=false"},
		{"GET http://graph.microsoft.com?a=/b HTTP/1.1", "host=graph.microsoft.com uri=/?a=/b path=/ query=a=/b abs=false"},
		{"GET http://graph.microsoft.com:8080/x HTTP/1.1", "host=graph.microsoft.com:8080 uri=/x"},
	} {
		conn := s.dial()
		got := text(t, exchange(t, conn, c.line+"\r\nHost: ignored.example\r\nProxy-Connection: keep-alive\r\nConnection: close\r\n\r\n", "GET"))
		if !strings.Contains(got, c.want) || !strings.HasSuffix(got, "proxy=") {
			t.Errorf("%s: the handler saw %s", c.line, got)
		}
	}
}
