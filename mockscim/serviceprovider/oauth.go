package serviceprovider

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// OAuth is a client and how it proves itself at the endpoint's own token endpoint, POST /oauth/token (RFC 6749 §4.4, RFC 7523). At least
// one of ClientSecret and Assertions must be there.
type OAuth struct {
	ClientID     string
	ClientSecret string        // sent in the form or as basic authentication; "" refuses both
	Assertions   []Assertion   // JWTs that are taken for the client
	TokenLife    time.Duration // of access tokens; default an hour; whole seconds
}

// Assertion is a JWT that is taken for a client (RFC 7523 §3): one it signs itself (private_key_jwt), then Issuer and Subject are its id,
// or one of a federated issuer, such as an Entra tenant for a workload identity. It must not have expired, and its jti, if it has one, not have been
// used. RS256, PS256 and ES256 are known.
type Assertion struct {
	Issuer   string             // iss; default the client id
	Subject  string             // sub; default the client id
	Audience string             // one of aud; default the URL of the token endpoint as it was asked
	Keys     jose.JSONWebKeySet // public keys of the issuer; the kid of the JWT names one, without it all are tried
}

// WithOAuth serves a token endpoint for a client. Its access tokens are good besides the token of [WithToken]; without either an endpoint is
// open.
func WithOAuth(client OAuth) Option {
	return func(s *settings) error {
		if client.ClientID == "" || client.ClientSecret == "" && len(client.Assertions) == 0 {
			return errors.New("add OAuth client: it needs an id, and a secret or assertions")
		}
		for _, a := range client.Assertions {
			if len(a.Keys.Keys) == 0 {
				return fmt.Errorf("add OAuth client %q: an assertion needs keys", client.ClientID)
			}
		}
		if client.TokenLife <= 0 {
			client.TokenLife = time.Hour
		}
		s.oauth = &client
		return nil
	}
}

// tokenPath is where tokens are had, below the prefix.
const tokenPath = "/oauth/token" //nolint:gosec // an address, no secret

// authorizationServer gives access tokens to one client.
type authorizationServer struct {
	OAuth

	endpoint *Endpoint
	key      []byte // signs tokens

	mu   sync.Mutex
	used map[string]time.Time // jti of assertions, until they expire
}

func newAuthorizationServer(e *Endpoint, client OAuth) (*authorizationServer, error) {
	s := &authorizationServer{OAuth: client, endpoint: e, key: make([]byte, sha256.Size), used: map[string]time.Time{}}
	if _, err := io.ReadFull(e.settings.random, s.key); err != nil {
		return nil, fmt.Errorf("read random key of tokens: %w", err)
	}
	return s, nil
}

// oauthError is a refusal of the token endpoint (RFC 6749 §5.2).
type oauthError struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func refuseToken(status int, code, format string, args ...any) *oauthError {
	return &oauthError{status: status, Code: code, Description: fmt.Sprintf(format, args...)}
}

// granted is an access token on its way out (RFC 6749 §5.1).
type granted struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
}

// Grant types, and the type of assertions that authenticate a client (RFC 6749 §4.4.2, RFC 7523 §2).
const (
	clientCredentials = "client_credentials"
	jwtBearer         = "urn:ietf:params:oauth:grant-type:jwt-bearer" //nolint:gosec // a name, no secret
	assertionType     = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// ServeHTTP answers a token request.
func (s *authorizationServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var a *answer
	if refusal := s.endpoint.bendProved(r, s.grant(r)); refusal != nil {
		a = reply(refusal.status, refusal)
		if refusal.status == http.StatusUnauthorized {
			a.header.Set("WWW-Authenticate", `Basic realm="token"`)
		}
	} else if token, expires, err := s.issue(); err != nil {
		a = reply(http.StatusInternalServerError, refuseToken(http.StatusInternalServerError, "server_error", "%v", err))
	} else {
		given := granted{AccessToken: token, TokenType: "Bearer", ExpiresIn: expires}
		s.endpoint.bendGranting(&given)
		a = reply(http.StatusOK, given)
	}
	a.header.Set("Content-Type", "application/json")
	a.header.Set("Cache-Control", "no-store")
	a.write(w, false, &bytes.Buffer{})
}

// grant says why a request gets no token; nil when it gets one.
func (s *authorizationServer) grant(r *http.Request) *oauthError {
	if r.Method != http.MethodPost {
		return refuseToken(http.StatusMethodNotAllowed, "invalid_request", "a token is asked for by POST")
	}
	const maxForm = 64 << 10
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return refuseToken(http.StatusBadRequest, "invalid_request", "the form cannot be read")
	}
	for name, values := range r.PostForm {
		if len(values) > 1 {
			return refuseToken(http.StatusBadRequest, "invalid_request", "%q is there twice", name)
		}
	}
	switch grant := r.PostForm.Get("grant_type"); grant {
	case clientCredentials:
		return s.authenticate(r)
	case jwtBearer:
		if err := s.checkAssertion(r, r.PostForm.Get("assertion")); err != nil {
			return refuseToken(http.StatusBadRequest, "invalid_grant", "%v", err)
		}
		return nil
	case "":
		return refuseToken(http.StatusBadRequest, "invalid_request", "grant_type is missing")
	default:
		return refuseToken(http.StatusBadRequest, "unsupported_grant_type", "the grant types are %s and %s", clientCredentials, jwtBearer)
	}
}

// authenticate says why a request is not the client's; nil when it is. There must be one proof and no other (RFC 6749 §2.3).
func (s *authorizationServer) authenticate(r *http.Request) *oauthError {
	form := r.PostForm
	id, secret, basic := r.BasicAuth()
	asserted, posted := form.Has("client_assertion") || form.Has("client_assertion_type"), form.Has("client_secret")
	if basic && (asserted || posted) || asserted && posted {
		return refuseToken(http.StatusBadRequest, "invalid_request", "the client proves itself in more than one way")
	}
	failed := refuseToken(http.StatusUnauthorized, "invalid_client", "the client is not known, or its secret is wrong")
	switch {
	case asserted:
		if form.Get("client_assertion_type") != assertionType {
			return refuseToken(http.StatusBadRequest, "invalid_request", "client_assertion_type is not %s", assertionType)
		}
		if form.Has("client_id") && !same(form.Get("client_id"), s.ClientID) {
			return failed
		}
		if err := s.checkAssertion(r, form.Get("client_assertion")); err != nil {
			return refuseToken(http.StatusUnauthorized, "invalid_client", "%v", err)
		}
		return nil
	case basic: // both parts are encoded as in a form (RFC 6749 §2.3.1), which not every client does
		if !s.isClient(id, secret) && !s.isClient(unescaped(id), unescaped(secret)) {
			return failed
		}
		return nil
	case posted:
		if !s.isClient(form.Get("client_id"), form.Get("client_secret")) {
			return failed
		}
		return nil
	default:
		return refuseToken(http.StatusUnauthorized, "invalid_client", "the client does not prove itself")
	}
}

func (s *authorizationServer) isClient(id, secret string) bool {
	return s.ClientSecret != "" && same(id, s.ClientID) && same(secret, s.ClientSecret)
}

// same compares as digests in constant time, so that neither content nor length leaks.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
