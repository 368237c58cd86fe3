package endpoint

import (
	"context"
	"fmt"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// How a large group is written: most members by the hundred, as gallery applications are asked to take them, the rest one by one, as others
// report it. Source: github.com/grokability/snipe-it/pull/19115.
const (
	membersAtOnce  = 100
	membersSingly  = 20
	membersLeaving = 50
)

func largeGroupChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.group.large", Title: "A group of 120 arrives complete: a hundred members in one PATCH, and twenty in one each",
				Level: result.Required, Breaks: breaksGallery, Once: true, Packs: []suites.Pack{suites.Lifecycle},
				Needs:   needs("endpoint.group.add-many", "endpoint.group.add-keeps"),
				Sources: sources(learnGallery, "https://github.com/grokability/snipe-it/pull/19115", rfc7644("3.5.2.1")),
				Why:     "Groups of a company have hundreds of members. A server that reads so many of a request and passes over the rest, or refuses the request, leaves people without access, and after a success nobody sends them again.",
				Fix:     "Take at least a hundred members in one request. If there must be a limit refuse the whole request with 413 or 400, and never cut it.",
			},
			Run: func(ctx context.Context, r *Rig) { r.fill(ctx, membersAtOnce) },
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.large-leaves", Title: "Fifty members who are removed by one PATCH all leave",
				Level: result.Recommended, Breaks: breaksGallery, Packs: []suites.Pack{suites.Lifecycle}, Once: true,
				Needs:   needs("endpoint.group.large", "endpoint.group.remove-many"),
				Sources: sources(learnGallery, learnCompat, rfc7644("3.5.2.2")),
				Why:     "A department moves, and its people leave a group together. Whoever stays behind keeps the access, and after a success Entra does not remove her again.",
				Fix:     "Apply the whole list, or refuse the request.",
			},
			Run: func(ctx context.Context, r *Rig) {
				people := r.crowd(ctx, membersLeaving+1)
				team := r.MadeGroup(ctx, "Team Red")
				answer := r.Patched(ctx, team, Op{"Add", "members", refs(people...)})
				if v := r.Read(ctx, team); !lists(people...).OK(v) {
					r.Block("endpoint.group.large", fmt.Sprintf("the group lists %d members of %d", len(memberIDs(v.Resource)), len(people)), answer.Shown, v.Shown)
				}
				stays := people[membersLeaving]
				left := r.Patched(ctx, team, r.removals(people[:membersLeaving]...)...)
				v := r.Read(ctx, team)
				r.That("after PATCH with Remove of fifty members none of them is left", v, listsMany(stays), left.Shown, v.Shown)
			},
		},
	}
}

func loadChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.load.thousand-members", Title: "A group of 1,020 arrives complete: a hundred members in each PATCH, and twenty in one each",
				Level: result.Recommended, Breaks: breaksGallery, Once: true, Packs: []suites.Pack{suites.Load},
				Needs:   needs("endpoint.group.large"),
				Sources: sources(learnGallery, "https://github.com/grokability/snipe-it/pull/19115", rfc7644("3.5.2.1")),
				Why:     "Every request to a large group costs a server that reads and writes the whole list more than the one before. In a real tenant the cycle takes hours, or ends in time-outs and is begun again.",
				Fix:     "Store members in a table of their own, and take at least a hundred in one request.",
			},
			Run: func(ctx context.Context, r *Rig) { r.fill(ctx, 10*membersAtOnce) },
		},
	}
}

// fill makes a group with n members in lists of a hundred and some more one by one, and says that it has them all after each kind.
func (r *Rig) fill(ctx context.Context, n int) {
	people := r.crowd(ctx, n+membersSingly)
	team := r.MadeGroup(ctx, "Team Red")
	var evidence []*exchange.Exchange
	for from := 0; from < n; from += membersAtOnce {
		answer := r.Patch(ctx, team, Op{"Add", "members", refs(people[from : from+membersAtOnce]...)})
		r.lockedOut(ctx, answer)
		r.Must("PATCH with Add of a hundred members in one list is accepted", answer, accepted(), answer.Shown)
		evidence = append(evidence, answer.Shown)
	}
	v := r.Read(ctx, team)
	r.Must("after PATCH with Add of a hundred members in one list the group lists them all", v, listsMany(people[:n]...), append(evidence, v.Shown)...)
	for _, one := range people[n:] {
		for _, request := range r.Compose.AddMembers(team.ID, []string{one.ID}) {
			evidence = append(evidence, r.granted(ctx, r.Send(ctx, request)).Shown)
		}
	}
	v = r.Read(ctx, team)
	r.That("after twenty more PATCHes with Add of one member each the group lists everybody", v, listsMany(people...), append(evidence[len(evidence)-1:], v.Shown)...)
}

// crowd makes n users by requests of its own.
func (r *Rig) crowd(ctx context.Context, n int) []*Account {
	r.WithGroups()
	people := make([]*Account, n)
	for i := range people {
		people[i] = r.Made(ctx)
	}
	return people
}

// listsMany is lists in numbers: a hundred ids tell nobody anything.
func listsMany(members ...*Account) worded[View] {
	exact := lists(members...)
	return worded[View]{
		Want: fmt.Sprintf("%d members", len(members)),
		OK:   exact.OK,
		Got: func(v View) string {
			known := map[string]bool{}
			for _, m := range members {
				known[m.ID] = true
			}
			there := 0
			for _, id := range memberIDs(v.Resource) {
				if known[id] {
					there++
				}
			}
			return fmt.Sprintf("%d members, %d of them among those it should have", len(memberIDs(v.Resource)), there)
		},
	}
}
