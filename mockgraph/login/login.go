package login

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Server is a fake login host for one tenant. It is safe for concurrent use.
type Server struct {
	directory *directory.Directory
	options   options
	pages     *pages
	routes    map[string]route // by the path after the tenant, in lower case
	state     *state
	tokens    *tokenCache
	signIns   signIns
}

// New returns a login host that signs in the users and applications of a directory.
func New(d *directory.Directory, opts ...Option) *Server {
	o := defaults()
	for _, opt := range opts {
		opt(&o)
	}
	o.lifetimes = o.lifetimes.orDefault()
	s := &Server{directory: d, options: o, pages: thePages(), state: newState(), tokens: newTokenCache(o.maxTokens)}
	s.signIns.limit = o.maxSignIns
	s.routes = s.table()
	return s
}

// route is what answers a path.
type route struct {
	methods string // those allowed, separated by a space
	serve   func(*exchange)
	plain   bool // for any tenant segment, even an unknown one
}

// table lists the paths after the tenant. Everything else is answered with 501.
// Source: the metadata documents; learn.microsoft.com/entra/identity-platform/v2-protocols.
func (s *Server) table() map[string]route {
	v := func(version int, serve func(*exchange, int)) func(*exchange) {
		return func(x *exchange) { serve(x, version) }
	}
	return map[string]route{
		".well-known/openid-configuration":      {"GET", v(1, s.metadata), false},
		"v2.0/.well-known/openid-configuration": {"GET", v(2, s.metadata), false},
		"discovery/keys":                        {"GET", v(1, s.jwks), false},
		"discovery/v2.0/keys":                   {"GET", v(2, s.jwks), false},
		"discovery/instance":                    {"GET", s.instance, true},
		"oauth2/token":                          {"POST", v(1, s.token), true},
		"oauth2/v2.0/token":                     {"POST", v(2, s.token), true},
		"oauth2/authorize":                      {"GET POST", v(1, s.authorize), false},
		"oauth2/v2.0/authorize":                 {"GET POST", v(2, s.authorize), false},
		"oauth2/devicecode":                     {"POST", v(1, s.deviceCode), true},
		"oauth2/v2.0/devicecode":                {"POST", v(2, s.deviceCode), true},
		"oauth2/deviceauth":                     {"GET POST", s.devicePage, false},
		"oauth2/logout":                         {"GET POST", s.logout, false},
		"oauth2/v2.0/logout":                    {"GET POST", s.logout, false},
		"oauth2/nativeclient":                   {"GET POST", s.nativeClient, true},
		"adminconsent":                          {"GET", v(1, s.adminConsent), false},
		"v2.0/adminconsent":                     {"GET", v(2, s.adminConsent), false},
		"openid/userinfo":                       {"GET POST", s.userinfo, false},
		"login":                                 {"POST", s.signIn, false},
		"consent":                               {"POST", s.consentDecision, false},
		"password":                              {"POST", s.newPassword, false},
	}
}

// ServeHTTP answers a request. Letter case and doubled slashes in paths do not matter.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := s.begin(w, r)
	segments := strings.FieldsFunc(r.URL.Path, func(c rune) bool { return c == '/' })
	if len(r.URL.Path) > maxPath {
		x.notImplemented("paths of that length")
		return
	}
	if r.Method == http.MethodOptions {
		x.preflight()
		return
	}
	switch path := lower(strings.Join(segments, "/")); path {
	case "devicelogin":
		segments = []string{common, "oauth2", "deviceauth"}
	case "error":
		s.errorPage(x)
		return
	case "oidc/userinfo":
		segments = []string{common, "openid", "userinfo"}
	}
	if len(segments) < 2 {
		x.notImplemented(r.Method + " " + bounded(r.URL.Path))
		return
	}
	if len(segments) == 3 && strings.EqualFold(segments[1], "userrealm") {
		s.userRealm(x, segments[2])
		return
	}
	chosen, ok := s.routes[lower(strings.Join(segments[1:], "/"))]
	if !ok {
		x.notImplemented(r.Method + " " + bounded(r.URL.Path))
		return
	}
	var refused *Error
	x.authority, refused = s.authority(x.tenant, segments[0])
	x.unknownTenant = refused
	if !x.allows(chosen.methods) {
		x.fail(AADSTS(900561, firstWord(chosen.methods), r.Method))
		return
	}
	if refused != nil && !chosen.plain {
		if refused.Code == 90002 && strings.Contains(chosen.methods, "GET") {
			refused = refused.as("invalid_tenant", "")
		}
		x.fail(refused)
		return
	}
	chosen.serve(x)
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}
