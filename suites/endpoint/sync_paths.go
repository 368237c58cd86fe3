package endpoint

import (
	"context"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func attribute(path string, value any) wire.Attribute {
	return wire.Attribute{Path: path, Value: value}
}

const createOnAbsent = "The standard lets a server refuse a path that selects nothing (noTarget); Entra's default mapping depends on servers that create the element. "

func pathChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.path-case", Title: "Paths are read in any letter case",
				Level: result.Recommended, Breaks: breaksRFC, Needs: afterReplace,
				Sources: sources(rfc7644("3.5.2"), rfc7643("2.1")),
				Why:     "Attribute names are case-insensitive by the standard, and the mapping editor lets administrators write them in any case.",
				Fix:     "Compare attribute names in paths without regard to case.",
			},
			Run: func(ctx context.Context, r *Rig) {
				const anyCase = "the paths DISPLAYNAME and Name.GivenName change displayName and name.givenName"
				ada := r.Made(ctx)
				answer := r.Patched(ctx, ada, Op{"Replace", "DISPLAYNAME", "Ada Lovelace"})
				after := r.Read(ctx, ada)
				r.That(anyCase, after, shows("displayName", "Ada Lovelace"), answer.Shown, after.Shown)
				if !r.Has("name.givenName") {
					return
				}
				answer = r.Patched(ctx, ada, Op{"Replace", "Name.GivenName", "Augusta"})
				after = r.Read(ctx, ada)
				r.That(anyCase, after, shows("name.givenName", "Augusta"), answer.Shown, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.name-part", Title: "A changed first name leaves the last name alone",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources(rfc7644("3.5.2.3"), learnSCIM+"#update-user-single-valued-properties"),
				Why:     "Entra changes each part of a name by a path such as name.givenName. A server that replaces the whole name with the one part loses the last names of everybody who changes the first.",
				Fix:     "Apply a path with a sub-attribute to that sub-attribute only.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("name.givenName")
				ada := r.Made(ctx)
				before := r.Read(ctx, ada)
				answer := r.Patched(ctx, ada, Op{"Replace", "name.givenName", "Augusta"})
				after := r.Read(ctx, ada)
				r.That("PATCH of name.givenName changes the first name", after, shows("name.givenName", "Augusta"), answer.Shown, after.Shown)
				r.That("PATCH of name.givenName leaves all other attributes alone, the last name included", after, keeps(before, "name.givenName", "name.formatted"), answer.Shown, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.email-typed", Title: "A changed work address leaves the home address alone",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnSCIM+"#update-user-multi-valued-properties", rfc7644("3.5.2.3")),
				Why:     "Entra changes one address by emails[type eq \"work\"].value. A server that replaces the whole list loses every address Entra does not manage.",
				Fix:     "Apply a path with a filter to the elements it selects, and keep the others.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("emails")
				p := r.names.person()
				ada := r.Made(ctx, attribute(workMail, "work."+p.upn), attribute(homeMail, "home."+p.upn))
				before := r.Read(ctx, ada)
				for _, path := range []string{workMail, homeMail} {
					if before.String(path) == "" {
						r.Block("endpoint.create.emails", "the target shows "+before.words(path)+" after POST")
					}
				}
				answer := r.Patched(ctx, ada, Op{"Replace", workMail, "new." + p.upn})
				after := r.Read(ctx, ada)
				r.That(`PATCH of emails[type eq "work"].value changes the work address`, after, shows(workMail, "new."+p.upn), answer.Shown, after.Shown)
				r.That(`PATCH of emails[type eq "work"].value leaves the home address alone`, after, shows(homeMail, "home."+p.upn), answer.Shown, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.email-absent-add", Title: "Add to an address of a type that is not there creates it",
				Level: result.Required, Breaks: breaksEntraValidator, Needs: afterReplace, Packs: []suites.Pack{suites.Dialect},
				Sources: sources("https://github.com/Captain-P-Goldfish/SCIM-SDK/issues/416", learnSCIM+"#update-user-multi-valued-properties"),
				Why:     createOnAbsent + "Whoever gets a second address after the first day never receives it.",
				Fix:     "When Add has a path such as emails[type eq \"home\"].value and no element is selected, append one with that type and the value. Keep the others.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("emails")
				p := r.names.person()
				ada := r.Made(ctx, attribute(workMail, "work."+p.upn))
				before := r.Read(ctx, ada)
				answer := r.Patched(ctx, ada, Op{"Add", homeMail, "home." + p.upn})
				after := r.Read(ctx, ada)
				if len(elements(before.Resource, "emails")) == 0 && len(elements(after.Resource, "emails")) == 0 {
					r.Block("endpoint.create.emails", "the target shows "+before.words("emails")+" after POST", before.Shown)
				}
				r.That(`PATCH with Add of emails[type eq "home"].value to a user without a home address creates it`, after, hasElement("emails", "home."+p.upn), answer.Shown, after.Shown)
				if before.String(workMail) != "" {
					r.That(`PATCH with Add of emails[type eq "home"].value leaves the work address alone`, after, shows(workMail, "work."+p.upn), answer.Shown, after.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.phone-absent-replace", Title: "Replace of a number of a type that is not there creates it",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace, Packs: []suites.Pack{suites.Dialect},
				Sources: sources("https://github.com/Captain-P-Goldfish/SCIM-SDK/issues/668", learnSCIM+"#update-user-multi-valued-properties"),
				Why:     createOnAbsent + "The refusal fails the whole PATCH, with every other change in it, in each cycle.",
				Fix:     "When Replace has a path such as phoneNumbers[type eq \"mobile\"].value and no element is selected, append one with that type and the value.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("phoneNumbers")
				ada := r.Made(ctx)
				answer := r.Patched(ctx, ada, Op{"Replace", `phoneNumbers[type eq "mobile"].value`, "447700900002"})
				after := r.Read(ctx, ada)
				if len(elements(after.Resource, "phoneNumbers")) == 0 {
					r.keepsNumbers(ctx)
				}
				r.That(`PATCH with Replace of phoneNumbers[type eq "mobile"].value on a user without a mobile number creates it`, after, hasElement("phoneNumbers", "447700900002"), answer.Shown, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.element-type", Title: "An element that a path creates carries the type the path names",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources("https://github.com/Captain-P-Goldfish/SCIM-SDK/issues/416", learnSCIM+"#update-user-multi-valued-properties"),
				Why:     "Entra looks for the value by its type again. An element without one is not found, so another one is added in every cycle.",
				Fix:     "Give an element that a path such as emails[type eq \"home\"].value creates all values its filter asks for: type home.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("emails")
				mail := "other." + r.names.person().upn
				ada := r.Made(ctx)
				answer := r.Patch(ctx, ada, Op{"Add", `emails[type eq "other"].value`, mail})
				after := r.Read(ctx, ada)
				e, ok := element(after.Resource, "emails", mail)
				if !answer.OK() || !ok {
					r.Block("endpoint.sync.email-absent-add", "PATCH was answered "+answer.String()+"; the target shows "+after.words("emails"))
				}
				r.That(`the address that PATCH of emails[type eq "other"].value creates has the type other`, View{e, after.Shown}, shows("type", "other"), answer.Shown, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.address-part", Title: "A changed city leaves the rest of the address alone",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources(learnSCIM+"#update-user-multi-valued-properties", rfc7644("3.5.2.3")),
				Why:     "Entra changes each part of an address by a path of its own. A server that replaces the address with the one part loses the street of everybody who moves.",
				Fix:     "Apply addresses[type eq \"work\"].locality to that sub-attribute of the selected element, and keep the others.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("addresses")
				const city, street = `addresses[type eq "work"].locality`, `addresses[type eq "work"].streetAddress`
				ada := r.Made(ctx, attribute(city, "London"), attribute(street, "1 Analytical Street"))
				before := r.Read(ctx, ada)
				if before.String(city) == "" || before.String(street) == "" {
					r.Block("endpoint.create.address", "the target shows "+before.words("addresses")+" after POST")
				}
				answer := r.Patched(ctx, ada, Op{"Replace", city, "Paris"})
				after := r.Read(ctx, ada)
				r.That(`PATCH of addresses[type eq "work"].locality changes the city`, after, shows(city, "Paris"), answer.Shown, after.Shown)
				r.That(`PATCH of addresses[type eq "work"].locality leaves the street alone`, after, shows(street, "1 Analytical Street"), answer.Shown, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.phone-typed", Title: "A changed mobile number leaves the other numbers alone",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnSCIM+"#update-user-multi-valued-properties", rfc7644("3.5.2.3")),
				Why:     "Entra changes one number by phoneNumbers[type eq \"mobile\"].value. A server that replaces the whole list leaves people with the one number that changed last.",
				Fix:     "Apply a path with a filter to the elements it selects, and keep the others.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("phoneNumbers")
				r.siblingKept(ctx, "endpoint.create.phones", sibling{mobilePhone, "447700900002", "447700900009"}, value{workPhone, "442079460001"})
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.address-typed", Title: "A changed work address leaves the home address alone",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace", "endpoint.sync.others-kept", "endpoint.sync.address-part"),
				Sources: sources(learnSCIM+"#update-user-multi-valued-properties", rfc7644("3.5.2.3")),
				Why:     "Entra manages the address of type work. A server that replaces the whole list, or writes to its first element whatever the type, spoils the address people have entered themselves.",
				Fix:     "Apply a path with a filter to the elements it selects, and keep the others.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("addresses")
				r.siblingKept(ctx, "endpoint.create.address", sibling{workAddress + "locality", "London", "Paris"}, value{homeAddress + "locality", "Leeds"})
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.enterprise", Title: "An attribute of the enterprise extension is set by its full path",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnSCIM+"#update-user-single-valued-properties", rfc7644("3.10"), learnCustomize),
				Why:     "Departments, employee numbers and managers are all written to a path that begins with the URN of the extension. If such paths are not understood they never change.",
				Fix:     "Read " + department + " as attribute department of the extension: everything up to the last colon is the URN, dots in it included.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsMapped(department)
				ada := r.Hire(ctx, directory.Properties{"department": "Engines"})
				if v := r.Read(ctx, ada); v.String(r.At(department)) == "" {
					r.Block("endpoint.create.enterprise", "the target shows "+v.words(enterprise)+" after POST")
				}
				r.Change(ada, directory.Properties{"department": "Mathematics"})
				r.arrives(ctx, ada, r.At(department), "Mathematics")
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.enterprise-add", Title: "Somebody who has nothing of the enterprise extension gets her first attribute of it",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.add", "endpoint.sync.enterprise"), Packs: []suites.Pack{suites.Dialect},
				Causes:  needs("endpoint.sync.add-many"),
				Sources: sources(learnCompat, learnSCIM+"#update-user-single-valued-properties", rfc7644("3.5.2.1")),
				Why:     "Departments are often filled in after the first day. A server that has no place for the attribute yet passes it over, or fails the whole PATCH in every cycle.",
				Fix:     "When Add has a path of the extension and the user has none of it, create the extension with that attribute.",
				Words: flagged(suites.Words{
					Fix: "When the value of an operation add has a name that begins with the URN of the extension, and the user has none of it, create the extension with that attribute.",
				}),
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(department)
				ada := r.Hire(ctx, nil)
				r.Change(ada, directory.Properties{"department": "Engines"})
				r.arrives(ctx, ada, department, "Engines")
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.enterprise-kept", Title: "A changed department leaves the employee number alone",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.others-kept", "endpoint.sync.enterprise"),
				Sources: sources(rfc7644("3.10"), rfc7644("3.5.2.3")),
				Why:     "A server that replaces the whole extension with the one attribute loses the employee number and the manager of everybody who changes department.",
				Fix:     "Change the one attribute inside the extension.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(department)
				r.NeedsAttribute(employeeNumber)
				ada := r.Hire(ctx, directory.Properties{"department": "Engines", "employeeId": "1815"})
				if v := r.Read(ctx, ada); v.String(employeeNumber) == "" || v.String(department) == "" {
					r.Block("endpoint.create.enterprise", "the target shows "+v.words(enterprise)+" after POST")
				}
				r.Change(ada, directory.Properties{"department": "Mathematics"})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.Read(ctx, ada)
				r.That("PATCH of the department in the enterprise extension leaves the employee number alone", after, shows(employeeNumber, "1815"), sent, after.Shown)
			},
		},
	}
}

// keepsNumbers blocks the check when the target keeps no telephone numbers, not even those of a POST.
func (r *Rig) keepsNumbers(ctx context.Context) {
	if v := r.Read(ctx, r.Made(ctx, attribute(workPhone, "442079460001"))); len(elements(v.Resource, "phoneNumbers")) == 0 {
		r.Block("endpoint.create.phones", "the target shows "+v.words("phoneNumbers")+" after POST", v.Shown)
	}
}

// sibling is an element of a list that changes beside another one.
type sibling struct{ path, was, is string }

// siblingKept makes a user with two elements of one list, changes the one and says that the other is as it was. A target that does not keep both
// from the POST breaks the rule of another check.
func (r *Rig) siblingKept(ctx context.Context, by string, changed sibling, kept value) {
	ada := r.Made(ctx, attribute(changed.path, changed.was), attribute(kept.path, kept.want))
	before := r.Read(ctx, ada)
	for _, w := range []value{{changed.path, changed.was}, kept} {
		if !shows(w.path, w.want).OK(before) {
			r.Block(by, "the target shows "+before.words(w.path)+" after POST")
		}
	}
	answer := r.Patched(ctx, ada, Op{"Replace", changed.path, changed.is})
	after := r.Read(ctx, ada)
	r.That("PATCH of "+changed.path+" changes that element", after, shows(changed.path, changed.is), answer.Shown, after.Shown)
	r.That("PATCH of "+changed.path+" leaves the element of another type alone", after, shows(kept.path, kept.want), answer.Shown, after.Shown)
}

// hasElement matches a [View] in which the list holds an element with this value, whatever its type.
func hasElement(list, want string) worded[View] {
	return worded[View]{
		Want: want + " in " + list,
		OK:   func(v View) bool { _, ok := element(v.Resource, list, want); return ok },
		Got:  func(v View) string { return v.words(list) },
	}
}
