package directory

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"time"
)

// Object is one immutable record as it was when it was read. Methods that take a property name ignore its letter case and give
// the zero value for a property that is unknown or has no value.
type Object struct {
	id       string
	table    *table
	set      ordinalSet // which ordinals have a value, and the values of booleans: a scan for one reads nothing else
	packed   string     // values of strings, times and integers: where each ends, then all of them
	others   []any      // values of the other kinds
	deleted  int64      // nanoseconds since 1970, 0 when live
	sequence uint64
}

// ID returns the object's id: a GUID in lower case, or what the type has instead.
func (o *Object) ID() string { return o.id }

// Type returns the object's type.
func (o *Object) Type() Type { return o.table.typ }

// Sequence returns the number of the last change of the object itself, not of its links.
func (o *Object) Sequence() uint64 { return o.sequence }

// DeletedAt returns when the object went to the recycle bin, false when it is not there.
func (o *Object) DeletedAt() (time.Time, bool) {
	if o.deleted == 0 {
		return time.Time{}, false
	}
	return time.Unix(0, o.deleted).UTC(), true
}

// Property returns a value of the type the property's [Kind] says, also of a derived property and of a directory extension by its full
// name; nil when there is none. Slices are copies.
func (o *Object) Property(name string) any {
	i, ok := o.table.ordinal(name)
	if !ok {
		return clone(o.extension(name))
	}
	if o.table.properties[i].hidden {
		return nil
	}
	if derived := o.table.properties[i].derived; derived != nil {
		return derived(o)
	}
	return clone(o.value(i))
}

// String returns a string value, "" when there is none. Strings stay as they are in memory: it costs no allocation.
func (o *Object) String(name string) string {
	i, ok := o.table.ordinal(name)
	if !ok {
		return text(o.extension(name))
	}
	if o.table.properties[i].hidden {
		return ""
	}
	return o.text(i)
}

// Bool returns a boolean value, false when there is none.
func (o *Object) Bool(name string) bool {
	i, ok := o.table.ordinal(name)
	if !ok {
		v, _ := o.extension(name).(bool)
		return v
	}
	return o.flag(i)
}

// Strings returns a copy of a collection of strings, nil when it is empty.
func (o *Object) Strings(name string) []string { return slices.Clone(o.strings(name)) }

// AppRoles returns a copy of the roles of an application or a service principal, nil when it has none.
func (o *Object) AppRoles() []AppRole {
	return cloneRoles(get[[]AppRole](o, "appRoles"))
}

// Value returns a value of a property by its Go type, such as Value[[]directory.AssignedLicense](user, "assignedLicenses"); the
// zero value when there is none or it is of another type.
func Value[T any](o *Object, name string) T {
	v, _ := o.Property(name).(T)
	return v
}

// Properties returns a copy of all values by name, those of directory extensions by their full names. Properties without a value and
// derived ones are not in it.
func (o *Object) Properties() Properties {
	all := make(Properties, len(o.others)+8)
	for i, row := range o.table.properties {
		if row.derived != nil || row.hidden {
			continue
		}
		if v := o.value(i); v != nil {
			all[row.Name] = clone(v)
		}
	}
	for _, each := range get[extensionValues](o, extensionRow) {
		all[each.name] = clone(each.value)
	}
	return all
}

func (o *Object) strings(name string) []string { return get[[]string](o, name) }

func get[T any](o *Object, name string) T {
	i, ok := o.table.ordinal(name)
	if !ok {
		value, _ := o.extension(name).(T)
		return value
	}
	var v any
	if derived := o.table.properties[i].derived; derived != nil {
		v = derived(o)
	} else {
		v = o.value(i)
	}
	value, _ := v.(T)
	return value
}

// isPacked says whether values of the kind stand in an object's packed string.
func (k Kind) isPacked() bool {
	switch k {
	case String, Guid, DateTime, Integer:
		return true
	default:
		return false
	}
}

// text returns the string at an ordinal, without making it an interface.
func (o *Object) text(ordinal int) string {
	row := &o.table.properties[ordinal]
	switch {
	case row.derived != nil:
		return text(row.derived(o))
	case row.Kind != String && row.Kind != Guid || !o.has(ordinal):
		return ""
	}
	return o.raw(ordinal)
}

func (o *Object) flag(ordinal int) bool {
	row := &o.table.properties[ordinal]
	if row.derived != nil {
		v, _ := row.derived(o).(bool)
		return v
	}
	return row.Kind == Boolean && o.set.has(int(o.table.truths[ordinal]))
}

// Reader reads one property of many objects of one type: a scan that asks for a value a million times looks its name up once.
// The zero value reads nothing.
type Reader struct {
	table   *table
	ordinal int
}

// NewReader returns a reader of a property, false when the type has no such property.
func NewReader(t Type, property string) (Reader, bool) {
	n, ok := numberOf(t)
	if !ok {
		return Reader{}, false
	}
	i, ok := schema[n].ordinal(property)
	if !ok || schema[n].properties[i].hidden {
		return Reader{}, false
	}
	return Reader{schema[n], i}, true
}

// String returns a string value, "" when there is none or the object is of another type.
func (r Reader) String(o *Object) string {
	if o.table != r.table {
		return ""
	}
	return o.text(r.ordinal)
}

// Bool returns a boolean value, false when there is none or the object is of another type.
func (r Reader) Bool(o *Object) bool { return o.table == r.table && o.flag(r.ordinal) }

// Has says whether there is a value.
func (r Reader) Has(o *Object) bool {
	if o.table != r.table {
		return false
	}
	if derived := r.table.properties[r.ordinal].derived; derived != nil {
		return derived(o) != nil
	}
	return o.has(r.ordinal)
}

// Value returns what [Object.Property] would, except that slices and maps are the object's own: the caller must not change them.
func (r Reader) Value(o *Object) any {
	if o.table != r.table {
		return nil
	}
	if derived := r.table.properties[r.ordinal].derived; derived != nil {
		return derived(o)
	}
	return o.value(r.ordinal)
}

const endSize = 4 // bytes that say where a packed value ends

func (o *Object) has(ordinal int) bool { return o.set.has(ordinal) }

// rank counts the ordinals below that are in the set and in the mask.
func (o *Object) rank(ordinal int, mask ordinalSet) (below int) {
	word := ordinal / 64
	for i := range word {
		below += bits.OnesCount64(o.set[i] & mask[i])
	}
	return below + bits.OnesCount64(o.set[word]&mask[word]&(1<<(ordinal%64)-1))
}

// raw returns the bytes of a packed value that is there.
func (o *Object) raw(ordinal int) string {
	low, high := o.set[0]&o.table.packed[0], o.set[1]&o.table.packed[1]
	lows := bits.OnesCount64(low)
	var slot int
	if ordinal < 64 {
		slot = bits.OnesCount64(low & (1<<ordinal - 1))
	} else {
		slot = lows + bits.OnesCount64(high&(1<<(ordinal-64)-1))
	}
	base, start := endSize*(lows+bits.OnesCount64(high)), 0
	if slot > 0 {
		start = o.end(slot - 1)
	}
	return o.packed[base+start : base+o.end(slot)]
}

func (o *Object) end(slot int) int {
	p := o.packed[endSize*slot : endSize*slot+endSize]
	return int(p[0]) | int(p[1])<<8 | int(p[2])<<16 | int(p[3])<<24
}

func (o *Object) value(ordinal int) any {
	if !o.has(ordinal) {
		return nil
	}
	kind := o.table.properties[ordinal].Kind
	switch {
	case kind == Boolean:
		return o.set.has(int(o.table.truths[ordinal]))
	case !kind.isPacked():
		return o.others[o.rank(ordinal, o.table.boxed)]
	}
	raw := o.raw(ordinal)
	switch kind {
	case DateTime:
		b := []byte(raw)
		return time.Unix(int64(binary.LittleEndian.Uint64(b)), int64(binary.LittleEndian.Uint32(b[8:]))).UTC() //nolint:gosec // packed here, within its range
	case Integer:
		return int(binary.LittleEndian.Uint64([]byte(raw))) //nolint:gosec // packed here, within its range
	default:
		return raw
	}
}

// appendPacked writes a value as value reads it.
func appendPacked(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return append(b, v...)
	case time.Time:
		return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint64(b, uint64(v.Unix())), uint32(v.Nanosecond())) //nolint:gosec // packed here, within its range
	case int:
		return binary.LittleEndian.AppendUint64(b, uint64(v)) //nolint:gosec // packed here, within its range
	}
	return b
}

// usualSize holds the packed values of most objects while they are put together.
const usualSize = 1 << 10

// with returns a copy of the object with the values given.
func (o *Object) with(values *draft) *Object {
	next := *o
	if values == nil || len(values.values) == 0 {
		return &next
	}
	t := o.table
	next.set = o.set.and(&t.all)
	at := 0
	for i := values.given.next(0); i >= 0; i = values.given.next(i + 1) {
		if values.values[at] == nil {
			next.set.remove(i)
		} else {
			next.set.add(i)
		}
		at++
	}
	kept := next.set
	slots := kept.and(&t.packed)
	boxed := kept.and(&t.boxed)
	var usual [usualSize]byte
	base := endSize * slots.size()
	packed := append(usual[:0], make([]byte, base)...)
	next.others = make([]any, 0, boxed.size())
	slot := 0
	for i := kept.next(0); i >= 0; i = kept.next(i + 1) {
		given := values.given.has(i)
		switch {
		case t.packed.has(i):
			if given {
				packed = appendPacked(packed, values.value(i))
			} else {
				packed = append(packed, o.raw(i)...)
			}
			binary.LittleEndian.PutUint32(packed[endSize*slot:], uint32(len(packed)-base)) //nolint:gosec // packed here, within its range
			slot++
		case t.boxed.has(i):
			if given {
				next.others = append(next.others, values.value(i))
			} else {
				next.others = append(next.others, o.others[o.rank(i, t.boxed)])
			}
		case given && values.value(i) == true || !given && o.set.has(int(t.truths[i])):
			next.set.add(int(t.truths[i]))
		}
	}
	next.packed = string(packed)
	return &next
}
