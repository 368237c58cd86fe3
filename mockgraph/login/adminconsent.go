package login

import (
	"net/http"
	"net/url"
	"strings"
)

// adminRequest is what an administrator is asked to consent to for everybody.
// Source: learn.microsoft.com/entra/identity-platform/v2-admin-consent.
type adminRequest struct {
	client   *client
	version  int
	redirect string // "" for none
	state    string
	scope    string // of version 2, "" for what is registered
}

// adminConsent begins an administrator's consent.
func (s *Server) adminConsent(x *exchange, version int) {
	x.html = true
	form := x.r.URL.Query()
	id := form.Get("client_id")
	if id == "" {
		x.fail(AADSTS(900144, "client_id"))
		return
	}
	c, ok := x.client(id)
	if !ok {
		x.fail(AADSTS(700016, id, x.tenant.title()))
		return
	}
	if version == 2 && x.authority.kind == common || x.authority.kind == consumers {
		x.fail(AADSTS(50059))
		return
	}
	request := &adminRequest{client: c, version: version, state: form.Get("state"), scope: form.Get("scope")}
	if uri := form.Get("redirect_uri"); uri != "" || len(c.redirects) > 0 {
		to, refused := c.match(uri)
		if refused != nil {
			x.fail(refused)
			return
		}
		request.redirect = to.uri
	}
	f := &flow{admin: request, started: x.now()}
	session, signed := x.session()
	if !signed || !x.mayConsent(session.userID, false) {
		x.askSignIn(f, form.Get("login_hint"), nil)
		return
	}
	f.userID, f.methods, f.signed = session.userID, session.methods, session.authTime
	x.askAdmin(f, "")
}

func (x *exchange) adminWishes(r *adminRequest) ([]wish, *Error) {
	if r.version == 2 && r.scope != "" {
		a, refused := parseScope(r.scope)
		if refused != nil {
			return nil, refused
		}
		return x.wished(r.client, a)
	}
	return x.registered(r.client)
}

// askAdmin shows the consent page to an administrator.
func (x *exchange) askAdmin(f *flow, id string) {
	wishes, refused := x.adminWishes(f.admin)
	if refused != nil {
		x.fail(refused)
		return
	}
	if !x.mayConsent(f.userID, graphRoles(wishes)) {
		x.fail(AADSTS(90094, x.tenant.title(), f.admin.client.name, x.tenant.title()))
		return
	}
	if id == "" {
		var ok bool
		if id, ok = x.keep(f); !ok {
			return
		}
	}
	x.showConsent(f, id, wishes, false)
}

// decideAdmin writes the consent down and sends the administrator back.
func (x *exchange) decideAdmin(f *flow, accepted bool) {
	r := f.admin
	answer := url.Values{"admin_consent": {"True"}}
	if r.state != "" {
		answer.Set("state", r.state)
	}
	if !accepted {
		answer.Set("error", "permission_denied")
		answer.Set("error_description", "The admin canceled the request")
		if r.version == 2 {
			answer.Set("error", "consent_required")
			answer.Set("error_description", AADSTS(65004).description(x.trace))
		}
		x.leaveAdmin(r, answer, "Consent was refused.")
		return
	}
	wishes, refused := x.adminWishes(r)
	if refused == nil && !x.mayConsent(f.userID, graphRoles(wishes)) {
		refused = AADSTS(90094, x.tenant.title(), r.client.name, x.tenant.title())
	}
	if refused == nil && x.server.grant(r.client, wishes, "", f.userID) != nil {
		refused = AADSTS(90033)
	}
	if refused != nil {
		x.fail(refused)
		return
	}
	answer.Set("tenant", x.tenant.id)
	if r.version == 2 {
		answer.Set("scope", granted(wishes))
	}
	x.remember(f)
	x.leaveAdmin(r, answer, "Consent was granted for everybody of "+x.tenant.title()+".")
}

// granted names the delegated permissions of a consent, in long form.
func granted(wishes []wish) string {
	var names []string
	for _, w := range wishes {
		prefix := w.resource.asked
		if w.resource.graph() {
			prefix = "https://graph.microsoft.com"
		}
		for _, scope := range w.scopes {
			names = append(names, prefix+"/"+scope.Value)
		}
	}
	return strings.Join(names, " ")
}

func (x *exchange) leaveAdmin(r *adminRequest, answer url.Values, said string) {
	u, err := url.Parse(r.redirect)
	if r.redirect == "" || err != nil {
		x.server.pages.show(x, http.StatusOK, "done", &page{Title: "Admin consent", User: said})
		return
	}
	u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+answer.Encode(), "&")
	x.w.Header().Set("Location", u.String())
	x.w.Header().Set("Cache-Control", "no-store, no-cache")
	x.w.WriteHeader(http.StatusFound)
}
