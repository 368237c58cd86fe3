package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// assertionLife is how long an assertion that is made here is good, as one of Entra's is (about 65 minutes).
const assertionLife = time.Hour

// assertionFlags are what a client shows in the place of a secret (RFC 7523 §2.2).
type assertionFlags struct {
	ClientAssertionFile string `help:"Send the JWT in this file in the place of a client secret (RFC 7523), as workload identity federation does; the file is read for each token." placeholder:"FILE"`
	ClientKey           string `help:"Make such a JWT with this private key (PEM, or a JSON Web Key with its kid)." placeholder:"FILE"`
	AssertionIssuer     string `help:"Issuer of the JWT that --client-key makes (default: the client id)." placeholder:"ISS"`
	AssertionSubject    string `help:"Its subject (default: the client id)." placeholder:"SUB"`
	AssertionAudience   string `help:"Its audience (default: the token URL)." placeholder:"AUD"`
}

// asserts says whether an assertion takes the place of a secret.
func (f assertionFlags) asserts() bool { return f.ClientAssertionFile != "" || f.ClientKey != "" }

func (f assertionFlags) checkAssertion() error {
	if f.ClientKey == "" && f.AssertionIssuer+f.AssertionSubject+f.AssertionAudience != "" {
		return usage("--assertion-issuer, --assertion-subject and --assertion-audience are about the JWT that --client-key makes: add it")
	}
	return nil
}

func (f assertionFlags) words() []string {
	var words []string
	for _, w := range []struct{ flag, value string }{
		{"--client-assertion-file", f.ClientAssertionFile}, {"--client-key", f.ClientKey}, {"--assertion-issuer", f.AssertionIssuer},
		{"--assertion-subject", f.AssertionSubject}, {"--assertion-audience", f.AssertionAudience},
	} {
		if w.value != "" {
			words = append(words, w.flag, shellQuoted(w.value))
		}
	}
	return words
}

// assertion makes the JWTs of a client, nil when the flags name none.
func (f assertionFlags) assertion(client, tokenURL string, recorder *exchange.Recorder) (func(context.Context) (string, error), error) {
	switch {
	case f.ClientAssertionFile != "":
		if _, err := readAssertion(f.ClientAssertionFile); err != nil {
			return nil, err
		}
		return func(context.Context) (string, error) {
			text, err := readAssertion(f.ClientAssertionFile)
			recorder.AddSecret(text)
			return text, err
		}, nil
	case f.ClientKey != "":
		signer, err := readSigner(f.ClientKey)
		if err != nil {
			return nil, err
		}
		return func(context.Context) (string, error) {
			text, err := f.sign(signer, client, tokenURL, time.Now())
			recorder.AddSecret(text)
			return text, err
		}, nil
	default:
		return nil, nil //nolint:nilnil // there is none
	}
}

// sign makes an assertion (RFC 7523 §3).
func (f assertionFlags) sign(signer jose.Signer, client, tokenURL string, now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{
		"iss": cmp.Or(f.AssertionIssuer, client), "sub": cmp.Or(f.AssertionSubject, client), "aud": cmp.Or(f.AssertionAudience, tokenURL),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(assertionLife).Unix(), "jti": uuid.NewString(),
	})
	if err != nil {
		return "", fmt.Errorf("write claims: %w", err)
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return signed.CompactSerialize()
}

func readAssertion(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", usage("read client assertion: %v", err)
	}
	text := strings.TrimSpace(string(data))
	if strings.Count(text, ".") != 2 || strings.ContainsAny(text, " \n\t\"") {
		return "", usage("%s: want one JWT, which is three parts with dots between", file)
	}
	return text, nil
}

// readSigner reads a private key that can sign what token endpoints take: RS256 or ES256.
func readSigner(file string) (jose.Signer, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, usage("read client key: %v", err)
	}
	key, err := readKey(data)
	if err != nil {
		return nil, usage("%s: %v; want a private RSA key, or one of the curve P-256, as PEM or as a JSON Web Key", file, err)
	}
	algorithm := jose.ES256
	if _, ok := key.Key.(*rsa.PrivateKey); ok {
		algorithm = jose.RS256
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, usage("%s: %v", file, err)
	}
	return signer, nil
}

func readKey(data []byte) (jose.JSONWebKey, error) {
	var key jose.JSONWebKey
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		if err := json.Unmarshal(data, &key); err != nil {
			return key, errors.New("it is no JSON Web Key")
		}
	} else {
		block, _ := pem.Decode(data)
		if block == nil {
			return key, errors.New("there is no key in it")
		}
		key.Key = parsed(block.Bytes)
	}
	switch k := key.Key.(type) {
	case *rsa.PrivateKey:
		return key, nil
	case *ecdsa.PrivateKey:
		if k.Curve == elliptic.P256() {
			return key, nil
		}
	}
	return key, errors.New("the key in it cannot sign")
}

// parsed is a private key in any of the forms PEM files hold, nil for another.
func parsed(der []byte) any {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	return nil
}
