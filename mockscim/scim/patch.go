package scim

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Patcher applies PATCH operations (RFC 7644 §3.5.2). A zero Tolerance is strict.
type Patcher struct {
	Registry  *Registry
	Tolerance Tolerance
}

// Apply returns the resource with all operations applied, or an [*Error] of status 400 and no change at all: the operations are
// atomic. r is never changed. Objects of the result are its own; arrays that no operation touched are shared with r.
//
// "schemas" follows the extensions that have values; a client's changes to it are passed over. An operation that sets "primary" to
// true takes it from the other values. Adding a value that is there changes nothing. Writing a readOnly attribute is
// [Mutability], unless the value is the present one.
func (p Patcher) Apply(r Resource, ops []Operation) (Resource, error) {
	if len(ops) > MaxOperations {
		return nil, Errorf(400, InvalidSyntax, "%d operations, at most %d are applied", len(ops), MaxOperations)
	}
	x := patch{Patcher: p, coercer: coercer{tolerance: p.Tolerance}, registry: p.Registry.orEmpty(), out: make(Resource, len(r)+1), owned: map[*Attribute]bool{}}
	for name, v := range r {
		if object, ok := v.(map[string]any); ok {
			v = cloneObject(object)
		}
		x.out[name] = v
	}
	for i, op := range ops {
		if err := x.apply(op); err != nil {
			return nil, located(err, i+1, op)
		}
	}
	setSchemas(x.out, x.registry)
	return x.out, nil
}

// located says in the detail which operation failed.
func located(err error, number int, op Operation) error {
	e := &Error{}
	if !errors.As(err, &e) {
		e = Errorf(400, InvalidSyntax, "%v", err)
	}
	where := clip(op.Op, 20)
	if op.Path != "" {
		where += " " + clip(op.Path, 120)
	}
	return &Error{Status: e.Status, ScimType: e.ScimType, Detail: fmt.Sprintf("operation %d (%s): %s", number, where, e.Detail)}
}

// patch is one Apply under way.
type patch struct {
	Patcher

	coercer  coercer
	registry *Registry
	out      Resource
	owned    map[*Attribute]bool // multi-valued attributes whose array is already a copy
}

func (x *patch) apply(op Operation) error {
	do := verbOf(op.Op)
	if do == "" || !x.Tolerance.OpCase && string(do) != op.Op {
		return Errorf(400, InvalidSyntax, "op is not one of add, remove, replace")
	}
	if op.Path == "" {
		if do == verbRemove {
			return Errorf(400, NoTarget, "remove needs a path")
		}
		return x.members(do, "", op.Value)
	}
	path, err := ParsePath(op.Path)
	if err != nil {
		return Errorf(400, InvalidPath, "%v", err)
	}
	return x.at(do, path, op.Value)
}

// members applies every member of a value that comes without a path, or with the path of a whole schema, in the order of
// their names.
func (x *patch) members(do verb, urn string, v any) error {
	object, ok := v.(map[string]any)
	if !ok {
		return Errorf(400, InvalidValue, "the value without an attribute path is %s, not an object", kindOf(v))
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if err := x.member(do, urn, name, object[name]); err != nil {
			return err
		}
	}
	return nil
}

func (x *patch) member(do verb, urn, name string, v any) error {
	if index, ok := x.registry.schema(name); ok && urn == "" {
		return x.schema(do, index, v)
	}
	path := Path{AttributePath: AttributePath{Name: name}}
	if !simpleName(name) {
		var err error
		if path, err = ParsePath(name); err != nil || !x.Tolerance.FlattenedKeys {
			if x.Tolerance.IgnoreUnknown {
				return nil
			}
			return Errorf(400, InvalidPath, "unknown attribute %q", clip(name, 120))
		}
	}
	if path.URN == "" {
		path.URN = urn
	}
	return x.at(do, path, v)
}

// schema changes a whole schema: the members of an extension, or of the base schema under its own URN.
func (x *patch) schema(do verb, index *schemaIndex, v any) error {
	if v != nil && do != verbRemove {
		return x.members(do, index.schema.ID, v)
	}
	if !index.extension {
		return Errorf(400, NoTarget, "%s is the whole resource", index.schema.ID)
	}
	if do == verbAdd {
		return nil
	}
	for i := range index.schema.Attributes {
		t := target{schema: index, attribute: &index.schema.Attributes[i]}
		if x.get(t) == nil {
			continue
		}
		if err := x.change(verbRemove, Path{}, t, nil); err != nil {
			return err
		}
	}
	return nil
}

// at changes what a path names.
func (x *patch) at(do verb, path Path, v any) error {
	t, ok := x.registry.resolve(path.AttributePath)
	if ok && path.FilterSub != "" && t.attribute != nil && t.sub == nil {
		t.sub, ok = t.attribute.Sub(path.FilterSub)
	}
	if !ok {
		if x.Tolerance.IgnoreUnknown {
			return nil
		}
		return Errorf(400, InvalidPath, "unknown attribute %q", clip(path.String(), 120))
	}
	if t.attribute == nil {
		if path.Filter != nil {
			return Errorf(400, InvalidPath, "a schema takes no filter")
		}
		return x.schema(do, t.schema, v)
	}
	if path.Filter != nil && (path.Sub != "" || !t.attribute.MultiValued) {
		return Errorf(400, InvalidPath, "%s is not multi-valued and takes no filter", path.AttributePath)
	}
	return x.change(do, path, t, v)
}

// change checks mutability and goes on by the number of values.
func (x *patch) change(do verb, path Path, t target, v any) error {
	a := t.attribute
	if a.Name == "schemas" && !t.schema.extension {
		if do == verbRemove {
			return Errorf(400, Mutability, "schemas is required")
		}
		return nil
	}
	if a.Mutability == ReadOnly || t.leaf().Mutability == ReadOnly {
		if do != verbRemove && t.sub == nil && reflect.DeepEqual(x.get(t), v) {
			return nil
		}
		return Errorf(400, Mutability, "%s is readOnly", t.label())
	}
	if a.MultiValued {
		return x.plural(do, path, t, v)
	}
	return x.single(do, t, v)
}

// get returns the value of a whole attribute; nil when it has none.
func (x *patch) get(t target) any {
	holder := map[string]any(x.out)
	if container := t.container(); container != "" {
		_, inner, _ := member(holder, container)
		holder, _ = inner.(map[string]any)
	}
	_, v, _ := member(holder, t.attribute.Name)
	return v
}

// put stores the value of a whole attribute under its canonical name; nil takes it away.
func (x *patch) put(do verb, t target, v any) error {
	a := t.attribute
	if a.Mutability == Immutable {
		if current := x.get(t); present(current) && !reflect.DeepEqual(current, v) {
			return Errorf(400, Mutability, "%s is immutable and already has a value", t.label())
		}
	}
	if a.Required && !present(v) {
		if do == verbRemove {
			return Errorf(400, Mutability, "%s is required and cannot be removed", t.label())
		}
		return Errorf(400, InvalidValue, "%s is required and cannot be empty", t.label())
	}
	holder := map[string]any(x.out)
	if container := t.container(); container != "" {
		key, inner, _ := member(holder, container)
		object, ok := inner.(map[string]any)
		if !ok {
			if v == nil {
				return nil
			}
			delete(holder, key)
			object = map[string]any{}
			holder[container] = object
		}
		holder = object
	}
	if key, _, ok := member(holder, a.Name); ok {
		delete(holder, key)
	}
	if v != nil {
		holder[a.Name] = v
	}
	return nil
}
