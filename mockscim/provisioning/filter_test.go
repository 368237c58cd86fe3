package provisioning_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// onlyIT is the default mapping with a scoping filter.
func onlyIT() synchronization.ObjectMapping {
	users := mapping.DefaultUsers()
	users.Scope.Groups = []synchronization.FilterGroup{{Name: "Only IT", Clauses: []synchronization.FilterClause{{
		OperatorName: "EQUALS", SourceOperandName: "department", TargetOperand: synchronization.FilterOperand{Values: []string{"IT"}},
	}}}}
	return users
}

// A scoping filter comes after assignment: who does not pass it is not provisioned, and who passes it no longer is disabled.
func TestAScopingFilterNarrowsTheAssignments(t *testing.T) {
	users := onlyIT()
	s := newStage(t, provisioning.WithUserMapping(users))
	ada := s.user("Ada Byron", directory.Properties{"department": "Sales"})
	s.assign(ada)
	if report := s.cycle(); report.Creates != 0 {
		t.Fatalf("report %+v", report)
	}
	s.update(ada, directory.Properties{"department": "IT"})
	if report := s.cycle(); report.Creates != 1 {
		t.Fatalf("report %+v", report)
	}
	s.target.taken()
	s.update(ada, directory.Properties{"department": "Sales"})
	s.sends("GET /Users/u1", patch("/Users/u1", op("Replace", "active", `"False"`)))
	s.logged(ada, synchronization.ActionDisable, synchronization.StatusSuccess, "")
}

func TestTheInputGroupsOfAFilterLeaveWhatTheyKeepOutAsItIs(t *testing.T) {
	users := mapping.DefaultUsers()
	users.Scope.InputFilterGroups = []synchronization.FilterGroup{{Name: "Only IT", Clauses: []synchronization.FilterClause{{
		OperatorName: "EQUALS", SourceOperandName: "department", TargetOperand: synchronization.FilterOperand{Values: []string{"IT"}},
	}}}}
	s := newStage(t, provisioning.WithUserMapping(users))
	ada := s.user("Ada Byron", directory.Properties{"department": "IT"})
	s.assign(ada)
	s.settled()
	s.update(ada, directory.Properties{"department": "Sales"})
	s.sends()
}
