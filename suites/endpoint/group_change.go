package endpoint

import (
	"context"
	"net/http"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

func groupChangeChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.group.rename", Title: "A renamed group is found by its new name and no longer by the old one",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace", "endpoint.group.filter"),
				Sources: sources(learnSCIM+"#update-group-non-member-attributes", rfc7644("3.5.2.3")),
				Why:     "Entra keeps the id and writes the new name. A group that keeps its old name is not recognised by anybody, and after a restart a second one is made.",
				Fix:     "Let displayName of a group be replaced by PATCH.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team := r.NewGroup("Team Red")
				r.Assign(team)
				r.Provisioned(ctx, r.Cycle(ctx), team)
				old := *team
				r.Change(team, directory.Properties{"displayName": r.names.group("Team Crimson")})
				sent := r.Written(ctx, r.Cycle(ctx), team)
				v := r.Read(ctx, team)
				if !r.That("after PATCH of displayName GET shows the new name of the group", v, shows("displayName", team.Name), sent, v.Shown) {
					return // by a name that it has not, no filter finds it
				}
				f := r.FindSoon(ctx, team, findsOnly("displayName", team.Name))
				r.That(`after PATCH of displayName filter=displayName eq "…" finds the group by its new name`, f, findsOnly("displayName", team.Name), sent, f.Shown)
				then := r.FindSoon(ctx, &old, finds(0))
				r.That(`after PATCH of displayName filter=displayName eq "…" with the old name finds no group`, then, finds(0), sent, then.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.rename-keeps-members", Title: "A renamed group keeps its members",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch,
				Sources: sources(rfc7644("3.5.2"), learnSCIM+"#update-group-non-member-attributes"),
				Why:     "Entra does not send the members again. A server that takes the PATCH for the whole group empties it, and everybody loses access.",
				Fix:     "Apply the operation to the stored group.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team, members := r.Team(ctx, 2)
				r.Members(ctx, "endpoint.group.add-keeps", team, members...)
				r.Change(team, directory.Properties{"displayName": r.names.group("Team Crimson")})
				sent := r.Written(ctx, r.Cycle(ctx), team)
				v := r.Read(ctx, team)
				r.That("after PATCH of displayName the group still lists its members", v, lists(members...), sent, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.delete", Title: "A group that is unassigned is deleted and is gone",
				Level: result.Required, Breaks: breaksEntraValidator,
				Sources: sources(learnSCIM+"#delete-group", learnHow, rfc7644("3.6")),
				Why:     "Groups have no disabled state: Entra sends DELETE. A group that stays keeps giving access to people who should have none.",
				Fix:     "Answer DELETE /Groups/{id} with 204, then GET by id with 404, and leave the group out of filters.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team := r.NewGroup("Team Red")
				r.Assign(team)
				r.Provisioned(ctx, r.Cycle(ctx), team)
				r.Unassign(team)
				sent := r.Written(ctx, r.Cycle(ctx), team)
				get := r.Get(ctx, team)
				if !r.That("after DELETE /Groups/{id} GET of that id is answered 404", get, answered(http.StatusNotFound), sent, get.Shown) {
					return // a filter finds whoever is still there, which is no second mistake
				}
				f := r.FindSoon(ctx, team, finds(0))
				r.That("after DELETE /Groups/{id} a filter on displayName finds the group no longer", f, finds(0), sent, f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.delete-twice", Title: "A second DELETE of a group is answered 404",
				Level: result.Recommended, Breaks: breaksValidator, Needs: needs("endpoint.group.delete"),
				Sources: sources(rfc7644("3.6"), learnValidator),
				Why:     "Microsoft's validator deletes a group twice and expects to hear that it is gone.",
				Fix:     "Answer 404 for an id that no longer exists, in DELETE as in every other operation.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team := r.MadeGroup(ctx, "Team Red")
				r.twice(ctx, team, "endpoint.group.delete")
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.user-kept", Title: "The members of a deleted group stay",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(rfc7644("3.6"), learnHow),
				Why:     "The people are still assigned to the application. A server that deletes them along with their group takes their accounts and everything in them.",
				Fix:     "Delete the group and its memberships, not the users.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team, members := r.Team(ctx, 2)
				r.Unassign(team)
				sent := r.Sent(ctx, r.Cycle(ctx), team)
				if get := r.Get(ctx, team); get.OK() {
					r.Block("endpoint.group.delete", "the group is not gone: GET was answered "+get.String())
				}
				for _, m := range members {
					get := r.Get(ctx, m)
					r.lockedOut(ctx, get)
					r.That("after DELETE /Groups/{id} the users who were its members are still there", get, answered(http.StatusOK), sent, get.Shown)
				}
			},
		},
	}
}

// twice deletes an account two times and says that the second answer is 404.
func (r *Rig) twice(ctx context.Context, a *Account, by string) {
	request := r.Compose.DeleteUser(a.ID)
	if a.Kind == groups {
		request = r.Compose.DeleteGroup(a.ID)
	}
	first := r.Send(ctx, request)
	r.lockedOut(ctx, first)
	if !first.OK() {
		r.Block(by, "DELETE was answered "+first.String())
	}
	second := r.Send(ctx, request)
	r.That("a second DELETE /"+a.Kind+"/{id} of the same id is answered 404", second, answered(http.StatusNotFound), first.Shown, second.Shown)
}
