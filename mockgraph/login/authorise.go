package login

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// permission is what a user's request comes to: a resource and what the client may do there for her.
type permission struct {
	resource *resource
	granted  []string // delegated permissions that are granted
	missing  []string // asked for and not granted
}

// firstPartyGraph are the permissions Microsoft's own command lines have on Graph.
var firstPartyGraph = []string{
	"Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "AuditLog.Read.All", "DelegatedPermissionGrant.ReadWrite.All",
	"Directory.AccessAsUser.All", "Group.ReadWrite.All", "User.Read", "User.Read.All", "User.ReadWrite.All",
}

// permission works out what a client may do for a user on the one resource that is asked for. It refuses what cannot be
// granted at all; what is only not granted yet is in missing.
func (x *exchange) permission(c *client, user string, a asked) (permission, *Error) {
	r, refused := x.resource(a.target())
	if refused != nil {
		return permission{}, refused
	}
	if r.appID == c.appID {
		return x.ownPermission(c, r, user, a)
	}
	if a.version == 1 && c.app != nil && !c.lists(r.appID) && len(x.grantedScopes(c, r, user)) == 0 {
		return permission{}, AADSTS(650057, c.appID, c.name, a.target(), r.appID, c.listed())
	}
	p := permission{resource: r, granted: x.grantedScopes(c, r, user)}
	if c.firstParty {
		p.granted = firstPartyScopes(r, p.granted, a)
	}
	for _, each := range a.items {
		if each.name == defaultScope {
			continue
		}
		scope, ok := r.scope(each.name)
		switch {
		case ok && containsFold(p.granted, scope.Value):
		case ok:
			p.missing = append(p.missing, scope.Value)
		case c.firstParty && r.principal == nil:
			p.granted = append(p.granted, each.name)
		default:
			return permission{}, AADSTS(650053, c.name, each.name, r.appID)
		}
	}
	if len(p.granted) == 0 && len(p.missing) == 0 {
		p.missing = standard(c, r, a)
	}
	return p, nil
}

// firstPartyScopes narrows what a client of Microsoft's has: a fixed list on Graph and what it asks for, else everything.
func firstPartyScopes(r *resource, all []string, a asked) []string {
	if !r.graph() {
		if len(all) == 0 {
			return []string{"user_impersonation"}
		}
		return all
	}
	var few []string
	for _, scope := range all {
		wanted := containsFold(firstPartyGraph, scope)
		for _, each := range a.items {
			wanted = wanted || strings.EqualFold(each.name, scope)
		}
		if wanted {
			few = append(few, scope)
		}
	}
	return few
}

// ownPermission is an application asking for a token for itself, which it may by its id and when it may read its user.
func (x *exchange) ownPermission(c *client, r *resource, user string, a asked) (permission, *Error) {
	if !guid.MatchString(a.target()) {
		return permission{}, AADSTS(90009, c.appID, c.name)
	}
	graph, refused := x.resource(graphAppID)
	if refused != nil || len(x.grantedScopes(c, graph, user)) == 0 {
		return permission{}, AADSTS(90008, c.appID)
	}
	p := permission{resource: r}
	for _, scope := range r.scopes {
		if scope.Enabled {
			p.granted = append(p.granted, scope.Value)
		}
	}
	return p, nil
}

// standard is what has to be consented to when nothing is granted yet: all that the registration lists for the resource, or
// signing in.
func standard(c *client, r *resource, a asked) []string {
	var values []string
	for _, each := range c.required {
		if !strings.EqualFold(each.ResourceAppID, r.appID) {
			continue
		}
		for _, access := range each.ResourceAccess {
			for _, scope := range r.scopes {
				if access.Type == "Scope" && strings.EqualFold(access.ID, scope.ID) && scope.Enabled {
					values = append(values, scope.Value)
				}
			}
		}
	}
	if len(a.items) > 0 && len(values) == 0 {
		return []string{defaultScope}
	}
	if len(a.items) > 0 {
		return values
	}
	// Signing in alone needs consent as far as Graph offers it as a permission.
	values = nil
	for _, name := range a.openID {
		if _, ok := r.scope(name); ok {
			values = append(values, name)
		}
	}
	return values
}

// lists says whether the registration asks for anything of a resource.
func (c *client) lists(appID string) bool {
	for _, each := range c.required {
		if strings.EqualFold(each.ResourceAppID, appID) {
			return true
		}
	}
	return false
}

func (c *client) listed() string {
	var ids []string
	for _, each := range c.required {
		ids = append(ids, each.ResourceAppID)
	}
	return strings.Join(ids, ", ")
}

// usable finds the user of a grant and refuses one who may not sign in to a client.
func (x *exchange) usable(c *client, id string) (*directory.Object, *Error) {
	u, ok := x.userByID(id)
	if !ok {
		return nil, AADSTS(50034, x.tenant.id)
	}
	if !u.Bool("accountEnabled") {
		return nil, AADSTS(50057)
	}
	return u, x.mayUse(c, u)
}

// mayUse refuses a user who is not assigned to an application that requires it.
func (x *exchange) mayUse(c *client, u *directory.Object) *Error {
	if c.principal != nil && c.principal.Bool("appRoleAssignmentRequired") && !x.assigned(c.principal, x.withGroups(u.ID())...) {
		return AADSTS(50105, c.name, c.appID)
	}
	return nil
}

// issue makes the tokens of a user's grant: an access token always, a refresh token and an id token where the request asks for
// them. before is the refresh token that is renewed, nil for none.
func (t *tokenRequest) issue(c *client, proof, platform string, by consentState, a asked, nonce string, before *refreshToken) (*answer, *Error) {
	x := t.x
	u, refused := x.usable(c, by.userID)
	if refused != nil {
		return nil, refused
	}
	t.user = u
	p, refused := x.permission(c, by.userID, a)
	if refused != nil {
		return nil, refused
	}
	t.resource = p.resource
	if len(p.missing) > 0 {
		return nil, AADSTS(65001, c.appID, c.name)
	}
	if refused := t.interrupt(c, by.userID, p.resource); refused != nil {
		return nil, refused
	}
	m := mint{
		client: c, proof: proof, user: u, consent: by, resource: p.resource, scopes: scopesOf(p, a), nonce: nonce,
		roles: x.roles(p.resource, x.withGroups(u.ID())...),
	}
	made, refused := t.access(&m)
	if refused != nil {
		return nil, refused
	}
	made.Scope = a.echo(p.granted, p.resource)
	if t.version == 1 {
		made.Scope = strings.Join(m.scopes, " ")
	}
	if a.wants("openid") || t.version == 1 && t.grant == grantCode {
		if made.IDToken, refused = x.server.sign(x.idToken(m, a, t.version), nil); refused != nil {
			return nil, refused
		}
	}
	if t.form.Get("client_info") == "1" {
		made.ClientInfo = clientInfo(u.ID(), x.tenant.id)
	}
	if t.version == 1 || a.wants("offline_access") || before != nil {
		made.RefreshToken, refused = t.renew(platform, by, a, before)
	}
	return made, refused
}

// scopesOf are the scopes of the token: all that are granted, and on Graph those of OpenID Connect that were asked for.
func scopesOf(p permission, a asked) []string {
	scopes := append([]string{}, p.granted...)
	if !p.resource.graph() {
		return scopes
	}
	for _, name := range a.openID {
		if name != "offline_access" && !containsFold(scopes, name) {
			scopes = append(scopes, name)
		}
	}
	return scopes
}

// access signs the access token and begins the answer.
func (t *tokenRequest) access(m *mint) (*answer, *Error) {
	l := t.x.server.options.lifetimes
	m.cae = continuous(t.form.Get("claims"))
	m.lifetime = l.AccessToken
	if m.cae {
		m.lifetime = l.CAEToken
	} else if l.Spread > 0 {
		m.lifetime += time.Duration(rand.Int64N(int64(l.Spread))).Truncate(time.Second)
	}
	p := t.x.accessToken(*m)
	text, refused := t.x.server.sign(p, m.resource)
	if refused != nil {
		return nil, refused
	}
	seconds := int(m.lifetime/time.Second) - 1
	made := &answer{
		Type: "Bearer", Expires: seconds, ExtExpires: seconds, AccessToken: text, expiresOn: p.Expires, notBefore: p.NotBefore, resource: m.resource.asked,
	}
	if m.cae {
		made.Refresh = seconds / 2
	}
	return made, nil
}

// continuous says whether a claims parameter announces the capability to handle claims challenges. What cannot be read is
// ignored, as Entra does.
// Source: learn.microsoft.com/entra/identity-platform/claims-challenge.
func continuous(claims string) bool {
	var wanted struct {
		AccessToken struct {
			Capabilities struct {
				Values []string `json:"values"`
			} `json:"xms_cc"`
		} `json:"access_token"`
	}
	return claims != "" && json.Unmarshal([]byte(claims), &wanted) == nil && containsFold(wanted.AccessToken.Capabilities.Values, "cp1")
}
