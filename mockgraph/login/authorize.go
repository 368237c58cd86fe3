package login

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// authorizeRequest is what a client sent the browser with.
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow; …/v2-protocols-oidc.
type authorizeRequest struct {
	client    *client
	version   int
	authority string // segment of the path
	kind      string // resolved
	redirect  redirect
	types     []string // of response
	mode      string   // query, fragment or form_post
	asked     asked
	state     string
	nonce     string
	prompt    string
	hint      string // login_hint
	challenge string
	method    string
	info      bool // client_info
	host      string
}

func (r *authorizeRequest) wants(kind string) bool { return slices.Contains(r.types, kind) }

// authorize begins a sign-in. What is wrong with tenant, client or redirect URI is shown on a page, everything else goes back to
// the client.
func (s *Server) authorize(x *exchange, version int) {
	x.html = true
	form := x.r.URL.Query()
	if x.r.Method == http.MethodPost {
		var refused *Error
		if form, refused = x.form(); refused != nil {
			x.fail(refused)
			return
		}
	}
	request, refused := x.readAuthorize(form, version)
	if refused != nil {
		x.fail(refused)
		return
	}
	if refused := x.judgeAuthorize(request, form); refused != nil {
		x.refuse(request, refused, "")
		return
	}
	f := &flow{request: request, started: x.now()}
	session, ok := x.session()
	switch {
	case request.prompt == "none" && !ok:
		x.refuse(request, AADSTS(50058), "")
	case ok && request.prompt != "login" && request.prompt != "select_account" && x.fits(session, request.hint):
		f.userID, f.methods, f.signed = session.userID, session.methods, session.authTime
		x.proceed(f, "")
	default:
		x.askSignIn(f, request.hint, nil)
	}
}

// readAuthorize reads what must be right before the browser may be sent anywhere.
func (x *exchange) readAuthorize(form url.Values, version int) (*authorizeRequest, *Error) {
	id := form.Get("client_id")
	switch id {
	case "":
		return nil, AADSTS(900144, "client_id")
	case nobody:
		return nil, AADSTS(700038, id)
	}
	c, ok := x.client(id)
	if !ok {
		return nil, AADSTS(700016, id, x.tenant.title())
	}
	if c.disabled() {
		return nil, AADSTS(7000112, c.appID, c.name)
	}
	if x.authority.multi() && !c.multiTenant {
		return nil, AADSTS(50194, c.appID, c.name)
	}
	if x.authority.kind == consumers {
		return nil, AADSTS(50020, "live.com", x.tenant.title(), c.appID, c.name)
	}
	to, refused := c.match(form.Get("redirect_uri"))
	if refused != nil {
		return nil, refused
	}
	r := &authorizeRequest{
		client: c, version: version, authority: x.authority.name, kind: x.authority.kind, redirect: to, host: x.r.Host,
		types: strings.Fields(form.Get("response_type")), mode: form.Get("response_mode"), state: form.Get("state"), nonce: form.Get("nonce"),
		prompt: form.Get("prompt"), hint: form.Get("login_hint"), challenge: form.Get("code_challenge"), method: form.Get("code_challenge_method"),
		info: form.Get("client_info") == "1",
	}
	if r.method == "" {
		r.method = "plain"
	}
	if r.mode == "" {
		r.mode = "query"
		if r.wants("id_token") || r.wants("token") {
			r.mode = "fragment"
		}
	}
	if r.mode != "query" && r.mode != "fragment" && r.mode != "form_post" {
		r.mode = "query"
	}
	return r, nil
}

// judgeAuthorize reads the rest, whose faults go back to the client.
func (x *exchange) judgeAuthorize(r *authorizeRequest, form url.Values) *Error {
	if len(r.types) == 0 {
		return AADSTS(900144, "response_type")
	}
	for _, kind := range r.types {
		switch {
		case kind != "code" && kind != "id_token" && kind != "token":
			return AADSTS(7000110, kind)
		case kind == "id_token" && !r.client.implicit.EnableIDTokenIssuance:
			return AADSTS(700054)
		case kind == "token" && !r.client.implicit.EnableAccessTokenIssuance:
			return AADSTS(700051)
		case kind != "code" && form.Get("response_mode") == "query":
			r.mode = "fragment"
			return AADSTS(9002313)
		case kind == "id_token" && r.nonce == "":
			return AADSTS(900144, "nonce")
		}
	}
	if r.challenge != "" && (r.method != "plain" && r.method != "S256" || len(r.challenge) < 43 || len(r.challenge) > 128) {
		return AADSTS(9002313)
	}
	if r.redirect.platform == platformSPA && r.challenge == "" && r.wants("code") {
		return AADSTS(9002325)
	}
	var refused *Error
	if r.version == 1 {
		resource := form.Get("resource")
		if resource == "" {
			resource = x.server.options.v1Resource
		}
		r.asked = forResource(resource, form.Get("scope"))
	} else {
		if strings.TrimSpace(form.Get("scope")) == "" {
			return AADSTS(900144, "scope")
		}
		if r.asked, refused = parseScope(form.Get("scope")); refused != nil {
			return refused
		}
	}
	for _, name := range r.asked.resources {
		if name == "" {
			name = graphAppID
		}
		if _, refused := x.resource(name); refused != nil {
			return refused
		}
	}
	return nil
}

// match finds the registered redirect URI for the one that is asked for; without one, the first registered.
// Source: learn.microsoft.com/entra/identity-platform/reply-url.
func (c *client) match(uri string) (redirect, *Error) {
	if len(c.redirects) == 0 {
		return redirect{}, AADSTS(500113)
	}
	if uri == "" {
		return c.redirects[0], nil
	}
	for _, each := range c.redirects {
		if sameRedirect(each.uri, uri) {
			return redirect{uri: uri, platform: each.platform}, nil
		}
	}
	return redirect{}, AADSTS(50011, uri, c.appID)
}

// sameRedirect compares a registered URI with one of a request: exactly, but for the port on this machine and a lone slash.
func sameRedirect(registered, given string) bool {
	if registered == given {
		return true
	}
	a, errA := url.Parse(registered)
	b, errB := url.Parse(given)
	if errA != nil || errB != nil || b.Fragment != "" || b.User != nil {
		return false
	}
	if host := a.Hostname(); host == "localhost" || host == "127.0.0.1" {
		a.Host, b.Host = host, b.Hostname()
	}
	for _, u := range []*url.URL{a, b} {
		if u.Path == "/" {
			u.Path = ""
		}
		u.Host = lower(u.Host)
	}
	return a.String() == b.String()
}

// fits says whether the signed-in user is the one a client expects.
func (x *exchange) fits(s session, hint string) bool {
	u, ok := x.userByID(s.userID)
	return ok && u.Bool("accountEnabled") && (hint == "" || strings.EqualFold(u.String("userPrincipalName"), hint))
}

// proceed goes on with a user who is signed in: assignment, consent, then the answer. id is the flow's, "" when it has none yet.
func (x *exchange) proceed(f *flow, id string) {
	r := f.request
	u, ok := x.userByID(f.userID)
	if !ok {
		x.fail(AADSTS(50034, x.tenant.id))
		return
	}
	if refused := x.mayUse(r.client, u); refused != nil {
		x.fail(refused)
		return
	}
	for _, name := range append([]string{}, r.asked.resources...) {
		if name == "" {
			name = graphAppID
		}
		target, refused := x.resource(name)
		if refused == nil {
			refused = x.server.interrupted(Attempt{Grant: "authorize", ClientID: r.client.appID, UserID: u.ID(), Resource: target.appID, Version: r.version}, true)
		}
		if refused != nil {
			x.refuse(r, refused, "")
			return
		}
	}
	missing, refused := x.missing(r, u.ID())
	switch {
	case refused != nil:
		x.refuse(r, refused, "")
	case r.prompt == "none" && missing:
		x.refuse(r, AADSTS(65001, r.client.appID, r.client.name).as("interaction_required", ""), "")
	case (missing || r.prompt == "consent" || r.prompt == "admin_consent") && !r.client.firstParty:
		x.askConsent(f, id)
	default:
		x.complete(f)
	}
}

// missing says whether any of what is asked for is not granted yet.
func (x *exchange) missing(r *authorizeRequest, user string) (bool, *Error) {
	if len(r.asked.resources) == 0 {
		p, refused := x.permission(r.client, user, r.asked)
		return len(p.missing) > 0, refused
	}
	for _, name := range r.asked.resources {
		one := asked{openID: r.asked.openID, resources: []string{name}, version: r.version}
		for _, each := range r.asked.items {
			if strings.EqualFold(each.resource, name) {
				one.items = append(one.items, each)
			}
		}
		p, refused := x.permission(r.client, user, one)
		if refused != nil || len(p.missing) > 0 {
			return len(p.missing) > 0, refused
		}
	}
	return false, nil
}
