package login

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Platforms of redirect URIs. The platform of the matched one decides whether a client is public.
// Source: learn.microsoft.com/entra/identity-platform/reply-url; learn.microsoft.com/graph/api/resources/application.
const (
	platformWeb    = "web"
	platformSPA    = "spa"
	platformPublic = "publicClient"
)

type redirect struct{ uri, platform string }

// client is an application that asks for tokens.
type client struct {
	appID, name string
	principal   *directory.Object // its service principal in the tenant, nil when it has none
	app         *directory.Object // its registration, nil when that is in another tenant
	multiTenant bool
	public      bool // without a redirect URI: isFallbackPublicClient
	firstParty  bool // of Microsoft's own: known without registration, consented to everything
	redirects   []redirect
	implicit    directory.ImplicitGrantSettings
	required    []directory.RequiredResourceAccess
}

// firstPartyClients are Microsoft's own public clients, known to every tenant.
// Source: learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in.
var firstPartyClients = map[string]string{
	"04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Microsoft Azure CLI",
	"1950a258-227b-4e31-a9cf-717495945fc2": "Microsoft Azure PowerShell",
	"14d82eec-204b-4c2f-b7e8-296a70dab67e": "Microsoft Graph Command Line Tools",
}

// client finds an application by its id; false when neither it nor a service principal of it is in the tenant.
func (x *exchange) client(appID string) (*client, bool) {
	if !guid.MatchString(appID) {
		return nil, false
	}
	c := &client{appID: lower(appID)}
	c.app, _ = x.snap.Lookup(directory.Application, "appId", c.appID)
	c.principal, _ = x.snap.Lookup(directory.ServicePrincipal, "appId", c.appID)
	name, first := firstPartyClients[c.appID]
	if c.app == nil && c.principal == nil && (!first || !x.server.options.firstParty) {
		return nil, false
	}
	if first && c.app == nil {
		c.name, c.firstParty, c.public, c.multiTenant = name, true, true, true
		c.redirects = []redirect{{"http://localhost", platformPublic}, {"https://login.microsoftonline.com/common/oauth2/nativeclient", platformPublic}}
		return c, true
	}
	source := c.app
	if source == nil {
		source, c.multiTenant = c.principal, true
		for _, uri := range source.Strings("replyUrls") {
			c.redirects = append(c.redirects, redirect{uri, platformWeb})
		}
	}
	c.name = source.String("displayName")
	if c.app != nil {
		c.readRegistration()
	}
	return c, true
}

func (c *client) readRegistration() {
	audience := c.app.String("signInAudience")
	c.multiTenant = audience != "" && audience != "AzureADMyOrg"
	c.public = c.app.Bool("isFallbackPublicClient")
	web := directory.Value[directory.WebApplication](c.app, "web")
	c.implicit = web.ImplicitGrantSettings
	for platform, uris := range map[string][]string{
		platformWeb: web.RedirectURIs, platformSPA: directory.Value[directory.SPA](c.app, "spa").RedirectURIs,
		platformPublic: directory.Value[directory.PublicClient](c.app, "publicClient").RedirectURIs,
	} {
		for _, uri := range uris {
			c.redirects = append(c.redirects, redirect{uri, platform})
		}
	}
	slices.SortFunc(c.redirects, func(a, b redirect) int {
		return strings.Compare(b.platform+a.uri, a.platform+b.uri)
	})
	c.required = directory.Value[[]directory.RequiredResourceAccess](c.app, "requiredResourceAccess")
}

// objects are the directory objects that may hold the client's credentials.
func (c *client) objects() []*directory.Object {
	var all []*directory.Object
	for _, o := range []*directory.Object{c.app, c.principal} {
		if o != nil {
			all = append(all, o)
		}
	}
	return all
}

// credentials collects one kind of credential from registration and service principal.
func credentials[T any](c *client, property string) []T {
	var all []T
	for _, o := range c.objects() {
		all = append(all, directory.Value[[]T](o, property)...)
	}
	return all
}

// user finds a user by sign-in name.
func (x *exchange) user(name string) (*directory.Object, bool) {
	if name == "" || len(name) > 1024 {
		return nil, false
	}
	return x.snap.Lookup(directory.User, "userPrincipalName", strings.TrimSpace(name))
}

// userByID finds a live user by object id.
func (x *exchange) userByID(id string) (*directory.Object, bool) {
	o, ok := x.snap.Object(id)
	return o, ok && o.Type() == directory.User
}

// grantedScopes are the delegated permissions a client has on a resource for a user, in order: by consent, by
// preauthorisation, or because it is one of Microsoft's own.
// Source: learn.microsoft.com/graph/api/resources/oauth2permissiongrant; …/preauthorizedapplication.
func (x *exchange) grantedScopes(c *client, r *resource, user string) []string {
	var granted []string
	add := func(value string) {
		if !containsFold(granted, value) {
			granted = append(granted, value)
		}
	}
	if c.firstParty {
		for _, scope := range r.scopes {
			if scope.Enabled {
				add(scope.Value)
			}
		}
		return granted
	}
	for _, pre := range r.api.PreAuthorizedApplications {
		if !strings.EqualFold(pre.AppID, c.appID) {
			continue
		}
		for _, scope := range r.scopes {
			if scope.Enabled && containsFold(pre.DelegatedPermissionIDs, scope.ID) {
				add(scope.Value)
			}
		}
	}
	if c.principal == nil || r.principal == nil {
		return granted
	}
	for g := range x.grants(c.principal.ID()) {
		if !strings.EqualFold(g.String("resourceId"), r.principal.ID()) {
			continue
		}
		if g.String("consentType") == allPrincipals || strings.EqualFold(g.String("principalId"), user) {
			for scope := range strings.FieldsSeq(g.String("scope")) {
				add(scope)
			}
		}
	}
	return granted
}

// grantedRoles are the application permissions a client has on a resource.
func (x *exchange) grantedRoles(c *client, r *resource) []string {
	if c.principal == nil {
		return nil
	}
	return x.roles(r, c.principal.ID())
}

// roles are the values of the app roles one of the principals has on a resource.
func (x *exchange) roles(r *resource, principals ...string) []string {
	if r.principal == nil {
		return nil
	}
	var values []string
	for _, principal := range principals {
		for a := range x.snap.Assignments(principal) {
			if !strings.EqualFold(a.ResourceID, r.principal.ID()) {
				continue
			}
			for _, role := range r.roles {
				if strings.EqualFold(role.ID, a.AppRoleID) && role.Enabled && role.Value != "" && !slices.Contains(values, role.Value) {
					values = append(values, role.Value)
				}
			}
		}
	}
	return values
}

// assigned says whether one of the principals is assigned to a resource in any role.
func (x *exchange) assigned(resource *directory.Object, principals ...string) bool {
	for _, principal := range principals {
		for a := range x.snap.Assignments(principal) {
			if strings.EqualFold(a.ResourceID, resource.ID()) {
				return true
			}
		}
	}
	return false
}

// withGroups is a user's id and those of the groups she is a direct member of: app roles of nested groups do not count.
// Source: learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal.
func (x *exchange) withGroups(user string) []string {
	ids := []string{user}
	for id := range x.snap.MemberOf(user) {
		ids = append(ids, id)
	}
	return ids
}

func containsFold(all []string, s string) bool {
	return slices.ContainsFunc(all, func(each string) bool { return strings.EqualFold(each, s) })
}
