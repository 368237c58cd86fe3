package endpoint

import (
	"context"
	"net/http"
	"slices"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

func deleteChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.delete", Title: "A user who is deleted for ever is gone",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#delete-user", learnHow, rfc7644("3.6")),
				Why:     "Thirty days after somebody was deleted Entra sends DELETE. A server that only disables keeps personal data it must not keep; one that still lists her has Entra join a new person to the old account.",
				Fix:     "Answer DELETE /Users/{id} with 204, then GET by id with 404, and leave the user out of filters.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				sent := r.dismissed(ctx, ada)
				r.Must("DELETE /Users/{id} is answered with success", answerOf(sent), accepted(), sent)
				get := r.Get(ctx, ada)
				if !r.That("after DELETE /Users/{id} GET of that id is answered 404", get, answered(http.StatusNotFound), sent, get.Shown) {
					return // a filter finds whoever is still there, which is no second mistake
				}
				f := r.FindSoon(ctx, ada, finds(0))
				r.That("after DELETE /Users/{id} a filter on userName finds the user no longer", f, finds(0), sent, f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.delete-twice", Title: "A second DELETE of a user is answered 404",
				Level: result.Recommended, Breaks: breaksValidator, Needs: needs("endpoint.disable.delete"),
				Sources: sources(rfc7644("3.6"), learnValidator),
				Why:     "Microsoft's validator deletes a user twice and expects to hear that she is gone.",
				Fix:     "Answer 404 for an id that no longer exists, in DELETE as in every other operation.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.twice(ctx, r.Made(ctx), "endpoint.disable.delete")
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.disable.delete-leaves-group", Title: "A deleted user is no longer listed as a member",
				Level: result.Informational, Breaks: breaksRFC, Needs: needs("endpoint.disable.delete"),
				Sources: sources(rfc7643("2.3.7"), rfc7644("3.6")),
				Why:     "The standard leaves it to the server whether references follow what they refer to. A member who does not exist is counted all the same, and clients that follow the reference meet a 404.",
				Fix:     "Remove memberships together with the user.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				team := r.MadeGroup(ctx, "Team Red", ada)
				before := r.Read(ctx, team)
				if !slices.Contains(memberIDs(before.Resource), ada.ID) {
					r.Block("endpoint.group.add-member", "the group does not list the member it was given: "+before.words("members"))
				}
				answer := r.Send(ctx, r.Compose.DeleteUser(ada.ID))
				if !answer.OK() {
					r.lockedOut(ctx, answer)
					r.Block("endpoint.disable.delete", "DELETE was answered "+answer.String())
				}
				v := r.Read(ctx, team)
				r.That("after DELETE /Users/{id} no group lists the user as a member", memberIDs(v.Resource), gomega.Not(gomega.ContainElement(ada.ID)), answer.Shown, v.Shown)
			},
		},
	}
}

// dismissed deletes a user in the tenant, purges her from the recycle bin, and returns the DELETE that follows.
func (r *Rig) dismissed(ctx context.Context, a *Account) *exchange.Exchange {
	check(r.Tenant().Delete(a.Object))
	r.Cycle(ctx)
	r.Purge(a)
	e := r.Cycle(ctx).Last(http.MethodDelete, a.path())
	if e == nil {
		r.Block("endpoint.create.user", "the service had nothing to delete: "+r.whyNot(a, Answer{}))
	}
	r.lockedOut(ctx, answerOf(e))
	return e
}
