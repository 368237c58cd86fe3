package sample_test

import (
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

func groups(d *directory.Directory, name string) (all []*directory.Object) {
	for o := range d.Snapshot().Objects(directory.Group) {
		if o.String("displayName") == name {
			all = append(all, o)
		}
	}
	return all
}

func members(t testing.TB, d *directory.Directory, name string) []string {
	t.Helper()
	all := groups(d, name)
	if len(all) != 1 {
		t.Fatalf("%d groups are called %s", len(all), name)
	}
	return slices.Collect(d.Snapshot().Members(all[0].ID()))
}

func TestGroupsAreAsLargeAsTheTenantAllows(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		size sample.Size
		want int // employees
	}{{sample.Small, 8}, {sample.Contoso, 479}, {10_000, 1_200}} {
		if n := len(members(t, filled(t, each.size, 1), "All Staff")); n != each.want {
			t.Errorf("%s: all staff are %d, want %d", each.size, n, each.want)
		}
	}
}

func TestDepartmentsAreSecurityGroupsOwnedByTheirHeads(t *testing.T) {
	t.Parallel()
	d := filled(t, sample.Contoso, 1)
	s := d.Snapshot()
	for _, name := range []string{"IT", "Sales", "Human Resources", "Engineering", "Finance", "Marketing", "Operations", "Customer Service", "Legal", "Research"} {
		all := groups(d, name)
		if len(all) != 1 || !all[0].Bool("securityEnabled") || all[0].Bool("mailEnabled") {
			t.Fatalf("%s: %d groups", name, len(all))
		}
		var own []string
		for o := range s.Objects(directory.User) {
			if o.String("department") == name {
				own = append(own, o.ID())
			}
		}
		if got := slices.Collect(s.Members(all[0].ID())); !slices.Equal(got, own) {
			t.Errorf("%s has %d members, the department %d", name, len(got), len(own))
		}
		owners := slices.Collect(s.Owners(all[0].ID()))
		if len(owners) != 1 || !s.HasMember(all[0].ID(), owners[0]) {
			t.Errorf("%s is owned by %q", name, owners)
		}
	}
}

func TestGroupsNestAndOneIsEmptyAndTwoShareAName(t *testing.T) {
	t.Parallel()
	d := filled(t, sample.Contoso, 1)
	s := d.Snapshot()
	if n := len(members(t, d, "Retired Project")); n != 0 {
		t.Errorf("the empty group has %d members", n)
	}
	if n := len(groups(d, "Book Club")); n != 2 {
		t.Errorf("%d book clubs", n)
	}
	// All Divisions, Commercial, Sales: two levels of groups below, and people below those.
	sales := groups(d, "Sales")[0].ID()
	commercial := groups(d, "Commercial")[0].ID()
	if !s.HasMember(commercial, sales) || !s.HasMember(groups(d, "All Divisions")[0].ID(), commercial) {
		t.Error("the divisions do not nest")
	}
	everyone := groups(d, "Everyone")[0].ID()
	if n := len(slices.Collect(s.TransitiveMembers(everyone))); n != 2+479+20 {
		t.Errorf("everyone is %d", n)
	}
}

func TestProjectsAreMicrosoft365GroupsWithOwnersAndGuests(t *testing.T) {
	t.Parallel()
	d := filled(t, sample.Contoso, 1)
	s := d.Snapshot()
	teams, guests := 0, 0
	for o := range s.Objects(directory.Group) {
		if !slices.Contains(o.Strings("groupTypes"), "Unified") {
			continue
		}
		teams++
		if !o.Bool("mailEnabled") || o.String("mail") == "" || !slices.Equal(o.Strings("proxyAddresses"), []string{"SMTP:" + o.String("mail")}) {
			t.Errorf("%s: %s, %q", o.String("displayName"), o.String("mail"), o.Strings("proxyAddresses"))
		}
		if len(slices.Collect(s.Owners(o.ID()))) == 0 {
			t.Errorf("%s has no owner", o.String("displayName"))
		}
		for id := range s.Members(o.ID()) {
			if u, _ := s.Object(id); u.String("userType") == "Guest" {
				guests++
			}
		}
	}
	if teams != 13 || guests != 12 {
		t.Errorf("%d teams with %d guests", teams, guests)
	}
}

func TestTheDynamicGroupHasItsMembersWhereThePlanAllowsIt(t *testing.T) {
	t.Parallel()
	d := filled(t, sample.Contoso, 1)
	want := count(d, func(o *directory.Object) bool {
		return o.String("department") == "Human Resources" && o.Bool("accountEnabled")
	})
	if n := len(members(t, d, "Human Resources (dynamic)")); n != want || n == 0 {
		t.Errorf("%d members, want %d", n, want)
	}
	if n := len(groups(filled(t, sample.Contoso, 1, directory.WithPlan(directory.PlanFree)), "Human Resources (dynamic)")); n != 0 {
		t.Errorf("%d dynamic groups without P1", n)
	}
}
