package mockgraph

import (
	"net/http"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// ownerRoutes change the owners of an application or a service principal, which may be left without any.
// Source: learn.microsoft.com/graph/api/application-post-owners.
func ownerRoutes(under string, of directory.Type) []route {
	return []route{
		{method: http.MethodGet, template: under + "/owners/$ref", rule: under + "/owners", serve: func(c *call) error { return listAppOwnerReferences(c, of) }},
		{method: http.MethodPost, template: under + "/owners/$ref", rule: under + "/owners", serve: func(c *call) error { return addAppOwner(c, of) }},
		{method: http.MethodGet, template: under + "/owners/{owner}/$ref", rule: under + "/owners", serve: getReference(of, "owners", "owner")},
		{method: http.MethodDelete, template: under + "/owners/{owner}/$ref", serve: func(c *call) error { return removeAppOwner(c, of) }},
	}
}

func listAppOwnerReferences(c *call, of directory.Type) error {
	o, err := c.find(of, c.vars["id"])
	if err != nil {
		return err
	}
	references := []map[string]string{}
	for id := range c.view.Owners(o.ID()) {
		if owner, live := c.view.Object(id); live {
			references = append(references, map[string]string{"@odata.id": c.t.location(c.origin, owner)})
		}
	}
	return c.value("Collection($ref)", references)
}

func addAppOwner(c *call, of directory.Type) error {
	o, err := c.fresh(of, c.vars["id"])
	if err != nil {
		return err
	}
	owner, err := c.reference("owners")
	if err != nil {
		return err
	}
	if err := c.t.dir.AddOwner(o.ID(), owner); err != nil {
		return err
	}
	return c.noContent()
}

func removeAppOwner(c *call, of directory.Type) error {
	o, err := c.fresh(of, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.t.dir.RemoveOwner(o.ID(), c.vars["owner"]); err != nil {
		return err
	}
	return c.noContent()
}
