package directory

import (
	"math/bits"
	"slices"
	"time"
)

// Object is one immutable record: a user, a group or a service principal as it was when it was read. Methods that take a
// property name ignore its letter case and give the zero value for a property that is unknown or has no value.
type Object struct {
	id       string
	table    *table
	set      [maxOrdinals / 64]uint64 // which ordinals have a value
	values   []any                    // of those, in order
	deleted  time.Time
	sequence uint64
}

// ID returns the object's GUID, in lower case.
func (o *Object) ID() string { return o.id }

// Type returns the object's type.
func (o *Object) Type() Type { return o.table.typ }

// Sequence returns the number of the last change of the object itself, not of its links.
func (o *Object) Sequence() uint64 { return o.sequence }

// DeletedAt returns when the object went to the recycle bin, false when it is not there.
func (o *Object) DeletedAt() (time.Time, bool) { return o.deleted, !o.deleted.IsZero() }

// Property returns a value: string, bool, []string, time.Time or []AppRole; nil when there is none. Slices are copies.
func (o *Object) Property(name string) any {
	i, ok := o.table.ordinal(name)
	if !ok {
		return nil
	}
	return clone(o.value(i))
}

// String returns a string value, "" when there is none.
func (o *Object) String(name string) string { return get[string](o, name) }

// Bool returns a boolean value, false when there is none.
func (o *Object) Bool(name string) bool { return get[bool](o, name) }

// Strings returns a copy of a collection of strings, nil when it is empty.
func (o *Object) Strings(name string) []string { return slices.Clone(o.strings(name)) }

// AppRoles returns a copy of a service principal's roles, nil when it has none.
func (o *Object) AppRoles() []AppRole {
	return cloneRoles(get[[]AppRole](o, "appRoles"))
}

// Properties returns a copy of all values by name. Properties without a value are not in it.
func (o *Object) Properties() Properties {
	all := make(Properties, len(o.values))
	for i, row := range o.table.properties {
		if v := o.value(i); v != nil {
			all[row.Name] = clone(v)
		}
	}
	return all
}

func (o *Object) strings(name string) []string { return get[[]string](o, name) }

func get[T any](o *Object, name string) T {
	var zero T
	i, ok := o.table.ordinal(name)
	if !ok {
		return zero
	}
	v, _ := o.value(i).(T)
	return v
}

// clone copies what could be changed through the copy.
func clone(v any) any {
	switch v := v.(type) {
	case []string:
		return slices.Clone(v)
	case []AppRole:
		return cloneRoles(v)
	}
	return v
}

func cloneRoles(roles []AppRole) []AppRole {
	roles = slices.Clone(roles)
	for i := range roles {
		roles[i].AllowedMemberTypes = slices.Clone(roles[i].AllowedMemberTypes)
	}
	return roles
}

func (o *Object) value(ordinal int) any {
	word, bit := ordinal/64, uint(ordinal%64)
	if o.set[word]&(1<<bit) == 0 {
		return nil
	}
	slot := bits.OnesCount64(o.set[word] & (1<<bit - 1))
	for _, w := range o.set[:word] {
		slot += bits.OnesCount64(w)
	}
	return o.values[slot]
}

// with returns a copy of the object with the values given by ordinal, nil for none.
func (o *Object) with(values map[int]any) *Object {
	next := *o
	next.values = make([]any, 0, len(o.values)+len(values))
	next.set = [maxOrdinals / 64]uint64{}
	for i := range o.table.properties {
		v, changed := values[i]
		if !changed {
			v = o.value(i)
		}
		if v != nil {
			next.values = append(next.values, v)
			next.set[i/64] |= 1 << (i % 64)
		}
	}
	return &next
}
