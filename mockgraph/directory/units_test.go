package directory_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func (d *tenant) unit(name string, more directory.Properties) string {
	d.t.Helper()
	return d.create(directory.AdministrativeUnit, with(directory.Properties{"displayName": name}, more))
}

func TestGivenAnAdministrativeUnitThenItsMembersAreInItAndItIsAmongTheirMemberships(t *testing.T) {
	d := newTenant(t)
	unit, ada, team := d.unit("Oslo", nil), d.user("ada"), d.group("team")
	d.must(d.AddMember(team, ada))
	d.must(d.AddUnitMember(unit, ada))
	d.must(d.AddUnitMember(unit, team))
	s := d.Snapshot()
	same(t, "members of the unit", list(s.UnitMembers(unit)), []string{ada, team})
	same(t, "members", list(s.Members(unit)), []string{ada, team})
	same(t, "units", list(s.UnitsOf(ada)), []string{unit})
	same(t, "groups and units", list(s.MemberOf(ada)), []string{team, unit})
	if !s.HasMember(unit, ada) || s.HasMember(unit, unit) {
		t.Error("wrong about members")
	}
	d.must(d.RemoveUnitMember(unit, ada))
	same(t, "members afterwards", list(d.Snapshot().UnitMembers(unit)), []string{team})
	// The management of a group is the unit's, that of the group's members is not.
	same(t, "transitive memberships", list(d.Snapshot().TransitiveMemberOf(ada)), []string{team})
	d.must(d.Snapshot().Check())
}

func TestGivenAnAdministrativeUnitThenItRefusesWhoCannotBeItsMember(t *testing.T) {
	d := newTenant(t)
	unit, ada := d.unit("Oslo", nil), d.user("ada")
	dynamic := d.unit("IT", directory.Properties{"membershipType": "Dynamic", "membershipRule": `user.department -eq "IT"`})
	d.must(d.AddUnitMember(unit, ada))
	const unsupported = "Unsupported referenced-object resource identifier for link property 'members'."
	for _, c := range []struct {
		name          string
		err           error
		code, message string
	}{
		{"twice", d.AddUnitMember(unit, ada), directory.CodeBadRequest, "One or more added object references already exist for the following modified properties: 'members'."},
		{"a service principal", d.AddUnitMember(unit, d.app()), directory.CodeUnsupported, unsupported},
		{"itself", d.AddUnitMember(unit, unit), directory.CodeUnsupported, unsupported},
		{"a group as unit", d.AddUnitMember(d.group("g"), ada), directory.CodeNotFound, missing("00000000-0000-4000-8000-000000000006")},
		{"by hand into a dynamic unit", d.AddUnitMember(dynamic, ada), directory.CodeDenied, "Insufficient privileges to complete the operation."},
		{"no member out", d.RemoveUnitMember(unit, dynamic), directory.CodeNotFound, missing(dynamic)},
		{"a unit into a group", d.AddMember(d.group("h"), unit), directory.CodeUnsupported, unsupported},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, c.err, c.code, c.message) })
	}
	for name, p := range map[string]directory.Properties{
		"dynamic without a rule": {"displayName": "x", "membershipType": "Dynamic"}, "a rule without being dynamic": {"displayName": "x", "membershipRule": `user.city -eq "Oslo"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.Create(directory.AdministrativeUnit, p)
			refused(t, err, directory.CodeBadRequest, "One or more property values specified are invalid.")
		})
	}
}

func TestGivenADynamicUnitWhenProcessedThenItHasWhomItsRuleNames(t *testing.T) {
	d := newTenant(t)
	unit := d.unit("IT", directory.Properties{"membershipType": "Dynamic", "membershipRule": `user.department -eq "IT"`, "membershipRuleProcessingState": "On"})
	ada, grace := d.create(directory.User, user("ada", directory.Properties{"department": "IT"})), d.user("grace")
	d.Process()
	same(t, "members", list(d.Snapshot().UnitMembers(unit)), []string{ada})
	_, err := d.Update(grace, directory.Properties{"department": "IT"})
	d.must(err)
	d.Process()
	same(t, "members after a move", list(d.Snapshot().UnitMembers(unit)), []string{ada, grace})
	_, err = d.Update(unit, directory.Properties{"membershipType": "Assigned", "membershipRule": nil})
	d.must(err)
	d.must(d.RemoveUnitMember(unit, grace))
	_, err = d.Update(unit, directory.Properties{"membershipType": "Dynamic", "membershipRule": `user.department -eq "HR"`})
	d.must(err)
	same(t, "members of the new rule", list(d.Snapshot().UnitMembers(unit)), nil)
}

func TestGivenADeletedUnitWhenRestoredThenItsMembersAreBackAndTheLogTells(t *testing.T) {
	d := newTenant(t)
	unit, ada := d.unit("Oslo", nil), d.user("ada")
	d.must(d.AddUnitMember(unit, ada))
	d.must(d.Delete(unit))
	if _, ok := d.Snapshot().Deleted(unit); !ok {
		t.Fatal("the unit is not in the recycle bin")
	}
	same(t, "units of a member", list(d.Snapshot().UnitsOf(ada)), nil)
	before := d.Snapshot().Sequence()
	_, err := d.Restore(unit)
	d.must(err)
	same(t, "members", list(d.Snapshot().UnitMembers(unit)), []string{ada})
	last := d.Changes(before)
	if n := len(last); n != 2 || last[1].Type != directory.AdministrativeUnit || last[1].Relation != directory.UnitMembers || last[1].TargetID != ada {
		t.Errorf("logged %v", last)
	}
	d.must(d.Delete(unit))
	d.clock.Advance(directory.Retention + 1)
	if n := d.Expire(); n != 1 {
		t.Errorf("%d objects expired, want one", n)
	}
	d.must(d.Snapshot().Check())
}
