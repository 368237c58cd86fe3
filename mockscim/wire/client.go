package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/jonboulle/clockwork"
	"golang.org/x/time/rate"
)

// Defaults of [Config]. The timeout is that of .NET's HttpClient, since Entra's own is not documented.
const (
	DefaultTimeout = 100 * time.Second
	DefaultMaxBody = 8 << 20
)

// maxPerSecond bounds [Config] PerSecond; one over it is the slowest pace.
const maxPerSecond = 1e6

// maxTrusted is up to which Content-Length memory is made ready before the body has come.
const maxTrusted = 16 << 10

// Config says where a client sends to and how.
type Config struct {
	// TenantURL is the base address, such as https://example.com/scim, with the dialect's flag or without: see
	// [ParseTenantURL]. Other query parameters are sent along with every request.
	TenantURL string
	// SendFlag leaves the flag in the URLs of requests, as it stands in TenantURL. Whether Entra does so is not documented; by
	// default it is taken out.
	SendFlag bool
	// Token is the secret token; "" sends no Authorization header.
	Token string
	// Tokens hands out the token of each request in the place of Token; nil: Token.
	Tokens TokenSource
	// Transport sends the requests. Nil: HTTP/1.1 with TLS 1.2 or newer, the usual proxy variables, connections kept alive.
	Transport http.RoundTripper
	// Header is added to every request, and replaces what the client would set. Nil adds nothing: Entra sends neither Accept
	// nor User-Agent as far as captured requests show.
	Header http.Header
	// AdscimVersion is the value of the Adscimversion header, which Entra adds to its requests for correlation; "" leaves it
	// out. Source: github.com/bitwarden/server, ScimContext.
	AdscimVersion string
	// Timeout is for one request including its answer, without waiting for the Limiter. 0 is [DefaultTimeout].
	Timeout time.Duration
	// MaxBody is the largest answer that is read, in bytes. 0 is [DefaultMaxBody].
	MaxBody int64
	// Limiter paces the requests. Nil: as fast as the caller is.
	Limiter *rate.Limiter
	// PerSecond is the pace of the requests, which then begin at regular times and never in bursts; 0 is as fast as the caller is. The
	// endpoint has to bear 25 a second; how fast Entra is, is not documented.
	// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, gallery requirements.
	PerSecond float64
	// PaceClock is the clock of PerSecond; nil: the real one, since the target lives in real time.
	PaceClock clockwork.Clock
}

// Client sends requests to one target. It is safe for concurrent use.
type Client struct {
	config  Config
	base    url.URL
	query   string // parameters of the tenant URL
	dialect Dialect
	pacer   *pacer
	token   atomic.Pointer[credential]
}

// credential is a token with what follows from it. It never changes.
type credential struct {
	token   string
	bearer  string   // the header
	secrets []string // never shown in errors
}

// NewClient returns a client, or an error when the tenant URL is not one.
func NewClient(c Config) (*Client, error) {
	base, err := parseTenantURL(c.TenantURL)
	if err != nil {
		return nil, err
	}
	bare := *base
	dialect, err := stripFlags(&bare)
	if err != nil {
		return nil, err
	}
	if !c.SendFlag {
		base = &bare
	}
	switch {
	case c.Timeout < 0 || c.MaxBody < 0:
		return nil, errors.New("make client: the timeout and the body limit cannot be negative")
	case c.PerSecond < 0 || c.PerSecond > maxPerSecond || c.PerSecond > 0 && c.PerSecond < 1/maxPerSecond:
		return nil, fmt.Errorf("make client: the pace of %g requests per second is not between 1e-6 and 1e6", c.PerSecond)
	case c.Limiter != nil && c.Limiter.Limit() != rate.Inf && c.Limiter.Burst() < 1:
		return nil, errors.New("make client: the limiter never lets a request pass, its burst is 0")
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.MaxBody == 0 {
		c.MaxBody = DefaultMaxBody
	}
	if c.Transport == nil {
		c.Transport = NewTransport()
	}
	client := &Client{
		config: c, base: *base, query: strings.Trim(base.RawQuery, "&"), dialect: dialect, pacer: newPacer(c.PerSecond, c.PaceClock),
	}
	client.SetToken(c.Token)
	return client, nil
}

// NewTransport returns the transport of a client that is given none, for callers that want to put another one in front of it: it
// speaks HTTP/1.1, as .NET's HttpClient does unless told otherwise, and asks for no compression, as Go's would.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{},
		DisableCompression:  true,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 30 * time.Second,
	}
}

// Dialect is the dialect the tenant URL asks for.
func (c *Client) Dialect() Dialect { return c.dialect }

// SetToken changes the token of the requests that begin from now on.
func (c *Client) SetToken(token string) {
	c.token.Store(&credential{token: token, bearer: "Bearer " + token, secrets: c.secrets(token)})
}

// Close closes the connections that are idle.
func (c *Client) Close() {
	if t, ok := c.config.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// Response is an answer, complete and bounded.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	Method string // of the request
	URL    string // of the request

	secrets []string // never shown in errors
}

// Do sends one request and reads the whole answer. Whatever the status, an answer is no error; [Check], [ReadResource] and
// [ReadList] judge it. No answer, an answer that cannot be read or is too large, and a redirect are *Error. When ctx ends, its
// error comes back, wrapped.
func (c *Client) Do(ctx context.Context, r Request) (Response, error) {
	target, err := c.locate(r)
	if err != nil {
		return Response{}, err
	}
	known := c.token.Load()
	response := Response{Method: r.Method, URL: target.String(), secrets: known.secrets}
	if c.config.Limiter != nil {
		if err := pace(ctx, c.config.Limiter); err != nil {
			return response, fmt.Errorf("%s %s: wait for the pace: %w", r.Method, response.shownURL(), err)
		}
	}
	if err := c.pacer.wait(ctx); err != nil {
		return response, fmt.Errorf("%s %s: wait for the pace: %w", r.Method, response.shownURL(), err)
	}
	timed, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	request, err := c.request(timed, r, target, known)
	if err != nil {
		return Response{}, err
	}
	token, err := c.authorize(ctx, request)
	if err != nil {
		return response, err
	}
	if token != "" {
		response.secrets = append(slices.Clip(response.secrets), token)
	}
	answer, err := c.config.Transport.RoundTrip(request)
	if err != nil {
		return response, c.failure(ctx, timed, response, err)
	}
	defer func() { _ = answer.Body.Close() }()
	response.Status, response.Header = answer.StatusCode, answer.Header
	if c.config.Tokens != nil && answer.StatusCode == http.StatusUnauthorized {
		c.config.Tokens.Refused(token)
	}
	response.Body, err = readAll(io.LimitReader(answer.Body, c.config.MaxBody+1), int(min(max(answer.ContentLength, 0), maxTrusted)))
	switch {
	case err != nil:
		return response, c.failure(ctx, timed, response, err)
	case int64(len(response.Body)) > c.config.MaxBody:
		response.Body = response.Body[:c.config.MaxBody]
		return response, response.errorf(CodeServiceIncompatible, "the answer is larger than %d bytes", c.config.MaxBody)
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		return response, response.errorf(CodeWebExceptionProtocolError, "the endpoint redirects (%d) to %q, and redirects are not followed",
			answer.StatusCode, clip(response.shown(answer.Header.Get("Location"), maxShownURL), 200))
	}
	return response, nil
}

// readAll is [io.ReadAll] of about so many bytes.
func readAll(from io.Reader, size int) ([]byte, error) {
	to := make([]byte, 0, max(size+1, bytes.MinRead)) // one more to see the end
	for {
		n, err := from.Read(to[len(to):cap(to)])
		to = to[:len(to)+n]
		switch {
		case errors.Is(err, io.EOF):
			return to, nil
		case err != nil:
			return to, err
		case len(to) == cap(to):
			to = append(to, 0)[:len(to)]
		}
	}
}

// authorize sets the token of the token source, if there is one.
func (c *Client) authorize(ctx context.Context, request *http.Request) (string, error) {
	if c.config.Tokens == nil {
		return "", nil
	}
	token, err := c.config.Tokens.Token(ctx)
	if err == nil && c.config.Header.Get("Authorization") == "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return token, err
}

// pace waits for the limiter until ctx ends. The limiter's own Wait gives up beforehand when it sees that the time will not do,
// with an error that nobody can tell from a failure of the target.
func pace(ctx context.Context, limiter *rate.Limiter) error {
	reservation := limiter.Reserve()
	timer := time.NewTimer(reservation.Delay())
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		reservation.Cancel()
		return ctx.Err()
	}
}

// locate is the URL of a request.
func (c *Client) locate(r Request) (*url.URL, error) {
	if !strings.HasPrefix(r.Target, "/") || strings.HasSuffix(r.Target, "/") || strings.Contains(r.Target, "/?") {
		return nil, fmt.Errorf("send %s %s: the target is not /Users or /Groups with an id or a query", r.Method, clip(r.Target, 80))
	}
	path, query, _ := strings.Cut(r.Target, "?")
	target := c.base
	escaped := strings.TrimSuffix(target.EscapedPath(), "/") + path
	decoded, err := url.PathUnescape(escaped)
	if err != nil {
		return nil, fmt.Errorf("send %s %s: %w", r.Method, clip(r.Target, 80), err)
	}
	target.Path, target.RawPath = decoded, escaped
	target.RawQuery = strings.Trim(c.query+"&"+query, "&")
	target.ForceQuery = false
	if strings.ContainsFunc(r.Target, unicode.IsControl) {
		if _, err := url.Parse(target.String()); err != nil {
			return nil, fmt.Errorf("send %s %s: %w", r.Method, clip(r.Target, 80), err)
		}
	}
	return &target, nil
}

// request makes the HTTP request with exactly the headers Entra sends.
func (c *Client) request(ctx context.Context, r Request, target *url.URL, known *credential) (*http.Request, error) {
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body)
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, "", body)
	if err != nil {
		return nil, fmt.Errorf("send %s %s: %w", r.Method, clip(r.Target, 80), err)
	}
	request.URL, request.Host = target, strings.TrimSuffix(target.Host, ":")
	request.Header["User-Agent"] = nil // net/http leaves the header out
	if known.token != "" {
		request.Header["Authorization"] = []string{known.bearer}
	}
	if r.ContentType != "" && r.Body != nil {
		request.Header["Content-Type"] = []string{r.ContentType}
	}
	if c.config.AdscimVersion != "" {
		request.Header.Set("Adscimversion", c.config.AdscimVersion)
	}
	for name, values := range c.config.Header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	return request, nil
}
