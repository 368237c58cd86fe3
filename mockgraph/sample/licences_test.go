package sample_test

import (
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

// seats returns the seats bought and taken by part number.
func seats(d *directory.Directory) map[string][2]int {
	all := map[string][2]int{}
	for o := range d.Snapshot().Objects(directory.SubscribedSku) {
		all[o.String("skuPartNumber")] = [2]int{directory.Value[directory.LicenseUnits](o, "prepaidUnits").Enabled, directory.Value[int](o, "consumedUnits")}
	}
	return all
}

func TestSubscriptionsHaveSeatsForMoreThanAllUsersAndOneIsNearlyExhausted(t *testing.T) {
	t.Parallel()
	for _, size := range []sample.Size{sample.Small, sample.Contoso, 5_000} {
		all := seats(filled(t, size, 1))
		for _, name := range []string{"SPE_E3", "TEAMS_EXPLORATORY", "FLOW_FREE", "AAD_PREMIUM", "POWER_BI_STANDARD"} {
			if all[name][0] <= int(size) {
				t.Errorf("%s: %s has %d seats", size, name, all[name][0])
			}
		}
		if e5 := all["SPE_E5"]; e5[1] == 0 || e5[0] != e5[1]+1 {
			t.Errorf("%s: %d of %d seats of E5 are taken", size, e5[1], e5[0])
		}
		if all["AAD_PREMIUM_P2"][0] == 0 || len(all) != 7 {
			t.Errorf("%s: %v", size, all)
		}
	}
}

func TestLicencesComeDirectlyAndFromAGroup(t *testing.T) {
	t.Parallel()
	d := filled(t, sample.Contoso, 1)
	direct, inherited := 0, 0
	for _, o := range users(d) {
		for _, state := range directory.Value[[]directory.LicenseAssignmentState](o, "licenseAssignmentStates") {
			switch {
			case state.State != directory.LicenseActive:
				t.Errorf("%s: %+v", o.ID(), state)
			case state.AssignedByGroup == nil:
				direct++
			default:
				if inherited++; len(state.DisabledPlans) != 1 {
					t.Errorf("%s: the group leaves out %q", o.ID(), state.DisabledPlans)
				}
			}
		}
		if licences := directory.Value[[]directory.AssignedLicense](o, "assignedLicenses"); len(licences) > 0 && !o.Bool("accountEnabled") {
			t.Errorf("%s is disabled and has licences", o.ID())
		}
	}
	if direct < 100 || inherited < 80 {
		t.Errorf("%d direct, %d inherited", direct, inherited)
	}
	group := groups(d, "Microsoft 365 E3 Licences")[0]
	if state := directory.Value[directory.LicenseProcessingState](group, "licenseProcessingState"); state.State != directory.LicensesProcessed || group.Bool("hasMembersWithLicenseErrors") {
		t.Errorf("the group's licences: %+v", state)
	}
}

func TestGivenTheFreePlanThenNoLicenceContainsP1(t *testing.T) {
	t.Parallel()
	all := seats(filled(t, sample.Contoso, 1, directory.WithPlan(directory.PlanFree)))
	if len(all) != 3 || all["TEAMS_EXPLORATORY"][1] == 0 {
		t.Errorf("%v", all)
	}
}

// Two applications of the company, one of which people have roles in; Microsoft's own are made by others.
func TestTheCompanyHasTwoApplications(t *testing.T) {
	t.Parallel()
	for _, plan := range []directory.Plan{directory.PlanP2, directory.PlanFree} {
		s := filled(t, sample.Contoso, 1, directory.WithPlan(plan)).Snapshot()
		if a, p := s.Count(directory.Application), s.Count(directory.ServicePrincipal); a != 2 || p != 2 {
			t.Errorf("%d applications, %d service principals", a, p)
		}
		for app := range s.Objects(directory.Application) {
			p, ok := s.Lookup(directory.ServicePrincipal, "appId", app.String("appId"))
			if !ok || len(slices.Collect(s.Owners(app.ID()))) != 1 || len(slices.Collect(s.Owners(p.ID()))) != 1 {
				t.Errorf("%s: service principal %t", app.String("displayName"), ok)
			}
		}
		hr, ok := s.Lookup(directory.ServicePrincipal, "displayName", "Contoso HR")
		if !ok || len(hr.AppRoles()) != 3 {
			t.Fatal("no Contoso HR with roles")
		}
		by := map[directory.Type]int{}
		for each := range s.AssignedTo(hr.ID()) {
			by[each.PrincipalType]++
		}
		if by[directory.User] < 50 || (by[directory.Group] == 1) != (plan == directory.PlanP2) {
			t.Errorf("assignments: %v", by)
		}
	}
}

func TestThreeRolesHaveOneHolderEach(t *testing.T) {
	t.Parallel()
	for size, people := range map[sample.Size]int{1: 1, 2: 2, sample.Small: 3, sample.Contoso: 3} {
		s := filled(t, size, 1).Snapshot()
		holders := map[string]bool{}
		for _, name := range []string{"Global Administrator", "User Administrator", "Application Administrator"} {
			role, ok := s.Lookup(directory.DirectoryRole, "displayName", name)
			if !ok {
				t.Fatalf("%s: no %s", size, name)
			}
			all := slices.Collect(s.RoleMembers(role.ID()))
			if len(all) != 1 {
				t.Fatalf("%s: %d hold %s", size, len(all), name)
			}
			holders[all[0]] = true
			o, _ := s.Object(all[0])
			if name == "Global Administrator" && o.String("userPrincipalName") != "admin@"+initial || !o.Bool("accountEnabled") {
				t.Errorf("%s: %s is %s", size, o.String("userPrincipalName"), name)
			}
		}
		if len(holders) != people {
			t.Errorf("%s: %d people hold roles, want %d", size, len(holders), people)
		}
	}
}
