package serviceprovider

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// operationsHook bends the operations of a PATCH.
type operationsHook = func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error)

// operation is one operation of a PATCH with its path read.
type operation struct {
	scim.Operation

	path    scim.Path
	current scim.Resource
}

// readOperation parses the path of an operation; a path that cannot be parsed is left to the patcher and has no name here.
func readOperation(current scim.Resource, op scim.Operation) operation {
	path, err := scim.ParsePath(op.Path)
	if err != nil {
		path = scim.Path{}
	}
	return operation{Operation: op, path: path, current: current}
}

func (o operation) does(op string) bool    { return strings.EqualFold(o.Op, op) }
func (o operation) names(attr string) bool { return strings.EqualFold(o.path.Name, attr) }

// at says whether the path is an attribute without sub-attribute and filter.
func (o operation) at(attr string) bool {
	return o.names(attr) && o.path.Filter == nil && o.path.Sub == ""
}

// finds says whether an element of r passes the filter in the path.
func (o operation) finds(r scim.Resource) bool { return len(o.selected(r)) > 0 }

// selected are the elements of r that pass the filter in the path.
func (o operation) selected(r scim.Resource) []map[string]any {
	if o.path.Filter == nil {
		return nil
	}
	var found []map[string]any
	for _, element := range elements(r, o.path.Name) {
		if scim.Match(o.path.Filter, element, nil) {
			found = append(found, element)
		}
	}
	return found
}

// values are the strings an operation lists: ids of members, whether objects or bare.
func (o operation) values() []string {
	list, ok := o.Value.([]any)
	if !ok {
		list = []any{o.Value}
	}
	var values []string
	for _, item := range list {
		if element, ok := item.(map[string]any); ok {
			item = element["value"]
		}
		if value, ok := item.(string); ok {
			values = append(values, value)
		}
	}
	return values
}

type operationTest = func(o operation) bool

// all holds when each test does.
func all(tests ...operationTest) operationTest {
	return func(o operation) bool {
		return !slices.ContainsFunc(tests, func(test operationTest) bool { return !test(o) })
	}
}

func isOp(name string) operationTest { return func(o operation) bool { return o.does(name) } }
func isAt(attr string) operationTest { return func(o operation) bool { return o.at(attr) } }
func isBool(want bool) operationTest { return func(o operation) bool { return o.Value == want } }

// isText tests for a string value, in any case.
func isText(want string) operationTest {
	return func(o operation) bool {
		value, ok := o.Value.(string)
		return ok && strings.EqualFold(value, want)
	}
}

// ignoring passes over the operations for which the test holds.
func ignoring(kind string, test operationTest) operationsHook {
	return func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
		if !q.on(kind, verbPatch) {
			return ops, nil
		}
		return slices.DeleteFunc(slices.Clone(ops), func(op scim.Operation) bool { return test(readOperation(current, op)) }), nil
	}
}

// refusingOps answers 400 to a PATCH with an operation for which the test holds.
func refusingOps(kind string, test operationTest, scimType, detail string) operationsHook {
	return failingOps(kind, test, scim.Errorf(http.StatusBadRequest, scimType, "%s", detail))
}

func failingOps(kind string, test operationTest, failure *scim.Error) operationsHook {
	return func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
		for _, op := range ops {
			if q.on(kind, verbPatch) && test(readOperation(current, op)) {
				return nil, failure
			}
		}
		return ops, nil
	}
}

// rewriting changes the operations for which the test holds.
func rewriting(kind string, test operationTest, rewrite func(o operation) scim.Operation) operationsHook {
	return func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
		if !q.on(kind, verbPatch) {
			return ops, nil
		}
		changed := slices.Clone(ops)
		for i, op := range ops {
			if o := readOperation(current, op); test(o) {
				changed[i] = rewrite(o)
			}
		}
		return changed, nil
	}
}

// withOp gives an operation another op.
func withOp(name string) func(operation) scim.Operation {
	return func(o operation) scim.Operation { o.Op = name; return o.Operation }
}

// withValue gives an operation another value.
func withValue(value func(o operation) any) func(operation) scim.Operation {
	return func(o operation) scim.Operation { o.Value = value(o); return o.Operation }
}

// onPatched edits what a PATCH is about to store, once for each operation for which the test holds.
func onPatched(kind string, test operationTest, edit func(o operation, after scim.Resource)) func(*request, scim.Resource, scim.Resource) error {
	return onStore(kind, func(q *request, before, after scim.Resource) {
		for _, op := range q.ops {
			if o := readOperation(before, op); test(o) {
				edit(o, after)
			}
		}
	}, verbPatch)
}

// expand gives every member of an operation without a path its own operation, so that a fault sees the same PATCH in both
// notations.
func expand(ops []scim.Operation) []scim.Operation {
	expanded := make([]scim.Operation, 0, len(ops))
	for _, op := range ops {
		members, ok := op.Value.(map[string]any)
		if op.Path != "" || !ok {
			expanded = append(expanded, op)
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			expanded = append(expanded, scim.Operation{Op: op.Op, Path: name, Value: members[name]})
		}
	}
	return expanded
}
