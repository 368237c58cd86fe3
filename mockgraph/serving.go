package mockgraph

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// Client returns an HTTP client whose requests to Microsoft's names (login.microsoftonline.com, graph.microsoft.com and their kin)
// are answered by the tenant in-process, without a socket. Requests for other hosts fail. It needs no closing.
//
// A library under test gets it as its HTTP client and signs in by itself; a test that only wants to ask Graph takes
// [Tenant.ClientAs].
func (t *Tenant) Client() *http.Client {
	return &http.Client{Transport: impersonate.Transport(t)}
}

// ClientAs is [Tenant.Client] with an access token on each request that has none: minted as the grant says, and again when it has
// expired. The error is that of login.Server.Mint.
func (t *Tenant) ClientAs(g login.Grant) (*http.Client, error) {
	b := &bearer{tenant: t, grant: g, base: impersonate.Transport(t)}
	if _, err := b.current(); err != nil {
		return nil, err
	}
	return &http.Client{Transport: b}, nil
}

// bearer adds an access token to requests.
type bearer struct {
	tenant *Tenant
	grant  login.Grant
	base   http.RoundTripper

	mu      sync.Mutex
	token   string
	expires time.Time
}

func (b *bearer) current() (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.token != "" && b.tenant.clock.Now().Add(time.Minute).Before(b.expires) {
		return b.token, nil
	}
	token, err := b.tenant.login.Mint(b.grant)
	if err != nil {
		return "", err
	}
	claims, err := b.tenant.login.Verify(token)
	if err != nil {
		return "", fmt.Errorf("mint token: %w", err)
	}
	b.token, b.expires = token, claims.ExpiresAt
	return token, nil
}

// RoundTrip sends the request with the token.
func (b *bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Authorization") == "" {
		token, err := b.current()
		if err != nil {
			if r.Body != nil {
				_ = r.Body.Close()
			}
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return b.base.RoundTrip(r)
}

// Listening says where a tenant listens.
type Listening struct {
	Address   string                 // of the TLS origin; "" is 127.0.0.1:0, a free port
	Proxy     string                 // of the CONNECT proxy for Microsoft's names; "" is 127.0.0.1:0, "-" is none
	Plain     string                 // of the same origin without TLS, for tools that can do no other; "" is none
	Authority *impersonate.Authority // signs the certificates; nil: a new one
	Remote    bool                   // the proxy admits clients from other machines

	// Refused is told of each request the proxy refuses: what was asked for, such as example.com:443, and why, in one sentence. nil:
	// nobody is. It may be called by several goroutines at once.
	Refused func(target, reason string)
	// Handshakes is where connections that fail before a request are written, one line each; nil: nowhere. They tell of clients
	// that do not trust the authority yet.
	Handshakes *log.Logger
}

// ListenError tells that an address cannot be listened on.
type ListenError struct {
	Member  string // of Listening: Address, Plain or Proxy
	Address string
	Err     error
}

func (e *ListenError) Error() string { return "listen on " + e.Address + ": " + e.Err.Error() }

// Unwrap returns the reason.
func (e *ListenError) Unwrap() error { return e.Err }

// Server is a tenant that listens.
type Server struct {
	URL      string // https://127.0.0.1:port, without a slash at the end
	ProxyURL string // http://127.0.0.1:port, "" without one
	PlainURL string // http://127.0.0.1:port, "" without one
	CA       []byte // certificate of the local authority, PEM: what clients must trust

	authority *impersonate.Authority
	transport *http.Transport
	proxy     *impersonate.Proxy
	servers   []*http.Server
	running   sync.WaitGroup
	failed    chan error
	close     sync.Once

	handshakes *log.Logger
}

const anyPort = "127.0.0.1:0"

// Listen serves the tenant until [Server.Close].
func (t *Tenant) Listen(ctx context.Context, l Listening) (*Server, error) {
	s := &Server{authority: l.Authority, failed: make(chan error, 3)}
	if s.authority == nil {
		var err error
		if s.authority, err = impersonate.NewAuthority(); err != nil {
			return nil, fmt.Errorf("make local authority: %w", err)
		}
	}
	s.CA = s.authority.CertificatePEM()
	if err := s.open(ctx, t, l); err != nil {
		s.Close()
		return nil, err
	}
	s.transport = &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: s.authority.CertPool(), MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
		Proxy:             s.way,
	}
	return s, nil
}

func (s *Server) open(ctx context.Context, t *Tenant, l Listening) error {
	listener, err := listen(ctx, "Address", l.Address)
	if err != nil {
		return err
	}
	s.URL = "https://" + reachable(listener)
	s.handshakes = l.Handshakes
	if s.handshakes == nil {
		s.handshakes = log.New(io.Discard, "", 0)
	}
	s.serve(t, listener, s.authority.TLSConfig())
	if l.Plain != "" {
		if listener, err = listen(ctx, "Plain", l.Plain); err != nil {
			return err
		}
		s.PlainURL = "http://" + reachable(listener)
		s.serve(t, listener, nil)
	}
	if l.Proxy == "-" {
		return nil
	}
	if listener, err = listen(ctx, "Proxy", l.Proxy); err != nil {
		return err
	}
	s.ProxyURL = "http://" + reachable(listener)
	t.proxy.Store(&s.ProxyURL)
	opts := []impersonate.ProxyOption{impersonate.WithErrorLog(s.handshakes)}
	if l.Refused != nil {
		opts = append(opts, impersonate.WithRefusals(l.Refused))
	}
	if l.Remote {
		opts = append(opts, impersonate.WithRemoteClients())
	}
	s.proxy = impersonate.NewProxy(t, s.authority, opts...)
	s.run(func() error { return s.proxy.Serve(listener) })
	return nil
}

func listen(ctx context.Context, member, address string) (net.Listener, error) {
	if address == "" {
		address = anyPort
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		if within := (*net.OpError)(nil); errors.As(err, &within) {
			err = within.Err // which says nothing of the address again
		}
		return nil, &ListenError{member, address, err}
	}
	return listener, nil
}

// reachable is the host and port a client on this machine reaches a listener by.
func reachable(l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return l.Addr().String()
}

func (s *Server) serve(t *Tenant, listener net.Listener, secure *tls.Config) {
	server := &http.Server{
		Handler: t, TLSConfig: secure, ErrorLog: s.handshakes,
		ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	s.servers = append(s.servers, server)
	s.run(func() error {
		if secure == nil {
			return server.Serve(listener)
		}
		return server.ServeTLS(listener, "", "")
	})
}

func (s *Server) run(serve func() error) {
	s.running.Go(func() {
		if err := serve(); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	})
}

// Failed tells when the server cannot go on, which should not happen.
func (s *Server) Failed() <-chan error { return s.failed }

// way sends requests for Microsoft's names through the proxy.
func (s *Server) way(r *http.Request) (*url.URL, error) {
	if _, impersonated := s.authority.Hosts().Find(r.URL.Host); !impersonated || s.ProxyURL == "" {
		return nil, nil //nolint:nilnil // as http.Transport.Proxy wants it: directly
	}
	return url.Parse(s.ProxyURL)
}

// Client returns an HTTP client that trusts the authority, reaches [Server.URL] directly and Microsoft's names through the proxy. All
// clients share their connections, which [Server.Close] closes.
func (s *Server) Client() *http.Client { return &http.Client{Transport: s.transport} }

// Environment writes the authority's files into a folder and returns what to set so that other processes reach the tenant under
// Microsoft's names.
func (s *Server) Environment(folder string) ([]impersonate.Variable, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("find folder: %w", err)
	}
	if err := s.authority.SaveTo(folder); err != nil {
		return nil, err
	}
	return impersonate.Environment(s.ProxyURL, filepath.Join(folder, impersonate.CertificateFile), filepath.Join(folder, impersonate.BundleFile)), nil
}

// Close ends everything at once: listeners, connections, requests. It returns when they have ended.
func (s *Server) Close() {
	s.close.Do(func() {
		if s.transport != nil {
			s.transport.CloseIdleConnections()
		}
		for _, server := range s.servers {
			_ = server.Close() // all it can say is that a listener was closed already
		}
		if s.proxy != nil {
			_ = s.proxy.Close() // the same
		}
		s.running.Wait()
	})
}

// TB is what [Tenant.Start] needs of a testing.TB.
type TB interface {
	Helper()
	Cleanup(f func())
	Fatalf(format string, args ...any)
}

// Start serves the tenant for a test: over TLS on a free port of 127.0.0.1, and through a CONNECT proxy under Microsoft's own names.
// It is closed when the test ends.
func (t *Tenant) Start(tb TB) *Server {
	tb.Helper()
	s, err := t.Listen(context.Background(), Listening{})
	if err != nil {
		tb.Fatalf("start tenant: %v", err)
		return nil
	}
	tb.Cleanup(s.Close)
	return s
}
