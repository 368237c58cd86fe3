package endpoint

import (
	"context"
	"net/http"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// afterPatch is what a change of a group needs: that operations in Entra's spelling are read at all.
var afterPatch = needs("endpoint.sync.replace")

func memberChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.group.add-member", Title: "A member Entra adds is a member",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnSCIM+"#update-group-add-members", rfc7644("3.5.2.1")),
				Why:     "Memberships carry access. Entra writes them by Add to the path members with a list of one id, and never asks again whether it is there.",
				Fix:     "Append each {\"value\": \"<user id>\"} of the list to members.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team, members := r.Team(ctx, 1)
				r.refusedAdd(team)
				v := r.Read(ctx, team)
				r.That("after PATCH with Add of one member the group lists exactly that member", v, lists(members...), r.lastPatch(team), v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.add-keeps", Title: "A new member leaves the other members in the group",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch,
				Sources: sources(rfc7644("3.5.2.1"), learnSCIM+"#update-group-add-members"),
				Why:     "Entra adds members one by one. A server that replaces the list keeps only the last, and everybody else loses access.",
				Fix:     "Let Add of a multi-valued attribute append; only Replace replaces.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.WithGroups()
				bob := r.Hire(ctx, nil) // before the team: that a member can be newer is the rule of late-member
				team, members := r.Team(ctx, 1)
				r.Members(ctx, "endpoint.group.add-member", team, members...)
				r.Join(team, bob)
				sent := r.Written(ctx, r.Cycle(ctx), team)
				v := r.Read(ctx, team)
				r.That("after PATCH with Add of a second member the group lists both", v, lists(append(members, bob)...), sent, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.add-many", Title: "Several members in one Add all become members",
				Level: result.Required, Breaks: breaksGallery, Needs: afterPatch,
				Sources: sources(learnGallery, rfc7644("3.5.2.1")),
				Why:     "Gallery applications must take many members in one request; a large group would otherwise take hours. A server that reads only the first loses the others without a word.",
				Fix:     "Append every element of the list, and every operation of the PATCH.",
			},
			Run: func(ctx context.Context, r *Rig) {
				three := []*Account{r.Made(ctx), r.Made(ctx), r.Made(ctx)}
				team := r.MadeGroup(ctx, "Team Red")
				answer := r.Patched(ctx, team, Op{"Add", "members", refs(three...)})
				v := r.Read(ctx, team)
				if len(memberIDs(v.Resource)) == 0 {
					r.Block("endpoint.group.add-member", "PATCH was answered "+answer.String()+", and the group has no members")
				}
				r.That("after PATCH with Add of three members in one list the group lists all three", v, lists(three...), answer.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.add-twice", Title: "A member who is added again is a member once",
				Level: result.Recommended, Breaks: breaksEntra, Needs: afterPatch,
				Sources: sources(rfc7644("3.5.2.1"), learnHow),
				Why:     "After a lost answer or a restart Entra adds a member again. Stored twice, she is counted twice, and may still be there when she has been removed.",
				Fix:     "Keep members unique by value, and answer the second Add with success.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				team := r.MadeGroup(ctx, "Team Red", ada)
				r.Members(ctx, "endpoint.group.add-member", team, ada)
				answer := r.Patched(ctx, team, Op{"Add", "members", refs(ada)})
				v := r.Read(ctx, team)
				r.That("after a second PATCH with Add of the same member the group lists her once", v, lists(ada), answer.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.member-filter", Title: "The question whether a group has this member is answered, not refused",
				Level: result.Informational, Breaks: breaksEntra, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnSCIM, rfc7644("3.4.2.2")),
				Why:     "Entra's documentation describes this question before a membership is written; recent traffic no longer shows it. A refusal would stop the write, and a server that breaks off over it may take others' requests along.",
				Fix:     "Answer filter=id eq \"…\" and members eq \"…\" with 200 and zero or one group, even if you cannot compare members; take members without a sub-attribute for members.value.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				team := r.MadeGroup(ctx, "Team Red", ada)
				f := foundIn(r.Send(ctx, r.Compose.MemberCheck(team.ID, ada.ID)))
				r.lockedOut(ctx, f.Answer)
				if f.Status == http.StatusNotFound && r.target.first[groups].Status == http.StatusNotFound {
					r.Block("endpoint.connect.probe-groups", "every filter without a match is answered 404")
				}
				if f.Total > 1 {
					r.selective()
				}
				r.That(`filter=id eq "…" and members eq "…" is answered 200 with at most one group`, f, worded[Found]{
					Want: "200 with zero or one group",
					OK:   func(f Found) bool { return f.Err == nil && f.Status == http.StatusOK && (f.Total == 0 || f.Total == 1) },
					Got:  Found.String,
				}, f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.group.second-cycle", Title: "After a group was provisioned the next full cycle writes nothing to it",
				Level: result.Required, Breaks: breaksEntra,
				Needs:   needs("endpoint.group.create", "endpoint.group.external-id", "endpoint.group.filter"),
				Sources: sources(learnHow, learnSCIM+"#get-group"),
				Why:     silence + "Entra reads groups without their members. A server that leaves out or alters other attributes then has them written again in every cycle.",
				Fix:     "Return every attribute but members when excludedAttributes=members is asked, each as it was sent.",
			},
			Run: func(ctx context.Context, r *Rig) {
				team := r.NewGroup("Team Red")
				r.Assign(team)
				r.Provisioned(ctx, r.Cycle(ctx), team)
				r.Listed(ctx, team)
				r.Restart()
				r.silent("a group was created", r.Cycle(ctx))
			},
		},
	}
}

// refusedAdd fails the check when the target refused the PATCH that adds a member.
func (r *Rig) refusedAdd(team *Account) {
	e := r.lastPatch(team)
	if e == nil {
		r.Block("endpoint.group.create", "the service sent no members: "+r.whyNot(team, Answer{}))
	}
	r.Must("PATCH with Add of members to a group, as Entra sends it, is accepted", answerOf(e), accepted(), e)
}
