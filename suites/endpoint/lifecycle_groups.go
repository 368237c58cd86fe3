package endpoint

import (
	"context"
	"net/http"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// storyChecks are what happens to groups beside the simple coming and going of members.
func storyChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.group.visible-at-once", Title: "A group whose creation was not confirmed is found, not created twice",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.group.create", "endpoint.group.filter"),
				Sources: sources(learnHow, learnSCIM+"#get-group-by-displayname"),
				Why:     "Answers get lost. Entra then asks by filter whether the group is there; a cache or a search index that lags behind says no, and the next POST makes a second group of the same name, which nobody can tell from the first.",
				Fix:     "Answer filters from the same store you write to, at once after the write, and drop what a cache knows of a name when a group of that name is made.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team := r.NewGroup("Team Red")
				r.Assign(team)
				r.network.broken(func(req *http.Request) cut {
					if req.Method == http.MethodPost {
						return unanswered
					}
					return passes
				})
				post := answerOf(r.Cycle(ctx).Last(http.MethodPost, "/Groups"))
				r.network.broken(nil)
				if !post.OK() {
					r.Block(r.creator(ctx, groups, post), "POST /Groups was answered "+post.String())
				}
				r.appears(ctx, team, post)
				second := r.Cycle(ctx)
				f := r.FindSoon(ctx, team, finds(1))
				r.That("a group whose POST was answered into a broken connection is there once after the next cycle", f, finds(1), append(second.Writes(), f.Shown)...)
				r.logged(team, f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.nested-ignored", Title: "A group with a group in it has its own people as members and nobody else",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.group.add-member", "endpoint.group.filter"),
				Sources: sources(learnHow+"#assignment-based-scoping", learnKnown),
				Why:     "Entra does not provision nesting: it sends the direct members of each group that is assigned, and leaves the group in the group out. A server that nests groups by itself, because of their names for instance, gives people access that nobody gave them.",
				Fix:     "Let members be what the client adds, and nothing else.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.WithGroups()
				ada, eve := r.NewUser(nil), r.NewUser(nil)
				inner := r.NewGroup("Team Red/Night shift", eve)
				outer := r.NewGroup("Team Red", ada, inner)
				r.Assign(ada, eve, outer, inner)
				sent := r.Cycle(ctx)
				r.Provisioned(ctx, sent, ada, eve, outer, inner)
				for _, g := range []struct{ group, member *Account }{{outer, ada}, {inner, eve}} {
					v := r.Read(ctx, g.group)
					r.That("of a group in a group each lists its direct members only", v, lists(g.member), append(sent.Writes(), v.Shown)...)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.disabled-member", Title: "Somebody who is disabled can be made a member of a group",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.group.add-keeps", "endpoint.disable.readable", "endpoint.disable.string-false"),
				Sources: sources(learnHow, rfc7644("3.5.2.1")),
				Why:     "People on leave change teams. Entra sends the membership although the account is disabled, and will not send it again when she comes back; a refusal is tried again for weeks and fails every other member of the same request.",
				Fix:     "Take any user who exists as a member; look at active where access is decided, not where memberships are stored.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team, members := r.Team(ctx, 2)
				r.Members(ctx, "endpoint.group.add-keeps", team, members...)
				r.Leave(team, members[1])
				r.Cycle(ctx)
				if v := r.Read(ctx, team); !lists(members[0]).OK(v) {
					r.Block("endpoint.group.remove-member", "the group still lists who has left: "+v.words("members"))
				}
				r.Disabled(ctx, members[1])
				r.Join(team, members[1])
				sent := r.Written(ctx, r.Cycle(ctx), team)
				v := r.Read(ctx, team)
				r.That("after PATCH with Add of a disabled user the group lists her beside the others", v, lists(members...), sent, v.Shown)
				r.logged(team, sent)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.late-member", Title: "A member whose account is made a cycle after the group becomes a member then",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.group.add-keeps"),
				Sources: sources(learnHow, learnSCIM+"#update-group-add-members"),
				Why:     "The account of one member failed in the first cycle and is made in the second, when the group is long there. A server that knows only the users of the time the group was made drops the member without a word.",
				Fix:     "Look members up among all users at the time of the request.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.WithGroups()
				ada, eve := r.NewUser(nil), r.NewUser(nil)
				team := r.NewGroup("Team Red", ada, eve)
				r.Assign(ada, eve, team)
				posts := 0
				r.network.broken(func(req *http.Request) cut {
					if kind, _ := r.guard.resource(req.URL); kind == users && req.Method == http.MethodPost {
						if posts++; posts == 2 {
							return unsent
						}
					}
					return passes
				})
				first := r.Cycle(ctx)
				r.network.broken(nil)
				r.Provisioned(ctx, first, team)
				sent := r.Cycle(ctx)
				r.Provisioned(ctx, sent, ada, eve)
				add := r.Sent(ctx, sent, team)
				r.Must("PATCH with Add of a member who is newer than the group is accepted", answerOf(add), accepted(), add)
				v := r.Read(ctx, team)
				r.That("after PATCH with Add of a member who is newer than the group it lists both members", v, lists(ada, eve), add, v.Shown)
				r.logged(eve, add)
			},
		},
	}
}
