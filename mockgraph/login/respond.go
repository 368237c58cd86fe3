package login

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
)

// refuse sends a refusal back to the client, by the way it asked for.
func (x *exchange) refuse(r *authorizeRequest, e *Error, subcode string) {
	answer := url.Values{"error": {e.OAuth}, "error_description": {e.description(x.trace)}, "error_uri": {x.origin.base + "/error?code=" + itoa(e.Code)}}
	if e.OAuth == "invalid_grant" { // an authorization has no grant yet
		answer.Set("error", "access_denied")
		if e.Suberror != "" {
			answer.Set("error", "interaction_required")
		}
	}
	if subcode != "" {
		answer.Set("error_subcode", subcode)
	}
	if e.Claims != "" {
		answer.Set("claims", e.Claims)
	}
	x.sendBack(r, answer)
}

// complete gives the client what it asked for.
func (x *exchange) complete(f *flow) {
	r, s := f.request, x.server
	answer := url.Values{}
	by := consentState{clientID: r.client.appID, userID: f.userID, authTime: f.signed, methods: f.methods}
	made := ""
	if r.wants("code") {
		text, err := s.opaque(96)
		if err != nil {
			x.fail(AADSTS(90033))
			return
		}
		made = "1." + text
		s.state.codes.put(digest(made), &code{
			consent: by, redirect: r.redirect, challenge: r.challenge, method: r.method, nonce: r.nonce, kind: r.kind, asked: r.asked, issued: x.now(),
		})
		answer.Set("code", made)
	}
	if r.wants("token") || r.wants("id_token") {
		if refused := x.implicit(f, made, answer); refused != nil {
			x.refuse(r, refused, "")
			return
		}
	}
	if r.info {
		answer.Set("client_info", clientInfo(f.userID, x.tenant.id))
	}
	answer.Set("session_state", x.filler(f.userID+r.client.appID, 16))
	x.remember(f)
	x.logBrowser(f, "", nil)
	x.sendBack(r, answer)
}

// implicit adds the tokens that the authorize endpoint issues itself.
func (x *exchange) implicit(f *flow, code string, answer url.Values) *Error {
	r := f.request
	u, ok := x.userByID(f.userID)
	if !ok {
		return AADSTS(50034, x.tenant.id)
	}
	m := mint{client: r.client, proof: proofNone, user: u, consent: consentState{methods: f.methods}, nonce: r.nonce, lifetime: x.server.options.lifetimes.AccessToken}
	access := ""
	if r.wants("token") {
		if len(r.asked.resources) > 1 {
			return AADSTS(28000, r.asked.text)
		}
		p, refused := x.permission(r.client, u.ID(), r.asked)
		if refused != nil {
			return refused
		}
		m.resource, m.scopes, m.roles = p.resource, scopesOf(p, r.asked), x.roles(p.resource, x.withGroups(u.ID())...)
		if access, refused = x.server.sign(x.accessToken(m), p.resource); refused != nil {
			return refused
		}
		answer.Set("access_token", access)
		answer.Set("token_type", "Bearer")
		answer.Set("expires_in", itoa(int(m.lifetime.Seconds())-1))
		answer.Set("scope", r.asked.echo(p.granted, p.resource))
	}
	if r.wants("id_token") {
		p := x.idToken(m, r.asked, r.version)
		p.CodeHash, p.AtHash = halfHash(code), halfHash(access)
		text, refused := x.server.sign(p, nil)
		if refused != nil {
			return refused
		}
		answer.Set("id_token", text)
	}
	return nil
}

// halfHash is c_hash or at_hash, "" for nothing.
// Source: OpenID Connect Core 1.0 §3.3.2.11.
func halfHash(s string) string {
	if s == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// sendBack answers the client through the browser. Without a path the redirect URI gets a slash, but for a form.
func (x *exchange) sendBack(r *authorizeRequest, answer url.Values) {
	if r.state != "" {
		answer.Set("state", r.state)
	}
	h := x.w.Header()
	h.Set("Cache-Control", "no-store, no-cache")
	h.Set("Pragma", "no-cache")
	h.Set("Referrer-Policy", "no-referrer")
	if r.mode == "form_post" {
		x.server.pages.post(x, r.redirect.uri, answer)
		return
	}
	u, err := url.Parse(r.redirect.uri)
	if err != nil {
		x.fail(AADSTS(50011, r.redirect.uri, r.client.appID))
		return
	}
	if u.Path == "" && (u.Scheme == "https" || u.Scheme == "http") {
		u.Path = "/"
	}
	if r.mode == "fragment" {
		u.Fragment = ""
		h.Set("Location", u.String()+"#"+answer.Encode())
	} else {
		before := u.RawQuery
		u.RawQuery = strings.TrimPrefix(before+"&"+answer.Encode(), "&")
		h.Set("Location", u.String())
	}
	x.w.WriteHeader(http.StatusFound)
}
