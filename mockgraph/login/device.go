package login

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// deviceFlow is a device that waits for somebody to sign in elsewhere.
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code; RFC 8628.
type deviceFlow struct {
	clientID string
	userCode string
	asked    asked
	issued   time.Time
	decided  bool
	declined bool
	used     bool
	consent  consentState
}

// deviceCode answers the endpoint that begins the flow.
func (s *Server) deviceCode(x *exchange, version int) {
	form, refused := x.form()
	if refused == nil {
		refused = x.unknownTenant
	}
	if refused != nil {
		x.fail(refused)
		return
	}
	t := &tokenRequest{x: x, form: form, version: version, grant: grantDevice}
	if refused = t.basic(); refused != nil {
		x.fail(refused)
		return
	}
	c, refused := t.identify()
	var a asked
	if refused == nil {
		a, refused = t.one(nil)
	}
	if refused == nil && len(a.resources) > 0 {
		_, refused = x.resource(a.target())
	}
	if refused != nil {
		x.fail(refused)
		return
	}
	secret, err := s.opaque(96)
	userCode, errCode := s.userCode()
	if err != nil || errCode != nil {
		x.fail(AADSTS(90033))
		return
	}
	secret = "1." + secret
	s.state.devices.put(digest(secret), &deviceFlow{clientID: c.appID, userCode: userCode, asked: a, issued: x.now()})
	s.state.users.put(userCode, digest(secret))

	page := x.origin.base + "/devicelogin"
	if x.origin.real {
		page = "https://microsoft.com/devicelogin"
	}
	seconds, interval := int(s.options.lifetimes.DeviceCode/time.Second), max(1, int(s.options.deviceInterval/time.Second))
	message := "To sign in, use a web browser to open the page " + page + " and enter the code " + userCode + " to authenticate."
	if version == 1 {
		x.json(http.StatusOK, map[string]string{
			"user_code": userCode, "device_code": secret, "verification_url": page, "expires_in": itoa(seconds), "interval": itoa(interval), "message": message,
		})
		return
	}
	x.json(http.StatusOK, map[string]any{
		"user_code": userCode, "device_code": secret, "verification_uri": page, "expires_in": seconds, "interval": interval, "message": message,
	})
}

// userCode is nine letters and digits that cannot be taken for one another.
func (s *Server) userCode() (string, error) {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789" // 32: a byte falls on each equally often
	b := make([]byte, 9)
	if _, err := io.ReadFull(s.options.random, b); err != nil {
		return "", err
	}
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b), nil
}

// device answers a poll.
func (t *tokenRequest) device(ctx context.Context) (*answer, *Error) {
	x, key := t.x, digest(t.form.Get("device_code"))
	var held deviceFlow
	known := x.server.state.devices.with(key, func(d *deviceFlow) { held = *d })
	if !known {
		return nil, AADSTS(70018)
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
	case held.clientID != c.appID:
		return nil, AADSTS(70018)
	case held.used || held.declined:
		return nil, AADSTS(90120)
	case x.now().Sub(held.issued) > x.server.options.lifetimes.DeviceCode:
		return nil, AADSTS(70019)
	case !held.decided:
		return nil, AADSTS(70016)
	}
	taken := false
	x.server.state.devices.with(key, func(d *deviceFlow) { taken, d.used = d.used, true })
	if taken {
		return nil, AADSTS(90120)
	}
	return t.issue(c, proof, "", held.consent, held.asked, "", nil)
}

// devicePage takes the code a device shows.
func (s *Server) devicePage(x *exchange) {
	x.html = true
	with := &page{Title: "Enter code", Action: x.action("oauth2/deviceauth"), Hint: bounded(queryValue(x.r, "otc"))}
	if x.r.Method == http.MethodGet || x.r.Method == http.MethodHead {
		s.pages.show(x, http.StatusOK, "device", with)
		return
	}
	form, refused := x.form()
	if refused != nil {
		x.fail(refused)
		return
	}
	code := strings.ToUpper(strings.TrimSpace(form.Get("otc")))
	key, known := s.state.users.get(code)
	open := false
	s.state.devices.with(key, func(d *deviceFlow) {
		open = !d.decided && !d.declined && x.now().Sub(d.issued) <= s.options.lifetimes.DeviceCode
	})
	if !known || !open {
		with.Alert, with.Hint = "That code didn't work. Check the code and try again.", bounded(code)
		s.pages.show(x, http.StatusOK, "device", with)
		return
	}
	f := &flow{device: key, started: x.now()}
	if held, ok := x.session(); ok {
		f.userID, f.methods, f.signed = held.userID, held.methods, held.authTime
		x.askDevice(f, "")
		return
	}
	x.askSignIn(f, "", nil)
}

// askDevice asks the person who signed in whether she means this application, and for her consent to what it wants.
func (x *exchange) askDevice(f *flow, id string) {
	var held deviceFlow
	x.server.state.devices.with(f.device, func(d *deviceFlow) { held = *d })
	c, ok := x.client(held.clientID)
	if !ok {
		x.fail(AADSTS(700016, held.clientID, x.tenant.title()))
		return
	}
	u, ok := x.userByID(f.userID)
	if !ok {
		x.fail(AADSTS(50034, x.tenant.id))
		return
	}
	if refused := x.mayUse(c, u); refused != nil {
		x.fail(refused)
		return
	}
	wishes, refused := x.deviceWishes(c, f.userID, held.asked)
	if refused != nil {
		x.fail(refused)
		return
	}
	if (adminOnly(wishes) || !x.server.options.userConsent && !empty(wishes)) && !x.mayConsent(f.userID, false) {
		x.fail(AADSTS(90094, x.tenant.title(), c.name, x.tenant.title()))
		return
	}
	if id == "" {
		if id, ok = x.keep(f); !ok {
			return
		}
	}
	with := &page{Title: "Are you trying to sign in to " + c.name + "?", Action: x.action("consent"), Flow: id, App: c.name, User: u.String("displayName")}
	with.Items = []string{"Only continue if you started this on an app or device that you trust"}
	for _, w := range wishes {
		for _, scope := range w.scopes {
			with.Items = append(with.Items, described(scope.UserConsentDisplayName, scope.Value))
		}
	}
	x.server.pages.show(x, http.StatusOK, "consent", with)
}

// deviceWishes are the permissions that still need consent.
func (x *exchange) deviceWishes(c *client, user string, a asked) ([]wish, *Error) {
	p, refused := x.permission(c, user, a)
	if refused != nil || len(p.missing) == 0 {
		return nil, refused
	}
	return x.wished(c, a)
}

// decideDevice lets the waiting device have its tokens, or not.
func (x *exchange) decideDevice(f *flow, accepted bool) {
	var held deviceFlow
	x.server.state.devices.with(f.device, func(d *deviceFlow) { held = *d })
	c, ok := x.client(held.clientID)
	if ok && accepted {
		wishes, refused := x.deviceWishes(c, f.userID, held.asked)
		if refused == nil && (adminOnly(wishes) || !x.server.options.userConsent && !empty(wishes)) && !x.mayConsent(f.userID, false) {
			refused = AADSTS(90094, x.tenant.title(), c.name, x.tenant.title())
		}
		if refused == nil && len(wishes) > 0 && x.server.grant(c, wishes, f.userID, f.userID) != nil {
			refused = AADSTS(90033)
		}
		if refused != nil {
			x.fail(refused)
			return
		}
	}
	by := consentState{clientID: held.clientID, userID: f.userID, authTime: f.signed, methods: f.methods}
	x.server.state.devices.with(f.device, func(d *deviceFlow) {
		if d.decided || d.declined {
			return
		}
		d.decided, d.declined, d.consent = accepted, !accepted, by
	})
	x.remember(f)
	said := "You have signed in. You may close this window."
	if !accepted {
		said = "The sign-in was declined. You may close this window."
	}
	x.server.pages.show(x, http.StatusOK, "done", &page{Title: "Device sign-in", User: said})
}
