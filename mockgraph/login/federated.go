package login

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// ErrUnknownIssuer is what a [KeyFetcher] returns for an issuer that is not its business.
var ErrUnknownIssuer = errors.New("unknown issuer")

// KeyFetcher returns the public keys of an issuer of assertions, as its iss claim names it.
type KeyFetcher func(ctx context.Context, issuer string) (jose.JSONWebKeySet, error)

// maxDocument bounds what is read of an issuer's documents.
const maxDocument = 1 << 20

// HTTPIssuers fetches keys as Entra does: the issuer's OpenID Connect metadata, then its JWKS document, both over https.
// A nil client is http.DefaultClient; give it a timeout.
func HTTPIssuers(client *http.Client) KeyFetcher {
	if client == nil {
		client = http.DefaultClient
	}
	return func(ctx context.Context, issuer string) (jose.JSONWebKeySet, error) {
		var metadata struct {
			Issuer string `json:"issuer"`
			Keys   string `json:"jwks_uri"`
		}
		var keys jose.JSONWebKeySet
		if err := fetch(ctx, client, trimSlash(issuer)+"/.well-known/openid-configuration", &metadata); err != nil {
			return keys, err
		}
		if metadata.Issuer != issuer {
			return keys, errors.New("fetch issuer metadata: it names another issuer")
		}
		return keys, fetch(ctx, client, metadata.Keys, &keys)
	}
}

func fetch(ctx context.Context, client *http.Client, address string, into any) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" {
		return fmt.Errorf("fetch %s: not an https address", bounded(address))
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fmt.Errorf("fetch %s: %w", bounded(address), err)
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("fetch %s: %w", bounded(address), err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("fetch %s: status %d", bounded(address), response.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxDocument)).Decode(into); err != nil {
		return fmt.Errorf("fetch %s: %w", bounded(address), err)
	}
	return nil
}

// IssuerKeys returns this tenant's own keys for an issuer that names it, in either format and under any host, and
// [ErrUnknownIssuer] for every other. It is the [KeyFetcher] for tenants of one process that trust each other.
func (s *Server) IssuerKeys(_ context.Context, issuer string) (jose.JSONWebKeySet, error) {
	var none jose.JSONWebKeySet
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "https" {
		return none, ErrUnknownIssuer
	}
	id := s.tenant(s.directory.Snapshot()).id
	if id == "" || !strings.EqualFold(u.Path, "/"+id+"/") && !strings.EqualFold(u.Path, "/"+id+"/v2.0") {
		return none, ErrUnknownIssuer
	}
	pair, err := s.options.key.get()
	if err != nil {
		return none, err
	}
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &pair.private.PublicKey, KeyID: pair.kid, Algorithm: "RS256", Use: "sig"}}}, nil
}

// issuerKeys asks the fetchers in turn.
func (s *Server) issuerKeys(ctx context.Context, issuer string) (jose.JSONWebKeySet, error) {
	for _, fetcher := range s.options.issuers {
		keys, err := fetcher(ctx, issuer)
		if !errors.Is(err, ErrUnknownIssuer) {
			return keys, err
		}
	}
	return jose.JSONWebKeySet{}, ErrUnknownIssuer
}

// checkFederated compares an assertion of another issuer with the client's federated credentials: issuer, then audience, then
// subject, letter case included; then its signature.
// Source: learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations.
func (t *tokenRequest) checkFederated(ctx context.Context, c *client, a signed) *Error {
	var trusted []directory.FederatedIdentityCredential
	for _, f := range credentials[directory.FederatedIdentityCredential](c, "federatedIdentityCredentials") {
		if f.Issuer == a.claims.Issuer {
			trusted = append(trusted, f)
		}
	}
	if len(trusted) == 0 {
		return AADSTS(700211, a.claims.Issuer)
	}
	trusted = slices.DeleteFunc(trusted, func(f directory.FederatedIdentityCredential) bool {
		return !slices.ContainsFunc(f.Audiences, func(want string) bool { return slices.Contains(a.claims.Audience, want) })
	})
	if len(trusted) == 0 {
		return AADSTS(700212, strings.Join(a.claims.Audience, " "))
	}
	if refused := matchSubject(trusted, a.claims); refused != nil {
		return refused
	}
	keys, err := t.x.server.issuerKeys(ctx, a.claims.Issuer)
	if err != nil {
		return AADSTS(50166)
	}
	if !verifies(a.jws, a.header.KeyID, keys) {
		return AADSTS(50012, "The provided signature value did not match the expected signature value.")
	}
	if entraIssuer(a.claims.Issuer) && (a.claims.Scope != "" || a.claims.IDType == "user") {
		return AADSTS(700229)
	}
	return t.inTime(a.claims)
}

func matchSubject(trusted []directory.FederatedIdentityCredential, claims assertionClaims) *Error {
	folded := false
	for _, f := range trusted {
		if f.Subject == claims.Subject {
			return nil
		}
		folded = folded || strings.EqualFold(f.Subject, claims.Subject)
	}
	switch {
	case folded:
		return AADSTS(7002138, claims.Subject)
	case entraIssuer(claims.Issuer):
		return AADSTS(7002137, claims.Subject)
	default:
		return AADSTS(700213, claims.Subject)
	}
}

// entraIssuer says whether an issuer is a tenant of Entra or of a fake.
func entraIssuer(issuer string) bool {
	u, err := url.Parse(issuer)
	if err != nil {
		return false
	}
	id, rest, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	return guid.MatchString(id) && (rest == "" || rest == "v2.0")
}

// verifies says whether one of the keys made a signature; a named key alone when it is there.
func verifies(jws *jose.JSONWebSignature, kid string, keys jose.JSONWebKeySet) bool {
	candidates := keys.Keys
	if named := keys.Key(kid); kid != "" && len(named) > 0 {
		candidates = named
	}
	const most = 20
	for i, key := range candidates {
		if i == most {
			break
		}
		if _, err := jws.Verify(key.Public()); err == nil {
			return true
		}
	}
	return false
}
