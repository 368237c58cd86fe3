package odata

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

// maxToken bounds a token that comes in: two options of full length and what belongs to them.
const maxToken = 6 * maxOptionLength

// tokenPrefix is what real tokens begin with.
const tokenPrefix = "RFNwdAoAAQ" //nolint:gosec // public, and no secret: every page token begins so

// sealer makes opaque tokens that only it can read. The nonce follows from the content, so the same content gives the same token.
type sealer struct {
	aead  cipher.AEAD
	nonce [32]byte
}

func newSealer(secret [32]byte) sealer {
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		return sealer{} // cannot be: the key has 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return sealer{}
	}
	return sealer{aead: aead, nonce: sha256.Sum256(append([]byte("nonce"), secret[:]...))}
}

func (s sealer) seal(kind string, content []byte) string {
	mac := hmac.New(sha256.New, s.nonce[:])
	mac.Write([]byte(kind))
	mac.Write(content)
	nonce := mac.Sum(nil)[:s.aead.NonceSize()]
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, content, []byte(kind)))
}

func (s sealer) open(kind, token string) ([]byte, bool) {
	sealed, ok := strings.CutPrefix(token, tokenPrefix)
	if !ok || len(token) > maxToken {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return nil, false
	}
	content, err := s.aead.Open(nil, raw[:s.aead.NonceSize()], raw[s.aead.NonceSize():], []byte(kind))
	return content, err == nil
}

// Seal returns an opaque token that carries content and the present time, for uses such as delta links. Tokens of one kind do
// not open as another.
func (e *Engine) Seal(kind string, content []byte) string {
	stamped := binary.BigEndian.AppendUint64(nil, uint64(e.settings.clock.Now().Unix())) //nolint:gosec // the sign comes back with it
	return e.settings.sealer.seal(kind, append(stamped, content...))
}

// Open returns what a token carries and when it was made; false when it was not made by [Engine.Seal] of this kind. Whether it
// is too old is for the caller to say.
func (e *Engine) Open(kind, token string) (content []byte, made time.Time, ok bool) {
	stamped, ok := e.settings.sealer.open(kind, token)
	if !ok || len(stamped) < 8 {
		return nil, time.Time{}, false
	}
	return stamped[8:], time.Unix(int64(binary.BigEndian.Uint64(stamped)), 0), true //nolint:gosec // see Seal
}

// pageToken is what a $skiptoken carries.
type pageToken struct {
	collection string // which collection it belongs to
	options    string // the query options in canonical form
	page       int    // number of the page it leads to, 1 for the second
	started    bool   // there is an item that was the last
	id         string // of that item
	values     []any  // of its sort keys
}

const pageKind = "page"

func (t pageToken) encode() []byte {
	b := appendText(nil, t.collection)
	b = appendText(b, t.options)
	b = binary.AppendUvarint(b, uint64(t.page)) //nolint:gosec // never negative
	if !t.started {
		return b
	}
	b = appendText(b, t.id)
	for _, v := range t.values {
		b = appendText(b, encodeValue(v))
	}
	return b
}

func decodePageToken(b []byte) (t pageToken, ok bool) {
	r := reader{b: b}
	t.collection, t.options = r.text(), r.text()
	t.page = r.number()
	if len(r.b) > 0 && !r.failed {
		t.started, t.id = true, r.text()
		for len(r.b) > 0 && !r.failed {
			t.values = append(t.values, decodeValue(r.text()))
		}
	}
	return t, !r.failed
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

type reader struct {
	b      []byte
	failed bool
}

func (r *reader) number() int {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > 1<<31 {
		r.b, r.failed = nil, true
		return 0
	}
	r.b = r.b[size:]
	return int(n)
}

func (r *reader) text() string {
	n := r.number()
	if n > len(r.b) {
		r.b, r.failed = nil, true
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

// encodeValue writes a sort key with its kind in front; nil is empty.
func encodeValue(v any) string {
	switch v := v.(type) {
	case string:
		return "s" + v
	case bool:
		if v {
			return "b1"
		}
		return "b0"
	case int:
		return string(binary.AppendVarint([]byte("i"), int64(v)))
	case time.Time:
		return "t" + v.Format(time.RFC3339Nano)
	}
	return ""
}

func decodeValue(s string) any {
	if s == "" {
		return nil
	}
	switch rest := s[1:]; s[0] {
	case 's':
		return rest
	case 'b':
		return rest == "1"
	case 'i':
		n, _ := binary.Varint([]byte(rest))
		return int(n)
	case 't':
		if t, err := time.Parse(time.RFC3339Nano, rest); err == nil {
			return t
		}
	}
	return nil
}
