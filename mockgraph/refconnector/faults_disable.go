package refconnector

import (
	"context"
	"net/http"
	"slices"
)

// disableFaults are about blocked accounts.
func disableFaults() []Fault {
	return []Fault{
		{
			Name: "disable-ignored", CaughtBy: "connector.disable.account-disabled",
			Summary: "Disabling sends no write and reports success",
			hooks:   bends(ignored("disable")),
		},
		{
			Name: "disable-deletes", CaughtBy: "connector.disable.never-deletes",
			Summary: "Disabling sends DELETE /users/{id}",
			hooks: bends(around("disable", func(ctx context.Context, c *Connector, o *operation, _ func(context.Context) error) error {
				return sends(ctx, c, o, http.MethodDelete, objectPath(Account, o.id))
			})),
		},
		{
			Name: "disable-string", CaughtBy: "connector.disable.boolean",
			Summary: "PATCH carries accountEnabled \"False\" as a string; Graph answers 400",
			hooks: bends(writing("disable", Account, func(_ *Connector, _ *operation, body map[string]any) {
				if len(body) > 0 {
					body["accountEnabled"] = "False"
				}
			})),
		},
		{
			Name: "disable-renames", CaughtBy: "connector.disable.nothing-else",
			Summary: "PATCH that disables also changes displayName to \"(disabled) …\"",
			hooks: bends(writing("disable", Account, func(_ *Connector, o *operation, body map[string]any) {
				if len(body) > 0 {
					body["displayName"] = "(disabled) " + o.id
				}
			})),
		},
		{
			Name: "disable-strips-licences", CaughtBy: "connector.disable.licences-kept",
			Summary: "Disabling also removes every licence by assignLicense",
			hooks:   bends(after("disable", stripLicences)),
		},
		{
			Name: "disable-strips-groups", CaughtBy: "connector.disable.memberships-kept",
			Summary: "Disabling also removes the account from its groups",
			hooks: bends(after("disable", func(ctx context.Context, c *Connector, o *operation) error {
				groups, err := listIDs(ctx, c, o, "/groups")
				for _, group := range groups {
					if err := c.RemoveMembers(ctx, group, o.id); err != nil {
						return err
					}
				}
				return err
			})),
		},
		{
			Name: "disable-again-fails", CaughtBy: "connector.disable.again",
			Summary: "Disabling an account that is disabled is reported as an error",
			hooks: bends(planning("disable", func(_ *Connector, o *operation, steps []step) []step {
				return slices.Insert(steps, 1, step{"refuse", func(context.Context) error {
					if o.current["accountEnabled"] == false {
						return invalid(enableAttribute, "the account is disabled already")
					}
					return nil
				}})
			})),
		},
		{
			Name: "disable-keeps-sessions", CaughtBy: "connector.disable.sessions-revoked",
			Summary: "Disabling sends no POST /users/{id}/revokeSignInSessions",
			hooks:   bends(planning("disable update", func(_ *Connector, _ *operation, steps []step) []step { return less(steps, "revoke") })),
		},
		{
			Name: "revokes-before-disabling", CaughtBy: "connector.disable.sessions-revoked-last",
			Summary: "revokeSignInSessions is sent before accountEnabled is false: between the two a new session can begin",
			hooks: bends(planning("disable", func(_ *Connector, _ *operation, steps []step) []step {
				i := slices.IndexFunc(steps, func(s step) bool { return s.name == "revoke" })
				if i < 0 {
					return steps
				}
				revoke := steps[i]
				return slices.Insert(slices.Delete(steps, i, i+1), 0, revoke)
			})),
		},
		{
			Name: "disable-unknown-hidden", CaughtBy: "connector.disable.unknown-account",
			Summary: "Disabling an id that Graph does not know (404) is reported as success",
			hooks:   bends(hides("disable", withCode(UnknownObject))),
		},
	}
}
