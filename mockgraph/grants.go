package mockgraph

import (
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// grantRoutes are the routes of delegated permission grants.
// Source: learn.microsoft.com/graph/api/resources/oauth2permissiongrant and its method pages.
func grantRoutes() []route {
	all := odata.Collection{Type: directory.OAuth2PermissionGrant}
	schema := odata.NewSchema("oAuth2PermissionGrant", true, directory.Table(directory.OAuth2PermissionGrant)...)
	return []route{
		{method: http.MethodGet, template: "/oauth2PermissionGrants", serve: func(c *call) error { return c.list(all, "oauth2PermissionGrants") }},
		{method: http.MethodGet, template: "/oauth2PermissionGrants/$count", rule: "/oauth2PermissionGrants", serve: func(c *call) error { return c.count(all) }},
		{method: http.MethodPost, template: "/oauth2PermissionGrants", serve: createGrant},
		{method: http.MethodGet, template: "/oauth2PermissionGrants/{id}", serve: getGrant},
		{method: http.MethodPatch, template: "/oauth2PermissionGrants/{id}", serve: updateGrant},
		{method: http.MethodDelete, template: "/oauth2PermissionGrants/{id}", serve: deleteGrant},
		{method: http.MethodGet, template: "/users/{id}/oauth2PermissionGrants", serve: func(c *call) error {
			return listGrants(c, schema, directory.User, "principalId")
		}},
		{method: http.MethodGet, template: "/servicePrincipals/{id}/oauth2PermissionGrants", serve: func(c *call) error {
			return listGrants(c, schema, directory.ServicePrincipal, "clientId")
		}},
	}
}

// listGrants lists the grants that name an object: those for a user, or those to a client.
func listGrants(c *call, schema *odata.Schema, of directory.Type, by string) error {
	o, err := c.find(of, c.vars["id"])
	if err != nil {
		return err
	}
	return c.listOver(odata.Collection{Schema: schema}, "oauth2PermissionGrants", func(yield func(odata.Record) bool) {
		for grant := range c.view.Seek(directory.OAuth2PermissionGrant, by, o.ID()) {
			if !yield(grant) {
				return
			}
		}
	})
}

// grantTimes are members of the beta version that the service takes and ignores.
// Source: learn.microsoft.com/graph/api/oauth2permissiongrant-post (beta), expiryTime.
func (c *call) grantTimes() []string {
	if c.address.version == "beta" {
		return []string{"expiryTime", "startTime"}
	}
	return nil
}

// createGrant grants delegated permissions; those granted already are a conflict.
func createGrant(c *call) error {
	body, err := c.content(directory.OAuth2PermissionGrant, nil, c.grantTimes()...)
	if err != nil {
		return err
	}
	if slices.Contains(c.grantTimes(), "expiryTime") && len(body.aside["expiryTime"]) == 0 {
		return &directory.Error{
			Code: directory.CodeBadRequest, Target: "expiryTime", Detail: directory.DetailMissingValue,
			Message: "A value is required for property 'expiryTime' of resource 'OAuth2PermissionGrant'.",
		}
	}
	o, err := c.t.dir.Create(directory.OAuth2PermissionGrant, body.properties)
	if err != nil {
		return err
	}
	return c.created(o, "oauth2PermissionGrants")
}

// grant finds the grant of the path; ids of grants tell upper case from lower.
func (c *call) grant(view *directory.Snapshot) (*directory.Object, error) {
	o, ok := view.Object(c.vars["id"])
	if !ok || o.Type() != directory.OAuth2PermissionGrant {
		return nil, missing(c.vars["id"])
	}
	return o, nil
}

func getGrant(c *call) error {
	o, err := c.grant(c.view)
	if err != nil {
		return err
	}
	return c.entity(o, "oauth2PermissionGrants")
}

// updateGrant changes the scope, the one member that can change.
func updateGrant(c *call) error {
	before, err := c.grant(c.snapshot())
	if err != nil {
		return err
	}
	body, err := c.content(directory.OAuth2PermissionGrant, before, c.grantTimes()...)
	if err != nil {
		return err
	}
	if err := c.change(before, body.properties); err != nil {
		return err
	}
	return c.noContent()
}

func deleteGrant(c *call) error {
	o, err := c.grant(c.snapshot())
	if err != nil {
		return err
	}
	if err := c.t.dir.Delete(o.ID()); err != nil {
		return err
	}
	return c.noContent()
}
