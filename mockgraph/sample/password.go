package sample

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// MaxPasswords is the largest tenant in which everybody but the guests has a password. In larger ones only the administrator has
// one, unless the directory requires them: a million hashes cost time and 100 MB.
const MaxPasswords Size = 1_000

// Password returns the password of a user of the sample tenant with that seed, such as Tk4-Rw9-Zd2-Mx7: it follows from seed and user
// principal name, whatever the name's letter case, and meets Graph's rules for complexity.
// Source: learn.microsoft.com/entra/identity/authentication/concept-sspr-policy, password policies.
func Password(seed uint64, userPrincipalName string) string {
	const letters, digits = "bcdfghjkmnpqrtvwxz", "23456789"
	name := strings.ToLower(userPrincipalName)
	local, _, _ := strings.Cut(name, "@")
	for attempt := byte(0); ; attempt++ {
		sum := sha256.Sum256(append(binary.LittleEndian.AppendUint64([]byte{attempt}, seed), name...))
		var b strings.Builder
		for i := 0; i < 12; i += 3 {
			if i > 0 {
				b.WriteByte('-')
			}
			b.WriteByte(letters[int(sum[i])%len(letters)] &^ 0x20)
			b.WriteByte(letters[int(sum[i+1])%len(letters)])
			b.WriteByte(digits[int(sum[i+2])%len(digits)])
		}
		// Nobody's password may contain the user name; another attempt makes quite another password.
		if password := b.String(); len(local) < 3 || !strings.Contains(strings.ToLower(password), local) || attempt == 255 {
			return password
		}
	}
}
