package serviceprovider

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// licenceFaults break roles, which is how Entra hands out licences.
func licenceFaults() []Fault {
	return []Fault{
		{
			Name:     "roles-dropped-on-create",
			Summary:  "roles in a POST are lost",
			CaughtBy: "endpoint.licence.single-create",
			hooks:    bends(hooks{storing: onCreate("User", without("roles"))}),
		},
		{
			Name:     "roles-json-string-refused",
			Summary:  "a role whose value is JSON in a string is refused",
			SeenIn:   "Captain-P-Goldfish/SCIM-SDK#516",
			CaughtBy: "endpoint.licence.single-change",
			Dialect:  byDefault,
			hooks: bends(hooks{operations: refusingOps("User", all(isAt("roles"), func(o operation) bool {
				return slices.ContainsFunc(o.values(), func(value string) bool { return strings.HasPrefix(value, "{") })
			}), scim.InvalidValue, "not the name of a role")}),
		},
		{
			Name:     "roles-primary-add-refused",
			Summary:  "adding a role with primary true is refused while there is another such role",
			CaughtBy: "endpoint.licence.single-change",
			Dialect:  withFlag,
			hooks: bends(hooks{operations: refusingOps("User", all(isOp("add"), isAt("roles"), func(o operation) bool {
				return hasPrimaryRole(scim.Resource{"roles": o.Value}) && hasPrimaryRole(o.current)
			}), scim.InvalidValue, "there is a primary role")}),
		},
		{
			Name:     "roles-primary-string-compare",
			Summary:  "roles[primary eq \"True\"] does not find the primary role, as the text is not the boolean; another role is made",
			CaughtBy: "endpoint.licence.primary-path",
			hooks: bends(hooks{operations: rewriting("User", all(isFiltered("roles"), func(o operation) bool { return o.finds(o.current) }),
				func(o operation) scim.Operation {
					return scim.Operation{Op: "add", Path: "roles", Value: []any{map[string]any{o.path.FilterSub: o.Value}}}
				})}),
		},
		{
			Name:     "roles-primary-created-as-string",
			Summary:  "the role that roles[primary eq \"True\"] creates has the string \"True\" for primary",
			SeenIn:   "elimity-com/scim",
			CaughtBy: "endpoint.licence.primary-path-absent",
			hooks: bends(hooks{storing: onPatched("User", all(isFiltered("roles"), isWithoutTarget), func(o operation, after scim.Resource) {
				for _, role := range o.selected(after) {
					role["primary"] = "True"
				}
			})}),
		},
		{
			Name:     "roles-display-name-refused",
			Summary:  "a role with the member displayName, which Entra sends, is refused",
			CaughtBy: "endpoint.licence.complex-create",
			hooks: bends(hooks{incoming: refusing("User", anyRole(func(role map[string]any) bool {
				_, ok := role["displayName"]
				return ok
			}), "unknown attribute roles.displayName")}),
		},
		{
			Name:     "roles-add-replaces",
			Summary:  "adding roles drops those that were there",
			CaughtBy: "endpoint.licence.complex-add",
			hooks:    bends(hooks{operations: rewriting("User", all(isOp("add"), isAt("roles")), withOp("replace"))}),
		},
		{
			Name:     "roles-replace-appends",
			Summary:  "replacing roles keeps those that were there",
			CaughtBy: "endpoint.licence.assertive-replace",
			hooks:    bends(hooks{operations: rewriting("User", all(isOp("replace"), isAt("roles")), withOp("add"))}),
		},
		{
			Name:     "roles-value-lowercased",
			Summary:  "the values of roles are stored in lower case",
			CaughtBy: "endpoint.licence.role-values",
			hooks: bends(hooks{storing: onStore("User", func(_ *request, _, after scim.Resource) {
				for _, role := range elements(after, "roles") {
					if value, ok := role["value"].(string); ok {
						role["value"] = strings.ToLower(value)
					}
				}
			})}),
		},
		{
			Name:     "roles-primary-string-refused",
			Summary:  "a POST with the string \"True\" for primary of a role is refused",
			CaughtBy: "endpoint.licence.primary-string",
			hooks: bends(hooks{incoming: refusing("User", anyRole(func(role map[string]any) bool {
				_, text := role["primary"].(string)
				return text
			}), "roles.primary must be a boolean")}),
		},
		{
			Name:     "roles-shared-between-users",
			Summary:  "a change of roles changes the roles of everybody who had one of them",
			CaughtBy: "endpoint.licence.neighbour-kept",
			hooks:    bends(hooks{stored: shareRoles}),
		},
	}
}

func anyRole(test func(role map[string]any) bool) func(scim.Resource) bool {
	return func(r scim.Resource) bool { return slices.ContainsFunc(elements(r, "roles"), test) }
}

func hasPrimaryRole(r scim.Resource) bool {
	return anyRole(func(role map[string]any) bool { return role["primary"] == true })(r)
}

func shareRoles(q *request, t *tx) {
	if !q.on("User", verbPatch) || q.before == q.after ||
		!slices.ContainsFunc(q.ops, func(op scim.Operation) bool { return readOperation(nil, op).names("roles") }) {
		return
	}
	had := map[any]bool{}
	for _, role := range elements(q.before.resource(), "roles") {
		had[role["value"]] = true
	}
	for _, r := range slices.Collect(t.all(q.kind)) {
		if r.id != q.after.id && anyRole(func(role map[string]any) bool { return had[role["value"]] })(r.resource()) {
			q.endpoint.amend(t, q.kind, r, func(other scim.Resource) { other["roles"] = q.after.resource().Clone()["roles"] })
		}
	}
}
