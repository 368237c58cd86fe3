package connector

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

// The checks that own what is wrong with many attributes at once.
const (
	cleared       = "connector.sync.cleared"
	clearedAsNull = "connector.sync.cleared-as-null"
	arraysTaken   = "connector.sync.arrays-replaced"
	arraysWhole   = "connector.sync.arrays-whole"
	arraysCleared = "connector.sync.arrays-cleared"
	passwordSet   = "connector.sync.password-set"
)

// many is the collection of the checks that are about collections as such.
const many = "otherMails"

func valueSyncChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: clearedAsNull, Title: "A value is cleared with null, not with an empty text",
				Level: result.Required, Breaks: breaksBoth, Sources: sources(learnPatchUser),
				Why: "Graph refuses an empty text, and with it everything else in the same PATCH: whoever loses one value keeps all old ones.",
				Fix: "Send null for a property that is to have no value.",
			},
			Run: func(ctx context.Context, r *Rig) {
				o, ada := r.clears(ctx, probed, "Clerk")
				empty := slices.DeleteFunc(bodies(asksOf(o.Calls)), func(p ask) bool { return p.object()[probed] != "" })
				r.That("no request carries an empty text for a value that is cleared", empty, none("null"), append(shownOf(empty), o.Shown()...)...)
				r.unlessLost(o, ada, probed, nil)
			},
		},
		{
			Spec: suites.Spec{
				ID: cleared, Title: "A value that is cleared is gone",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(clearedAsNull), Sources: sources(learnPatchUser),
				Why: "Who has left the sales team is still shown in it. Groups and access that follow an attribute keep people for ever.",
				Fix: "Treat null as a change: send PATCH with null.",
			},
			Run: func(ctx context.Context, r *Rig) {
				o, ada := r.clears(ctx, probed, "Clerk")
				r.That("a value that was cleared is gone from the tenant", r.see(o, ada.ID), has(probed, nil), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: arraysWhole, Title: "All values of a collection arrive",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(setOf(many)), Sources: sources(learnPatchUser, learnUser),
				Why: "The second address is the one to reset the password with, and it is not there.",
				Fix: "Send collections whole, as arrays of all values.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, many)
				three := []string{"ada@home.example", "ada@club.example", "ada@school.example"}
				ada := r.Colleague(nil)
				o := r.Update(ctx, ada, map[string]any{many: three})
				r.That("of three values all are in the tenant", r.see(o, ada.ID), has(many, three), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: arraysTaken, Title: "A changed collection is replaced whole",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(arraysWhole), Sources: sources(learnPatchUser),
				Why: "An address that is no longer somebody's stays a way to reset the password.",
				Fix: "Send the values that are wanted, and not those that are there besides: PATCH replaces a collection.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, many)
				ada := r.Colleague(directory.Properties{many: []string{"ada@home.example", "ada@club.example"}})
				want := []string{"ada@school.example"}
				o := r.Update(ctx, ada, map[string]any{many: want})
				if u, live := r.User(ada.ID); live && len(without(want, u.Strings(many))) > 0 {
					r.Skip("the new value did not arrive, which connector.sync.other-mails-changed is about")
				}
				r.That("a collection has the new values, and none of the old", r.see(o, ada.ID), has(many, want), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: arraysCleared, Title: "A collection is cleared with an empty array, not with null",
				Level: result.Recommended, Breaks: breaksBoth, Sources: sources(learnPatchUser, learnUser, "https://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/odata-csdl-xml-v4.01.html#sec_Nullable"),
				Why: "A collection of OData can be empty and is never null. What Graph makes of null is said nowhere: this tenant takes it for an empty collection, and where Graph refuses it, everything else in the same PATCH is refused with it.",
				Fix: "Send [] for a collection that is to have no value.",
			},
			Run: func(ctx context.Context, r *Rig) {
				o, ada := r.clears(ctx, many, []string{"ada@home.example"})
				nulls := slices.DeleteFunc(of(asksOf(o.Calls), http.MethodPatch, "/users/*"), func(p ask) bool {
					value, sent := p.object()[many]
					return !sent || value != nil
				})
				r.That("no request carries null for a collection that is cleared", slices.Repeat([]string{many + " null"}, len(nulls)), noNames(many+" []"), append(shownOf(nulls), o.Shown()...)...)
				r.unlessLost(o, ada, many, nil)
			},
		},
		{
			Spec: suites.Spec{
				ID: passwordSet, Title: "A new password is the user's",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPatchUser, learnPasswordProfile),
				Why: "The help desk tells somebody her new password, and it is not hers.",
				Fix: "PATCH /users/{id} with passwordProfile; it needs the permission User-PasswordProfile.ReadWrite.All.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, "password")
				ada, given := r.Colleague(nil), r.ownPassword()
				o := r.Update(ctx, ada, map[string]any{"password": given})
				r.That("the user signs in with the password that was set", r.Snapshot().CheckPassword(ada.ID, given), isPassword(o), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.password-untouched", Title: "An update of something else leaves the password alone",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPatchUser, learnPasswordProfile),
				Why: "At every change of a room number people are signed out and their password is gone. The one that everybody has then is known to all.",
				Fix: "Put passwordProfile into PATCH only when a password is to be set.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, probed)
				own := r.ownPassword()
				ada := r.Colleague(directory.Properties{"passwordProfile": directory.PasswordProfile{Password: own}})
				o := r.Update(ctx, ada, map[string]any{probed: "Clerk"})
				r.That("after an update of the job title the user still has her password", r.Snapshot().CheckPassword(ada.ID, own), isPassword(o), o.Shown()...)
				r.unlessLost(o, ada, probed, "Clerk")
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.enabled-untouched", Title: "An update of something else leaves a disabled account disabled",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPatchUser),
				Why: "Somebody is dismissed and blocked; in the evening her room is given to another, and her account is open again.",
				Fix: "Put accountEnabled into PATCH only when the account is to be enabled or disabled.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, probed)
				ada := r.Colleague(directory.Properties{"accountEnabled": false})
				o := r.Update(ctx, ada, map[string]any{probed: "Clerk"})
				r.That("after an update of the job title a disabled account is still disabled", r.see(o, ada.ID), has("accountEnabled", false), o.Shown()...)
				r.unlessLost(o, ada, probed, "Clerk")
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.extension-attributes-kept", Title: "A change of one extension attribute leaves the others alone",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnUser, learnAPI+"resources/onpremisesextensionattributes"),
				Why: "The fifteen attributes belong to different teams: one holds the cost centre, another says who gets a parking space. One change wipes what all others have written.",
				Fix: "Name in onPremisesExtensionAttributes only the members that change.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, "extensionAttribute1")
				ada := r.Colleague(directory.Properties{extensions: extended(map[string]string{"extensionAttribute1": "CC-100", "extensionAttribute7": "Parking"})})
				o := r.Update(ctx, ada, map[string]any{"extensionAttribute1": "CC-200"})
				r.That("an extension attribute that was not named has its value", r.see(o, ada.ID), has("extensionAttribute7", "Parking"), o.Shown()...)
				r.unlessLost(o, ada, "extensionAttribute1", "CC-200")
			},
		},
	}
}

// clears tells the connector to clear an attribute that has a value.
func (r *Rig) clears(ctx context.Context, attribute string, before any) (Result, *Person) {
	r.NeedsAttribute(User, attribute)
	ada := r.Colleague(directory.Properties{attribute: before})
	return r.Update(ctx, ada, map[string]any{attribute: nil}), ada
}

// extended are values of extension attributes.
func extended(values map[string]string) directory.ExtensionAttributes {
	var all directory.ExtensionAttributes
	text := must(json.Marshal(values))
	check(json.Unmarshal(text, &all))
	return all
}
