package serviceprovider

import (
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

// authenticate refuses a request without a good token; nil lets it in. Tokens are compared in constant time, so neither content nor
// length leaks.
func (e *Endpoint) authenticate(q *request) *answer {
	if e.settings.token == "" && e.tokens == nil {
		return nil
	}
	token, sent := bearer(q.Header.Get("Authorization"))
	if sent && e.settings.token != "" && same(token, e.settings.token) {
		return nil
	}
	if sent && e.settings.expired != "" && same(token, e.settings.expired) {
		return expiredToken()
	}
	if sent && e.tokens != nil {
		switch given, expired := e.tokens.verify(token); {
		case expired:
			return expiredToken()
		case given:
			return nil
		}
	}
	if sent {
		return badToken()
	}
	return unauthorized("", "a bearer token is required")
}

// expiredToken is the refusal of a token that was good once.
func expiredToken() *answer {
	return unauthorized(`, error="invalid_token", error_description="the access token has expired"`, "the access token has expired")
}

// badToken is the refusal of a token.
func badToken() *answer {
	return unauthorized(`, error="invalid_token"`, "the bearer token is not valid")
}

// unauthorized is the refusal with the challenge of RFC 6750 §3; an error code is given only to those who sent a token.
func unauthorized(parameters, detail string) *answer {
	a := refuse(scim.Errorf(http.StatusUnauthorized, "", "%s", detail))
	a.header.Set("WWW-Authenticate", `Bearer realm="scim"`+parameters)
	return a
}
