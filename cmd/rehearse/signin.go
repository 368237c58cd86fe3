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
)

// signInFlags are OAuth 2.0 client credentials, with which a token is fetched before the first request. Source:
// learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, authorization methods.
type signInFlags struct {
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
	switch {
	case !f.asked():
		return nil
	case otherwise:
		return usage("a secret token and client credentials: give one of them")
	case f.ClientID == "":
		return usage("client credentials without --client-id")
	case f.TokenURL == "":
		return usage("client credentials without --token-url, which gives the token for them")
	case !strings.HasPrefix(f.TokenURL, "https://") && !isLoopback(f.TokenURL):
		return usage("--token-url %s: want https:// off this machine, since the secret goes there", redacted(f.TokenURL))
	case (f.ClientSecret == "") == (f.ClientSecretFile == ""):
		return usage("client credentials want one of --client-secret and --client-secret-file")
	default:
		return nil
	}
}

// token fetches one. It is used for the whole run, so it should live longer: Microsoft asks for 60 minutes or more.
func (f signInFlags) token(ctx context.Context, transport http.RoundTripper, timeout time.Duration, recorder *exchange.Recorder) (string, error) {
	secret := f.ClientSecret
	if f.ClientSecretFile != "" {
		data, err := os.ReadFile(f.ClientSecretFile)
		if err != nil {
			return "", usage("read client secret: %v", err)
		}
		if secret = strings.TrimSpace(string(data)); secret == "" {
			return "", usage("%s: the file of the client secret is empty", f.ClientSecretFile)
		}
	}
	recorder.AddSecret(secret)
	source := wire.ClientCredentials{TokenURL: f.TokenURL, ClientID: f.ClientID, ClientSecret: secret, Scope: f.Scope, Transport: transport, Timeout: timeout}
	token, err := source.Token(ctx)
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("sign in: %w", context.Cause(ctx))
	case err != nil:
		return "", &endError{code: exitUnreachable, message: recorder.Redact(fmt.Sprintf("%s gave no token: %v", redacted(f.TokenURL), err))}
	}
	recorder.AddSecret(token)
	return token, nil
}

// words are the flags of a command line that signs in again, without the secret.
func (f signInFlags) words() []string {
	if !f.asked() {
		return nil
	}
	words := []string{"--client-id", shellQuoted(f.ClientID), "--token-url", shellQuoted(redacted(f.TokenURL))}
	if f.ClientSecretFile != "" {
		words = append(words, "--client-secret-file", shellQuoted(f.ClientSecretFile))
	} else {
		words = append(words, "--client-secret", "$CLIENT_SECRET")
	}
	if f.Scope != "" {
		words = append(words, "--scope", shellQuoted(f.Scope))
	}
	return words
}
