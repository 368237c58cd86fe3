package odata

import (
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Schema describes the items of a collection: what [Collection] checks names, values and operators against.
type Schema struct {
	Name     string // type without namespace, such as user
	Resource string // as messages name it, such as User
	// Unrestricted takes every operator on every property, in default queries too. It is for collections that no directory
	// index answers, such as logs; directory objects have a table of operators.
	Unrestricted bool

	rows        []directory.Property
	byName      map[string]int // by lower-case name
	navigations map[string]string
	columns     []column       // by row
	standard    []column       // of the default selection
	beta        []column       // of that of the beta version
	typ         directory.Type // of all items, "" when they are no directory objects or of several types
	mixed       bool           // items are of several types, each with its @odata.type
	elsewhere   map[string]func(o *directory.Object) any
}

// NewSchema returns a schema of items that are not directory objects, such as assignments or log entries. The name of a
// property is its JSON name, [Record] gives its value; Filter, Sort and Search say what is allowed unless unrestricted.
func NewSchema(name string, unrestricted bool, properties ...directory.Property) *Schema {
	s := newSchema(name, properties)
	s.Unrestricted = unrestricted
	s.compile()
	return s
}

func newSchema(name string, properties []directory.Property) *Schema {
	s := &Schema{Name: name, Resource: capital(name), byName: make(map[string]int, len(properties)+2), rows: make([]directory.Property, 0, len(properties)+2)}
	for _, p := range properties {
		s.add(p)
	}
	return s
}

func (s *Schema) add(p directory.Property) {
	key := strings.ToLower(p.Name)
	if _, twice := s.byName[key]; twice {
		return
	}
	if p.Name == signInActivity && len(p.Fields) == 0 {
		p.Fields = signInFields()
	}
	s.byName[key] = len(s.rows)
	s.rows = append(s.rows, p)
}

// signInFields are the members of signInActivity that can be filtered, always alone.
// Source: learn.microsoft.com/graph/api/resources/signinactivity; learn.microsoft.com/graph/aad-advanced-queries.
func signInFields() []directory.Property {
	standard := directory.Eq | directory.Ge | directory.Le
	filter := directory.Filter{Default: standard, Advanced: standard | directory.Ne | directory.Not}
	return []directory.Property{
		{Name: "lastSignInDateTime", Kind: directory.DateTime, Filter: filter},
		{Name: "lastNonInteractiveSignInDateTime", Kind: directory.DateTime, Filter: filter},
		{Name: "lastSuccessfulSignInDateTime", Kind: directory.DateTime, Filter: filter},
	}
}

// property finds a row whatever the letter case of the name.
func (s *Schema) property(name string) (*directory.Property, bool) {
	i, ok := s.byName[name]
	if !ok {
		i, ok = s.byName[strings.ToLower(name)]
	}
	if !ok {
		return nil, false
	}
	return &s.rows[i], true
}

func (s *Schema) navigation(name string) (string, bool) {
	n, ok := s.navigations[strings.ToLower(name)]
	return n, ok
}

// schemas are the schemas of directory objects; "" is directoryObject, an item of any type.
type schemas map[directory.Type]*Schema

// directorySchemas are compiled once and never written: all engines share them.
var directorySchemas = sync.OnceValue(newSchemas)

func newSchemas() schemas {
	all := schemas{}
	mixed := &Schema{Name: "directoryObject", Resource: "DirectoryObject", byName: map[string]int{}, mixed: true}
	for _, base := range baseProperties() {
		mixed.add(base)
	}
	for _, t := range directory.Types() {
		s := newSchema(string(t), directory.Table(t))
		s.typ = t
		for _, base := range baseProperties() {
			s.add(base)
		}
		s.navigations = navigationNames(t)
		s.compile()
		for _, row := range s.rows {
			mixed.add(row)
		}
		all[t] = s
	}
	mixed.navigations = navigationNames("")
	mixed.compile()
	all[""] = mixed
	return all
}

// standard returns the default members of every type, in v1.0 and in beta.
func (s schemas) standard() (standard, beta columns) {
	standard, beta = columns{}, columns{}
	for t, each := range s {
		if t != "" {
			standard[t], beta[t] = each.standard, each.beta
		}
	}
	return standard, beta
}

// baseProperties are those every directory object has, whether its table lists them or not.
func baseProperties() []directory.Property {
	eq := directory.Eq | directory.In
	return []directory.Property{
		{Name: "id", DefaultSelect: true, Index: directory.Unique, Filter: directory.Filter{Default: eq, Advanced: eq | directory.Ne | directory.Not}},
		{Name: "deletedDateTime", Kind: directory.DateTime, Sort: directory.SortAdvanced, Filter: directory.Filter{
			Default: directory.Eq | directory.Ge | directory.Le, Advanced: eq | directory.Ge | directory.Le | directory.Ne | directory.Not,
		}},
	}
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
