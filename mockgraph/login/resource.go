package login

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Application ids of Microsoft's own resources.
const (
	graphAppID    = "00000003-0000-0000-c000-000000000000"
	aadGraphAppID = "00000002-0000-0000-c000-000000000000"
)

// wellKnown are resources every tenant has, by the URIs they are asked for under. They need no service principal in the
// directory to be tokens' audience; they need one to have permissions.
// Source: learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in; audience lists in client libraries.
var wellKnown = []struct {
	appID, name string
	uris        []string
}{
	{graphAppID, "Microsoft Graph", []string{
		"https://graph.microsoft.com", "https://graph.microsoft.us", "https://dod-graph.microsoft.us", "https://canary.graph.microsoft.com",
		"https://microsoftgraph.chinacloudapi.cn",
	}},
	{aadGraphAppID, "Windows Azure Active Directory", []string{"https://graph.windows.net"}},
	{"797f4846-ba00-4fd7-ba43-dac1f8f63013", "Windows Azure Service Management API", []string{
		"https://management.azure.com", "https://management.core.windows.net",
	}},
	{"00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online", []string{"https://outlook.office365.com", "https://outlook.office.com"}},
	{"00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online", nil},
	{"00000007-0000-0000-c000-000000000000", "Dataverse", nil},
	{"00000009-0000-0000-c000-000000000000", "Power BI Service", []string{"https://analysis.windows.net/powerbi/api"}},
}

// resource is what a token is for.
type resource struct {
	appID, name string
	asked       string            // as the client named it; the id when it named none
	principal   *directory.Object // nil for a well-known resource without one in the directory
	version     int               // of its access tokens: requestedAccessTokenVersion
	scopes      []directory.PermissionScope
	roles       []directory.AppRole
	api         directory.APIApplication
	app         *directory.Object // its registration, nil when that is in another tenant
}

func (r *resource) graph() bool { return r.appID == graphAppID }

// resource finds what a client asks a token for by application id, identifier URI or, for Graph, by its own address.
func (x *exchange) resource(asked string) (*resource, *Error) {
	appID := x.resourceID(asked)
	if appID == "" {
		return nil, AADSTS(500011, asked, x.tenant.title())
	}
	r := &resource{appID: appID, asked: asked, version: 1}
	for _, w := range wellKnown {
		if w.appID == appID {
			r.name = w.name
		}
	}
	r.principal, _ = x.snap.Lookup(directory.ServicePrincipal, "appId", appID)
	if r.principal == nil && r.name == "" {
		return nil, AADSTS(500011, asked, x.tenant.title())
	}
	if r.principal == nil {
		return r, nil
	}
	if !r.principal.Bool("accountEnabled") {
		return nil, AADSTS(50001, asked, x.tenant.title())
	}
	r.name = r.principal.String("displayName")
	r.scopes = directory.Value[[]directory.PermissionScope](r.principal, "oauth2PermissionScopes")
	r.roles = r.principal.AppRoles()
	if app, ok := x.snap.Lookup(directory.Application, "appId", appID); ok {
		r.app, r.api = app, directory.Value[directory.APIApplication](app, "api")
		if v := r.api.RequestedAccessTokenVersion; v != nil && *v == 2 {
			r.version = 2
		}
		if len(r.scopes) == 0 {
			r.scopes = r.api.OAuth2PermissionScopes
		}
	}
	return r, nil
}

// title names the tenant in texts: its display name, else its id.
func (t tenant) title() string {
	if t.name != "" {
		return t.name
	}
	return t.id
}

// resourceID finds the application id behind a name, "" for none. An identifier URI counts as it is written, and a slash at the
// end of one of Microsoft's own does not matter.
func (x *exchange) resourceID(asked string) string {
	if asked == "" || len(asked) > 1024 {
		return ""
	}
	if guid.MatchString(asked) {
		return lower(asked)
	}
	if x.isGraph(asked) {
		return graphAppID
	}
	bare := trimSlash(asked)
	for _, w := range wellKnown {
		if containsFold(w.uris, bare) {
			return w.appID
		}
	}
	for _, name := range []string{asked, bare} {
		if sp, ok := x.snap.Lookup(directory.ServicePrincipal, "servicePrincipalNames", name); ok {
			return lower(sp.String("appId"))
		}
		if app, ok := x.snap.Lookup(directory.Application, "identifierUris", name); ok {
			return lower(app.String("appId"))
		}
	}
	return ""
}

// isGraph says whether a name is the address of Graph itself, which differs with how the tenant is reached.
func (x *exchange) isGraph(asked string) bool {
	bare := trimSlash(asked)
	return strings.EqualFold(bare, x.origin.graph) || strings.EqualFold(bare, x.origin.base) ||
		x.server.options.graph != "" && strings.EqualFold(bare, x.server.options.graph)
}

// scope finds a delegated permission by name, whatever its letter case.
func (r *resource) scope(name string) (directory.PermissionScope, bool) {
	for _, s := range r.scopes {
		if s.Enabled && strings.EqualFold(s.Value, name) {
			return s, true
		}
	}
	return directory.PermissionScope{}, false
}
