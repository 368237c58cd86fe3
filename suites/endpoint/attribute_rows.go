package endpoint

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// attributeRow is an attribute of the default mapping of users and what is done with it. userName, active and manager, which Entra treats apart,
// have checks of their own.
type attributeRow struct {
	name   string // in the ids of its checks
	path   string
	words  string // in sentences, after "the"
	family string // attributes that are stored together, and lost together

	property string // of a user in Graph; "" for one made of others
	plain    string // at first
	changed  string // then
	special  string // a value that is easily spoilt: any script where the attribute is free text, else what its syntax allows

	free bool // any text is a value of it, of any length

	create   string   // check that owns what a POST does to it
	change   string   // check that owns a change of it alone; "" is one of this table
	special0 string   // check that owns the special value; "" is one of this table
	needs    []string // checks that own paths of its kind
	kept     bool     // nobody clears it: the name people are shown, and what Microsoft's test leaves out
}

// id is the id of the check of an attribute and an act.
func (a attributeRow) id(act string) string { return "endpoint.sync.attribute." + a.name + "." + act }

// owner is the check that owns a change of the attribute.
func (a attributeRow) owner() string {
	if a.change != "" {
		return a.change
	}
	return a.id(actChange)
}

// The acts of the table.
const (
	actChange  = "change"  // another value, through a cycle
	actUnicode = "unicode" // any script, through a cycle
	actExact   = "exact"   // signs and blanks, through a cycle
	actClear   = "clear"   // no value, as Microsoft's null-update test does
	actLong    = "long"    // a kilobyte
)

// special is the act that is about the special value.
func (a attributeRow) specially() string {
	if a.free {
		return actUnicode
	}
	return actExact
}

// scripts has combining marks, quotation marks, a right-to-left script, ideographs and an emoji of several code points. A letter before it tells
// attributes apart.
const scripts = "e\u0301 “q” 'a' \"b\" \\ & עדה 数子 👩‍💻"

var (
	nameNeeds       = needs("endpoint.sync.name-part")
	phoneNeeds      = needs("endpoint.sync.phone-typed")
	addressNeeds    = needs("endpoint.sync.address-part", "endpoint.sync.address-typed")
	enterpriseNeeds = needs("endpoint.sync.enterprise", "endpoint.sync.enterprise-kept")
)

// attributeRows is the table. Addresses of people are completed with names of the run.
func attributeRows() []attributeRow {
	const (
		values  = "endpoint.create.core-values"
		address = "endpoint.create.address"
		phones  = "endpoint.create.phones"
	)
	return []attributeRow{
		{name: "display-name", path: "displayName", words: "display name", property: "displayName", plain: "Ada Byron", changed: "Ada Lovelace", special: "D" + scripts,
			free: true, create: values, change: "endpoint.sync.replace", special0: "endpoint.sync.unicode", kept: true},
		{name: "title", path: "title", words: "job title", property: "jobTitle", plain: "Analyst", changed: "Countess", special: "T" + scripts, free: true, create: values},
		{name: "preferred-language", path: "preferredLanguage", words: "preferred language", property: "preferredLanguage", plain: "en-GB", changed: "fr-FR", special: "sr-Latn-RS", create: values},
		{name: "external-id", path: "externalId", words: "externalId", property: "mailNickname", plain: "ada.byron", changed: "ada.lovelace", special: "ada+neil&co_7", create: values, kept: true},
		{name: "given-name", path: "name.givenName", words: "first name", family: "name", property: "givenName", plain: "Ada", changed: "Augusta", special: "G" + scripts,
			free: true, create: values, change: "endpoint.sync.name-part", needs: nameNeeds},
		{name: "family-name", path: "name.familyName", words: "last name", family: "name", property: "surname", plain: "Byron", changed: "Lovelace", special: "F" + scripts, free: true, create: values, needs: nameNeeds},
		{name: "formatted-name", path: "name.formatted", words: "formatted name", family: "name", plain: "Ada Byron", changed: "Augusta Lovelace", special: "G" + scripts + " F" + scripts, free: true, create: values, needs: nameNeeds},
		{name: "work-email", path: workMail, words: "work address for mail", family: "emails", property: "mail", plain: "work.ada@", changed: "work.augusta@", special: "ada.o'neil+work@",
			create: "endpoint.create.emails", change: "endpoint.sync.email-typed", needs: needs("endpoint.sync.email-typed")},
		{name: "work-phone", path: workPhone, words: "work number", family: "phones", property: "businessPhones", plain: "+44 20 7946 0001", changed: "+33 1 5555 0001", special: "+44 (0)20 7946/0001", create: phones, needs: phoneNeeds},
		{name: "mobile-phone", path: mobilePhone, words: "mobile number", family: "phones", property: "mobilePhone", plain: "+44 7700 900002", changed: "+33 6 5555 0002", special: "+44 (0)7700/900002", create: phones, change: "endpoint.sync.phone-typed", needs: phoneNeeds},
		{name: "fax", path: faxPhone, words: "fax number", family: "phones", property: "faxNumber", plain: "+44 20 7946 0003", changed: "+33 1 5555 0003", special: "+44 (0)20 7946/0003", create: phones, needs: phoneNeeds},
		{name: "office", path: workAddress + "formatted", words: "office", family: "address", property: "officeLocation", plain: "Office 12", changed: "Bureau 7", special: "O" + scripts, free: true, create: address, needs: addressNeeds},
		{name: "street", path: workAddress + "streetAddress", words: "street", family: "address", property: "streetAddress", plain: "1 Analytical Street", changed: "2 rue de la Machine", special: "S" + scripts, free: true, create: address, needs: addressNeeds},
		{name: "city", path: workAddress + "locality", words: "city", family: "address", property: "city", plain: "London", changed: "Paris", special: "C" + scripts,
			free: true, create: address, change: "endpoint.sync.address-part", needs: addressNeeds},
		{name: "region", path: workAddress + "region", words: "region", family: "address", property: "state", plain: "LND", changed: "IDF", special: "R" + scripts, free: true, create: address, needs: addressNeeds},
		{name: "postal-code", path: workAddress + "postalCode", words: "postal code", family: "address", property: "postalCode", plain: "W1 1AA", changed: "75001", special: "01067/A (Dresden)", create: address, needs: addressNeeds},
		{name: "country", path: workAddress + "country", words: "country", family: "address", property: "country", plain: "GB", changed: "FR", create: address, needs: addressNeeds},
		{name: "employee-number", path: employeeNumber, words: "employee number", family: "enterprise", property: "employeeId", plain: "1815", changed: "1816", special: "0018-15/7", create: "endpoint.create.enterprise", needs: enterpriseNeeds},
		{name: "department", path: department, words: "department", family: "enterprise", property: "department", plain: "Engines", changed: "Mathematics", special: "D" + scripts,
			free: true, create: "endpoint.create.enterprise", change: "endpoint.sync.enterprise", needs: enterpriseNeeds},
	}
}

// changeOwners are the checks of the table that own a change of an attribute.
func changeOwners() []string {
	var ids []string
	for _, a := range attributeRows() {
		if a.change == "" {
			ids = append(ids, a.owner())
		}
	}
	return ids
}

// properties are what an administrator sets in the tenant for each attribute to have its value.
func properties(rows []attributeRow, value func(attributeRow) string) directory.Properties {
	p := directory.Properties{}
	for _, a := range rows {
		switch v := value(a); {
		case a.property == "" || v == "":
		case a.property == "businessPhones":
			p[a.property] = []string{v}
		default:
			p[a.property] = v
		}
	}
	return p
}

// of completes a value of the table for one person: what must be a mail address or an id of its own is.
func (p person) of(a attributeRow, value string) string {
	switch {
	case value == "":
		return ""
	case a.path == workMail:
		local, _, _ := strings.Cut(value, "@")
		_, domain, _ := strings.Cut(p.upn, "@")
		return local + "." + p.nick + "@" + domain
	case a.path == "externalId":
		return p.nick + "." + value
	}
	return value
}

// long is a value of a kilobyte that ends in a mark, so that a cut shows.
func (a attributeRow) long() string {
	const size = 1024
	const end = " the end"
	return strings.Repeat(a.plain+" ", size)[:size-len(end)] + end
}
