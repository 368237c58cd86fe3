package serviceprovider

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Bounds of assertions.
const (
	assertionSkew  = time.Minute    // between the clocks
	assertionLife  = 24 * time.Hour // further ahead no exp may be (RFC 7523 §3 lets that be refused)
	maxUsed        = 10_000         // jtis remembered at once
	maxTriedKeys   = 20
	maxClaimLength = 1024
)

var assertionAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256}

// claims are those of an assertion (RFC 7523 §3).
type claims struct {
	Issuer    string    `json:"iss"`
	Subject   string    `json:"sub"`
	Audience  audiences `json:"aud"`
	Expires   float64   `json:"exp"`
	NotBefore float64   `json:"nbf"`
	ID        string    `json:"jti"`
}

// audiences are one string or several.
type audiences []string

func (a *audiences) UnmarshalJSON(data []byte) error {
	var one string
	if err := json.Unmarshal(data, &one); err == nil {
		*a = audiences{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

// checkAssertion says what is wrong with a JWT; nil when it stands for the client.
func (s *authorizationServer) checkAssertion(r *http.Request, text string) error {
	jws, err := jose.ParseSignedCompact(text, assertionAlgorithms)
	if err != nil || len(jws.Signatures) != 1 {
		return errors.New("the assertion is no JWT signed with RS256, PS256 or ES256")
	}
	var c claims
	if json.Unmarshal(jws.UnsafePayloadWithoutVerification(), &c) != nil || len(c.ID) > maxClaimLength {
		return errors.New("the claims of the assertion cannot be read")
	}
	address := (&request{Request: r, endpoint: s.endpoint}).base() + tokenPath
	err = errors.New("no assertions by the issuer are taken for the subject")
	for _, a := range s.Assertions {
		if c.Issuer != cmp.Or(a.Issuer, s.ClientID) || c.Subject != cmp.Or(a.Subject, s.ClientID) {
			continue
		}
		if !slices.Contains(c.Audience, cmp.Or(a.Audience, address)) {
			err = errors.New("the assertion is for another audience")
			continue
		}
		if !signedBy(jws, a.Keys) {
			err = errors.New("the signature of the assertion is not right")
			continue
		}
		return s.timely(c)
	}
	return err
}

// signedBy says whether one of the keys made a signature: the one it names, else any.
func signedBy(jws *jose.JSONWebSignature, keys jose.JSONWebKeySet) bool {
	candidates := keys.Keys
	if kid := jws.Signatures[0].Header.KeyID; kid != "" {
		candidates = keys.Key(kid)
	}
	for _, key := range candidates[:min(len(candidates), maxTriedKeys)] {
		if _, err := jws.Verify(key.Public()); err == nil {
			return true
		}
	}
	return false
}

// timely checks the times of an assertion and that it is used once.
func (s *authorizationServer) timely(c claims) error {
	now := s.endpoint.settings.clock.Now()
	seconds, skew := float64(now.Unix()), assertionSkew.Seconds()
	switch {
	case c.Expires == 0 || math.IsNaN(c.Expires):
		return errors.New("the assertion has no exp")
	case seconds >= c.Expires+skew:
		return errors.New("the assertion has expired")
	case c.Expires > seconds+assertionLife.Seconds()+skew:
		return errors.New("the assertion expires too far ahead")
	case c.NotBefore > seconds+skew:
		return errors.New("the assertion is not good yet")
	case c.ID == "":
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if until, used := s.used[c.ID]; used && now.Before(until) {
		return errors.New("the assertion was used before")
	}
	if len(s.used) >= maxUsed {
		for id, until := range s.used {
			if !now.Before(until) {
				delete(s.used, id)
			}
		}
		if len(s.used) >= maxUsed {
			return errors.New("too many assertions are in use")
		}
	}
	s.used[c.ID] = time.Unix(int64(c.Expires+skew)+1, 0)
	return nil
}
