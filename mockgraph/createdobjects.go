package mockgraph

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// createdObjectRoutes list what a user or a service principal made.
// Source: learn.microsoft.com/graph/api/user-list-createdobjects, serviceprincipal-list-createdobjects.
func createdObjectRoutes() []route {
	return []route{
		{method: http.MethodGet, template: "/users/{id}/createdObjects", rule: "/users/{id}/ownedObjects", serve: listCreatedByUser},
		{method: http.MethodGet, template: "/servicePrincipals/{id}/createdObjects", serve: listCreatedByPrincipal},
	}
}

// listCreatedByUser lists the live objects a user made through Graph, as the audit log remembers; nothing for a user who has a role of
// administrators, as documented.
func listCreatedByUser(c *call) error {
	user, err := c.find(directory.User, c.vars["id"])
	if err != nil {
		return err
	}
	return c.listOver(odata.Collection{}, "directoryObjects", func(yield func(odata.Record) bool) {
		if len(rolesOf(c.view, user.ID())) > 0 {
			return
		}
		seen := map[string]bool{}
		for _, entry := range c.t.dir.Audits() {
			if by := entry.InitiatedBy.User; by == nil || by.ID != user.ID() || entry.Result != "success" || !strings.HasPrefix(entry.ActivityDisplayName, "Add ") || entry.OperationType != "Add" {
				continue
			}
			for _, target := range entry.TargetResources {
				o, live := c.view.Object(target.ID)
				if live && setOf[o.Type()] != "" && !seen[o.ID()] && !yield(o) {
					return
				}
				seen[target.ID] = true
			}
		}
	})
}

// listCreatedByPrincipal lists the applications a service principal registered; the tenant remembers no other creators.
func listCreatedByPrincipal(c *call) error {
	o, err := c.find(directory.ServicePrincipal, c.vars["id"])
	if err != nil {
		return err
	}
	return c.listOver(odata.Collection{}, "directoryObjects", func(yield func(odata.Record) bool) {
		for app := range c.view.Objects(directory.Application) {
			if app.String("createdByAppId") == o.String("appId") && !yield(app) {
				return
			}
		}
	})
}
