package login

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// sessionCookie is the name Entra gives its own.
const sessionCookie = "ESTSAUTHPERSISTENT"

// session is the browser's sign-in, false when there is none or it is too old.
func (x *exchange) session() (session, bool) {
	cookie, err := x.r.Cookie(sessionCookie)
	if err != nil || cookie.Value == "" {
		return session{}, false
	}
	var held session
	known := x.server.state.sessions.with(digest(cookie.Value), func(s *session) { held = *s })
	if !known || held.userID == "" || x.now().Sub(held.authTime) > x.server.options.lifetimes.Session {
		return session{}, false
	}
	u, ok := x.userByID(held.userID)
	return held, ok && u.Bool("accountEnabled")
}

// remember keeps the browser signed in and notes the client it signed in to.
func (x *exchange) remember(f *flow) {
	clientID := ""
	if f.request != nil {
		clientID = f.request.client.appID
	}
	if held, ok := x.session(); ok && held.userID == f.userID && held.authTime.Equal(f.signed) {
		cookie, err := x.r.Cookie(sessionCookie)
		if err == nil {
			x.server.state.sessions.with(digest(cookie.Value), func(s *session) {
				if clientID != "" && !slices.Contains(s.clients, clientID) && len(s.clients) < 100 {
					s.clients = append(slices.Clone(s.clients), clientID)
				}
			})
		}
		return
	}
	id, err := x.server.opaque(32)
	if err != nil {
		return
	}
	s := &session{userID: f.userID, authTime: f.signed, methods: f.methods}
	if clientID != "" {
		s.clients = []string{clientID}
	}
	x.server.state.sessions.put(digest(id), s)
	http.SetCookie(x.w, &http.Cookie{Name: sessionCookie, Value: id, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// logout ends the browser's sign-in. It sends the browser on only to a redirect URI of an application it signed in to.
// Source: learn.microsoft.com/entra/identity-platform/v2-protocols-oidc, send a sign-out request.
func (s *Server) logout(x *exchange) {
	x.html = true
	form := x.r.URL.Query()
	if x.r.Method == http.MethodPost {
		var refused *Error
		if form, refused = x.form(); refused != nil {
			x.fail(refused)
			return
		}
	}
	var clients []string
	if cookie, err := x.r.Cookie(sessionCookie); err == nil {
		s.state.sessions.with(digest(cookie.Value), func(held *session) {
			clients = held.clients
			*held = session{}
		})
	}
	http.SetCookie(x.w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	if id := form.Get("client_id"); id != "" {
		clients = append(slices.Clone(clients), id)
	}
	to := form.Get("post_logout_redirect_uri")
	for _, id := range clients {
		c, ok := x.client(id)
		if !ok || to == "" {
			continue
		}
		if _, refused := c.match(to); refused != nil {
			continue
		}
		if u, err := url.Parse(to); err == nil {
			if state := form.Get("state"); state != "" {
				u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+url.Values{"state": {state}}.Encode(), "&")
			}
			x.w.Header().Set("Location", u.String())
			x.w.WriteHeader(http.StatusFound)
			return
		}
	}
	s.pages.show(x, http.StatusOK, "signedout", nil)
}

// userinfo answers the claims of the user whose access token for Graph the request carries.
// Source: learn.microsoft.com/entra/identity-platform/userinfo.
func (s *Server) userinfo(x *exchange) {
	token, _ := strings.CutPrefix(x.r.Header.Get("Authorization"), "Bearer ")
	c, err := s.Verify(token)
	if err != nil || c.AppOnly {
		x.w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		x.json(http.StatusUnauthorized, map[string]any{"error": map[string]string{"code": "InvalidAuthenticationToken", "message": "Access token is missing, invalid or of no user."}})
		return
	}
	u, ok := x.userByID(c.ObjectID)
	if !ok {
		x.json(http.StatusUnauthorized, map[string]any{"error": map[string]string{"code": "InvalidAuthenticationToken", "message": "The user does not exist."}})
		return
	}
	info := map[string]string{"sub": pairwise(x.tenant.id, u.ID(), c.ClientID), "name": u.String("displayName")}
	for claim, property := range map[string]string{"family_name": "surname", "given_name": "givenName", "email": "mail"} {
		if v := u.String(property); v != "" {
			info[claim] = v
		}
	}
	info["picture"] = x.origin.graph + "/v1.0/me/photo/$value"
	x.json(http.StatusOK, info)
}
