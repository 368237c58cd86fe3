package serviceprovider

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// bearer is the token of an Authorization header; the scheme may be in any case (RFC 9110 §11.1).
func bearer(header string) (token string, ok bool) {
	scheme, token, ok := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, "Bearer") && token != ""
}

// authenticate refuses a request without the endpoint's token; nil lets it in. Tokens are compared as digests in constant
// time, so neither content nor length leaks.
func (e *Endpoint) authenticate(q *request) *answer {
	if e.settings.token == "" {
		return nil
	}
	token, sent := bearer(q.Header.Get("Authorization"))
	want, have := sha256.Sum256([]byte(e.settings.token)), sha256.Sum256([]byte(token))
	if sent && subtle.ConstantTimeCompare(want[:], have[:]) == 1 {
		return nil
	}
	return unauthorized(sent)
}

// unauthorized is the refusal with the challenge of RFC 6750 §3; an error code is given only to those who sent a token.
func unauthorized(sent bool) *answer {
	challenge, detail := `Bearer realm="scim"`, "a bearer token is required"
	if sent {
		challenge, detail = challenge+`, error="invalid_token"`, "the bearer token is not valid"
	}
	a := refuse(scim.Errorf(http.StatusUnauthorized, "", "%s", detail))
	a.header.Set("WWW-Authenticate", challenge)
	return a
}
