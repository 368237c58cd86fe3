package connector

import (
	"context"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const (
	removes       = "connector.group.remove-keeps-user"
	removesOthers = "connector.group.remove-keeps-others"
)

func removalChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: removes, Title: "Removing a member takes her out of the group, and leaves the user alone",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnDeleteMember),
				Why: "DELETE /groups/{id}/members/{member} without /$ref deletes the user herself. Somebody changes the team, and her account, mailbox and files are gone.",
				Fix: "DELETE /groups/{id}/members/{member}/$ref, with /$ref at the end.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(RemoveMember)
				ada := r.Colleague(nil)
				crew := r.Crew(nil, ada)
				o := r.Removes(ctx, crew, ada)
				_, live := r.User(ada.ID)
				r.That("who was taken out of a group is still a user", live, worded[bool]{Want: "the user in the tenant", OK: isTrue, Got: func(bool) string { return "the user is deleted" }}, o.Shown()...)
				r.That("who was taken out of a group is no member any more", r.see(o, crew), hasMembers(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: removesOthers, Title: "Removing a member leaves the others in the group",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(removes), Sources: sources(learnDeleteMember),
				Why: "One colleague leaves, and the whole team loses its access.",
				Fix: "Remove whom you were told to remove.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(RemoveMember)
				people := r.Colleagues(4)
				crew := r.Crew(nil, people...)
				o := r.Removes(ctx, crew, people[1])
				r.That("the others are members still", r.see(o, crew), hasMembers(without(IDs(people), []string{people[1].ID})...), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.remove-many", Title: "Of several members to remove all are removed",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(removes), Causes: needs(removesOthers), Sources: sources(learnDeleteMember, learnBatch),
				Why: "Whoever left with the first one keeps the access.",
				Fix: "Send DELETE /groups/{id}/members/{member}/$ref for each, also as POST /$batch.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(RemoveMember)
				people := r.Colleagues(5)
				crew := r.Crew(nil, people...)
				o := r.Removes(ctx, crew, people[1:4]...)
				r.That("of five members three are removed, and the others are there", r.see(o, crew), hasMembers(people[0].ID, people[4].ID), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.remove-again", Title: "Removing somebody who is no member is no error, and harms nobody",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(removes), Causes: needs(removesOthers), Sources: sources(learnDeleteMember, learnErrors),
				Why: "What was asked for is the case. A task that fails because of it is repeated every night and ends in quarantine.",
				Fix: "Take Graph's 404 for the reference, and 400 \"One or more removed object references do not exist\", for a success.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(RemoveMember)
				ada, there := r.Colleague(nil), r.Colleague(nil)
				crew := r.Crew(nil, there)
				o := r.Removes(ctx, crew, ada)
				r.That("removing somebody who is no member succeeds", o, succeeds(), o.Shown()...)
				r.That("who is a member is one still", r.see(o, crew), hasMembers(there.ID), o.Shown()...)
			},
		},
	}
}

// Removes tells the connector to take people out of a group, and judges nothing.
func (r *Rig) Removes(ctx context.Context, group string, people ...*Person) Result {
	return r.Do(ctx, Request{Operation: RemoveMember, Type: Group, ID: group, Members: IDs(people)})
}
