package refconnector

import (
	"context"
	"maps"
)

// identityFaults are about which object an update is of, and its name.
func identityFaults() []Fault {
	return []Fault{
		{
			Name: "update-by-display-name", CaughtBy: "connector.sync.right-object",
			Summary: "Update looks for the account by $filter=displayName eq and patches one of those found: where two have the name, the other one",
			hooks:   bends(ofClass(Account, before("update", namesake))),
		},
		{
			Name: "update-creates-missing", CaughtBy: "connector.sync.unknown-object",
			Summary: "Update of an id that Graph does not know (404) creates a new account by POST /users",
			hooks: bends(ofClass(Account, around("update", func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
				err := next(ctx)
				if !isGone(err) {
					return err
				}
				attributes := maps.Clone(o.attributes)
				if _, ok := given(o, nameAttribute, "userPrincipalName"); !ok {
					attributes[nameAttribute] = "account." + o.id[:min(len(o.id), 8)]
				}
				_, err = c.Create(ctx, Account, attributes)
				return err
			}))),
		},
		{
			Name: "rename-ignored", CaughtBy: "connector.sync.renamed",
			Summary: "A changed userPrincipalName is not sent: the old one stays",
			hooks: bends(hooks{asked: func(_ *Connector, o *operation, w *wanted) {
				if o.name == "update" {
					delete(w.properties, "userPrincipalName")
				}
			}}),
		},
		{
			Name: "rename-recreates", CaughtBy: "connector.sync.rename-keeps-id",
			Summary: "A changed userPrincipalName deletes the account and creates another: the id is a new one",
			hooks: bends(ofClass(Account, around("update", func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
				name, asked := given(o, nameAttribute, "userPrincipalName")
				whole, _ := name.(string)
				present, err := c.Read(ctx, Account, o.id)
				if err != nil || !asked || c.qualified(whole) == present.Name {
					return next(ctx)
				}
				return recreate(ctx, c, o.id, present.Attributes, o.attributes)
			}))),
		},
	}
}
