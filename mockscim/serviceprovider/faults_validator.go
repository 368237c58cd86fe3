package serviceprovider

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// validatorFaults break what Microsoft's SCIM validator sends and Entra itself does not.
// Source: learn.microsoft.com/entra/identity/app-provisioning/scim-validator-tutorial, and a saved result of it.
func validatorFaults() []Fault {
	const validator = "endpoint.validator."
	return []Fault{
		{
			Name: "manager-object-refused", Summary: "a manager given as an object with value is 400: only the bare id is known",
			CaughtBy: validator + "patch-user-add-manager",
			hooks: bends(hooks{operations: refusingOps("User", func(o operation) bool {
				_, object := o.Value.(map[string]any)
				return o.names("manager") && object && !isEmptyManager(o)
			}, scim.InvalidValue, "manager must be a string")}),
		},
		{
			Name: "manager-empty-object-ignored", Summary: "an object with an empty value leaves the manager as he is",
			CaughtBy: validator + "patch-user-remove-manager",
			hooks: bends(hooks{operations: ignoring("User", func(o operation) bool {
				_, object := o.Value.(map[string]any)
				return object && isEmptyManager(o)
			})}),
		},
		{
			Name: "excluded-attributes-ignored-in-lists", Summary: "lists of groups carry members although excludedAttributes names them",
			CaughtBy: "endpoint.group.excluded-members",
			hooks: bends(hooks{before: func(q *request) *answer {
				if q.on("Group", verbList) {
					q.query.Del("excludedAttributes")
				}
				return nil
			}}),
		},
		{
			Name: "group-list-total-missing-one", Summary: "totalResults of a filter on groups without excludedAttributes is one too low",
			CaughtBy: validator + "filter-for-an-existing-group",
			hooks: bends(hooks{answering: onList("Group", func(q *request, l *list) {
				if q.query.Has("filter") && !q.query.Has("excludedAttributes") && !strings.Contains(q.URL.RawQuery, "%20") && l.TotalResults > 0 {
					l.TotalResults--
				}
			})}),
		},
		{
			Name: "group-duplicate-accepted", Summary: "a second group with the same displayName is created",
			CaughtBy: validator + "create-a-duplicate-group",
			hooks: bends(hooks{conflict: func(q *request, _ *state, _ scim.Resource, owner *record) *record {
				if q.on("Group", verbCreate) {
					return nil
				}
				return owner
			}}),
		},
		{
			Name: "members-replace-refused", Summary: "replace of a group's members is 400: only add and remove are known",
			CaughtBy: validator + "patch-group-add-member",
			hooks: bends(hooks{operations: refusingOps("Group", func(o operation) bool {
				return o.does("replace") && o.names("members")
			}, scim.InvalidValue, "members cannot be replaced")}),
		},
		{
			Name: "patch-first-per-path-only", Summary: "of several operations of a PATCH on one attribute only the first is applied",
			CaughtBy: "endpoint.rfc.patch-order",
			hooks: bends(hooks{written: func(q *request, _ scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
				if !q.on("User", verbPatch) {
					return ops, nil
				}
				seen, left := map[string]bool{}, []scim.Operation{}
				for _, op := range ops {
					if path := strings.ToLower(op.Path); path == "" || !seen[path] {
						seen[path], left = true, append(left, op)
					}
				}
				return left, nil
			}}),
		},
		{
			Name: "delete-twice-410", Summary: "a second DELETE of a user answers 410",
			CaughtBy: "endpoint.disable.delete-twice", hooks: goneTwice("User"),
		},
		{
			Name: "group-delete-twice-410", Summary: "a second DELETE of a group answers 410",
			CaughtBy: "endpoint.group.delete-twice", hooks: goneTwice("Group"),
		},
	}
}

// goneTwice remembers what was deleted: a second DELETE of it is 410, and one of what never was 404.
func goneTwice(kind string) func() hooks {
	return func() hooks {
		var deleted memory[string, bool]
		return hooks{
			stored: func(q *request, _ *tx) {
				if q.on(kind) && q.after == nil {
					deleted.store(q.id, true)
				}
			},
			answering: func(q *request, a *answer) {
				if q.on(kind, verbDelete) && a.status == http.StatusNotFound && deleted.has(q.id) {
					*a = *refuse(scim.Errorf(http.StatusGone, "", "it was deleted before"))
				}
			},
		}
	}
}
