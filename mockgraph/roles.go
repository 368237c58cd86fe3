package mockgraph

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// roleRoutes are the routes of directory roles, old style and new: an activated role with its members, and role management with
// definitions and assignments. Both show the same memberships.
// Source: learn.microsoft.com/graph/api/resources/directoryrole, …/unifiedroledefinition, …/unifiedroleassignment.
func roleRoutes() []route {
	rows := []route{
		{method: http.MethodGet, template: "/directoryRoles", serve: func(c *call) error {
			return c.list(odata.Collection{Type: directory.DirectoryRole, Unpaged: true}, "directoryRoles")
		}},
		{method: http.MethodPost, template: "/directoryRoles", serve: activateRole},
		{method: http.MethodGet, template: "/directoryRoles/{id}", serve: getDirectoryRole},
		{method: http.MethodPost, template: "/directoryRoles/{id}/members/$ref", serve: addRoleMember},
		{method: http.MethodGet, template: "/directoryRoles/{id}/members/{member}/$ref", rule: "/directoryRoles/{id}/members", serve: getReference(directory.DirectoryRole, "members", "member")},
		{method: http.MethodDelete, template: "/directoryRoles/{id}/members/{member}/$ref", serve: removeRoleMember},
		{method: http.MethodGet, template: "/directoryRoles/{id}/scopedMembers"},
		{method: http.MethodGet, template: "/directoryRoleTemplates", serve: listRoleTemplates},
		{method: http.MethodGet, template: "/directoryRoleTemplates/{id}", serve: getRoleTemplate},
	}
	rows = append(rows, navigationRoutes("/directoryRoles/{id}", directory.DirectoryRole, "members")...)
	rows = append(rows, roleDefinitionRoutes()...)
	return append(rows, roleAssignmentRoutes()...)
}

func activateRole(c *call) error {
	body := struct {
		RoleTemplateID string `json:"roleTemplateId"`
	}{}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	if body.RoleTemplateID == "" {
		return &directory.Error{
			Code: directory.CodeBadRequest, Target: "roleTemplateId", Detail: directory.DetailMissingValue,
			Message: "A value is required for property 'roleTemplateId' of resource 'DirectoryRole'.",
		}
	}
	role, err := c.t.dir.ActivateRole(body.RoleTemplateID)
	if err != nil {
		return err
	}
	return c.created(role, "directoryRoles")
}

func getDirectoryRole(c *call) error {
	o, err := c.find(directory.DirectoryRole, c.vars["id"])
	if err != nil {
		return err
	}
	return c.entity(o, "directoryRoles")
}

// addRoleMember words a membership that stands as lists of references do.
func addRoleMember(c *call) error {
	role, err := c.fresh(directory.DirectoryRole, c.vars["id"])
	if err != nil {
		return err
	}
	member, err := c.reference("members")
	if err != nil {
		return err
	}
	err = c.t.dir.AssignRole(member, role.ID())
	var refused *directory.Error
	if errors.As(err, &refused) && c.snapshot().HasMember(role.ID(), member) {
		return &directory.Error{
			Code: directory.CodeBadRequest, Target: "members",
			Message: "One or more added object references already exist for the following modified properties: 'members'.",
		}
	}
	if err != nil {
		return err
	}
	return c.noContent()
}

func removeRoleMember(c *call) error {
	role, err := c.fresh(directory.DirectoryRole, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.t.dir.UnassignRole(strings.ToLower(c.vars["member"]), role.ID()); err != nil {
		return err
	}
	return c.noContent()
}

// roleTemplate is a role that can be activated.
type roleTemplate struct{ directory.RoleTemplate }

// ID returns the id.
func (r roleTemplate) ID() string { return r.RoleTemplate.ID }

// Property returns a member by Graph's name.
func (r roleTemplate) Property(name string) any {
	switch name {
	case "displayName":
		return r.DisplayName
	case "description":
		return r.Description
	}
	return nil
}

var roleTemplateSchema = sync.OnceValue(func() *odata.Schema {
	return odata.NewSchema("directoryRoleTemplate", false,
		directory.Property{Name: "id", DefaultSelect: true},
		directory.Property{Name: "deletedDateTime", Kind: directory.DateTime, DefaultSelect: true},
		directory.Property{Name: "description", DefaultSelect: true},
		directory.Property{Name: "displayName", DefaultSelect: true},
	)
})

func roleTemplates() []odata.Record {
	all := directory.RoleTemplates()
	records := make([]odata.Record, 0, len(all))
	for _, each := range all {
		records = append(records, roleTemplate{each})
	}
	return records
}

func listRoleTemplates(c *call) error {
	return c.listOver(odata.Collection{Schema: roleTemplateSchema(), Unpaged: true}, "directoryRoleTemplates", slices.Values(roleTemplates()))
}

func getRoleTemplate(c *call) error {
	return c.entityAmong(odata.Collection{Schema: roleTemplateSchema()}, "directoryRoleTemplates", strings.ToLower(c.vars["id"]), slices.Values(roleTemplates()))
}
