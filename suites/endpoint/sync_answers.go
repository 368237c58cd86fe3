package endpoint

import (
	"context"
	"net/http"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

func answerChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.patch-answer", Title: "The answer to PATCH is 204, or shows the user as she is now",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources(rfc7644("3.5.2"), learnSCIM+"#update-user-single-valued-properties"),
				Why:     "A body that shows the old state tells the client that the write did nothing.",
				Fix:     "Read the user after the change and return that, or answer 204 without a body.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Change(ada, directory.Properties{"displayName": "Ada Lovelace"})
				answer := answerOf(r.Sent(ctx, r.Cycle(ctx), ada))
				r.Must("PATCH of a user is answered 200 or 204", answer, answered(http.StatusOK, http.StatusNoContent), answer.Shown)
				body, err := answer.JSON()
				if answer.Status == http.StatusNoContent || len(answer.Body) == 0 {
					return
				}
				r.Must("a body in the answer to PATCH is the user as a JSON object", answer, worded[Answer]{
					Want: "a JSON object, or no body", OK: func(Answer) bool { return err == nil }, Got: Answer.String,
				}, answer.Shown)
				if _, told := body.Get("displayName"); told {
					after := r.Read(ctx, ada)
					r.That("the user in the answer to PATCH is the user GET shows afterwards", View{body, answer.Shown}, shows("displayName", after.String("displayName")), answer.Shown, after.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.last-modified", Title: "A change moves meta.lastModified forward and leaves meta.created alone",
				Level: result.Recommended, Breaks: breaksRFC, Needs: afterReplace,
				Sources: sources(rfc7643("3.1")),
				Why:     "Clients ask by meta.lastModified what has changed since they last looked. A date that stands still hides every change.",
				Fix:     "Set meta.lastModified whenever the resource is stored; set meta.created once.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				before := r.Read(ctx, ada)
				began, ok := dateIn(before, "meta.lastModified")
				if !ok {
					r.Block("endpoint.create.meta", "the target shows "+before.words("meta.lastModified"))
				}
				answer := r.Patched(ctx, ada, Op{"Replace", "displayName", "Ada Lovelace"})
				after := r.Read(ctx, ada)
				if after.String("meta.lastModified") == before.String("meta.lastModified") {
					wait(ctx, 1100*time.Millisecond) // many servers count in whole seconds
					answer = r.Patched(ctx, ada, Op{"Replace", "displayName", "Ada King"})
					after = r.Read(ctx, ada)
				}
				r.That("PATCH of a user moves meta.lastModified forward", after, worded[View]{
					Want: "meta.lastModified after " + began.Format(time.RFC3339Nano),
					OK: func(v View) bool {
						now, ok := dateIn(v, "meta.lastModified")
						return ok && now.After(began)
					},
					Got: func(v View) string { return v.words("meta.lastModified") },
				}, before.Shown, answer.Shown, after.Shown)
				if created := before.String("meta.created"); created != "" {
					r.That("PATCH of a user leaves meta.created alone", after, shows("meta.created", created), before.Shown, answer.Shown, after.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.unknown-attribute", Title: "A PATCH of an attribute the target does not know harms nothing",
				Level: result.Recommended, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources(learnCustomize, rfc7644("3.5.2"), rfc7644("3.12")),
				Why:     "Administrators map attributes that a target lacks. A crash is tried again for weeks; a clean refusal or a shrug tells them, or lets them be.",
				Fix:     "Pass over attributes you do not know, or answer 400 with scimType invalidPath; never 5xx.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				before := r.Read(ctx, ada)
				answer := r.Patch(ctx, ada, Op{"Add", "rehearsalBadge", "A7"})
				r.lockedOut(ctx, answer)
				r.That("PATCH of an attribute the target does not know is passed over or refused with 4xx, and never 5xx", answer, noServerError(), answer.Shown)
				after := r.Read(ctx, ada)
				r.That("PATCH of an attribute the target does not know leaves the others alone", after, keeps(before), answer.Shown, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.atomic", Title: "A PATCH with a malformed operation is refused and changes nothing",
				Level: result.Recommended, Breaks: breaksRFC, Needs: afterReplace,
				Sources: sources(rfc7644("3.5.2")),
				Why:     "A client that is told that its request failed expects the user to be as before. Half a change is one nobody knows about.",
				Fix:     "Check and apply all operations on a copy, and store it when all have succeeded.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				answer := r.Patch(ctx, ada, Op{"Replace", "displayName", "Ada Lovelace"}, Op{"Rehearse", "title", "Countess"})
				r.lockedOut(ctx, answer)
				r.That("PATCH with an operation that does not exist (op Rehearse) is answered 400", answer, answered(http.StatusBadRequest), answer.Shown)
				if !answer.OK() {
					after := r.Read(ctx, ada)
					r.That("when one operation of a PATCH is malformed, the valid one before it is not applied either", after, shows("displayName", ada.Display), answer.Shown, after.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.patch-unknown-id", Title: "A PATCH of a user who does not exist is answered 404",
				Level: result.Recommended, Breaks: breaksValidatorRFC,
				Sources: sources(rfc7644("3.12"), learnLogs),
				Why:     "The 404 tells Entra that the account it knew is gone. A success makes it believe that the change was written.",
				Fix:     "Answer 404 with a SCIM error when no user has the id in the path.",
			},
			Run: func(ctx context.Context, r *Rig) {
				nobody := &Account{Kind: users, ID: r.names.uuid()}
				r.guard.allow(nobody.ID)
				answer := r.Patch(ctx, nobody, Op{"Replace", "displayName", "Nobody"})
				r.lockedOut(ctx, answer)
				r.That("PATCH /Users/{id} of an id that nobody has is answered 404", answer, answered(http.StatusNotFound), answer.Shown)
			},
		},
	}
}

// wait lets real time pass: the target's clock is not ours to turn.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-clockwork.NewRealClock().After(d):
	}
}
