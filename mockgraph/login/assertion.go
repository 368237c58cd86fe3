package login

import (
	"context"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // x5t is a SHA-1 thumbprint by definition (RFC 7517 §4.8)
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// clientAlgorithms are those of assertions signed with a client's certificate.
// Source: learn.microsoft.com/entra/identity-platform/certificate-credentials.
var clientAlgorithms = []jose.SignatureAlgorithm{jose.PS256, jose.RS256}

// assertionClaims are the claims of an assertion, by a client or by another issuer.
type assertionClaims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	Audience  audience `json:"aud"`
	Expires   number   `json:"exp"`
	NotBefore number   `json:"nbf"`
	IDType    string   `json:"idtyp"`
	Scope     string   `json:"scp"`
}

// audience is a string or a list of strings.
type audience []string

func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if err := json.Unmarshal(data, &one); err == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

// number is a time in seconds, which may have a fraction (RFC 7519 §2).
type number float64

func (n number) time() time.Time { return time.Unix(int64(n), 0).UTC() }

// signed is a parsed assertion whose signature is not checked yet.
type signed struct {
	jws    *jose.JSONWebSignature
	header assertionHeader
	claims assertionClaims
}

// assertionHeader names the key.
type assertionHeader struct {
	KeyID   string   `json:"kid"`
	X5T     string   `json:"x5t"`
	X5TS256 string   `json:"x5t#S256"`
	X5C     []string `json:"x5c"`
}

func parseAssertion(text string, algorithms []jose.SignatureAlgorithm) (signed, bool) {
	jws, err := jose.ParseSignedCompact(text, algorithms)
	if err != nil || len(jws.Signatures) != 1 {
		return signed{}, false
	}
	a := signed{jws: jws}
	first, _, _ := strings.Cut(text, ".")
	header, ok := anyBase64(first)
	if !ok || json.Unmarshal(header, &a.header) != nil {
		return signed{}, false
	}
	if json.Unmarshal(jws.UnsafePayloadWithoutVerification(), &a.claims) != nil {
		return signed{}, false
	}
	return a, true
}

// checkAssertion decides by the issuer: an assertion a client issued for itself is proved by its certificate, any other by a
// federated credential.
func (t *tokenRequest) checkAssertion(ctx context.Context, c *client, text string) *Error {
	a, ok := parseAssertion(text, clientAlgorithms)
	if !ok {
		return AADSTS(50027)
	}
	if !strings.EqualFold(a.claims.Issuer, c.appID) {
		return t.checkFederated(ctx, c, a)
	}
	cert, refused := t.certificate(c, a.header)
	if refused != nil {
		return refused
	}
	public, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return AADSTS(50012, "The key is no RSA key.")
	}
	if _, err := a.jws.Verify(public); err != nil {
		return AADSTS(50012, "The provided signature value did not match the expected signature value.")
	}
	if !strings.EqualFold(a.claims.Subject, c.appID) {
		return AADSTS(700021)
	}
	if !slices.ContainsFunc(a.claims.Audience, t.isTokenEndpoint) {
		return AADSTS(700023)
	}
	return t.inTime(a.claims)
}

// inTime checks the time range of an assertion, with tolerance for other clocks.
func (t *tokenRequest) inTime(c assertionClaims) *Error {
	now, skew := t.x.now(), t.x.server.options.skew
	if c.Expires == 0 || now.After(c.Expires.time().Add(skew)) || now.Add(skew).Before(c.NotBefore.time()) {
		const layout = "2006-01-02T15:04:05.0000000Z"
		return AADSTS(700024, now.UTC().Format(layout), c.NotBefore.time().Format(layout), c.Expires.time().Format(layout))
	}
	return nil
}

// isTokenEndpoint says whether an audience is a token endpoint of this tenant, under any of its names.
func (t *tokenRequest) isTokenEndpoint(aud string) bool {
	rest, ok := strings.CutPrefix(aud, "https://")
	if !ok {
		return false
	}
	host, path, _ := strings.Cut(rest, "/")
	if _, microsoft := cloudOf(host); !microsoft && !strings.EqualFold("https://"+host, t.x.origin.base) && !strings.EqualFold(host, t.x.r.Host) {
		return false
	}
	name, endpoint, _ := strings.Cut(strings.TrimLeft(path, "/"), "/")
	if a, refused := t.x.server.authority(t.x.tenant, name); refused != nil || a.kind == consumers {
		return false
	}
	switch lower(endpoint) {
	case "oauth2/v2.0/token", "oauth2/token":
		return true
	default:
		return false
	}
}

// certificate finds the certificate an assertion names by x5t#S256, x5t, kid or x5c, in any spelling of base64.
func (t *tokenRequest) certificate(c *client, h assertionHeader) (*x509.Certificate, *Error) {
	names := h.thumbprints()
	for _, k := range credentials[directory.KeyCredential](c, "keyCredentials") {
		leaf, err := x509.ParseCertificate(k.Key)
		if err != nil || k.Usage != "" && !strings.EqualFold(k.Usage, "Verify") {
			continue
		}
		one, two := sha1.Sum(leaf.Raw), sha256.Sum256(leaf.Raw) //nolint:gosec // see the import
		if !slices.Contains(names, string(one[:])) && !slices.Contains(names, string(two[:])) {
			continue
		}
		if !k.EndDateTime.IsZero() && t.x.now().After(k.EndDateTime) {
			return nil, AADSTS(700027, "is expired on", "The key used is expired.", c.appID, c.appID)
		}
		return leaf, nil
	}
	return nil, AADSTS(700027, "is not registered on", "The key was not found.", c.appID, c.appID)
}

// thumbprints are those the header names, as bytes.
func (h assertionHeader) thumbprints() []string {
	var names []string
	for _, text := range []string{h.X5TS256, h.X5T, h.KeyID} {
		if b, ok := anyBase64(text); ok {
			names = append(names, string(b))
		}
	}
	if len(h.X5C) > 0 {
		if der, ok := anyBase64(h.X5C[0]); ok {
			sum := sha256.Sum256(der)
			names = append(names, string(sum[:]))
		}
	}
	return names
}

// anyBase64 reads base64 in either alphabet, with or without padding.
func anyBase64(s string) ([]byte, bool) {
	if len(s) > 64<<10 {
		return nil, false
	}
	s = strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(s)
	b, err := base64.RawURLEncoding.DecodeString(s)
	return b, err == nil && len(b) > 0
}
