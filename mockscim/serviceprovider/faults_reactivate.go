package serviceprovider

import (
	"slices"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// reactivateFaults break how a disabled or deleted user comes back.
func reactivateFaults() []Fault {
	return []Fault{
		{
			Name:     "string-true-ignored",
			Summary:  "active set to the string \"True\" succeeds and changes nothing",
			CaughtBy: "endpoint.reactivate.string-true",
			Dialect:  byDefault,
			hooks:    bends(hooks{operations: ignoring("User", all(isAt("active"), isText("true")))}),
		},
		{
			Name:     "boolean-true-ignored",
			Summary:  "active set to the JSON value true succeeds and changes nothing",
			CaughtBy: "endpoint.reactivate.string-true",
			Dialect:  withFlag,
			hooks:    bends(hooks{operations: ignoring("User", all(isAt("active"), isBool(true)))}),
		},
		{
			Name:     "reactivate-new-id",
			Summary:  "a reactivated user gets a new id",
			CaughtBy: "endpoint.reactivate.same-account",
			hooks:    bends(hooks{stored: onReactivated(giveNewID)}),
		},
		{
			Name:     "reactivate-ignores-other-operations",
			Summary:  "a PATCH that reactivates a user changes nothing else",
			CaughtBy: "endpoint.reactivate.with-changes",
			hooks:    bends(hooks{operations: onlyReactivate}),
		},
		{
			Name:     "reactivate-resets-profile",
			Summary:  "reactivating a user erases title, phone numbers and enterprise attributes the same PATCH does not set",
			CaughtBy: "endpoint.reactivate.values-kept",
			hooks:    bends(hooks{storing: onStore("User", resetProfile, verbPatch)}),
		},
		{
			Name:     "inactive-item-without-id",
			Summary:  "disabled users are listed without their id",
			CaughtBy: "endpoint.reactivate.relinked",
			hooks:    bends(hooks{rendering: onShow("User", whenDisabled(without("id")), verbList)}),
		},
		{
			Name:     "deleted-username-reserved",
			Summary:  "the userName of a deleted user cannot be used again",
			CaughtBy: "endpoint.reactivate.recreate",
			hooks:    reservedNames,
		},
	}
}

func onReactivated(then func(q *request, t *tx)) func(*request, *tx) {
	return func(q *request, t *tx) {
		if q.on("User", verbPatch) && !isActive(q.before.resource()) && isActive(q.after.resource()) {
			then(q, t)
		}
	}
}

func giveNewID(q *request, t *tx) {
	id, err := q.endpoint.newID(t, q.kind)
	if err != nil {
		return
	}
	moved := *q.after
	moved.id = id
	complete := q.endpoint.complete(q.kind, &moved, q.after.resource())
	t.drop(q.kind, q.after)
	t.put(q.kind, moved.keep(complete), complete)
	q.after, q.saved = &moved, complete
}

func activates(o operation) bool { return o.at("active") && (o.Value == true || isText("true")(o)) }

func onlyReactivate(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
	one := slices.IndexFunc(ops, func(op scim.Operation) bool { return activates(readOperation(current, op)) })
	if !q.on("User", verbPatch) || isActive(current) || one < 0 {
		return ops, nil
	}
	return ops[one : one+1], nil
}

func resetProfile(q *request, before, after scim.Resource) {
	if isActive(before) || !isActive(after) {
		return
	}
	for attr, path := range map[string]string{"title": "title", "phoneNumbers": "phoneNumbers", scim.EnterpriseURN: ""} {
		if !slices.ContainsFunc(q.ops, func(op scim.Operation) bool {
			o := readOperation(before, op)
			return path != "" && o.names(path) || path == "" && o.path.URN == attr
		}) {
			delete(after, attr)
		}
	}
}

// reservedNames keeps the names of deleted users for good.
func reservedNames() hooks {
	var reserved memory[string, *record] // by folded userName
	return hooks{
		remove: func(q *request, _ *tx, r *record) bool {
			if q.on("User") {
				reserved.store(fold(r.resource().String("userName")), r)
			}
			return false
		},
		conflict: func(q *request, _ *state, candidate scim.Resource, owner *record) *record {
			if r, ok := reserved.load(fold(candidate.String("userName"))); ok && q.on("User", verbCreate) {
				return r
			}
			return owner
		},
	}
}
