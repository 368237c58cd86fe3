package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A client of the served endpoint gets a token where the endpoint says.
func TestTheServedEndpointGivesTokens(t *testing.T) {
	c := endpointOAuth{ClientID: "entra", TokenLife: time.Hour}
	options, err := c.options()
	if err != nil || c.ClientSecret == "" {
		t.Fatalf("%v, secret %q", err, c.ClientSecret)
	}
	served, err := serve(t.Context(), "127.0.0.1:0", "secret", nil, unlogged, options...)
	if err != nil {
		t.Fatal(err)
	}
	defer served.close()
	var printed strings.Builder
	c.print(streams{out: &printed}, served.url)
	if !strings.Contains(printed.String(), served.url+"/oauth/token") || !strings.Contains(printed.String(), c.ClientSecret) {
		t.Errorf("printed %s", printed.String())
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"entra"}, "client_secret": {c.ClientSecret}}
	resp, err := http.PostForm(served.url+"/oauth/token", form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("got %s", resp.Status)
	}
}

func TestBadOAuthFlags(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "keys.json")
	if err := os.WriteFile(empty, []byte(`{"keys":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]endpointOAuth{
		"a secret without a client":  {ClientSecret: "x", TokenLife: time.Hour},
		"an issuer without keys":     {ClientID: "x", Issuer: "y", TokenLife: time.Hour},
		"a file without keys":        {ClientID: "x", JWKS: empty, TokenLife: time.Hour},
		"a token that does not live": {ClientID: "x"},
	} {
		if _, err := c.options(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
