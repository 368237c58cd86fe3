package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// signInFlags are OAuth 2.0 client credentials, with which tokens are fetched before the first request and whenever one ends: a secret (RFC 6749
// §4.4), or an assertion in its place (RFC 7523 §2.2), as workload identity federation has it. Source:
// learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, authorization methods.
type signInFlags struct {
	assertionFlags `embed:""`

	ClientID         string `name:"client-id" help:"Client id, for endpoints that take OAuth client credentials instead of a secret token." placeholder:"ID"`
	ClientSecret     string `name:"client-secret" help:"Client secret." placeholder:"SECRET"`
	ClientSecretFile string `name:"client-secret-file" help:"Read the client secret from this file." placeholder:"FILE"`
	TokenURL         string `name:"token-url" help:"Token endpoint that gives a token for them." placeholder:"URL"`
	Scope            string `help:"Scope to ask for." placeholder:"SCOPE"`
}

// asked says whether any of the flags is given.
func (f signInFlags) asked() bool { return f != signInFlags{} }

// check refuses what cannot be used to sign in. otherwise says whether another credential is given too.
func (f signInFlags) check(otherwise bool) error {
	if !f.asked() {
		return nil
	}
	proofs := 0
	for _, given := range []string{f.ClientSecret, f.ClientSecretFile, f.ClientAssertionFile, f.ClientKey} {
		if given != "" {
			proofs++
		}
	}
	switch {
	case otherwise:
		return usage("a secret token and client credentials: give one of them")
	case f.ClientID == "":
		return usage("client credentials without --client-id")
	case f.TokenURL == "":
		return usage("client credentials without --token-url, which gives the token for them")
	case !strings.HasPrefix(f.TokenURL, "https://") && !isLoopback(f.TokenURL):
		return usage("--token-url %s: want https:// off this machine, since the secret goes there", redacted(f.TokenURL))
	case proofs != 1:
		return usage("client credentials want one of --client-secret, --client-secret-file, --client-assertion-file and --client-key")
	default:
		return f.checkAssertion()
	}
}

// source is where tokens come from.
func (f signInFlags) source(transport http.RoundTripper, timeout time.Duration, recorder *exchange.Recorder) (*wire.ClientCredentials, error) {
	source := &wire.ClientCredentials{TokenURL: f.TokenURL, ClientID: f.ClientID, Scope: f.Scope, Transport: transport, Timeout: timeout}
	var err error
	if source.Assertion, err = f.assertion(f.ClientID, f.TokenURL, recorder); err != nil || source.Assertion != nil {
		return source, err
	}
	source.ClientSecret = f.ClientSecret
	if f.ClientSecretFile != "" {
		data, err := os.ReadFile(f.ClientSecretFile)
		if err != nil {
			return nil, usage("read client secret: %v", err)
		}
		if source.ClientSecret = strings.TrimSpace(string(data)); source.ClientSecret == "" {
			return nil, usage("%s: the file of the client secret is empty", f.ClientSecretFile)
		}
	}
	recorder.AddSecret(source.ClientSecret)
	return source, nil
}

// token fetches the first token, and notes how for the checks of token endpoints. Later ones come from the source, which is asked when one ends.
func (f signInFlags) token(ctx context.Context, config *endpoint.Config) error {
	source, err := f.source(config.Transport, config.Timeout, config.Recorder)
	if err != nil {
		return err
	}
	token, err := source.Token(ctx)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("sign in: %w", context.Cause(ctx))
	case err != nil:
		return &endError{code: exitUnreachable, message: config.Recorder.Redact(fmt.Sprintf("%s gave no token: %v", redacted(f.TokenURL), err))}
	}
	config.Recorder.AddSecret(token)
	config.Token, config.Tokens = token, source
	if source.Assertion != nil {
		config.Federation = &endpoint.Federation{TokenURL: f.TokenURL, ClientID: f.ClientID, Scope: f.Scope, Assertion: source.Assertion}
	} else {
		config.OAuth = &endpoint.OAuth{TokenURL: f.TokenURL, ClientID: f.ClientID, ClientSecret: source.ClientSecret, Scope: f.Scope}
	}
	return nil
}

// words are the flags of a command line that signs in again, without the secret.
func (f signInFlags) words() []string {
	if !f.asked() {
		return nil
	}
	words := []string{"--client-id", shellQuoted(f.ClientID), "--token-url", shellQuoted(redacted(f.TokenURL))}
	switch {
	case f.ClientSecretFile != "":
		words = append(words, "--client-secret-file", shellQuoted(f.ClientSecretFile))
	case f.ClientSecret != "":
		words = append(words, "--client-secret", "$CLIENT_SECRET")
	}
	words = append(words, f.assertionFlags.words()...)
	if f.Scope != "" {
		words = append(words, "--scope", shellQuoted(f.Scope))
	}
	return words
}
