package directory

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// Kind is the kind of value a property holds.
type Kind uint8

// The kinds of values, with their Go types.
const (
	String    Kind = iota // string
	Boolean               // bool
	Strings               // []string
	DateTime              // time.Time, kept in UTC
	AppRoles              // []AppRole
	Guid                  // string in the form of a GUID; OData writes it without quotes
	Integer               // int
	Complex               // one of the value types of this package
	Complexes             // a slice of them
	JSON                  // map[string]any or []any: what Graph keeps and nothing here looks into
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

// Sort says when a list may be ordered by a property.
type Sort uint8

// The answers of [Sort].
const (
	NotSortable    Sort = iota
	SortAdvanced        // in advanced queries
	SortEverywhere      // in all queries, alone
)

// Search says how $search looks at a property.
type Search uint8

// The answers of [Search].
const (
	NotSearchable Search = iota
	SearchTokens         // word by word, each as a prefix
	SearchPrefix         // as startsWith
)

// Property is one row of a type's property table.
type Property struct {
	Name          string
	Kind          Kind
	Collection    bool // several values, as a slice; Graph writes none as []
	Mutability    Mutability
	Index         Index
	Unique        bool   // Index is Unique
	Required      bool   // on creation
	Kept          bool   // cannot be cleared once it has a value
	DefaultSelect bool   // part of the default selection of GET
	CaseExact     bool   // letter case counts in comparisons
	MaxLength     int    // of a string or of each element, in characters; 0 is 1,024
	MaxValues     int    // of a collection; 0 is 250
	Held          string // the service that holds the value, such as "SharePoint" or "Exchange", when it is not the directory

	Filter Filter // operators $filter may use
	Sort   Sort
	Search Search
	Fields []Property // of Complex and Complexes: members with their kinds and filters
	Enum   []string   // members, of a string that is one of an enumeration; nil: it is none

	BetaSelect bool // part of the default selection of GET in the beta version

	invalid    string                  // Graph's words for a string it does not allow, where they are special
	valid      func(string) bool       // further syntax of a string or of each element; nil: any
	check      func(x *tx, v any) bool // further rule of any other kind; may complete the value, which is a copy
	initial    func(*tx) any           // value on creation when none is given; nil: none
	derived    func(*Object) any       // value that is not stored but follows from the object; nil: stored
	uniqueWhen func(*Object) bool      // limits Unique to some objects; nil: all
	sameKey    bool                    // a duplicate is answered with Request_MultipleObjectsWithSameKeyValue
	hidden     bool                    // not part of the table others see
	value      reflect.Type            // of Complex and Complexes
}

// Derived says whether the value follows from the rest of the object and cannot be written by anybody.
func (p Property) Derived() bool { return p.derived != nil }

// GoType returns the Go type of a value of the property.
func (p Property) GoType() reflect.Type {
	if p.Collection && (p.Kind == Boolean || p.Kind == DateTime || p.Kind == Integer) { // of a directory extension
		p.Collection = false
		return reflect.SliceOf(p.GoType())
	}
	switch p.Kind {
	case Boolean:
		return reflect.TypeFor[bool]()
	case Strings:
		return reflect.TypeFor[[]string]()
	case DateTime:
		return reflect.TypeFor[time.Time]()
	case AppRoles:
		return reflect.TypeFor[[]AppRole]()
	case Integer:
		return reflect.TypeFor[int]()
	case Complex, Complexes:
		return p.value
	case JSON:
		return reflect.TypeFor[any]()
	default:
		return reflect.TypeFor[string]()
	}
}

const (
	defaultMaxLength = 1024
	defaultMaxValues = 250
)

// maxOrdinals bounds a table: an object keeps the set of its properties, and its booleans, in that many bits.
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
	unique     []uint8        // those of them whose values are unique
	packed     ordinalSet     // whose values stand in an object's packed string
	boxed      ordinalSet     // whose values stand in an object's others
	all        ordinalSet     // the other bits of an object's set are values of booleans
	filled     ordinalSet     // that have a value on creation, or must be given one
	closed     ordinalSet     // that only the directory itself sets
	truths     []uint8        // by ordinal of a boolean: the bit that is its value, behind those that say which ordinals have one
}

func newTable(number uint8, typ Type, resource string, recycles func(*Object) bool, rows ...Property) *table {
	t := &table{number: number, typ: typ, resource: resource, recycles: recycles, properties: rows, ordinals: make(map[string]int, 2*len(rows))}
	t.truths = make([]uint8, len(rows))
	booleans := 0
	for i := range rows {
		row := &rows[i]
		t.ordinals[strings.ToLower(row.Name)] = i
		t.ordinals[row.Name] = i
		row.Unique = row.Index == Unique
		row.BetaSelect = row.DefaultSelect || slices.Contains(betaSelect[typ], row.Name)
		row.Collection = row.Collection || row.Kind == Strings || row.Kind == AppRoles || row.Kind == Complexes
		row.describe()
		t.all.add(i)
		if row.initial != nil || row.Required {
			t.filled.add(i)
		}
		if row.Mutability == ReadOnly || row.derived != nil {
			t.closed.add(i)
		}
		switch {
		case row.Kind == Boolean:
			t.truths[i] = uint8(maxOrdinals - 1 - booleans)
			booleans++
		case row.Kind.isPacked():
			t.packed.add(i)
		default:
			t.boxed.add(i)
		}
	}
	for i := range uint8(maxOrdinals) {
		if int(i) < len(rows) && rows[i].Index != Unindexed {
			t.indexed = append(t.indexed, i)
			if rows[i].Index == Unique {
				t.unique = append(t.unique, i)
			}
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
	applicationNumber
	directoryRoleNumber
	grantNumber
	organizationNumber
	domainNumber
	skuNumber
	unitNumber
	typeCount
)

// schema holds the tables by type number. It is never written.
var schema = [typeCount]*table{
	userTable(), groupTable(), servicePrincipalTable(), applicationTable(), directoryRoleTable(), grantTable(), organizationTable(), domainTable(), skuTable(),
	unitTable(),
}

func numberOf(t Type) (uint8, bool) {
	for _, table := range schema {
		if table.typ == t {
			return table.number, true
		}
	}
	return 0, false
}

// Types returns all types of objects.
func Types() []Type {
	types := make([]Type, 0, typeCount)
	for _, table := range schema {
		types = append(types, table.typ)
	}
	return types
}

// Table returns the property table of a type, nil for an unknown type. The caller may keep and change it.
func Table(t Type) []Property {
	n, ok := numberOf(t)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(schema[n].properties), func(p Property) bool { return p.hidden })
}

// PropertyOf returns the row of a property, whatever the letter case of its name.
func PropertyOf(t Type, name string) (Property, bool) {
	n, ok := numberOf(t)
	if !ok {
		return Property{}, false
	}
	i, ok := schema[n].ordinal(name)
	if !ok || schema[n].properties[i].hidden {
		return Property{}, false
	}
	return schema[n].properties[i], true
}
