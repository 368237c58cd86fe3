package login

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
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

// credentialForm is what codes and refresh tokens look like.
var credentialForm = regexp.MustCompile(`^[01]\.[A-Za-z0-9_-]{40,1000}$`)

// authorizationCode redeems a code.
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow.
func (t *tokenRequest) authorizationCode(ctx context.Context) (*answer, *Error) {
	x, text := t.x, t.form.Get("code")
	if !credentialForm.MatchString(text) {
		return nil, AADSTS(9002313).as("invalid_grant", "")
	}
	c, refused := t.identify()
	if refused != nil {
		return nil, refused
	}
	var held code
	known := x.server.state.codes.with(digest(text), func(each *code) { held = *each })
	if !known {
		if _, refused := t.authenticate(ctx, c, ""); refused != nil && refused.Code != 700025 && refused.Code != 7000218 {
			return nil, refused
		}
		return nil, AADSTS(70000)
	}
	proof, refused := t.authenticate(ctx, c, held.redirect.platform)
	if refused != nil {
		return nil, refused
	}
	if refused := t.checkCode(held, c); refused != nil {
		return nil, refused
	}
	a, refused := t.codeScope(held.asked)
	if refused != nil {
		return nil, refused
	}
	taken := false
	x.server.state.codes.with(digest(text), func(each *code) { taken, each.redeemed = each.redeemed, true })
	if taken {
		return nil, AADSTS(54005)
	}
	return t.issue(c, proof, held.redirect.platform, held.consent, a, held.nonce, nil)
}

// codeScope is what a code is redeemed for: what the request names, else what the authorization asked for, which must then be
// of one resource.
func (t *tokenRequest) codeScope(before asked) (asked, *Error) {
	a, refused := t.asked(&before)
	if refused != nil {
		return a, refused
	}
	if len(a.resources) > 1 {
		return a, AADSTS(28000, a.text)
	}
	a.openID = append([]string{}, a.openID...)
	for _, name := range before.openID {
		if !a.wants(name) {
			a.openID = append(a.openID, name)
		}
	}
	if len(a.items) == 0 && len(before.resources) == 1 {
		a.items, a.resources = before.items, before.resources
	}
	return a, nil
}

// checkCode refuses a code that is another's, used, old, or redeemed elsewhere than it was issued.
func (t *tokenRequest) checkCode(held code, c *client) *Error {
	x := t.x
	switch {
	case held.consent.clientID != c.appID:
		return AADSTS(70000)
	case held.redeemed:
		return AADSTS(54005)
	case x.now().Sub(held.issued) > x.server.options.lifetimes.Code:
		return AADSTS(70008)
	case held.kind != x.authority.kind:
		return AADSTS(700005)
	case t.form.Get("redirect_uri") != held.redirect.uri:
		return AADSTS(500112, t.form.Get("redirect_uri"), held.redirect.uri)
	}
	origin := x.r.Header.Get("Origin")
	switch {
	case held.redirect.platform == platformSPA && origin == "":
		return AADSTS(9002327)
	case held.redirect.platform == platformSPA && held.challenge == "":
		return AADSTS(9002325)
	case held.redirect.platform != platformSPA && origin != "":
		return AADSTS(9002326, origin)
	}
	return proofOfKey(held, t.form.Get("code_verifier"))
}

// proofOfKey compares a verifier with its challenge.
// Source: RFC 7636 §4.6.
func proofOfKey(held code, verifier string) *Error {
	if held.challenge == "" {
		return nil // a verifier that was never announced is ignored
	}
	made := verifier
	if held.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		made = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	if verifier == "" || subtle.ConstantTimeCompare([]byte(made), []byte(strings.TrimRight(held.challenge, "="))) != 1 {
		return AADSTS(501481)
	}
	return nil
}

// refreshToken redeems a refresh token for any resource the client has consent for. The old one stays valid.
// Source: learn.microsoft.com/entra/identity-platform/refresh-tokens.
func (t *tokenRequest) refreshToken(ctx context.Context) (*answer, *Error) {
	x, text := t.x, t.form.Get("refresh_token")
	if !credentialForm.MatchString(text) {
		return nil, AADSTS(9002313).as("invalid_grant", "")
	}
	c, refused := t.identify()
	if refused != nil {
		return nil, refused
	}
	var held refreshToken
	if !x.server.state.refresh.with(digest(text), func(each *refreshToken) { held = *each }) || held.consent.clientID != c.appID {
		return nil, AADSTS(70000)
	}
	proof, refused := t.authenticate(ctx, c, held.platform)
	if refused != nil {
		return nil, refused
	}
	switch from := x.r.Header.Get("Origin"); {
	case held.platform == platformSPA && from == "":
		return nil, AADSTS(9002327)
	case held.platform != platformSPA && from != "":
		return nil, AADSTS(9002326, from)
	}
	if refused := t.checkRefresh(held); refused != nil {
		return nil, refused
	}
	a, refused := t.asked(&held.asked)
	if refused != nil {
		return nil, refused
	}
	x.server.state.refresh.with(digest(text), func(each *refreshToken) { each.used = x.now() })
	return t.issue(c, proof, held.platform, held.consent, a.first(), "", &held)
}

// checkRefresh refuses a refresh token that is old or revoked.
func (t *tokenRequest) checkRefresh(held refreshToken) *Error {
	x, l := t.x, t.x.server.options.lifetimes
	const layout = "2006-01-02T15:04:05.0000000Z"
	issued := held.issued.UTC().Format(layout)
	if !held.fixedEnd.IsZero() && x.now().After(held.fixedEnd) {
		return AADSTS(700084, span(l.SPARefreshToken), issued)
	}
	if idle := x.now().Sub(held.used); idle > l.RefreshToken {
		return AADSTS(700082, issued, span(l.RefreshToken))
	}
	u, ok := x.userByID(held.consent.userID)
	if !ok {
		return AADSTS(50034, x.tenant.id)
	}
	since, _ := u.Property("signInSessionsValidFromDateTime").(time.Time)
	if held.password {
		if changed, ok := u.Property("lastPasswordChangeDateTime").(time.Time); ok && changed.After(since) {
			since = changed
		}
	}
	// Directory times have whole seconds.
	if held.issued.Truncate(time.Second).Before(since) {
		return AADSTS(50173, issued, since.UTC().Format(layout))
	}
	return nil
}

// span writes a duration as Entra does: 90.00:00:00.
func span(d time.Duration) string {
	days := d / (24 * time.Hour)
	return itoa(int(days)) + "." + time.Time{}.Add(d%(24*time.Hour)).Format("15:04:05")
}

// renew makes a refresh token, as the successor of another when there is one.
func (t *tokenRequest) renew(platform string, by consentState, a asked, before *refreshToken) (string, *Error) {
	x := t.x
	next := refreshToken{
		consent: by, asked: a, platform: platform, issued: x.now(), used: x.now(),
		password: slices.Contains(by.methods, "pwd") && t.form.Get("client_secret") == "" && t.form.Get("client_assertion") == "",
	}
	if platform == platformSPA {
		next.fixedEnd = x.now().Add(x.server.options.lifetimes.SPARefreshToken)
	}
	if before != nil {
		next.fixedEnd, next.password = before.fixedEnd, before.password
		next.asked.openID = before.asked.openID
	}
	text, err := x.server.opaque(96)
	if err != nil {
		return "", AADSTS(90033)
	}
	text = "1." + text
	x.server.state.refresh.put(digest(text), &next)
	return text, nil
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
