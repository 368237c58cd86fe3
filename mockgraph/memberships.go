package mockgraph

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// The limits of the membership functions.
// Source: learn.microsoft.com/graph/api/directoryobject-getmemberobjects, …-checkmembergroups.
const (
	maxMemberships = 11_000
	maxChecked     = 20
)

// membershipRoutes are the functions that answer what somebody is a member of, for each way to name somebody. /me is a user.
// Sources: learn.microsoft.com/graph/api/directoryobject-getmembergroups, …-getmemberobjects, …-checkmembergroups,
// …-checkmemberobjects.
func membershipRoutes() []route {
	var rows []route
	for _, named := range []struct {
		set string
		of  directory.Type
	}{
		{"/users/{id}", directory.User}, {"/groups/{id}", directory.Group}, {"/servicePrincipals/{id}", directory.ServicePrincipal}, {"/directoryObjects/{id}", ""},
	} {
		set, of := named.set, named.of
		rows = append(rows,
			route{method: http.MethodPost, template: set + "/getMemberGroups", serve: getMemberships(of, true)},
			route{method: http.MethodPost, template: set + "/getMemberObjects", serve: getMemberships(of, false)},
			route{method: http.MethodPost, template: set + "/checkMemberGroups", serve: checkMemberships(of, "groupIds", true)},
			route{method: http.MethodPost, template: set + "/checkMemberObjects", serve: checkMemberships(of, "ids", false)},
		)
	}
	return rows
}

// principal returns the object of the path: of a type, or of any for "".
func (c *call) principal(of directory.Type) (*directory.Object, error) {
	if of == "" {
		return anyObject(c.view, c.vars["id"])
	}
	return c.find(of, c.vars["id"])
}

// memberships yields the ids of what an object is a member of, directly or through groups: groups alone, or directory roles and
// administrative units too.
func (c *call) memberships(of *directory.Object, groupsOnly, securityOnly bool) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for id := range c.view.TransitiveMemberOf(of.ID()) {
			o, ok := c.view.Object(id)
			if !ok || groupsOnly && o.Type() != directory.Group || securityOnly && !o.Bool("securityEnabled") {
				continue
			}
			if !yield(id) {
				return
			}
		}
	}
}

func getMemberships(of directory.Type, groupsOnly bool) handler {
	return func(c *call) error {
		var body struct {
			SecurityEnabledOnly bool `json:"securityEnabledOnly"`
		}
		if err := c.decode(&body, false); err != nil {
			return err
		}
		who, err := c.principal(of)
		if err != nil {
			return err
		}
		if groupsOnly && body.SecurityEnabledOnly && who.Type() != directory.User && who.Type() != directory.ServicePrincipal {
			return badValue("securityEnabledOnly")
		}
		ids := []string{}
		for id := range c.memberships(who, groupsOnly, body.SecurityEnabledOnly) {
			if len(ids) == maxMemberships {
				return &directory.Error{
					Code: "Directory_ResultSizeLimitExceeded", Target: who.ID(),
					Message: "The number of memberships exceeds the limit of 11000 results.",
				}
			}
			ids = append(ids, id)
		}
		return c.value("Collection(Edm.String)", ids)
	}
}

func checkMemberships(of directory.Type, parameter string, groupsOnly bool) handler {
	return func(c *call) error {
		var body struct {
			GroupIDs []string `json:"groupIds"`
			IDs      []string `json:"ids"`
		}
		if err := c.decode(&body, false); err != nil {
			return err
		}
		asked := body.IDs
		if groupsOnly {
			asked = body.GroupIDs
		}
		if err := checkIDs(parameter, asked, maxChecked); err != nil {
			return err
		}
		who, err := c.principal(of)
		if err != nil {
			return err
		}
		is := map[string]bool{}
		for id := range c.memberships(who, groupsOnly, false) {
			is[id] = true
		}
		matched := []string{}
		for _, id := range asked {
			if id = strings.ToLower(id); is[id] {
				matched = append(matched, id)
				delete(is, id) // an id asked for twice is answered once
			}
		}
		return c.value("Collection(Edm.String)", matched)
	}
}
