package connector

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// The licences that checks use, by part number. office and small hold plans that exclude each other; all others go together.
const (
	office   = "SPE_E3"
	mobility = "EMS"
	reports  = "POWER_BI_STANDARD"
	small    = "STANDARDPACK"
	seats    = 10
)

// Subscribe lets the tenant buy seats of a licence, and returns its SKU id.
func (r *Rig) Subscribe(part string, seats int) string {
	return must(r.Tenant.Directory().Subscribe(part, seats)).String("skuId")
}

// located lets the tenant's administrator give somebody a usage location, if she has none.
func (r *Rig) located(p *Person) {
	if r.account(p.ID).object.String("usageLocation") == "" {
		r.prepared(p, directory.Properties{"usageLocation": "DE"})
	}
}

// licensed lets the tenant's administrator give somebody licences.
func (r *Rig) licensed(p *Person, skus ...string) {
	r.located(p)
	var add []directory.AssignedLicense
	for _, sku := range skus {
		add = append(add, directory.AssignedLicense{SkuID: sku})
	}
	must(r.Tenant.Directory().AssignLicenses(p.ID, add, nil))
}

// licensedWithout is [Rig.licensed] with a plan that is switched off.
func (r *Rig) licensedWithout(p *Person, sku, plan string) {
	r.located(p)
	must(r.Tenant.Directory().AssignLicenses(p.ID, []directory.AssignedLicense{{SkuID: sku, DisabledPlans: []string{plan}}}, nil))
}

// planOf is a plan of a licence that no other plan needs.
func planOf(part string) string {
	sku, _ := directory.FindSku(part)
	i := slices.IndexFunc(sku.Plans, func(p directory.ServicePlan) bool {
		return strings.HasPrefix(p.ServicePlanName, "YAMMER") || p.ServicePlanName == "SWAY"
	})
	if i < 0 {
		panic("there is no plan of " + part + " to switch off")
	}
	return sku.Plans[i].ServicePlanID
}

// switchedOff are the plans of a licence that somebody has from herself that are off.
func (r *Rig) switchedOff(id, sku string) skus {
	var off []string
	if a := r.account(id); a.live {
		for _, s := range directory.Value[[]directory.LicenseAssignmentState](a.object, "licenseAssignmentStates") {
			if s.SkuID == sku && s.AssignedByGroup == nil {
				off = append(off, s.DisabledPlans...)
			}
		}
	}
	return off
}

// licensedGroup lets the tenant's administrator make a group that gives a licence, with somebody in it who has the licence from then on.
func (r *Rig) licensedGroup(p *Person, sku string) {
	r.located(p)
	d := r.Tenant.Directory()
	tag := r.names.text(6)
	g := must(d.Create(directory.Group, directory.Properties{"displayName": "Licensed " + tag, "mailNickname": "licensed-" + tag, "mailEnabled": false, "securityEnabled": true}))
	must(d.AssignGroupLicenses(g.ID(), []directory.AssignedLicense{{SkuID: sku}}, nil))
	check(d.AddMember(g.ID(), p.ID))
	d.ProcessLicenses()
}

// assigned has the connector give somebody a licence. That it does is given: else the check is blocked.
func (r *Rig) assigned(ctx context.Context, p *Person, sku string) Result {
	o := r.Do(ctx, Request{Operation: AssignLicense, Type: User, ID: p.ID, Licenses: []string{sku}})
	if o.Err != nil || !slices.Contains(r.licences(p.ID), sku) {
		r.blockBut(assign, fmt.Sprintf("%v, and the account has %v", o, skus(r.licences(p.ID))), o.Shown()...)
	}
	return o
}

// skus are ids of licences or of their plans.
type skus []string

// String names them by part number.
func (s skus) String() string {
	if len(s) == 0 {
		return "none"
	}
	var names []string
	for _, id := range s {
		name := id
		for _, sku := range []string{office, mobility, reports, small} {
			if known, _ := directory.FindSku(sku); strings.EqualFold(known.ID, id) {
				name = sku
			}
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// areSkus matches these ids, in any order.
func areSkus(want ...string) worded[skus] {
	sorted := func(ids []string) []string { return slices.Sorted(slices.Values(ids)) }
	return worded[skus]{Want: skus(want).String(), OK: func(have skus) bool { return slices.Equal(sorted(have), sorted(want)) }, Got: skus.String}
}
