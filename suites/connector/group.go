package connector

import (
	"context"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

const securityGroup = "connector.group.security-group"

func groupChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: createGroup, Title: "Create makes a group that is in the tenant as it was asked for, also without a mail nickname",
				Level: result.Required, Breaks: breaksBoth, Causes: needs(securityGroup), Sources: sources(learnPostGroup, learnGroup),
				Why: "Access is given to groups. mailNickname is required and takes no spaces, and few who ask for a group have one: Graph refuses \"Research Team\".",
				Fix: "POST /groups with displayName, mailEnabled, mailNickname and securityEnabled, and answer with the id of the answer. Make a nickname out of the letters and digits of the name where none is given.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.needsGroups()
				attributes := r.Group(nil)
				o := r.forms(ctx, attributes)
				r.Must("create of a group succeeds", o, succeeds(), o.Shown()...)
				g, live := r.GroupOf(o.Answer.ID)
				r.Must("the id that create answers is that of a group in the tenant", found{o.Answer.ID, g, live}, isThere(), o.Shown()...)
				r.That("the group has the display name that was asked for", g.String("displayName"), is(attributes["displayName"]), o.Shown()...)
				bare := r.Group(nil)
				delete(bare, "mailNickname")
				o = r.forms(ctx, bare)
				r.That("no POST /groups has a mailNickname that Graph refuses", badNicknames(asksOf(o.Calls), "groups"), noNames("a mailNickname without signs that Graph refuses, or no POST"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: securityGroup, Title: "A security group is made as one: not mail-enabled",
				Level: result.Required, Breaks: breaksBoth, Sources: sources(learnPostGroup, learnGroup),
				Why: "Graph makes security groups and Microsoft 365 groups, and refuses what is neither: mailEnabled without the group type Unified.",
				Fix: "Send mailEnabled false and securityEnabled true for a security group.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.needsGroups()
				r.NeedsAttribute(Group, "mailEnabled", "securityEnabled")
				o := r.forms(ctx, r.Group(nil))
				mailed := slices.DeleteFunc(of(asksOf(o.Calls), http.MethodPost, "/groups"), func(p ask) bool { return p.object()["mailEnabled"] != true })
				r.That("a group that is to be no mail-enabled one is sent with mailEnabled false", mailed, none("mailEnabled false"), o.Shown()...)
				if g, live := r.GroupOf(o.Answer.ID); live {
					r.That("the group that was made is a security group", g.Bool("securityEnabled") && !g.Bool("mailEnabled"), worded[bool]{
						Want: "securityEnabled true and mailEnabled false", OK: isTrue, Got: func(bool) string { return "another kind of group" },
					}, o.Shown()...)
				}
				r.unlessUnsent(o, of(asksOf(o.Calls), http.MethodPost, "/groups"), "the kind of a group")
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.same-name", Title: "A group of a name that another group has is another group",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(createGroup), Sources: sources(learnGroup, learnPostGroup),
				Why: "Names of groups are not unique: two sites have a group Reception. A connector that takes the one for the other gives the people of one site the keys of the other.",
				Fix: "Answer the id of the group that was made. Where a name is to be unique, refuse with the error alreadyExists; correlate by uniqueName or by an id of your own.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.needsGroups()
				first := r.Crew(directory.Properties{"displayName": "Reception"})
				o := r.forms(ctx, r.Group(map[string]any{"displayName": "Reception"}))
				made, live := r.GroupOf(o.Answer.ID)
				r.That("create of a group does not answer another group of the same name", o, worded[Result]{
					Want: "the id of a new group of that name, or an error",
					OK: func(o Result) bool {
						return o.Err != nil || live && made.ID() != first && made.String("displayName") == "Reception"
					},
					Got: func(o Result) string {
						if live && made.ID() == first {
							return "the id of the group that was there"
						}
						return o.String() + ", which is no new group of that name"
					},
				}, o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.renamed", Title: "Another name of a group arrives",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPatchGroup),
				Why: "After a reorganisation people ask for access to a group whose name says something else.",
				Fix: "PATCH /groups/{id} with the new displayName.",
			},
			Run: func(ctx context.Context, r *Rig) {
				id, o := r.regroups(ctx, nil, map[string]any{"displayName": "Crew of tomorrow"})
				r.That("the group has the new name", r.see(o, id), has("displayName", "Crew of tomorrow"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.description-cleared", Title: "The description of a group that is cleared is gone",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPatchGroup),
				Why: "People ask for access by what the description says. What is no longer true stays there.",
				Fix: "PATCH /groups/{id} with description null.",
			},
			Run: func(ctx context.Context, r *Rig) {
				id, o := r.regroups(ctx, directory.Properties{"description": "Of yesterday"}, map[string]any{"description": nil})
				r.That("the group has no description any more", r.see(o, id), has("description", nil), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.search", Title: "A search for a group finds the one of that name, and no other",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(searched), Sources: sources(learnQuery, learnAPI+"group-list"),
				Why: "Before a group is made the connector is asked whether it is there. One that is not found is made a second time, and one that is found instead gets its people.",
				Fix: "Send GET /groups with $filter=displayName eq '…', and return what Graph answers; answer the error notSupported where groups cannot be searched.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.needsGroups()
				r.Needs(Search)
				watch := r.Crew(directory.Properties{"displayName": "Harbour watch"})
				o := r.Do(ctx, Request{Operation: Search, Type: Group, Filter: &Filter{"displayName", "Harbour watch"}})
				r.unsupported(o)
				r.That("a search for a group by its display name finds it, and no other", o, findsOnly(watch), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.group.sync", Title: "A sync of groups has those that are there",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(deltaPages), Sources: sources(learnDelta, learnAPI+"group-delta"),
				Why: "A product that is told of no groups believes that there are none, and takes away whatever comes with them.",
				Fix: "Read /groups/delta for groups as /users/delta for users; answer the error notSupported where changes of groups cannot be read.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.needsGroups()
				r.Needs(Sync)
				watch := r.Crew(nil)
				o := r.Do(ctx, Request{Operation: Sync, Type: Group})
				r.unsupported(o)
				r.Must("a round of a sync of groups succeeds", o, succeeds(), o.Shown()...)
				r.That("the first round of a sync of groups shows a group that is there", slices.Contains(shownObjects(o), watch), isSo("the group", counted(len(o.Answer.Objects), "object")+", and not the group"), o.Shown()...)
			},
		},
	}
}

// needsGroups skips the check when the connector does not make groups.
func (r *Rig) needsGroups() {
	r.Needs(Create, AddMember)
	r.NeedsAttribute(Group, "displayName")
}

// forms tells the connector to create a group, and judges nothing.
func (r *Rig) forms(ctx context.Context, attributes map[string]any) Result {
	return r.Do(ctx, Request{Operation: Create, Type: Group, Attributes: attributes})
}

// regroups tells the connector to change attributes of a group that was made without it.
func (r *Rig) regroups(ctx context.Context, before directory.Properties, after map[string]any) (id string, o Result) {
	r.Needs(Update)
	r.NeedsAttribute(Group, keys(after)...)
	id = r.Crew(before)
	return id, r.Do(ctx, Request{Operation: Update, Type: Group, ID: id, Attributes: after})
}
