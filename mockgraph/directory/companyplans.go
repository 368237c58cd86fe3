package directory

import (
	"slices"
	"strings"
)

// AssignedPlans returns the service plans the tenant has through its subscriptions, each once, in the order of their ids. Since when
// is not kept: AssignedDateTime is zero.
// Source: learn.microsoft.com/graph/api/resources/organization, assignedPlans.
func (s *Snapshot) AssignedPlans() []AssignedPlan {
	var all []AssignedPlan
	for sku := range s.Objects(SubscribedSku) {
		if sku.String("capabilityStatus") == "Deleted" {
			continue
		}
		for _, p := range get[[]ServicePlan](sku, "servicePlans") {
			all = append(all, AssignedPlan{CapabilityStatus: "Enabled", Service: serviceOf(p.ServicePlanName), ServicePlanID: p.ServicePlanID})
		}
	}
	slices.SortFunc(all, func(a, b AssignedPlan) int { return strings.Compare(a.ServicePlanID, b.ServicePlanID) })
	return slices.Compact(all)
}

// Plan returns the edition the tenant has.
func (d *Directory) Plan() Plan { return d.plan }
