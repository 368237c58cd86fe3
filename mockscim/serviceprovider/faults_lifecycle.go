package serviceprovider

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// lifecycleFaults break what happens between the stages of a life: ways back, renames that cross, people who leave others behind.
func lifecycleFaults() []Fault {
	return []Fault{
		{
			Name:     "rename-changes-id",
			Summary:  "a user whose userName changes gets a new id",
			CaughtBy: "endpoint.sync.rename",
			hooks:    bends(hooks{stored: onRenamed(giveNewID)}),
		},
		{
			Name:     "rename-strips-list-entry",
			Summary:  "a renamed user is listed with her id and userName only",
			CaughtBy: "endpoint.sync.rename-relinked",
			hooks:    strippedEntries,
		},
		{
			Name:     "rename-to-taken-name-accepted",
			Summary:  "PATCH of userName to one that is taken succeeds, and two users have it",
			CaughtBy: "endpoint.sync.rename-taken",
			hooks: bends(hooks{conflict: func(q *request, _ *state, _ scim.Resource, owner *record) *record {
				if q.on("User", verbPatch) {
					return nil
				}
				return owner
			}}),
		},
		{
			Name:     "renamed-username-reserved",
			Summary:  "the old userName of a renamed user is kept for her: PATCH of another user to it is 409",
			CaughtBy: "endpoint.sync.swap-names",
			hooks:    formerNames,
		},
		{
			Name:     "manager-delete-cascades",
			Summary:  "DELETE of a user deletes everybody whose manager she is",
			CaughtBy: "endpoint.sync.manager-deleted",
			hooks: bends(hooks{remove: func(q *request, t *tx, r *record) bool {
				for _, report := range slices.Collect(t.all(q.kind)) {
					if q.on("User") && managerOf(report.resource()) == r.id {
						q.endpoint.leaveGroups(t, report.id)
						t.drop(q.kind, report)
					}
				}
				return false
			}}),
		},
		{
			Name:     "search-index-lags",
			Summary:  "the first look for a new user by userName does not find her, the next one does",
			CaughtBy: "endpoint.create.read-your-writes",
			hooks:    laggingIndex,
		},
		{
			Name:     "reactivate-drops-memberships",
			Summary:  "a reactivated user is in no group any more",
			CaughtBy: "endpoint.reactivate.restored",
			hooks:    bends(hooks{stored: onReactivated(func(q *request, t *tx) { q.endpoint.leaveGroups(t, q.after.id) })}),
		},
		{
			Name:     "reactivated-listed-inactive",
			Summary:  "lists go on showing a reactivated user as disabled",
			CaughtBy: "endpoint.reactivate.reassigned",
			hooks:    staleActive,
		},
		{
			Name:     "recreate-resurrects-profile",
			Summary:  "a POST of the userName of a deleted user takes over what the new user does not say of herself",
			CaughtBy: "endpoint.reactivate.rehired",
			hooks:    resurrected,
		},
		{
			Name:     "disable-ignores-other-operations",
			Summary:  "a PATCH that disables a user changes nothing else",
			CaughtBy: "endpoint.quarantine.outage-changes",
			hooks:    bends(hooks{operations: onlyDisable}),
		},
	}
}

// onRenamed runs in the transaction of a PATCH that changes a userName.
func onRenamed(then func(q *request, t *tx)) func(*request, *tx) {
	return func(q *request, t *tx) {
		if q.on("User", verbPatch) && q.before.resource()["userName"] != q.after.resource()["userName"] {
			then(q, t)
		}
	}
}

func strippedEntries() hooks {
	var renamed memory[string, bool] // by id
	return hooks{
		stored: onRenamed(func(q *request, _ *tx) { renamed.store(q.after.id, true) }),
		rendering: func(q *request, r scim.Resource) {
			if q.on("User", verbList) && renamed.has(r.ID()) {
				maps.DeleteFunc(r, func(name string, _ any) bool { return name != "id" && name != "userName" && name != "schemas" })
			}
		},
	}
}

func formerNames() hooks {
	var former memory[string, *record] // by folded userName
	return hooks{
		stored: onRenamed(func(q *request, _ *tx) { former.store(fold(q.before.resource().String("userName")), q.before) }),
		conflict: func(q *request, _ *state, candidate scim.Resource, owner *record) *record {
			if r, ok := former.load(fold(candidate.String("userName"))); ok && q.on("User", verbPatch) && r.id != candidate.ID() {
				return r
			}
			return owner
		},
	}
}

func laggingIndex() hooks {
	var indexed memory[string, bool] // by id
	return hooks{selected: func(q *request, rs []*record) []*record {
		if _, ok := equality(q.filter, "userName"); !ok || !q.on("User", verbList) {
			return rs
		}
		return slices.DeleteFunc(slices.Clone(rs), func(r *record) bool {
			late := !indexed.has(r.id)
			indexed.store(r.id, true)
			return late
		})
	}}
}

func staleActive() hooks {
	var back memory[string, bool] // by id
	return hooks{
		stored: onReactivated(func(q *request, _ *tx) { back.store(q.after.id, true) }),
		rendering: func(q *request, r scim.Resource) {
			if q.on("User", verbList) && back.has(r.ID()) {
				r["active"] = false
			}
		},
	}
}

func resurrected() hooks {
	var gone memory[string, scim.Resource] // by folded userName
	return hooks{
		remove: func(q *request, _ *tx, r *record) bool {
			if q.on("User") {
				gone.store(fold(r.resource().String("userName")), r.resource())
			}
			return false
		},
		storing: onCreate("User", func(after scim.Resource) {
			old, _ := gone.load(fold(after.String("userName")))
			for name, v := range old {
				if _, said := after[name]; !said && name != "meta" && name != "groups" {
					after[name] = v
				}
			}
		}),
	}
}

func onlyDisable(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
	one := slices.IndexFunc(ops, func(op scim.Operation) bool {
		o := readOperation(current, op)
		return o.at("active") && (o.Value == false || isText("false")(o))
	})
	if !q.on("User", verbPatch) || !isActive(current) || one < 0 {
		return ops, nil
	}
	return ops[one : one+1], nil
}

// crowdFaults break groups of many members, and members who come by other ways than alone and first.
func crowdFaults() []Fault {
	return []Fault{
		{
			Name:     "group-rename-keeps-old-name",
			Summary:  "a renamed group is found by its old name as well",
			CaughtBy: "endpoint.group.rename",
			hooks:    bothNames,
		},
		{
			Name:     "group-filter-lags-behind-writes",
			Summary:  "a filter that found no group is remembered: the same filter does not find a group created after it",
			CaughtBy: "endpoint.group.visible-at-once",
			hooks:    func() hooks { return missesOf("Group", "displayName") },
		},
		{
			Name:     "group-nested-by-name",
			Summary:  "a group whose name is that of another, a slash and more becomes a member of the other",
			CaughtBy: "endpoint.group.nested-ignored",
			hooks:    bends(hooks{stored: nestByName}),
		},
		{
			Name:     "member-add-disabled-refused",
			Summary:  "adding a disabled user to a group is 400",
			CaughtBy: "endpoint.group.disabled-member",
			hooks:    refuseDisabledMembers,
		},
		{
			Name:     "member-newer-than-group-dropped",
			Summary:  "a user who was created after the group is not stored as its member",
			CaughtBy: "endpoint.group.late-member",
			hooks:    bends(hooks{stored: dropNewMembers}),
		},
		{
			Name:     "member-add-cut-at-20",
			Summary:  "of more than twenty members added at once only the first twenty are stored",
			CaughtBy: "endpoint.group.large",
			hooks:    bends(hooks{operations: rewriting("Group", all(isOp("add"), isAt("members")), firstMembers)}),
		},
		{
			Name:     "member-add-many-refused",
			Summary:  "more than fifty-one members in one operation are 413",
			CaughtBy: "endpoint.group.large",
			hooks: bends(hooks{operations: failingOps("Group", func(o operation) bool { return o.at("members") && len(o.values()) > 51 },
				scim.Errorf(http.StatusRequestEntityTooLarge, "", "too many members"))}),
		},
		{
			Name:     "member-remove-cut-at-20",
			Summary:  "of more than twenty members removed at once only the first twenty leave",
			CaughtBy: "endpoint.group.large-leaves",
			hooks: bends(hooks{operations: func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
				removals := 0
				ops, err := rewriting("Group", all(isOp("remove"), isAt("members")), firstMembers)(q, current, ops)
				return slices.DeleteFunc(slices.Clone(ops), func(op scim.Operation) bool {
					if o := readOperation(current, op); q.on("Group", verbPatch) && o.does("remove") && o.names("members") {
						removals++
					}
					return removals > fewMembers
				}), err
			}}),
		},
		{
			Name:     "members-cut-at-1000",
			Summary:  "a group lists at most a thousand members",
			CaughtBy: "endpoint.load.thousand-members",
			hooks: bends(hooks{rendering: onShow("Group", func(r scim.Resource) {
				if members, ok := r["members"].([]any); ok {
					r["members"] = members[:min(len(members), 1000)]
				}
			})}),
		},
	}
}

const fewMembers = 20

var firstMembers = withValue(func(o operation) any {
	if members, ok := o.Value.([]any); ok {
		return slices.Clip(members[:min(fewMembers, len(members))])
	}
	return o.Value
})

func bothNames() hooks {
	var former memory[string, string] // displayName by id
	return hooks{
		stored: func(q *request, _ *tx) {
			if q.on("Group", verbPatch) && q.before.resource()["displayName"] != q.after.resource()["displayName"] {
				former.store(q.after.id, q.before.resource().String("displayName"))
			}
		},
		match: func(q *request, e scim.Expr, r *record, matched bool) bool {
			asked, ok := equality(e, "displayName")
			name, renamed := former.load(r.id)
			return matched || ok && renamed && q.on("Group", verbList) && strings.EqualFold(name, asked)
		},
	}
}

func nestByName(q *request, t *tx) {
	if !q.on("Group", verbCreate) {
		return
	}
	name := q.after.resource().String("displayName")
	for _, other := range slices.Collect(t.all(q.kind)) {
		others := other.resource().String("displayName")
		outer, inner := other, q.after
		if strings.HasPrefix(others, name+"/") {
			outer, inner = q.after, other
		} else if !strings.HasPrefix(name, others+"/") {
			continue
		}
		q.endpoint.amend(t, q.kind, outer, func(r scim.Resource) {
			members, _ := r["members"].([]any)
			r["members"] = append(members, map[string]any{"value": inner.id, "type": "Group"})
		})
	}
}

func refuseDisabledMembers() hooks {
	var seen memory[*request, *state]
	return hooks{
		find: func(q *request, s *state, found *record) *record {
			if q.on("Group", verbPatch) {
				seen.store(q, s)
			}
			return found
		},
		operations: func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
			s, ok := seen.load(q)
			disabled := func(o operation) bool {
				return ok && o.does("add") && o.at("members") && slices.ContainsFunc(o.values(), func(id string) bool {
					user := s.get(q.endpoint.users(), id)
					return user != nil && !isActive(user.resource())
				})
			}
			return refusingOps("Group", disabled, scim.InvalidValue, "a member must be active")(q, current, ops)
		},
		answering: func(q *request, _ *answer) { seen.forget(q) },
	}
}

func dropNewMembers(q *request, t *tx) {
	if !q.on("Group", verbPatch) {
		return
	}
	for _, member := range elements(q.after.resource(), "members") {
		id, _ := member["value"].(string)
		user := t.get(q.endpoint.users(), id)
		if user != nil && user.seq > q.after.seq && !hasMember(q.before.resource(), id) {
			if now := t.get(q.kind, q.after.id); now != nil {
				q.endpoint.removeMember(t, now, id)
			}
		}
	}
}
