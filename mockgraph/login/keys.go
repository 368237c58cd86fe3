package login

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // x5t is a SHA-1 thumbprint by definition (RFC 7517 §4.8)
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// SigningKey is an RSA key of 2048 bits with its certificate. It is made when it is first used, which takes about 80 ms, and
// may be shared by any number of login hosts.
type SigningKey struct {
	once sync.Once
	made *keyPair
	err  error
}

// keyPair is a key ready for use.
type keyPair struct {
	private *rsa.PrivateKey
	leaf    *x509.Certificate
	kid     string      // and x5t: base64url of the SHA-1 of the certificate
	v1, v2  jose.Signer // the formats differ in the x5t header
}

// processKey is what login hosts of a process share unless told otherwise. Nothing happens before its first use.
var processKey = NewSigningKey()

// NewSigningKey returns a key of its own, to be made when it is first used.
func NewSigningKey() *SigningKey { return &SigningKey{} }

// get makes the key on the first call.
func (k *SigningKey) get() (*keyPair, error) {
	k.once.Do(func() { k.made, k.err = generate() })
	return k.made, k.err
}

func generate() (*keyPair, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("generate signing key: %w", err)
	}
	// Fixed dates: the certificate has to be valid at whatever time a steered clock shows.
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "accounts.accesscontrol.windows.net"},
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		SignatureAlgorithm: x509.SHA256WithRSA,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return nil, fmt.Errorf("certify signing key: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read certificate of signing key: %w", err)
	}
	pair := &keyPair{private: private, leaf: leaf, kid: thumbprint(der)}
	if pair.v1, err = pair.signer(map[string]string{"x5t": pair.kid}); err != nil {
		return nil, err
	}
	pair.v2, err = pair.signer(nil)
	return pair, err
}

// signer makes a signer with further headers beside typ, alg and kid.
func (p *keyPair) signer(headers map[string]string) (jose.Signer, error) {
	opts := (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", p.kid)
	for name, value := range headers {
		opts = opts.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: p.private}, opts)
	if err != nil {
		return nil, fmt.Errorf("prepare signer: %w", err)
	}
	return signer, nil
}

func thumbprint(der []byte) string {
	sum := sha1.Sum(der) //nolint:gosec // see the import
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// publicKey is one key of a JWKS document, with the issuer that Entra adds.
type publicKey struct {
	KeyType string   `json:"kty"`
	Use     string   `json:"use"`
	ID      string   `json:"kid"`
	X5T     string   `json:"x5t"`
	N       string   `json:"n"`
	E       string   `json:"e"`
	X5C     []string `json:"x5c"`
	Issuer  string   `json:"issuer,omitempty"`
}

func publish(leaf *x509.Certificate, issuer string) (publicKey, bool) {
	public, ok := leaf.PublicKey.(*rsa.PublicKey)
	if !ok {
		return publicKey{}, false
	}
	id := thumbprint(leaf.Raw)
	return publicKey{
		KeyType: "RSA", Use: "sig", ID: id, X5T: id, Issuer: issuer, X5C: []string{base64.StdEncoding.EncodeToString(leaf.Raw)},
		N: base64.RawURLEncoding.EncodeToString(public.N.Bytes()), E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes()),
	}, true
}

// keyDocument is a JWKS document: the key in use behind one that is out of use.
func keyDocument(pair *keyPair, issuer string) (map[string][]publicKey, error) {
	keys := []publicKey{}
	der, err := base64.StdEncoding.DecodeString(retired)
	if err != nil {
		return nil, fmt.Errorf("read retired certificate: %w", err)
	}
	old, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read retired certificate: %w", err)
	}
	for _, leaf := range []*x509.Certificate{old, pair.leaf} {
		if key, ok := publish(leaf, issuer); ok {
			keys = append(keys, key)
		}
	}
	return map[string][]publicKey{"keys": keys}, nil
}
