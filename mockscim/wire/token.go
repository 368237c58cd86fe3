package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// TokenSource hands out the bearer token of each request. It is asked before every one, and told when the target refused one with 401, so
// that the next request brings another.
type TokenSource interface {
	// Token returns a token. Errors are *[Error], or the context's.
	Token(ctx context.Context) (string, error)
	// Refused says that a token did not work.
	Refused(token string)
}

// Limits of a token endpoint's answer.
const (
	maxTokenAnswer = 1 << 20
	maxToken       = 64 << 10
)

// tokenMargin is how long before its end a token is no longer used.
const tokenMargin = time.Minute

// ClientCredentials fetches access tokens with the OAuth 2.0 client credentials grant (RFC 6749 §4.4), keeps each for as long as its
// expires_in says, and fetches another shortly before that or when one was refused. It is safe for concurrent use, and must not be
// copied after its first use.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, authorization methods.
type ClientCredentials struct {
	TokenURL     string // the field Token Endpoint
	ClientID     string
	ClientSecret string
	Scope        string // "" sends none
	// InHeader puts the credentials into an Authorization header (client_secret_basic) instead of the body.
	InHeader  bool
	Transport http.RoundTripper // nil: [NewTransport]
	Clock     clockwork.Clock   // nil: the real one
	Timeout   time.Duration     // of one fetch; 0 is [DefaultTimeout]

	fetching sync.Mutex // held while a token is fetched, so that there is one fetch for all who wait
	mu       sync.Mutex
	token    string
	ends     time.Time // zero: the endpoint did not say
}

// Rotate changes the client secret of the fetches that begin from now on. The token at hand stays in use.
func (s *ClientCredentials) Rotate(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ClientSecret = secret
}

// Refused forgets a token that did not work.
func (s *ClientCredentials) Refused(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == token {
		s.token = ""
	}
}

// Token returns the token at hand or fetches one.
func (s *ClientCredentials) Token(ctx context.Context) (string, error) {
	if token := s.atHand(); token != "" {
		return token, nil
	}
	s.fetching.Lock()
	defer s.fetching.Unlock()
	if token := s.atHand(); token != "" {
		return token, nil
	}
	return s.fetch(ctx)
}

func (s *ClientCredentials) clock() clockwork.Clock {
	if s.Clock == nil {
		return clockwork.NewRealClock()
	}
	return s.Clock
}

func (s *ClientCredentials) atHand() string {
	now := s.clock().Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ends.IsZero() && !now.Before(s.ends) {
		return ""
	}
	return s.token
}

func (s *ClientCredentials) request(ctx context.Context, secret string) (*http.Request, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if !s.InHeader {
		form.Set("client_id", s.ClientID)
		form.Set("client_secret", secret)
	}
	if s.Scope != "" {
		form.Set("scope", s.Scope)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, tokenError(0, "the token endpoint is not a URL")
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header["User-Agent"] = nil
	if s.InHeader {
		// RFC 6749 §2.3.1: both are form-encoded first.
		request.SetBasicAuth(url.QueryEscape(s.ClientID), url.QueryEscape(secret))
	}
	return request, nil
}

func (s *ClientCredentials) fetch(ctx context.Context) (string, error) {
	timeout, transport := s.Timeout, s.Transport
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	if transport == nil {
		own := NewTransport()
		defer own.CloseIdleConnections() // a fetch is rare
		transport = own
	}
	timed, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	s.mu.Lock()
	secret := s.ClientSecret
	s.mu.Unlock()
	request, err := s.request(timed, secret)
	if err != nil {
		return "", err
	}
	began := s.clock().Now()
	answer, err := transport.RoundTrip(request)
	if err != nil {
		if ctx.Err() != nil {
			return "", fmt.Errorf("fetch token: %w", ctx.Err())
		}
		return "", tokenError(0, "the token endpoint could not be reached").because(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxTokenAnswer))
	if err != nil {
		if ctx.Err() != nil {
			return "", fmt.Errorf("fetch token: %w", ctx.Err())
		}
		return "", tokenError(0, "the answer of the token endpoint ended early").because(err)
	}
	token, life, err := readToken(answer.StatusCode, body)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token, s.ends = token, time.Time{}
	if life > 0 {
		s.ends = began.Add(max(life-tokenMargin, life/2))
	}
	return token, nil
}

// readToken reads the answer of a token endpoint (RFC 6749 §5.1 and §5.2). Nothing the endpoint wrote but its error code is shown: the
// rest may hold a secret.
func readToken(status int, body []byte) (token string, life time.Duration, err error) {
	var a struct {
		AccessToken string      `json:"access_token"`
		TokenType   string      `json:"token_type"`
		ExpiresIn   json.Number `json:"expires_in"`
		Error       string      `json:"error"`
	}
	problem := json.Unmarshal(body, &a)
	switch {
	case status != http.StatusOK && problem == nil && a.Error != "":
		return "", 0, tokenError(status, "the token endpoint answered %d, %s", status, clip(printable(a.Error), 80))
	case status != http.StatusOK:
		return "", 0, tokenError(status, "the token endpoint answered %d", status)
	case problem != nil || a.AccessToken == "":
		return "", 0, tokenError(status, "the answer of the token endpoint has no access_token")
	case len(a.AccessToken) > maxToken || strings.ContainsFunc(a.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", 0, tokenError(status, "the access_token is no token")
	case a.TokenType != "" && !strings.EqualFold(a.TokenType, "Bearer"):
		return "", 0, tokenError(status, "the token_type is %s, not Bearer", clip(printable(a.TokenType), 40))
	}
	seconds, err := a.ExpiresIn.Int64()
	if err != nil || seconds < 0 {
		seconds = 0 // it did not say, or not in seconds
	}
	return a.AccessToken, time.Duration(min(seconds, 366*24*3600)) * time.Second, nil
}

// tokenError is a failure at the token endpoint. Refused credentials count as those of the target do.
func tokenError(status int, format string, args ...any) *Error {
	e := &Error{Code: CodeWebExceptionProtocolError, Status: status, Message: "fetch token: " + fmt.Sprintf(format, args...)}
	switch {
	case status == http.StatusBadRequest || status == http.StatusUnauthorized || status == http.StatusForbidden:
		e.Code, e.Status = CodeUnauthorized, http.StatusUnauthorized
	case status >= 500:
		e.Code = CodeInternalServerError
	}
	return e
}
