package mockscim

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// masked stands for a value that is not shown. Saved again it leaves the value as it is, since instructions ask to read all secrets, add one
// and save all.
// Source: learn.microsoft.com/entra/identity/app-provisioning/skip-out-of-scope-deletions.
const masked = "*"

// The sizes of what is saved for one application. Entra's own limit, 1 KB for all credentials, is not enforced: tokens of rehearsals may
// be longer.
const (
	maxSecrets = 50
	maxSecret  = 64 << 10
)

// hiddenKeys are those whose values are never shown. It is never written.
var hiddenKeys = strings.Fields(`Password SecretToken AppKey ClientSecret ConsumerKey ConsumerSecret TokenKey Oauth2AccessToken Oauth2RefreshToken
	Oauth2ClientSecret Oauth2AuthorizationCode SyncAgentCompatibilityKey ConnectionString`)

func isHidden(key string) bool {
	return slices.ContainsFunc(hiddenKeys, func(k string) bool { return strings.EqualFold(k, key) })
}

func secretValue(secrets []synchronization.Secret, key string) string {
	for _, s := range secrets {
		if strings.EqualFold(s.Key, key) {
			return string(s.Value)
		}
	}
	return ""
}

// withSecret returns the secrets with one changed.
func withSecret(secrets []synchronization.Secret, key, value string) []synchronization.Secret {
	kept := slices.DeleteFunc(slices.Clone(secrets), func(s synchronization.Secret) bool { return strings.EqualFold(s.Key, key) })
	return append(kept, synchronization.Secret{Key: key, Value: synchronization.Text(value)})
}

func (s *Service) saved(principal string) []synchronization.Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.secrets[principal] // replaced as a whole, never changed
}

// Secrets returns what is saved for an application; what is secret is masked.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationsecretkeystringvaluepair.
func (s *Service) Secrets(_ context.Context, principal string) ([]synchronization.Secret, error) {
	all := withoutLocation(s.saved(principal))
	for i := range all {
		if isHidden(all[i].Key) && all[i].Value != "" {
			all[i].Value = masked
		}
	}
	return all, nil
}

// SetSecrets replaces what is saved for an application. A configuration that cannot be is refused, and the old one stays. A job that runs
// takes what is new with its next cycle; one in quarantine needs a start, a restart or patience.
// Source: learn.microsoft.com/graph/api/synchronization-serviceprincipal-put-synchronization.
func (s *Service) SetSecrets(ctx context.Context, principal string, secrets []synchronization.Secret) error {
	before := s.saved(principal)
	after, err := completed(before, secrets)
	if err != nil {
		return err
	}
	if where := secretValue(before, locationKey); where != "" {
		after = append(after, synchronization.Secret{Key: locationKey, Value: synchronization.Text(where)})
	}
	return s.save(ctx, principal, before, after)
}

// save keeps secrets that fit every job of the application, and tells the jobs.
func (s *Service) save(ctx context.Context, principal string, before, after []synchronization.Secret) error {
	var jobs []*job
	for _, j := range s.all() {
		if j.principal == principal && !j.connected {
			jobs = append(jobs, j)
		}
	}
	if _, err := scopeOptions(after, nil, nil); err != nil {
		return err
	}
	client, err := s.client(after, nil)
	if err != nil {
		return err
	}
	client.Close()
	s.mu.Lock()
	s.secrets[principal] = after
	s.mu.Unlock()
	s.revision.Add(1)
	reset := synchronization.ResetNone
	if differ := func(key string) bool { return secretValue(before, key) != secretValue(after, key) }; differ("SyncAll") || differ("SkipOutOfScopeDeletions") {
		reset = synchronization.ResetWatermark // a change of scope looks at everything again
	}
	for _, j := range jobs {
		s.change(ctx, j, reset)
	}
	return nil
}

// completed puts the values that are saved in the place of masks.
func completed(saved, secrets []synchronization.Secret) ([]synchronization.Secret, error) {
	if len(secrets) > maxSecrets {
		return nil, synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "There are %d secrets; at most %d are kept.", len(secrets), maxSecrets)
	}
	all := make([]synchronization.Secret, 0, len(secrets))
	for _, one := range secrets {
		switch {
		case !synchronization.IsSecretKey(one.Key):
			return nil, synchronization.Refuse(synchronization.Invalid, "InternalError", "There is no secret key %q.", shortened(one.Key))
		case len(one.Value) > maxSecret:
			return nil, synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "The secret %s is longer than %d bytes.", one.Key, maxSecret)
		case slices.ContainsFunc(all, func(known synchronization.Secret) bool { return strings.EqualFold(known.Key, one.Key) }):
			return nil, synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "The secret %s stands there twice.", one.Key)
		case one.Value == masked && isHidden(one.Key):
			one.Value = synchronization.Text(secretValue(saved, one.Key))
		}
		all = append(all, one)
	}
	return all, nil
}

// Validate sends what the portal's Test Connection sends: a search for a user, and where groups are mapped for a group, that does not exist.
// With useSavedCredentials what is saved is tried, under what the request says besides. Nothing is saved.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-validatecredentials.
func (s *Service) Validate(ctx context.Context, principal, id string, r synchronization.CredentialsCheck) error {
	c := configuration{schema: defaultSchema(principal, scimTemplate), of: s.whose(principal, id)}
	if id != "" {
		j, err := s.find(principal, id)
		if err != nil {
			return err
		}
		j.mu.Lock()
		c.schema, c.settings = j.schema, j.settings
		j.mu.Unlock()
	}
	saved := s.saved(principal)
	given, err := completed(saved, r.Credentials)
	if err != nil {
		return err
	}
	c.secrets = given
	if r.UseSavedCredentials {
		c.secrets = saved
		for _, one := range given {
			c.secrets = withSecret(c.secrets, one.Key, string(one.Value))
		}
	}
	if secretValue(c.secrets, addressKey) == "" && !r.UseSavedCredentials {
		return synchronization.Refuse(synchronization.Invalid, "CredentialsMissing",
			"The credentials of the application are missing: credentials names no %s (the tenant URL). Give it there, or set useSavedCredentials to true to try what is saved.", addressKey)
	}
	if err := addressed(c.secrets); err != nil {
		return err
	}
	probe, err := s.engine(principal, c)
	if err != nil {
		return err
	}
	defer probe.Close()
	return refusedCredentials(probe.TestConnection(ctx))
}

// refusedCredentials is a failed test of the connection in Graph's words: one code, and the service's own with the answer it got.
func refusedCredentials(err error) error {
	known, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return err
	}
	return synchronization.Refuse(synchronization.Invalid, "CredentialValidationUnavailable", "%s: %s", known.Code, known.Message)
}

// tokens are the credentials of requests: a token, or where to fetch one.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, authorization methods.
func (s *Service) tokens(secrets []synchronization.Secret, transport http.RoundTripper) (string, wire.TokenSource) {
	token, grant := secretValue(secrets, "SecretToken"), secretValue(secrets, "AuthenticationType")
	chosen := func(name string) bool { return strings.EqualFold(grant, name) }
	fetchable := secretValue(secrets, "Oauth2TokenExchangeUri") != "" && (!chosen("AuthenticationToken") || token == "")
	switch {
	case fetchable && secretValue(secrets, refreshKey) != "" && !chosen(clientCredentialsGrant) && (token == "" || chosen(authorizationCodeGrant)):
		return "", s.consents.source(s, secrets, transport)
	case fetchable && !chosen(authorizationCodeGrant) && (token == "" || chosen(clientCredentialsGrant)):
		return "", s.clientCredentials(secrets, transport)
	case token != "":
		return token, nil
	}
	return secretValue(secrets, "Oauth2AccessToken"), nil
}

// clientCredentialsGrant is the value of AuthenticationType for OAuth client credentials.
const clientCredentialsGrant = "OAuth2ClientCredentialsGrant" //nolint:gosec // the name of a grant, no secret

func (s *Service) clientCredentials(secrets []synchronization.Secret, transport http.RoundTripper) *wire.ClientCredentials {
	return &wire.ClientCredentials{
		TokenURL: secretValue(secrets, "Oauth2TokenExchangeUri"), ClientID: secretValue(secrets, "Oauth2ClientId"), ClientSecret: secretValue(secrets, "Oauth2ClientSecret"),
		InHeader: strings.EqualFold(secretValue(secrets, locationKey), "Header"), Transport: transport, Clock: s.clock,
	}
}

// AcquireAccessToken fetches a token with the credentials given, or those saved, and saves it with them: with the code an administrator's
// consent ended with (Oauth2AuthorizationCode, which holds once and is not kept), with a refresh token, or with client credentials.
// Source: learn.microsoft.com/graph/api/synchronization-synchronization-acquireaccesstoken.
func (s *Service) AcquireAccessToken(ctx context.Context, principal string, credentials []synchronization.Secret) error {
	before := s.saved(principal)
	given, err := completed(before, credentials)
	if err != nil {
		return err
	}
	after := before
	for _, one := range given {
		after = withSecret(after, one.Key, string(one.Value))
	}
	token, after, err := s.acquire(ctx, after, s.fetching(s.clients(wire.Config{}).Transport, after, s.whose(principal, "")))
	if err != nil {
		return err
	}
	after = withSecret(after, "Oauth2AccessToken", token)
	after = withSecret(after, "Oauth2AccessTokenCreationTime", s.clock.Now().UTC().Format("2006-01-02T15:04:05Z"))
	return s.save(ctx, principal, before, after)
}
