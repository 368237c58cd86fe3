package refconnector

import (
	"cmp"
	"context"
)

// managerFaults are about the managers of accounts.
func managerFaults() []Fault {
	return []Fault{
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
			Name: "create-drops-manager", CaughtBy: "connector.sync.manager-set",
			Summary: "A manager that is given to a new account is not sent",
			hooks:   bends(planning("create", func(_ *Connector, _ *operation, steps []step) []step { return less(steps, "manager") })),
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
	}
}
