package mockgraph

import (
	"encoding/xml"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// The service metadata document (OData CSDL XML 4.01) says what the directory's property tables say, no more: types and
// properties, without relations and functions.

// metadataRoutes are the rows of the metadata document, which Graph gives to everybody.
// Source: learn.microsoft.com/graph/traverse-the-graph, view the metadata.
func metadataRoutes() []route {
	return []route{{method: http.MethodGet, template: "/$metadata", emulated: "the types of the directory only", open: true, serve: func(c *call) error { return c.document(graphMetadata()) }}}
}

const contentXML = "application/xml"

// document answers with XML.
func (c *call) document(e edmx) error {
	body, err := e.bytes()
	if err != nil {
		return err
	}
	c.reply = reply{status: http.StatusOK, contentType: contentXML, body: body, header: c.reply.header}
	return nil
}

type edmx struct {
	XMLName xml.Name     `xml:"edmx:Edmx"`
	Version string       `xml:"Version,attr"`
	Edmx    string       `xml:"xmlns:edmx,attr"`
	Schemas []edmxSchema `xml:"edmx:DataServices>Schema"`
}

type edmxSchema struct {
	Namespace string         `xml:"Namespace,attr"`
	Alias     string         `xml:"Alias,attr,omitempty"`
	Edm       string         `xml:"xmlns,attr"`
	Entities  []edmxType     `xml:"EntityType"`
	Complexes []edmxType     `xml:"ComplexType"`
	Container *edmxContainer `xml:"EntityContainer"`
}

type edmxType struct {
	Name       string         `xml:"Name,attr"`
	Base       string         `xml:"BaseType,attr,omitempty"`
	Abstract   bool           `xml:"Abstract,attr,omitempty"`
	Open       bool           `xml:"OpenType,attr,omitempty"`
	Key        *edmxKey       `xml:"Key"`
	Properties []edmxProperty `xml:"Property"`
}

type edmxKey struct {
	Ref struct {
		Name string `xml:"Name,attr"`
	} `xml:"PropertyRef"`
}

type edmxProperty struct {
	Name     string `xml:"Name,attr"`
	Type     string `xml:"Type,attr"`
	Nullable string `xml:"Nullable,attr,omitempty"` // "false", or "" for true
}

type edmxContainer struct {
	Name string    `xml:"Name,attr"`
	Sets []edmxSet `xml:"EntitySet"`
}

type edmxSet struct {
	Name string `xml:"Name,attr"`
	Type string `xml:"EntityType,attr"`
}

func (e edmx) bytes() ([]byte, error) {
	body, err := xml.Marshal(e)
	return append([]byte(`<?xml version="1.0" encoding="utf-8"?>`), body...), err
}

const (
	edmxNamespace = "http://docs.oasis-open.org/odata/ns/edmx"
	edmNamespace  = "http://docs.oasis-open.org/odata/ns/edm"
)

// graphMetadata is Graph's document. Graph's own has several schemas, and there are clients that fail when it has one only; the
// second names nothing, because nothing of it is here.
func graphMetadata() edmx {
	main := edmxSchema{Namespace: "microsoft.graph", Alias: "graph", Edm: edmNamespace, Container: &edmxContainer{Name: "GraphService"}}
	id := edmxProperty{Name: "id", Type: "Edm.String", Nullable: "false"}
	key := &edmxKey{}
	key.Ref.Name = id.Name
	main.Entities = []edmxType{
		{Name: "entity", Abstract: true, Key: key, Properties: []edmxProperty{id}},
		{Name: "directoryObject", Base: "graph.entity", Properties: []edmxProperty{{Name: "deletedDateTime", Type: "Edm.DateTimeOffset"}}},
	}
	complexes := complexTypes{namespace: main.Alias, byName: map[string]edmxType{}}
	for _, of := range directory.Types() {
		entity := edmxType{Name: string(of), Base: "graph.entity"}
		for _, p := range directory.Table(of) {
			switch p.Name {
			case "id":
			case "deletedDateTime":
				entity.Base = "graph.directoryObject"
			default:
				entity.Properties = append(entity.Properties, complexes.property(p))
			}
		}
		entity.Open = entity.Base == "graph.directoryObject" // directory extensions
		main.Entities = append(main.Entities, entity)
		if set := entitySet(of); set != "" {
			main.Container.Sets = append(main.Container.Sets, edmxSet{Name: set, Type: "microsoft.graph." + string(of)})
		}
	}
	main.Complexes = complexes.all()
	return edmx{Version: "4.0", Edmx: edmxNamespace, Schemas: []edmxSchema{main, {Namespace: "microsoft.graph.callRecords", Edm: edmNamespace}}}
}

// entitySet is the set of a type at the root of Graph, "" when it has none there.
func entitySet(of directory.Type) string {
	switch of {
	case directory.AdministrativeUnit: // below /directory
		return ""
	case directory.Domain, directory.SubscribedSku:
		return string(of) + "s"
	case directory.OAuth2PermissionGrant:
		return "oauth2PermissionGrants"
	default:
		return setOf[of]
	}
}

// azureADGraphMetadata is a document in the manner of the retired Azure AD Graph, with users and groups. Connectors that still
// read their schema there go on to Microsoft Graph with the names they find, so those are Microsoft Graph's.
func azureADGraphMetadata() edmx {
	s := edmxSchema{Namespace: "Microsoft.DirectoryServices", Edm: edmNamespace}
	complexes := complexTypes{namespace: s.Namespace, byName: map[string]edmxType{}}
	for _, of := range []directory.Type{directory.User, directory.Group} {
		entity := edmxType{Name: title(string(of)), Open: true}
		for _, p := range directory.Table(of) {
			entity.Properties = append(entity.Properties, complexes.property(p))
		}
		s.Entities = append(s.Entities, entity)
	}
	s.Complexes = complexes.all()
	return edmx{Version: "4.0", Edmx: edmxNamespace, Schemas: []edmxSchema{s}}
}

// complexTypes gathers the complex types that properties name.
type complexTypes struct {
	namespace string
	byName    map[string]edmxType
}

func (t complexTypes) all() []edmxType {
	list := make([]edmxType, 0, len(t.byName))
	for _, each := range t.byName {
		list = append(list, each)
	}
	slices.SortFunc(list, func(a, b edmxType) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// property is a row of a property table. What Graph keeps and nothing here looks into is untyped.
func (t complexTypes) property(p directory.Property) edmxProperty {
	of := p.GoType()
	if of != nil && of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	e := edmxProperty{Name: p.Name, Type: t.named(of, p.Kind, p.Fields)}
	if p.Collection {
		e.Type = "Collection(" + e.Type + ")"
	}
	if p.Kept && p.Required || p.Collection {
		e.Nullable = "false"
	}
	return e
}

// named is the type of a Go value, in the words of the Entity Data Model.
func (t complexTypes) named(of reflect.Type, kind directory.Kind, fields []directory.Property) string {
	switch {
	case kind == directory.Guid:
		return "Edm.Guid"
	case of == nil || of.Kind() == reflect.Interface || of.Kind() == reflect.Map:
		return "Edm.Untyped"
	case of == reflect.TypeFor[time.Time]():
		return "Edm.DateTimeOffset"
	case of == reflect.TypeFor[[]byte]():
		return "Edm.Binary"
	}
	switch of.Kind() {
	case reflect.Pointer:
		return t.named(of.Elem(), kind, fields)
	case reflect.Slice:
		return "Collection(" + t.named(of.Elem(), kind, fields) + ")"
	case reflect.Bool:
		return "Edm.Boolean"
	case reflect.Int, reflect.Int64:
		return "Edm.Int32"
	case reflect.Struct:
		return t.namespace + "." + t.complex(of, fields)
	default:
		return "Edm.String"
	}
}

// complex adds the complex type of a struct and returns its name.
func (t complexTypes) complex(of reflect.Type, fields []directory.Property) string {
	name := complexNames[of.Name()]
	if name == "" {
		name = strings.ToLower(of.Name()[:1]) + of.Name()[1:]
	}
	if _, known := t.byName[name]; known {
		return name
	}
	t.byName[name] = edmxType{} // ends recursion
	e := edmxType{Name: name}
	for field := range of.Fields() {
		member, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		kind := directory.String
		for _, f := range fields {
			if f.Name == member {
				kind = f.Kind
			}
		}
		p := edmxProperty{Name: member, Type: t.named(field.Type, kind, nil)}
		if strings.HasPrefix(p.Type, "Collection(") {
			p.Nullable = "false"
		}
		e.Properties = append(e.Properties, p)
	}
	t.byName[name] = e
	return name
}

// complexNames are Graph's names of complex types where the directory's differ by more than their first letter.
var complexNames = map[string]string{
	"ExtensionAttributes": "onPremisesExtensionAttributes", "APIApplication": "apiApplication", "SPA": "spaApplication",
	"PublicClient": "publicClientApplication", "RedirectURISetting": "redirectUriSettings", "LicenseUnits": "licenseUnitsDetail",
	"ServicePlan": "servicePlanInfo",
}
