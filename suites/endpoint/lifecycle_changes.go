package endpoint

import (
	"context"
	"net/http"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

// leaverChecks are what becomes of others when somebody leaves.
func leaverChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.manager-deleted", Title: "When a manager is deleted her people stay, and can be given another one",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.manager-change", "endpoint.disable.delete"),
				Causes:  needs("endpoint.create.core-values", "endpoint.disable.neighbour-kept"),
				Sources: sources(learnHow+"#deprovisioning", rfc7644("3.6"), rfc7643("4.3")),
				Why:     "Managers leave before their people do. A server that deletes or disables the people along with the manager takes their accounts, and Entra, which did not ask for it, does not bring them back.",
				Fix:     "When a user is deleted leave those who refer to her as they are, or take the reference away; never delete or disable them.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(manager)
				ada, boss, set := r.managed(ctx)
				next := r.Hire(ctx, nil)
				before := r.Read(ctx, ada)
				if managerID(before.Resource) != boss.ID {
					r.Block("endpoint.sync.manager-set", "PATCH was answered "+answerOf(set).String()+"; the target shows "+before.words(manager))
				}
				gone := r.dismissed(ctx, boss)
				if get := r.Get(ctx, boss); get.Status != http.StatusNotFound {
					r.Block("endpoint.disable.delete", "DELETE was answered "+answerOf(gone).String()+", then GET "+get.String())
				}
				get := r.Get(ctx, ada)
				r.lockedOut(ctx, get)
				r.Must("a user whose manager was deleted is still there", get, answered(http.StatusOK), gone, get.Shown)
				after := r.Read(ctx, ada)
				r.That("a user whose manager was deleted is active if she was", after, worded[View]{
					Want: before.words("active"),
					OK:   func(v View) bool { return active(v.Resource) || !active(before.Resource) },
					Got:  func(v View) string { return v.words("active") },
				}, gone, after.Shown)
				r.That("a user whose manager was deleted has the rest of her account", after, keeps(before), gone, after.Shown)
				check(r.Tenant().SetManager(ada.Object, next.Object))
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after = r.Read(ctx, ada)
				r.That("a user whose manager was deleted can be given another one", after, hasManager(next.ID), sent, after.Shown)
			},
		},
	}
}

// outageChangeChecks are what an outage leaves behind besides people who were not made.
func outageChangeChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.quarantine.outage-changes", Title: "What changed during an outage arrives when it is over, all of it",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.disable.string-false", "endpoint.sync.many-operations"),
				Sources: sources(learnHow+"#incremental-cycles", learnQuarantine, rfc7644("3.5.2")),
				Why:     "While the target is away people are renamed and dismissed. The first cycle afterwards brings all of it, for one person in one PATCH. A server that looks at active only, as soon as it is there, loses the rest: Entra does not send it again.",
				Fix:     "Apply every operation of a PATCH, also of one that disables the user.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, nil)
				before := r.Read(ctx, ada)
				r.network.broken(func(*http.Request) cut { return unsent })
				r.Change(ada, directory.Properties{"displayName": "Ada Lovelace"})
				report, _ := r.TryCycle(ctx, r.provisioning())
				r.BlockSignIn(ada)
				r.TryCycle(ctx, r.provisioning())
				r.network.broken(nil)
				if report.Error == nil {
					panic("set the scene: the outage did not reach the service")
				}
				r.clock.Advance(backoff)
				sent := r.Written(ctx, r.Cycle(ctx), ada)
				after := r.ReadBy(ctx, "endpoint.disable.readable", ada)
				r.That("a user who was disabled during an outage is disabled when it is over", after, isInactive(before), sent, after.Shown)
				r.That("an attribute that changed during an outage, of somebody who was also disabled, arrives when it is over", after, shows("displayName", "Ada Lovelace"), sent, after.Shown)
				r.logged(ada, sent)
			},
		},
	}
}

// backoff is longer than any pause after which what has failed is tried again.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status.
const backoff = 24 * time.Hour
