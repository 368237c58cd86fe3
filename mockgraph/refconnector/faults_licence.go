package refconnector

import (
	"context"
)

// licenceFaults are about licences.
func licenceFaults() []Fault {
	return []Fault{
		{
			Name: "licence-before-usage-location", CaughtBy: "connector.licence.usage-location-first",
			Summary: "When a create or update gives a licence and usageLocation together, assignLicense is sent before usageLocation (POST leaves it out, PATCH comes after); Graph answers 400",
			hooks: bends(hooks{
				written: func(_ *Connector, o *operation, body map[string]any) {
					if o.name == "create" && o.wanted.licences != nil {
						delete(body, "usageLocation")
					}
				},
				steps: licencesFirst,
			}),
		},
		{
			Name: "licence-sku-part-number", CaughtBy: "connector.licence.sku-id",
			Summary: "addLicenses carries skuPartNumber (SPE_E3) where Graph wants skuId; Graph answers 400",
			hooks:   bends(hooks{call: partNumbers}),
		},
		{
			Name: "licence-empty-arrays-missing", CaughtBy: "connector.licence.both-arrays", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "assignLicense leaves out addLicenses or removeLicenses when it is empty; Graph answers 400 for the parameter that is missing",
			hooks: bends(hooks{call: func(_ context.Context, _ *Connector, k *call) {
				if !isAssign(k) {
					return
				}
				for _, name := range []string{"addLicenses", "removeLicenses"} {
					if empty(k.body[name]) {
						delete(k.body, name)
					}
				}
			}}),
		},
		{
			Name: "licence-remove-add-two-calls", CaughtBy: "connector.licence.change-in-one-call", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "A change of licence is sent as two assignLicense calls, removal first: between the two the account has none",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, _ *operation, a *assignment) ([]*assignment, error) {
				if len(a.add) == 0 || len(a.remove) == 0 {
					return []*assignment{a}, nil
				}
				first, second := *a, *a
				first.add, second.remove = nil, nil
				return []*assignment{&first, &second}, nil
			}}),
		},
		{
			Name: "licence-strips-inherited", CaughtBy: "connector.licence.inherited-left-alone",
			Summary: "removeLicenses carries also a licence that comes from a group; Graph answers 400",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, o *operation, a *assignment) ([]*assignment, error) {
				if o.name == "setLicences" {
					a.remove = union(a.remove, common(o.remove, a.inherited))
				} else if o.wanted != nil && o.wanted.licences != nil {
					a.remove = union(a.remove, lacking(a.inherited, *o.wanted.licences))
				}
				return []*assignment{a}, nil
			}}),
		},
		{
			Name: "licence-inherited-stops-removal", CaughtBy: "connector.licence.inherited-left-alone",
			Summary: "Nothing is removed from an account that has a licence from a group",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, o *operation, a *assignment) ([]*assignment, error) {
				if o.name == "setLicences" && len(a.inherited) > 0 && len(a.remove) > 0 {
					return nil, nil
				}
				return []*assignment{a}, nil
			}}),
		},
		{
			Name: "licence-ignored", CaughtBy: "connector.licence.assign",
			Summary: "Assigning a licence sends no request and reports success",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, _ *operation, a *assignment) ([]*assignment, error) {
				a.add = nil
				return []*assignment{a}, nil
			}}),
		},
		{
			Name: "licence-change-keeps-old", CaughtBy: "connector.licence.changed",
			Summary: "A change of licence sends addLicenses only: the old one stays",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, _ *operation, a *assignment) ([]*assignment, error) {
				if len(a.add) > 0 {
					a.remove = nil
				}
				return []*assignment{a}, nil
			}}),
		},
		{
			Name: "licence-removal-ignored", CaughtBy: "connector.licence.removed",
			Summary: "Removing a licence sends no request",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, _ *operation, a *assignment) ([]*assignment, error) {
				a.remove = nil
				return []*assignment{a}, nil
			}}),
		},
		{
			Name: "licence-removes-all", CaughtBy: "connector.licence.removed-alone",
			Summary: "Removing one licence removes every direct one",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, _ *operation, a *assignment) ([]*assignment, error) {
				if len(a.remove) > 0 {
					a.remove = lacking(a.direct, a.add)
				}
				return []*assignment{a}, nil
			}}),
		},
		{
			Name: "licence-first-only", CaughtBy: "connector.licence.several",
			Summary: "Of several licences to add the first alone is sent",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, _ *operation, a *assignment) ([]*assignment, error) {
				a.add = a.add[:min(len(a.add), 1)]
				return []*assignment{a}, nil
			}}),
		},
		{
			Name: "licence-reassigns", CaughtBy: "connector.licence.no-needless-writes",
			Summary: "addLicenses carries a licence that the account already has: a needless write",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, o *operation, a *assignment) ([]*assignment, error) {
				if o.name == "setLicences" {
					a.add = union(a.add, common(o.add, a.direct))
				} else if o.wanted != nil && o.wanted.licences != nil {
					a.add = union(a.add, common(*o.wanted.licences, a.direct))
				}
				return []*assignment{a}, nil
			}}),
		},
		{
			Name: "licence-resets-disabled-plans", CaughtBy: "connector.licence.disabled-plans-kept",
			Summary: "assignLicense repeats the present licences with empty disabledPlans: plans switched off are on again",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, _ *operation, a *assignment) ([]*assignment, error) {
				if len(a.add)+len(a.remove) > 0 {
					a.add = union(a.add, lacking(a.direct, a.remove))
				}
				return []*assignment{a}, nil
			}}),
		},
		{
			Name: "licence-no-seats-hidden", CaughtBy: "connector.licence.no-seats", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "Graph's 400 that no seat is left is taken for success",
			hooks:   bends(judging(saying("does not have any available licenses"), swallows)),
		},
		{
			Name: "licence-unknown-sku-hidden", CaughtBy: "connector.licence.unknown-sku", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "Graph's 400 that the SKU is unknown is taken for success",
			hooks:   bends(judging(saying("valid company license"), swallows)),
		},
		{
			Name: "licence-conflict-hidden", CaughtBy: "connector.licence.plan-conflict", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "Graph's 400 that service plans exclude each other is taken for success",
			hooks:   bends(judging(saying("mutually exclusive"), swallows)),
		},
		{
			Name: "licence-missing-location-hidden", CaughtBy: "connector.licence.missing-usage-location",
			Summary: "An account without usageLocation gets no licence and success is reported",
			hooks:   bends(hides("setLicences update", withCode(MissingUsageLocation))),
		},
		{
			Name: "licence-location-guessed", CaughtBy: "connector.licence.location-not-guessed",
			Summary: "An account without usageLocation gets US by PATCH before its licence",
			hooks: bends(hooks{assigned: func(ctx context.Context, c *Connector, o *operation, a *assignment) ([]*assignment, error) {
				if len(a.add) > 0 && a.location == "" {
					a.location = "US"
					if err := c.write(ctx, &operation{name: o.name, class: Account}, a.id, map[string]any{"usageLocation": a.location}); err != nil {
						return nil, err
					}
				}
				return []*assignment{a}, nil
			}}),
		},
		{
			Name: "licence-inherited-assigned-again", CaughtBy: "connector.licence.inherited-not-doubled",
			Summary: "A licence that a group already gives (assignedByGroup in licenseAssignmentStates) is assigned directly too",
			hooks: bends(hooks{assigned: func(_ context.Context, _ *Connector, o *operation, a *assignment) ([]*assignment, error) {
				if o.wanted != nil && o.wanted.licences != nil {
					a.add = union(a.add, lacking(common(*o.wanted.licences, a.inherited), a.direct))
				}
				return []*assignment{a}, nil
			}}),
		},
	}
}
