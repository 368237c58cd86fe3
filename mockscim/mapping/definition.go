package mapping

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// object is the definition of an object with its attributes by name in lower case. A nil object is not known, and knows everything.
type object struct {
	*synchronization.ObjectDefinition

	byName map[string]*synchronization.AttributeDefinition
}

func newObject(o *synchronization.ObjectDefinition) *object {
	if o == nil {
		return nil
	}
	out := &object{o, make(map[string]*synchronization.AttributeDefinition, len(o.Attributes))}
	for i := range o.Attributes {
		if key := strings.ToLower(o.Attributes[i].Name); out.byName[key] == nil {
			out.byName[key] = &o.Attributes[i]
		}
	}
	return out
}

// attribute returns a definition; it reports a name that is not there.
func (o *object) attribute(name string, r report) *synchronization.AttributeDefinition {
	if o == nil {
		return nil
	}
	a := o.byName[strings.ToLower(name)]
	if a == nil {
		r.addf("%s has no attribute %.100q%s", o.Name, name, r.didYouMean(name, func() []string {
			names := make([]string, min(len(o.Attributes), maxRows))
			for i := range names {
				names[i] = o.Attributes[i].Name
			}
			return names
		}))
	}
	return a
}

// sides are the definitions an object mapping is checked against.
type sides struct{ source, target *object }

// targetAttribute returns the definition of a target, nil when it is not known.
func (s sides) targetAttribute(name string, r report) *synchronization.AttributeDefinition {
	a := s.target.attribute(name, r)
	if a != nil && a.Mutability == synchronization.ReadOnly {
		r.addf("%s is read-only", a.Name)
	}
	return a
}

// directory is a directory of a schema with its objects. A nil directory is not known.
type directory struct {
	name    string
	objects []*object
}

type directories []*directory

// find returns a directory by name. When the schema has no directory at all, names are not checked.
func (d directories) find(name string, r report) *directory {
	var names []string
	for _, known := range d {
		if known.name == name {
			return known
		}
		names = append(names, known.name)
	}
	if len(d) > 0 || name == "" {
		r.addf("the schema has no directory %.100q%s", name, r.didYouMean(name, func() []string { return names }))
	}
	return nil
}

// find returns an object of a directory; objects without attributes, and those of a directory without objects, are not checked.
func (d *directory) find(name string, r report) *object {
	if name == "" {
		r.addf("the object has no name")
		return nil
	}
	if d == nil || len(d.objects) == 0 {
		return nil
	}
	var names []string
	for _, o := range d.objects {
		if strings.EqualFold(o.Name, name) {
			if len(o.Attributes) == 0 {
				return nil
			}
			return o
		}
		names = append(names, o.Name)
	}
	r.addf("the directory %s has no object %.100q%s", d.name, name, r.didYouMean(name, func() []string { return names }))
	return nil
}

// Members of Graph's enumerations. Source: github.com/microsoftgraph/msgraph-metadata, schemas/v1.0-Prod.csdl.
var mutabilities = []synchronization.Mutability{"", synchronization.ReadWrite, synchronization.ReadOnly, synchronization.Immutable, synchronization.WriteOnly}

// readDirectories judges the definitions themselves.
func readDirectories(all []synchronization.DirectoryDefinition, root report) directories {
	var out directories
	for i, d := range all {
		known := &directory{name: d.Name}
		for j := range d.Objects {
			o := &d.Objects[j]
			r := root.at("directories[%d].objects[%d]", i, j)
			if len(o.Attributes) > maxDefinitions {
				r.at("attributes").addf("%s has %d attributes, the limit is %d", o.Name, len(o.Attributes), maxDefinitions)
				continue
			}
			known.objects = append(known.objects, newObject(o))
			checkAttributes(o.Attributes, r)
		}
		out = append(out, known)
	}
	return out
}

func checkAttributes(all []synchronization.AttributeDefinition, r report) {
	seen := make(map[string]bool, len(all))
	for i, a := range all {
		r := r.at("attributes[%d]", i).about(a.Name)
		switch key := strings.ToLower(a.Name); {
		case key == "":
			r.at("name").addf("the attribute has no name")
		case seen[key]:
			r.at("name").addf("the attribute stands twice")
		default:
			seen[key] = true
		}
		if a.Type != "" && !slices.Contains(anyType, a.Type) {
			r.at("type").addf("unknown attribute type %.60q", a.Type)
		}
		if !slices.Contains(mutabilities, a.Mutability) {
			r.at("mutability").addf("unknown mutability %.60q", a.Mutability)
		}
	}
}
