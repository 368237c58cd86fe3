package mockgraph

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // a thumbprint is SHA-1 by definition
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// maxKeys bounds the certificates of an application. Graph's bound is that of the whole object.
const maxKeys = 250

// completeKeys fills in what the keyCredentials of a body leave open: ids, thumbprints, the time a certificate is valid, and the
// certificate of a key that is known already and was sent without it, as clients do that change one of several.
// Source: learn.microsoft.com/graph/api/resources/keycredential.
func (c *call) completeKeys(of directory.Type, before *directory.Object, p directory.Properties) error {
	keys, given := p["keyCredentials"].([]directory.KeyCredential)
	if !given {
		return nil
	}
	if len(keys) > maxKeys {
		return invalidValue(of, "keyCredentials")
	}
	var known []directory.KeyCredential
	if before != nil {
		known = directory.Value[[]directory.KeyCredential](before, "keyCredentials")
	}
	keys = slices.Clone(keys)
	for i := range keys {
		key := &keys[i]
		if j := slices.IndexFunc(known, func(k directory.KeyCredential) bool { return strings.EqualFold(k.KeyID, key.KeyID) }); j >= 0 && len(key.Key) == 0 {
			key.Key = known[j].Key
		}
		if err := c.completeKey(of, key); err != nil {
			return err
		}
	}
	p["keyCredentials"] = keys
	return nil
}

func (c *call) completeKey(of directory.Type, key *directory.KeyCredential) error {
	if key.KeyID == "" {
		key.KeyID = c.t.newID()
	}
	if key.Type == "" {
		key.Type = "AsymmetricX509Cert"
	}
	if key.Usage == "" {
		key.Usage = "Verify"
	}
	if !isGUID(key.KeyID) || !slices.Contains([]string{"AsymmetricX509Cert", "X509CertAndPassword"}, key.Type) || !slices.Contains([]string{"Verify", "Sign", "Encrypt"}, key.Usage) {
		return invalidValue(of, "keyCredentials")
	}
	if key.Type != "AsymmetricX509Cert" || key.Usage == "Sign" { // a private key, which nobody looks into
		return nil
	}
	certificate, ok := readCertificate(key.Key)
	if !ok {
		return &directory.Error{Code: directory.CodeBadRequest, Target: "keyCredentials", Message: "Key value is invalid certificate"}
	}
	key.Key = certificate.Raw
	if len(key.CustomKeyIdentifier) == 0 {
		thumbprint := sha1.Sum(certificate.Raw) //nolint:gosec // see the import
		key.CustomKeyIdentifier = thumbprint[:]
	}
	if key.DisplayName == "" {
		key.DisplayName = certificate.Subject.String()
	}
	if key.StartDateTime.IsZero() {
		key.StartDateTime = certificate.NotBefore.UTC()
	}
	if key.EndDateTime.IsZero() {
		key.EndDateTime = certificate.NotAfter.UTC()
	}
	if key.EndDateTime.After(certificate.NotAfter) || !key.EndDateTime.After(key.StartDateTime) {
		// As seen in public issues.
		return refuse(http.StatusBadRequest, "KeyCredentialsInvalidEndDate", "Key credential end date is invalid.")
	}
	if key.StartDateTime.Before(certificate.NotBefore) {
		return refuse(http.StatusBadRequest, "KeyCredentialsInvalidStartDate", "Key credential start date is invalid.")
	}
	return nil
}

// readCertificate reads a certificate in DER or, as some clients send it, in PEM.
func readCertificate(raw []byte) (*x509.Certificate, bool) {
	if block, _ := pem.Decode(bytes.TrimSpace(raw)); block != nil {
		raw = block.Bytes
	}
	certificate, err := x509.ParseCertificate(raw)
	return certificate, err == nil
}

// addKey adds a certificate to those there are, for a caller who holds the private key of one of them.
// Source: learn.microsoft.com/graph/api/application-addkey.
func addKey(c *call, o *directory.Object) error {
	var body struct {
		KeyCredential      *directory.KeyCredential `json:"keyCredential"`
		PasswordCredential json.RawMessage          `json:"passwordCredential"` // of a private key, which is not kept
		Proof              string                   `json:"proof"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	if body.KeyCredential == nil {
		return badValue("keyCredential")
	}
	if err := c.proven(o, body.Proof); err != nil {
		return err
	}
	key := *body.KeyCredential
	key.KeyID = ""
	if err := c.completeKey(o.Type(), &key); err != nil {
		return err
	}
	err := c.changeKeys(o.ID(), func(keys []directory.KeyCredential) ([]directory.KeyCredential, error) {
		if len(keys) >= maxKeys {
			return nil, invalidValue(o.Type(), "keyCredentials")
		}
		return append(keys, key), nil
	})
	if err != nil {
		return err
	}
	key.Key = nil
	return c.object(http.StatusOK, "microsoft.graph.keyCredential", key)
}

// removeKey removes a certificate.
// Source: learn.microsoft.com/graph/api/application-removekey.
func removeKey(c *call, o *directory.Object) error {
	var body keyID
	if err := c.decode(&body, false); err != nil {
		return err
	}
	if err := c.proven(o, body.Proof); err != nil {
		return err
	}
	err := c.changeKeys(o.ID(), func(keys []directory.KeyCredential) ([]directory.KeyCredential, error) {
		left := slices.DeleteFunc(slices.Clone(keys), func(k directory.KeyCredential) bool { return strings.EqualFold(k.KeyID, body.KeyID) })
		if len(left) == len(keys) {
			return nil, &directory.Error{Code: directory.CodeBadRequest, Target: "keyId", Message: "No key credential found with keyId."}
		}
		return left, nil
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

// changeKeys replaces the certificates of an object by what a function makes of them.
func (c *call) changeKeys(id string, change func([]directory.KeyCredential) ([]directory.KeyCredential, error)) error {
	return c.t.dir.Batch(func(b *directory.Batch) error {
		o, live := b.View().Object(id)
		if !live {
			return missing(id)
		}
		keys, err := change(directory.Value[[]directory.KeyCredential](o, "keyCredentials"))
		if err != nil {
			return err
		}
		_, err = b.Update(id, directory.Properties{"keyCredentials": keys})
		return err
	})
}

// The proof of possession: a JWT signed by a certificate the object has.
// Source: learn.microsoft.com/graph/application-rollkey-prooftoken.
const (
	proofAudience = "00000002-0000-0000-c000-000000000000"
	maxProofLife  = 10 * time.Minute
	maxProof      = 16 << 10
)

// proofAlgorithms are those of a certificate. It is never written.
var proofAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256, jose.RS384, jose.RS512}

// proven checks a proof. What is wrong with it is not said, as the service does not say it: code and text as seen in public issues.
func (c *call) proven(o *directory.Object, proof string) error {
	refused := refuse(http.StatusUnauthorized, "Authentication_MissingOrMalformed", "Access Token missing or malformed.")
	if len(proof) > maxProof {
		return refused
	}
	token, err := jose.ParseSignedCompact(proof, proofAlgorithms)
	if err != nil {
		return refused
	}
	var payload []byte
	for _, key := range directory.Value[[]directory.KeyCredential](o, "keyCredentials") {
		certificate, ok := readCertificate(key.Key)
		if !ok || key.Usage != "Verify" || c.now.After(key.EndDateTime) {
			continue
		}
		if payload, err = token.Verify(certificate.PublicKey); err == nil {
			break
		}
	}
	var claims struct {
		Audience  string `json:"aud"`
		Issuer    string `json:"iss"`
		NotBefore int64  `json:"nbf"`
		Expires   int64  `json:"exp"`
	}
	if payload == nil || json.Unmarshal(payload, &claims) != nil {
		return refused
	}
	from, to := time.Unix(claims.NotBefore, 0), time.Unix(claims.Expires, 0)
	if claims.Audience != proofAudience || !strings.EqualFold(claims.Issuer, o.ID()) || to.Sub(from) > maxProofLife || c.now.Add(proofSkew).Before(from) || c.now.After(to.Add(proofSkew)) {
		return refused
	}
	return nil
}

// proofSkew is by how much the signer's clock may differ.
const proofSkew = 5 * time.Minute
