package directory

import (
	"slices"
	"strings"
)

// Kind is the kind of value a property holds.
type Kind uint8

// The kinds of values, with their Go types.
const (
	String   Kind = iota // string
	Boolean              // bool
	Strings              // []string
	DateTime             // time.Time, kept in UTC
	AppRoles             // []AppRole
)

// Mutability says who may write a property, and when.
type Mutability uint8

// The mutabilities of properties.
const (
	ReadWrite Mutability = iota
	External             // kept by Exchange or a synchronized directory: the directory takes it, Graph's routes must refuse it
	Immutable            // on creation only
	ReadOnly             // by the directory itself only
)

// Index says whether objects can be found by a property without a scan.
type Index uint8

// The kinds of indexes. Both fold letter case.
const (
	Unindexed Index = iota
	Indexed         // several objects may have the same value
	Unique          // one live object of the type at most; the recycle bin does not count
)

// Property is one row of a type's property table.
type Property struct {
	Name       string
	Kind       Kind
	Mutability Mutability
	Index      Index
	Required   bool // on creation
	Kept       bool // cannot be cleared once it has a value
	Default    bool // part of the default selection of GET
	MaxLength  int  // of a string or of each element, in characters; 0 is 1,024
	MaxValues  int  // of a collection; 0 is 250

	valid      func(string) bool  // further syntax of a string or of each element; nil: any
	initial    func(*tx) any      // value on creation when none is given; nil: none
	uniqueWhen func(*Object) bool // limits Unique to some objects; nil: all
	sameKey    bool               // a duplicate is answered with Request_MultipleObjectsWithSameKeyValue
}

const (
	defaultMaxLength = 1024
	defaultMaxValues = 250
)

// maxOrdinals bounds a table: an object keeps the set of its properties in that many bits.
const maxOrdinals = 128

// table is the compiled property table of a type. It is shared and never changes.
type table struct {
	typ        Type
	number     uint8  // under which snapshots keep objects of the type
	resource   string // as messages name it
	recycles   func(o *Object) bool
	properties []Property
	ordinals   map[string]int // by lower-case name
	indexed    []uint8        // ordinals with an index
}

func newTable(number uint8, typ Type, resource string, recycles func(*Object) bool, rows ...Property) *table {
	t := &table{number: number, typ: typ, resource: resource, recycles: recycles, properties: rows, ordinals: make(map[string]int, 2*len(rows))}
	for i, row := range rows {
		t.ordinals[strings.ToLower(row.Name)] = i
		t.ordinals[row.Name] = i
	}
	for i := range uint8(maxOrdinals) {
		if int(i) < len(rows) && rows[i].Index != Unindexed {
			t.indexed = append(t.indexed, i)
		}
	}
	return t
}

// ordinal finds a property by name; the name as the table spells it is found without allocating.
func (t *table) ordinal(name string) (int, bool) {
	i, ok := t.ordinals[name]
	if !ok {
		i, ok = t.ordinals[strings.ToLower(name)]
	}
	return i, ok
}

// index finds a property by name among those with an index.
func (t *table) index(name string) (ordinal uint8, ok bool) {
	for _, ordinal := range t.indexed {
		if strings.EqualFold(t.properties[ordinal].Name, name) {
			return ordinal, true
		}
	}
	return 0, false
}

// The types of objects by the number under which snapshots keep them.
const (
	userNumber = iota
	groupNumber
	servicePrincipalNumber
	typeCount
)

// schema holds the tables by type number. It is never written.
var schema = [typeCount]*table{userTable(), groupTable(), servicePrincipalTable()}

func numberOf(t Type) (uint8, bool) {
	for _, table := range schema {
		if table.typ == t {
			return table.number, true
		}
	}
	return 0, false
}

// Table returns the property table of a type, in the order of ordinals; nil for an unknown type.
func Table(t Type) []Property {
	n, ok := numberOf(t)
	if !ok {
		return nil
	}
	return slices.Clone(schema[n].properties)
}
