package directory

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// guidBytes returns a GUID as the service stores it, its first three parts little-endian; false for what is none.
func guidBytes(id string) ([]byte, bool) {
	if !isGuid(id) {
		return nil, false
	}
	b, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	if err != nil {
		return nil, false
	}
	b[0], b[1], b[2], b[3] = b[3], b[2], b[1], b[0]
	b[4], b[5] = b[5], b[4]
	b[6], b[7] = b[7], b[6]
	return b, true
}

// joinedID writes GUIDs one after the other in base64url, as assignments and grants are called; false when one is no GUID.
func joinedID(guids ...string) (string, bool) {
	var all []byte
	for _, each := range guids {
		b, ok := guidBytes(each)
		if !ok {
			return "", false
		}
		all = append(all, b...)
	}
	return base64.RawURLEncoding.EncodeToString(all), true
}

// securityIdentifier is S-1-12-1- and the id as four numbers.
func securityIdentifier(o *Object) any {
	b, ok := guidBytes(o.id)
	if !ok {
		return nil
	}
	part := func(i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
	return fmt.Sprintf("S-1-12-1-%d-%d-%d-%d", part(0), part(1), part(2), part(3))
}
