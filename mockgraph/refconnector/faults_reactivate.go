package refconnector

import (
	"context"
)

// reactivateFaults are about accounts opened again.
func reactivateFaults() []Fault {
	return []Fault{
		{
			Name: "enable-ignored", CaughtBy: "connector.reactivate.account-enabled",
			Summary: "Enabling sends no write and reports success",
			hooks:   bends(ignored("enable")),
		},
		{
			Name: "enable-creates-new", CaughtBy: "connector.reactivate.same-object",
			Summary: "Enabling deletes the account and creates it anew: the id is a new one",
			hooks: bends(around("enable", func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
				present, err := c.Read(ctx, Account, o.id)
				if err != nil {
					return next(ctx)
				}
				return recreate(ctx, c, o.id, present.Attributes, o.attributes)
			})),
		},
		{
			Name: "enable-resets-password", CaughtBy: "connector.reactivate.password-untouched",
			Summary: "PATCH that enables also carries passwordProfile with the base password",
			hooks: bends(writing("enable", Account, func(c *Connector, _ *operation, body map[string]any) {
				if len(body) > 0 {
					body["passwordProfile"] = c.passwordProfile("")
				}
			})),
		},
		{
			Name: "enable-revokes-sessions", CaughtBy: "connector.reactivate.sessions-untouched",
			Summary: "Enabling also sends revokeSignInSessions",
			hooks: bends(planning("enable", func(c *Connector, o *operation, steps []step) []step {
				return append(steps, step{"revoke", func(ctx context.Context) error { return c.revoke(ctx, o) }})
			})),
		},
		{
			Name: "enable-clears-attributes", CaughtBy: "connector.reactivate.attributes-kept",
			Summary: "PATCH that enables also carries jobTitle, department and companyName as null",
			hooks: bends(writing("enable", Account, func(_ *Connector, _ *operation, body map[string]any) {
				if len(body) > 0 {
					body["jobTitle"], body["department"], body["companyName"] = nil, nil, nil
				}
			})),
		},
		{
			Name: "enable-strips-licences", CaughtBy: "connector.reactivate.licences-kept",
			Summary: "Enabling also removes every licence by assignLicense",
			hooks:   bends(after("enable", stripLicences)),
		},
	}
}
