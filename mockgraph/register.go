package mockgraph

import (
	"fmt"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/nearest"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// Client is an application of the tenant that is ready for use: what a client of Graph is configured with.
type Client struct {
	ID          string `json:"clientId"`    // application id, which protocols call client_id
	ObjectID    string `json:"objectId"`    // of the application
	PrincipalID string `json:"principalId"` // object id of its service principal
	Secret      string `json:"secret"`      // shown once, valid for 24 months
}

// secretLife is the longest life the portal offers. Source: learn.microsoft.com/entra/identity-platform/how-to-add-credentials.
const secretLife = 2 * 365 * 24 * time.Hour

// Register does what an administrator does by hand for a client: makes an application with its service principal, redirect URI
// http://localhost and public client flows, a secret, and Microsoft Graph's permissions of these names, delegated and application ones
// alike, granted for the whole tenant.
func (t *Tenant) Register(name string, permissions ...string) (Client, error) {
	p, err := registration(name, permissions)
	if err != nil {
		return Client{}, fmt.Errorf("register application %s: %w", name, err)
	}
	app, err := t.dir.Create(directory.Application, p)
	if err != nil {
		return Client{}, fmt.Errorf("register application %s: %w", name, err)
	}
	c := Client{ID: app.String("appId"), ObjectID: app.ID()}
	principal, err := t.dir.CreateServicePrincipal(c.ID, nil)
	if err != nil {
		return Client{}, fmt.Errorf("register application %s: %w", name, err)
	}
	c.PrincipalID = principal.ID()
	now := t.clock.Now().UTC()
	if _, c.Secret, err = t.dir.AddPassword(c.ObjectID, clientName, now, now.Add(secretLife)); err != nil {
		return Client{}, fmt.Errorf("give application %s a secret: %w", name, err)
	}
	return c, t.consent(c.ID, p)
}

// RegisterAs does what [Tenant.Register] does under the ids and with the secret of a client that is known already. An id that is no GUID or is
// taken, and a secret of less than 3 bytes, is an error.
func (t *Tenant) RegisterAs(name string, c Client, permissions ...string) error {
	p, err := registration(name, permissions)
	if err == nil {
		err = t.dir.Reinstate(directory.Reinstated{
			AppID: c.ID, ObjectID: c.ObjectID, PrincipalID: c.PrincipalID, Secret: c.Secret, End: t.clock.Now().UTC().Add(secretLife),
		}, p)
	}
	if err != nil {
		return fmt.Errorf("register application %s: %w", name, err)
	}
	return t.consent(c.ID, p)
}

// registration is what an application is registered with.
func registration(name string, permissions []string) (directory.Properties, error) {
	wanted, err := graphAccess(permissions)
	p := directory.Properties{
		"displayName": name, "signInAudience": "AzureADMyOrg", "isFallbackPublicClient": true,
		"publicClient": directory.PublicClient{RedirectURIs: []string{"http://localhost"}},
	}
	if len(wanted.ResourceAccess) > 0 {
		p["requiredResourceAccess"] = []directory.RequiredResourceAccess{wanted}
	}
	return p, err
}

// consent grants an application for the whole tenant what it is registered with.
func (t *Tenant) consent(appID string, p directory.Properties) error {
	if p["requiredResourceAccess"] == nil {
		return nil
	}
	if err := t.login.Consent(appID); err != nil {
		return fmt.Errorf("grant application %s its permissions: %w", p["displayName"], err)
	}
	return nil
}

// graphAccess is what a registration asks of Microsoft Graph.
func graphAccess(names []string) (directory.RequiredResourceAccess, error) {
	all := directory.RequiredResourceAccess{ResourceAppID: permission.AppID}
	for _, name := range names {
		p, known := permission.Named(name)
		if !known {
			return all, fmt.Errorf("%q is no permission of Microsoft Graph%s", name, nearest.DidYouMean(name, permission.Names(), 1))
		}
		for _, access := range []directory.ResourceAccess{{ID: p.Application, Type: "Role"}, {ID: p.Delegated, Type: "Scope"}} {
			if access.ID != "" {
				all.ResourceAccess = append(all.ResourceAccess, access)
			}
		}
	}
	return all, nil
}

// EveryPermission returns the names of permissions that together allow whatever this tenant serves.
func EveryPermission() []string { return strings.Fields(everyPermission) }

const everyPermission = `
openid profile email offline_access User.Read User.ReadWrite.All User-PasswordProfile.ReadWrite.All User.DeleteRestore.All User.RevokeSessions.All
User.Invite.All Group.ReadWrite.All GroupMember.ReadWrite.All Directory.ReadWrite.All Directory.Read.All Member.Read.Hidden
Application.ReadWrite.All AppRoleAssignment.ReadWrite.All DelegatedPermissionGrant.ReadWrite.All Synchronization.ReadWrite.All
LicenseAssignment.ReadWrite.All Organization.ReadWrite.All Domain.ReadWrite.All RoleManagement.ReadWrite.Directory AuditLog.Read.All
AdministrativeUnit.ReadWrite.All ProfilePhoto.ReadWrite.All`
