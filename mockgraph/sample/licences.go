package sample

import "github.com/rehearse-id/rehearse/mockgraph/directory"

// Subscriptions by part number.
const (
	e3          = "SPE_E3"
	e5          = "SPE_E5"
	exploratory = "TEAMS_EXPLORATORY"
	premium1    = "AAD_PREMIUM"
	premium2    = "AAD_PREMIUM_P2"
	flow        = "FLOW_FREE"
	fabric      = "POWER_BI_STANDARD"
)

// leftOut is a plan of Microsoft 365 E3 that the group which gives it leaves out.
const leftOut = "SWAY"

// subscribe buys more seats than there are users; those of E5 are counted again when they are taken. Without P1 or P2 there are only the
// subscriptions that contain neither.
func (t *filling) subscribe() error {
	n := int(t.size)
	for _, each := range []struct {
		sku       string
		seats     int
		contained bool // P1 or P2 in it
	}{
		{e3, 25 + n + n/10, true},
		{e5, 25 + n, true},
		{premium1, 25 + n, true},
		{premium2, 25 + n/2, true},
		{exploratory, 100 + n, false},
		{flow, 10_000 + 2*n, false},
		{fabric, 1_000_000 + n, false},
	} {
		if each.contained && t.free {
			continue
		}
		o, err := t.directory.Subscribe(each.sku, each.seats)
		if err != nil {
			return err
		}
		t.subscriptions[each.sku] = o
	}
	return nil
}

// chats says which departments have Teams Exploratory.
var chats = map[string]bool{"Human Resources": true, "Operations": true, "Customer Service": true, "Legal": true}

// license gives licences: E5 to those who lead, E3 to Sales and Marketing through a group, Teams Exploratory to some departments, Power
// Automate and Fabric to a few people on top. The others have none, nor have disabled accounts.
func (t *filling) license() error {
	var byGroup []string
	leaders := 0
	err := t.directory.Batch(func(b *directory.Batch) error {
		for i := range t.staff {
			m := &t.staff[i]
			var licences []directory.AssignedLicense
			give := func(sku string) {
				licences = append(licences, directory.AssignedLicense{SkuID: t.subscriptions[sku].String("skuId")})
			}
			switch {
			case !m.enabled:
				continue
			case m.leads && !t.free:
				give(e5)
				leaders++
			case m.unit != nil && (m.unit.name == "Sales" || m.unit.name == "Marketing") && m.mailed && !t.free:
				byGroup = append(byGroup, m.id)
			case m.unit != nil && chats[m.unit.name] && m.mailed:
				give(exploratory)
			}
			if i%11 == 5 {
				give(flow)
			}
			if i%13 == 6 {
				give(fabric)
			}
			if len(licences) == 0 {
				continue
			}
			if _, err := b.AssignLicenses(m.id, licences, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || t.free {
		return err
	}
	// All but one of the seats are taken.
	if _, err := t.directory.Subscribe(e5, leaders+1); err != nil {
		return err
	}
	return t.licenseGroup(byGroup)
}

// licenseGroup makes the group that gives its members E3 without one of its plans.
func (t *filling) licenseGroup(members []string) error {
	var group string
	err := t.directory.Batch(func(b *directory.Batch) (err error) {
		w := &writer{filling: t, Batch: b}
		group, err = w.group(made{name: "Microsoft 365 E3 Licences", nickname: "microsoft-365-e3", description: "Gives its members Microsoft 365 E3", owners: []string{t.admin}, members: members})
		return err
	})
	if err != nil {
		return err
	}
	licence := directory.AssignedLicense{SkuID: t.subscriptions[e3].String("skuId")}
	for _, plan := range directory.Value[[]directory.ServicePlan](t.subscriptions[e3], "servicePlans") {
		if plan.ServicePlanName == leftOut {
			licence.DisabledPlans = []string{plan.ServicePlanID}
		}
	}
	_, err = t.directory.AssignGroupLicenses(group, []directory.AssignedLicense{licence}, nil)
	return err
}
