package connector

import (
	"context"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const managerSet = "connector.sync.manager-set"

func managerSyncChecks() []Check {
	const manages = "Approvals go to the manager that Entra knows. "
	return []Check{
		{
			Spec: suites.Spec{
				ID: managerSet, Title: "A manager is set as a reference",
				Level: result.Required, Breaks: breaksBoth, Sources: sources(learnAPI + "user-post-manager"),
				Why: manages + "Without one they go to nobody, and Graph refuses a PATCH that names a manager together with all else in it.",
				Fix: "PUT /users/{id}/manager/$ref with {\"@odata.id\": \"https://graph.microsoft.com/v1.0/directoryObjects/{manager}\"}: a manager is no property.",
			},
			Run: func(ctx context.Context, r *Rig) {
				o, ada, boss := r.manages(ctx, false, true)
				r.That("the user has the manager that was asked for", r.see(o, ada.ID), has(managerOf, boss.ID), o.Shown()...)
				o, _, made := r.made(ctx, map[string]any{managerOf: boss.ID})
				r.That("a new user has the manager that was given for her", r.see(o, made.ID()), has(managerOf, boss.ID), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.manager-changed", Title: "Another manager takes the place of the one before",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(managerSet), Sources: sources(learnAPI + "user-post-manager"),
				Why: manages + "After every reorganisation somebody decides who has nothing to say there any more.",
				Fix: "Compare the manager that is there with the one that is wanted, and PUT the reference when they differ.",
			},
			Run: func(ctx context.Context, r *Rig) {
				o, ada, boss := r.manages(ctx, true, true)
				r.That("the user has the new manager", r.see(o, ada.ID), has(managerOf, boss.ID), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.manager-cleared", Title: "A manager who is cleared is gone",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(managerSet), Sources: sources(learnAPI + "user-delete-manager"),
				Why: manages + "Somebody who has left still decides, or whoever sits at her account.",
				Fix: "DELETE /users/{id}/manager/$ref when the manager is to be nobody.",
			},
			Run: func(ctx context.Context, r *Rig) {
				o, ada, _ := r.manages(ctx, true, false)
				r.That("the user has no manager any more", r.see(o, ada.ID), has(managerOf, nil), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.manager-unchanged", Title: "The manager who is there already is not written again",
				Level: result.Recommended, Breaks: breaksGraph, Needs: needs(managerSet), Sources: sources(learnAPI+"user-post-manager", learnThrottling),
				Why: "One more write for every person every night, against limits that the whole tenant shares.",
				Fix: "Read the manager with the user ($expand=manager($select=id)), and write the reference only when it differs.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(User, managerOf)
				ada, boss := r.Colleague(nil), r.Colleague(nil)
				check(r.Tenant.Directory().SetManager(ada.ID, boss.ID))
				o := r.Update(ctx, ada, map[string]any{managerOf: boss.ID})
				wrote := slices.DeleteFunc(writing(asksOf(o.Calls)), func(p ask) bool { return !slices.Contains(p.segments(), "manager") })
				r.That("an update with the manager who is there does not write the reference", wrote, none("no write of the manager"), o.Shown()...)
			},
		},
	}
}

// manages tells the connector to give somebody a manager, or none, where there was another one before, or none.
func (r *Rig) manages(ctx context.Context, before, after bool) (o Result, ada, boss *Person) {
	r.NeedsAttribute(User, managerOf)
	ada, boss = r.Colleague(nil), r.Colleague(nil)
	if before {
		check(r.Tenant.Directory().SetManager(ada.ID, r.Colleague(nil).ID))
	}
	var want any
	if after {
		want = boss.ID
	}
	return r.Update(ctx, ada, map[string]any{managerOf: want}), ada, boss
}
