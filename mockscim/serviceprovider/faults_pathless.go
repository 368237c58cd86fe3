package serviceprovider

import (
	"maps"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// pathlessFaults break operations without a path, by which Entra with the flag aadOptscim062020 writes most changes: one operation whose
// value is an object, and in it the attributes, named by their paths.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
func pathlessFaults() []Fault {
	return []Fault{
		{
			Name:     "pathless-refused",
			Summary:  "an operation without a path is refused",
			CaughtBy: "endpoint.sync.replace",
			Dialect:  withFlag,
			hooks:    bends(hooks{written: refusingWritten(isPathless, "path is required")}),
		},
		{
			Name:     "pathless-ignored",
			Summary:  "an operation without a path succeeds and changes nothing",
			CaughtBy: "endpoint.sync.replace",
			Dialect:  withFlag,
			hooks:    bends(hooks{written: ignoring("User", isPathless)}),
		},
		{
			Name:     "pathless-replaces-user",
			Summary:  "the value of an operation without a path is taken for the whole user: what it does not name is dropped",
			CaughtBy: "endpoint.sync.others-kept",
			Dialect:  withFlag,
			hooks: bends(hooks{storing: onStore("User", func(q *request, before, after scim.Resource) {
				for _, op := range q.written {
					if isPathless(readOperation(before, op)) {
						keepOnlyNamed(q, before, after)
					}
				}
			}, verbPatch)}),
		},
		{
			Name:     "pathless-add-ignored",
			Summary:  "add without a path succeeds and stores nothing",
			CaughtBy: "endpoint.sync.add-many",
			Dialect:  withFlag,
			hooks:    bends(hooks{written: ignoring("User", all(isPathless, isOp("add")))}),
		},
		{
			Name:     "pathless-dotted-name-ignored",
			Summary:  "in the value of an operation without a path name.givenName is the name of an attribute nobody knows, and passed over",
			SeenIn:   "elimity-com/scim",
			CaughtBy: "endpoint.sync.many-operations",
			Dialect:  withFlag,
			hooks:    bends(hooks{written: rewriting("User", isPathless, withoutMembers(isDotted))}),
		},
		{
			Name:     "pathless-dotted-name-refused",
			Summary:  "in the value of an operation without a path name.givenName is the name of an attribute nobody knows, and 400",
			CaughtBy: "endpoint.sync.many-operations",
			Dialect:  withFlag,
			hooks:    bends(hooks{written: refusingWritten(namesMember(isDotted), "unknown attribute")}),
		},
		{
			Name:     "pathless-urn-name-ignored",
			Summary:  "in the value of an operation without a path names that begin with the enterprise URN are passed over",
			SeenIn:   "elimity-com/scim",
			CaughtBy: "endpoint.sync.enterprise",
			Dialect:  withFlag,
			hooks:    bends(hooks{written: rewriting("User", isPathless, withoutMembers(isURN))}),
		},
		{
			Name:     "pathless-urn-name-refused",
			Summary:  "in the value of an operation without a path a name that begins with the enterprise URN is 400: only the URN itself is known",
			CaughtBy: "endpoint.sync.enterprise",
			Dialect:  withFlag,
			hooks:    bends(hooks{written: refusingWritten(namesMember(isURN), "unknown attribute")}),
		},
		{
			Name:     "group-pathless-ignored",
			Summary:  "an operation on a group without a path succeeds and changes nothing",
			CaughtBy: "endpoint.group.rename",
			Dialect:  withFlag,
			hooks:    bends(hooks{written: ignoring("Group", isPathless)}),
		},
		{
			Name:     "urn-path-refused",
			Summary:  "a path that begins with the enterprise URN is 400, as it is cut at the dot in 2.0; only the manager's is known",
			CaughtBy: "endpoint.sync.enterprise",
			Dialect:  byDefault,
			hooks:    bends(hooks{written: refusingWritten(isEnterprise, "unknown attribute in path")}),
		},
	}
}

func isPathless(o operation) bool { return o.Path == "" }

func isDotted(name string) bool { return strings.Contains(name, ".") && !isURN(name) }

func isURN(name string) bool { return strings.HasPrefix(strings.ToLower(name), "urn:") }

// namesMember holds for an operation without a path whose value has a member with such a name.
func namesMember(such func(name string) bool) operationTest {
	return func(o operation) bool {
		members, _ := o.Value.(map[string]any)
		for name := range members {
			if isPathless(o) && such(name) {
				return true
			}
		}
		return false
	}
}

// withoutMembers takes the members with such names out of the value of an operation.
func withoutMembers(such func(name string) bool) func(operation) scim.Operation {
	return withValue(func(o operation) any {
		members, ok := o.Value.(map[string]any)
		if !ok {
			return o.Value
		}
		left := maps.Clone(members)
		maps.DeleteFunc(left, func(name string, _ any) bool { return such(name) })
		return left
	})
}

// refusingWritten answers 400 to a PATCH of a user with an operation for which the test holds.
func refusingWritten(test operationTest, detail string) operationsHook {
	return failingOps("User", test, scim.Errorf(http.StatusBadRequest, scim.InvalidPath, "%s", detail))
}
