package serviceprovider

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// rfcPatchFaults break operations that Entra does not send, or not so.
func rfcPatchFaults() []Fault {
	fault := func(name, summary, topic string, h hooks) Fault {
		return Fault{Name: name, Summary: summary, CaughtBy: "endpoint.rfc.patch-" + topic, hooks: bends(h)}
	}
	wholeName := func(op string) hooks {
		return hooks{storing: onPatched("User", all(isOp(op), isAt("name")), func(o operation, after scim.Resource) { after["name"] = o.Value })}
	}
	nothing := func(tests ...operationTest) hooks { return hooks{written: ignoring("User", all(tests...))} }
	accepted := func(test func(body string) bool) hooks {
		return hooks{body: func(q *request, data []byte) error {
			if q.on("User", verbPatch) && test(string(data)) {
				return scim.Errorf(http.StatusOK, "", "done")
			}
			return nil
		}}
	}
	has := func(text string) func(string) bool {
		return func(body string) bool { return strings.Contains(body, text) }
	}
	return []Fault{
		fault("patch-add-replaces-name", "add of a complex attribute drops the parts it does not name", "add-complex", wholeName("add")),
		fault("patch-replace-replaces-name", "replace of a complex attribute drops the parts it does not name", "replace-complex", wholeName("replace")),
		fault("patch-add-replaces-list", "add of an e-mail address drops the others", "add-value",
			hooks{storing: onPatched("User", all(isOp("add"), isAt("emails"), isWithoutPrimary), func(o operation, after scim.Resource) { after["emails"] = o.Value })}),
		fault("patch-replace-appends-list", "replace of all e-mail addresses keeps the old ones", "replace-list",
			hooks{storing: onPatched("User", all(isOp("replace"), isAt("emails")), func(o operation, after scim.Resource) {
				old, _ := o.current["emails"].([]any)
				fresh, _ := after["emails"].([]any)
				after["emails"] = append(append([]any{}, old...), fresh...)
			})}),
		fault("patch-remove-attribute-ignored", "remove of the title succeeds and changes nothing", "remove-attribute",
			hooks{written: alone(ignoring("User", all(isOp("remove"), isAt("title"))))}),
		fault("patch-remove-part-removes-all", "remove of a part of the name removes the name", "remove-part",
			hooks{storing: onPatched("User", func(o operation) bool { return o.does("remove") && o.names("name") && o.path.Sub != "" },
				func(_ operation, after scim.Resource) { delete(after, "name") })}),
		fault("patch-remove-filter-removes-all", "remove with a filter in the path removes the whole list", "remove-element",
			hooks{storing: onPatched("User", all(isOp("remove"), isFiltered("emails")), func(_ operation, after scim.Resource) { delete(after, "emails") })}),
		fault("patch-remove-list-ignored", "remove of all e-mail addresses succeeds and changes nothing", "remove-list", nothing(isOp("remove"), isAt("emails"))),
		fault("patch-core-urn-refused", "a path with the URN of the core schema is 400", "core-urn", hooks{written: refusingOps("User", func(o operation) bool {
			return strings.HasPrefix(o.Path, scim.UserURN+":")
		}, scim.InvalidPath, "unknown attribute")}),
		fault("patch-operations-reversed", "operations on one attribute are applied from the last to the first", "order", hooks{
			written: func(q *request, _ scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
				if q.on("User") && len(ops) == 3 && strings.EqualFold(ops[0].Op, "remove") {
					return []scim.Operation{ops[2], ops[1], ops[0]}, nil
				}
				return ops, nil
			},
		}),
		fault("patch-two-primaries", "a new primary e-mail address leaves the old one primary", "one-primary",
			hooks{storing: onPatched("User", all(isOp("add"), isAt("emails")), func(_ operation, after scim.Resource) {
				eachElement("emails", func(e map[string]any) { e["primary"] = true })(after)
			})}),
		fault("patch-remove-without-path-200", "remove without a path succeeds", "remove-without-path", accepted(func(b string) bool {
			return strings.Contains(strings.ToLower(b), `"op":"remove"`) && !strings.Contains(b, `"path"`)
		})),
		fault("patch-id-accepted", "a change of the id succeeds and changes nothing", "read-only", accepted(has(`"path":"id"`))),
		fault("patch-bad-path-accepted", "an operation whose path cannot be read succeeds and changes nothing", "bad-path", accepted(has(`"path":"emails[type eq"`))),
		fault("patch-unknown-operation-accepted", "an operation nobody knows succeeds and changes nothing", "bad-operation", accepted(func(b string) bool {
			return strings.Contains(strings.ToLower(b), `"op":"increase"`)
		})),
		fault("patch-wrong-type-accepted", "a number for the name succeeds and changes nothing", "wrong-type", accepted(has(`"value":17`))),
		fault("patch-removes-user-name", "the removal of userName succeeds", "remove-required", accepted(func(b string) bool {
			return strings.Contains(b, `"path":"userName"`) && strings.Contains(strings.ToLower(b), `"op":"remove"`)
		})),
		fault("invalid-path-without-type", "the refusal of a path has no scimType", "scim-types", hooks{answering: func(q *request, a *answer) {
			if e, ok := a.body.(*scim.Error); ok && q.on("User", verbPatch) && e.ScimType == scim.InvalidPath {
				bare := *e
				bare.ScimType = ""
				a.body = &bare
			}
		}}),
	}
}

// isWithoutPrimary holds for operations whose values are not primary.
func isWithoutPrimary(o operation) bool {
	list, _ := o.Value.([]any)
	for _, item := range list {
		if element, ok := item.(map[string]any); ok && element["primary"] == true {
			return false
		}
	}
	return true
}

// alone bends a PATCH of one operation only.
func alone(bend operationsHook) operationsHook {
	return func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
		if len(ops) != 1 {
			return ops, nil
		}
		return bend(q, current, ops)
	}
}
