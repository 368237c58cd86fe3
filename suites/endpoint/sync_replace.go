package endpoint

import (
	"context"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// afterReplace are the checks without which no other change by PATCH can be judged.
var afterReplace = needs("endpoint.sync.replace", "endpoint.sync.others-kept")

func replaceChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.replace", Title: "A changed attribute arrives: PATCH with op Replace and a path",
				Level: result.Required, Breaks: breaksEntra, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnSCIM+"#update-user-single-valued-properties", learnCompat, rfc7644("3.5.2.3")),
				Why:     "It is how Entra writes every change of every attribute. A server that knows replace but not Replace refuses them all, and nothing that changes in the directory ever arrives.",
				Fix:     "Read the names of operations without regard to case: Add, Replace and Remove are what Entra sends. Answer 200 with the user, or 204.",
				Words: flagged(suites.Words{
					Title: "A changed attribute arrives: PATCH with op replace, without a path, the attribute named in the value",
					Why:   "With the flag it is how Entra writes changes of most attributes. A server that wants a path refuses them, and nothing that changes in the directory ever arrives.",
					Fix:   "When an operation has no path take its value as an object whose members are the attributes to change. Answer 200 with the user, or 204.",
				}),
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Change(ada, directory.Properties{"displayName": "Ada Lovelace"})
				r.arrives(ctx, ada, "displayName", "Ada Lovelace")
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.others-kept", Title: "A change of one attribute leaves all others as they were",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace"),
				Sources: sources(rfc7644("3.5.2"), learnSCIM+"#update-user-single-valued-properties"),
				Why:     "Entra sends what has changed and nothing else. A server that takes the PATCH for the whole user wipes names, addresses and phone numbers with every change.",
				Fix:     "Apply the operations of a PATCH to the stored user; do not build the user anew from them.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, everything())
				before := r.Read(ctx, ada)
				// What becomes empty in Entra stays on the target: nothing is sent for it.
				r.Change(ada, directory.Properties{"displayName": "Ada Lovelace", "city": nil})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.Read(ctx, ada)
				r.That("PATCH of displayName leaves all other attributes as they were", after, keeps(before, pathsIn(sent)...), sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.add", Title: "An attribute that had no value gets one: PATCH with op Add and a path",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnSCIM+"#update-user-single-valued-properties", rfc7644("3.5.2.1")),
				Why:     "Entra sends Add instead of Replace when the target shows no value. If it is passed over, whatever was empty on the first day stays empty.",
				Fix:     "Treat Add of a single-valued attribute like Replace: set the value.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("title")
				ada := r.Hire(ctx, nil)
				r.Change(ada, directory.Properties{"jobTitle": "Analyst"})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.Read(ctx, ada)
				if !shows("title", "Analyst").OK(after) {
					if v := r.Read(ctx, r.Made(ctx, attribute("title", "Analyst"))); v.String("title") == "" {
						r.Block("endpoint.create.core-values", "the target shows "+v.words("title")+" after POST", v.Shown)
					}
				}
				r.That("after PATCH of title, as Entra sends it, GET shows the new value", after, shows("title", "Analyst"), sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.many-operations", Title: "All operations of one PATCH are applied",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources(rfc7644("3.5.2"), learnSCIM+"#update-user-single-valued-properties"),
				Why:     "A change of name or of job touches many attributes, and Entra sends all of them as operations of one PATCH. What is passed over is sent again in every cycle, or lost.",
				Fix:     "Apply every member of Operations, in order, before you store and answer.",
				Words: flagged(suites.Words{
					Title: "All members of an operation without a path are applied, also those named by a path",
					Why:   "With the flag Entra puts many changes into one operation without a path, and names them by their paths: name.givenName, not an object name. What is passed over or stored under that very name is sent again in every cycle.",
					Fix:   "Read the names of the members as paths: name.givenName is the member givenName of name, and a URN before the last colon an extension.",
				}),
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, directory.Properties{"jobTitle": "Analyst", "preferredLanguage": "en-GB"})
				before := r.Read(ctx, ada)
				nick := r.names.person().nick
				r.Change(ada, directory.Properties{
					"displayName": "Ada Lovelace", "jobTitle": "Countess", "preferredLanguage": "fr-FR", "givenName": "Augusta", "surname": "Lovelace", "mailNickname": nick,
				})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.Read(ctx, ada)
				changes := []value{{"displayName", "Ada Lovelace"}, {"title", "Countess"}, {"preferredLanguage", "fr-FR"}, {"externalId", nick}}
				if r.dialect == wire.AADOptSCIM { // by default endpoint.sync.name-part asks for them
					changes = append(changes, value{"name.givenName", "Augusta"}, value{"name.familyName", "Lovelace"})
				}
				for _, w := range changes {
					if had, _ := before.Get(w.path); had != nil { // what the target did not take at first is not asked here
						if !shows(w.path, w.want).OK(after) {
							r.changesAlone(ctx, ada, w)
						}
						r.That("of a PATCH with many operations GET shows every one applied", after, shows(w.path, w.want), sent, after.Shown)
					}
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.mixed-operations", Title: "A PATCH that changes an element of a list among other attributes changes all of them",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.many-operations"), Packs: []suites.Pack{suites.Dialect},
				Causes:  needs("endpoint.sync.email-typed", "endpoint.sync.address-part"),
				Sources: sources(learnCompat, learnSCIM+"#update-user-multi-valued-properties", rfc7644("3.5.2")),
				Why:     "A change of name changes the mail address as well. Entra sends both in one PATCH, one path with a filter among paths without; what is passed over stays as it was.",
				Fix:     "Apply every operation, whatever the form of the path of the one before.",
				Words: flagged(suites.Words{
					Title: "A PATCH with an operation that has a path and one that has none applies both",
					Why:   "A change of name changes the mail address as well. With the flag Entra sends the address as an operation with a path and everything else as one without, in one PATCH; what is passed over stays as it was.",
					Fix:   "Apply every operation, whether or not the one before has a path.",
				}),
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, directory.Properties{"preferredLanguage": "en-GB", "city": "London"})
				before := r.Read(ctx, ada)
				mail := "new." + ada.Name
				r.Change(ada, directory.Properties{"displayName": "Ada Lovelace", "preferredLanguage": "fr-FR", "mail": mail, "city": "Paris"})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.Read(ctx, ada)
				for _, w := range []value{{"displayName", "Ada Lovelace"}, {workMail, mail}, {"preferredLanguage", "fr-FR"}, {workAddress + "locality", "Paris"}} {
					if had, _ := before.Get(w.path); had != nil {
						if !shows(w.path, w.want).OK(after) {
							r.changesAlone(ctx, ada, w)
						}
						r.That("of a PATCH with elements of lists among other attributes GET shows every one applied", after, shows(w.path, w.want), sent, after.Shown)
					}
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.add-many", Title: "Several attributes that had no value all get one from one PATCH",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.add", "endpoint.sync.many-operations"), Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnCompat, learnSCIM+"#update-user-single-valued-properties", rfc7644("3.5.2.1")),
				Why:     "What was empty on the first day is often filled in together. Entra sends one Add for each attribute in one PATCH; what is passed over stays empty.",
				Fix:     "Apply every operation of a PATCH, Add as well as Replace.",
				Words: flagged(suites.Words{
					Title: "Several attributes that had no value all get one from an operation add without a path",
					Why:   "What was empty on the first day is often filled in together. With the flag Entra then sends one add without a path, with all of them in the value; what is passed over stays empty.",
					Fix:   "When add has no path take its value as an object whose members are the attributes to set.",
				}),
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("title")
				r.NeedsAttribute("preferredLanguage")
				ada := r.Hire(ctx, nil)
				r.Change(ada, directory.Properties{"jobTitle": "Analyst", "preferredLanguage": "en-GB"})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.Read(ctx, ada)
				for _, w := range []value{{"title", "Analyst"}, {"preferredLanguage", "en-GB"}} {
					r.That("of a PATCH that adds several attributes GET shows every one", after, shows(w.path, w.want), sent, after.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.unicode", Title: "A changed name in any script arrives byte for byte",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace", "endpoint.create.unicode"),
				Sources: sources(learnSCIM+"#update-user-single-valued-properties", "https://www.rfc-editor.org/rfc/rfc8259#section-8.1"),
				Why:     "A PATCH often takes another way through a server than a POST. Names that are escaped or cut there look wrong to everybody and are written again in every cycle.",
				Fix:     "Store the value of an operation as the text it is; escape it for HTML where HTML is written, not before.",
			},
			Run: func(ctx context.Context, r *Rig) {
				const name = `Zoe̋ "Ada" <O'Brien> & 數子 עדה 🎭`
				ada := r.Hire(ctx, nil)
				r.Change(ada, directory.Properties{"displayName": name})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.Read(ctx, ada)
				r.That("a displayName with accents, other scripts and emoji arrives by PATCH byte for byte", after, showsExactly("displayName", name), sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.rename", Title: "A user who gets another userName keeps her account and is found by the new name only",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources(learnHow, rfc7644("3.5.2.3")),
				Why:     "People marry and domains change. Entra writes the new name to the old id; if the name does not change, or the old one still answers, she cannot sign in or is doubled later.",
				Fix:     "Let userName be replaced by PATCH and bring every index of it up to date in the same step.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Listed(ctx, ada)
				old := *ada
				r.Change(ada, directory.Properties{"userPrincipalName": r.names.person().upn})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				get := r.Get(ctx, ada)
				r.lockedOut(ctx, get)
				r.Must("after PATCH of userName the user still has her id: GET by it is answered 200", get, answered(http.StatusOK), sent, get.Shown)
				after := r.Read(ctx, ada)
				renamed := r.That("after PATCH of userName GET by the same id shows the new name", after, shows("userName", ada.Name), sent, after.Shown)
				if !renamed || r.target.shape.match != "userName" {
					return // no filter finds her by a name that she has not, or by which nobody is found
				}
				now := r.FindSoon(ctx, ada, findsAmong(ada.Name))
				r.That(`after PATCH of userName filter=userName eq "…" finds the user by the new name`, now, findsAmong(ada.Name), sent, now.Shown)
				then := r.FindSoon(ctx, &old, finds(0))
				r.That(`after PATCH of userName filter=userName eq "…" with the old name finds nobody`, then, finds(0), sent, then.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.neighbour-kept", Title: "A change of one user touches nobody else",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources(rfc7644("3.5.2"), learnCustomize),
				Why:     "externalId holds the mail nickname by default, which two people can share. A server that looks up the user of a PATCH by anything but the id in the path changes the wrong person.",
				Fix:     "Change exactly the resource whose id stands in the path.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				colleague := r.twin(ctx, ada)
				before := r.Read(ctx, colleague)
				bystander := r.Read(ctx, r.Bystanders()[0])
				r.Change(ada, directory.Properties{"displayName": "Ada Lovelace", "jobTitle": "Countess"})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.Read(ctx, colleague)
				r.That("PATCH of one user leaves a colleague with the same externalId as she was", after, keeps(before), sent, after.Shown)
				after = r.Read(ctx, r.Bystanders()[0])
				r.That("PATCH of one user leaves a user who has nothing to do with it as she was", after, keeps(bystander), sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.second-cycle", Title: "After a change was written the next full cycle writes nothing",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.others-kept", "endpoint.sync.many-operations", "endpoint.sync.mixed-operations", "endpoint.create.second-cycle"),
				Causes:  append(needs("endpoint.sync.phone-typed", "endpoint.sync.address-typed"), changeOwners()...),
				Sources: sources(learnHow, "https://github.com/MicrosoftDocs/azure-docs/issues/11784"),
				Why:     silence + "A value that PATCH stores in another form or another place than POST is written to that person in every cycle from then on.",
				Fix:     "Store a value that comes by PATCH exactly as one that comes by POST, and show it in the same place.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, everything())
				r.created(ctx, ada, everythingShown)
				before := r.Read(ctx, ada)
				r.Change(ada, directory.Properties{
					"displayName": "Ada Lovelace", "jobTitle": "Countess", "department": "Mathematics", "city": "Paris", "state": "IDF", "mobilePhone": "+33 6 5555 0002", "businessPhones": []string{"+33 1 5555 0001"},
				})
				if sent := answerOf(r.Sent(ctx, r.Cycle(ctx), ada)); !sent.OK() && r.Has(department) {
					r.Block("endpoint.sync.enterprise", "a PATCH of many attributes was answered "+sent.String(), sent.Shown)
				} else {
					r.granted(ctx, sent)
				}
				after := r.Read(ctx, ada)
				for _, owned := range []struct{ path, want, by string }{
					{"displayName", "Ada Lovelace", "endpoint.sync.replace"},
					{"title", "Countess", "endpoint.sync.attribute.title.change"},
					{department, "Mathematics", "endpoint.sync.enterprise"},
					{employeeNumber, before.String(employeeNumber), "endpoint.sync.enterprise-kept"},
					{workAddress + "locality", "Paris", "endpoint.sync.address-part"},
					{workAddress + "streetAddress", before.String(workAddress + "streetAddress"), "endpoint.sync.address-part"},
				} {
					if r.Has(owned.path) && !shows(owned.path, owned.want).OK(after) {
						r.Block(owned.by, "GET shows "+after.words(owned.path))
					}
				}
				r.Joinable(ctx, ada)
				r.Restart()
				r.silent("a user was changed", r.Cycle(ctx))
			},
		},
	}
}

// changesAlone blocks the check when an attribute does not change by a PATCH of its own either: that is the rule of another check.
func (r *Rig) changesAlone(ctx context.Context, a *Account, w value) {
	i := slices.IndexFunc(attributeRows(), func(row attributeRow) bool { return row.path == w.path && row.change == "" && row.family == "" })
	if i < 0 {
		return
	}
	answer := r.Send(ctx, r.Compose.PatchUser(a.ID, []wire.Change{{Attribute: attribute(w.path, w.want), Present: true}}))
	r.lockedOut(ctx, answer)
	if v := r.Read(ctx, a); !shows(w.path, w.want).OK(v) {
		r.Block(attributeRows()[i].owner(), "a PATCH of "+w.path+" alone was answered "+answer.String()+"; the target shows "+v.words(w.path), answer.Shown, v.Shown)
	}
}

// arrives runs a cycle and says that the change was accepted and is shown.
func (r *Rig) arrives(ctx context.Context, a *Account, path, want string) {
	sent := r.Written(ctx, r.Cycle(ctx), a)
	after := r.Read(ctx, a)
	r.That("after PATCH of "+path+", as Entra sends it, GET shows the new value", after, shows(path, want), sent, after.Shown)
}

// twin makes a colleague with the same externalId, or with her own where the target wants it unique.
func (r *Rig) twin(ctx context.Context, a *Account) *Account {
	twin, post := r.Post(ctx, attribute("externalId", a.Nick))
	if twin.ID == "" && !post.OK() {
		return r.Made(ctx)
	}
	return twin
}
