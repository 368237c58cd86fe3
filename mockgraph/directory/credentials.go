package directory

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
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
	hash := make(secretHash, saltSize, saltSize+sha256.Size)
	if _, err := io.ReadFull(random, hash); err != nil {
		return nil, err
	}
	sum := digest(hash, secret)
	return append(hash, sum[:]...), nil
}

func (h secretHash) matches(secret string) bool {
	if len(h) != saltSize+sha256.Size || len(secret) > maxSecretLen {
		return false
	}
	sum := digest(h[:saltSize], secret)
	return subtle.ConstantTimeCompare(h[saltSize:], sum[:]) == 1
}

func digest(salt []byte, secret string) [sha256.Size]byte {
	var usual [128]byte
	return sha256.Sum256(append(append(usual[:0], salt...), secret...))
}
