package mockscim

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// authorizationCodeGrant is the value of AuthenticationType for the OAuth authorization code grant. No page names it; it is built like that
// of the client credentials.
const authorizationCodeGrant = "OAuth2AuthorizationCodeGrant"

// The secrets of the authorization code grant, in which the client's and the token endpoint are those of client credentials.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationsecretkeystringvaluepair.
const (
	codeKey     = "Oauth2AuthorizationCode"
	redirectKey = "Oauth2RedirectUri"
	refreshKey  = "Oauth2RefreshToken"
)

// maxConsents bounds how many sources of tokens are remembered; beyond, they are made anew.
const maxConsents = 1000

// consents are the sources of tokens by what they were made of: jobs with the same credentials share one, because a refresh token may hold
// only once. The zero value is ready for use.
type consents struct {
	mu    sync.Mutex
	known map[consent]*wire.AuthorizationCode
}

type consent struct {
	url, client, secret, refresh string
	inHeader                     bool
}

func consentOf(secrets []synchronization.Secret) consent {
	return consent{
		url: secretValue(secrets, "Oauth2TokenExchangeUri"), client: secretValue(secrets, "Oauth2ClientId"), secret: secretValue(secrets, "Oauth2ClientSecret"),
		refresh: secretValue(secrets, refreshKey), inHeader: strings.EqualFold(secretValue(secrets, locationKey), "Header"),
	}
}

func (c consent) source(s *Service, transport http.RoundTripper) *wire.AuthorizationCode {
	return &wire.AuthorizationCode{
		TokenURL: c.url, ClientID: c.client, ClientSecret: c.secret, RefreshToken: c.refresh, InHeader: c.inHeader, Transport: transport, Clock: s.clock,
	}
}

// source is the one source of tokens for a consent. A refresh token that takes the place of another is saved in its place.
func (all *consents) source(s *Service, secrets []synchronization.Secret, transport http.RoundTripper) *wire.AuthorizationCode {
	of := consentOf(secrets)
	all.mu.Lock()
	defer all.mu.Unlock()
	if source, ok := all.known[of]; ok {
		return source
	}
	if all.known == nil || len(all.known) >= maxConsents {
		all.known = map[consent]*wire.AuthorizationCode{}
	}
	source := of.source(s, transport)
	source.Rotated = func(refresh string) {
		after := of
		after.refresh = refresh
		all.mu.Lock()
		delete(all.known, of)
		all.known[after] = source
		all.mu.Unlock()
		s.rotated(of, refresh)
		of = after
	}
	all.known[of] = source
	return source
}

// rotated saves a refresh token wherever the one before it was saved. Jobs need not be told: their source knows it.
func (s *Service) rotated(before consent, refresh string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for principal, secrets := range s.secrets {
		if consentOf(secrets) == before {
			s.secrets[principal] = withSecret(secrets, refreshKey, refresh)
		}
	}
	s.revision.Add(1)
}

// acquire fetches a token and returns it with the secrets as they are after that.
func (s *Service) acquire(ctx context.Context, secrets []synchronization.Secret, transport http.RoundTripper) (string, []synchronization.Secret, error) {
	of := consentOf(secrets)
	if of.url == "" || of.client == "" {
		return "", nil, synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "A token is fetched with Oauth2TokenExchangeUri, Oauth2ClientId and Oauth2ClientSecret, which are missing.")
	}
	code := secretValue(secrets, codeKey)
	if code == "" && of.refresh == "" {
		token, err := s.clientCredentials(secrets, transport).Token(ctx)
		if err != nil {
			return "", nil, refusedCredentials(err)
		}
		return token, secrets, nil
	}
	source := of.source(s, transport)
	source.Rotated = func(refresh string) { secrets = withSecret(secrets, refreshKey, refresh) }
	if code != "" {
		if err := source.Redeem(ctx, code, secretValue(secrets, redirectKey)); err != nil {
			return "", nil, refusedCredentials(err)
		}
		secrets = withSecret(secrets, codeKey, "")
	}
	token, err := source.Token(ctx)
	if err != nil {
		return "", nil, refusedCredentials(err)
	}
	return token, secrets, nil
}
