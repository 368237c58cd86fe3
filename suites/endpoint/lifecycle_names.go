package endpoint

import (
	"context"
	"net/http"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

// renameChecks change the attribute by which Entra matches.
func renameChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.rename-relinked", Title: "After a rename a full cycle finds the same account and writes nothing",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.rename", "endpoint.create.second-cycle"),
				Sources: sources(learnHow+"#initial-cycle", rfc7644("3.5.2.3")),
				Why:     "After a restart of provisioning Entra looks for everybody by the name of today. A list that shows another name than the resource has the rename written again, or a second account made.",
				Fix:     "Bring every copy and index of userName up to date in the step that changes it, lists included.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				r.Joinable(ctx, ada)
				r.Change(ada, directory.Properties{"userPrincipalName": r.names.person().upn})
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				if v := r.Read(ctx, ada); !shows("userName", ada.Name).OK(v) {
					r.Block("endpoint.sync.rename", "GET shows "+v.words("userName"), sent)
				}
				r.Restart()
				r.silent("a user was renamed", r.Cycle(ctx))
				id, _ := r.provisioning().Anchor(ada.Object)
				r.That("a full cycle after a rename finds the account of old", id, worded[string]{
					Want: "the id " + ada.ID, OK: func(id string) bool { return id == ada.ID }, Got: func(id string) string { return "the id " + id },
				}, sent)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.rename-taken", Title: "A rename to a name that is taken is refused with 409, and both users stay as they were",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.rename", "endpoint.create.duplicate"),
				Sources: sources(rfc7643("4.1.1"), rfc7644("3.12"), learnLogs),
				Why:     "Names move from one person to another, and the change of the second often arrives first. If it succeeds two accounts bear one name, the filter finds both, and neither person is matched again (DuplicateTargetEntries). A 409 is tried again when the name is free.",
				Fix:     "Check that userName is unique in PATCH as in POST, in the same transaction, and answer 409 with scimType uniqueness.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, eve := r.Made(ctx), r.Made(ctx)
				r.Listed(ctx, ada)
				answer := r.Patch(ctx, eve, Op{"Replace", "userName", ada.Name})
				r.lockedOut(ctx, answer)
				refused := r.That("PATCH of userName to a name that is taken is answered 409", answer, answered(http.StatusConflict), answer.Shown)
				if !refused && answer.OK() { // that two bear one name now is the same mistake
					return
				}
				for _, a := range []*Account{ada, eve} {
					f := r.FindSoon(ctx, a, findsOnly("userName", a.Name))
					r.That("after PATCH of userName to a name that is taken both users are found under their own names", f, findsOnly("userName", a.Name), answer.Shown, f.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.swap-names", Title: "Two users who swap their user names both keep their accounts",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.rename", "endpoint.sync.rename-taken"),
				Causes:  needs("endpoint.create.core-values"),
				Sources: sources(learnHow, learnLogs, rfc7644("3.5.2.3")),
				Why:     "Two people were given each other's names by mistake, and somebody puts it right. Entra sends both renames, is refused because both names are taken, and sends them again when one of the two has made room. A server that keeps a name for whoever had it once refuses for ever; one that looks people up by name gives each the account of the other.",
				Fix:     "Free a user name in the moment its user is renamed, and address users by id only.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, eve := r.NewUser(directory.Properties{"department": "Engines"}), r.NewUser(directory.Properties{"department": "Looms"})
				r.Assign(ada, eve)
				r.Provisioned(ctx, r.Cycle(ctx), ada, eve)
				was := map[*Account]string{ada: ada.Name, eve: eve.Name}
				before := map[*Account]View{ada: r.Read(ctx, ada), eve: r.Read(ctx, eve)}
				between := r.names.person().upn

				// The directory lets nobody have a name twice either, so one of them steps aside for a moment.
				r.Change(ada, directory.Properties{"userPrincipalName": between})
				r.Change(eve, directory.Properties{"userPrincipalName": was[ada]})
				r.Change(ada, directory.Properties{"userPrincipalName": was[eve]})
				refused := r.Cycle(ctx).Writes()
				r.Change(ada, directory.Properties{"userPrincipalName": between})
				r.clock.Advance(backoff)
				aside := r.Cycle(ctx).Writes()
				r.Change(ada, directory.Properties{"userPrincipalName": was[eve]})
				r.clock.Advance(backoff)
				swapped := r.Cycle(ctx).Writes()

				evidence := append(append(refused, aside...), swapped...)
				for _, a := range []*Account{ada, eve} {
					after := r.Read(ctx, a)
					r.That("after a swap of two user names GET by the id each always had shows the new name", after, shows("userName", a.Name), append(evidence, after.Shown)...)
					r.That("after a swap of two user names each user has the rest of her account", after, keeps(before[a], "userName"), append(evidence, after.Shown)...)
					f := r.FindSoon(ctx, a, findsOnly("userName", a.Name))
					r.That("after a swap of two user names each is found once, under the new name", f, findsOnly("userName", a.Name), append(evidence, f.Shown)...)
				}
			},
		},
	}
}
