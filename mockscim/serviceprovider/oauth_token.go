package serviceprovider

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// An access token is when it expires, a random part and a signature of both, so that none needs to be kept.
const (
	tokenRandom = 16
	tokenSigned = 8 + tokenRandom
	tokenBytes  = tokenSigned + sha256.Size
)

// issue makes an access token and says for how many seconds it is good.
func (s *authorizationServer) issue() (token string, seconds int64, err error) {
	seconds = int64(s.TokenLife / time.Second)
	expires := s.endpoint.settings.clock.Now().Unix() + seconds
	data := binary.BigEndian.AppendUint64(make([]byte, 0, tokenBytes), uint64(expires)) //nolint:gosec // it is read back alike
	data = data[:tokenSigned]
	s.mu.Lock()
	_, err = io.ReadFull(s.endpoint.settings.random, data[8:])
	s.mu.Unlock()
	if err != nil {
		return "", 0, fmt.Errorf("make token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(data, s.sign(data)...)), seconds, nil
}

func (s *authorizationServer) sign(data []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(data)
	return mac.Sum(nil)
}

// verify says whether a token was given here, and whether it has expired.
func (s *authorizationServer) verify(token string) (given, expired bool) {
	data, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(data) != tokenBytes || !hmac.Equal(data[tokenSigned:], s.sign(data[:tokenSigned])) {
		return false, false
	}
	expires := int64(binary.BigEndian.Uint64(data)) //nolint:gosec // see issue
	return true, s.endpoint.settings.clock.Now().Unix() >= expires
}
