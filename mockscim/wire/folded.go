package wire

import "strings"

// folded writes steps as aadOptscim062020 does: what has a filter in its path, and what stands alone for other reasons, is an
// operation with a path; everything else becomes a member of one operation without a path for each kind of change. Its
// members are named by their paths, such as name.givenName or urn:…:User:department, and not nested: no RFC describes that,
// but targets are sent it. A single value that is added to an attribute of the first level keeps its path.
// Sources: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility;
// github.com/RIPAGlobal/scimitar/issues/69 for values that are added.
func (c *Composer) folded(steps []step) []any {
	operations := make([]any, 0, len(steps))
	rest := map[act][]step{}
	var order []act // kinds of change, first seen first
	for _, s := range steps {
		if s.alone {
			operations = append(operations, c.operation(s))
			continue
		}
		if rest[s.act] == nil {
			order = append(order, s.act)
		}
		rest[s.act] = append(rest[s.act], s)
	}
	for _, act := range order {
		together := rest[act]
		if len(together) == 1 && keepsPath(together[0]) {
			operations = append(operations, c.operation(together[0]))
			continue
		}
		value := &object{}
		for _, s := range together {
			value.set(s.path, s.value)
		}
		operations = append(operations, (&object{}).set("op", actNames[c.options.Dialect][act]).set("value", value))
	}
	return operations
}

// keepsPath says whether a change that has no other beside it is written with its path.
func keepsPath(s step) bool {
	return s.act == adds && !strings.ContainsAny(s.path, ".:") || isFold(s.path, "active")
}
