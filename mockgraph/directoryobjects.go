package mockgraph

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// directoryObjectRoutes are the routes of /directoryObjects, and the membership functions of users, groups and service principals.
// Source: learn.microsoft.com/graph/api/resources/directoryobject.
func directoryObjectRoutes() []route {
	rows := []route{
		{method: http.MethodGet, template: "/directoryObjects/{id}", serve: getDirectoryObject},
		{method: http.MethodDelete, template: "/directoryObjects/{id}", free: true, serve: deleteDirectoryObject},
		{method: http.MethodPost, template: "/directoryObjects/getByIds", serve: getByIDs},
		{method: http.MethodPost, template: "/directoryObjects/validateProperties", emulated: "the tenant has no naming policy", serve: validateProperties},
		{method: http.MethodPost, template: "/groups/{id}/validateProperties", emulated: "the tenant has no naming policy", serve: validateProperties},
		{method: http.MethodPost, template: "/directoryObjects/getAvailableExtensionProperties", serve: availableExtensions},
	}
	return append(rows, membershipRoutes()...)
}

// setOf are the entity sets of the types that are directory objects.
// Source: the entity types derived from directoryObject, learn.microsoft.com/graph/api/resources/directoryobject.
var setOf = map[directory.Type]string{
	directory.User: "users", directory.Group: "groups", directory.ServicePrincipal: "servicePrincipals", directory.Application: "applications",
	directory.DirectoryRole: "directoryRoles", directory.AdministrativeUnit: unitSet, directory.Organization: "organization",
}

// anyObject returns a directory object of any type by its id.
func anyObject(s *directory.Snapshot, key string) (*directory.Object, error) {
	if !isGUID(key) {
		return nil, badIdentifier(key)
	}
	o, ok := s.Object(strings.ToLower(key))
	if !ok || setOf[o.Type()] == "" {
		return nil, missing(key)
	}
	return o, nil
}

func badIdentifier(key string) error {
	return badRequest(key, "Invalid object identifier '"+key+"'.")
}

func getDirectoryObject(c *call) error {
	o, err := anyObject(c.view, c.vars["id"])
	if err != nil {
		return err
	}
	return c.entity(o, "")
}

func deleteDirectoryObject(c *call) error {
	o, err := anyObject(c.snapshot(), c.vars["id"])
	if err != nil {
		return err
	}
	return c.deleteObject(o)
}

// deleteObject deletes an object that the path did not name by its type, when the caller may delete that type.
func (c *call) deleteObject(o *directory.Object) error {
	switch o.Type() {
	case directory.DirectoryRole, directory.Organization: // nobody may
		return insufficient(o.ID())
	default:
		if err := c.may(http.MethodDelete, "/"+setOf[o.Type()]+"/{id}", o.ID()); err != nil {
			return err
		}
	}
	switch o.Type() {
	case directory.Group:
		if err := c.judgeRoleGroup(o); err != nil {
			return err
		}
	case directory.User:
		if err := c.mayTouch(o, permission.DeleteOrRestore); err != nil {
			return err
		}
	default: // no more rules
	}
	if err := c.t.dir.Delete(o.ID()); err != nil {
		return err
	}
	return c.noContent()
}

// may checks the permission of another route than the one that is served, for an object.
func (c *call) may(method, template, id string) error {
	other := *c
	other.template, other.vars = template, map[string]string{"id": id}
	err := c.t.authorize(&other, route{method: method, template: template})
	c.used, c.with, c.anyOf, c.noted = other.used, other.with, other.anyOf, other.noted // which decided, and is what is recorded of the call
	return err
}

// maxIDs is how many objects getByIds takes.
// Source: learn.microsoft.com/graph/api/directoryobject-getbyids.
const maxIDs = 1000

// getByIDs answers with the objects of some ids and types; ids nobody has are left out.
func getByIDs(c *call) error {
	var body struct {
		IDs   []string `json:"ids"`
		Types []string `json:"types"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	if err := checkIDs("ids", body.IDs, maxIDs); err != nil {
		return err
	}
	wanted, err := typesNamed(body.Types)
	if err != nil {
		return err
	}
	q, err := c.parse(odata.Collection{Single: true}, c.query)
	if err != nil {
		return err
	}
	page, seen := &odata.Page{}, map[string]bool{}
	for _, id := range body.IDs {
		o, ok := c.view.Object(strings.ToLower(id))
		if ok && !seen[o.ID()] && setOf[o.Type()] != "" && (len(wanted) == 0 || wanted[o.Type()]) {
			seen[o.ID()] = true
			page.Items = append(page.Items, o)
		}
	}
	return c.page(q, page, "directoryObjects")
}

// typesNamed reads names of types; nil stands for all.
func typesNamed(names []string) (map[directory.Type]bool, error) {
	var all map[directory.Type]bool
	for _, name := range names {
		short := directory.Type(strings.TrimPrefix(name, "microsoft.graph."))
		switch {
		case short == "directoryObject":
			return nil, nil //nolint:nilnil // nil is every type
		case setOf[short] == "" && !slices.Contains(otherTypes, short):
			return nil, badValue("types")
		case all == nil:
			all = map[directory.Type]bool{}
		}
		all[short] = true
	}
	return all, nil
}

// otherTypes are the types of directory objects this tenant has none of.
var otherTypes = []directory.Type{"device", "orgContact", "contract", "directoryRoleTemplate", "directoryObjectPartnerReference", "endpoint", "resourceSpecificPermissionGrant"}

// checkIDs refuses a missing list of ids, one that is too long, and what is no id.
func checkIDs(name string, ids []string, limit int) error {
	switch {
	case len(ids) == 0:
		return badValue(name)
	case len(ids) > limit:
		return refuse(http.StatusBadRequest, directory.CodeBadRequest, "The number of values of parameter '%s' exceeds the limit of %d.", name, limit)
	}
	for _, id := range ids {
		if !isGUID(id) {
			return badIdentifier(id)
		}
	}
	return nil
}

// availableExtensions answers with the directory extensions that applications of the tenant define, or with those that come from an
// on-premises directory, of which there are none.
// Source: learn.microsoft.com/graph/api/directoryobject-getavailableextensionproperties.
func availableExtensions(c *call) error {
	var body struct {
		Synced bool `json:"isSyncedFromOnPremises"`
	}
	if err := c.decode(&body, true); err != nil {
		return err
	}
	all := []directory.ExtensionProperty{}
	for _, p := range c.view.AvailableExtensionProperties() {
		if p.IsSyncedFromOnPremises == body.Synced {
			all = append(all, p)
		}
	}
	return c.value("Collection(extensionProperty)", all)
}
