package login

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"regexp"
	"strings"
)

// credentialForm is what codes and refresh tokens look like. A bound in the pattern would take milliseconds to compile.
var credentialForm = regexp.MustCompile(`^[01]\.[A-Za-z0-9_-]{40,}$`)

const maxCredential = 1002

func isCredential(text string) bool {
	return len(text) <= maxCredential && credentialForm.MatchString(text)
}

// authorizationCode redeems a code.
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow.
func (t *tokenRequest) authorizationCode(ctx context.Context) (*answer, *Error) {
	x, text := t.x, t.form.Get("code")
	if !isCredential(text) {
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
