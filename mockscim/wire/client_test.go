package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/time/rate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "s3cret-token/+=="

// client returns a client of a URL, closed at the end of the test.
func client(t *testing.T, config Config) *Client {
	t.Helper()
	if config.Timeout == 0 {
		config.Timeout = 10 * time.Second
	}
	if config.Token == "" {
		config.Token = token
	}
	c, err := NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

// captured answers one connection with an empty list and returns what came over it, each request as one string.
func captured(t *testing.T) (address string, requests <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	seen := make(chan string, 10)
	go func() {
		defer close(seen)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		reader := bufio.NewReader(conn)
		for {
			head, length := "", 0
			for !strings.HasSuffix(head, "\r\n\r\n") {
				line, err := reader.ReadString('\n')
				if err != nil {
					return
				}
				_, _ = fmt.Sscanf(line, "Content-Length: %d", &length)
				head += line
			}
			body := make([]byte, length)
			if _, err := io.ReadFull(reader, body); err != nil {
				return
			}
			seen <- head + string(body)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
		}
	}()
	return l.Addr().String(), seen
}

func TestTheWireHasExactlyEntrasHeaders(t *testing.T) {
	address, requests := captured(t)
	c := client(t, Config{TenantURL: "http://" + address + "/scim/?aadOptscim062020&tenant=7"})
	composer := compose(t, Options{})
	for _, r := range []Request{composer.MatchUser("userName", "a+b@c.example"), composer.PatchUser("u/1", []Change{replace("active", "False")}), composer.DeleteUser("1")} {
		if _, err := c.Do(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
	host := "Host: " + address + "\r\n"
	bearer := "Authorization: Bearer " + token + "\r\n"
	body := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}`
	for _, want := range []string{
		"GET /scim/Users?tenant=7&filter=userName+eq+%22a%2bb%40c.example%22 HTTP/1.1\r\n" + host + bearer + "\r\n",
		"PATCH /scim/Users/u%2F1?tenant=7 HTTP/1.1\r\n" + host + fmt.Sprintf("Content-Length: %d\r\n", len(body)) + bearer +
			"Content-Type: application/scim+json; charset=utf-8\r\n\r\n" + body,
		"DELETE /scim/Users/1?tenant=7 HTTP/1.1\r\n" + host + bearer + "\r\n",
	} {
		if got := <-requests; got != want {
			t.Errorf("got\n%q\nwant\n%q", got, want)
		}
	}
}

func TestHeadersCanBeAdded(t *testing.T) {
	got := make(chan http.Header, 1)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { got <- r.Header })
	c := client(t, Config{TenantURL: s.URL, AdscimVersion: "2026-01-01", Header: http.Header{"accept": {"application/scim+json"}, "User-Agent": {"probe"}}})
	c.SetToken("")
	if _, err := c.Do(context.Background(), get("/Users/1")); err != nil {
		t.Fatal(err)
	}
	h := <-got
	if h.Get("Adscimversion") != "2026-01-01" || h.Get("Accept") != "application/scim+json" || h.Get("User-Agent") != "probe" || h.Get("Authorization") != "" {
		t.Errorf("got %v", h)
	}
}

func TestSetTokenHoldsForTheNextRequest(t *testing.T) {
	got := make(chan string, 2)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { got <- r.Header.Get("Authorization") })
	c := client(t, Config{TenantURL: s.URL, Token: "first"})
	for _, want := range []string{"Bearer first", "Bearer second"} {
		if _, err := c.Do(context.Background(), get("/Users/1")); err != nil {
			t.Fatal(err)
		}
		if h := <-got; h != want {
			t.Errorf("got %s, want %s", h, want)
		}
		c.SetToken("second")
	}
}

func TestConnectionsAreReused(t *testing.T) {
	var connections atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	c := client(t, Config{TenantURL: s.URL})
	for range 20 {
		if _, err := c.Do(context.Background(), get("/Users/1")); err != nil {
			t.Fatal(err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for 20 requests", n)
	}
}

// badTarget is a target that answers in a way no client can use; each gives one sentence and a code, and nothing hangs.
func TestWhatGoesWrongIsOneClearSentence(t *testing.T) {
	chunk := strings.Repeat("x", 64<<10)
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
	}
	trickle := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, " "); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-r.Context().Done():
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	answer := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			_, _ = io.WriteString(w, body)
		}
	}
	var hits atomic.Int32
	for _, tt := range []struct {
		title   string
		handler http.HandlerFunc
		tls     bool
		config  Config
		code    string
		status  int
		want    string
	}{
		{"redirect loop", func(w http.ResponseWriter, r *http.Request) {
			hits.Add(1)
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		}, false, Config{}, CodeWebExceptionProtocolError, 302, `the endpoint redirects (302) to "/Users?filter=`},
		{"endless body", endless, false, Config{MaxBody: 1 << 20}, CodeServiceIncompatible, 200, "the answer is larger than 1048576 bytes"},
		{"50 MB body", func(w http.ResponseWriter, _ *http.Request) {
			for range 50 << 20 / len(chunk) {
				if _, err := io.WriteString(w, chunk); err != nil {
					return
				}
			}
		}, false, Config{}, CodeServiceIncompatible, 200, "the answer is larger than 8388608 bytes"},
		{"HTML", answer("text/html; charset=utf-8", "<!DOCTYPE html><title>Sign in</title>"), false, Config{}, CodeServiceIncompatible, 200, "the answer 200 is HTML or XML, want a SCIM ListResponse"},
		{"HTML called JSON", answer("application/json", "\r\n <html>"), false, Config{}, CodeServiceIncompatible, 200, "is HTML or XML"},
		{"invalid JSON", answer("application/scim+json", `{"schemas":`), false, Config{}, CodeServiceIncompatible, 200, "the body is not a SCIM ListResponse: "},
		{"no answer in time", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false, Config{Timeout: 50 * time.Millisecond}, CodeTimeout, 0, "the endpoint did not answer completely within 50ms"},
		{"trickling body", trickle, false, Config{Timeout: 2 * time.Second}, CodeTimeout, 200, "the endpoint did not answer completely within 2s"},
		{"connection closed", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false, Config{}, CodeWebExceptionProtocolError, 0, "closed the connection before its answer was complete"},
		{"body cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "{")
		}, false, Config{}, CodeWebExceptionProtocolError, 200, "closed the connection before its answer was complete"},
		{"untrusted certificate", answer("application/scim+json", "{}"), true, Config{}, CodeWebExceptionProtocolError, 0, "is not trusted: it is signed by an authority that is not known"},
	} {
		t.Run(tt.title, func(t *testing.T) {
			s := httptest.NewUnstartedServer(tt.handler)
			if tt.tls {
				s.Config.ErrorLog = silent
				s.StartTLS()
			} else {
				s.Start()
			}
			defer s.Close()
			tt.config.TenantURL = s.URL
			c := client(t, tt.config)
			defer c.Close()
			err := exchange(c)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if e.Code != tt.code || e.Status != tt.status || !strings.Contains(e.Message, tt.want) || strings.Contains(e.Message, "\n") {
				t.Errorf("got code %s status %d message %q, want %s %d %q", e.Code, e.Status, e.Message, tt.code, tt.status, tt.want)
			}
			if !strings.HasPrefix(e.Message, "GET "+s.URL+`/Users?filter=userName+eq+"ada": `) {
				t.Errorf("the message does not begin with the request: %s", e.Message)
			}
		})
	}
	if n := hits.Load(); n != 1 {
		t.Errorf("the redirect was followed: %d requests", n)
	}
}

// exchange matches a user and reads the answer as a list.
func exchange(c *Client) error {
	response, err := c.Do(context.Background(), get(users+query("", "", equals{"userName", "ada"})))
	if err == nil {
		_, err = ReadList(response)
	}
	return err
}

func TestConnectionProblems(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	_ = l.Close()
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	for _, tt := range []struct{ url, want string }{
		{"http://" + closed, "nothing listens at " + closed + ", the connection was refused"},
		{strings.Replace(plain.URL, "http:", "https:", 1), "does not speak TLS on this port"},
		{"http://nowhere.invalid", "the host name of nowhere.invalid could not be resolved"},
	} {
		err := exchange(client(t, Config{TenantURL: tt.url, Transport: direct(t)}))
		var e *Error
		if !errors.As(err, &e) || e.Code != CodeWebExceptionProtocolError || e.Status != 0 || !strings.HasSuffix(e.Message, tt.want) || e.Unwrap() == nil {
			t.Errorf("%s: got %v, want %q", tt.url, err, tt.want)
		}
	}
}

// direct is the client's own transport, without the proxy of the machine the tests run on, and without a name server.
func direct(t *testing.T) *http.Transport {
	transport := NewTransport()
	transport.Proxy = nil
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, "nowhere.invalid") {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "nowhere.invalid", IsNotFound: true}}
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func TestAnExpiredCertificateNamesItsReason(t *testing.T) {
	transport := roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, &tls.CertificateVerificationError{Err: errors.New("x509: certificate has expired")}
	})
	err := exchange(client(t, Config{TenantURL: "https://scim.example", Transport: transport}))
	if err == nil || !strings.HasSuffix(err.Error(), "the certificate of scim.example is not trusted: x509: certificate has expired") {
		t.Errorf("got %v", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAnyOtherFailureKeepsItsReason(t *testing.T) {
	reason := errors.New("the proxy\nsays no to " + token)
	err := exchange(client(t, Config{TenantURL: "https://scim.example", Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, reason })}))
	if !errors.Is(err, reason) || !strings.HasSuffix(err.Error(), "the connection failed: the proxy says no to [redacted]") {
		t.Errorf("got %v", err)
	}
}

func TestTheCallersContextIsNotTheTargetsFault(t *testing.T) {
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err := client(t, Config{TenantURL: s.URL}).Do(ctx, get("/Users/1"))
	var e *Error
	if !errors.Is(err, context.Canceled) || errors.As(err, &e) {
		t.Errorf("got %v", err)
	}
}

func TestThePaceIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hits := 0
		c := client(t, Config{TenantURL: "https://scim.example", Limiter: rate.NewLimiter(rate.Every(time.Hour), 1), Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			hits++
			return &http.Response{StatusCode: http.StatusOK, Request: r, Body: http.NoBody}, nil
		})})
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if _, err := c.Do(ctx, get("/Users/1")); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Do(ctx, get("/Users/1")); !errors.Is(err, context.DeadlineExceeded) || ctx.Err() == nil || !strings.Contains(err.Error(), "wait for the pace") {
			t.Errorf("got %v", err)
		}
		if hits != 1 {
			t.Errorf("%d requests", hits)
		}
	})
}

func TestARequestWithoutAnIDIsNotSent(t *testing.T) {
	c := client(t, Config{TenantURL: "http://scim.example", Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		t.Error("it was sent")
		return nil, io.EOF
	})})
	composer := compose(t, Options{})
	for _, r := range []Request{composer.DeleteUser(""), composer.GetGroup(""), composer.PatchUser("", nil), {Method: "GET", Target: "Users"}} {
		if _, err := c.Do(context.Background(), r); err == nil {
			t.Errorf("%s %s was sent", r.Method, r.Target)
		}
	}
}

func TestNewClientRefuses(t *testing.T) {
	for _, tt := range []struct {
		config Config
		want   string
	}{
		{Config{}, "want https://host/path"},
		{Config{TenantURL: "ftp://x"}, "want https://host/path"},
		{Config{TenantURL: "://\x00"}, "it is not a URL"},
		{Config{TenantURL: "https://user:hunter2@x/scim"}, "credentials in the URL"},
		{Config{TenantURL: "https://x/scim#top"}, "fragment"},
		{Config{TenantURL: "https://x", Timeout: -1}, "cannot be negative"},
		{Config{TenantURL: "https://x", MaxBody: -1}, "cannot be negative"},
		{Config{TenantURL: "https://x", Limiter: rate.NewLimiter(1, 0)}, "burst is 0"},
	} {
		_, err := NewClient(tt.config)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: got %v, want %q", tt.config.TenantURL, err, tt.want)
		}
	}
}
