package directory

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"slices"
	"time"
)

// PasswordCredential is a client secret of an application or a service principal, without the secret: of that only a salted
// hash and the first three characters are kept.
// Source: learn.microsoft.com/graph/api/resources/passwordcredential.
type PasswordCredential struct {
	KeyID               string    `json:"keyId"`
	DisplayName         string    `json:"displayName"`
	Hint                string    `json:"hint"`
	CustomKeyIdentifier []byte    `json:"customKeyIdentifier"`
	StartDateTime       time.Time `json:"startDateTime"`
	EndDateTime         time.Time `json:"endDateTime"`

	hash secretHash
}

// Matches says whether a secret is the one this credential was made with. Whether the credential is valid at the time is for
// the caller to see.
func (c PasswordCredential) Matches(secret string) bool { return c.hash.matches(secret) }

const (
	saltSize     = 16
	maxSecretLen = 4096 // longer ones match nothing, so that hashing stays cheap
)

// secretHash is a salt followed by the SHA-256 of salt and secret; empty matches nothing. It keeps secrets out of memory
// dumps and snapshot files. It is no password storage for production: the secrets of a fake tenant guard nothing, and a slow hash
// would make a million seeded users cost days.
type secretHash []byte

func newSecretHash(random io.Reader, secret string) (secretHash, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return nil, err
	}
	return slices.Concat(salt, digest(salt, secret)), nil
}

func (h secretHash) matches(secret string) bool {
	if len(h) != saltSize+sha256.Size || len(secret) > maxSecretLen {
		return false
	}
	return subtle.ConstantTimeCompare(h[saltSize:], digest(h[:saltSize], secret)) == 1
}

func digest(salt []byte, secret string) []byte {
	sum := sha256.Sum256(append(bytes.Clone(salt), secret...))
	return sum[:]
}
