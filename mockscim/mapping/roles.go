package mapping

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Role is an application role a user holds.
type Role struct {
	ID, Value, DisplayName string
}

// RoleFormat is the way an application's roles reach the target; each is one function of the expression language. None of
// them is meant for the scope "sync all users and groups".
// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes, "Provisioning a role to a
// SCIM app".
type RoleFormat string

// The role formats.
const (
	SingleRole     RoleFormat = "SingleAppRoleAssignment"            // one role; which one is not guaranteed, here the first
	ComplexRoles   RoleFormat = "AppRoleAssignmentsComplex"          // all roles, only ever added
	AssertiveRoles RoleFormat = "AssertiveAppRoleAssignmentsComplex" // all roles, and no others remain
)

// RoleFormats returns all role formats.
func RoleFormats() []RoleFormat { return []RoleFormat{SingleRole, ComplexRoles, AssertiveRoles} }

// Target is the target attribute a role format is mapped to: the first element for a single role, else the whole list.
func (f RoleFormat) Target() string {
	if f == SingleRole {
		return `roles[primary eq "True"].value`
	}
	return "roles"
}

// Roles is the value of a role function: the roles and the format they go out in.
type Roles struct {
	Format RoleFormat
	Roles  []Role
}

// String is the text of a single role when another function asks for it: its value, or its display name when it has no
// value. Several roles have no text; String joins them with a comma for messages.
func (r Roles) String() string {
	texts := make([]string, len(r.Roles))
	for i, role := range r.Roles {
		texts[i] = role.Text()
	}
	return strings.Join(texts, ",")
}

// Text is the role's value, or its display name when it has no value.
func (r Role) Text() string {
	if r.Value != "" {
		return r.Value
	}
	return r.DisplayName
}

// WithRoles returns a copy of a user mapping in which the roles flow in the format given. A row that already targets the
// roles is replaced.
func WithRoles(m synchronization.ObjectMapping, f RoleFormat) synchronization.ObjectMapping {
	row := synchronization.AttributeMapping{
		TargetAttributeName: f.Target(),
		FlowType:            synchronization.FlowTypeAlways,
		FlowBehavior:        synchronization.FlowWhenChanged,
		Source:              source(string(f) + "([appRoleAssignments])"),
	}
	rows := slices.DeleteFunc(slices.Clone(m.AttributeMappings), func(old synchronization.AttributeMapping) bool {
		return targetsRoles(old.TargetAttributeName)
	})
	rows = append(rows, row)
	m.AttributeMappings = rows
	return m
}

func targetsRoles(target string) bool {
	name, _, _ := strings.Cut(target, "[")
	return strings.EqualFold(name, "roles")
}
