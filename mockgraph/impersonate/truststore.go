package impersonate

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the format of the file has no other digest
	"encoding/binary"
	"unicode/utf16"
)

// TrustStorePassword is the password of [Authority.TrustStore]: Java's customary one, it guards nothing.
const TrustStorePassword = "changeit"

// TrustStore returns a Java key store (JKS) with the authority's certificate, for -Djavax.net.ssl.trustStore: a JVM reads no
// PEM. It replaces what the JVM trusts, which is enough behind a proxy that forwards nothing.
// Source: the OpenJDK's sun.security.provider.JavaKeyStore, which every JDK reads whatever its default type.
func (a *Authority) TrustStore() []byte {
	const (
		magic        = 0xfeedfeed
		version      = 2
		trustedEntry = 2
	)
	var store bytes.Buffer
	number := func(n uint32) { store.Write(binary.BigEndian.AppendUint32(nil, n)) }
	text := func(s string) { // java.io.DataOutput.writeUTF, of ASCII
		store.Write(binary.BigEndian.AppendUint16(nil, uint16(len(s)))) //nolint:gosec // three constants, all short
		store.WriteString(s)
	}
	number(magic)
	number(version)
	number(1) // entries
	number(trustedEntry)
	text("rehearse")
	store.Write(binary.BigEndian.AppendUint64(nil, uint64(a.certificate.NotBefore.UnixMilli())))
	text("X.509")
	number(uint32(len(a.certificate.Raw))) //nolint:gosec // a certificate has about a thousand bytes
	store.Write(a.certificate.Raw)

	// The checksum covers the password in UTF-16, a phrase fixed by the format, and the store.
	digest := sha1.New() //nolint:gosec // the format's
	for _, unit := range utf16.Encode([]rune(TrustStorePassword)) {
		digest.Write(binary.BigEndian.AppendUint16(nil, unit))
	}
	digest.Write([]byte("Mighty Aphrodite"))
	digest.Write(store.Bytes())
	return digest.Sum(store.Bytes())
}
