package serviceprovider

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// disableFaults break how users are disabled and deleted.
func disableFaults() []Fault {
	return []Fault{
		{
			Name:     "patch-string-false-ignored",
			Summary:  "active set to the string \"False\" succeeds and changes nothing",
			CaughtBy: "endpoint.disable.string-false",
			Dialect:  byDefault,
			hooks:    bends(hooks{operations: ignoring("User", all(isAt("active"), isText("false")))}),
		},
		{
			Name:     "string-false-is-true",
			Summary:  "active set to the string \"False\" is taken for true, as every non-empty string is",
			CaughtBy: "endpoint.disable.string-false",
			Dialect:  byDefault,
			hooks: bends(hooks{operations: rewriting("User", all(isAt("active"), isText("false")),
				withValue(func(operation) any { return true }))}),
		},
		{
			Name:     "patch-string-false-refused",
			Summary:  "active set to the string \"False\" is 400",
			SeenIn:   "scimmyjs/scimmy#51",
			CaughtBy: "endpoint.disable.string-false",
			Dialect:  byDefault,
			hooks: bends(hooks{operations: refusingOps("User", all(isAt("active"), isText("false")),
				scim.InvalidValue, "active must be a boolean")}),
		},
		{
			Name:           "boolean-false-ignored",
			Summary:        "active set to the JSON value false succeeds and changes nothing, as if there were no value",
			CaughtBy:       "endpoint.disable.boolean-false",
			CaughtWithFlag: "endpoint.disable.string-false",
			hooks:          bends(hooks{operations: ignoring("User", all(isAt("active"), isBool(false)))}),
		},
		{
			Name:           "boolean-false-refused",
			Summary:        "active set to the JSON value false is 400: only the texts True and False are known",
			CaughtBy:       "endpoint.disable.boolean-false",
			CaughtWithFlag: "endpoint.disable.string-false",
			hooks:          bends(hooks{operations: refusingOps("User", all(isAt("active"), isBool(false)), scim.InvalidValue, "active must be a string")}),
		},
		{
			Name:     "lower-case-false-refused",
			Summary:  "active set to the string \"false\" is 400; only \"False\" is known",
			CaughtBy: "endpoint.disable.lower-case",
			Dialect:  byDefault,
			hooks: bends(hooks{operations: refusingOps("User", all(isAt("active"), func(o operation) bool { return o.Value == "false" }),
				scim.InvalidValue, "active must be True or False")}),
		},
		{
			Name:     "disabled-user-404",
			Summary:  "GET of a disabled user is 404",
			CaughtBy: "endpoint.disable.readable",
			hooks: bends(hooks{find: func(q *request, _ *state, found *record) *record {
				if found != nil && q.on("User", verbGet) && !isActive(found.resource()) {
					return nil
				}
				return found
			}}),
		},
		{
			Name:     "disabled-user-hidden",
			Summary:  "filters do not find disabled users",
			CaughtBy: "endpoint.disable.filterable",
			hooks: bends(hooks{selected: func(q *request, rs []*record) []*record {
				if !q.on("User", verbList) || q.filter == nil {
					return rs
				}
				return slices.DeleteFunc(rs, func(r *record) bool { return !isActive(r.resource()) })
			}}),
		},
		{
			Name:     "disable-erases-profile",
			Summary:  "disabling a user erases title, name, addresses, phone numbers and enterprise attributes",
			CaughtBy: "endpoint.disable.values-kept",
			hooks: bends(hooks{storing: onStore("User", func(_ *request, before, after scim.Resource) {
				if isActive(before) && !isActive(after) {
					without("title", "name", "addresses", "phoneNumbers", scim.EnterpriseURN)(after)
				}
			}, verbPatch)}),
		},
		{
			Name:     "disable-drops-memberships",
			Summary:  "disabling a user takes her out of all groups",
			CaughtBy: "endpoint.disable.membership-kept",
			hooks: bends(hooks{stored: onDisabled(func(q *request, t *tx) {
				q.endpoint.leaveGroups(t, q.after.id)
			})}),
		},
		{
			Name:     "disable-cascades-to-reports",
			Summary:  "disabling a user disables everybody whose manager she is",
			CaughtBy: "endpoint.disable.neighbour-kept",
			hooks: bends(hooks{stored: onDisabled(func(q *request, t *tx) {
				for _, r := range slices.Collect(t.all(q.kind)) {
					if managerOf(r.resource()) == q.after.id {
						q.endpoint.amend(t, q.kind, r, deactivate)
					}
				}
			})}),
		},
		{
			Name:     "delete-only-disables",
			Summary:  "DELETE of a user only disables her",
			CaughtBy: "endpoint.disable.delete",
			hooks: bends(hooks{remove: func(q *request, t *tx, r *record) bool {
				if q.on("User") {
					q.endpoint.amend(t, q.kind, r, deactivate)
				}
				return q.on("User")
			}}),
		},
		{
			Name:     "delete-leaves-filter-ghost",
			Summary:  "filters go on finding a deleted user",
			CaughtBy: "endpoint.disable.delete",
			hooks:    ghosts,
		},
		{
			Name:     "delete-twice-204",
			Summary:  "DELETE of a user who does not exist answers 204",
			CaughtBy: "endpoint.disable.delete-twice",
			hooks:    bends(hooks{answering: onStatus("User", http.StatusNotFound, noContent, verbDelete)}),
		},
		{
			Name:     "deleted-user-stays-member",
			Summary:  "groups go on listing a deleted user",
			CaughtBy: "endpoint.disable.delete-leaves-group",
			hooks: bends(hooks{remove: func(q *request, t *tx, r *record) bool {
				if q.on("User") {
					t.drop(q.kind, r)
				}
				return q.on("User")
			}}),
		},
		{
			Name:     "active-omitted-when-false",
			Summary:  "active is left out of the answer when it is false",
			CaughtBy: "endpoint.disable.second-cycle",
			hooks:    bends(hooks{rendering: onShow("User", whenDisabled(without("active")))}),
		},
		{
			Name:     "disabled-phones-hidden",
			Summary:  "the phone numbers of a disabled user are kept and not returned by GET",
			CaughtBy: "endpoint.disable.values-kept",
			hooks:    bends(hooks{rendering: onShow("User", whenDisabled(without("phoneNumbers")), verbGet)}),
		},
	}
}

func deactivate(r scim.Resource) { r["active"] = false }

func whenDisabled(edit func(scim.Resource)) func(scim.Resource) {
	return func(r scim.Resource) {
		if !isActive(r) {
			edit(r)
		}
	}
}

// onDisabled runs after a PATCH that disabled a user.
func onDisabled(then func(q *request, t *tx)) func(*request, *tx) {
	return func(q *request, t *tx) {
		if q.on("User", verbPatch) && isActive(q.before.resource()) && !isActive(q.after.resource()) {
			then(q, t)
		}
	}
}

// ghosts keeps deleted users in a search index of its own.
func ghosts() hooks {
	var (
		mu   sync.Mutex
		gone []*record
	)
	return hooks{
		remove: func(q *request, _ *tx, r *record) bool {
			if q.on("User") {
				mu.Lock()
				defer mu.Unlock()
				gone = append(gone, r)
			}
			return false
		},
		selected: func(q *request, rs []*record) []*record {
			if !q.on("User", verbList) || q.filter == nil || strings.Contains(q.filter.String(), "groups") {
				return rs
			}
			mu.Lock()
			defer mu.Unlock()
			for _, r := range gone {
				if scim.Match(q.filter, r.resource(), q.kind.registry) {
					rs = append(rs, r)
				}
			}
			return rs
		},
	}
}
