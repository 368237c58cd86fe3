package wire

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// patch composes the body of a PATCH.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
func patch(operations []any) *object {
	return (&object{}).set("schemas", []any{scim.PatchOpURN}).set("Operations", operations)
}

// act is what an operation does.
type act int

const (
	adds act = iota
	replaces
	removes
)

// actNames are the names of operations. The default dialect capitalises them, which RFC 7644 §3.5.2 does not.
var actNames = map[Dialect][3]string{
	Default:    {"Add", "Replace", "Remove"},
	AADOptSCIM: {"add", "replace", "remove"},
}

// step is one change on its way to become an operation, or a member of one.
type step struct {
	act   act
	path  string
	value any
	bare  bool // the operation has no value
	alone bool // never folded into an operation without a path
	lower bool // the name of the operation is in lower case whatever the dialect
}

// operation writes a step as an operation with a path.
func (c *Composer) operation(s step) *object {
	dialect := c.options.Dialect
	if s.lower {
		dialect = AADOptSCIM
	}
	o := (&object{}).set("op", actNames[dialect][s.act]).set("path", s.path)
	if !s.bare {
		o.set("value", s.value)
	}
	return o
}

// operations writes the changes as the dialect does: one operation for each, or as many as possible in one.
func (c *Composer) operations(changes []Change) []any {
	var steps []step
	for _, change := range changes {
		if s, ok := c.step(change); ok {
			steps = append(steps, s)
		}
	}
	if c.options.Dialect == AADOptSCIM {
		return c.folded(steps)
	}
	operations := make([]any, 0, len(steps))
	for _, s := range steps {
		operations = append(operations, c.operation(s))
	}
	return operations
}

// step says what one change does; false when nothing is sent for it.
func (c *Composer) step(change Change) (step, bool) {
	s := step{act: adds, path: change.Path, alone: strings.Contains(change.Path, "[")}
	if change.Present {
		s.act = replaces
	}
	if roles, ok := change.Value.(mapping.Roles); ok {
		return c.roleStep(s, roles), true
	}
	if change.Value == nil {
		return c.clear(s, change)
	}
	if isManager(change.Path) {
		return c.managerStep(s, change.Value), true
	}
	if isFold(change.Path, "active") {
		s.alone = !c.options.FoldActive
	}
	s.value = c.patchValue(change.Attribute)
	return s, s.value != nil
}

// patchValue is a value as a PATCH has it. In the default dialect every single value is text, also a boolean; with the flag values
// have the types a POST gives them.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
func (c *Composer) patchValue(a Attribute) any {
	switch v := a.Value.(type) {
	case []string:
		if strings.Contains(a.Path, "[") { // an element of one type holds one value
			return firstText(v)
		}
		return stringList(v)
	case string:
		if p, err := scim.ParsePath(a.Path); err == nil && isFold(p.Name, "roles") && isFold(p.FilterSub, "type") {
			return roleType
		}
		if c.options.Dialect == Default {
			return v
		}
	case bool:
		if c.options.Dialect == Default {
			return boolText(v)
		}
	}
	return jsonValue(a, c.parsed(a.Path).kind)
}

func firstText(v []string) string {
	if len(v) == 0 {
		return ""
	}
	return v[0]
}

func boolText(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// AddMembers adds members by their SCIM ids, in as many requests as [Options] MembersPerPatch asks for.
func (c *Composer) AddMembers(id string, members []string) []Request {
	return c.members(id, members, func(batch []string) []step {
		values := make([]any, len(batch))
		for i, m := range batch {
			value := &object{}
			if c.options.MemberRef {
				value.set("$ref", nil)
			}
			values[i] = value.set("value", m)
		}
		return c.memberSteps(adds, values)
	})
}

// RemoveMembers removes the members with these SCIM ids, and no others. The default dialect names them in the value of the
// operation, aadOptscim062020 in its path, one operation for each.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
func (c *Composer) RemoveMembers(id string, members []string) []Request {
	return c.members(id, members, func(batch []string) []step {
		var values []any
		var steps []step
		for _, m := range batch {
			values = append(values, (&object{}).set("value", m))
			// The id is the target's own. It is quoted as the filter's grammar asks (RFC 7644 §3.4.2.2), or it could name others.
			steps = append(steps, step{act: removes, path: "members[value eq " + string(encode(m)) + "]", bare: true})
		}
		if c.options.Dialect == AADOptSCIM {
			return steps
		}
		return c.memberSteps(removes, values)
	})
}

// memberSteps names members in the value of one operation, or of one for each.
func (c *Composer) memberSteps(act act, values []any) []step {
	if !c.options.MemberOperations {
		return []step{{act: act, path: "members", value: values}}
	}
	steps := make([]step, len(values))
	for i, v := range values {
		steps[i] = step{act: act, path: "members", value: []any{v}}
	}
	return steps
}

func (c *Composer) members(id string, members []string, steps func(batch []string) []step) []Request {
	var requests []Request
	for batch := range slices.Chunk(members, c.options.MembersPerPatch) {
		var operations []any
		for _, s := range steps(batch) {
			operations = append(operations, c.operation(s))
		}
		requests = append(requests, withBody(http.MethodPatch, resource(groups, id), patch(operations)))
	}
	return requests
}
