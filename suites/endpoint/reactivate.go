package endpoint

import (
	"context"
	"net/http"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

func reactivateChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.reactivate.string-true", Title: "Replace of active with the text \"True\" enables the user again",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnCompat, learnHow),
				Why:     "Whoever comes back from leave is enabled by this text. A server that does not read it leaves her locked out, while Entra reports success.",
				Fix:     "Read the text \"True\" as the boolean true.",
				Words: flagged(suites.Words{
					Title: "Replace of active with the boolean true, when sign-in is allowed, enables the user again",
					Why:   "Whoever comes back from leave is enabled by this boolean. A server that does not read it leaves her locked out, while Entra reports success.",
					Fix:   "Read true as a boolean, and names of operations in any case.",
				}),
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Disabled(ctx, ada)
				r.AllowSignIn(ada)
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.ReadBy(ctx, "endpoint.reactivate.same-account", ada)
				r.That("after PATCH of active to "+r.spoken(`the text "True", as Entra sends it by default`, "the boolean true, as Entra sends it with the flag")+", GET shows the user as active", after, isActive(), sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.reactivate.same-account", Title: "Somebody who comes back gets her old account",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch,
				Sources: sources(learnHow, rfc7643("3.1")),
				Why:     "Entra keeps the id for ever. A server that makes a new account on the way back leaves Entra with an id that leads nowhere, and the person with an empty account.",
				Fix:     "Keep the id of a user through disabling and enabling.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Listed(ctx, ada)
				r.Disabled(ctx, ada)
				r.AllowSignIn(ada)
				sent := r.Sent(ctx, r.Cycle(ctx), ada)
				get := r.Get(ctx, ada)
				r.That("after PATCH of active to true GET by the id she always had is answered 200", get, answered(http.StatusOK), sent, get.Shown)
				f := r.FindSoon(ctx, ada, findsSome())
				if f.Total < 1 {
					r.Block("endpoint.disable.filterable", "a filter for "+ada.Name+" was answered with "+f.String())
				}
				r.That(`after PATCH of active to true filter=userName eq "…" finds one user, with the id she always had`, f, worded[Found]{
					Want: "1 found, with id " + ada.ID,
					OK: func(f Found) bool {
						return f.Total == 1 && (f.Resources[0].ID() == ada.ID || f.Resources[0].ID() == "")
					},
					Got: func(f Found) string { return f.Answer.String() },
				}, sent, f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.reactivate.with-changes", Title: "What changed meanwhile arrives together with the reactivation",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.many-operations"),
				Sources: sources(learnHow, rfc7644("3.5.2")),
				Why:     "Entra puts everything that changed while somebody was away into the PATCH that enables her. A server that looks at active only loses it.",
				Fix:     "Apply every operation of a PATCH that also changes active.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Disabled(ctx, ada)
				r.Change(ada, directory.Properties{"accountEnabled": true, "displayName": "Ada Lovelace"})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.ReadBy(ctx, "endpoint.reactivate.same-account", ada)
				if !active(after.Resource) {
					r.Block("endpoint.reactivate.string-true", "the user is not active: "+after.words("active"))
				}
				r.That("an attribute that changed while the user was disabled arrives with the PATCH that enables her", after, shows("displayName", "Ada Lovelace"), sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.reactivate.values-kept", Title: "Reactivation leaves all other attributes as they were",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace,
				Sources: sources(rfc7644("3.5.2"), learnHow),
				Why:     "Entra sends only what changed. A server that resets the profile gives the person back an account without department, address and telephone.",
				Fix:     "Change active and nothing else.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, everything())
				before := r.Disabled(ctx, ada)
				r.AllowSignIn(ada)
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.ReadBy(ctx, "endpoint.reactivate.same-account", ada)
				r.That("after PATCH of active to true GET shows all other attributes as they were", after, keeps(before, pathsIn(sent)...), sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.reactivate.relinked", Title: "A disabled account is recognised after a restart and enabled, not doubled",
				Level: result.Required, Breaks: breaksEntra, Needs: afterPatch,
				Sources: sources(learnHow, learnSCIM+"#understand-the-microsoft-entra-scim-implementation"),
				Why:     "After a restart of provisioning Entra looks for everybody by filter. A disabled account that is not returned in full is created a second time, or stays disabled for ever.",
				Fix:     "Return disabled users from filters as complete as active ones, id included.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Joinable(ctx, ada)
				r.Disabled(ctx, ada)
				found := r.FindSoon(ctx, ada, findsSome())
				if found.Total < 1 {
					r.Block("endpoint.disable.filterable", "a filter for "+ada.Name+" was answered with "+found.String())
				}
				r.Restart()
				r.AllowSignIn(ada)
				sent := r.Cycle(ctx)
				r.That("Entra finds a disabled user by her userName and sends no POST for her", sent.All(http.MethodPost, "/Users").Lines(), gomega.BeEmpty(), sent.Writes()...)
				id, _ := r.provisioning().Anchor(ada.Object)
				r.Must("the answer to the filter on userName hands Entra the id of a disabled user", id, gomega.Equal(ada.ID), append(sent.Writes(), found.Shown)...)
				after := r.ReadBy(ctx, "endpoint.reactivate.same-account", ada)
				if e := sent.Last(http.MethodPatch, ada.path()); e != nil && !active(after.Resource) {
					r.Block("endpoint.reactivate.string-true", "PATCH was answered "+answerOf(e).String()+"; the target shows "+after.words("active"))
				}
				r.That("a disabled user who is found again after a restart is active once Entra has enabled her", after, isActive(), append(sent.Writes(), after.Shown)...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.reactivate.recreate", Title: "After a user was deleted her name can be used again",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnHow, rfc7644("3.6")),
				Why:     "Somebody who comes back after years is a new user with the old name. A server that reserves the names of the deleted answers 409 in every cycle.",
				Fix:     "Free userName and every other unique value when a user is deleted.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				answer := r.Send(ctx, r.Compose.DeleteUser(ada.ID))
				r.lockedOut(ctx, answer)
				if get := r.Get(ctx, ada); get.Status != http.StatusNotFound {
					r.Block("endpoint.disable.delete", "DELETE was answered "+answer.String()+", then GET "+get.String())
				}
				eve, again := r.Post(ctx, attribute("userName", ada.Name))
				r.Must("POST /Users with the userName of a user who was deleted is accepted", again, answered(http.StatusCreated, http.StatusOK), answer.Shown, again.Shown)
				v := r.Read(ctx, eve)
				r.That("GET shows the new user who was given the userName of a deleted one", v, shows("userName", ada.Name), again.Shown, v.Shown)
			},
		},
	}
}
