package endpoint

import (
	"context"
	"net/http"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func removalChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.group.remove-member", Title: "Remove with a list of ids removes these members and no others",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnCompat, "https://github.com/RIPAGlobal/scimitar/issues/43", "https://github.com/FusionAuth/fusionauth-issues/issues/2784"),
				Why:     "Entra names the member who leaves in the value, which the standard does not provide for. A server that sees only the path members removes everybody, or refuses and keeps people in who have left.",
				Fix:     "When Remove has the path members and a value, remove the members listed in the value. Without a value remove all, as the standard says.",
				Words: flagged(suites.Words{
					Title: "Remove with a filter in the path, when somebody leaves a group, removes that member and no others",
					Why:   "With the flag Entra names the member who leaves in the path, as the standard provides for. A server that sees only the word members removes everybody, or refuses and keeps people in who have left.",
					Fix:   "Support the path members[value eq \"<id>\"] in Remove, several of them in one PATCH.",
				}),
			},
			Run: func(ctx context.Context, r *Rig) {
				team, m := r.Team(ctx, 3)
				r.Members(ctx, "endpoint.group.add-keeps", team, m...)
				r.Leave(team, m[1])
				sent := r.Written(ctx, r.Cycle(ctx), team)
				v := r.Read(ctx, team)
				r.That("after PATCH with Remove of one of three members by "+r.spoken("value", "a filter in the path")+", as Entra sends it, the other two remain", v, lists(m[0], m[2]), sent, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.remove-filter", Title: "Remove with a filter in the path removes that member and no other",
				Level: result.Required, Breaks: breaksEntraValidator, Needs: afterPatch, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(rfc7644("3.5.2.2"), learnCompat, learnValidator),
				Why:     "This is the form of the standard, of Microsoft's validator and of Entra with the flag aadOptscim062020. If it is not understood people keep the access of groups they have left.",
				Fix:     "Support the path members[value eq \"<id>\"] in Remove.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.only(wire.Default, "with the flag Entra itself writes the filter, which endpoint.group.remove-member asks for")
				ada, bob := r.Made(ctx), r.Made(ctx)
				team := r.MadeGroup(ctx, "Team Red", ada, bob)
				r.Members(ctx, "endpoint.group.add-keeps", team, ada, bob)
				answer := r.Patched(ctx, team, Op{Op: "Remove", Path: `members[value eq "` + ada.ID + `"]`})
				v := r.Read(ctx, team)
				r.That(`after PATCH with Remove of members[value eq "…"] that member is gone and the other one remains`, v, lists(bob), answer.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.remove-many", Title: "Several members in one Remove all leave",
				Level: result.Recommended, Breaks: breaksGallery, Needs: needs("endpoint.sync.replace", "endpoint.group.remove-member"),
				Sources: sources(learnGallery, learnCompat, rfc7644("3.5.2")),
				Why:     "Gallery applications are asked to take several memberships in one request. A server that removes only the first keeps people in who have left, and nobody is told.",
				Fix:     "Remove every member listed in the value.",
				Words: flagged(suites.Words{
					Title: "Several Removes with a filter in the path in one PATCH are all applied",
					Fix:   "Apply every operation of the PATCH, each with the member its path names.",
				}),
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, bob, carol := r.Made(ctx), r.Made(ctx), r.Made(ctx)
				team := r.MadeGroup(ctx, "Team Red", ada, bob, carol)
				r.Members(ctx, "endpoint.group.add-keeps", team, ada, bob, carol)
				answer := r.Patched(ctx, team, r.removals(ada, bob)...)
				v := r.Read(ctx, team)
				r.That("after PATCH with Remove of two of three members the third remains alone", v, lists(carol), answer.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.remove-absent", Title: "Removing somebody who is no member is no error",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace", "endpoint.group.remove-member"),
				Sources: sources(rfc7644("3.5.2.2"), learnHow),
				Why:     "After a lost answer Entra removes a member again. An error makes it try for weeks what has long been done.",
				Fix:     "Answer with success when none of the members to remove is there, and leave the others alone.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, bob := r.Made(ctx), r.Made(ctx)
				team := r.MadeGroup(ctx, "Team Red", ada)
				r.Members(ctx, "endpoint.group.add-member", team, ada)
				answer := r.granted(ctx, r.Send(ctx, r.Compose.RemoveMembers(team.ID, []string{bob.ID})[0]))
				v := r.Read(ctx, team)
				r.That("PATCH with Remove of somebody who is no member leaves the members as they were", v, lists(ada), answer.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.neighbour-kept", Title: "Changes of one group's members touch no other group",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch,
				Sources: sources(rfc7644("3.5.2"), learnSCIM+"#update-group-remove-members"),
				Why:     "A person is in many groups. A server that removes her wherever it finds her takes away access that nobody asked to take.",
				Fix:     "Change the members of the group whose id stands in the path, and of no other.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, bob, carol := r.Made(ctx), r.Made(ctx), r.Made(ctx)
				red, blue := r.MadeGroup(ctx, "Team Red", ada, bob), r.MadeGroup(ctx, "Team Blue", ada, bob)
				for _, team := range []*Account{red, blue} {
					r.Members(ctx, "endpoint.group.add-keeps", team, ada, bob)
				}
				var evidence []*exchange.Exchange
				for _, request := range append(r.Compose.RemoveMembers(red.ID, []string{ada.ID}), r.Compose.AddMembers(red.ID, []string{carol.ID})...) {
					evidence = append(evidence, r.Send(ctx, request).Shown)
				}
				v := r.Read(ctx, blue)
				r.That("PATCH of one group's members leaves another group with the same members alone", v, lists(ada, bob), append(evidence, v.Shown)...)
			},
		},
	}
}

// removals are the operations that remove several members at once, in the form of the dialect.
func (r *Rig) removals(members ...*Account) []Op {
	if r.dialect == wire.Default {
		return []Op{{"Remove", "members", refs(members...)}}
	}
	ops := make([]Op, len(members))
	for i, m := range members {
		ops[i] = Op{Op: "remove", Path: `members[value eq "` + m.ID + `"]`}
	}
	return ops
}

// lastPatch is the last PATCH sent to an account.
func (r *Rig) lastPatch(a *Account) *exchange.Exchange {
	return Traffic(r.session.Exchanges()).Last(http.MethodPatch, a.path())
}
