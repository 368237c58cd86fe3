package refconnector

import (
	"cmp"
	"context"
	"maps"
	"strings"
)

// updateFaults are about changes of accounts, and reading them.
func updateFaults() []Fault {
	return []Fault{
		{
			Name: "update-always-writes", CaughtBy: "connector.sync.no-needless-writes",
			Summary: "PATCH /users/{id} is sent with the asked values also when none of them differs from what was read",
			hooks: bends(writing("update", Account, func(_ *Connector, o *operation, body map[string]any) {
				if len(body) == 0 {
					writeAll(o, body)
				}
			})),
		},
		{
			Name: "update-sends-everything", CaughtBy: "connector.sync.only-changes",
			Summary: "When one property differs, PATCH carries every property of the update, the unchanged too",
			hooks: bends(writing("update", Account, func(_ *Connector, o *operation, body map[string]any) {
				if len(body) > 0 {
					writeAll(o, body)
				}
			})),
		},
		{
			Name: "update-merges-arrays", CaughtBy: "connector.sync.arrays-replaced", SeenIn: "Evolveum/connector-microsoft-graph-api",
			Summary: "PATCH carries the union of the otherMails that are there and those asked for; nothing is ever taken out",
			hooks: bends(writing("update", Account, func(_ *Connector, o *operation, body map[string]any) {
				if mails, ok := body["otherMails"]; ok {
					body["otherMails"] = union(strs(o.current["otherMails"]), strs(mails))
				}
			})),
		},
		{
			Name: "array-first-value-only", CaughtBy: "connector.sync.arrays-whole",
			Summary: "PATCH carries the first value of otherMails only",
			hooks: bends(writing("create update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				if mails := strs(body["otherMails"]); len(mails) > 1 {
					body["otherMails"] = mails[:1]
				}
			})),
		},
		{
			Name: "clear-sends-empty-string", CaughtBy: "connector.sync.cleared-as-null",
			Summary: "A cleared property is sent as \"\" and not as null; Graph answers 400",
			hooks: bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				for _, p := range properties(Account) {
					if p.in(body) && p.of(body) == nil {
						p.put(body, "")
					}
				}
			})),
		},
		{
			Name: "clear-ignored", CaughtBy: "connector.sync.cleared",
			Summary: "A cleared property is left out of PATCH: the value stays",
			hooks: bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				for _, p := range properties(Account) {
					if p.in(body) && empty(p.of(body)) {
						p.drop(body)
					}
				}
			})),
		},
		{
			Name: "case-change-ignored", CaughtBy: "connector.sync.case-change",
			Summary: "Values are compared without regard to case: a change of letters' case alone is not sent",
			hooks: bends(hooks{same: func(_ string, current, wanted any, same bool) bool {
				a, _ := current.(string)
				b, _ := wanted.(string)
				return same || a != "" && strings.EqualFold(a, b)
			}}),
		},
		{
			Name: "password-reset-on-every-update", CaughtBy: "connector.sync.password-untouched",
			Summary: "Every PATCH /users/{id} also carries passwordProfile with the base password",
			hooks: bends(writing("update", Account, func(c *Connector, _ *operation, body map[string]any) {
				if len(body) > 0 && body["passwordProfile"] == nil {
					body["passwordProfile"] = c.passwordProfile("")
				}
			})),
		},
		{
			Name: "password-change-ignored", CaughtBy: "connector.sync.password-set",
			Summary: "__PASSWORD__ in an update is not sent",
			hooks:   bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) { delete(body, "passwordProfile") })),
		},
		{
			Name: "update-touches-enabled", CaughtBy: "connector.sync.enabled-untouched",
			Summary: "Every PATCH /users/{id} also carries accountEnabled true, so that a blocked account is open again",
			hooks: bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				if _, asked := body["accountEnabled"]; len(body) > 0 && !asked {
					body["accountEnabled"] = true
				}
			})),
		},
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
			Summary: "A changed __NAME__ is not sent: userPrincipalName stays",
			hooks: bends(hooks{asked: func(_ *Connector, o *operation, w *wanted) {
				if o.name == "update" {
					delete(w.properties, "userPrincipalName")
				}
			}}),
		},
		{
			Name: "rename-recreates", CaughtBy: "connector.sync.rename-keeps-id",
			Summary: "A changed __NAME__ deletes the account and creates another: the id is a new one",
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
		{
			Name: "manager-by-patch", CaughtBy: "connector.sync.manager-set",
			Summary: "The manager is sent as a property of PATCH /users/{id}, not by PUT /users/{id}/manager/$ref; Graph answers 400",
			hooks: bends(planning("create update", func(c *Connector, o *operation, steps []step) []step {
				for i := range steps {
					if steps[i].name == "manager" {
						steps[i].do = func(ctx context.Context) error {
							return c.write(ctx, o, cmp.Or(o.made, o.id), map[string]any{managerAttribute: *o.wanted.manager})
						}
					}
				}
				return steps
			})),
		},
		{
			Name: "manager-change-ignored", CaughtBy: "connector.sync.manager-changed",
			Summary: "A manager is sent only while the account has none",
			hooks: bends(hooks{same: func(name string, current, wanted any, same bool) bool {
				return same || name == managerAttribute && current != "" && wanted != ""
			}}),
		},
		{
			Name: "manager-clear-ignored", CaughtBy: "connector.sync.manager-cleared",
			Summary: "A cleared manager sends no DELETE /users/{id}/manager/$ref",
			hooks: bends(hooks{same: func(name string, _, wanted any, same bool) bool {
				return same || name == managerAttribute && wanted == ""
			}}),
		},
		{
			Name: "manager-always-written", CaughtBy: "connector.sync.manager-unchanged",
			Summary: "PUT /users/{id}/manager/$ref is sent also when the manager is the same",
			hooks: bends(hooks{same: func(name string, _, wanted any, same bool) bool {
				return same && (name != managerAttribute || wanted == "")
			}}),
		},
		{
			Name: "extension-attributes-wiped", CaughtBy: "connector.sync.extension-attributes-kept",
			Summary: "PATCH of one onPremisesExtensionAttributes member carries all fifteen, the others as null",
			hooks: bends(writing("update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				if _, ok := body[extensions]; !ok {
					return
				}
				for _, p := range properties(Account) {
					if p.member != "" && !p.in(body) {
						p.put(body, nil)
					}
				}
			})),
		},
	}
}
