package login

import (
	"net/http"
	"net/url"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// flowLife is how long a person may take for a page.
const flowLife = 30 * time.Minute

// keep remembers a flow and returns the id its pages carry. The id cannot be guessed, which guards the forms.
func (x *exchange) keep(f *flow) (string, bool) {
	id, err := x.server.opaque(32)
	if err != nil {
		x.fail(AADSTS(90033))
		return "", false
	}
	x.server.state.flows.put(digest(id), f)
	return id, true
}

// flow finds the flow a form belongs to and locks it; the caller unlocks.
func (x *exchange) flow() (*flow, url.Values, bool) {
	x.html = true
	form, refused := x.form()
	if refused != nil {
		x.fail(refused)
		return nil, nil, false
	}
	f, ok := x.server.state.flows.get(digest(form.Get("flow")))
	if ok {
		f.mu.Lock()
		if ok = !f.done && x.now().Sub(f.started) <= flowLife; !ok {
			f.mu.Unlock()
		}
	}
	if !ok {
		x.fail(AADSTS(9002313))
		return nil, nil, false
	}
	return f, form, true
}

// target is where the flow ends, for the policy of its pages.
func (f *flow) target() string {
	switch {
	case f.request != nil:
		return f.request.redirect.uri
	case f.admin != nil:
		return f.admin.redirect
	default:
		return ""
	}
}

// app is the name of the application the flow is about.
func (f *flow) app() string {
	switch {
	case f.request != nil:
		return f.request.client.name
	case f.admin != nil:
		return f.admin.client.name
	default:
		return ""
	}
}

func (x *exchange) action(name string) string {
	return "/" + url.PathEscape(x.authority.name) + "/" + name
}

// askSignIn shows the sign-in page, with a refusal when there was one.
func (x *exchange) askSignIn(f *flow, hint string, refused *Error) {
	id, ok := x.keep(f)
	if !ok {
		return
	}
	with := &page{Title: "Sign in", Action: x.action("login"), Flow: id, Hint: bounded(hint), App: f.app(), Cancel: f.request != nil, target: f.target()}
	if refused != nil {
		with.Alert = "AADSTS" + itoa(refused.Code) + ": " + refused.Text
	}
	x.server.pages.show(x, http.StatusOK, "signin", with)
}

// signIn takes user name and password.
func (s *Server) signIn(x *exchange) {
	f, form, ok := x.flow()
	if !ok {
		return
	}
	defer f.mu.Unlock()
	if form.Get("cancel") != "" && f.request != nil {
		f.done = true
		x.refuse(f.request, AADSTS(65004), "cancel")
		return
	}
	u, refused := x.checkPassword(form.Get("loginfmt"), form.Get("passwd"))
	if refused != nil {
		x.logBrowser(f, form.Get("loginfmt"), refused)
		f.done = true
		next := &flow{request: f.request, admin: f.admin, device: f.device, started: f.started}
		x.askSignIn(next, form.Get("loginfmt"), refused)
		return
	}
	if mustChangePassword(u) {
		x.askPassword(form.Get("flow"), u, "")
		return
	}
	x.signedIn(f, form.Get("flow"), u)
}

// signedIn goes on with a user whose password is right.
func (x *exchange) signedIn(f *flow, id string, u *directory.Object) {
	f.userID, f.methods, f.signed = u.ID(), []string{"pwd"}, x.now()
	x.next(f, id)
}

// next goes on with what the flow is for.
func (x *exchange) next(f *flow, id string) {
	switch {
	case f.request != nil:
		x.proceed(f, id)
	case f.admin != nil:
		x.askAdmin(f, id)
	default:
		x.askDevice(f, id)
	}
}

func (x *exchange) askPassword(id string, u *directory.Object, alert string) {
	x.server.pages.show(x, http.StatusOK, "password", &page{
		Title: "Update your password", Action: x.action("password"), Flow: id, Hint: u.String("userPrincipalName"), Alert: alert,
	})
}

// newPassword replaces a password that was set for the user by one of her own.
func (s *Server) newPassword(x *exchange) {
	f, form, ok := x.flow()
	if !ok {
		return
	}
	defer f.mu.Unlock()
	u, refused := x.checkPassword(form.Get("loginfmt"), form.Get("currentPassword"))
	if refused != nil {
		f.done = true
		x.askSignIn(&flow{request: f.request, admin: f.admin, device: f.device, started: f.started}, form.Get("loginfmt"), refused)
		return
	}
	chosen := form.Get("newPassword")
	switch {
	case chosen != form.Get("confirmNewPassword"):
		x.askPassword(form.Get("flow"), u, "The two new passwords differ.")
		return
	case chosen == form.Get("currentPassword"):
		x.askPassword(form.Get("flow"), u, "Choose a password that is different from the old one.")
		return
	}
	next, err := s.directory.Update(u.ID(), directory.Properties{"passwordProfile": directory.PasswordProfile{Password: chosen}})
	if err != nil {
		x.askPassword(form.Get("flow"), u, "Choose a password that is harder to guess: 8 characters or more, of three kinds.")
		return
	}
	x.snap = s.directory.Snapshot()
	x.signedIn(f, form.Get("flow"), next)
}

// askConsent shows what the client wants of the user.
func (x *exchange) askConsent(f *flow, id string) {
	r := f.request
	wishes, refused := x.wishes(r)
	if refused != nil {
		x.refuse(r, refused, "")
		return
	}
	if r.prompt != "admin_consent" && r.prompt != "consent" && empty(wishes) {
		x.refuse(r, AADSTS(650056, r.asked.target(), r.client.appID), "")
		return
	}
	admin := x.mayConsent(f.userID, false)
	switch {
	case r.prompt == "admin_consent" && !x.mayConsent(f.userID, graphRoles(wishes)),
		!admin && (adminOnly(wishes) || !x.server.options.userConsent):
		x.fail(AADSTS(90094, x.tenant.title(), r.client.name, x.tenant.title()))
		return
	}
	if id == "" {
		var ok bool
		if id, ok = x.keep(f); !ok {
			return
		}
	}
	x.showConsent(f, id, wishes, admin && r.prompt != "admin_consent")
}

func (x *exchange) wishes(r *authorizeRequest) ([]wish, *Error) {
	if r.prompt == "admin_consent" {
		return x.registered(r.client)
	}
	return x.wished(r.client, r.asked)
}

func empty(wishes []wish) bool {
	for _, w := range wishes {
		if len(w.scopes)+len(w.roles) > 0 {
			return false
		}
	}
	return true
}

func (x *exchange) showConsent(f *flow, id string, wishes []wish, everybody bool) {
	with := &page{Title: "Permissions requested", Action: x.action("consent"), Flow: id, App: f.app(), Everybody: everybody, target: f.target()}
	if u, ok := x.userByID(f.userID); ok {
		with.User = u.String("displayName")
	}
	if f.admin != nil || f.request != nil && f.request.prompt == "admin_consent" {
		with.User = "everybody of " + x.tenant.title()
	}
	for _, w := range wishes {
		for _, scope := range w.scopes {
			text := scope.UserConsentDisplayName
			if text == "" {
				text = scope.AdminConsentDisplayName
			}
			with.Items = append(with.Items, described(text, scope.Value))
		}
		for _, role := range w.roles {
			with.Items = append(with.Items, described(role.DisplayName, role.Value)+", without a user")
		}
	}
	x.server.pages.show(x, http.StatusOK, "consent", with)
}

func described(text, value string) string {
	if text == "" || text == value {
		return value
	}
	return text + " (" + value + ")"
}

// consentDecision takes the answer to a consent page.
func (s *Server) consentDecision(x *exchange) {
	f, form, ok := x.flow()
	if !ok {
		return
	}
	defer f.mu.Unlock()
	if f.userID == "" {
		x.fail(AADSTS(9002313))
		return
	}
	f.done = true
	accepted := form.Get("decision") == "accept"
	switch {
	case f.admin != nil:
		x.decideAdmin(f, accepted)
	case f.request == nil:
		x.decideDevice(f, accepted)
	case !accepted:
		x.refuse(f.request, AADSTS(65004), "cancel")
	default:
		x.acceptConsent(f, form.Get("everybody") != "")
	}
}

// acceptConsent writes the consent down and answers the client.
func (x *exchange) acceptConsent(f *flow, everybody bool) {
	r := f.request
	wishes, refused := x.wishes(r)
	if refused != nil {
		x.refuse(r, refused, "")
		return
	}
	admin := x.mayConsent(f.userID, graphRoles(wishes))
	everybody = everybody || r.prompt == "admin_consent"
	if (everybody || adminOnly(wishes) || !x.server.options.userConsent) && !x.mayConsent(f.userID, everybody && graphRoles(wishes)) {
		x.fail(AADSTS(90094, x.tenant.title(), r.client.name, x.tenant.title()))
		return
	}
	user := f.userID
	if everybody && admin {
		user = ""
	}
	if err := x.server.grant(r.client, wishes, user, f.userID); err != nil {
		x.refuse(r, AADSTS(90033), "")
		return
	}
	x.snap = x.server.directory.Snapshot()
	if fresh, ok := x.client(r.client.appID); ok {
		r.client = fresh
	}
	x.complete(f)
}
