package serviceprovider

import (
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// check keeps the rules between resources: unique names, members that exist.
func (e *Endpoint) check(q *request, t *tx, before, after scim.Resource) *scim.Error {
	k := q.kind
	for _, x := range k.indexes[:k.unique] {
		name := x.name
		if e.bendConflict(q, t.state, after, e.owner(k, t.state, after, x)) == nil {
			continue
		}
		return scim.Errorf(http.StatusConflict, scim.Uniqueness, "%s %q is already in use", name, after.String(name))
	}
	if k == e.groups() {
		return e.tidyMembers(t.state, before, after)
	}
	return nil
}

// owner is another record that has the candidate's value of an attribute that is unique, nil when there is none.
func (e *Endpoint) owner(k *kind, s *state, candidate scim.Resource, x index) *record {
	slot := slices.Index(k.indexes, x)
	for _, value := range x.values(candidate) {
		for r := range s.lookup(k, slot, value) {
			if r.id != candidate.ID() && (!x.exact || slices.Contains(x.values(r.members(x.name)), value)) {
				return r
			}
		}
	}
	return nil
}

// tidyMembers stores each member once and knows its type. A new member must exist; one that was there may stay.
func (e *Endpoint) tidyMembers(s *state, before, after scim.Resource) *scim.Error {
	known := map[string]map[string]any{}
	for _, member := range elements(before, "members") {
		if id, ok := member["value"].(string); ok {
			known[id] = member
		}
	}
	list, ok := after["members"].([]any)
	if !ok {
		return nil
	}
	tidy, seen := make([]any, 0, len(list)), make(map[string]bool, len(list))
	for _, member := range elements(after, "members") {
		id, _ := member["value"].(string)
		if seen[id] {
			continue
		}
		seen[id] = true
		if old, ok := known[id]; ok {
			tidy = append(tidy, old)
			continue
		}
		if id == "" {
			return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "a member has no value")
		}
		kindName := ""
		for _, k := range e.kinds {
			if s.get(k, id) != nil {
				kindName = k.name
			}
		}
		if kindName == "" {
			return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "member %q does not exist", id)
		}
		tidy = append(tidy, map[string]any{"value": id, "type": kindName})
	}
	after["members"] = tidy
	if len(tidy) == 0 {
		delete(after, "members")
	}
	return nil
}

// leaveGroups takes a member out of every group.
func (e *Endpoint) leaveGroups(t *tx, id string) {
	for _, g := range slices.Collect(t.lookup(e.groups(), groupMembers, id)) {
		e.removeMember(t, g, id)
	}
}

func (e *Endpoint) removeMember(t *tx, g *record, id string) {
	var left []any
	for _, member := range elements(g.resource(), "members") {
		if member["value"] != id {
			left = append(left, member)
		}
	}
	e.amend(t, e.groups(), g, func(r scim.Resource) {
		if r["members"] = left; left == nil {
			delete(r, "members")
		}
	})
}

// amend stores a record changed by the endpoint itself.
func (e *Endpoint) amend(t *tx, k *kind, r *record, change func(resource scim.Resource)) {
	resource := r.resource()
	change(resource)
	if amended, complete := e.settle(k, r, r, resource); amended != r {
		t.put(k, amended, complete)
	}
}

// schemasOf lists the base schema and the extensions a resource has values of.
func (k *kind) schemasOf(r scim.Resource) []any {
	urns := []any{k.urn}
	for _, extension := range k.schemas[1:] {
		if values, ok := r[extension.ID].(map[string]any); ok && len(values) > 0 {
			urns = append(urns, extension.ID)
		}
	}
	return urns
}
