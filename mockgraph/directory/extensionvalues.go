package directory

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// extensionValues are the values an object has of directory extensions, in the order of their names. They stand in one hidden property,
// which costs nothing where there are none.
type extensionValues []extensionValue

type extensionValue struct {
	name  string // as the extension was defined
	value any    // string, bool, int, time.Time or a slice of one of them
}

// extensionRow is that property.
const extensionRow = "extensionValues"

func extensionsRow() Property {
	return complexRow[extensionValues](extensionRow, Property{hidden: true})
}

// extension returns a value by the extension's full name, nil when there is none.
func (o *Object) extension(name string) any {
	if !isExtensionName(name) {
		return nil
	}
	for _, each := range get[extensionValues](o, extensionRow) {
		if strings.EqualFold(each.name, name) {
			return each.value
		}
	}
	return nil
}

// count says how many values there are, elements of collections each for themselves.
func (e extensionValues) count() (n int) {
	for _, each := range e {
		if r := reflect.ValueOf(each.value); r.Kind() == reflect.Slice {
			n += r.Len()
		} else {
			n++
		}
	}
	return n
}

// readExtensions adds the extension values given to those an object has and returns all of them, nil for none. Names is what the
// properties given call them.
func (t *table) readExtensions(before *Object, p Properties, names []string, x *tx) (any, error) {
	var all extensionValues
	if before != nil {
		all = slices.Clone(get[extensionValues](before, extensionRow))
	}
	slices.Sort(names)
	var unknown []string
	seen := map[string]bool{}
	for _, name := range names {
		row, ok := x.view.ExtensionProperty(t.typ, name)
		if !ok {
			unknown = append(unknown, name)
			continue
		}
		if seen[row.Name] {
			return nil, badRequest(row.Name, "Property '%s' is given twice.", row.Name)
		}
		seen[row.Name] = true
		v, ok := row.normal(p[name], x)
		if !ok || row.check != nil && !row.check(x, v) {
			return nil, invalidValue(t, row.Name)
		}
		at, has := slices.BinarySearchFunc(all, row.Name, func(e extensionValue, name string) int { return strings.Compare(e.name, name) })
		switch {
		case v == nil && has:
			all = slices.Delete(all, at, at+1)
		case v == nil:
		case has:
			all[at].value = v
		default:
			all = slices.Insert(all, at, extensionValue{row.Name, v})
		}
	}
	if len(unknown) > 0 {
		return nil, badRequest(unknown[0], "The following extension properties are not available: %s.", strings.Join(unknown, ", "))
	}
	if all.count() > maxExtensionValues {
		return nil, &Error{
			Code: CodeQuota, Target: unknownID(before),
			Message: fmt.Sprintf("Unable to perform operation as '%d' would exceed the maximum quota count '%d' for extension values.", all.count(), maxExtensionValues),
		}
	}
	if len(all) == 0 {
		return nil, nil //nolint:nilnil // nil is no value
	}
	return all, nil
}

func unknownID(o *Object) string {
	if o == nil {
		return ""
	}
	return o.id
}

// changedExtensions returns the names of the values that are not the same.
func changedExtensions(before, after any) (names []string) {
	old, _ := before.(extensionValues)
	fresh, _ := after.(extensionValues)
	for _, pair := range [][2]extensionValues{{old, fresh}, {fresh, old}} {
		for _, each := range pair[0] {
			if !slices.ContainsFunc(pair[1], func(other extensionValue) bool { return other.name == each.name && equal(other.value, each.value) }) && !slices.Contains(names, each.name) {
				names = append(names, each.name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// extensionTypes are the types of values by the name they have in files. It is never written.
var extensionTypes = map[string]reflect.Type{
	"string": reflect.TypeFor[string](), "bool": reflect.TypeFor[bool](), "int": reflect.TypeFor[int](), "time": reflect.TypeFor[time.Time](),
	"strings": reflect.TypeFor[[]string](), "bools": reflect.TypeFor[[]bool](), "ints": reflect.TypeFor[[]int](), "times": reflect.TypeFor[[]time.Time](),
}

type fileExtension struct {
	Name  string          `json:"name"`
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

// MarshalJSON writes the values with their types, which follow from nothing else in a file.
func (e extensionValues) MarshalJSON() ([]byte, error) {
	all := make([]fileExtension, len(e))
	for i, each := range e {
		all[i].Name = each.name
		for name, t := range extensionTypes {
			if t == reflect.TypeOf(each.value) {
				all[i].Type = name
			}
		}
		raw, err := json.Marshal(each.value)
		if err != nil {
			return nil, err
		}
		all[i].Value = raw
	}
	return json.Marshal(all)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *extensionValues) UnmarshalJSON(raw []byte) error {
	var all []fileExtension
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	*e = make(extensionValues, 0, len(all))
	for i, each := range all {
		t, ok := extensionTypes[each.Type]
		if !ok || !isExtensionName(each.Name) || i > 0 && all[i-1].Name >= each.Name {
			return fmt.Errorf("read extension value %q of type %q", each.Name, each.Type)
		}
		v := reflect.New(t)
		if err := json.Unmarshal(each.Value, v.Interface()); err != nil {
			return fmt.Errorf("read extension value %s: %w", each.Name, err)
		}
		*e = append(*e, extensionValue{each.Name, v.Elem().Interface()})
	}
	if e.count() > maxExtensionValues {
		return fmt.Errorf("read extension values: more than %d", maxExtensionValues)
	}
	return nil
}
