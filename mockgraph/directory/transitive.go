package directory

import (
	"iter"
	"slices"
)

// TransitiveMembers returns the ids of a group's members and of the members of its nested groups, each once, the nested groups
// included, in the order of the ids. Cycles are harmless; a group in a cycle is among its own transitive members not.
func (s *Snapshot) TransitiveMembers(group string) iter.Seq[string] {
	return s.closure(group, s.Members)
}

// TransitiveMemberOf returns the ids of the groups and roles an object is a member of, directly or through groups, and of its
// administrative units, each once. The units of its groups are not its own.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/administrative-units, groups.
func (s *Snapshot) TransitiveMemberOf(id string) iter.Seq[string] {
	start := foldID(id)
	return s.closure(id, func(at string) iter.Seq[string] {
		if at == start {
			return s.MemberOf(at)
		}
		return func(yield func(string) bool) {
			for _, r := range []Relation{Members, RoleMembers} {
				for each := range s.ends(r, at, false) {
					if !yield(each) {
						return
					}
				}
			}
		}
	})
}

// closure walks from an id along next until nothing new comes.
func (s *Snapshot) closure(id string, next func(string) iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		start := foldID(id)
		seen := map[string]bool{start: true}
		var found []string
		for work := []string{start}; len(work) > 0; {
			at := work[len(work)-1]
			work = work[:len(work)-1]
			for each := range next(at) {
				if !seen[each] {
					seen[each] = true
					found = append(found, each)
					work = append(work, each)
				}
			}
		}
		slices.Sort(found)
		for _, each := range found {
			if !yield(each) {
				return
			}
		}
	}
}

// Owners returns the ids of the owners of a group, an application or a service principal.
func (s *Snapshot) Owners(id string) iter.Seq[string] { return s.ends(Owners, id, true) }

// FormerOwners yields, ordered by id, who owns an object in the recycle bin when it is restored; nobody for any other.
func (s *Snapshot) FormerOwners(id string) iter.Seq[string] {
	return func(yield func(string) bool) {
		o, ok := s.Deleted(id)
		if !ok {
			return
		}
		for l := range s.links(Owners, o.id, true) {
			if s.isLive(l.to) && !yield(l.to) {
				return
			}
		}
	}
}

// OwnedObjects returns the ids of what a user or a service principal owns.
func (s *Snapshot) OwnedObjects(id string) iter.Seq[string] { return s.ends(Owners, id, false) }

// RoleMembers returns the ids of the members of a directory role.
func (s *Snapshot) RoleMembers(role string) iter.Seq[string] { return s.ends(RoleMembers, role, true) }

// RolesOf returns the ids of the directory roles an object is a direct member of.
func (s *Snapshot) RolesOf(id string) iter.Seq[string] { return s.ends(RoleMembers, id, false) }
