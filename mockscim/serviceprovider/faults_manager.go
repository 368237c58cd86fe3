package serviceprovider

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// managerFaults break the reference from a user to her manager.
func managerFaults() []Fault {
	return []Fault{
		{
			Name:     "manager-string-refused",
			Summary:  "a manager given as a bare id instead of an object is 400",
			SeenIn:   "Captain-P-Goldfish/SCIM-SDK#686",
			CaughtBy: "endpoint.sync.manager-set",
			hooks: bends(hooks{operations: refusingOps("User", func(o operation) bool {
				value, ok := o.Value.(string)
				return o.names("manager") && ok && value != ""
			}, scim.InvalidValue, "manager must be an object")}),
		},
		{
			Name:     "manager-returned-as-string",
			Summary:  "the manager is returned as a bare id instead of an object",
			SeenIn:   "Budibase/budibase#15369",
			CaughtBy: "endpoint.sync.manager-shape",
			hooks: bends(hooks{rendering: onShow("User", func(r scim.Resource) {
				if extension, ok := r[scim.EnterpriseURN].(map[string]any); ok && managerOf(r) != "" {
					extension["manager"] = managerOf(r)
				}
			})}),
		},
		{
			Name:     "manager-change-ignored",
			Summary:  "a user who has a manager keeps him when another is set",
			CaughtBy: "endpoint.sync.manager-change",
			hooks: bends(hooks{operations: ignoring("User", func(o operation) bool {
				return o.names("manager") && managerOf(o.current) != "" && !isEmptyManager(o)
			})}),
		},
		{
			Name:     "manager-empty-kept",
			Summary:  "a manager cleared with \"\" stays as an object with an empty value",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.sync.manager-clear",
			hooks:    bends(hooks{storing: onPatched("User", isEmptyManager, keepEmptyManager)}),
		},
		{
			Name:     "manager-filter-400",
			Summary:  "a filter on the manager is 400",
			CaughtBy: "endpoint.sync.manager-filter",
			hooks: bends(hooks{filter: refuseFilter("User", func(_ *request, p scim.AttributePath) bool {
				return strings.EqualFold(p.Name, "manager")
			})}),
		},
	}
}

// isEmptyManager holds for an operation that unassigns the manager by an empty value.
func isEmptyManager(o operation) bool {
	value := o.Value
	if object, ok := value.(map[string]any); ok {
		value = object["value"]
	}
	return o.names("manager") && (value == nil || value == "")
}

func keepEmptyManager(_ operation, after scim.Resource) {
	extension, ok := after[scim.EnterpriseURN].(map[string]any)
	if !ok {
		extension = map[string]any{}
		after[scim.EnterpriseURN] = extension
	}
	extension["manager"] = map[string]any{"value": ""}
}
