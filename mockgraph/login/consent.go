package login

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Consent types of grants.
// Source: learn.microsoft.com/graph/api/resources/oauth2permissiongrant.
const (
	allPrincipals = "AllPrincipals"
	onePrincipal  = "Principal"
)

// grants are the delegated permission grants of a client's service principal.
func (x *exchange) grants(client string) iter.Seq[*directory.Object] {
	return x.snap.Seek(directory.OAuth2PermissionGrant, "clientId", client)
}

// wish is what a consent is about on one resource.
type wish struct {
	resource *resource
	scopes   []directory.PermissionScope // delegated
	roles    []directory.AppRole         // application
}

// registered are the permissions the registration of a client lists; those in the second result do not exist.
func (x *exchange) registered(c *client) ([]wish, *Error) {
	var all []wish
	for _, each := range c.required {
		r, refused := x.resource(each.ResourceAppID)
		if refused != nil {
			return nil, refused
		}
		w := wish{resource: r}
		for _, access := range each.ResourceAccess {
			scope := slices.IndexFunc(r.scopes, func(s directory.PermissionScope) bool { return strings.EqualFold(s.ID, access.ID) && s.Enabled })
			role := slices.IndexFunc(r.roles, func(o directory.AppRole) bool { return strings.EqualFold(o.ID, access.ID) && o.Enabled })
			switch {
			case access.Type == "Scope" && scope >= 0:
				w.scopes = append(w.scopes, r.scopes[scope])
			case access.Type == "Role" && role >= 0 && slices.Contains(r.roles[role].AllowedMemberTypes, "Application"):
				w.roles = append(w.roles, r.roles[role])
			default:
				return nil, AADSTS(650053, c.name, access.ID, r.appID)
			}
		}
		all = append(all, w)
	}
	return all, nil
}

// wished are the permissions a scope parameter names.
func (x *exchange) wished(c *client, a asked) ([]wish, *Error) {
	var all []wish
	for _, name := range a.resources {
		asked := name
		if asked == "" {
			asked = graphAppID
		}
		r, refused := x.resource(asked)
		if refused != nil {
			return nil, refused
		}
		w := wish{resource: r}
		for _, each := range a.items {
			if !strings.EqualFold(each.resource, name) {
				continue
			}
			if each.name == defaultScope {
				registered, refused := x.registered(c)
				if refused != nil {
					return nil, refused
				}
				for _, other := range registered {
					if other.resource.appID == r.appID {
						w.scopes, w.roles = other.scopes, other.roles
					}
				}
				continue
			}
			scope, ok := r.scope(each.name)
			if !ok {
				return nil, AADSTS(650053, c.name, each.name, r.appID)
			}
			w.scopes = append(w.scopes, scope)
		}
		all = append(all, w)
	}
	return x.withSignIn(all, a)
}

// withSignIn adds the scopes of OpenID Connect that Graph offers as permissions, so that a consent to signing in leaves a grant.
func (x *exchange) withSignIn(all []wish, a asked) ([]wish, *Error) {
	if len(a.openID) == 0 {
		return all, nil
	}
	graph, refused := x.resource(graphAppID)
	if refused != nil || graph.principal == nil {
		return all, nil //nolint:nilerr // a tenant without Graph signs users in all the same
	}
	i := slices.IndexFunc(all, func(w wish) bool { return w.resource.appID == graphAppID })
	if i < 0 {
		all, i = append(all, wish{resource: graph}), len(all)
	}
	for _, name := range a.openID {
		if scope, ok := graph.scope(name); ok && !slices.Contains(all[i].scopes, scope) {
			all[i].scopes = append(all[i].scopes, scope)
		}
	}
	return all, nil
}

// graphRoles says whether application permissions of Graph are among what is wished.
func graphRoles(all []wish) bool {
	return slices.ContainsFunc(all, func(w wish) bool { return w.resource.graph() && len(w.roles) > 0 })
}

// adminOnly says whether a user cannot grant all of it for herself.
func adminOnly(all []wish) bool {
	return slices.ContainsFunc(all, func(w wish) bool {
		return len(w.roles) > 0 || slices.ContainsFunc(w.scopes, func(s directory.PermissionScope) bool { return s.Type == "Admin" })
	})
}

// Consent grants an application, by its application id, everything its registration lists, for the whole tenant: what the
// administrator's consent page does. The service principal is made when there is none.
func (s *Server) Consent(appID string) error {
	snap := s.directory.Snapshot()
	x := &exchange{server: s, snap: snap, tenant: s.tenant(snap), origin: s.at(clouds[0].hosts[0])}
	c, ok := x.client(appID)
	if !ok {
		return fmt.Errorf("consent: %w", AADSTS(700016, appID, x.tenant.title()))
	}
	wishes, refused := x.registered(c)
	if refused != nil {
		return fmt.Errorf("consent: %w", refused)
	}
	return s.grant(c, wishes, "", "")
}

// grant writes a consent into the directory: for one user, or for everybody when user is "". by is who consents, "" when nobody
// is signed in.
func (s *Server) grant(c *client, wishes []wish, user, by string) error {
	if c.firstParty {
		return nil
	}
	principal := c.principal
	if principal == nil {
		made, err := s.directory.CreateServicePrincipal(c.appID, nil)
		if err != nil {
			return fmt.Errorf("make service principal: %w", err)
		}
		principal = made
	}
	for _, w := range wishes {
		if w.resource.principal == nil {
			continue
		}
		if err := s.grantScopes(principal.ID(), w, user); err != nil {
			return err
		}
		for _, role := range w.roles {
			if user != "" {
				break
			}
			if err := s.assign(principal.ID(), w.resource.principal.ID(), role.ID); err != nil {
				return err
			}
		}
	}
	s.auditConsent(principal, wishes, user, by)
	return nil
}

// assign gives an application permission; one it has already stays.
func (s *Server) assign(principal, resource, role string) error {
	for a := range s.directory.Snapshot().Assignments(principal) {
		if strings.EqualFold(a.ResourceID, resource) && strings.EqualFold(a.AppRoleID, role) {
			return nil
		}
	}
	if _, err := s.directory.Assign(principal, resource, role); err != nil {
		return fmt.Errorf("assign app role: %w", err)
	}
	return nil
}

// grantScopes adds delegated permissions to the grant there is, or makes one.
func (s *Server) grantScopes(client string, w wish, user string) error {
	if len(w.scopes) == 0 {
		return nil
	}
	kind := allPrincipals
	if user != "" {
		kind = onePrincipal
	}
	for g := range s.directory.Snapshot().Seek(directory.OAuth2PermissionGrant, "clientId", client) {
		if strings.EqualFold(g.String("resourceId"), w.resource.principal.ID()) && g.String("consentType") == kind && strings.EqualFold(g.String("principalId"), user) {
			if _, err := s.directory.Update(g.ID(), directory.Properties{"scope": joined(strings.Fields(g.String("scope")), w.scopes)}); err != nil {
				return fmt.Errorf("extend grant: %w", err)
			}
			return nil
		}
	}
	p := directory.Properties{
		"clientId": client, "consentType": kind, "resourceId": w.resource.principal.ID(), "scope": joined(nil, w.scopes),
	}
	if user != "" {
		p["principalId"] = user
	}
	if _, err := s.directory.Create(directory.OAuth2PermissionGrant, p); err != nil {
		var taken *directory.Error
		if errors.As(err, &taken) && taken.Code == directory.CodeSameKey { // somebody consented meanwhile
			return nil
		}
		return fmt.Errorf("make grant: %w", err)
	}
	return nil
}

// joined is the scope of a grant with more scopes in it.
func joined(before []string, scopes []directory.PermissionScope) string {
	for _, s := range scopes {
		if !containsFold(before, s.Value) {
			before = append(before, s.Value)
		}
	}
	return strings.Join(before, " ")
}
