package login

import (
	"context"
	"slices"
	"time"
)

// refreshToken redeems a refresh token for any resource the client has consent for. The old one stays valid.
// Source: learn.microsoft.com/entra/identity-platform/refresh-tokens.
func (t *tokenRequest) refreshToken(ctx context.Context) (*answer, *Error) {
	x, text := t.x, t.form.Get("refresh_token")
	if !isCredential(text) {
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
