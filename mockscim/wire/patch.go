package wire

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// patch composes the body of a PATCH.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
func patch(operations []any) *object {
	return (&object{}).set("schemas", []any{scim.PatchOpURN}).set("Operations", operations)
}

func operation(op, path string, value any) *object {
	return (&object{}).set("op", op).set("path", path).set("value", value)
}

// operations writes one operation per change. In the default dialect names of operations are capitalised and every value is
// text, also a boolean.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
func (c *Composer) operations(changes []Change) []any {
	operations := make([]any, 0, len(changes))
	for _, change := range changes {
		op := "Add"
		if change.Present {
			op = "Replace"
		}
		switch v := change.Value.(type) {
		case mapping.Roles:
			operations = append(operations, c.patchRoles(v))
		case []string:
			if strings.Contains(change.Path, "[") { // an element of one type holds one value
				operations = append(operations, operation(op, change.Path, firstText(v)))
				continue
			}
			operations = append(operations, operation(op, change.Path, stringList(v)))
		case bool:
			operations = append(operations, operation(op, change.Path, boolText(v)))
		case string:
			if p, err := scim.ParsePath(change.Path); err == nil && fold(p.Name) == "roles" && fold(p.FilterSub) == "type" {
				v = roleType
			}
			operations = append(operations, operation(op, change.Path, v))
		}
	}
	return operations
}

func firstText(v []string) string {
	if len(v) == 0 {
		return ""
	}
	return v[0]
}

func boolText(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// patchRoles writes the three formats as documented: for a single role and for complex roles JSON text inside the value, only
// ever added; for assertive ones the whole array, with the operation in lower case.
// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes, "Provisioning a role to a
// SCIM app".
func (c *Composer) patchRoles(roles mapping.Roles) *object {
	if roles.Format == mapping.AssertiveRoles {
		return operation("replace", "roles", c.roleElements(roles, "display"))
	}
	values := make([]any, len(roles.Roles))
	for i, r := range roles.Roles {
		inner := (&object{}).set("id", r.ID).set("value", r.Value).set("displayName", r.DisplayName)
		values[i] = (&object{}).set("value", string(encode(inner)))
	}
	return operation("Add", "roles", values)
}

func (c *Composer) members(op, id string, members []string) []Request {
	var requests []Request
	for batch := range slices.Chunk(members, c.options.MembersPerPatch) {
		values := make([]any, len(batch))
		for i, m := range batch {
			value := &object{}
			if c.options.MemberRef && op == "Add" {
				value.set("$ref", nil)
			}
			values[i] = value.set("value", m)
		}
		operations := []any{operation(op, "members", values)}
		if c.options.MemberOperations {
			operations = operations[:0]
			for _, v := range values {
				operations = append(operations, operation(op, "members", []any{v}))
			}
		}
		requests = append(requests, withBody(http.MethodPatch, resource(groups, id), patch(operations)))
	}
	return requests
}
