package refconnector_test

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
)

// Two SKUs whose service plans exclude each other.
const exchangePlan1, exchangePlan2 = "4b9405b0-7788-4568-add1-99614e613b69", "19ec0d23-8335-4cbd-94ac-6050e30712fa"

// licensed is an account with direct licences, and one more from a group.
func (r *rig) licensed(inherited string, direct ...string) string {
	r.Helper()
	for _, sku := range []string{e3, e5, exchangePlan1, exchangePlan2} {
		r.seats(sku, 3)
	}
	ada := r.user("ada", directory.Properties{"usageLocation": "DE"})
	for _, sku := range direct {
		_, err := r.tenant.Directory().AssignLicenses(ada, []directory.AssignedLicense{{SkuID: sku}}, nil)
		r.must(err)
	}
	if inherited != "" {
		_, err := r.tenant.Directory().AssignGroupLicenses(r.group("cast", ada), []directory.AssignedLicense{{SkuID: inherited}}, nil)
		r.must(err)
		r.tenant.Directory().ProcessLicenses()
	}
	return ada
}

// set is what becomes of an account's licences, and how many calls it took.
func set(inherited string, direct, add, remove []string) func(r *rig) string {
	return func(r *rig) string {
		ada := r.licensed(inherited, direct...)
		err := r.SetLicences(r.Context(), ada, add, remove)
		names := strings.NewReplacer(e3, "e3", e5, "e5", exchangePlan1, "x1", exchangePlan2, "x2")
		return names.Replace(words(word(err), r.licences(ada), count(r.log(ada, "{ada}"), "POST /users/{ada}/assignLicense")))
	}
}

func skus(all ...string) []string { return all }

var licenceTrials = []trial{
	{"licence-before-usage-location", func(r *rig) string {
		r.seats(e3, 3)
		ada := r.user("ada", nil)
		updated := r.Update(r.Context(), refconnector.Account, ada, attributes{"azureLicense": e3, "usageLocation": "DE"})
		_, created := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "bob", "azureLicense": e3, "usageLocation": "DE"})
		return words(word(updated), word(created))
	}, "ok ok", "missingUsageLocation missingUsageLocation"}, //nolint:dupword // two answers
	{"licence-sku-part-number", func(r *rig) string {
		ada := r.licensed("")
		err := r.SetLicences(r.Context(), ada, skus(e3), nil)
		return words(err == nil, strings.Contains(r.bodies("POST", "/assignLicense")[0], "SPE_E3"))
	}, "true false", "false true"},
	{"licence-empty-arrays-missing", set("", nil, skus(e3), nil), "ok [e3] 1", "invalidAttribute [] 1"},
	{"licence-remove-add-two-calls", set("", skus(e3), skus(e5), skus(e3)), "ok [e5] 1", "ok [e5] 2"},
	{"licence-strips-inherited", set(e3, skus(e5), nil, skus(e3, e5)), "ok [e3] 1", "licenceUnavailable [e3 e5] 1"},
	{"licence-ignored", set("", nil, skus(e3), nil), "ok [e3] 1", "ok [] 0"},
	{"licence-change-keeps-old", set("", skus(e3), skus(e5), skus(e3)), "ok [e5] 1", "ok [e3 e5] 1"},
	{"licence-removal-ignored", set("", skus(e3), nil, skus(e3)), "ok [] 1", "ok [e3] 0"},
	{"licence-removes-all", set("", skus(e3, e5), nil, skus(e3)), "ok [e5] 1", "ok [] 1"},
	{"licence-first-only", set("", nil, skus(e3, e5), nil), "ok [e3 e5] 1", "ok [e3] 1"},
	{"licence-reassigns", set("", skus(e3), skus(e3), nil), "ok [e3] 0", "ok [e3] 1"},
	{"licence-resets-disabled-plans", func(r *rig) string {
		ada := r.licensed("")
		plan := r.plans(e3)[0]
		_, err := r.tenant.Directory().AssignLicenses(ada, []directory.AssignedLicense{{SkuID: e3, DisabledPlans: []string{plan}}}, nil)
		r.must(err)
		r.must(r.SetLicences(r.Context(), ada, skus(e5), nil))
		states, _ := r.object(ada).Property("assignedLicenses").([]directory.AssignedLicense)
		return words(slices.ContainsFunc(states, func(l directory.AssignedLicense) bool { return slices.Contains(l.DisabledPlans, plan) }))
	}, "true", "false"},
	{"licence-no-seats-hidden", func(r *rig) string {
		r.seats(e3, 1)
		one, two := r.user("one", directory.Properties{"usageLocation": "DE"}), r.user("two", directory.Properties{"usageLocation": "DE"})
		return words(word(r.SetLicences(r.Context(), one, skus(e3), nil)), word(r.SetLicences(r.Context(), two, skus(e3), nil)))
	}, "ok licenceUnavailable", "ok ok"}, //nolint:dupword // two answers
	{"licence-unknown-sku-hidden", set("", nil, skus(nobody), nil), "licenceUnavailable [] 1", "ok [] 1"},
	{"licence-conflict-hidden", set("", nil, skus(exchangePlan1, exchangePlan2), nil), "licenceUnavailable [] 1", "ok [] 1"},
	{"licence-missing-location-hidden", func(r *rig) string {
		r.seats(e3, 1)
		return word(r.SetLicences(r.Context(), r.user("one", nil), skus(e3), nil))
	}, "missingUsageLocation", "ok"},
	{"licence-location-guessed", func(r *rig) string {
		r.seats(e3, 1)
		ada := r.user("ada", nil)
		return words(word(r.SetLicences(r.Context(), ada, skus(e3), nil)), r.object(ada).Property("usageLocation"))
	}, "missingUsageLocation <nil>", "ok US"},
	{"licence-inherited-assigned-again", func(r *rig) string {
		ada := r.licensed(e3)
		r.must(r.Update(r.Context(), refconnector.Account, ada, attributes{"azureLicense": e3}))
		return words(count(r.log(), "POST "))
	}, "0", "1"},
}

// plans are the service plans of a SKU that can be switched off.
func (r *rig) plans(sku string) []string {
	r.Helper()
	var all []string
	for o := range r.tenant.Directory().Snapshot().Objects(directory.SubscribedSku) {
		if plans, ok := o.Property("servicePlans").([]directory.ServicePlan); ok && o.String("skuId") == sku {
			for _, p := range plans {
				if p.AppliesTo == "User" {
					all = append(all, p.ServicePlanID)
				}
			}
		}
	}
	return all
}
