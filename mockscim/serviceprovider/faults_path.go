package serviceprovider

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// pathFaults break what the path of a PATCH operation reaches.
func pathFaults() []Fault {
	return []Fault{
		{
			Name:     "patch-path-case-sensitive",
			Summary:  "a path must spell attribute names as the schema does",
			SeenIn:   "simpleidserver/SimpleIdServer#515",
			CaughtBy: "endpoint.sync.path-case",
			hooks: bends(hooks{operations: func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
				return refusingOps("User", func(o operation) bool { return misspelt(q.kind, o.path.AttributePath) },
					scim.InvalidPath, "unknown attribute in path")(q, current, ops)
			}}),
		},
		{
			Name:     "sub-attribute-replaces-parent",
			Summary:  "replace of name.givenName drops the other parts of the name",
			CaughtBy: "endpoint.sync.name-part",
			hooks: bends(hooks{storing: onStore("User", func(q *request, before, after scim.Resource) {
				for _, op := range q.written { // with a path, whatever stands in operations without one
					if o := readOperation(before, op); o.does("replace") && o.names("name") && o.path.Sub != "" {
						after["name"] = map[string]any{o.path.Sub: o.Value}
					}
				}
			}, verbPatch)}),
		},
		{
			Name:     "value-path-replaces-array",
			Summary:  "replace of emails[type eq \"work\"].value drops the other e-mail addresses",
			CaughtBy: "endpoint.sync.email-typed",
			hooks: bends(hooks{storing: onPatched("User", all(isOp("replace"), isFiltered("emails")),
				func(o operation, after scim.Resource) {
					var left []any
					for _, element := range o.selected(after) {
						left = append(left, element)
					}
					after["emails"] = left
				})}),
		},
		{
			Name:     "value-path-add-no-target",
			Summary:  "add of emails[type eq \"home\"].value is 400 noTarget when there is no such e-mail address",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.sync.email-absent-add",
			hooks: bends(hooks{operations: refusingOps("User", all(isOp("add"), isFiltered("emails"), isWithoutTarget),
				scim.NoTarget, "no element matches the path")}),
		},
		{
			Name:     "value-path-replace-no-target",
			Summary:  "replace of phoneNumbers[type eq \"mobile\"].value is 400 noTarget when there is no such number",
			SeenIn:   "Captain-P-Goldfish/SCIM-SDK#416",
			CaughtBy: "endpoint.sync.phone-absent-replace",
			hooks: bends(hooks{operations: refusingOps("User", all(isOp("replace"), isFiltered("phoneNumbers"), isWithoutTarget),
				scim.NoTarget, "no element matches the path")}),
		},
		{
			Name:     "value-path-creates-untyped",
			Summary:  "an e-mail address or phone number a path creates lacks the type the path asks for",
			CaughtBy: "endpoint.sync.element-type",
			hooks: bends(hooks{storing: onPatched("User", func(o operation) bool {
				return (isFiltered("emails")(o) || isFiltered("phoneNumbers")(o)) && isWithoutTarget(o)
			}, func(o operation, after scim.Resource) {
				for _, element := range o.selected(after) {
					delete(element, "type")
				}
			})}),
		},
		{
			Name:     "address-part-replaces-address",
			Summary:  "a change of one part of an address drops its other parts",
			CaughtBy: "endpoint.sync.address-part",
			hooks: bends(hooks{storing: onPatched("User", func(o operation) bool {
				return isFiltered("addresses")(o) && o.path.FilterSub != "" && o.finds(o.current)
			}, func(o operation, after scim.Resource) {
				for _, address := range o.selected(after) {
					for part := range address {
						if part != "type" && part != "primary" && !strings.EqualFold(part, o.path.FilterSub) {
							delete(address, part)
						}
					}
				}
			})}),
		},
		{
			Name:     "urn-path-ignored",
			Summary:  "operations whose path begins with the enterprise URN succeed and change nothing",
			CaughtBy: "endpoint.sync.enterprise",
			hooks:    bends(hooks{operations: ignoring("User", isEnterprise)}),
		},
		{
			Name:     "enterprise-replaced-whole",
			Summary:  "a change of one enterprise attribute drops the others",
			CaughtBy: "endpoint.sync.enterprise-kept",
			hooks: bends(hooks{storing: onPatched("User", isEnterprise, func(o operation, after scim.Resource) {
				after[scim.EnterpriseURN] = map[string]any{o.path.Name: o.Value}
			})}),
		},
	}
}

func isFiltered(attr string) operationTest {
	return func(o operation) bool { return o.names(attr) && o.path.Filter != nil }
}

func isWithoutTarget(o operation) bool { return !o.finds(o.current) }

// isEnterprise holds for single enterprise attributes other than the manager.
func isEnterprise(o operation) bool {
	return strings.EqualFold(o.path.URN, scim.EnterpriseURN) && !o.names("manager")
}
