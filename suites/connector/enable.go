package connector

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

// The checks that own what the other checks of enabling take for given.
const (
	accountEnabled = "connector.reactivate.account-enabled"
	sameObject     = "connector.reactivate.same-object"

	passwordUntouched = "connector.reactivate.password-untouched" // a new password ends sessions, too
)

func enableChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: accountEnabled, Title: "Enable allows the sign-in of an account again",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAPI+"user-update", learnUser),
				Why: "Somebody is back from leave and cannot sign in, and the product shows her as active.",
				Fix: "PATCH /users/{id} with accountEnabled true, and read Graph's answer.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.absentee(ctx, nil)
				o := r.Do(ctx, Request{Operation: Enable, Type: User, ID: ada.ID})
				if a := r.account(ada.ID); !a.live {
					r.Block(sameObject, fmt.Sprintf("after enable %v", a), o.Shown()...)
				}
				r.Must("enable of an account that is disabled succeeds", o, succeeds(), o.Shown()...)
				r.That("after enable the tenant has the account with accountEnabled true", r.account(ada.ID), isEnabled(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: sameObject, Title: "Enable keeps the account, and makes no other in its place",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAPI+"user-update", learnAPI+"user-delete"),
				Why: "Mail, files, memberships and licences hang on the object id. A new account with the old name has none of them.",
				Fix: "PATCH accountEnabled true of the account that is there.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.absentee(ctx, nil)
				o := r.Do(ctx, Request{Operation: Enable, Type: User, ID: ada.ID})
				r.That("after enable the account with the same id is in the tenant", r.account(ada.ID), isLive(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: passwordUntouched, Title: "Enable leaves the password as it is",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(accountEnabled), Sources: sources(learnAPI+"user-update", learnUser),
				Why: "She cannot sign in with the password she knows. If it is reset to one that many share, everybody else can.",
				Fix: "Do not send passwordProfile when you enable.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.absentee(ctx, nil)
				hers := "Curlew-" + r.names.text(8) + "-9!"
				r.prepared(ada, directory.Properties{"passwordProfile": directory.PasswordProfile{Password: hers}})
				o := r.enable(ctx, ada)
				r.That("after enable the password is the one that she had chosen", r.Snapshot().CheckPassword(ada.ID, hers), isSo("her own password", "another password"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.reactivate.sessions-untouched", Title: "Enable ends no sessions",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(accountEnabled), Causes: needs(passwordUntouched), Sources: sources(learnAPI + "user-revokesigninsessions"),
				Why: "Somebody who has just signed in is thrown out again; every import that enables her once more does it anew.",
				Fix: "Call revokeSignInSessions when you disable, not when you enable.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.absentee(ctx, nil)
				r.Clock.Advance(time.Minute) // sessions that are ended now can be told apart
				before := sessionsFrom(r.account(ada.ID))
				o := r.enable(ctx, ada)
				r.That("enable ends no sessions", sessionsFrom(r.account(ada.ID)).Equal(before), isSo("signInSessionsValidFromDateTime as it was", "signInSessionsValidFromDateTime moved on"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.reactivate.attributes-kept", Title: "Enable leaves all other attributes as they were",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(accountEnabled), Sources: sources(learnAPI + "user-update"),
				Why: "What is not in the request is not to be cleared. Somebody comes back to an account without department, and falls out of every dynamic group.",
				Fix: "PATCH accountEnabled alone.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.absentee(ctx, portrait())
				before := r.account(ada.ID)
				o := r.enable(ctx, ada)
				r.That("after enable the account has all its other values", r.account(ada.ID), keepsAllOf(before), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.reactivate.licences-kept", Title: "Enable leaves the licences of the account",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(accountEnabled), Sources: sources(learnAPI + "user-assignlicense"),
				Why: "She is back, and her mailbox is counted down to its deletion.",
				Fix: "Take licences away when you are told to, not when you enable.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.absentee(ctx, directory.Properties{"usageLocation": "DE"})
				r.licensed(ada, r.Subscribe(office, seats))
				before := r.licences(ada.ID)
				o := r.enable(ctx, ada)
				r.That("after enable the account has the licences that it had", skus(r.licences(ada.ID)), areSkus(before...), o.Shown()...)
			},
		},
	}
}

// absentee is somebody whom the connector made and an administrator disabled, with these properties besides.
func (r *Rig) absentee(ctx context.Context, more directory.Properties) *Person {
	r.Needs(Enable)
	p := r.Hire(ctx, nil)
	changes := directory.Properties{"accountEnabled": false}
	maps.Copy(changes, more)
	r.prepared(p, changes)
	return p
}

// sessionsFrom is from when sessions of an account are valid.
func sessionsFrom(a account) time.Time {
	if !a.live {
		return time.Time{}
	}
	return directory.Value[time.Time](a.object, "signInSessionsValidFromDateTime")
}

// isSo matches true, in words.
func isSo(yes, no string) worded[bool] {
	return worded[bool]{Want: yes, OK: func(b bool) bool { return b }, Got: func(bool) string { return no }}
}
