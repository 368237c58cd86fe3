package connector

import (
	"context"
	"fmt"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

// The checks that own what the checks of restoring take for given.
const (
	accountDeleted = "connector.delete.account-deleted"
	recycled       = "connector.delete.recycled"
)

const learnDeleted = learnAPI + "resources/directory"

func deleteChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: accountDeleted, Title: "Delete takes an account out of the tenant",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAPI + "user-delete"),
				Why: "The product says that the account is gone. It holds its licence, its name is taken, and an auditor finds it.",
				Fix: "DELETE /users/{id}.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Delete)
				ada := r.Hire(ctx, nil)
				o := r.Do(ctx, Request{Operation: Delete, Type: User, ID: ada.ID})
				r.Must("delete of an account that is there succeeds", o, succeeds(), o.Shown()...)
				r.That("after delete the account is not in the tenant any more", r.account(ada.ID), isGone(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: recycled, Title: "A deleted account can be restored",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAPI+"user-delete", learnAPI+"directory-deleteditems-delete"),
				Why: "Whoever is deleted by mistake is brought back within 30 days, with mail and memberships. Once she is purged nothing brings her back.",
				Fix: "Leave /directory/deletedItems alone after DELETE /users/{id}.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Delete)
				ada := r.Hire(ctx, nil)
				o := r.Do(ctx, Request{Operation: Delete, Type: User, ID: ada.ID})
				r.That("after delete the account is not purged", r.account(ada.ID), worded[account]{
					Want: "the account is among the deleted items",
					OK:   func(a account) bool { return a.recycled || a.live },
					Got:  account.String,
				}, o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.delete.unknown-object", Title: "Delete of an account that does not exist is an error",
				Level: result.Recommended, Breaks: breaksEntra, Sources: sources(learnErrors, learnAPI+"user-delete"),
				Why: "The product has a wrong id and is told that all is well. The account that was meant is still there.",
				Fix: "Tell Graph's 404 (Request_ResourceNotFound) to the caller, as unknownObject.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Delete)
				o := r.Do(ctx, Request{Operation: Delete, Type: User, ID: r.names.uuid()})
				r.That("delete of an id that nobody has is an error", o, fails(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.delete.group-deleted", Title: "Delete takes a group out of the tenant",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAPI + "group-delete"),
				Why: "What the group opens stays open to everybody who is in it.",
				Fix: "DELETE /groups/{id}.",
			},
			Run: func(ctx context.Context, r *Rig) {
				group, _ := r.crew(ctx)
				o := r.Do(ctx, Request{Operation: Delete, Type: Group, ID: group})
				r.Must("delete of a group that is there succeeds", o, succeeds(), o.Shown()...)
				_, live := r.GroupOf(group)
				r.That("after delete the group is not in the tenant any more", !live, isSo("no such group", "the group is still there"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.delete.group-members-kept", Title: "Delete of a group leaves its members in the tenant",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAPI+"group-delete", learnAPI+"group-delete-members"),
				Why: "A project is over, its group goes, and with it the accounts of everybody who worked on it.",
				Fix: "DELETE the group alone. Its memberships end with it.",
			},
			Run: func(ctx context.Context, r *Rig) {
				group, members := r.crew(ctx)
				o := r.Do(ctx, Request{Operation: Delete, Type: Group, ID: group})
				for _, m := range members {
					r.That("after delete of a group its members are still in the tenant", r.account(m.ID), isLive(), o.Shown()...)
				}
				if _, live := r.GroupOf(group); live {
					r.Skip("the group was not deleted: " + o.String())
				}
			},
		},
	}
}

// crew is a group that an administrator made, with two people in it.
func (r *Rig) crew(context.Context) (group string, members []*Person) {
	r.Needs(Delete, AddMember)
	members = r.Colleagues(2)
	return r.Crew(nil, members...), members
}

func isGone() worded[account] {
	return worded[account]{Want: "no such account", OK: func(a account) bool { return !a.live }, Got: account.String}
}

// restoreChecks are about bringing back what was deleted.
func restoreChecks() []Check {
	const (
		restored    = "connector.delete.restored"
		restorePath = "connector.delete.restore-path"
		restoreSame = "connector.delete.restored-same-object"
	)
	return []Check{
		{
			Spec: suites.Spec{
				ID: restored, Title: "Restore brings a deleted account back",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(restorePath, restoreSame), Sources: sources(learnAPI+"directory-deleteditems-restore", learnDeleted),
				Why: "Somebody was deleted by mistake. The product says that she is back, and after 30 days nothing is left of her.",
				Fix: "POST /directory/deletedItems/{id}/restore, and read Graph's answer.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.departed(ctx)
				o := r.Do(ctx, Request{Operation: Restore, Type: User, ID: ada.ID})
				r.Must("restore of a deleted account succeeds", o, succeeds(), o.Shown()...)
				r.That("after restore the account is in the tenant again", r.account(ada.ID), isLive(), o.Shown()...)
				o = r.Do(ctx, Request{Operation: Restore, Type: User, ID: r.names.uuid()})
				r.That("restore of an id that is not among the deleted items is an error", o, fails(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: restoreSame, Title: "Restore makes no new account in the place of the deleted one",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAPI+"directory-deleteditems-restore", learnDeleted),
				Why: "Mail, files, memberships and licences hang on the object id. A new account with the old name has none of them, and takes the name from the one that could be restored.",
				Fix: "Restore the deleted item; never POST /users for it.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.departed(ctx)
				before := len(r.Everybody())
				o := r.Do(ctx, Request{Operation: Restore, Type: User, ID: ada.ID})
				others := len(r.Everybody()) - before
				if r.account(ada.ID).live {
					others--
				}
				r.That("restore makes no other account", others <= 0, isSo("no other account", counted(others, "account")+" made, with another id"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: restorePath, Title: "Restore is sent to the deleted items",
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnAPI + "directory-deleteditems-restore"),
				Why: "Graph knows a deleted account under /directory/deletedItems only. Anywhere else it answers 404, and nobody is ever restored.",
				Fix: "POST /directory/deletedItems/{id}/restore.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.departed(ctx)
				o := r.Do(ctx, Request{Operation: Restore, Type: User, ID: ada.ID})
				elsewhere := asksThat(o.Calls, "POST", "/users/*/restore", nil)
				r.That("restore goes to /directory/deletedItems/{id}/restore", elsewhere, none("no restore anywhere else"), shownOf(elsewhere)...)
			},
		},
	}
}

// departed is somebody whom the connector made and who was deleted: by the connector if it can, else by an administrator.
func (r *Rig) departed(ctx context.Context) *Person {
	r.Needs(Restore)
	p := r.Hire(ctx, nil)
	if !r.target.description.Has(Delete) {
		check(r.Tenant.Directory().Delete(p.ID))
		return p
	}
	o := r.Do(ctx, Request{Operation: Delete, Type: User, ID: p.ID})
	switch a := r.account(p.ID); {
	case a.live:
		r.Block(accountDeleted, fmt.Sprintf("%v, and %v", o, a), o.Shown()...)
	case !a.recycled:
		r.Block(recycled, fmt.Sprintf("after delete %v", a), o.Shown()...)
	}
	return p
}

// Everybody are the ids of all accounts of the tenant.
func (r *Rig) Everybody() []string {
	var ids []string
	for o := range r.Snapshot().Objects(directory.User) {
		ids = append(ids, o.ID())
	}
	return ids
}
