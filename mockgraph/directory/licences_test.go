package directory_test

import (
	"slices"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

const (
	exploratory = "710779e8-3d4a-4c88-adb9-386c958d1fdf"
	officeE1    = "18181a46-0d4e-45cd-891e-60aabd171b4e"
	officeE3    = "6fd2c87f-b296-42f0-b197-1e91e994b900"
)

func (d *tenant) seats(sku string) int {
	d.t.Helper()
	o, ok := d.Snapshot().Lookup(directory.SubscribedSku, "skuId", sku)
	if !ok {
		d.t.Fatal("no subscription")
	}
	return directory.Value[int](o, "consumedUnits")
}

func (d *tenant) licensed(name string) string {
	d.t.Helper()
	return d.create(directory.User, user(name, directory.Properties{"usageLocation": "IN"}))
}

func (d *tenant) states(user string) []directory.LicenseAssignmentState {
	o, _ := d.Snapshot().Object(user)
	return directory.Value[[]directory.LicenseAssignmentState](o, "licenseAssignmentStates")
}

func license(sku string, disabled ...string) []directory.AssignedLicense {
	return []directory.AssignedLicense{{SkuID: sku, DisabledPlans: disabled}}
}

func (d *tenant) buy(sku string, seats int) {
	d.t.Helper()
	_, err := d.Subscribe(sku, seats)
	d.must(err)
}

func TestGivenTeamsExploratoryWhenAUserInIndiaGetsItThenOneSeatIsTaken(t *testing.T) {
	d := newTenant(t)
	d.buy("TEAMS_EXPLORATORY", 2)
	ada := d.licensed("ada")
	o, err := d.AssignLicenses(ada, license(exploratory), nil)
	d.must(err)
	if got := directory.Value[[]directory.AssignedLicense](o, "assignedLicenses"); len(got) != 1 || got[0].SkuID != exploratory {
		t.Errorf("she has %v", got)
	}
	if plans := directory.Value[[]directory.AssignedPlan](o, "assignedPlans"); len(plans) != 21 {
		t.Errorf("%d plans", len(plans))
	}
	if d.seats(exploratory) != 1 {
		t.Errorf("%d seats taken", d.seats(exploratory))
	}
	d.must(d.Delete(ada))
	if d.seats(exploratory) != 0 {
		t.Error("a deleted user keeps her seat")
	}
	if _, err := d.Restore(ada); err != nil || d.seats(exploratory) != 1 {
		t.Errorf("restored (%v) she has no seat", err)
	}
	if _, err := d.AssignLicenses(ada, nil, []string{exploratory}); err != nil || d.seats(exploratory) != 0 {
		t.Errorf("the licence stays (%v)", err)
	}
	details := d.Snapshot().LicenseDetails(ada)
	if len(details) != 0 {
		t.Errorf("details %v", details)
	}
}

func TestGivenWhatLicensingRefusesThenGraphsWordsComeBack(t *testing.T) {
	d := newTenant(t)
	d.buy("TEAMS_EXPLORATORY", 1)
	d.buy("ENTERPRISEPACK", 5)
	nowhere, ada, grace := d.user("nowhere"), d.licensed("ada"), d.licensed("grace")
	team := d.group("team")
	d.must(d.AddMember(team, grace))
	_, err := d.AssignGroupLicenses(team, license(officeE3), nil)
	d.must(err)
	d.ProcessLicenses()
	_, err = d.AssignLicenses(ada, license(exploratory), nil)
	d.must(err)
	for _, c := range []struct {
		name    string
		user    string
		add     []directory.AssignedLicense
		remove  []string
		message string
	}{
		{"no usage location", nowhere, license(exploratory), nil, "License assignment cannot be done for user with invalid usage location."},
		{"unknown licence", ada, license(officeE1), nil, "License " + officeE1 + " does not correspond to a valid company License."},
		{"no seat", grace, license(exploratory), nil, "Subscription with SKU " + exploratory + " does not have any available licenses."},
		{"remove what is not there", ada, nil, []string{officeE3}, "User does not have a corresponding license."},
		{"remove what a group gives", grace, nil, []string{officeE3}, "User license is inherited from a group membership and it cannot be removed directly from the user."},
		{"plans that exclude each other", ada, license(officeE3), nil, "License assignment failed because service plans 9aaf7827-d63c-4b61-89c3-182f06f82e5c, efb87545-963c-4e0d-99df-69c6916d9eb0 are mutually exclusive"},
		{
			"a plan without what it needs", grace, license(officeE3, "5dbe027f-2339-4123-9542-606e4d348a72"), nil, "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := d.Snapshot()
			_, err := d.AssignLicenses(c.user, c.add, c.remove)
			if c.message == "" {
				return // the group's licence still brings the plan
			}
			refused(t, err, directory.CodeBadRequest, c.message)
			if d.Snapshot() != before {
				t.Error("a refused assignment changed something")
			}
		})
	}
	_, err = d.AssignLicenses(ada, license(officeE3, "5dbe027f-2339-4123-9542-606e4d348a72"), []string{exploratory})
	refused(t, err, directory.CodeBadRequest, "License assignment failed because service plan e95bec33-7c88-4a70-8e19-b10bd9d0c014 depends on the service plan(s) "+
		"c7699d2e-19aa-44de-8edf-1736da088ca1, 5dbe027f-2339-4123-9542-606e4d348a72")
	if _, err = d.AssignLicenses(ada, license(officeE3), []string{exploratory}); err != nil {
		t.Errorf("a swap of licences that exclude each other: %v", err)
	}
}

func TestGivenALicensedGroupWhenSeatsRunOutThenTheRestWaitsForSeats(t *testing.T) {
	d := newTenant(t)
	d.buy("STANDARDPACK", 2)
	team := d.group("team")
	var members []string
	for _, name := range []string{"a", "b", "c"} {
		members = append(members, d.user(name))
		d.must(d.AddMember(team, members[len(members)-1]))
	}
	_, err := d.AssignGroupLicenses(team, license(officeE1), nil)
	d.must(err)
	if d.seats(officeE1) != 0 {
		t.Error("the members have licences at once")
	}
	if d.ProcessLicenses() != 3 || d.seats(officeE1) != 2 {
		t.Errorf("%d seats taken", d.seats(officeE1))
	}
	waiting := list(d.Snapshot().MembersWithLicenseErrors(team))
	same(t, "waiting", waiting, members[2:])
	if s := d.states(members[2]); len(s) != 1 || s[0].State != "Error" || s[0].Error != "CountViolation" || *s[0].AssignedByGroup != team {
		t.Errorf("states %v", s)
	}
	g, _ := d.Snapshot().Object(team)
	if state := directory.Value[directory.LicenseProcessingState](g, "licenseProcessingState"); state.State != "ProcessingComplete" || !g.Bool("hasMembersWithLicenseErrors") {
		t.Errorf("group is %v", state)
	}
	d.buy("STANDARDPACK", 3)
	d.clock.Advance(time.Minute)
	d.ProcessLicenses()
	if d.seats(officeE1) != 3 || len(list(d.Snapshot().MembersWithLicenseErrors(team))) != 0 {
		t.Error("new seats are not given")
	}
	d.must(d.RemoveMember(team, members[0]))
	d.ProcessLicenses()
	if d.seats(officeE1) != 2 || len(d.states(members[0])) != 0 {
		t.Error("who left keeps the licence")
	}
	d.must(d.Delete(team))
	if d.seats(officeE1) != 0 {
		t.Error("the group is gone and its licences stay")
	}
	if d.ProcessLicenses(); d.ProcessLicenses() != 0 {
		t.Error("processing does not come to rest")
	}
}

func TestGivenTheSuitesOfTheCatalogueThenEachCanBeAssignedByItself(t *testing.T) {
	if n := len(directory.Skus()); n != 619 {
		t.Fatalf("%d licences", n)
	}
	for _, part := range []string{
		"SPE_E3", "SPE_E5", "SPE_F1", "ENTERPRISEPACK", "ENTERPRISEPREMIUM", "STANDARDPACK", "O365_BUSINESS_PREMIUM", "O365_BUSINESS_ESSENTIALS", "SPB",
		"TEAMS_EXPLORATORY", "DEVELOPERPACK_E5", "OFFICESUBSCRIPTION", "DESKLESSPACK", "AAD_PREMIUM", "EMS", "M365EDU_A5_FACULTY",
	} {
		sku, ok := directory.FindSku(part)
		if !ok {
			t.Errorf("%s is not in the catalogue", part)
			continue
		}
		d := newTenant(t)
		d.buy(part, 1)
		if _, err := d.AssignLicenses(d.licensed("ada"), license(sku.ID), nil); err != nil {
			t.Errorf("%s: %v", part, err)
		}
	}
	if _, ok := directory.FindSku("NO_SUCH"); ok {
		t.Error("a licence that is none is found")
	}
	ids := []string{}
	for _, sku := range directory.Skus() {
		ids = append(ids, sku.ID)
	}
	if !slices.IsSorted(ids) {
		t.Error("the licences are in no order")
	}
}
