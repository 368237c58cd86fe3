package login

import (
	"fmt"
	"time"
)

// Grant is what [Server.Mint] makes a token of.
type Grant struct {
	ClientID string        // application id; it must be in the tenant
	UserID   string        // object id or user principal name; "" for a token of the application itself
	Resource string        // as a client would name it; "" is Microsoft Graph
	Scopes   []string      // delegated permissions; nil: those that are granted
	Roles    []string      // application permissions or app roles; nil: those that are assigned
	Lifetime time.Duration // 0: that of any access token
	Host     string        // host the token is issued by, for its iss; "" is login.microsoftonline.com
}

// Mint issues an access token without any credential or consent, for tests that need one. The error is an [*Error] when the
// client, the user or the resource is not in the tenant.
func (s *Server) Mint(g Grant) (string, error) {
	host := g.Host
	if host == "" {
		host = clouds[0].hosts[0]
	}
	snap := s.directory.Snapshot()
	x := &exchange{server: s, snap: snap, tenant: s.tenant(snap), origin: s.at(host), trace: trace{id: s.options.ids(), time: s.options.clock.Now()}}
	c, ok := x.client(g.ClientID)
	if !ok {
		return "", fmt.Errorf("mint token: %w", AADSTS(700016, g.ClientID, x.tenant.title()))
	}
	name := g.Resource
	if name == "" {
		name = graphAppID
	}
	r, refused := x.resource(name)
	if refused != nil {
		return "", fmt.Errorf("mint token: %w", refused)
	}
	m := mint{client: c, proof: proofSecret, resource: r, roles: g.Roles, lifetime: g.Lifetime}
	if m.lifetime <= 0 {
		m.lifetime = s.options.lifetimes.AccessToken
	}
	principals := []string{c.objectID()}
	if g.UserID != "" {
		if m.user, ok = x.userByID(g.UserID); !ok {
			m.user, ok = x.user(g.UserID)
		}
		if !ok {
			return "", fmt.Errorf("mint token: %w", AADSTS(50034, x.tenant.id))
		}
		m.consent.methods, m.proof = []string{"pwd"}, proofNone
		principals = x.withGroups(m.user.ID())
		if m.scopes = g.Scopes; m.scopes == nil {
			m.scopes = x.grantedScopes(c, r, m.user.ID())
		}
	}
	if m.roles == nil {
		m.roles = x.roles(r, principals...)
	}
	text, refused := s.sign(x.accessToken(m), r)
	if refused != nil {
		return "", fmt.Errorf("mint token: %w", refused)
	}
	return text, nil
}
