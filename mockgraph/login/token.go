package login

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Grants, as grant_type names them.
const (
	grantClient   = "client_credentials"
	grantCode     = "authorization_code"
	grantRefresh  = "refresh_token"
	grantPassword = "password"
	grantDevice   = "urn:ietf:params:oauth:grant-type:device_code"
	grantBehalf   = "urn:ietf:params:oauth:grant-type:jwt-bearer"
)

// grantAliases are spellings clients use: both of Microsoft's libraries send the short form.
var grantAliases = map[string]string{"device_code": grantDevice}

// unbuilt are grants Entra knows and this host does not.
var unbuilt = map[string]bool{
	"user_fic": true, "urn:ietf:params:oauth:grant-type:saml1_1-bearer": true, "urn:ietf:params:oauth:grant-type:saml2-bearer": true,
	"srv_challenge": true,
}

// grant is what the token endpoint does for one grant_type.
type grant struct {
	requires []string // parameters beside client_id
	serve    func(*tokenRequest, context.Context) (*answer, *Error)
}

var grants = map[string]grant{
	grantClient:   {nil, (*tokenRequest).clientCredentials},
	grantCode:     {[]string{"code"}, (*tokenRequest).authorizationCode},
	grantRefresh:  {[]string{"refresh_token"}, (*tokenRequest).refreshToken},
	grantPassword: {[]string{"username", "password"}, (*tokenRequest).password},
	grantDevice:   {[]string{"device_code"}, (*tokenRequest).device},
	grantBehalf:   {[]string{"assertion"}, (*tokenRequest).onBehalfOf},
}

// tokenRequest is a request to the token endpoint.
type tokenRequest struct {
	x       *exchange
	form    url.Values
	version int // of the endpoint
	grant   string

	// for the sign-in log, as far as the request has come
	client   *client
	user     *directory.Object
	resource *resource
}

// token answers the token endpoint, of version 1 or 2. The order of the checks is what recorded exchanges show.
func (s *Server) token(x *exchange, version int) {
	t := &tokenRequest{x: x, version: version}
	made, refused := t.serve(x.r.Context())
	t.log(refused)
	if origin := x.r.Header.Get("Origin"); origin != "" {
		x.w.Header().Set("Access-Control-Allow-Origin", "*")
	}
	if refused != nil {
		x.fail(refused)
		return
	}
	x.w.Header().Set("X-Ms-Clitelem", "1,0,0,,")
	if version == 1 {
		x.json(http.StatusOK, made.version1())
		return
	}
	x.json(http.StatusOK, made)
}

func (t *tokenRequest) serve(ctx context.Context) (*answer, *Error) {
	var refused *Error
	if t.form, refused = t.x.form(); refused != nil {
		return nil, refused
	}
	if t.x.unknownTenant != nil {
		return nil, t.x.unknownTenant
	}
	asked := t.form.Get("grant_type")
	if asked == "" {
		return nil, AADSTS(900144, "grant_type")
	}
	t.grant = asked
	if name, ok := grantAliases[asked]; ok {
		t.grant = name
	}
	if unbuilt[t.grant] {
		return nil, &Error{Code: 70003, Status: http.StatusNotImplemented, OAuth: "unsupported_grant_type", Text: "Rehearse's login host does not implement the grant type '" + t.grant + "'."}
	}
	g, ok := grants[t.grant]
	if !ok {
		return nil, AADSTS(70003, asked)
	}
	if refused := t.basic(); refused != nil {
		return nil, refused
	}
	for _, name := range append([]string{"client_id"}, g.requires...) {
		if t.form.Get(name) == "" && (name != "client_id" || t.form.Get("client_assertion") == "" || t.assertedClient() == "") {
			return nil, AADSTS(900144, name)
		}
	}
	if t.version == 2 && t.form.Get("resource") != "" {
		return nil, AADSTS(901002)
	}
	if refused := t.loops(); refused != nil {
		return nil, refused
	}
	return g.serve(t, ctx)
}

// assertedClient takes the client id from the subject of an assertion when the form has none (RFC 7521 §4.2).
func (t *tokenRequest) assertedClient() string {
	a, ok := parseAssertion(t.form.Get("client_assertion"), clientAlgorithms)
	if !ok || !guid.MatchString(a.claims.Subject) {
		return ""
	}
	t.form.Set("client_id", a.claims.Subject)
	return a.claims.Subject
}

// form reads a bounded form. Only the body counts: parameters of the URL are none of the endpoint's.
func (x *exchange) form() (url.Values, *Error) {
	kind, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, AADSTS(900144, "grant_type")
	}
	body, err := io.ReadAll(io.LimitReader(x.r.Body, maxForm+1))
	if err != nil || len(body) > maxForm {
		return nil, AADSTS(9002313)
	}
	return parseForm(string(body))
}

// parseForm reads form-encoded text. A parameter that is given twice makes the request malformed (RFC 6749 §3.2).
func parseForm(text string) (url.Values, *Error) {
	if strings.Count(text, "&") >= maxParameters {
		return nil, AADSTS(9002313)
	}
	form, err := url.ParseQuery(text)
	if err != nil {
		return nil, AADSTS(9002313)
	}
	for _, values := range form {
		if len(values) > 1 {
			return nil, AADSTS(9002313)
		}
	}
	return form, nil
}

// asked reads what tokens are wanted for: scope on version 2, resource on version 1. known is what an earlier step of the grant
// asked for and counts when the request says nothing.
func (t *tokenRequest) asked(known *asked) (asked, *Error) {
	if t.version == 1 {
		resource := t.form.Get("resource")
		if resource == "" && known != nil {
			return *known, nil
		}
		if resource == "" {
			resource = t.x.server.options.v1Resource
		}
		return forResource(resource, t.form.Get("scope")), nil
	}
	text := t.form.Get("scope")
	if strings.TrimSpace(text) == "" {
		if known == nil {
			return asked{}, AADSTS(900144, "scope")
		}
		return *known, nil
	}
	return parseScope(text)
}

// interrupt asks the policy.
func (t *tokenRequest) interrupt(c *client, user string, r *resource) *Error {
	return t.x.server.interrupted(Attempt{Grant: t.form.Get("grant_type"), ClientID: c.appID, UserID: user, Resource: r.appID, Version: t.version}, t.version == 1 || t.grant == grantBehalf)
}

// interrupted turns what the policy says into an error. Version 1 and on-behalf-of call for interaction by another name.
func (s *Server) interrupted(a Attempt, interaction bool) *Error {
	if s.options.interrupt == nil {
		return nil
	}
	err := s.options.interrupt(a)
	if err == nil {
		return nil
	}
	refused, ok := err.(*Error) //nolint:errorlint // a policy answers an error of the catalogue as it stands, or anything else
	if !ok {
		refused = AADSTS(53003)
	}
	if interaction && refused.Suberror == "basic_action" {
		refused = refused.as("interaction_required", refused.Suberror)
	}
	return refused
}

// loop counts equal requests of one client.
type loop struct {
	since time.Time
	count int
}

// loops refuses a client that repeats itself, when that is switched on.
// Source: learn.microsoft.com/entra/identity-platform/reference-error-codes, AADSTS50196.
func (t *tokenRequest) loops() *Error {
	limit := t.x.server.options.loopAfter
	if limit <= 0 {
		return nil
	}
	key := strings.Join([]string{t.form.Get("client_id"), t.grant, t.form.Get("scope"), t.form.Get("resource"), t.form.Get("username")}, "\x00")
	seen := 0
	t.x.server.state.loops.update(digest(key), func(l *loop, known bool) *loop {
		if !known || t.x.now().Sub(l.since) > 5*time.Minute {
			l = &loop{since: t.x.now()}
		}
		l.count++
		seen = l.count
		return l
	})
	if seen > limit {
		return AADSTS(50196)
	}
	return nil
}
