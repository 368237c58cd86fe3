package mockgraph

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// authenticate verifies the access token of a call and fills in whose it is. Graph takes a token with and without the word Bearer.
// Source: learn.microsoft.com/graph/resolve-auth-errors; the texts are those of recorded answers.
func (c *call) authenticate() error {
	if c.claims != nil { // an item of a batch
		return nil
	}
	token := strings.TrimSpace(c.r.Header.Get("Authorization"))
	if scheme, rest, found := strings.Cut(token, " "); found && strings.EqualFold(scheme, "Bearer") {
		token = strings.TrimSpace(rest)
	}
	if token == "" || strings.EqualFold(token, "Bearer") {
		return c.unauthorized("Access token is empty.")
	}
	claims, err := c.t.login.Verify(token)
	switch {
	case errors.Is(err, login.ErrTokenMalformed):
		return c.unauthorized("IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format.")
	case errors.Is(err, login.ErrTokenExpired):
		return c.unauthorized("Lifetime validation failed, the token is expired.")
	case err != nil:
		return c.unauthorized("Access token validation failure.")
	case !c.t.audience(claims, c.origin):
		return c.unauthorized("Access token validation failure. Invalid audience.")
	}
	if skew := c.t.weather.Skew(); skew != 0 {
		if problem := skewedLife(claims, c.now.Add(skew)); problem != "" {
			return c.unauthorized(problem)
		}
	}
	c.claims = claims
	return c.identity()
}

// leeway is how far clocks may differ before a token counts as not yet valid.
const leeway = 5 * time.Minute

// skewedLife says why a token is refused by a server whose clock is wrong; "" when it is not.
func skewedLife(claims *login.Claims, now time.Time) string {
	switch {
	case !now.Before(claims.ExpiresAt):
		return "Lifetime validation failed, the token is expired."
	case now.Add(leeway).Before(claims.NotBefore):
		return "Access token has expired or is not yet valid."
	}
	return ""
}

// audience says whether a token is for Graph: by one of its own names, or by the origin it is addressed at.
func (t *Tenant) audience(claims *login.Claims, origin string) bool {
	return claims.ForGraph() || strings.EqualFold(strings.TrimSuffix(claims.Audience, "/"), origin)
}

func (c *call) unauthorized(message string) *refusal {
	r := refuse(http.StatusUnauthorized, codeInvalidToken, "%s", message)
	r.header = http.Header{"Www-Authenticate": {
		`Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`,
	}}
	return r
}

// identity refuses a token whose application is gone or disabled since it was issued. Microsoft's own public clients have no
// service principal of their own.
func (c *call) identity() error {
	principal, found := c.t.dir.Snapshot().Lookup(directory.ServicePrincipal, "appId", c.claims.ClientID)
	if !found {
		if !c.claims.AppOnly {
			return nil
		}
		return refuse(http.StatusUnauthorized, "Authorization_IdentityNotFound", "The identity of the calling application could not be established.")
	}
	if !principal.Bool("accountEnabled") {
		return refuse(http.StatusForbidden, "Authorization_IdentityDisabled", "The service principal of the calling application is disabled.")
	}
	return nil
}
