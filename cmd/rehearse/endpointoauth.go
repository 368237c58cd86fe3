package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// endpointOAuth are the flags of the endpoint's own token endpoint.
type endpointOAuth struct {
	ClientID     string        `help:"Serve a token endpoint for this OAuth client." placeholder:"ID"`
	ClientSecret string        `help:"Its secret (default: a random one, printed; none with --jwks)." placeholder:"SECRET"`
	TokenLife    time.Duration `help:"How long its access tokens are good." default:"1h" placeholder:"DURATION"`
	JWKS         string        `name:"jwks" help:"File with the public keys of assertions that are taken for the client (RFC 7523)." type:"existingfile" placeholder:"FILE"`
	Issuer       string        `help:"Issuer of the assertions (default: the client id, as in private_key_jwt)." placeholder:"ISS"`
	Subject      string        `help:"Their subject (default: the client id)." placeholder:"SUB"`
	Audience     string        `help:"Their audience (default: the URL of the token endpoint)." placeholder:"AUD"`
}

// options are those of the endpoint; none without a client.
func (c *endpointOAuth) options() ([]serviceprovider.Option, error) {
	if c.ClientID == "" {
		if c.ClientSecret+c.JWKS+c.Issuer+c.Subject+c.Audience != "" {
			return nil, usage("an OAuth client has an id: add --client-id")
		}
		return nil, nil
	}
	if c.JWKS == "" && c.Issuer+c.Subject+c.Audience != "" {
		return nil, usage("--issuer, --subject and --audience are about assertions: add --jwks")
	}
	if c.TokenLife < time.Second {
		return nil, usage("--token-life %s: a token lives a second at least", c.TokenLife)
	}
	client := serviceprovider.OAuth{ClientID: c.ClientID, TokenLife: c.TokenLife}
	if c.JWKS != "" {
		keys, err := readKeys(c.JWKS)
		if err != nil {
			return nil, err
		}
		client.Assertions = []serviceprovider.Assertion{{Issuer: c.Issuer, Subject: c.Subject, Audience: c.Audience, Keys: keys}}
	} else if c.ClientSecret == "" {
		c.ClientSecret = rand.Text()
	}
	client.ClientSecret = c.ClientSecret
	return []serviceprovider.Option{serviceprovider.WithOAuth(client)}, nil
}

func readKeys(file string) (jose.JSONWebKeySet, error) {
	var keys jose.JSONWebKeySet
	text, err := os.ReadFile(file)
	if err != nil {
		return keys, usage("read keys: %v", err)
	}
	if err := json.Unmarshal(text, &keys); err != nil || len(keys.Keys) == 0 {
		return keys, usage("read keys %s: it is no JSON Web Key Set with a key", file)
	}
	return keys, nil
}

// print says how the client gets a token.
func (c *endpointOAuth) print(std streams, url string) {
	if c.ClientID == "" {
		return
	}
	fmt.Fprintf(std.out, "Token URL     %s/oauth/token\nClient id     %s\n", url, c.ClientID)
	if c.ClientSecret != "" {
		fmt.Fprintf(std.out, "Client secret %s\n", c.ClientSecret)
	}
	if c.JWKS != "" {
		fmt.Fprintf(std.out, "Assertions    signed with a key of %s\n", c.JWKS)
	}
}
