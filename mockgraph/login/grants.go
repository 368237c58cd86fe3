package login

import (
	"context"
	"errors"
)

// clientCredentials serves an application of its own.
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
func (t *tokenRequest) clientCredentials(ctx context.Context) (*answer, *Error) {
	x := t.x
	if x.authority.multi() {
		return nil, AADSTS(50059)
	}
	if t.version == 2 && t.form.Get("scope") == "" {
		return nil, AADSTS(900144, "scope")
	}
	c, refused := t.identify()
	if refused != nil {
		return nil, refused
	}
	if c.principal == nil {
		return nil, AADSTS(7000229, c.appID, x.tenant.id)
	}
	proof, refused := t.authenticate(ctx, c, "")
	if refused != nil {
		return nil, refused
	}
	a, refused := t.asked(nil)
	if refused != nil {
		return nil, refused
	}
	for _, each := range a.items {
		if each.name != defaultScope {
			return nil, AADSTS(1002012, t.form.Get("scope"))
		}
	}
	if len(a.items) == 0 {
		return nil, AADSTS(1002012, t.form.Get("scope"))
	}
	if len(a.resources) > 1 {
		return nil, AADSTS(28000, t.form.Get("scope"))
	}
	r, refused := x.resource(a.target())
	if refused != nil {
		return nil, refused
	}
	t.resource = r
	if r.principal != nil && r.principal.Bool("appRoleAssignmentRequired") && !x.assigned(r.principal, c.principal.ID()) {
		return nil, AADSTS(501051, c.appID, c.name, a.target(), r.name)
	}
	if refused := t.interrupt(c, "", r); refused != nil {
		return nil, refused
	}
	return t.access(&mint{client: c, proof: proof, resource: r, roles: x.grantedRoles(c, r)})
}

// password serves the resource owner's password.
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth-ropc.
func (t *tokenRequest) password(ctx context.Context) (*answer, *Error) {
	x := t.x
	if x.authority.kind == common || x.authority.kind == consumers {
		return nil, AADSTS(9001023)
	}
	if t.version == 2 && t.form.Get("scope") == "" {
		return nil, AADSTS(900144, "scope")
	}
	c, refused := t.identify()
	if refused != nil {
		return nil, refused
	}
	proof, refused := t.authenticate(ctx, c, "")
	if refused != nil {
		return nil, refused
	}
	u, refused := x.checkPassword(t.form.Get("username"), t.form.Get("password"))
	if refused != nil {
		if refused.Code == 50034 && x.server.options.hiddenAccounts {
			refused = AADSTS(50126)
		}
		return nil, refused
	}
	if mustChangePassword(u) {
		return nil, AADSTS(50055)
	}
	a, refused := t.one(nil)
	if refused != nil {
		return nil, refused
	}
	by := consentState{clientID: c.appID, userID: u.ID(), authTime: x.now(), methods: []string{"pwd"}}
	return t.issue(c, proof, "", by, a, "", nil)
}

// one reads what is asked for and refuses several resources.
func (t *tokenRequest) one(known *asked) (asked, *Error) {
	a, refused := t.asked(known)
	if refused != nil {
		return a, refused
	}
	if len(a.resources) > 1 {
		return a, AADSTS(28000, t.form.Get("scope"))
	}
	return a, nil
}

// onBehalfOf exchanges a user's token for the middle tier into one for another resource.
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow.
func (t *tokenRequest) onBehalfOf(ctx context.Context) (*answer, *Error) {
	x := t.x
	if t.form.Get("requested_token_use") != "on_behalf_of" {
		return nil, AADSTS(900144, "requested_token_use")
	}
	if t.version == 2 && t.form.Get("scope") == "" {
		return nil, AADSTS(900144, "scope")
	}
	claims, err := x.server.Verify(t.form.Get("assertion"))
	if errors.Is(err, ErrTokenMalformed) {
		return nil, AADSTS(50027).as("invalid_request", "")
	}
	c, refused := t.identify()
	if refused != nil {
		return nil, refused
	}
	proof, refused := t.authenticate(ctx, c, "")
	if refused != nil {
		return nil, refused
	}
	switch {
	case errors.Is(err, ErrTokenExpired):
		const layout = "2006-01-02T15:04:05.0000000Z"
		return nil, AADSTS(500133, x.now().UTC().Format(layout), claims.ExpiresAt.Format(layout))
	case err != nil:
		return nil, AADSTS(50013)
	case claims.AppOnly:
		return nil, AADSTS(7000114, c.appID).as("invalid_grant", "")
	case claims.ResourceID != c.appID:
		return nil, AADSTS(500131, claims.Audience, c.appID, c.appID, c.name)
	}
	a, refused := t.one(nil)
	if refused != nil {
		return nil, refused
	}
	by := consentState{clientID: c.appID, userID: claims.ObjectID, authTime: claims.IssuedAt, methods: []string{"pwd"}}
	return t.issue(c, proof, "", by, a, "", nil)
}
