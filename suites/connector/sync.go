package connector

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

// probed is the attribute of the checks that are about changes as such.
const probed = "jobTitle"

func syncChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.sync.no-needless-writes", Title: "An update that changes nothing writes nothing",
				Level: result.Recommended, Breaks: breaksGraph, Sources: sources(learnPatchUser, learnThrottling, learnPractices),
				Why: "Most people do not change from one night to the next. A connector that writes each of them is throttled, fills the audit log with changes that are none, and makes every delta query report everybody.",
				Fix: "Read the user first, with $select of the attributes in question, and send PATCH only when one differs.",
			},
			Run: func(ctx context.Context, r *Rig) {
				same := map[string]any{probed: "Clerk", "department": "Accounts"}
				r.NeedsAttribute(User, keys(same)...)
				ada := r.Colleague(same)
				o := r.Update(ctx, ada, same)
				reads(r, "an update with the values that are there already writes nothing", writing(asksOf(o.Calls)), none("no request that changes something"), o)
				if o.Err != nil {
					r.Skip("nothing was updated: " + o.String())
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.only-changes", Title: "An update writes what differs, and nothing else",
				Level: result.Recommended, Breaks: breaksGraph, Sources: sources(learnPatchUser, learnPractices),
				Why: "What is sent is written. A connector that sends everything takes back what somebody else has changed since it last looked, and stands in the audit log for changes that it did not mean.",
				Fix: "Put into PATCH only the properties whose values differ from what was read.",
			},
			Run: func(ctx context.Context, r *Rig) {
				before := map[string]any{probed: "Clerk", "department": "Accounts", "city": "Berlin"}
				r.NeedsAttribute(User, keys(before)...)
				ada := r.Colleague(before)
				after := maps.Clone(before)
				after[probed] = "Manager"
				o := r.Update(ctx, ada, after)
				needless := slices.DeleteFunc(of(asksOf(o.Calls), http.MethodPatch, "/users/*"), func(p ask) bool { return p.object()["department"] == nil && p.object()["city"] == nil })
				reads(r, "PATCH carries no property whose value is the one that is there", members(needless), noNames(probed+" alone"), o)
				r.unlessLost(o, ada, probed, "Manager")
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.case-change", Title: "A change of letters' case alone arrives",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPatchUser),
				Why: "People who write themselves MacLeod are Macleod for ever, in every address book.",
				Fix: "Compare texts letter by letter. Without regard to case only names that Graph itself compares so, such as userPrincipalName.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, probed)
				ada := r.Colleague(directory.Properties{probed: "head of macleod house"})
				o := r.Update(ctx, ada, map[string]any{probed: "Head of MacLeod House"})
				r.That("the new spelling is in the tenant", r.see(o, ada.ID), has(probed, "Head of MacLeod House"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.right-object", Title: "An update changes the user whose id it names, also among people of the same name",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPatchUser, learnUser),
				Why: "Display names are not unique. The promotion of one Ada Byron becomes that of the other.",
				Fix: "Address users by object id; do not look for them by name.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, probed)
				jobs := []string{"Clerk", "Manager", "Director"}
				var people []*Person
				for range jobs {
					people = append(people, r.Colleague(directory.Properties{"displayName": "Ada Byron", probed: "Trainee"}))
				}
				for i, job := range jobs {
					o := r.Update(ctx, people[i], map[string]any{probed: job})
					for j, other := range people {
						want := "Trainee"
						if j <= i {
							want = jobs[j]
						}
						r.That("of three people of the same name the one whose id was named has the new job title, and the others theirs", r.see(o, other.ID), has(probed, want), o.Shown()...)
					}
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.unknown-object", Title: "An update of a user who is not there fails, and makes nobody",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPatchUser, learnErrors),
				Why: "Somebody was deleted on purpose. A connector that makes her again at the next change of her room gives her back a way in.",
				Fix: "Answer the error unknownObject when Graph answers 404, and let the caller decide whether to create.",
			},
			Run: func(ctx context.Context, r *Rig) {
				attributes := r.Person(map[string]any{probed: "Clerk"})
				nobody, before := &Person{ID: r.names.uuid()}, r.census(directory.User)
				o := r.Update(ctx, nobody, attributes)
				r.That("an update of an id that nobody has fails", o, fails(), o.Shown()...)
				r.That("an update of an id that nobody has makes nobody", r.census(directory.User)-before, isZero("user made"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.renamed", Title: "A new user principal name arrives",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPatchUser, learnUser),
				Why: "People marry and companies are renamed. Who keeps the old name in Entra cannot sign in with the new one.",
				Fix: "PATCH /users/{id} with the new userPrincipalName.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, name, o := r.renames(ctx)
				_, live := r.named(name)
				r.That("the new user principal name is in the tenant", live, worded[bool]{Want: "a user of the new name", OK: isTrue, Got: func(bool) string { return absent(false) + r.see(o, ada.ID).told() }}, o.Shown()...)
				_, old := r.named(ada.Name)
				r.That("the old user principal name is nobody's any more", old, worded[bool]{Want: "nobody of the old name", OK: func(b bool) bool { return !b }, Got: func(bool) string { return "a user of the old name" }}, o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.rename-keeps-id", Title: "A new user principal name leaves the account the same",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("connector.sync.renamed"), Sources: sources(learnPatchUser, learnUser),
				Why: "With a new account go the mailbox, the files, the groups and the licences of the old one. The person begins as if she were new.",
				Fix: "Change the name of the account that is there; never delete and create.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, name, o := r.renames(ctx)
				u, live := r.named(name)
				if !live {
					r.Block("connector.sync.renamed", "nobody has the new name", o.Shown()...)
				}
				r.That("the user of the new name is the one who had the old name", u.ID(), is(ada.ID), o.Shown()...)
			},
		},
	}
}

// renames tells the connector to give somebody another user principal name.
func (r *Rig) renames(ctx context.Context) (ada *Person, name string, o Result) {
	r.NeedsAttribute(User, "userPrincipalName")
	ada, name = r.Colleague(nil), r.names.person().upn()
	return ada, name, r.Update(ctx, ada, map[string]any{"userPrincipalName": name})
}

// keys are the names of the attributes, in order.
func keys(attributes map[string]any) []string { return slices.Sorted(maps.Keys(attributes)) }

// members are the members of bodies, in words.
func members(all []ask) []string {
	said := make([]string, len(all))
	for i, p := range all {
		said[i] = strings.Join(keys(p.object()), " and ")
	}
	return said
}

// isZero matches a number that must be 0.
func isZero(what string) worded[int] {
	return worded[int]{Want: "no " + what, OK: func(n int) bool { return n == 0 }, Got: func(n int) string { return counted(n, what) }}
}
