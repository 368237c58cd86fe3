package login

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// metadata answers an OpenID Connect discovery document.
// Source: learn.microsoft.com/entra/identity-platform/v2-protocols-oidc; recorded documents for the members.
func (s *Server) metadata(x *exchange, version int) {
	a := x.authority
	base := x.origin.base + "/" + a.kind
	oauth, keys := base+"/oauth2", base+"/discovery/keys"
	if version == 2 {
		oauth, keys = base+"/oauth2/v2.0", base+"/discovery/v2.0/keys"
	} else if !a.multi() {
		keys = x.origin.base + "/common/discovery/keys"
	}
	var region any
	if !a.multi() {
		region = a.region
	}
	doc := map[string]any{
		"issuer":                                x.origin.issuer(a.issuerTenant(), version),
		"authorization_endpoint":                oauth + "/authorize",
		"token_endpoint":                        oauth + "/token",
		"device_authorization_endpoint":         oauth + "/devicecode",
		"end_session_endpoint":                  oauth + "/logout",
		"jwks_uri":                              keys,
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"response_types_supported":              []string{"code", "id_token", "code id_token", "id_token token"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported":                      []string{"openid", "profile", "email", "offline_access"},
		"claims_supported": []string{
			"sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host", "aud", "exp", "iat",
			"auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash", "c_hash", "email",
		},
		"request_uri_parameter_supported": false,
		"http_logout_supported":           true,
		"frontchannel_logout_supported":   true,
		"userinfo_endpoint":               x.origin.graph + "/oidc/userinfo",
		"kerberos_endpoint":               base + "/kerberos",
		"tenant_region_scope":             region,
		"cloud_instance_name":             x.origin.cloud.name,
		"cloud_graph_host_name":           x.origin.cloud.aadGraph,
		"msgraph_host":                    x.origin.graphHost(),
		"rbac_url":                        x.origin.cloud.pas,
	}
	if version == 1 {
		doc["response_types_supported"] = []string{"code", "id_token", "code id_token", "token id_token", "token"}
		doc["scopes_supported"] = []string{"openid"}
		doc["claims_supported"] = []string{
			"sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host", "aud", "exp", "iat",
			"auth_time", "acr", "amr", "nonce", "email", "given_name", "family_name", "nickname",
		}
		doc["userinfo_endpoint"] = base + "/openid/userinfo"
		doc["check_session_iframe"] = oauth + "/checksession"
		doc["microsoft_multi_refresh_token"] = true
	}
	x.public(doc)
}

// jwks answers the signing keys.
func (s *Server) jwks(x *exchange, version int) {
	pair, err := s.options.key.get()
	if err != nil {
		x.fail(AADSTS(90033))
		return
	}
	issuer := ""
	if version == 2 {
		issuer = x.origin.issuer(x.authority.issuerTenant(), 2)
	}
	doc, err := keyDocument(pair, issuer)
	if err != nil {
		x.fail(AADSTS(90033))
		return
	}
	x.public(doc)
}

// instanceMetadata is one cloud in the answer of instance discovery.
type instanceMetadata struct {
	Network string   `json:"preferred_network"`
	Cache   string   `json:"preferred_cache"`
	Aliases []string `json:"aliases"`
}

// instances are the clouds as instance discovery lists them.
func instances() []instanceMetadata {
	list := []instanceMetadata{{Network: clouds[0].hosts[0], Cache: clouds[0].hosts[1], Aliases: clouds[0].hosts}}
	for _, c := range clouds[1:] {
		list = append(list, instanceMetadata{Network: c.hosts[0], Cache: c.hosts[0], Aliases: c.hosts})
	}
	for _, alone := range []string{
		"login.microsoftonline.de", "login-us.microsoftonline.com", "login.sovcloud-identity.fr", "login.sovcloud-identity.de", "login.sovcloud-identity.sg",
	} {
		list = append(list, instanceMetadata{Network: alone, Cache: alone, Aliases: []string{alone}})
	}
	return list
}

// instance answers whether an authority is one of Microsoft's, or this host itself. Clients take a refusal for fatal.
func (s *Server) instance(x *exchange) {
	asked := queryValue(x.r, "authorization_endpoint")
	u, err := url.Parse(asked)
	if asked == "" || err != nil || u.Host == "" || !s.trusts(x, u.Host) {
		x.fail(AADSTS(50049))
		return
	}
	segments := strings.FieldsFunc(u.Path, func(c rune) bool { return c == '/' })
	name := common
	if len(segments) > 0 {
		name = segments[0]
	}
	x.public(map[string]any{
		"tenant_discovery_endpoint": "https://" + u.Host + "/" + name + "/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata":                  instances(),
	})
}

func (s *Server) trusts(x *exchange, host string) bool {
	if _, ok := cloudOf(host); ok {
		return true
	}
	for _, alone := range instances() {
		if strings.EqualFold(alone.Network, host) {
			return true
		}
	}
	return strings.EqualFold(host, x.r.Host) || strings.EqualFold("https://"+host, s.options.base) || loopback(host)
}

// loopback says whether a host is this machine: an authority there is a fake's own origin, also when it is Microsoft's name, reached
// through the proxy, that is asked about it.
func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	return strings.EqualFold(name, "localhost") || net.ParseIP(strings.Trim(name, "[]")).IsLoopback()
}

// userRealm answers how a user signs in, which clients ask before the password grant: always with a password kept in the
// tenant. A user of no domain of the tenant is unknown.
func (s *Server) userRealm(x *exchange, upn string) {
	if x.r.Method != http.MethodGet {
		x.fail(AADSTS(900561, "GET", x.r.Method))
		return
	}
	_, name, _ := strings.Cut(upn, "@")
	kind := "Managed"
	if !x.tenant.knows(name) {
		if _, known := x.user(upn); !known {
			kind = "Unknown"
		}
	}
	x.json(http.StatusOK, map[string]any{
		"ver": "1.0", "account_type": kind, "domain_name": bounded(name),
		"cloud_instance_name": x.origin.cloud.name, "cloud_audience_urn": "urn:federation:MicrosoftOnline",
	})
}

// nativeClient is the blank page desktop clients are redirected to.
func (s *Server) nativeClient(x *exchange) {
	x.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	x.w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	x.w.WriteHeader(http.StatusOK)
}
