package directory

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The states and errors of licence assignments, and the states of their processing.
const (
	LicenseActive             = "Active"
	LicenseError              = "Error"
	LicenseNone               = "None"
	LicenseCountViolation     = "CountViolation"
	LicenseExclusiveViolation = "MutuallyExclusiveViolation"
	LicenseNeedViolation      = "DependencyViolation"
	LicensesQueued            = "QueuedForProcessing"
	LicensesProcessed         = "ProcessingComplete"
)

// Subscribe buys seats of a licence of the catalogue, given by id or part number: a subscription there is already has that many
// afterwards. Source: learn.microsoft.com/graph/api/resources/subscribedsku.
func (d *Directory) Subscribe(sku string, seats int) (made *Object, err error) {
	found, ok := FindSku(sku)
	if !ok {
		return nil, fmt.Errorf("subscribe to licence: %q is not in the catalogue", sku)
	}
	if seats < 0 {
		return nil, fmt.Errorf("subscribe to licence: %d seats", seats)
	}
	err = d.write(func(x *tx) error {
		if o, exists := x.view.Lookup(SubscribedSku, "skuId", found.ID); exists {
			units := Value[LicenseUnits](o, "prepaidUnits")
			units.Enabled = seats
			made, err = x.set(o, Properties{"prepaidUnits": units})
			return err
		}
		p := Properties{
			"skuId": found.ID, "skuPartNumber": found.PartNumber, "servicePlans": found.Plans, "prepaidUnits": LicenseUnits{Enabled: seats},
			"subscriptionIds": []string{x.newID()},
		}
		if tenant, ok := x.view.Object(x.tenantID()); ok {
			p["accountId"], p["accountName"] = tenant.id, tenant.String("displayName")
		}
		made, err = x.create(SubscribedSku, p)
		return err
	})
	return made, err
}

// AssignLicenses gives a user licences and takes others away, both or nothing. A licence she has from herself already gets the
// disabled plans given. Checked are, in this order: usage location, subscription, plans, seats, rules between plans.
// Source: learn.microsoft.com/graph/api/user-assignlicense.
func (d *Directory) AssignLicenses(user string, add []AssignedLicense, remove []string) (made *Object, err error) {
	err = d.write(func(x *tx) error {
		made, err = x.assignLicenses(user, add, remove)
		return err
	})
	return made, err
}

func (x *tx) assignLicenses(user string, add []AssignedLicense, remove []string) (*Object, error) {
	u, err := x.object(user)
	if err != nil {
		return nil, err
	}
	if u.Type() != User {
		return nil, notFound(user)
	}
	if len(add) > 0 && u.String("usageLocation") == "" {
		return nil, badRequest("usageLocation", "License assignment cannot be done for user with invalid usage location.")
	}
	states := slices.Clone(get[[]LicenseAssignmentState](u, "licenseAssignmentStates"))
	for _, sku := range remove {
		if states, err = withoutDirect(states, fold(sku)); err != nil {
			return nil, err
		}
	}
	for _, l := range add {
		disabled, err := x.knownPlans(l)
		if err != nil {
			return nil, err
		}
		row := LicenseAssignmentState{
			SkuID: fold(l.SkuID), DisabledPlans: disabled, State: LicenseActive, Error: LicenseNone, LastUpdatedDateTime: x.second(),
		}
		i := slices.IndexFunc(states, func(s LicenseAssignmentState) bool { return s.SkuID == row.SkuID && s.AssignedByGroup == nil })
		switch {
		case i < 0:
			states = append(states, row)
		case states[i].State != LicenseActive || !slices.Equal(states[i].DisabledPlans, disabled):
			states[i] = row
		}
	}
	had := consumed(get[[]LicenseAssignmentState](u, "licenseAssignmentStates"))
	for _, sku := range consumed(states) {
		if !slices.Contains(had, sku) && x.free(sku) <= 0 {
			return nil, badRequest(sku, "Subscription with SKU %s does not have any available licenses.", sku)
		}
	}
	if len(add) > 0 {
		if _, message := x.violation(states); message != "" {
			return nil, badRequest(u.id, "%s", message)
		}
	}
	return x.license(u, states)
}

func withoutDirect(states []LicenseAssignmentState, sku string) ([]LicenseAssignmentState, error) {
	inherited := false
	for i, s := range states {
		if s.SkuID == sku {
			if s.AssignedByGroup == nil {
				return slices.Delete(states, i, i+1), nil
			}
			inherited = true
		}
	}
	if inherited {
		return nil, badRequest(sku, "User license is inherited from a group membership and it cannot be removed directly from the user.")
	}
	return nil, badRequest(sku, "User does not have a corresponding license.")
}

// knownPlans asks that the tenant has the licence and the licence the plans, and returns the plans, sorted.
func (x *tx) knownPlans(l AssignedLicense) ([]string, error) {
	sku, ok := x.view.Lookup(SubscribedSku, "skuId", l.SkuID)
	if !ok || sku.String("capabilityStatus") == "Deleted" {
		return nil, badRequest(l.SkuID, "License %s does not correspond to a valid company License.", l.SkuID)
	}
	plans := get[[]ServicePlan](sku, "servicePlans")
	disabled := make([]string, 0, len(l.DisabledPlans))
	for _, each := range l.DisabledPlans {
		i := slices.IndexFunc(plans, func(p ServicePlan) bool { return strings.EqualFold(p.ServicePlanID, each) })
		if i < 0 || plans[i].AppliesTo == "Company" {
			return nil, badRequest(each, "License assignment failed because service plan %s cannot be disabled in license %s.", each, l.SkuID)
		}
		disabled = append(disabled, fold(each))
	}
	slices.Sort(disabled)
	return slices.Compact(disabled), nil
}

// consumed returns the licences that take a seat, in the order of their ids.
func consumed(states []LicenseAssignmentState) (all []string) {
	for i := range states {
		if strings.HasPrefix(states[i].State, LicenseActive) {
			all = append(all, states[i].SkuID)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// free returns the seats left of a licence.
func (x *tx) free(sku string) int {
	o, ok := x.view.Lookup(SubscribedSku, "skuId", sku)
	if !ok {
		return 0
	}
	units := get[LicenseUnits](o, "prepaidUnits")
	return units.Enabled + units.Warning - get[int](o, "consumedUnits")
}

// violation names the first rule between plans that licences break, with its error and Graph's message.
func (x *tx) violation(states []LicenseAssignmentState) (kind, message string) {
	on := x.switchedOn(states)
	rules := x.d.planRules
	for _, plan := range x.needy() {
		id := on.id(plan)
		if id != "" && !slices.ContainsFunc(rules.Needs[plan], func(need string) bool { return on.id(need) != "" }) {
			return LicenseNeedViolation, fmt.Sprintf("License assignment failed because service plan %s depends on the service plan(s) %s", id, strings.Join(planIDs(rules.Needs[plan]), ", "))
		}
	}
	for _, set := range rules.Exclusive {
		var both []string
		for _, plan := range set {
			if id := on.id(plan); id != "" {
				both = append(both, id)
			}
		}
		if len(both) > 1 {
			return LicenseExclusiveViolation, "License assignment failed because service plans " + strings.Join(both, ", ") + " are mutually exclusive"
		}
	}
	return "", ""
}

// needy returns the plans that need others, in order.
func (x *tx) needy() []string {
	if x.plans == nil {
		x.plans = slices.Sorted(maps.Keys(x.d.planRules.Needs))
	}
	return x.plans
}

// switchedOn are the plans of several licences that are on: rules ask for a few names among hundreds.
type switchedOn []struct {
	plans    []ServicePlan
	disabled []string
}

func (x *tx) switchedOn(states []LicenseAssignmentState) (on switchedOn) {
	for i := range states {
		if !strings.HasPrefix(states[i].State, LicenseActive) {
			continue
		}
		if sku, ok := x.view.Lookup(SubscribedSku, "skuId", states[i].SkuID); ok {
			on = append(on, struct {
				plans    []ServicePlan
				disabled []string
			}{get[[]ServicePlan](sku, "servicePlans"), states[i].DisabledPlans})
		}
	}
	return on
}

// id returns the id of a plan by its name, "" when it is not on.
func (on switchedOn) id(plan string) (id string) {
	for _, each := range on {
		for i := range each.plans {
			if each.plans[i].ServicePlanName == plan && !slices.Contains(each.disabled, each.plans[i].ServicePlanID) {
				id = each.plans[i].ServicePlanID
			}
		}
	}
	return id
}

// planIDs returns the ids of the first plans of those names.
func planIDs(names []string) []string {
	ids := map[string]string{}
	for _, sku := range catalogue() {
		for _, p := range sku.Plans {
			ids[p.ServicePlanName] = p.ServicePlanID
		}
	}
	var all []string
	for _, name := range names {
		if id := ids[name]; id != "" && len(all) < 2 {
			all = append(all, id)
		}
	}
	return all
}

// license gives a user the rows and moves the seats: the one way in which either changes.
func (x *tx) license(u *Object, states []LicenseAssignmentState) (*Object, error) {
	had, has := consumed(get[[]LicenseAssignmentState](u, "licenseAssignmentStates")), consumed(states)
	if err := x.moveSeats(had, has); err != nil {
		return nil, err
	}
	return x.setOne(u, "licenseAssignmentStates", orNil(states))
}

func (x *tx) moveSeats(had, has []string) error {
	all := slices.Concat(had, has)
	slices.Sort(all)
	for _, sku := range slices.Compact(all) {
		move := 0
		if slices.Contains(has, sku) {
			move++
		}
		if slices.Contains(had, sku) {
			move--
		}
		if move == 0 {
			continue
		}
		o, ok := x.view.Lookup(SubscribedSku, "skuId", sku)
		if !ok {
			continue
		}
		if _, err := x.setOne(o, "consumedUnits", get[int](o, "consumedUnits")+move); err != nil {
			return err
		}
	}
	return nil
}

// releaseSeats frees the seats of a user who is gone.
func (x *tx) releaseSeats(u *Object) error {
	return x.moveSeats(consumed(get[[]LicenseAssignmentState](u, "licenseAssignmentStates")), nil)
}

// retakeSeats takes them again when she comes back, as far as there are some.
func (x *tx) retakeSeats(u *Object) (*Object, error) {
	states := slices.Clone(get[[]LicenseAssignmentState](u, "licenseAssignmentStates"))
	if len(states) == 0 {
		return u, nil
	}
	for _, sku := range consumed(states) {
		if x.free(sku) > 0 {
			continue
		}
		for i := range states {
			if states[i].SkuID == sku {
				states[i].State, states[i].Error = LicenseError, LicenseCountViolation
			}
		}
	}
	if err := x.moveSeats(nil, consumed(states)); err != nil {
		return nil, err
	}
	return x.set(u, Properties{"licenseAssignmentStates": states})
}
