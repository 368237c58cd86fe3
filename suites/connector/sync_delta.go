package connector

import (
	"context"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

const (
	deltaRounds    = "connector.sync.delta-incremental"
	deltaPages     = "connector.sync.delta-pages"
	deltaDeletions = "connector.sync.delta-deletions"
)

func deltaSyncChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: deltaPages, Title: "The first round of a sync has everybody, from all pages",
				Level: result.Required, Breaks: breaksEntra, Causes: needs("connector.requests.token-in-query"), Sources: sources(learnDelta, learnAPI+"user-delta"),
				Why: "Whoever stands on the second page is nobody, until something of hers changes.",
				Fix: "Follow @odata.nextLink until there is @odata.deltaLink, and keep that as the token.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Sync)
				r.Refound(mockgraph.WithDeltaPages(3, 3))
				people := r.Colleagues(crowd)
				o := r.synced(ctx, "")
				r.That("the first round of a sync shows everybody who is there", without(IDs(people), shownObjects(o)), worded[[]string]{
					Want: "all of them", OK: func(missing []string) bool { return len(missing) == 0 }, Got: func(missing []string) string { return counted(len(missing), "user") + " missing" },
				}, o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.delta-error", Title: "A sync that Graph refuses does not look like one without changes",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnErrors, learnDelta),
				Why: "A permission was taken away, and from then on every night brings no changes. Or the first round brings nobody, and everybody is deleted elsewhere.",
				Fix: "Answer an error when Graph answers one.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, first := r.begins(ctx)
				check(r.Tenant.Directory().Delete(ada.ID))
				for _, token := range []string{"", first.Answer.Token} {
					r.refuseReads(refusals()[1])
					o := r.Do(ctx, Request{Operation: Sync, Type: User, Token: token})
					r.That("a round of a sync that Graph answers with 403 is an error", o, fails(), o.Shown()...)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: deltaRounds, Title: "A further round of a sync has what changed since, and not everybody again",
				Level: result.Recommended, Breaks: breaksGraph, Causes: needs("connector.requests.token-in-query"), Sources: sources(learnDelta, learnThrottling),
				Why: "Reading a hundred thousand people takes an hour and half of what a tenant may ask. What changed since takes a second.",
				Fix: "Begin a further round with the @odata.deltaLink of the last one.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, first := r.begins(ctx)
				must(r.Tenant.Directory().Update(ada.ID, directory.Properties{"displayName": "Beatrix Halloway"}))
				o := r.synced(ctx, first.Answer.Token)
				r.That("a further round shows whom something changed of", shownObjects(o), worded[[]string]{
					Want: "her", OK: func(ids []string) bool { return slices.Contains(ids, ada.ID) }, Got: func(ids []string) string { return counted(len(ids), "user") + ", and not her" },
				}, o.Shown()...)
				r.That("a further round does not show those of whom nothing changed", common(shownObjects(o), IDs(r.Bystanders())), worded[[]string]{
					Want: "none of them", OK: func(ids []string) bool { return len(ids) == 0 }, Got: func(ids []string) string { return counted(len(ids), "user") + " of whom nothing changed" },
				}, o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.delta-token", Title: "Each round of a sync gives another token",
				Level: result.Recommended, Breaks: breaksGraph, Needs: needs(deltaRounds), Sources: sources(learnDelta),
				Why: "With the token of last week all changes since come again, every night more of them, until the token expires and everybody is read anew.",
				Fix: "Keep the @odata.deltaLink of the round that was just read in place of the one before.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, first := r.begins(ctx)
				must(r.Tenant.Directory().Update(ada.ID, directory.Properties{"displayName": "Beatrix Halloway"}))
				second := r.synced(ctx, first.Answer.Token)
				o := r.synced(ctx, second.Answer.Token)
				r.That("a change that one round has shown is not shown by the next", common(shownObjects(o), []string{ada.ID}), worded[[]string]{
					Want: "nobody", OK: func(ids []string) bool { return len(ids) == 0 }, Got: func([]string) string { return "the change of the round before" },
				}, append(second.Shown(), o.Shown()...)...)
			},
		},
		{
			Spec: suites.Spec{
				ID: deltaDeletions, Title: "A sync shows that somebody was deleted",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(deltaRounds), Sources: sources(learnDelta, learnAPI+"user-delta"),
				Why: "Whoever was deleted in Entra lives on everywhere else.",
				Fix: "Take items with @removed into the answer, as deleted.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, o := r.deletes(ctx)
				r.That("a further round shows the one who was deleted", shownObjects(o), worded[[]string]{
					Want: "her", OK: func(ids []string) bool { return slices.Contains(ids, ada.ID) }, Got: func(ids []string) string { return counted(len(ids), "user") + ", and not her" },
				}, o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.sync.delta-removed", Title: "Who was deleted is shown as deleted, and not as changed",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(deltaDeletions), Sources: sources(learnDelta, learnAPI+"user-delta"),
				Why: "An item with @removed has an id and nothing else. Taken for a change it clears all values of somebody who is not there any more, and leaves her alive.",
				Fix: "Look for @removed in each item of a delta answer before reading its properties.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, o := r.deletes(ctx)
				alive := slices.ContainsFunc(o.Answer.Objects, func(one Object) bool { return one.ID == ada.ID && !one.Deleted })
				r.That("the one who was deleted is not shown as one who is there", alive, worded[bool]{
					Want: "deleted, or not at all", OK: func(alive bool) bool { return !alive }, Got: func(bool) string { return "an object that is not deleted" },
				}, o.Shown()...)
			},
		},
	}
}

// synced tells the connector to read the changes of users. A round that fails ends the check: it fails itself.
func (r *Rig) synced(ctx context.Context, token string) Result {
	o := r.Do(ctx, Request{Operation: Sync, Type: User, Token: token})
	r.Must("a round of a sync succeeds", o, succeeds(), o.Shown()...)
	return o
}

// begins has the connector read the first round, with somebody in it.
func (r *Rig) begins(ctx context.Context) (*Person, Result) {
	r.Needs(Sync)
	ada := r.Colleague(nil)
	o := r.synced(ctx, "")
	return ada, o
}

// deletes has the connector read the round in which somebody was deleted.
func (r *Rig) deletes(ctx context.Context) (*Person, Result) {
	ada, first := r.begins(ctx)
	check(r.Tenant.Directory().Delete(ada.ID))
	return ada, r.synced(ctx, first.Answer.Token)
}

// common are those of a that are in b.
func common(a, b []string) []string { return without(a, without(a, b)) }
