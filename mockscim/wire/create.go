package wire

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// Schema URNs of new resources. The last is not SCIM's; see [Options] CoreGroupSchemaOnly.
const (
	userURN       = scim.UserURN
	groupURN      = scim.GroupURN
	enterpriseURN = scim.EnterpriseURN
	adGroupURN    = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
)

// jsonKind is how the text of a value is written in a POST.
type jsonKind int

const (
	text jsonKind = iota
	boolean
	integer
)

func fold(s string) string { return strings.ToLower(s) }

// isFold says whether a name is, in any case, one that is ASCII.
func isFold(name, ascii string) bool {
	return len(name) == len(ascii) && strings.EqualFold(name, ascii)
}

// create composes the body of a POST. Custom extension URNs become members but are not listed in schemas.
// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes, custom extension attributes.
func (c *Composer) create(resourceType string, schemas []string, attributes []Attribute) *object {
	list := make([]any, len(schemas))
	for i, s := range schemas {
		list[i] = s
	}
	body := (&object{members: make([]member, 0, 16)}).set("schemas", list)
	body.set("meta", (&object{}).set("resourceType", resourceType))
	for _, a := range attributes {
		c.place(body, a)
	}
	order(body)
	return body
}

// place puts one attribute where it belongs in the body.
func (c *Composer) place(body *object, a Attribute) {
	if roles, ok := a.Value.(mapping.Roles); ok {
		c.placeRoles(body, a.Path, roles)
		return
	}
	at := c.parsed(a.Path)
	path, value := at.path, jsonValue(a, at.kind)
	if empty(value) {
		return
	}
	parent := body
	if path.URN != "" && !strings.EqualFold(path.URN, userURN) && !strings.EqualFold(path.URN, groupURN) {
		parent = body.child(extensionName(path.URN))
	}
	if path.Filter != nil {
		element := elementOf(parent, path)
		sub := path.FilterSub
		if sub == "" {
			sub = "value"
		}
		element.set(sub, first(value))
		if isFold(path.Name, "roles") {
			element.set("type", roleType)
		}
		return
	}
	if path.Sub != "" {
		parent.child(path.Name).set(path.Sub, value)
		return
	}
	parent.set(path.Name, value)
}

// place is where an attribute of the target stands, and how its text is written there.
type place struct {
	path scim.Path
	kind jsonKind
}

// parsed reads a path, once: a mapping writes the same ones for each object.
func (c *Composer) parsed(text string) place {
	if known, ok := c.places.Load(text); ok {
		at, _ := known.(place)
		return at
	}
	path, err := scim.ParsePath(text)
	if err != nil || path.Name == "" { // not a SCIM path: the attribute bears this name
		path = scim.Path{AttributePath: scim.AttributePath{Name: text}}
	}
	at := place{path, c.kindOf(text)}
	if c.kept.Add(1) <= maxKeptPaths {
		c.places.Store(text, at)
	}
	return at
}

func extensionName(urn string) string {
	if strings.EqualFold(urn, enterpriseURN) {
		return enterpriseURN
	}
	return urn
}

// elementOf returns the element of a multi-valued attribute that a path's filter means, made when it is missing.
func elementOf(parent *object, path scim.Path) *object {
	key, want := "type", any("work")
	if f, ok := path.Filter.(scim.Comparison); ok {
		key, want = f.Path.Name, f.Value
	}
	if isFold(key, "primary") {
		b, isText := want.(string)
		want = !isText && want == true || strings.EqualFold(b, "true")
	}
	elements, _ := parent.get(path.Name).([]any)
	for _, e := range elements {
		if o, ok := e.(*object); ok && o.get(key) == want {
			return o
		}
	}
	element := (&object{members: make([]member, 0, 4)}).set("primary", isPrimary(path.Name, want))
	element.set(key, want)
	parent.set(path.Name, append(elements, element))
	return element
}

// isPrimary says which element is primary: the work e-mail address, the work telephone number, and no address at all.
// Source: github.com/Great-Side-Projects/scim-service-server, README, a captured creation.
func isPrimary(attribute string, kind any) bool {
	return kind == "work" && (isFold(attribute, "emails") || isFold(attribute, "phonenumbers"))
}

// jsonValue returns the value as a POST writes it: true and false are booleans there.
func jsonValue(a Attribute, kind jsonKind) any {
	switch v := a.Value.(type) {
	case bool:
		return a.Value
	case []string:
		return stringList(v)
	case string:
		switch kind {
		case boolean:
			if b, err := strconv.ParseBool(fold(v)); err == nil {
				return b
			}
		case integer:
			if _, err := strconv.ParseInt(v, 10, 64); err == nil {
				return json.Number(v)
			}
		default: // text stays as it is
		}
		return a.Value
	}
	return nil
}

// kindOf is how the text of an attribute is written.
func (c *Composer) kindOf(path string) jsonKind {
	const primary = ".primary"
	if len(path) >= len(primary) && strings.EqualFold(path[len(path)-len(primary):], primary) {
		return boolean
	}
	return c.kinds[fold(path)]
}

func stringList(v []string) []any {
	list := make([]any, len(v))
	for i, s := range v {
		list[i] = s
	}
	return list
}

func empty(v any) bool {
	list, ok := v.([]any)
	return v == nil || v == "" || ok && len(list) == 0
}

// first is the value of a typed element, which can hold only one.
func first(v any) any {
	if list, ok := v.([]any); ok {
		return list[0]
	}
	return v
}

// ranks gives the members that do not stand in alphabetical order; the path of an object is its attribute's name.
// Source: github.com/AzureAD/SCIMReferenceCode, Schemas: a data contract writes the members of the base class first, then
// each class's own by name; the enterprise user declares its manager last.
var ranks = map[string][]string{
	"":            {"schemas", "externalId", "userName"},
	"name":        {"formatted"},
	"element":     {"primary", "type"},
	enterpriseURN: {"costCenter", "department", "division", "employeeNumber", "organization", "manager"},
}

// order puts the members of a new resource in the order in which Entra writes them.
func order(body *object) {
	sortMembers(body, ranks[""])
	for _, m := range body.members {
		switch v := m.value.(type) {
		case *object:
			if !isURN(m.name) || m.name == enterpriseURN {
				sortMembers(v, ranks[m.name])
			}
		case []any:
			for _, e := range v {
				if o, ok := e.(*object); ok {
					sortMembers(o, ranks["element"])
				}
			}
			if m.name == "phoneNumbers" { // the capture has fax, mobile, work, whatever the order of the mapping
				slices.SortStableFunc(v, func(a, b any) int { return strings.Compare(typeOf(a), typeOf(b)) })
			}
		}
	}
}

func typeOf(element any) string {
	if o, ok := element.(*object); ok {
		s, _ := o.get("type").(string)
		return s
	}
	return ""
}

func isURN(name string) bool { return len(name) >= len("urn:") && isFold(name[:len("urn:")], "urn:") }

// sortMembers sorts by rank, then by name; the enterprise extension comes after the attributes and custom extensions last,
// in the order of the mapping.
func sortMembers(o *object, ranked []string) {
	slices.SortStableFunc(o.members, func(a, b member) int {
		ca, cb := class(a.name, ranked), class(b.name, ranked)
		if ca != cb || ca > len(ranked)+1 {
			return ca - cb
		}
		return strings.Compare(a.name, b.name)
	})
}

// class is the rank of a member, or what comes after all that have one: attributes, the enterprise extension, custom extensions.
func class(name string, ranked []string) int {
	switch i := slices.Index(ranked, name); {
	case i >= 0:
		return i
	case !isURN(name):
		return len(ranked)
	case name == enterpriseURN:
		return len(ranked) + 1
	}
	return len(ranked) + 2
}
