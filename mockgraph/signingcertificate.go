package mockgraph

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // a thumbprint is SHA-1 by definition
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// signingKeyBits is the size of the keys Entra signs SAML tokens with.
const signingKeyBits = 2048

// signingCertificateYears is how long a token signing certificate lives when nothing is said.
const signingCertificateYears = 3

// selfSignedCertificate is the answer of addTokenSigningCertificate.
// Source: learn.microsoft.com/graph/api/resources/selfsignedcertificate.
type selfSignedCertificate struct {
	CustomKeyIdentifier []byte    `json:"customKeyIdentifier"`
	DisplayName         string    `json:"displayName"`
	EndDateTime         time.Time `json:"endDateTime"`
	Key                 []byte    `json:"key"`
	KeyID               string    `json:"keyId"`
	StartDateTime       time.Time `json:"startDateTime"`
	Thumbprint          string    `json:"thumbprint"`
	Type                string    `json:"type"`
	Usage               string    `json:"usage"`
}

// addTokenSigningCertificate makes a self-signed certificate for SAML tokens. The service principal keeps it twice, to verify and to
// sign; the private key is kept nowhere, because nothing here signs SAML tokens.
// Source: learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate.
func addTokenSigningCertificate(c *call) error {
	o, err := c.fresh(directory.ServicePrincipal, c.vars["id"])
	if err != nil {
		return err
	}
	var body struct {
		DisplayName string     `json:"displayName"`
		EndDateTime *time.Time `json:"endDateTime"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	attribute, name, found := strings.Cut(body.DisplayName, "=")
	found = found && strings.EqualFold(attribute, "CN")
	start := c.now.UTC().Truncate(time.Second)
	end := start.AddDate(signingCertificateYears, 0, 0)
	if body.EndDateTime != nil {
		end = body.EndDateTime.UTC().Truncate(time.Second)
	}
	switch {
	case !found || name == "" || len(name) > 256:
		return invalidValue(directory.ServicePrincipal, "displayName")
	case !end.After(start) || end.After(start.AddDate(signingCertificateYears, 0, 1)):
		return invalidValue(directory.ServicePrincipal, "endDateTime")
	}
	raw, err := selfSign(name, start, end)
	if err != nil {
		return err
	}
	thumbprint := sha1.Sum(raw) //nolint:gosec // see the import
	verify := directory.KeyCredential{
		KeyID: c.t.newID(), Type: "AsymmetricX509Cert", Usage: "Verify", DisplayName: body.DisplayName, CustomKeyIdentifier: thumbprint[:],
		Key: raw, StartDateTime: start, EndDateTime: end,
	}
	sign := verify
	sign.KeyID, sign.Type, sign.Usage, sign.Key = c.t.newID(), "X509CertAndPassword", "Sign", nil
	err = c.changeKeys(o.ID(), func(keys []directory.KeyCredential) ([]directory.KeyCredential, error) {
		if len(keys)+2 > maxKeys {
			return nil, invalidValue(directory.ServicePrincipal, "keyCredentials")
		}
		return append(keys, sign, verify), nil
	})
	if err != nil {
		return err
	}
	return c.object(http.StatusOK, "microsoft.graph.selfSignedCertificate", selfSignedCertificate{
		CustomKeyIdentifier: thumbprint[:], DisplayName: body.DisplayName, EndDateTime: end, Key: raw, KeyID: verify.KeyID, StartDateTime: start,
		Thumbprint: strings.ToUpper(hex.EncodeToString(thumbprint[:])), Type: verify.Type, Usage: verify.Usage,
	})
}

// selfSign makes a certificate, in DER, whose private key is forgotten.
func selfSign(name string, start, end time.Time) ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, signingKeyBits)
	if err != nil {
		return nil, fmt.Errorf("make signing key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("make serial number: %w", err)
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: start, NotAfter: end, KeyUsage: x509.KeyUsageDigitalSignature}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("sign certificate: %w", err)
	}
	return raw, nil
}
