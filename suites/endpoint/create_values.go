package endpoint

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

const valuesBack = "Entra compares what the target shows with what it should show, in every cycle. A value that is missing or changed is written again and again, and the provisioning log fills with updates that never end."

const orLeaveItOut = " If you have no such attribute, leave it out of /Schemas: then it is not asked for here, and your customers take it out of the mapping."

func valueChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.create.core-values", Title: "The simple attributes of a new user come back as they were sent",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#understand-the-microsoft-entra-scim-implementation", rfc7643("4.1")),
				Why:     valuesBack,
				Fix:     "Store displayName, title, preferredLanguage, name and externalId of the POST and return them unmodified from GET." + orLeaveItOut,
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, directory.Properties{
					"displayName": "Ada K. Byron", "givenName": "Ada", "surname": "Byron-King", "jobTitle": "Principal Analyst, Engines", "preferredLanguage": "en-GB",
				})
				v := r.Read(ctx, ada)
				r.values(v, []value{
					{"displayName", "Ada K. Byron"}, {"title", "Principal Analyst, Engines"}, {"preferredLanguage", "en-GB"},
					{"name.givenName", "Ada"}, {"name.familyName", "Byron-King"}, {"name.formatted", "Ada Byron-King"}, {"externalId", ada.Nick},
				})
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.emails", Title: "The work address of a new user comes back with value, type and primary",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#create-user", rfc7643("4.1.2")),
				Why:     "Entra addresses the mail address as emails[type eq \"work\"].value. Without its type it is not found again: " + valuesBack,
				Fix:     "Store every element of emails with all its sub-attributes: value, type and primary." + orLeaveItOut,
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("emails")
				ada := r.Hire(ctx, nil)
				v := r.Read(ctx, ada)
				r.values(v, []value{{`emails[type eq "work"].value`, ada.Name}})
				if e, ok := element(v.Resource, "emails", ada.Name); ok && r.Lists("emails.primary") {
					r.That("the work address of a new user, sent with primary true, is still the primary one", View{e, v.Shown}, worded[View]{
						Want: "primary is true",
						OK:   func(v View) bool { yes, _ := truth(member(v.Resource, "primary")); return yes },
						Got:  func(v View) string { return v.words("primary") },
					}, v.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.phones", Title: "Three telephone numbers come back typed and unmodified",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#create-user", rfc7643("4.1.2")),
				Why:     "A number without its blanks or its plus sign, or in the tel: form the standard suggests, is another value to Entra. " + valuesBack,
				Fix:     "Store phoneNumbers of type work, mobile and fax side by side, and return each value byte for byte; normalise numbers in a field of your own." + orLeaveItOut,
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("phoneNumbers")
				ada := r.Hire(ctx, directory.Properties{"businessPhones": []string{"+44 20 7946 0001"}, "mobilePhone": "+44 (0)7700 900002", "faxNumber": "+44 20 7946 0003"})
				r.valuesOf("the telephone numbers", r.Read(ctx, ada), []value{
					{`phoneNumbers[type eq "work"].value`, "+44 20 7946 0001"},
					{`phoneNumbers[type eq "mobile"].value`, "+44 (0)7700 900002"},
					{`phoneNumbers[type eq "fax"].value`, "+44 20 7946 0003"},
				})
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.address", Title: "All six parts of the work address come back",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#create-user", rfc7643("4.1.2")),
				Why:     valuesBack,
				Fix:     "Store formatted, streetAddress, locality, region, postalCode and country of the address of type work." + orLeaveItOut,
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("addresses")
				ada := r.Hire(ctx, home())
				r.valuesOf("the parts of the work address", r.Read(ctx, ada), []value{
					{workAddress + "formatted", "Office 12"}, {workAddress + "streetAddress", "1 Analytical Street"}, {workAddress + "locality", "London"},
					{workAddress + "region", "LND"}, {workAddress + "postalCode", "W1 1AA"}, {workAddress + "country", "GB"},
				})
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.enterprise", Title: "Department and employee number come back under the enterprise extension",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#create-user", rfc7643("4.3")),
				Why:     "Entra's default mapping writes both. " + valuesBack,
				Fix:     "Store the member " + enterprise + " of the POST and return it under the same name; do not flatten it into the core user." + orLeaveItOut,
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsMapped(department)
				ada := r.Hire(ctx, directory.Properties{"department": "R&D", "employeeId": "1815"})
				r.values(r.Read(ctx, ada), []value{{department, "R&D"}, {employeeNumber, "1815"}})
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.active-boolean", Title: "active is the JSON boolean true",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#create-user", rfc7643("4.1.1"), learnCompat),
				Why:     "Entra sends booleans as text and yet reads booleans: an endpoint that stores the text hands clients a value that is always true to them, and disabled people keep their access.",
				Fix:     "Store active as a boolean and return true or false without quotes, whatever form came in.",
			},
			Run: func(ctx context.Context, r *Rig) {
				v := r.Read(ctx, r.Hire(ctx, nil))
				r.That("GET of a new user shows active as the JSON boolean true", v, isTrue(), v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.active-string", Title: "A new user whose active is the text \"True\" is accepted",
				Level: result.Recommended, Breaks: breaksEntra, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(referenceCode+"/issues/21", learnCompat),
				Why:     "Today Entra sends active of a new user as a boolean. Older builds of the service sent the text \"True\", as PATCH still does, and Microsoft's own collection of requests does so too and expects the boolean back. A server that refuses the text creates nobody.",
				Fix:     "Read the texts \"True\" and \"False\", in any letter case, as booleans in POST as in PATCH, and store the boolean.",
			},
			Run: func(ctx context.Context, r *Rig) {
				if v := r.Read(ctx, r.Made(ctx)); !isTrue().OK(v) { // with the boolean
					r.Block("endpoint.create.active-boolean", "the target shows "+v.words("active"))
				}
				p := r.names.person()
				request := r.Compose.CreateUser([]wire.Attribute{
					{Path: "userName", Value: p.upn}, {Path: "active", Value: true}, {Path: "displayName", Value: p.display()},
					{Path: "name.givenName", Value: p.given}, {Path: "name.familyName", Value: p.family}, {Path: "externalId", Value: p.nick},
				})
				request.Body = bytes.Replace(request.Body, []byte(`"active":true`), []byte(`"active":"True"`), 1)
				post := r.Send(ctx, request)
				r.lockedOut(ctx, post)
				r.Must(`POST /Users with active as the text "True", as older builds of Entra send it, is accepted`, post, answered(http.StatusCreated, http.StatusOK), post.Shown)
				made, _ := post.JSON()
				v := r.Read(ctx, &Account{Kind: users, ID: made.ID()})
				r.That(`after POST of active as the text "True" GET shows the JSON boolean true`, v, isTrue(), post.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.unicode", Title: "Names in any script come back byte for byte",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM, "https://www.rfc-editor.org/rfc/rfc8259#section-8.1"),
				Why:     "People have names with accents, apostrophes, right-to-left scripts and emoji. A name that is spoilt on the way looks wrong to everybody and is written again in every cycle.",
				Fix:     "Read and write JSON as UTF-8 from end to end, in the database as well, and do not normalise, escape or cut names.",
			},
			Run: func(ctx context.Context, r *Rig) {
				const name = "Zoe\u0308 O’Brien-D'Arcy עדה 數子 🎭"
				v := r.Read(ctx, r.Hire(ctx, directory.Properties{"displayName": name}))
				r.That("a displayName with accents, other scripts and emoji comes back from POST byte for byte", v, showsExactly("displayName", name), v.Shown)
			},
		},
	}
}

// isTrue matches a [View] in which active is the boolean.
func isTrue() worded[View] {
	return worded[View]{
		Want: "active is true",
		OK:   func(v View) bool { return member(v.Resource, "active") == true },
		Got:  func(v View) string { return v.words("active") },
	}
}

// value is an attribute and what it should be.
type value struct {
	path string
	want string
}

// values says that a view shows each value, by Entra's comparison. Attributes that the target says it lacks are not asked.
func (r *Rig) values(v View, wanted []value) {
	for _, w := range wanted {
		if w.path = r.At(w.path); r.target.has(w.path) {
			r.That(w.path+" of a new user comes back from GET as POST sent it", v, shows(w.path, w.want), v.Shown)
		}
	}
}

// valuesOf is values of one attribute's parts, which are lost or altered together: one rule, told once.
func (r *Rig) valuesOf(what string, v View, wanted []value) {
	var want, got []string
	for _, w := range wanted {
		if w.path = r.At(w.path); r.target.has(w.path) && !shows(w.path, w.want).OK(v) {
			want, got = append(want, shows(w.path, w.want).Want), append(got, v.words(w.path))
		}
	}
	r.That(what+" of a new user come back from GET as POST sent them", v, worded[View]{
		Want: strings.Join(want, "\n"),
		OK:   func(View) bool { return len(want) == 0 },
		Got:  func(View) string { return strings.Join(got, "\n") },
	}, v.Shown)
}

func home() directory.Properties {
	return directory.Properties{
		"officeLocation": "Office 12", "streetAddress": "1 Analytical Street", "city": "London", "state": "LND", "postalCode": "W1 1AA", "country": "GB",
	}
}

// everythingShown is what the target shows of everything.
var everythingShown = []value{
	{"title", "Analyst"}, {"preferredLanguage", "en-GB"}, {department, "Engines"}, {employeeNumber, "1815"},
	{workPhone, "+44 20 7946 0001"}, {mobilePhone, "+44 7700 900002"}, {`phoneNumbers[type eq "fax"].value`, "+44 20 7946 0003"},
	{workAddress + "formatted", "Office 12"}, {workAddress + "streetAddress", "1 Analytical Street"}, {workAddress + "locality", "London"},
	{workAddress + "region", "LND"}, {workAddress + "postalCode", "W1 1AA"}, {workAddress + "country", "GB"},
}

// everything is a person with a value in each attribute of the default mapping but the manager.
func everything() directory.Properties {
	p := home()
	p["jobTitle"], p["preferredLanguage"], p["department"], p["employeeId"] = "Analyst", "en-GB", "Engines", "1815"
	p["businessPhones"], p["mobilePhone"], p["faxNumber"] = []string{"+44 20 7946 0001"}, "+44 7700 900002", "+44 20 7946 0003"
	return p
}
