package mockgraph

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

const unitSet = "directory/administrativeUnits"

// administrativeUnitRoutes are the routes of /directory/administrativeUnits.
// Source: learn.microsoft.com/graph/api/resources/administrativeunit.
func administrativeUnitRoutes() []route {
	rows := unitRoutes()
	for _, row := range rows { // the place they had before, which beta still knows
		row.rule, row.template, row.betaOnly = cmp.Or(row.rule, row.template), strings.TrimPrefix(row.template, "/directory"), true
		rows = append(rows, row)
	}
	return rows
}

func unitRoutes() []route {
	const all, one = "/" + unitSet, "/" + unitSet + "/{id}"
	of := odata.Collection{Type: directory.AdministrativeUnit}
	members := navigationRoutes(one, directory.AdministrativeUnit, "members")
	for i := range members {
		members[i].serve = unhidden(directory.AdministrativeUnit, members[i].serve)
	}
	return append(members,
		route{method: http.MethodGet, template: all, serve: func(c *call) error { return c.list(of, unitSet) }},
		route{method: http.MethodGet, template: all + "/$count", serve: func(c *call) error { return c.count(of) }},
		route{method: http.MethodPost, template: all, serve: createUnit},
		route{method: http.MethodGet, template: one, serve: getUnit},
		route{method: http.MethodPatch, template: one, serve: updateUnit},
		route{method: http.MethodDelete, template: one, serve: deleteUnit},
		route{method: http.MethodPost, template: one + "/members", serve: createInUnit},
		route{method: http.MethodGet, template: one + "/members/$ref", serve: unhidden(directory.AdministrativeUnit, listReferences(directory.AdministrativeUnit, "members"))},
		route{method: http.MethodPost, template: one + "/members/$ref", serve: addToUnit},
		route{method: http.MethodGet, template: one + "/members/{member}", serve: unhidden(directory.AdministrativeUnit, getUnitMember)},
		route{method: http.MethodGet, template: one + "/members/{member}/$ref", rule: one + "/members/{member}",
			serve: unhidden(directory.AdministrativeUnit, getReference(directory.AdministrativeUnit, "members", "member"))},
		route{method: http.MethodDelete, template: one + "/members/{member}/$ref", serve: removeFromUnit},
	)
}

// unitContent reads the body as an administrative unit, which has no relations that could be given with it.
func (c *call) unitContent(before *directory.Object) (directory.Properties, error) {
	body, err := c.content(directory.AdministrativeUnit, before)
	for navigation := range body.binds {
		return nil, unknownProperty(directory.AdministrativeUnit, navigation)
	}
	return body.properties, err
}

func createUnit(c *call) error {
	properties, err := c.unitContent(nil)
	if err != nil {
		return err
	}
	o, err := c.t.dir.Create(directory.AdministrativeUnit, properties)
	if err != nil {
		return err
	}
	return c.created(o, unitSet)
}

func getUnit(c *call) error {
	o, err := c.find(directory.AdministrativeUnit, c.vars["id"])
	if err != nil {
		return err
	}
	return c.entity(o, unitSet)
}

func updateUnit(c *call) error {
	before, err := c.fresh(directory.AdministrativeUnit, c.vars["id"])
	if err != nil {
		return err
	}
	properties, err := c.unitContent(before)
	if err != nil {
		return err
	}
	if err := c.change(before, properties); err != nil {
		return err
	}
	return c.noContent()
}

func deleteUnit(c *call) error {
	o, err := c.fresh(directory.AdministrativeUnit, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.t.dir.Delete(o.ID()); err != nil {
		return err
	}
	return c.noContent()
}

// createInUnit makes a new group inside the unit. Other objects are created where they live and added by $ref.
// Source: learn.microsoft.com/graph/api/administrativeunit-post-members, create a new group.
func createInUnit(c *call) error {
	unit, err := c.fresh(directory.AdministrativeUnit, c.vars["id"])
	if err != nil {
		return err
	}
	members, err := c.members()
	if err != nil {
		return err
	}
	var kind string
	if raw, given := members["@odata.type"]; !given || json.Unmarshal(raw, &kind) != nil || !strings.EqualFold(strings.TrimPrefix(kind, "#"), "microsoft.graph.group") {
		return notContained(c)
	}
	o, err := c.newGroup(unit.ID())
	if err != nil {
		return err
	}
	return c.created(o, "groups")
}

func addToUnit(c *call) error {
	unit, err := c.fresh(directory.AdministrativeUnit, c.vars["id"])
	if err != nil {
		return err
	}
	// The permissions to create a group are enough for one that is made in the unit, not for adding what exists.
	// Source: learn.microsoft.com/graph/api/administrativeunit-post-members, permissions.
	if !c.holds("AdministrativeUnit.ReadWrite.All") {
		return insufficient(unit.ID())
	}
	id, err := c.reference("members")
	if err != nil {
		return err
	}
	if err := c.t.dir.AddUnitMember(unit.ID(), id); err != nil {
		return err
	}
	return c.noContent()
}

func removeFromUnit(c *call) error {
	unit, err := c.fresh(directory.AdministrativeUnit, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.t.dir.RemoveUnitMember(unit.ID(), strings.ToLower(c.vars["member"])); err != nil {
		return c.t.missingLink(err, "members")
	}
	return c.noContent()
}

func getUnitMember(c *call) error {
	unit, err := c.find(directory.AdministrativeUnit, c.vars["id"])
	if err != nil {
		return err
	}
	o, err := relatedObject(c.view, unit, "members", c.vars["member"])
	if err != nil {
		return err
	}
	return c.entity(o, "")
}
