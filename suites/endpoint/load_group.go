package endpoint

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func groupRaceChecks() []Check {
	const fix = "Write a membership as a row of its own, or lock the group for a PATCH, or check a version when you write and answer 409 or 412 when it has changed."
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.load.group-adds", Title: "Members added to one group at the same moment are all in it",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.group.add-keeps"), Causes: []string{sustained},
				Sources: sources(rfc7644("3.5.2.1"), learnSCIM+"#update-group-add-members"),
				Why:     "Entra adds the members of a large group in many requests. A server that reads the list, appends and writes it back without a lock loses members it has confirmed, and Entra never sends them again.",
				Fix:     fix,
			},
			Run: func(ctx context.Context, r *Rig) {
				r.WithGroups()
				people := r.throng(ctx, r.target.load.Racers)
				r.raceForMembers(ctx, "of members who are added to one group at the same moment each that is confirmed is in it, and none that is refused", people, nil)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.load.group-changes", Title: "Members added to and removed from one group at the same moment do not disturb each other",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.load.group-adds", "endpoint.group.remove-member"), Causes: []string{sustained},
				Sources: sources(rfc7644("3.5.2"), rfc7644("3.14")),
				Why:     "People join and leave a group in the same cycle. A removal that is lost leaves access with somebody who must not have it any more.",
				Fix:     fix,
			},
			Run: func(ctx context.Context, r *Rig) {
				r.WithGroups()
				people := r.throng(ctx, r.target.load.Racers)
				half := len(people) / 2
				r.raceForMembers(ctx, "of members who are added to and removed from one group at the same moment each change that is confirmed holds, and none that is refused", people[:half], people[half:])
			},
		},
	}
}

// raceForMembers adds joining to a group and removes leaving from it, all at the same moment, and reads back who is in it.
func (r *Rig) raceForMembers(ctx context.Context, rule string, joining, leaving []*Account) {
	team := r.MadeGroup(ctx, "Team Load")
	if len(leaving) > 0 {
		r.Patched(ctx, team, Op{"Add", "members", refs(leaving...)})
		r.Members(ctx, "endpoint.group.add-many", team, leaving...)
	}
	people := slices.Concat(joining, leaving)
	requests := make([]wire.Request, len(people))
	for i, one := range people {
		if i < len(joining) {
			requests[i] = r.Compose.AddMembers(team.ID, []string{one.ID})[0]
		} else {
			requests[i] = r.Compose.RemoveMembers(team.ID, []string{one.ID})[0]
		}
	}
	// Those who come and those who go alternate, so that they meet.
	order := shuffled(len(joining), len(leaving))
	sent := make([]wire.Request, len(order))
	for i, at := range order {
		sent[i] = requests[at]
	}
	answers := atOnce(ctx, r.lanes(len(people), r.target.limiter), sent)
	after := r.Read(ctx, team)
	members := memberIDs(after.Resource)
	var wrong []string
	var shown []*exchange.Exchange
	judged := 0
	for i, a := range answers {
		if a.unsent(ctx) {
			return
		}
		at := order[i]
		what, want := "added", a.OK() // to be a member
		if at >= len(joining) {
			what, want = "removed", !a.OK()
		}
		switch {
		case a.OK() || refusedChange(a):
			judged++
			if is := slices.Contains(members, people[at].ID); is != want {
				wrong = append(wrong, fmt.Sprintf("%s, %s with the answer %d, is%s in it", people[at].ID, what, a.Status, map[bool]string{false: " not"}[is]))
				shown = append(shown, a.Shown)
			}
		case failedChange(a):
			judged++
			wrong = append(wrong, fmt.Sprintf("%s was to be %s: %s", people[at].ID, what, a))
			shown = append(shown, a.Shown)
		}
	}
	if judged == 0 {
		r.Skip("the target refused all changes of a group at once, so that there is nothing to read back")
	}
	r.That(rule, wrong, worded[[]string]{
		Want: "what was confirmed, and nothing that was refused with 409, 412 or 429",
		OK:   func(wrong []string) bool { return len(wrong) == 0 },
		Got: func(wrong []string) string {
			return fmt.Sprintf("%d of %d changes: %s", len(wrong), len(people), clip(strings.Join(wrong, "; "), 500))
		},
	}, append(shown[:min(len(shown), maxTroubles)], after.Shown)...)
}

// shuffled are the places of a list of a and then b things, from both parts in turn.
func shuffled(a, b int) []int {
	order := make([]int, 0, a+b)
	for i := range max(a, b) {
		if i < a {
			order = append(order, i)
		}
		if i < b {
			order = append(order, a+i)
		}
	}
	return order
}
