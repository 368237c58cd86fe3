package connector

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

// disableKeepsChecks are about what disabling leaves alone, and about sessions, which it ends.
func disableKeepsChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.disable.licences-kept", Title: "Disable leaves the licences of the account",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(accountDisabled), Sources: sources(learnAPI+"user-assignlicense", learnRevoke),
				Why: "Without its licence a mailbox is deleted after 30 days. Somebody who comes back from leave has lost her mail, and a court that asks for it as well.",
				Fix: "Take licences away when you are told to, not when you disable.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Disable)
				ada := r.Hire(ctx, nil)
				r.prepared(ada, directory.Properties{"usageLocation": "DE"})
				r.licensed(ada, r.Subscribe(office, seats))
				before := r.licences(ada.ID)
				o := r.disable(ctx, ada)
				r.That("after disable the account has the licences that it had", skus(r.licences(ada.ID)), areSkus(before...), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.disable.memberships-kept", Title: "Disable leaves the account in its groups",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(accountDisabled), Sources: sources(learnAPI+"group-delete-members", learnRevoke),
				Why: "Nobody knows afterwards which groups they were. Somebody who comes back from leave has an account and can reach nothing.",
				Fix: "Change accountEnabled alone; groups are changed when you are told to.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Disable)
				ada := r.Hire(ctx, nil)
				for _, group := range r.groups {
					check(r.Tenant.Directory().AddMember(group, ada.ID))
				}
				o := r.disable(ctx, ada)
				r.That("after disable the account is in the groups that it was in", r.groupsOf(ada.ID), areGroups(r.groups), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.disable.sessions-revoked", Title: "Disable ends the sessions of the account",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(accountDisabled), Sources: sources(learnRevoke, learnAPI+"user-revokesigninsessions"),
				Why: "Blocking alone ends no session: what has a token goes on with it for an hour, and in a browser for longer.",
				Fix: "POST /users/{id}/revokeSignInSessions after accountEnabled is false, or do not declare the feature revokeSessions.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Disable)
				r.NeedsFeature(RevokesSessions)
				ada := r.Hire(ctx, nil)
				r.Clock.Advance(time.Minute) // sessions from before can be told apart
				began := r.Clock.Now().UTC().Truncate(time.Second)
				o := r.disable(ctx, ada)
				r.That("after disable no session from before is valid", r.account(ada.ID), sessionsEndedSince(began), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.disable.sessions-revoked-last", Title: "Disable ends the sessions once the account is blocked",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs("connector.disable.sessions-revoked"), Sources: sources(learnRevoke),
				Why: "Whoever is signed out while she may still sign in does so again, and that session lives on behind the block.",
				Fix: "First PATCH accountEnabled false, then revokeSignInSessions.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Disable)
				r.NeedsFeature(RevokesSessions)
				ada := r.Hire(ctx, nil)
				o := r.disable(ctx, ada)
				r.That("disable ends the sessions after accountEnabled is false", steps(o.Calls), blocksFirst(), o.Shown()...)
			},
		},
	}
}

// portrait is what else is known of a person.
func portrait() directory.Properties {
	return directory.Properties{"jobTitle": "Engineer", "department": "Mathematics", "companyName": "Rehearsal", "mobilePhone": "+49 170 0000", "city": "Berlin"}
}

// groupsOf are the groups that somebody is in, sorted.
func (r *Rig) groupsOf(id string) []string { return slices.Sorted(r.Snapshot().MemberOf(id)) }

func areGroups(want []string) worded[[]string] {
	want = slices.Sorted(slices.Values(want))
	return worded[[]string]{
		Want: counted(len(want), "group"), OK: func(have []string) bool { return slices.Equal(have, want) },
		Got: func(have []string) string { return counted(len(have), "group") },
	}
}

// sessionsEndedSince matches an account whose sessions from before a time are no longer valid.
func sessionsEndedSince(t time.Time) worded[account] {
	return worded[account]{
		Want: "signInSessionsValidFromDateTime moved on by revokeSignInSessions",
		OK:   func(a account) bool { return !sessionsFrom(a).Before(t) },
		Got: func(a account) string {
			if sessionsFrom(a).IsZero() {
				return "sessions were never ended"
			}
			return "signInSessionsValidFromDateTime is " + sessionsFrom(a).Format(time.RFC3339) + ", before disable began"
		},
	}
}

// steps are what disabling did, in order: blocked, revoked.
func steps(calls []*Call) []string {
	var all []string
	for _, a := range asksOf(calls) {
		switch {
		case a.ok() && a.is(http.MethodPatch, "/users/*") && string(a.member("accountEnabled")) == "false":
			all = append(all, "block")
		case a.ok() && (a.is(http.MethodPost, "/users/*/revokeSignInSessions") || a.is(http.MethodPost, "/users/*/invalidateAllRefreshTokens")):
			all = append(all, "end sessions")
		}
	}
	return all
}

func blocksFirst() worded[[]string] {
	return worded[[]string]{
		Want: "block, end sessions",
		OK: func(all []string) bool {
			block, end := slices.Index(all, "block"), len(all)-1
			for end >= 0 && all[end] != "end sessions" {
				end--
			}
			return block < 0 || end < 0 || block < end
		},
		Got: func(all []string) string { return strings.Join(all, ", ") },
	}
}
