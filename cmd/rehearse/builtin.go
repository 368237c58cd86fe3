package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// serveBuiltin serves the built-in endpoint for one run, with a token endpoint for a client with a secret and for a federated identity, and says in
// the config how it is reached.
func serveBuiltin(ctx context.Context, config *endpoint.Config, faults []string, more ...serviceprovider.Option) (*served, error) {
	const client, issuer = "rehearse", "https://login.microsoftonline.com/rehearsal/v2.0"
	workload, err := serviceprovider.NewWorkload(issuer, "provisioning")
	if err != nil {
		return nil, fmt.Errorf("make a federated identity: %w", err)
	}
	token, secret := rand.Text(), rand.Text()
	config.ExpiredToken, config.OtherToken = rand.Text(), rand.Text()
	s, err := serve(ctx, "127.0.0.1:0", token, faults, unlogged, append([]serviceprovider.Option{
		serviceprovider.WithExpiredToken(config.ExpiredToken), serviceprovider.WithOtherTenant(config.OtherToken), serviceprovider.WithOAuth(serviceprovider.OAuth{
			ClientID: client, ClientSecret: secret, Assertions: []serviceprovider.Assertion{workload.Trusted()},
		}),
	}, more...)...)
	if err != nil {
		return nil, err
	}
	config.URL, config.Token = s.url, token
	if config.Schema == nil {
		extension := serviceprovider.ExampleExtension()
		config.Also = []endpoint.Flow{{Source: "extensionAttribute1", Target: extension.ID + ":" + extension.Attributes[0].Name}}
	}
	tokens := s.url + "/oauth/token"
	config.OAuth = &endpoint.OAuth{TokenURL: tokens, ClientID: client, ClientSecret: secret}
	config.Federation = &endpoint.Federation{TokenURL: tokens, Assertion: func(context.Context) (string, error) {
		return workload.Assertion(tokens, time.Now())
	}}
	return s, nil
}
