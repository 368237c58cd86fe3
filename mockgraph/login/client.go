package login

import (
	"context"
	"net/url"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

const (
	nobody              = "00000000-0000-0000-0000-000000000000"
	assertionTypeBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" //nolint:gosec // G101: a public name of RFC 7523, no credential
)

// identify finds the client of a request.
func (t *tokenRequest) identify() (*client, *Error) {
	id := t.form.Get("client_id")
	if id == "" {
		return nil, AADSTS(900144, "client_id")
	}
	if id == nobody {
		return nil, AADSTS(700038, id)
	}
	c, ok := t.x.client(id)
	if !ok {
		return nil, AADSTS(700016, id, t.x.tenant.title())
	}
	t.client = c
	if c.principal == nil && !c.firstParty && t.grant == grantClient {
		return nil, AADSTS(7000229, c.appID, t.x.tenant.id)
	}
	if c.disabled() {
		return nil, AADSTS(7000112, c.appID, c.name)
	}
	if t.x.authority.multi() && !c.multiTenant {
		return nil, AADSTS(50194, c.appID, c.name)
	}
	return c, nil
}

func (c *client) disabled() bool {
	if c.principal != nil && !c.principal.Bool("accountEnabled") {
		return true
	}
	return c.app != nil && c.app.String("disabledByMicrosoftStatus") != ""
}

// Ways a client proves who it is, as appidacr and azpacr count them.
const (
	proofNone        = "0"
	proofSecret      = "1"
	proofCertificate = "2"
)

// authenticate proves the client, or that it need not be proven. platform is that of the redirect URI the grant began with, ""
// for grants without one.
// Source: learn.microsoft.com/entra/identity-platform/msal-client-applications; reply-url.
func (t *tokenRequest) authenticate(ctx context.Context, c *client, platform string) (string, *Error) {
	secret, assertion := t.form.Get("client_secret"), t.form.Get("client_assertion")
	public := c.public && t.grant != grantClient && t.grant != grantBehalf
	switch platform {
	case platformWeb:
		public = false
	case platformPublic, platformSPA:
		public = true
	}
	switch {
	case public && (secret != "" || assertion != ""):
		return "", AADSTS(700025)
	case public && secret == "" && assertion == "":
		return proofNone, nil
	case secret == "" && assertion == "" && t.grant == grantClient:
		return "", AADSTS(7000216)
	case secret == "" && assertion == "":
		return "", AADSTS(7000218)
	case assertion != "":
		if t.form.Get("client_assertion_type") != assertionTypeBearer {
			return "", AADSTS(900144, "client_assertion_type")
		}
		return proofCertificate, t.checkAssertion(ctx, c, assertion)
	}
	return proofSecret, t.checkSecret(c, secret)
}

// checkSecret compares a secret with those of the client: any that is valid now will do.
func (t *tokenRequest) checkSecret(c *client, secret string) *Error {
	expired := false
	for _, p := range credentials[directory.PasswordCredential](c, "passwordCredentials") {
		if !p.Matches(secret) {
			continue
		}
		if now := t.x.now(); (p.EndDateTime.IsZero() || now.Before(p.EndDateTime)) && !now.Before(p.StartDateTime.Add(-t.x.server.options.skew)) {
			return nil
		}
		expired = true
	}
	if expired {
		return AADSTS(7000222, c.appID)
	}
	return AADSTS(7000215, c.appID)
}

// basic moves client credentials from an Authorization header into the form. Both parts are form-encoded.
// Source: RFC 6749 §2.3.1.
func (t *tokenRequest) basic() *Error {
	id, secret, ok := t.x.r.BasicAuth()
	if !ok {
		return nil
	}
	id, errID := url.QueryUnescape(id)
	secret, errSecret := url.QueryUnescape(secret)
	if errID != nil || errSecret != nil || id == "" {
		return AADSTS(9002313)
	}
	if given := t.form.Get("client_id"); given != "" && !strings.EqualFold(given, id) {
		return AADSTS(9002313)
	}
	t.form.Set("client_id", id)
	if t.form.Get("client_secret") == "" && secret != "" {
		t.form.Set("client_secret", secret)
	}
	return nil
}
