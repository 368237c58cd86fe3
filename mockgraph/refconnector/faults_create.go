package refconnector

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
)

// createFaults are about new accounts.
func createFaults() []Fault {
	return []Fault{
		{
			Name: "upn-unverified-domain", CaughtBy: "connector.create.verified-domain",
			Summary: "POST /users completes a bare name with example.com in place of the configured domain; Graph answers 400",
			hooks: bends(hooks{asked: func(_ *Connector, o *operation, w *wanted) {
				name, _ := given(o, nameAttribute, "userPrincipalName")
				if bare, _ := name.(string); o.name == "create" && o.class == Account && !strings.Contains(bare, "@") {
					w.properties["userPrincipalName"] = bare + "@example.com"
				}
			}}),
		},
		{
			Name: "name-domain-doubled", CaughtBy: "connector.create.name-with-domain",
			Summary: "POST /users adds the configured domain also to a name that has one (ada@contoso.example@contoso.example); Graph answers 400",
			hooks: bends(hooks{asked: func(c *Connector, o *operation, w *wanted) {
				name, _ := given(o, nameAttribute, "userPrincipalName")
				if whole, _ := name.(string); o.name == "create" && o.class == Account && strings.Contains(whole, "@") {
					w.properties["userPrincipalName"] = whole + "@" + c.config.Domain
				}
			}}),
		},
		{
			Name: "duplicate-upn-hidden", CaughtBy: "connector.create.duplicate-upn",
			Summary: "Graph's 400 ObjectConflict on POST /users is taken for success: the id of the account that has the name is read and returned as if it had been made",
			hooks: bends(ofClass(Account, around("create", func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
				err := next(ctx)
				if codeOf(err) != AlreadyExists || o.wanted == nil {
					return err
				}
				found, err := c.get(ctx, &operation{name: "read", class: Account, id: o.wanted.text("userPrincipalName")}, query{{"$select", "id"}})
				o.made, _ = found["id"].(string)
				return err
			}))),
		},
		{
			Name: "duplicate-expects-409", CaughtBy: "connector.create.duplicate-explained",
			Summary: "A taken userPrincipalName is recognised by status 409 only; Graph's 400 with ObjectConflict is reported as code \"invalidAttribute\", not \"alreadyExists\"",
			hooks: bends(around("create", func(ctx context.Context, _ *Connector, _ *operation, next func(context.Context) error) error {
				err := next(ctx)
				if e, ok := errors.AsType[*Error](err); ok && e.Code == AlreadyExists && e.Status != http.StatusConflict {
					e.Code = InvalidAttribute
				}
				return err
			})),
		},
		{
			Name: "weak-password-replaced", CaughtBy: "connector.create.password-policy",
			Summary: "When Graph refuses the password, POST /users is sent again with the base password and success is reported",
			hooks: bends(around("create", func(ctx context.Context, _ *Connector, o *operation, next func(context.Context) error) error {
				err := next(ctx)
				if codeOf(err) != PasswordPolicy {
					return err
				}
				o.attributes = maps.Clone(o.attributes)
				delete(o.attributes, passwordAttribute)
				return next(ctx)
			})),
		},
		{
			Name: "password-ignored", CaughtBy: "connector.create.password",
			Summary: "POST /users always carries the base password, also when a password was given",
			hooks: bends(hooks{asked: func(_ *Connector, o *operation, w *wanted) {
				if o.name == "create" {
					w.password = ""
				}
			}}),
		},
		{
			Name: "create-ignored", CaughtBy: "connector.create.user",
			Summary: "Create of an account sends no request and reports success",
			hooks: bends(hooks{operation: func(ctx context.Context, _ *Connector, o *operation, next func(context.Context) error) error {
				if o.name == "create" && o.class == Account {
					return nil
				}
				return next(ctx)
			}}),
		},
		{
			Name: "create-ignores-enabled", CaughtBy: "connector.create.disabled-account",
			Summary: "POST /users always carries accountEnabled true, also for an account that is to be made disabled",
			hooks: bends(writing("create", Account, func(_ *Connector, _ *operation, body map[string]any) {
				body["accountEnabled"] = true
			})),
		},
		{
			Name: "create-disabled", CaughtBy: "connector.create.enabled-account",
			Summary: "POST /users always carries accountEnabled false",
			hooks: bends(writing("create", Account, func(_ *Connector, _ *operation, body map[string]any) {
				body["accountEnabled"] = false
			})),
		},
		{
			Name: "display-name-missing", CaughtBy: "connector.create.required-properties",
			Summary: "POST /users carries no displayName when none is given in place of one made from the name; Graph answers 400",
			hooks: bends(writing("create", Account, func(_ *Connector, o *operation, body map[string]any) {
				if _, ok := given(o, "displayName"); !ok {
					delete(body, "displayName")
				}
			})),
		},
		{
			Name: "mail-nickname-with-at", CaughtBy: "connector.create.mail-nickname",
			Summary: "POST /users without a given mailNickname uses the whole userPrincipalName for it, at sign included; Graph answers 400",
			hooks: bends(writing("create", Account, func(_ *Connector, o *operation, body map[string]any) {
				if _, ok := given(o, "mailNickname"); !ok {
					body["mailNickname"] = body["userPrincipalName"]
				}
			})),
		},
		{
			Name: "create-drops-usage-location", CaughtBy: "connector.create.usage-location",
			Summary: "POST /users carries no usageLocation though one is given",
			hooks: bends(writing("create", Account, func(_ *Connector, _ *operation, body map[string]any) {
				delete(body, "usageLocation")
			})),
		},
		{
			Name: "usage-location-three-letters", CaughtBy: "connector.create.usage-location-code",
			Summary: "usageLocation is sent as an ISO 3166 code of three letters (DEU for DE); Graph answers 400",
			hooks: bends(writing("create update", Account, func(_ *Connector, _ *operation, body map[string]any) {
				if code, _ := body["usageLocation"].(string); code != "" {
					body["usageLocation"] = threeLetters(code)
				}
			})),
		},
		{
			Name: "create-patches-after", CaughtBy: "connector.create.one-request",
			Summary: "After POST /users the same properties are sent again by PATCH /users/{id}",
			hooks: bends(ofClass(Account, planning("create", func(c *Connector, o *operation, steps []step) []step {
				return append(steps, step{"patch", func(ctx context.Context) error { return c.write(ctx, o, o.made, o.wanted.body()) }})
			}))),
		},
		{
			Name: "create-returns-name", CaughtBy: "connector.create.identifier",
			Summary: "Create returns the userPrincipalName as the id of the account, not the id that POST /users answered",
			hooks: bends(ofClass(Account, after("create", func(_ context.Context, _ *Connector, o *operation) error {
				o.made = o.wanted.text("userPrincipalName")
				return nil
			}))),
		},
		{
			Name: "latin-letters-lost", CaughtBy: "connector.create.unicode", SeenIn: "Evolveum/connector-microsoft-graph-api",
			Summary: "Letters beyond ASCII in the bodies of POST and PATCH become question marks",
			hooks: bends(hooks{call: func(_ context.Context, _ *Connector, k *call) {
				if k.body != nil {
					k.body, _ = ascii(k.body).(map[string]any)
				}
			}}),
		},
	}
}
