package wire

import (
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

// roleType is the type of every role; a mapping cannot change it (github.com/MicrosoftDocs/entra-docs/issues/391).
const roleType = "WindowsAzureActiveDirectoryRole"

func (c *Composer) placeRoles(body *object, path string, roles mapping.Roles) {
	if roles.Format == mapping.SingleRole {
		if len(roles.Roles) > 0 {
			c.place(body, Attribute{path, roles.Roles[0].Text()})
		}
		return
	}
	if len(roles.Roles) == 0 && !c.options.EmptyRolesOnCreate {
		return
	}
	body.set("roles", c.roleElements(roles, "displayName"))
}

// roleElements are whole roles, as the POST of both complex formats and the PATCH of the assertive one write them.
func (c *Composer) roleElements(roles mapping.Roles, displayName string) []any {
	if c.options.RoleDisplayName != "" {
		displayName = c.options.RoleDisplayName
	}
	elements := make([]any, len(roles.Roles))
	for i, r := range roles.Roles {
		e := (&object{}).set("primary", false).set("type", roleType)
		if r.DisplayName != "" {
			e.set(displayName, r.DisplayName)
		}
		elements[i] = e.set("value", r.Text())
	}
	return elements
}

// roleStep writes the roles of a user. By default as documented: for a single role and for complex roles JSON text inside the
// value, only ever added; for assertive ones the whole array, with the operation in lower case. With the flag a PATCH has
// the elements of a POST; what is added is still only added.
// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes, "Provisioning a role to a
// SCIM app", which names the flag for having POST and PATCH alike.
func (c *Composer) roleStep(s step, roles mapping.Roles) step {
	if roles.Format == mapping.AssertiveRoles {
		return step{act: replaces, path: "roles", value: c.roleElements(roles, "display"), alone: true, lower: true}
	}
	if c.options.Dialect == Default {
		values := make([]any, len(roles.Roles))
		for i, r := range roles.Roles {
			inner := (&object{}).set("id", r.ID).set("value", r.Value).set("displayName", r.DisplayName)
			values[i] = (&object{}).set("value", string(encode(inner)))
		}
		return step{act: adds, path: "roles", value: values, alone: true}
	}
	if roles.Format != mapping.SingleRole {
		return step{act: adds, path: "roles", value: c.roleElements(roles, "displayName"), alone: true}
	}
	text := ""
	if len(roles.Roles) > 0 {
		text = roles.Roles[0].Text()
	}
	if c.options.SingleRoleByPath {
		s.value = text
		return s
	}
	element := (&object{}).set("primary", true).set("type", roleType).set("value", text)
	return step{act: adds, path: "roles", value: []any{element}, alone: true}
}
