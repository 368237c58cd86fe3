package endpoint

import (
	"bytes"
	"context"
	"net/http"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func disableChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.string-false", Title: "Replace of active with the text \"False\" disables the user",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnCompat, "https://github.com/scimmyjs/scimmy/issues/51", learnHow),
				Why:     "By default Entra writes booleans as the texts True and False. A server that does not read them, or takes any text for true, leaves people who were dismissed active.",
				Fix:     "Read the texts \"True\" and \"False\", in any case, as booleans where the schema says boolean.",
				Words: flagged(suites.Words{
					Title: "Replace of active with the boolean false, when sign-in is blocked, disables the user",
					Why:   "With the flag Entra writes the boolean, in an operation with a path and a name in lower case. A server that does not read it leaves people who were dismissed active.",
					Fix:   "Read false as a boolean, and names of operations in any case.",
				}),
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				before := r.Read(ctx, ada)
				r.BlockSignIn(ada)
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.ReadBy(ctx, "endpoint.disable.readable", ada)
				r.That("after PATCH of active to "+r.spoken(`the text "False", as Entra sends it by default`, "the boolean false, as Entra sends it with the flag")+", GET shows the user as disabled", after, isInactive(before), sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.boolean-false", Title: "Replace of active with the boolean false disables the user",
				Level: result.Required, Breaks: breaksEntraValidator, Needs: afterPatch,
				Sources: sources(learnSCIM+"#disable-user", learnCompat, rfc7643("4.1.1")),
				Why:     "Entra with the flag aadOptscim062020, and Microsoft's validator, write the boolean. A target must understand both.",
				Fix:     "Read false and \"False\" alike.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.only(wire.Default, "with the flag Entra writes the boolean itself, which endpoint.disable.string-false asks for")
				r.switchedOff(ctx, "the boolean false", false)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.lower-case", Title: "Replace of active with the text \"false\" disables the user",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs("endpoint.disable.string-false"), Packs: []suites.Pack{suites.Dialect},
				Sources: sources("https://github.com/scimmyjs/scimmy/issues/86", learnCompat),
				Why:     "Both spellings of the text have been seen from Entra.",
				Fix:     "Compare the text with true and false without regard to case.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.only(wire.Default, "with the flag Entra writes booleans and no texts")
				r.switchedOff(ctx, `the text "false"`, "false")
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.readable", Title: "A disabled user can still be read",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch,
				Sources: sources(learnSCIM+"#understand-the-microsoft-entra-scim-implementation", learnSCIM+"#disable-user"),
				Why:     "Disabled is not deleted. An account that answers 404 is taken for gone (InvalidAnchor), and when the person comes back Entra can neither find nor create her.",
				Fix:     "Return disabled users from GET /Users/{id}, with active false.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Read(ctx, ada)
				r.BlockSignIn(ada)
				sent := r.Sent(ctx, r.Cycle(ctx), ada)
				get := r.Get(ctx, ada)
				r.That("after PATCH of active to false GET /Users/{id} still answers 200", get, answered(http.StatusOK), sent, get.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.filterable", Title: "A disabled user is still found by filter",
				Level: result.Required, Breaks: breaksEntraValidator, Needs: afterPatch,
				Sources: sources(learnSCIM + "#understand-the-microsoft-entra-scim-implementation"),
				Why:     "When the person comes back Entra looks for her by filter. If disabled users are hidden it sends a POST, which fails with 409 for ever, or makes a second account.",
				Fix:     "Do not leave users with active false out of filters and lists.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Listed(ctx, ada)
				off := r.Disabled(ctx, ada)
				f := r.FindSoon(ctx, ada, findsAmong(ada.Name))
				r.That(`filter=userName eq "…" finds a user who was disabled`, f, findsAmong(ada.Name), off.Shown, f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.values-kept", Title: "Disabling leaves all other attributes as they were",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources(rfc7644("3.5.2"), learnHow),
				Why:     "Entra believes that the rest is still there and does not send it again. Somebody who comes back from leave finds an empty account.",
				Fix:     "Change active and nothing else.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, everything())
				before := r.Read(ctx, ada)
				after := r.Disabled(ctx, ada)
				r.That("after PATCH of active to false GET shows all other attributes as they were", after, keeps(before, pathsIn(r.lastPatch(ada))...), r.lastPatch(ada), after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.membership-kept", Title: "Disabling leaves the user in her groups",
				Level: result.Recommended, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources(learnHow),
				Why:     "Entra does not send memberships again when somebody is enabled again. Whoever comes back from leave is in no group any more.",
				Fix:     "Keep memberships of disabled users; ignore them where access is decided.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team, members := r.Team(ctx, 1)
				r.Members(ctx, "endpoint.group.add-member", team, members...)
				r.Disabled(ctx, members[0])
				v := r.Read(ctx, team)
				r.That("a group still lists a member who was disabled", v, lists(members...), r.lastPatch(members[0]), v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.neighbour-kept", Title: "Disabling one user leaves everybody else active",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch,
				Sources: sources(rfc7644("3.5.2"), learnHow),
				Why:     "When a manager leaves, the team stays. Accounts that are switched off along with somebody else's are not switched on again by Entra, which does not know of it.",
				Fix:     "Change the user whose id stands in the path; do not cascade to reports, to namesakes or to members of her groups.",
			},
			Run: func(ctx context.Context, r *Rig) {
				report, boss := r.NewUser(nil), r.NewUser(nil)
				if r.Has(manager) {
					check(r.Tenant().SetManager(report.Object, boss.Object))
				}
				r.Assign(report, boss)
				r.Provisioned(ctx, r.Cycle(ctx), report, boss)
				others := []*Account{report, r.Made(ctx, attribute("displayName", boss.Display)), r.Bystanders()[0]}
				before := map[*Account]View{}
				for _, other := range others {
					before[other] = r.Read(ctx, other)
				}
				off := r.Disabled(ctx, boss)
				for _, other := range others {
					if active(before[other].Resource) {
						v := r.Read(ctx, other)
						r.That("PATCH of active to false on one user leaves everybody else active", v, isActive(), r.lastPatch(boss), off.Shown, v.Shown)
					}
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.second-cycle", Title: "After somebody was disabled the next full cycle writes nothing",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.disable.string-false"),
				Sources: sources(learnHow, learnSCIM+"#disable-user"),
				Why:     silence + "A server that leaves out active once it is false has it written again in every cycle.",
				Fix:     "Return active with false, not only with true.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Disabled(ctx, ada)
				// The name is new to the service, so it reads the account and compares everything once more.
				r.Change(ada, directory.Properties{"displayName": "Ada Lovelace"})
				var again []*exchange.Exchange
				for _, e := range r.Cycle(ctx).Writes() {
					if bytes.Contains(e.Request.Body.Bytes, []byte(`"active"`)) {
						again = append(again, e)
					}
				}
				r.That("GET of a disabled user shows active false, so that Entra does not write it again in the next cycle", Traffic(again), worded[Traffic]{
					Want: "no PATCH of active",
					OK:   func(t Traffic) bool { return len(t) == 0 },
					Got:  func(t Traffic) string { return t.Lines()[0] },
				}, again...)
			},
		},
	}
}

// switchedOff writes active by hand, as the words say, and says that it disables.
func (r *Rig) switchedOff(ctx context.Context, words string, value any) {
	ada := r.Made(ctx)
	before := r.Read(ctx, ada)
	answer := r.Patched(ctx, ada, Op{"Replace", "active", value})
	after := r.ReadBy(ctx, "endpoint.disable.readable", ada)
	r.That("after PATCH of active to "+words+" GET shows the user as disabled", after, isInactive(before), answer.Shown, after.Shown)
}

func isInactive(before View) worded[View] {
	return worded[View]{
		Want: "active is false",
		OK:   func(v View) bool { return inactive(v.Resource, active(before.Resource)) },
		Got:  func(v View) string { return v.words("active") },
	}
}

func isActive() worded[View] {
	return worded[View]{
		Want: "active is true",
		OK:   func(v View) bool { return active(v.Resource) },
		Got:  func(v View) string { return v.words("active") },
	}
}
