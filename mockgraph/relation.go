package mockgraph

import (
	"iter"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// related returns the ids an object is related to by a navigation property, ordered by id; nothing for one delta does not know.
func related(s *directory.Snapshot, relation, id string) iter.Seq[string] {
	switch relation {
	case "members":
		if o, ok := s.Object(id); ok && o.Type() == directory.DirectoryRole {
			return s.RoleMembers(id)
		}
		return s.Members(id)
	case "owners":
		return s.Owners(id)
	case "manager":
		return func(yield func(string) bool) {
			if manager, ok := s.Manager(id); ok {
				yield(manager)
			}
		}
	}
	return func(func(string) bool) {}
}

// isRelated says whether an object is related to another one.
func isRelated(s *directory.Snapshot, relation, id, target string) bool {
	if relation == "members" && s.HasMember(id, target) {
		return true
	}
	for other := range related(s, relation, id) {
		if other >= target {
			return other == target
		}
	}
	return false
}
