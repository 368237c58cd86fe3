package connector

import (
	"context"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const manyMembers = "connector.group.many-members"

// perPatch is how many members Graph takes in one PATCH. Source: learn.microsoft.com/graph/api/group-post-members.
const perPatch = 20

func memberChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: addMember, Title: "A member is added by reference to her object id",
				Level: result.Required, Breaks: breaksBoth, Sources: sources(learnPostMembers),
				Why: "Access comes with the membership. A reference that names somebody by her user principal name is refused.",
				Fix: "POST /groups/{id}/members/$ref, or PATCH /groups/{id} with members@odata.bind, and https://graph.microsoft.com/v1.0/directoryObjects/{id} for each member.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AddMember)
				ada, crew := r.Colleague(nil), r.Crew(nil)
				o := r.Adds(ctx, crew, ada)
				r.That("the group has the member that was added", r.see(o, crew), hasMembers(ada.ID), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: manyMembers, Title: "More than 20 members are spread over several requests",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(addMember), Sources: sources(learnPostMembers),
				Why: "Graph takes 20 members in one PATCH and refuses 21: a group of the whole company stays empty.",
				Fix: "Put at most 20 references into members@odata.bind of one request.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AddMember)
				o := r.Adds(ctx, r.Crew(nil), r.Colleagues(2*perPatch+5)...)
				r.That("no request adds more than 20 members", crowded(asksOf(o.Calls)), none("at most 20 references in each"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.all-members", Title: "Of more than 20 members all are added",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(addMember), Causes: needs(manyMembers), Sources: sources(learnPostMembers),
				Why: "The 21st and all after her are told that they have access, and have none.",
				Fix: "Go on with the next 20 until none is left.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AddMember)
				people, crew := r.Colleagues(2*perPatch+5), r.Crew(nil)
				o := r.Adds(ctx, crew, people...)
				r.That("of 45 members all are in the group", r.see(o, crew), hasMembers(IDs(people)...), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.members-together", Title: "Several members are added in one request",
				Level: result.Recommended, Breaks: breaksGraph, Needs: needs(addMember), Sources: sources(learnPostMembers, learnThrottling, learnBatch),
				Why: "A group of ten thousand people takes ten thousand requests in place of five hundred, and Graph throttles them.",
				Fix: "PATCH /groups/{id} with members@odata.bind and 20 references, or POST /$batch of 20.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AddMember)
				o := r.Adds(ctx, r.Crew(nil), r.Colleagues(perPatch)...)
				wrote := 0
				for _, c := range o.Calls {
					if c.Writes() {
						wrote++
					}
				}
				r.That("20 members are added in fewer than 20 requests", wrote, worded[int]{
					Want: "1 request, or a few", OK: func(n int) bool { return n < perPatch }, Got: func(n int) string { return counted(n, "request") },
				}, o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.add-again", Title: "Adding somebody who is a member already is no error",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(addMember), Sources: sources(learnPostMembers, learnErrors),
				Why: "What was asked for is the case. A task that fails because of it is repeated every night and ends in quarantine.",
				Fix: "Take Graph's 400 \"One or more added object references already exist\" for a success, when one member was added.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AddMember)
				ada := r.Colleague(nil)
				crew := r.Crew(nil, ada)
				o := r.Adds(ctx, crew, ada)
				r.That("adding a member who is there already succeeds", o, succeeds(), o.Shown()...)
				r.That("who was a member is one still", r.see(o, crew), hasMembers(ada.ID), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.add-some-again", Title: "When some are members already, the others are added, or there is an error",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(addMember), Sources: sources(learnPostMembers, learnErrors),
				Why: "Graph refuses a PATCH as a whole when one of its members is there already. A connector that takes that for a success leaves nineteen people without access, and nobody knows.",
				Fix: "After \"One or more added object references already exist\" add the members of that request one by one.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AddMember)
				people := r.Colleagues(5)
				crew := r.Crew(nil, people[2])
				o := r.Adds(ctx, crew, people...)
				if o.Err != nil {
					return // it says that not all are in
				}
				r.That("after a success all members are in the group", r.see(o, crew), hasMembers(IDs(people)...), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.add-keeps-others", Title: "Adding members leaves those who are there in the group",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(addMember), Sources: sources(learnPostMembers),
				Why: "One colleague joins, and the whole team loses its access.",
				Fix: "Add what is to be added; do not write the list anew.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AddMember)
				there, ada := r.Colleagues(3), r.Colleague(nil)
				crew := r.Crew(nil, there...)
				o := r.Adds(ctx, crew, ada)
				r.That("who was a member is one still, beside the new one", r.see(o, crew), hasMembers(append(IDs(there), ada.ID)...), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.unknown-member", Title: "Adding somebody who does not exist, or to a group that does not, is an error",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(addMember), Causes: needs(batchHalfFailed), Sources: sources(learnPostMembers, learnErrors),
				Why: "Whoever asked believes that she has access. That the id is wrong is never found.",
				Fix: "Answer the error unknownObject when Graph answers 404; the others may be added all the same.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AddMember)
				o := r.Do(ctx, Request{Operation: AddMember, Type: Group, ID: r.Crew(nil), Members: []string{r.names.uuid()}})
				r.That("adding an id that nobody has fails", o, fails(), o.Shown()...)
				people := IDs(r.Colleagues(2))
				o = r.Do(ctx, Request{Operation: AddMember, Type: Group, ID: r.Crew(nil), Members: []string{people[0], r.names.uuid(), people[1]}})
				r.That("adding an id that nobody has among others fails", o, fails(), o.Shown()...)
				o = r.Do(ctx, Request{Operation: AddMember, Type: Group, ID: r.names.uuid(), Members: people})
				r.That("adding members to a group that does not exist fails", o, fails(), o.Shown()...)
			},
		},
	}
}

// Adds tells the connector to put people into a group, and judges nothing.
func (r *Rig) Adds(ctx context.Context, group string, people ...*Person) Result {
	return r.Do(ctx, Request{Operation: AddMember, Type: Group, ID: group, Members: IDs(people)})
}

// crowded are the requests that add more members than Graph takes.
func crowded(all []ask) []ask {
	return slices.DeleteFunc(of(all, http.MethodPatch, "/groups/*"), func(p ask) bool {
		references, _ := p.object()["members@odata.bind"].([]any)
		return len(references) <= perPatch
	})
}
