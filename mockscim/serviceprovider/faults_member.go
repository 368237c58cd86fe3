package serviceprovider

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// memberFaults break the members of groups.
func memberFaults() []Fault {
	return []Fault{
		{
			Name:     "member-add-ignored",
			Summary:  "adding members succeeds and stores nothing",
			CaughtBy: "endpoint.group.add-member",
			hooks:    bends(hooks{operations: ignoring("Group", all(isOp("add"), isAt("members")))}),
		},
		{
			Name:     "member-add-replaces",
			Summary:  "adding a member drops those who were there",
			CaughtBy: "endpoint.group.add-keeps",
			hooks:    bends(hooks{operations: rewriting("Group", all(isOp("add"), isAt("members")), withOp("replace"))}),
		},
		{
			Name:     "member-add-first-only",
			Summary:  "of several members added at once only the first is stored",
			CaughtBy: "endpoint.group.add-many",
			hooks: bends(hooks{operations: rewriting("Group", all(isOp("add"), isAt("members")), withValue(func(o operation) any {
				if members, ok := o.Value.([]any); ok {
					return slices.Clip(members[:min(1, len(members))])
				}
				return o.Value
			}))}),
		},
		{
			Name:     "member-stored-twice",
			Summary:  "a member who is added again is listed twice",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.group.add-twice",
			hooks:    bends(hooks{storing: onPatched("Group", all(isOp("add"), isAt("members")), repeatMembers)}),
		},
		{
			Name:     "member-filter-400",
			Summary:  "a filter on the members of groups is 400",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.group.member-filter",
			hooks: bends(hooks{filter: refuseFilter("Group", func(_ *request, p scim.AttributePath) bool {
				return strings.EqualFold(p.Name, "members")
			})}),
		},
		{
			Name:     "member-remove-wipes-all",
			Summary:  "removing members listed in value removes all members",
			SeenIn:   "FusionAuth/fusionauth-issues#2784",
			CaughtBy: "endpoint.group.remove-member",
			Dialect:  byDefault,
			hooks: bends(hooks{operations: rewriting("Group", all(isOp("remove"), isAt("members")),
				withValue(func(operation) any { return nil }))}),
		},
		{
			Name:     "member-remove-by-value-400",
			Summary:  "removing members listed in value is refused",
			SeenIn:   "apache/directory-scimple#436",
			CaughtBy: "endpoint.group.remove-member",
			Dialect:  byDefault,
			hooks: bends(hooks{operations: refusingOps("Group", all(isOp("remove"), isAt("members"), func(o operation) bool {
				return o.Value != nil
			}), scim.InvalidSyntax, "remove takes no value")}),
		},
		{
			Name:           "member-remove-by-filter-ignored",
			Summary:        "removing members[value eq \"…\"] succeeds and removes nobody",
			CaughtBy:       "endpoint.group.remove-filter",
			CaughtWithFlag: "endpoint.group.remove-member",
			hooks:          bends(hooks{operations: ignoring("Group", all(isOp("remove"), isFiltered("members")))}),
		},
		{
			Name:           "member-remove-by-filter-wipes-all",
			Summary:        "removing members[value eq \"…\"] removes all members: the filter in the path is passed over",
			CaughtBy:       "endpoint.group.remove-filter",
			CaughtWithFlag: "endpoint.group.remove-member",
			hooks: bends(hooks{operations: rewriting("Group", all(isOp("remove"), isFiltered("members")),
				func(operation) scim.Operation { return scim.Operation{Op: "remove", Path: "members"} })}),
		},
		{
			Name:           "member-remove-by-filter-400",
			Summary:        "removing members[value eq \"…\"] is refused",
			CaughtBy:       "endpoint.group.remove-filter",
			CaughtWithFlag: "endpoint.group.remove-member",
			hooks:          bends(hooks{operations: refusingOps("Group", all(isOp("remove"), isFiltered("members")), scim.InvalidPath, "paths have no filters")}),
		},
		{
			Name:     "member-remove-first-only",
			Summary:  "of several members removed at once only the first leaves",
			CaughtBy: "endpoint.group.remove-many",
			hooks:    bends(hooks{operations: firstRemoval}),
		},
		{
			Name:     "member-remove-absent-404",
			Summary:  "removing somebody who is not a member is 404",
			SeenIn:   "darrenjrobinson/entra-scim-mcp",
			CaughtBy: "endpoint.group.remove-absent",
			hooks: bends(hooks{operations: failingOps("Group", all(isOp("remove"), func(o operation) bool {
				return isFiltered("members")(o) && isWithoutTarget(o) ||
					o.at("members") && slices.ContainsFunc(o.values(), func(id string) bool { return !hasMember(o.current, id) })
			}), scim.Errorf(http.StatusNotFound, "", "not a member of the group"))}),
		},
		{
			Name:     "member-remove-from-all-groups",
			Summary:  "somebody removed from one group leaves all groups",
			CaughtBy: "endpoint.group.neighbour-kept",
			hooks:    bends(hooks{stored: leaveEverything}),
		},
	}
}

// firstRemoval passes over all but the first removal of a member, and over all but the first of its values.
func firstRemoval(q *request, _ scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
	var left []scim.Operation
	removed := false
	for _, op := range ops {
		o := readOperation(nil, op)
		if q.on("Group", verbPatch) && o.does("remove") && o.names("members") {
			if removed {
				continue
			}
			removed = true
			if members, ok := op.Value.([]any); ok {
				op.Value = slices.Clip(members[:min(1, len(members))])
			}
		}
		left = append(left, op)
	}
	return left, nil
}

func hasMember(group scim.Resource, id string) bool {
	return slices.ContainsFunc(elements(group, "members"), func(m map[string]any) bool { return m["value"] == id })
}

// repeatMembers appends the members an operation adds although they were there, or adds more than once.
func repeatMembers(o operation, after scim.Resource) {
	seen := map[string]bool{}
	members, _ := after["members"].([]any)
	for _, id := range o.values() {
		if seen[id] || hasMember(o.current, id) {
			members = append(members, map[string]any{"value": id, "type": "User"})
		}
		seen[id] = true
	}
	after["members"] = members
}

func leaveEverything(q *request, t *tx) {
	if !q.on("Group", verbPatch) {
		return
	}
	for _, member := range elements(q.before.resource(), "members") {
		if id, ok := member["value"].(string); ok && !hasMember(q.after.resource(), id) {
			q.endpoint.leaveGroups(t, id)
		}
	}
}
