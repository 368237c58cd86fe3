package impersonate_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

// to is a dialer that reaches one server whatever it is asked for, and tells for what.
func to(server *httptest.Server, asked chan<- string) impersonate.Dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		asked <- address
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
}

func TestPassThroughForwardsTunnelsToOtherHosts(t *testing.T) {
	t.Parallel()
	origin := httptest.NewTLSServer(echo)
	defer origin.Close()
	asked := make(chan string, 4)
	s := serve(t, http.NotFoundHandler(), impersonate.WithPassThrough(to(origin, asked)))
	transport := &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: s.address}), TLSClientConfig: &tls.Config{RootCAs: origin.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Post("https://example.com:444/a%2Fb", "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if got := text(t, response); !strings.Contains(got, "host=example.com:444 uri=/a%2Fb") || <-asked != "example.com:444" {
		t.Errorf("the origin saw %s", got)
	}
}

func TestPassThroughForwardsRequestsInAbsoluteForm(t *testing.T) {
	t.Parallel()
	origin := httptest.NewServer(echo)
	defer origin.Close()
	s := serve(t, http.NotFoundHandler(), impersonate.WithPassThrough(to(origin, make(chan string, 4))))
	response := exchange(t, s.dial(), "POST http://example.com//a%2Fb?c=d;e HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\nProxy-Connection: keep-alive\r\n\r\nhello", "POST")
	if got := text(t, response); !strings.Contains(got, "host=example.com uri=//a%2Fb?c=d;e") || !strings.HasSuffix(got, "body=hello proxy=") {
		t.Errorf("the origin saw %s", got)
	}
}

func TestPassThroughStillImpersonates(t *testing.T) {
	t.Parallel()
	s := serve(t, echo, impersonate.WithPassThrough(func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network") }))
	if response, err := s.client(false).Get("https://graph.microsoft.com/"); err != nil || !strings.Contains(text(t, response), "host=graph.microsoft.com") {
		t.Errorf("impersonated host: %v", err)
	}
	if _, refused := s.connect("example.com:443"); refused.StatusCode != 502 || !strings.Contains(refused.Status, "example.com:443 cannot be reached: no network") {
		t.Errorf("tunnel: %s", refused.Status)
	}
	response := exchange(t, s.dial(), "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n", "GET")
	if said := text(t, response); response.StatusCode != 502 || !strings.Contains(said, "no network") {
		t.Errorf("absolute form: %s %s", response.Status, said)
	}
}

func TestPassedThroughTunnelKeepsTheOtherDirectionOpen(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() { // answers only when the client has ended its direction
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		heard, _ := io.ReadAll(conn)
		_, _ = conn.Write([]byte("heard " + string(heard)))
	}()
	s := serve(t, echo, impersonate.WithPassThrough(func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, listener.Addr().String())
	}))
	conn, _ := s.connect("example.com:9")
	_, _ = io.WriteString(conn, "words")
	_ = conn.(*net.TCPConn).CloseWrite()
	if got, err := io.ReadAll(conn); string(got) != "heard words" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestPassedThroughTunnelEndsWhenIdleOrClosed(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]impersonate.Limits{"idle": {Idle: 50 * time.Millisecond}, "closed": {}} {
		near, far := net.Pipe()
		defer far.Close()
		s := serve(t, echo, impersonate.WithLimits(limits), impersonate.WithPassThrough(func(context.Context, string, string) (net.Conn, error) { return near, nil }))
		conn, opened := s.connect("example.com:9")
		if opened.StatusCode != 200 {
			t.Fatal(opened.Status)
		}
		if name == "closed" {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: the tunnel stays open", name)
		}
		if _, err := far.Read(make([]byte, 1)); err == nil {
			t.Errorf("%s: the other side stays open", name)
		}
	}
}
