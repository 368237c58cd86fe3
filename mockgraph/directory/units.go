package directory

import "iter"

// AdministrativeUnit is a part of the tenant that can be administered on its own. Its members are users and groups; devices are none
// of the types here.
// Source: learn.microsoft.com/graph/api/resources/administrativeunit.
const AdministrativeUnit Type = "administrativeUnit"

// unitTable lists the properties of administrative units.
func unitTable() *table {
	return newTable(unitNumber, AdministrativeUnit, "AdministrativeUnit", always,
		identity(),
		deletion(true),
		Property{Name: "displayName", Required: true, Kept: true, DefaultSelect: true, Index: Indexed, MaxLength: 256},
		Property{Name: "description", DefaultSelect: true, MaxLength: 1024},
		Property{Name: "visibility", DefaultSelect: true, valid: oneOf("Public", "HiddenMembership")},
		Property{Name: "isMemberManagementRestricted", Kind: Boolean, DefaultSelect: true, Mutability: Immutable},
		Property{Name: "membershipType", DefaultSelect: true, valid: oneOf("Assigned", "Dynamic")},
		Property{Name: "membershipRule", DefaultSelect: true, MaxLength: 3072},
		Property{Name: "membershipRuleProcessingState", DefaultSelect: true, valid: oneOf("On", "Paused")},
		extensionsRow(),
	)
}

// AddUnitMember makes a user or a group a member of an administrative unit. A dynamic unit takes nobody by hand.
// Source: learn.microsoft.com/graph/api/administrativeunit-post-members.
func (d *Directory) AddUnitMember(unit, member string) error {
	return d.write(func(x *tx) error { return x.addUnitMember(unit, member) })
}

func (x *tx) addUnitMember(unit, member string) error {
	u, m, l, err := x.pair(UnitMembers, unit, member)
	if err != nil {
		return err
	}
	switch {
	case u.Type() != AdministrativeUnit:
		return notFound(unit)
	case !fits(l):
		return unsupportedReference(m.id, "members")
	case isDynamic(u):
		return denied(u.id)
	}
	if _, exists := x.view.forward.get(l); exists {
		return alreadyReferenced(m.id, "members")
	}
	x.putLink(l)
	x.recordLink(LinkAdded, l)
	return nil
}

// RemoveUnitMember takes an object out of an administrative unit. An object that is no member is reported as not found.
// Source: learn.microsoft.com/graph/api/administrativeunit-delete-members.
func (d *Directory) RemoveUnitMember(unit, member string) error {
	return d.write(func(x *tx) error {
		u, m, l, err := x.pair(UnitMembers, unit, member)
		if err != nil {
			return err
		}
		if _, exists := x.view.forward.get(l); !exists {
			return notFound(m.id)
		}
		if isDynamic(u) {
			return denied(u.id)
		}
		x.dropLink(l)
		x.recordLink(LinkRemoved, l)
		return nil
	})
}

// AddUnitMember is [Directory.AddUnitMember].
func (b *Batch) AddUnitMember(unit, member string) error { return b.x.addUnitMember(unit, member) }

// UnitMembers returns the ids of the members of an administrative unit.
func (s *Snapshot) UnitMembers(unit string) iter.Seq[string] { return s.ends(UnitMembers, unit, true) }

// UnitsOf returns the ids of the administrative units an object is a member of.
func (s *Snapshot) UnitsOf(id string) iter.Seq[string] { return s.ends(UnitMembers, id, false) }
