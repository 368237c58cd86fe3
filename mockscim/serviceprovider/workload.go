package serviceprovider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Workload is an identity elsewhere, such as a managed identity in an Entra tenant, that signs assertions with a key of its own. An endpoint takes
// them that was given its [Workload.Trusted]. It is safe for concurrent use.
type Workload struct {
	issuer, subject string
	key             *ecdsa.PrivateKey
	signer          jose.Signer
}

// workloadLife is how long an assertion is good.
const workloadLife = 5 * time.Minute

// NewWorkload makes an identity with a fresh key (ES256).
func NewWorkload(issuer, subject string) (*Workload, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key of %s: %w", subject, err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: subject}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("make signer of %s: %w", subject, err)
	}
	return &Workload{issuer: issuer, subject: subject, key: key, signer: signer}, nil
}

// Trusted is what an endpoint has to know to take the identity's assertions for its client.
func (w *Workload) Trusted() Assertion {
	return Assertion{Issuer: w.issuer, Subject: w.subject, Keys: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: w.key.Public(), KeyID: w.subject, Use: "sig"}}}}
}

// Assertion signs a new assertion (RFC 7523 §3) for an audience: the URL of the token endpoint, unless that asks for another.
func (w *Workload) Assertion(audience string, now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{
		"iss": w.issuer, "sub": w.subject, "aud": audience, "jti": rand.Text(),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(workloadLife).Unix(),
	})
	if err != nil {
		return "", fmt.Errorf("write assertion of %s: %w", w.subject, err)
	}
	signed, err := w.signer.Sign(claims)
	if err != nil {
		return "", fmt.Errorf("sign assertion of %s: %w", w.subject, err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		return "", fmt.Errorf("write assertion of %s: %w", w.subject, err)
	}
	return text, nil
}
