package connector

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// The checks that own what the other checks of disabling take for given.
const (
	accountDisabled = "connector.disable.account-disabled"
	neverDeletes    = "connector.disable.never-deletes"
)

const learnRevoke = "https://learn.microsoft.com/entra/identity/users/users-revoke-access"

func disableChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: accountDisabled, Title: "Disable blocks the sign-in of an account",
				Level: result.Required, Breaks: breaksEntra, Causes: needs("connector.disable.boolean"), Sources: sources(learnAPI+"user-update", learnUser),
				Why: "Somebody was dismissed. The product says that she is locked out, and she reads her mail.",
				Fix: "PATCH /users/{id} with accountEnabled false, and read Graph's answer.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Disable)
				ada := r.Hire(ctx, nil)
				o := r.Do(ctx, Request{Operation: Disable, Type: User, ID: ada.ID})
				if a := r.account(ada.ID); !a.live {
					r.Block(neverDeletes, fmt.Sprintf("after disable %v", a), o.Shown()...)
				}
				r.Must("disable of an account that is enabled succeeds", o, succeeds(), o.Shown()...)
				r.That("after disable the tenant has the account with accountEnabled false", r.account(ada.ID), isDisabled(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: neverDeletes, Title: "Disable leaves the account in the tenant",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAPI+"user-delete", learnRevoke),
				Why: "Disabled is not deleted. Her licences are free at once, her memberships end, and after 30 days her mailbox and files are gone for good.",
				Fix: "Send PATCH with accountEnabled false, never DELETE.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Disable)
				ada := r.Hire(ctx, nil)
				o := r.Do(ctx, Request{Operation: Disable, Type: User, ID: ada.ID})
				r.That("after disable the account is still in the tenant", r.account(ada.ID), isLive(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.disable.boolean", Title: "Disable sends accountEnabled as a JSON boolean",
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnUser, learnAPI+"user-update"),
				Why: "Graph refuses a text such as \"False\" with 400. Nobody is ever disabled.",
				Fix: "Write false without quotes.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Disable)
				ada := r.Hire(ctx, nil)
				o := r.Do(ctx, Request{Operation: Disable, Type: User, ID: ada.ID})
				for _, a := range asksThat(o.Calls, http.MethodPatch, "/users/*", nil) {
					if sent := a.member("accountEnabled"); sent != nil {
						r.That("PATCH carries accountEnabled as the JSON boolean false", sent, isJSON("false"), a.call.shown()...)
					}
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.disable.nothing-else", Title: "Disable changes accountEnabled and nothing else of the account",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(accountDisabled), Sources: sources(learnAPI + "user-update"),
				Why: "Nobody asked for it, and whoever enables her again does not put it back. A name with \"(disabled)\" in front stays in every address book.",
				Fix: "PATCH accountEnabled alone.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Disable)
				ada := r.Hire(ctx, nil)
				r.prepared(ada, portrait())
				before := r.account(ada.ID)
				o := r.disable(ctx, ada)
				r.That("after disable the account has all its other values", r.account(ada.ID), keepsAllOf(before), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.disable.again", Title: "Disable of an account that is disabled already is no error",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(accountDisabled), Sources: sources(learnAPI + "user-update"),
				Why: "After a lost answer the same disable comes again. If it is an error the product goes on trying for ever, or shows somebody as not disabled who is.",
				Fix: "Let disable end well when accountEnabled is false already.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Disable)
				ada := r.Hire(ctx, nil)
				r.disable(ctx, ada)
				again := r.Do(ctx, Request{Operation: Disable, Type: User, ID: ada.ID})
				r.That("disable of an account that is disabled succeeds", again, succeeds(), again.Shown()...)
				r.That("an account that was disabled twice is disabled", r.account(ada.ID), isDisabled(), again.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.disable.unknown-account", Title: "Disable of an account that does not exist is an error",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(accountDisabled), Sources: sources(learnErrors, learnAPI+"user-update"),
				Why: "The product has a wrong id and is told that all is well. Whoever was to be locked out still has an account, under another id.",
				Fix: "Tell Graph's 404 (Request_ResourceNotFound) to the caller.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Disable)
				o := r.Do(ctx, Request{Operation: Disable, Type: User, ID: r.names.uuid()})
				r.That("disable of an id that nobody has is an error", o, fails(), o.Shown()...)
			},
		},
	}
}

// isJSON matches a raw JSON value that is written so.
func isJSON(want string) worded[json.RawMessage] {
	return worded[json.RawMessage]{Want: want, OK: func(m json.RawMessage) bool { return string(m) == want }, Got: func(m json.RawMessage) string { return string(m) }}
}
