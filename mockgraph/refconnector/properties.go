package refconnector

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// kind is how the value of a property is written.
type kind int

const (
	text  kind = iota
	texts      // a collection of strings
	flag
	date    // a point in time
	country // ISO 3166, two letters
)

// property is one row of what attributes become in Graph.
type property struct {
	attribute string // of ConnId
	name      string // of Graph
	member    string // of the complex property that name is; ""
	kind      kind
	kept      bool // Graph has no way to clear it
	advanced  bool // a filter needs an advanced query
}

// extensions is the complex property of fifteen members that companies use as they like; writable while an account is not synchronised
// from elsewhere. Source: learn.microsoft.com/graph/api/resources/onpremisesextensionattributes.
const extensions = "onPremisesExtensionAttributes"

// properties lists what attributes of a class become.
// Source: learn.microsoft.com/graph/api/resources/user and …/group; learn.microsoft.com/graph/aad-advanced-queries for what filters need.
func properties(class Class) []property {
	if class == Group {
		return []property{
			{attribute: "displayName", name: "displayName", kept: true},
			{attribute: "description", name: "description", advanced: true},
			{attribute: "mailNickname", name: "mailNickname", kept: true},
			{attribute: "mailEnabled", name: "mailEnabled", kind: flag, kept: true},
			{attribute: "securityEnabled", name: "securityEnabled", kind: flag, kept: true},
			{attribute: "groupTypes", name: "groupTypes", kind: texts},
		}
	}
	rows := []property{
		{attribute: "userPrincipalName", name: "userPrincipalName", kept: true},
		{attribute: enableAttribute, name: "accountEnabled", kind: flag, kept: true},
		{attribute: "displayName", name: "displayName", kept: true},
		{attribute: "mailNickname", name: "mailNickname", kept: true},
		{attribute: "usageLocation", name: "usageLocation", kind: country, kept: true},
		{attribute: "employeeHireDate", name: "employeeHireDate", kind: date, advanced: true},
		{attribute: "businessPhones", name: "businessPhones", kind: texts, advanced: true},
		{attribute: "otherMails", name: "otherMails", kind: texts},
	}
	for name := range strings.FieldsSeq("givenName surname mail jobTitle department employeeId city state country ageGroup consentProvidedForMinor") {
		rows = append(rows, property{attribute: name, name: name})
	}
	for name := range strings.FieldsSeq("companyName employeeType officeLocation streetAddress postalCode mobilePhone faxNumber preferredLanguage") {
		rows = append(rows, property{attribute: name, name: name, advanced: true})
	}
	for n := 1; n <= 15; n++ {
		member := fmt.Sprintf("extensionAttribute%d", n)
		rows = append(rows, property{attribute: extensions + "." + member, name: extensions, member: member, advanced: true})
	}
	return rows
}

// propertyOf finds the row of an attribute.
func propertyOf(class Class, attribute string) (property, bool) {
	switch {
	case attribute == nameAttribute && class == Group:
		attribute = "displayName"
	case attribute == nameAttribute:
		attribute = "userPrincipalName"
	}
	rows := properties(class)
	i := slices.IndexFunc(rows, func(p property) bool { return p.attribute == attribute })
	if i < 0 {
		return property{}, false
	}
	return rows[i], true
}

// selection is $select for whole objects of a class: Graph leaves most properties out unless they are named.
func selection(class Class) string {
	names := []string{"id"}
	for _, p := range properties(class) {
		if !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	if class == Account {
		names = append(names, "assignedLicenses")
	}
	return strings.Join(names, ",")
}

// value is what an attribute's value is in JSON: string, bool, []string or nil. "" and empty collections are none: Graph refuses empty
// strings.
func (p property) value(given any) (any, error) {
	switch v := given.(type) {
	case nil:
		return p.none()
	case bool:
		if p.kind == flag {
			return v, nil
		}
	case time.Time:
		if p.kind == date {
			return v.UTC().Format(time.RFC3339), nil
		}
	case string:
		return p.ofString(v)
	case []string:
		if p.kind == texts {
			return slices.Clone(v), nil
		}
	case []any:
		return p.ofList(v)
	}
	return nil, invalid(p.attribute, "a value of type %T does not fit", given)
}

func (p property) none() (any, error) {
	switch {
	case p.kept:
		return nil, invalid(p.attribute, "Graph cannot clear it")
	case p.kind == texts:
		return []string{}, nil
	default:
		return nil, nil //nolint:nilnil // null is a value
	}
}

func (p property) ofString(v string) (any, error) {
	switch {
	case v == "":
		return p.none()
	case p.kind == texts:
		return []string{v}, nil
	case p.kind == country:
		if !isCountry(v) {
			return nil, invalid(p.attribute, "a country is two letters such as DE (ISO 3166), not %q", cut(v, 50))
		}
		return strings.ToUpper(v), nil
	case p.kind == date:
		at, ok := parseDate(v)
		if !ok {
			return nil, invalid(p.attribute, "a date is written 2026-03-01 or 2026-03-01T09:30:00Z, not %q", cut(v, 50))
		}
		return at.UTC().Format(time.RFC3339), nil
	case p.kind == flag:
		return nil, invalid(p.attribute, "true and false are no strings")
	default:
		return v, nil
	}
}

func (p property) ofList(v []any) (any, error) {
	all := []string{}
	for _, one := range v {
		s, ok := one.(string)
		if !ok || p.kind != texts {
			return nil, invalid(p.attribute, "a list of %T does not fit", one)
		}
		all = append(all, s)
	}
	if p.kind != texts {
		return nil, invalid(p.attribute, "a list does not fit")
	}
	return all, nil
}

func isCountry(s string) bool {
	return len(s) == 2 && !strings.ContainsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
}

func parseDate(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// same says whether Graph's value is the wanted one. Collections have no order; points in time have many spellings.
func (p property) same(current, wanted any) bool {
	switch p.kind {
	case texts:
		have, want := strs(current), strs(wanted)
		slices.Sort(have)
		slices.Sort(want)
		return slices.Equal(have, want)
	case date:
		a, _ := current.(string)
		b, _ := wanted.(string)
		have, one := parseDate(a)
		want, two := parseDate(b)
		return one == two && have.Equal(want)
	default:
		return current == wanted
	}
}

// strs is a collection of strings, from JSON or not.
func strs(v any) []string {
	switch list := v.(type) {
	case []string:
		return slices.Clone(list)
	case []any:
		var all []string
		for _, one := range list {
			if s, ok := one.(string); ok {
				all = append(all, s)
			}
		}
		return all
	default:
		return nil
	}
}

// of is the value of a row in an object as Graph writes it.
func (p property) of(object map[string]any) any {
	if p.member == "" {
		return object[p.name]
	}
	whole, _ := object[p.name].(map[string]any)
	return whole[p.member]
}

// put sets the value of a row in the body of a write.
func (p property) put(body map[string]any, value any) {
	if p.member == "" {
		body[p.name] = value
		return
	}
	whole, _ := body[p.name].(map[string]any)
	if whole == nil {
		whole = map[string]any{}
		body[p.name] = whole
	}
	whole[p.member] = value
}
