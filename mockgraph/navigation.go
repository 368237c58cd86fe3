package mockgraph

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// navigationRoutes are the rows that list relations of an object: GET under, its $count, and both behind a type cast such as
// microsoft.graph.group.
func navigationRoutes(under string, of directory.Type, names ...string) []route {
	var rows []route
	for _, name := range names {
		list := func(c *call) error { return c.navigation(of, name, false) }
		count := func(c *call) error { return c.navigation(of, name, true) }
		rows = append(rows,
			route{method: http.MethodGet, template: under + "/" + name, serve: list},
			route{method: http.MethodGet, template: under + "/" + name + "/$count", serve: count},
			route{method: http.MethodGet, template: under + "/" + name + "/{cast}", serve: list},
			route{method: http.MethodGet, template: under + "/" + name + "/{cast}/$count", serve: count},
		)
	}
	return rows
}

func (c *call) navigation(of directory.Type, name string, count bool) error {
	from, err := c.find(of, c.vars["id"])
	if err != nil {
		return err
	}
	collection := odata.Collection{Navigation: name, From: from.ID()}
	set := "directoryObjects"
	if cast := c.vars["cast"]; cast != "" {
		entity, known := castTypes[strings.ToLower(cast)]
		if !known {
			return notBuilt("The type cast " + cast)
		}
		collection.Type, collection.Cast, set = entity.of, true, entity.set
	}
	if count {
		return c.count(collection)
	}
	return c.list(collection, set)
}

// castTypes are the types a path may cast to, with the entity set the context names.
var castTypes = map[string]struct {
	of  directory.Type
	set string
}{
	"microsoft.graph.user":               {directory.User, "users"},
	"microsoft.graph.group":              {directory.Group, "groups"},
	"microsoft.graph.serviceprincipal":   {directory.ServicePrincipal, "servicePrincipals"},
	"microsoft.graph.application":        {directory.Application, "applications"},
	"microsoft.graph.directoryrole":      {directory.DirectoryRole, "directoryRoles"},
	"microsoft.graph.administrativeunit": {directory.AdministrativeUnit, "administrativeUnits"},
}
