package mockgraph

import (
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// foundPrincipals makes the service principals of Microsoft's own applications that clients look up. Microsoft Graph's declares
// its permissions under their real ids.
// Source: learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in; …/graph/permissions-reference.
func foundPrincipals(d *directory.Directory) error {
	roles, scopes := graphPermissions()
	for _, p := range []directory.Properties{
		{"appId": permission.AppID, "displayName": "Microsoft Graph", "appRoles": roles, "oauth2PermissionScopes": scopes},
		{"appId": "00000002-0000-0000-c000-000000000000", "displayName": "Windows Azure Active Directory"},
	} {
		p["appDisplayName"], p["appOwnerOrganizationId"] = p["displayName"], microsoftTenant
		p["servicePrincipalNames"] = []string{p["appId"].(string)} //nolint:forcetypeassert // it stands above
		if _, err := d.Create(directory.ServicePrincipal, p); err != nil {
			return fmt.Errorf("found service principal %s: %w", p["displayName"], err)
		}
	}
	return nil
}

// graphPermissions are the roles and the scopes of Microsoft Graph.
func graphPermissions() (roles []directory.AppRole, scopes []directory.PermissionScope) {
	for _, p := range permission.Permissions() {
		if p.Application != "" {
			roles = append(roles, directory.AppRole{
				ID: p.Application, Value: p.Name, DisplayName: p.Name, Description: p.Name, Enabled: true, AllowedMemberTypes: []string{"Application"}, Origin: "Application",
			})
		}
		if p.Delegated != "" {
			consent := "Admin"
			if p.UserConsent {
				consent = "User"
			}
			scopes = append(scopes, directory.PermissionScope{
				ID: p.Delegated, Value: p.Name, Type: consent, Enabled: true, AdminConsentDisplayName: p.Name, AdminConsentDescription: p.Name,
				UserConsentDisplayName: p.Name, UserConsentDescription: p.Name,
			})
		}
	}
	return roles, scopes
}
