package wire

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// AuthorizationCode fetches access tokens with a refresh token, which an administrator's consent with the OAuth 2.0 authorization code grant
// left behind (RFC 6749 §4.1 and §6). It keeps each for as long as its expires_in says and looks before every request whether it still is
// good, as Entra does. A refresh token that comes back takes the place of the one it was asked with. It is safe for concurrent use, and must
// not be copied after its first use.
//
// A refresh token the endpoint no longer takes fails as refused credentials do: only a new consent mends it ([AuthorizationCode.Consent]).
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, authorization code grant flow.
type AuthorizationCode struct {
	TokenURL     string
	ClientID     string
	ClientSecret string // "" for a public client
	RefreshToken string
	// InHeader puts the client's credentials into an Authorization header (client_secret_basic) instead of the body.
	InHeader  bool
	Transport http.RoundTripper // nil: [NewTransport]
	Clock     clockwork.Clock   // nil: the real one
	Timeout   time.Duration     // of one fetch; 0 is [DefaultTimeout]
	// Rotated is told each refresh token that takes the place of another, so that it can be kept; nil tells nobody. It is called by one
	// goroutine at a time.
	Rotated func(refreshToken string)

	fetching sync.Mutex
	mu       sync.Mutex
	kept     keptToken
}

// Redeem exchanges the code an administrator's consent ended with for the first tokens. redirectURI is the address the code was sent to.
// Errors are *[Error], or the context's.
// Source: RFC 6749 §4.1.3.
func (s *AuthorizationCode) Redeem(ctx context.Context, code, redirectURI string) error {
	s.fetching.Lock()
	defer s.fetching.Unlock()
	_, err := s.fetch(ctx, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirectURI}})
	return err
}

// Consent sets the refresh token of a new consent. The token at hand is forgotten.
func (s *AuthorizationCode) Consent(refreshToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.RefreshToken, s.kept = refreshToken, keptToken{}
}

// Refused forgets a token that did not work.
func (s *AuthorizationCode) Refused(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept.refuse(token)
}

// Token returns the token at hand or fetches one with the refresh token.
func (s *AuthorizationCode) Token(ctx context.Context) (string, error) {
	if token, _ := s.atHand(); token != "" {
		return token, nil
	}
	s.fetching.Lock()
	defer s.fetching.Unlock()
	token, refresh := s.atHand()
	switch {
	case token != "":
		return token, nil
	case refresh == "":
		return "", tokenError(http.StatusUnauthorized, "there is no refresh token, an administrator has to consent first")
	}
	return s.fetch(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}})
}

func (s *AuthorizationCode) atHand() (token, refresh string) {
	now := clockOr(s.Clock).Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept.at(now), s.RefreshToken
}

func (s *AuthorizationCode) fetch(ctx context.Context, form url.Values) (string, error) {
	e := tokenEndpoint{
		url: s.TokenURL, clientID: s.ClientID, secret: s.ClientSecret, inHeader: s.InHeader, transport: s.Transport, timeout: s.Timeout,
	}
	began := clockOr(s.Clock).Now()
	answer, err := e.ask(ctx, form)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	rotated := answer.refresh != "" && answer.refresh != s.RefreshToken
	if rotated {
		s.RefreshToken = answer.refresh
	}
	s.kept.keep(answer, began)
	s.mu.Unlock()
	if rotated && s.Rotated != nil {
		s.Rotated(answer.refresh)
	}
	return answer.token, nil
}
