package connector

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

// attributeRow is an attribute of users, and the values that it gets. userPrincipalName, accountEnabled, password and manager have checks of
// their own, and jobTitle is the probe of the checks that are about changes as such.
// Source: learn.microsoft.com/graph/api/resources/user#properties.
type attributeRow struct {
	name    string // Graph's
	words   string // in sentences, after "the"
	before  any    // a value
	after   any    // another
	breaks  string // what people notice when it is wrong
	created string // check that owns what a create does to it; "" is the one of this table
	kept    bool   // Graph does not clear it
	named   bool   // a user is never without it: its first value comes with the create
}

func attributeRows() []attributeRow {
	return []attributeRow{
		{name: "displayName", words: "display name", before: "Dorothea Brandt", after: "Dorothea Klein", breaks: "It is the name that everybody sees.", kept: true, named: true},
		{name: "mailNickname", words: "mail nickname", before: "ada.first", after: "ada.second", breaks: "Exchange makes addresses out of it.", kept: true, named: true},
		{name: "givenName", words: "first name", before: "Dorothea", after: "Thea", breaks: "Address books sort and greet by it."},
		{name: "surname", words: "last name", before: "Brandt", after: "Klein", breaks: "Address books sort by it, and people change it when they marry."},
		{name: "mail", words: "mail address", before: "ada.byron@" + tenantDomain, after: "ada.king@" + tenantDomain, breaks: "Other applications link accounts by it."},
		{name: "usageLocation", words: "usage location", before: "FR", after: "CH", breaks: "Licences follow it: which services may be used where.", kept: true, created: "connector.create.usage-location"},
		{name: "department", words: "department", before: "Accounts", after: "Research", breaks: "Dynamic groups, and with them access, follow it."},
		{name: "companyName", words: "company", before: "Contoso", after: "Fabrikam", breaks: "In groups of companies licences are paid for by it."},
		{name: "employeeId", words: "employee id", before: "10001", after: "10002", breaks: "Personnel systems find people by it."},
		{name: "employeeType", words: "employee type", before: "Contractor", after: "Employee", breaks: "Access of contractors ends by it."},
		{name: "officeLocation", words: "office", before: "4/1024", after: "5/2048", breaks: "Rooms and visitors are sent there."},
		{name: "streetAddress", words: "street", before: "1 Main Street", after: "2 High Street", breaks: "Equipment is sent there."},
		{name: "city", words: "city", before: "Berlin", after: "Lyon", breaks: "Dynamic groups of sites follow it."},
		{name: "state", words: "state", before: "Bavaria", after: "Hesse", breaks: "Holidays and law depend on it."},
		{name: "postalCode", words: "postal code", before: "10115", after: "69001", breaks: "Equipment is sent there."},
		{name: "country", words: "country", before: "Germany", after: "France", breaks: "Conditional access and data protection depend on it."},
		{name: "mobilePhone", words: "mobile phone", before: "+49 170 1111111", after: "+49 170 2222222", breaks: "People are called on it, and identify themselves by it at the help desk."},
		{name: "faxNumber", words: "fax number", before: "+49 30 111111", after: "+49 30 222222", breaks: "Documents go to another machine."},
		{name: "preferredLanguage", words: "preferred language", before: "de-DE", after: "fr-FR", breaks: "Messages of the tenant are written in it."},
		{name: "employeeHireDate", words: "hire date", before: "2026-03-01T00:00:00Z", after: "2026-04-15T00:00:00Z", breaks: "Lifecycle workflows open accounts by it."},
		{name: "ageGroup", words: "age group", before: "NotAdult", after: "Adult", breaks: "Applications shut minors out by it."},
		{name: "consentProvidedForMinor", words: "consent for a minor", before: "Denied", after: "Granted", breaks: "Applications shut minors out by it."},
		{name: "businessPhones", words: "business phone", before: []string{"+49 30 1111"}, after: []string{"+49 30 2222"}, breaks: "Calls reach somebody else."},
		{name: "otherMails", words: "other mail address", before: []string{"ada@home.example"}, after: []string{"ada@club.example"}, breaks: "Passwords are reset by way of them."},
		{name: "extensionAttribute1", words: "extension attribute 1", before: "CC-100", after: "CC-200", breaks: "Companies keep cost centres and the like in it, and their own rules follow it."},
	}
}

// The acts of the table.
const (
	actSet     = "-set"
	actChanged = "-changed"
	actCleared = "-cleared"
)

// setOf is the id of the check that owns whether an attribute is written at all.
func setOf(attribute string) string { return attributeRow{name: attribute}.id(actSet) }

// id is the id of the check of an attribute and an act, such as connector.sync.given-name-set.
func (a attributeRow) id(act string) string {
	var b strings.Builder
	for _, letter := range a.name {
		if unicode.IsUpper(letter) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(letter))
	}
	return "connector.sync." + b.String() + act
}

// attributeSyncChecks are one check for each attribute and act.
func attributeSyncChecks() []Check {
	var all []Check
	for _, a := range attributeRows() {
		all = append(all, a.setCheck(), a.changeCheck())
		if !a.kept {
			all = append(all, a.clearCheck())
		}
	}
	return all
}

func (a attributeRow) setCheck() Check {
	return Check{
		Spec: suites.Spec{
			ID: a.id(actSet), Title: "The " + a.words + " that is given arrives", Level: result.Required, Breaks: breaksEntra,
			Causes: a.country(), Sources: sources(learnPatchUser, learnPostUser, learnUser),
			Why: a.breaks + " Who was given a value has none.",
			Fix: "Write " + a.name + " where POST /users or PATCH /users/{id} is composed, or do not declare it.",
		},
		Run: func(ctx context.Context, r *Rig) {
			r.NeedsAttribute(User, a.name)
			if !a.named {
				ada := r.Colleague(directory.Properties{a.property(): nil})
				o := r.Update(ctx, ada, map[string]any{a.name: a.before})
				r.That("an update that gives the "+a.words+" sets it", r.see(o, ada.ID), has(a.name, a.before), o.Shown()...)
			}
			if a.created == "" {
				a.create(ctx, r)
			}
		},
	}
}

// create judges what a create does with the attribute; the value is another, because addresses are unique. Whether there is a user at all is another
// check's affair, unless it passes.
func (a attributeRow) create(ctx context.Context, r *Rig) {
	attributes := r.Person(map[string]any{a.name: a.after})
	name, _ := attributes["userPrincipalName"].(string)
	o := r.Create(ctx, attributes)
	u, live := r.named(name)
	if live {
		r.That("a create that gives the "+a.words+" sets it", r.see(o, u.ID()), has(a.name, a.after), o.Shown()...)
		return
	}
	if a.named {
		r.That("POST /users carries the "+a.words+" that is given", lacking(asksOf(o.Calls), "users", a.name), none(a.name+" in POST /users"), o.Shown()...)
		r.Skip("nobody was created, so that it cannot be seen whether it arrives: " + o.String())
	}
	r.Block(createUser, "the connector did not create "+name+" with the "+a.words+" "+words(a.after)+": "+o.String(), o.Shown()...)
}

func (a attributeRow) changeCheck() Check {
	return Check{
		Spec: suites.Spec{
			ID: a.id(actChanged), Title: "A new " + a.words + " arrives in place of the old one", Level: result.Required, Breaks: breaksEntra,
			Needs: needs(a.id(actSet)), Causes: a.causes(), Sources: sources(learnPatchUser, learnUser),
			Why: a.breaks + " Who got another value keeps the old one.",
			Fix: "Compare the " + a.words + " that is there with the one that is wanted, and PATCH " + a.name + " when they differ.",
		},
		Run: func(ctx context.Context, r *Rig) {
			r.NeedsAttribute(User, a.name)
			ada := r.Colleague(directory.Properties{a.property(): a.initial()})
			o := r.Update(ctx, ada, map[string]any{a.name: a.after})
			r.That("an update that gives another "+a.words+" changes it", r.see(o, ada.ID), has(a.name, a.after), o.Shown()...)
		},
	}
}

func (a attributeRow) clearCheck() Check {
	return Check{
		Spec: suites.Spec{
			ID: a.id(actCleared), Title: "The " + a.words + " that is cleared is gone", Level: result.Required, Breaks: breaksEntra,
			Needs: needs(a.id(actSet)), Causes: append(needs(cleared, clearedAsNull, arraysCleared, a.id(actChanged)), a.causes()...), Sources: sources(learnPatchUser, learnUser),
			Why: a.breaks + " Who is to have no value keeps the old one.",
			Fix: "PATCH " + a.name + " with " + a.nothing() + " when it is to have no value.",
		},
		Run: func(ctx context.Context, r *Rig) {
			r.NeedsAttribute(User, a.name)
			ada := r.Colleague(directory.Properties{a.property(): a.initial()})
			o := r.Update(ctx, ada, map[string]any{a.name: nil})
			reads(r, "an update that clears the "+a.words+" takes it away", r.see(o, ada.ID), has(a.name, nil), o)
		},
	}
}

// causes are the checks that own what is wrong with this attribute among others.
func (a attributeRow) causes() []string {
	if _, isArray := a.before.([]string); isArray {
		return needs(arraysTaken)
	}
	return a.country()
}

// country is the check that owns codes of countries.
func (a attributeRow) country() []string {
	if a.name == "usageLocation" {
		return needs(countryCode)
	}
	return nil
}

// property is the one of Graph that has the attribute.
func (a attributeRow) property() string {
	if strings.HasPrefix(a.name, "extensionAttribute") {
		return extensions
	}
	return a.name
}

// initial is the first value, as the tenant takes it.
func (a attributeRow) initial() any {
	text, _ := a.before.(string)
	if a.property() == extensions {
		return extended(map[string]string{a.name: text})
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	return a.before
}

// nothing is how no value is written.
func (a attributeRow) nothing() string {
	switch {
	case slices.Contains([]string{"businessPhones", "otherMails"}, a.name):
		return "[]"
	case a.property() == extensions:
		return "null within " + extensions
	}
	return "null"
}
