package wire

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
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

// assertionType is what a client assertion is (RFC 7523 §2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// ClientCredentials fetches access tokens with the OAuth 2.0 client credentials grant (RFC 6749 §4.4), keeps each for as long as its
// expires_in says, and fetches another shortly before that or when one was refused. It is safe for concurrent use, and must not be
// copied after its first use.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, authorization methods.
type ClientCredentials struct {
	TokenURL     string // the field Token Endpoint
	ClientID     string
	ClientSecret string
	Scope        string // "" sends none
	// Assertion makes the JWT that stands for the client in the place of a secret, one for each fetch (RFC 7523 §2.2): its own, or one of a
	// federated issuer. Nil: ClientSecret.
	Assertion func(ctx context.Context) (string, error)
	// InHeader puts the credentials into an Authorization header (client_secret_basic) instead of the body.
	InHeader  bool
	Transport http.RoundTripper // nil: [NewTransport]
	Clock     clockwork.Clock   // nil: the real one
	Timeout   time.Duration     // of one fetch; 0 is [DefaultTimeout]

	fetching sync.Mutex // held while a token is fetched, so that there is one fetch for all who wait
	mu       sync.Mutex
	kept     keptToken
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
	s.kept.refuse(token)
}

// Token returns the token at hand or fetches one.
func (s *ClientCredentials) Token(ctx context.Context) (string, error) {
	if token, _ := s.atHand(); token != "" {
		return token, nil
	}
	s.fetching.Lock()
	defer s.fetching.Unlock()
	token, secret := s.atHand()
	if token != "" {
		return token, nil
	}
	form := url.Values{"grant_type": {"client_credentials"}}
	if s.Scope != "" {
		form.Set("scope", s.Scope)
	}
	if s.Assertion != nil {
		assertion, err := s.Assertion(ctx)
		if err != nil {
			return "", fmt.Errorf("make client assertion: %w", err)
		}
		form.Set("client_assertion_type", assertionType)
		form.Set("client_assertion", assertion)
		secret = ""
	}
	e := tokenEndpoint{url: s.TokenURL, clientID: s.ClientID, secret: secret, inHeader: s.InHeader, transport: s.Transport, timeout: s.Timeout}
	began := clockOr(s.Clock).Now()
	answer, err := e.ask(ctx, form)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept.keep(answer, began)
	return answer.token, nil
}

func (s *ClientCredentials) atHand() (token, secret string) {
	now := clockOr(s.Clock).Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept.at(now), s.ClientSecret
}
