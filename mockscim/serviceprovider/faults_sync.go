package serviceprovider

import (
	"encoding/json"
	"html"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// syncFaults break how a PATCH as a whole changes a user.
func syncFaults() []Fault {
	return []Fault{
		{
			Name:     "op-case-sensitive",
			Summary:  "operations named \"Replace\" or \"Add\" instead of \"replace\" and \"add\" are refused",
			SeenIn:   "getsentry/self-hosted#3573",
			CaughtBy: "endpoint.sync.replace",
			Dialect:  byDefault,
			hooks: bends(hooks{operations: refusingOps("User", func(o operation) bool {
				return o.Op != strings.ToLower(o.Op)
			}, scim.InvalidSyntax, "op must be one of add, remove, replace")}),
		},
		{
			Name:     "op-lower-case-refused",
			Summary:  "operations named \"replace\" or \"add\" instead of \"Replace\" and \"Add\" are refused",
			CaughtBy: "endpoint.sync.replace",
			Dialect:  withFlag,
			hooks: bends(hooks{operations: refusingOps("User", func(o operation) bool {
				return o.Op == strings.ToLower(o.Op) && !o.names("roles") // by default, too, some roles go out so
			}, scim.InvalidSyntax, "op must be one of Add, Remove, Replace")}),
		},
		{
			Name:     "display-name-derived",
			Summary:  "displayName is fixed once the user exists: PATCH of it succeeds and changes nothing",
			CaughtBy: "endpoint.sync.replace",
			hooks:    bends(hooks{operations: ignoring("User", isAt("displayName"))}),
		},
		{
			Name:     "patch-add-ignored",
			Summary:  "add of an attribute without a value succeeds and stores nothing",
			CaughtBy: "endpoint.sync.add",
			hooks: bends(hooks{operations: ignoring("User", all(isOp("add"), func(o operation) bool {
				_, exists := o.current.Get(o.path.Name)
				return o.path.URN == "" && o.path.Sub == "" && o.path.Filter == nil && !exists && !o.names("roles") && !o.names("manager")
			}))}),
		},
		{
			Name:     "patch-adds-first-only",
			Summary:  "of several attributes added at once only the first is stored",
			CaughtBy: "endpoint.sync.add-many",
			hooks:    bends(hooks{operations: firstAddition}),
		},
		{
			Name:     "patch-acts-as-put",
			Summary:  "a PATCH drops the attributes it does not name",
			CaughtBy: "endpoint.sync.others-kept",
			hooks:    bends(hooks{storing: onStore("User", keepOnlyNamed, verbPatch)}),
		},
		{
			Name:     "patch-first-operation-only",
			Summary:  "only the first operation of a PATCH is applied",
			CaughtBy: "endpoint.sync.many-operations",
			hooks: bends(hooks{operations: func(q *request, _ scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
				if q.on("User", verbPatch) {
					ops = ops[:min(1, len(ops))]
				}
				return ops, nil
			}}),
		},
		{
			Name:     "rename-ignored",
			Summary:  "PATCH of userName succeeds and changes nothing",
			CaughtBy: "endpoint.sync.rename",
			hooks:    bends(hooks{operations: ignoring("User", isAt("userName"))}),
		},
		{
			Name:     "rename-keeps-old-index",
			Summary:  "after a rename the user is still found by the old userName and not by the new one",
			CaughtBy: "endpoint.sync.rename",
			hooks:    staleNames,
		},
		{
			Name:     "patch-answers-old-state",
			Summary:  "the answer to a PATCH is the user as she was before it",
			CaughtBy: "endpoint.sync.patch-answer",
			hooks: bends(hooks{answering: onStatus("User", http.StatusOK, func(q *request, a *answer) {
				a.body = q.endpoint.render(q, q.endpoint.store.snapshot(), q.before)
			}, verbPatch)}),
		},
		{
			Name:     "last-modified-frozen",
			Summary:  "meta.lastModified stays at the time of creation",
			CaughtBy: "endpoint.sync.last-modified",
			hooks: bends(hooks{rendering: onShow("User", func(r scim.Resource) {
				if meta, ok := r["meta"].(map[string]any); ok {
					meta["lastModified"] = meta["created"]
				}
			})}),
		},
		{
			Name:     "patch-by-external-id",
			Summary:  "a PATCH changes every user with the externalId of the addressed one",
			CaughtBy: "endpoint.sync.neighbour-kept",
			hooks:    bends(hooks{stored: patchNamesakes}),
		},
		{
			Name:     "unknown-attribute-500",
			Summary:  "PATCH of an attribute the endpoint does not know is 500",
			CaughtBy: "endpoint.sync.unknown-attribute",
			hooks: bends(hooks{operations: func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
				unknown := func(o operation) bool {
					_, known := q.kind.registry.Find(o.path.AttributePath)
					return !known && o.path.Name != "" && !slices.ContainsFunc(q.kind.schemas, func(s scim.Schema) bool {
						return strings.EqualFold(s.ID, o.Path)
					})
				}
				return failingOps("User", unknown, scim.Errorf(http.StatusInternalServerError, "", "no such column"))(q, current, ops)
			}}),
		},
		{
			Name:     "patch-not-atomic",
			Summary:  "the operations before a bad one stay applied",
			CaughtBy: "endpoint.sync.atomic",
			hooks:    bends(hooks{failed: applyUntilBad, malformed: applyDecodable}),
		},
		{
			Name:     "patch-escapes-html",
			Summary:  "displayName in a PATCH is stored HTML-escaped",
			CaughtBy: "endpoint.sync.unicode",
			hooks: bends(hooks{operations: rewriting("User", isAt("displayName"), withValue(func(o operation) any {
				if value, ok := o.Value.(string); ok {
					return html.EscapeString(value)
				}
				return o.Value
			}))}),
		},
		{
			Name:     "patch-unknown-id-204",
			Summary:  "PATCH of a user who does not exist answers 204",
			CaughtBy: "endpoint.sync.patch-unknown-id",
			hooks:    bends(hooks{answering: onStatus("User", http.StatusNotFound, noContent, verbPatch)}),
		},
		{
			Name:     "list-shows-old-address",
			Summary:  "lists show the addresses a user was created with, whatever PATCH made of them",
			CaughtBy: "endpoint.sync.second-cycle",
			hooks:    staleAddresses,
		},
	}
}

// firstAddition passes over all but the first add of a PATCH of a user.
func firstAddition(q *request, _ scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
	added := false
	return slices.DeleteFunc(slices.Clone(ops), func(op scim.Operation) bool {
		another := added && q.on("User", verbPatch) && strings.EqualFold(op.Op, "add")
		added = added || strings.EqualFold(op.Op, "add")
		return another
	}), nil
}

// keepOnlyNamed leaves a PATCH that switches active alone, as servers that take PATCH for PUT treat that one apart.
func keepOnlyNamed(q *request, _, after scim.Resource) {
	kept := map[string]bool{"id": true, "schemas": true, "meta": true, "username": true, "externalid": true, "active": true}
	for _, op := range q.ops {
		o := readOperation(after, op)
		if o.names("active") {
			return
		}
		kept[strings.ToLower(o.path.Name)] = true
		kept[strings.ToLower(o.path.URN)] = true
	}
	for name := range after {
		if !kept[strings.ToLower(name)] {
			delete(after, name)
		}
	}
}

// staleNames keeps finding renamed users by the name they were created with.
func staleNames() hooks {
	var first memory[string, string] // userName by id
	return hooks{
		storing: onStore("User", func(_ *request, before, after scim.Resource) {
			if before["userName"] != after["userName"] && !first.has(after.ID()) {
				first.store(after.ID(), before.String("userName"))
			}
		}, verbPatch, verbReplace),
		match: func(q *request, e scim.Expr, r *record, matched bool) bool {
			asked, ok := equality(e, "userName")
			name, renamed := first.load(r.id)
			if !ok || !renamed || !q.on("User", verbList) {
				return matched
			}
			return strings.EqualFold(name, asked)
		},
	}
}

// staleAddresses lists users from a view that only POST brings up to date.
func staleAddresses() hooks {
	var created memory[string, any] // addresses by id
	return hooks{
		stored: func(q *request, _ *tx) {
			if q.on("User", verbCreate) {
				created.store(q.after.id, q.after.resource()["addresses"])
			}
		},
		rendering: func(q *request, r scim.Resource) {
			addresses, ok := created.load(r.ID())
			if !q.on("User", verbList) || !ok {
				return
			}
			if r["addresses"] = addresses; addresses == nil {
				delete(r, "addresses")
			}
		},
	}
}

const externalIDs = 1 // place in the indexes of users

func patchNamesakes(q *request, t *tx) {
	if !q.on("User", verbPatch) {
		return
	}
	ops := slices.DeleteFunc(slices.Clone(q.ops), func(op scim.Operation) bool { return readOperation(nil, op).names("userName") })
	for _, other := range slices.Collect(t.lookup(q.kind, externalIDs, q.after.resource().String("externalId"))) {
		changed, err := q.kind.patcher.Apply(other.resource(), ops)
		if other.id == q.after.id || err != nil {
			continue
		}
		q.endpoint.amend(t, q.kind, other, func(r scim.Resource) {
			clear(r)
			maps.Copy(r, changed)
		})
	}
}

// applyUntilBad is the resource after the operations before the first bad one; nil when there are none.
func applyUntilBad(q *request, current scim.Resource, ops []scim.Operation) scim.Resource {
	if !q.on("User", verbPatch) {
		return nil
	}
	var left scim.Resource
	for _, op := range ops {
		next, err := q.kind.patcher.Apply(current, []scim.Operation{op})
		if err != nil {
			break
		}
		left, current = next, next
	}
	return left
}

// applyDecodable applies the operations of a malformed PATCH before the first that cannot be decoded.
func applyDecodable(q *request, data []byte) {
	var body struct {
		Operations []json.RawMessage `json:"Operations"`
	}
	if json.Unmarshal(data, &body) != nil || !q.on("User", verbPatch) {
		return
	}
	var good []scim.Operation
	for _, raw := range body.Operations {
		one, err := json.Marshal(map[string]any{"schemas": []string{scim.PatchOpURN}, "Operations": []json.RawMessage{raw}})
		if err != nil {
			break
		}
		patch, err := scim.DecodePatch(one)
		if err != nil {
			break
		}
		good = append(good, patch.Operations...)
	}
	q.endpoint.change(q, func(current scim.Resource) (scim.Resource, error) {
		return q.kind.patcher.Apply(current, good)
	}, false)
}
