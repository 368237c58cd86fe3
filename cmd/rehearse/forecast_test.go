package main

import (
	"testing"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// The plan of writes counts what the checks of further credentials send, when the run has these.
func TestTheForecastCountsWhatIsSentWithExtraCredentials(t *testing.T) {
	secret, assertion := signInFlags{ClientID: "a", ClientSecret: "b"}, signInFlags{ClientID: "a", assertionFlags: assertionFlags{ClientKey: "k"}}
	for _, given := range []struct {
		name   string
		only   string
		config endpoint.Config
		signIn signInFlags
	}{
		{"another tenant's token", "endpoint.security.other-tenant*", endpoint.Config{OtherToken: "a-token-of-another"}, signInFlags{}},
		{"an expired token", "endpoint.security.expired*", endpoint.Config{ExpiredToken: "a-token-of-yesterday"}, signInFlags{}},
		{"a client secret", "endpoint.gallery.validate-credentials-test", endpoint.Config{}, secret},
		{"an assertion", "endpoint.gallery.federated-identity-test", endpoint.Config{}, assertion},
	} {
		count := func(config endpoint.Config, signIn signInFlags) forecast {
			t.Helper()
			config.Seed = 3
			f, err := predict(t.Context(), rehearsal.Plan{Only: []string{given.only}}, config, signIn, []string{"default"})
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		with, without := count(given.config, given.signIn), count(endpoint.Config{}, signInFlags{})
		if with.requests <= without.requests {
			t.Errorf("with %s %d requests are foreseen, without it %d", given.name, with.requests, without.requests)
		}
	}
}
