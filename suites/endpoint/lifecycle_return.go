package endpoint

import (
	"context"
	"net/http"
	"slices"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/suites"
)

// returnChecks are the ways back: out of the recycle bin, by another assignment, and as a new person with the old name.
func returnChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.reactivate.restored", Title: "Somebody restored from the recycle bin has her account, her groups and her manager back",
				Level: result.Required, Breaks: breaksEntra,
				Needs:   needs("endpoint.disable.string-false", "endpoint.reactivate.string-true", "endpoint.disable.membership-kept", "endpoint.group.add-member"),
				Causes:  needs("endpoint.sync.manager-shape", "endpoint.sync.manager-set", "endpoint.reactivate.values-kept"),
				Sources: sources(learnHow+"#deprovisioning", learnHow),
				Why:     "A user who is deleted in Entra is only disabled at first, and enabled again when she is restored within thirty days. Entra believes that her memberships and her manager are still there and does not send them again: what the target drops on the way is lost, and nobody is told.",
				Fix:     "When active becomes true again change active and nothing else: no memberships, no manager, no id.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.WithGroups()
				ada, boss := r.NewUser(directory.Properties{"department": "Engines"}), r.NewUser(nil)
				if r.Has(manager) {
					check(r.Tenant().SetManager(ada.Object, boss.Object))
				}
				team := r.NewGroup("Team Red", ada)
				r.Assign(ada, boss, team)
				r.Provisioned(ctx, r.Cycle(ctx), ada, boss, team)
				before := r.Read(ctx, ada)
				r.Members(ctx, "endpoint.group.add-member", team, ada)

				check(r.Tenant().Delete(ada.Object))
				r.Sent(ctx, r.Cycle(ctx), ada)
				if off := r.ReadBy(ctx, "endpoint.disable.readable", ada); !inactive(off.Resource, active(before.Resource)) {
					r.Block("endpoint.disable.string-false", ada.Name+" is still active on the target: "+off.words("active"))
				}
				must(r.Tenant().Restore(ada.Object))
				sent := r.enabling(ctx, r.Cycle(ctx), ada)
				after := r.ReadBy(ctx, "endpoint.reactivate.same-account", ada)
				r.That("a user who was deleted and restored in Entra is active on the target", after, isActive(), sent, after.Shown)
				if had := managerID(before.Resource); had != "" {
					r.That("a user who was deleted and restored in Entra still has her manager", after, hasManager(had), sent, after.Shown)
				}
				v := r.Read(ctx, team)
				r.That("a user who was deleted and restored in Entra is still a member of her group", v, lists(ada), sent, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.reactivate.reassigned", Title: "Somebody who is unassigned and assigned again gets her account back, and then there is nothing left to write",
				Level: result.Required, Breaks: breaksEntra,
				Needs:   needs("endpoint.reactivate.relinked", "endpoint.disable.second-cycle", "endpoint.create.second-cycle"),
				Sources: sources(learnHow+"#deprovisioning", learnHow+"#incremental-cycles"),
				Why:     "Whoever loses the assignment is disabled and forgotten; when it comes back Entra looks for her by filter and enables what it finds. An endpoint whose lists are behind its resources, so that they still call her disabled, has active written to her again in every full cycle.",
				Fix:     "Answer filters and GET by id from the same data, and bring every copy up to date when active changes.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				before := r.Read(ctx, ada)
				r.Joinable(ctx, ada)
				r.Unassign(ada)
				off := r.Sent(ctx, r.Cycle(ctx), ada)
				if v := r.ReadBy(ctx, "endpoint.disable.readable", ada); !inactive(v.Resource, active(before.Resource)) {
					r.Block("endpoint.disable.string-false", ada.Name+" is still active on the target: "+v.words("active"), off)
				}
				r.Assign(ada)
				sent := r.Cycle(ctx)
				r.That("Entra finds somebody who is assigned again by her userName and sends no POST for her", sent.All(http.MethodPost, "/Users").Lines(), gomega.BeEmpty(), sent.Writes()...)
				on := r.Sent(ctx, sent, ada)
				r.granted(ctx, answerOf(on))
				r.logged(ada, on)
				after := r.ReadBy(ctx, "endpoint.reactivate.same-account", ada)
				r.Must("somebody who was unassigned and is assigned again is active", after, isActive(), on, after.Shown)
				r.Restart()
				r.silent("somebody was unassigned and assigned again", r.Cycle(ctx))
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.reactivate.rehired", Title: "A new person with the name of somebody who was deleted for ever gets a new, empty account",
				Level: result.Required, Breaks: breaksEntra,
				Needs:   needs("endpoint.reactivate.recreate", "endpoint.disable.delete", "endpoint.group.add-member"),
				Sources: sources(learnHow+"#deprovisioning", rfc7644("3.6"), rfc7643("3.1")),
				Why:     "Thirty days after somebody was deleted Entra sends DELETE, and her name can go to somebody else. A server that takes the old record out of its bin for her gives a stranger the department, the telephone and the groups of the person who left.",
				Fix:     "Make a new resource with a new id for every POST, and take nothing over from one that was deleted.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.WithGroups()
				ada := r.NewUser(everything())
				team := r.NewGroup("Team Red", ada)
				r.Assign(ada, team)
				r.Provisioned(ctx, r.Cycle(ctx), ada, team)
				r.Members(ctx, "endpoint.group.add-member", team, ada)
				gone := r.dismissed(ctx, ada)
				if get := r.Get(ctx, ada); get.Status != http.StatusNotFound {
					r.Block("endpoint.disable.delete", "DELETE was answered "+answerOf(gone).String()+", then GET "+get.String())
				}
				eve := r.NewUser(directory.Properties{"userPrincipalName": ada.Name})
				r.Assign(eve)
				sent := r.Cycle(ctx)
				post := sent.Last(http.MethodPost, "/Users")
				r.Provisioned(ctx, sent, eve)
				r.logged(eve, post)
				r.That("a user who is created with the name of a deleted one has an id of her own", eve.ID, worded[string]{
					Want: "another id than " + ada.ID, OK: func(id string) bool { return id != ada.ID }, Got: func(id string) string { return "the id " + id },
				}, gone, post)
				v := r.Read(ctx, eve)
				r.That("a user who is created with the name of a deleted one has nothing of hers", v, hasNothingOf(everythingShown), gone, post, v.Shown)
				g := r.Read(ctx, team)
				r.That("a user who is created with the name of a deleted one is in none of her groups", g, worded[View]{
					Want: "no member " + eve.ID,
					OK:   func(v View) bool { return !slices.Contains(memberIDs(v.Resource), eve.ID) },
					Got:  func(v View) string { return v.words("members") },
				}, gone, post, g.Shown)
			},
		},
	}
}

// enabling is the PATCH of active among what was sent to an account, which the target must accept. A target that refuses other attributes, such
// as a manager, is sent them again beside it.
func (r *Rig) enabling(ctx context.Context, sent Traffic, a *Account) *exchange.Exchange {
	r.Sent(ctx, sent, a)
	for _, e := range slices.Backward(sent.All(http.MethodPatch, a.path())) {
		if slices.Contains(pathsIn(e), "active") {
			r.Must(change(e)+", as Entra sends it, is accepted", answerOf(e), accepted(), e)
			return e
		}
	}
	r.Block("endpoint.reactivate.string-true", "the service did not enable "+a.Name)
	return nil
}

// hasNothingOf matches a [View] that shows none of these values.
func hasNothingOf(values []value) worded[View] {
	inherited := func(v View) []string {
		var found []string
		for _, w := range values {
			if shows(w.path, w.want).OK(v) {
				found = append(found, v.words(w.path))
			}
		}
		return found
	}
	return worded[View]{
		Want: "none of the values the deleted user had",
		OK:   func(v View) bool { return len(inherited(v)) == 0 },
		Got:  func(v View) string { return joined(inherited(v)) },
	}
}

// logged says that the provisioning log tells of a success for the account: the last word about it, after the exchange.
func (r *Rig) logged(a *Account, sent *exchange.Exchange) {
	log := r.provisioning().Log()
	for _, entry := range slices.Backward(log) {
		if entry.SourceIdentity.ID != a.Object {
			continue
		}
		r.That("the provisioning log tells of a success", entry.ProvisioningStatusInfo, worded[synchronization.ProvisioningStatusInfo]{
			Want: "success",
			OK: func(s synchronization.ProvisioningStatusInfo) bool {
				return s.Status != synchronization.StatusFailure
			},
			Got: func(s synchronization.ProvisioningStatusInfo) string {
				if s.ErrorInformation == nil {
					return string(s.Status)
				}
				return s.ErrorInformation.ErrorCode + ": " + clip(s.ErrorInformation.Reason, 300)
			},
		}, sent)
		return
	}
}
