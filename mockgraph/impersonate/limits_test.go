package impersonate_test

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func TestTunnelsNeedAConnectionThatCanBeTakenOver(t *testing.T) {
	t.Parallel()
	proxy := impersonate.NewProxy(echo, newAuthority(t), impersonate.WithLimits(impersonate.Limits{Tunnels: 1}))
	for range 2 { // a failed one is counted out again
		recorder := httptest.NewRecorder()
		proxy.ServeHTTP(recorder, connectRequest())
		if recorder.Code != http.StatusNotImplemented {
			t.Errorf("%d %s", recorder.Code, recorder.Body)
		}
	}
}

// connectRequest is CONNECT as a server that embeds the proxy would hand it on.
func connectRequest() *http.Request {
	request := httptest.NewRequest(http.MethodConnect, "/", nil)
	request.URL, request.Host, request.RemoteAddr = &url.URL{Host: "graph.microsoft.com:443"}, "graph.microsoft.com:443", "127.0.0.1:5"
	return request
}

func TestNumberOfTunnelsIsBounded(t *testing.T) {
	t.Parallel()
	s := serve(t, echo, impersonate.WithLimits(impersonate.Limits{Tunnels: 2}))
	first, _ := s.connect("graph.microsoft.com:443")
	s.connect("graph.microsoft.com:443")
	if _, third := s.connect("graph.microsoft.com:443"); third.StatusCode != 503 || !strings.Contains(third.Status, "holds 2 tunnels already") {
		t.Errorf("third tunnel: %s", third.Status)
	}
	_ = first.Close()
	waitFor(t, func() bool {
		_, again := s.connect("graph.microsoft.com:443")
		return again.StatusCode == 200
	})
}

// waitFor waits for a condition that another goroutine brings about.
func waitFor(t testing.TB, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); {
		if time.Now().After(deadline) {
			t.Fatal("the condition never came")
		}
	}
}

func TestSilentAndSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	s := serve(t, echo, impersonate.WithLimits(impersonate.Limits{HeaderTime: time.Second, Idle: time.Second}))
	for name, begin := range map[string]string{
		"nothing in the tunnel":   "",
		"half a header":           "GET / HTTP/1.1\r\nHos",
		"half a handshake":        "\x16\x03\x01",
		"nothing after a request": "GET / HTTP/1.1\r\nHost: graph.microsoft.com\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, _ := s.connect("graph.microsoft.com:443")
			_, _ = io.WriteString(conn, begin)
			if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the connection stays open")
			}
		})
	}
}

func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	s := serve(t, echo, impersonate.WithLimits(impersonate.Limits{HeaderBytes: 1 << 10}))
	long := "GET http://graph.microsoft.com/ HTTP/1.1\r\nHost: graph.microsoft.com\r\nX: " + strings.Repeat("x", 16<<10) + "\r\n\r\n"
	if response := exchange(t, s.dial(), long, "GET"); response.StatusCode != 431 {
		t.Errorf("to the proxy: %s, want 431", response.Status)
	}
	conn, _ := s.connect("graph.microsoft.com")
	if response := exchange(t, conn, long, "GET"); response.StatusCode != 431 {
		t.Errorf("in a tunnel: %s, want 431", response.Status)
	}
}

func TestErrorLogTellsOfClientsThatDoNotTrustTheAuthority(t *testing.T) {
	t.Parallel()
	lines := make(chan string, 8)
	s := serve(t, echo, impersonate.WithErrorLog(log.New(lineWriter(lines), "", 0)))
	conn, _ := s.connect("graph.microsoft.com:443")
	if err := tls.Client(conn, &tls.Config{ServerName: "graph.microsoft.com"}).Handshake(); err == nil {
		t.Fatal("trusted")
	}
	select {
	case line := <-lines:
		if !strings.Contains(line, "TLS handshake error") {
			t.Errorf("logged %s", line)
		}
	case <-time.After(10 * time.Second):
		t.Error("nothing was logged")
	}
}

type lineWriter chan string

func (w lineWriter) Write(p []byte) (int, error) {
	w <- string(p)
	return len(p), nil
}
