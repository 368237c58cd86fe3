package provisioning_test

import (
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

func TestTargetObjectActionsThatAreOff(t *testing.T) {
	for _, test := range []struct {
		name  string
		flows synchronization.FlowTypes
		want  [3][]string // assign, disable, purge
	}{
		{"no create", synchronization.FlowUpdate | synchronization.FlowDelete, [3][]string{{matchAda}, nil, nil}},
		{"no update, so no disable", synchronization.FlowAdd | synchronization.FlowDelete, [3][]string{{matchAda, postAda}, {"GET /Users/u1"}, {"DELETE /Users/u1"}}},
		{
			"no delete", synchronization.FlowAdd | synchronization.FlowUpdate,
			[3][]string{{matchAda, postAda}, {"GET /Users/u1", patch("/Users/u1", op("Replace", active, `"False"`))}, nil},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			users := mapping.DefaultUsers()
			users.FlowTypes = test.flows
			s := newStage(t, provisioning.WithUserMapping(users))
			ada := s.user("Ada Byron")
			s.assign(ada)
			s.sends(test.want[0]...)
			s.update(ada, directory.Properties{"accountEnabled": false})
			s.sends(test.want[1]...)
			s.ok(s.dir.Delete(ada))
			s.settled()
			s.ok(s.dir.Purge(ada))
			s.sends(test.want[2]...)
		})
	}
}

func TestWithoutIsSoftDeletedNobodyIsDisabled(t *testing.T) {
	users := mapping.DefaultUsers()
	users.AttributeMappings = slices.DeleteFunc(users.AttributeMappings, func(row synchronization.AttributeMapping) bool {
		return row.TargetAttributeName == active
	})
	s := newStage(t, provisioning.WithUserMapping(users))
	ada := s.user("Ada Byron")
	assignment := s.assign(ada)
	s.settled()
	s.update(ada, directory.Properties{"accountEnabled": false})
	s.sends("GET /Users/u1")
	s.update(ada, directory.Properties{"accountEnabled": true})
	s.sends("GET /Users/u1")
	s.ok(s.dir.Unassign(assignment))
	s.sends()
	s.logged(ada, synchronization.ActionOther, synchronization.StatusSkipped, provisioning.CodeSynchronizationSkipped)
}

func TestSkipOutOfScopeDeletions(t *testing.T) {
	s := newStage(t, provisioning.WithSkipOutOfScopeDeletions())
	ada := s.user("Ada Byron")
	team := s.group("Team Red")
	assignments := []string{s.assign(ada), s.assign(team)}
	s.settled()
	for _, assignment := range assignments {
		s.ok(s.dir.Unassign(assignment))
	}
	if report := s.sends(); report.Skipped != 2 {
		t.Fatalf("report %+v", report)
	}
	s.logged(ada, synchronization.ActionOther, synchronization.StatusSkipped, provisioning.CodeSynchronizationSkipped)
	s.anchor(ada) // still linked
	s.ok(s.dir.Delete(ada))
	s.sends("GET /Users/u1", patch("/Users/u1", op("Replace", active, `"False"`))) // deleting is not leaving scope
}

func TestSyncAllProvisionsWhoIsNotAssigned(t *testing.T) {
	s := newStage(t, provisioning.WithSyncAll())
	ada := s.user("Ada Byron")
	team := s.group("Team Red", ada)
	report := s.cycle()
	if report.Creates != 2 || report.MemberChanges != 1 || report.Failures != 0 {
		t.Fatalf("report %+v", report)
	}
	s.anchor(ada)
	s.anchor(team)
	s.target.taken()
	s.user("Bob Ross")
	if report := s.cycle(); report.Creates != 1 || report.Initial {
		t.Fatalf("report %+v", report)
	}
}

func TestLetterCaseCountsOnlyWhereItIsSaid(t *testing.T) {
	for name, exact := range map[string]bool{"by default": false, "case-exact": true} {
		t.Run(name, func(t *testing.T) {
			var opts []provisioning.Option
			want := []string{"GET /Users/u1"}
			if exact {
				opts = append(opts, provisioning.WithCaseExact("displayName"))
				want = append(want, patch("/Users/u1", op("Replace", "displayName", `"ADA BYRON"`)))
			}
			s := newStage(t, opts...)
			ada := s.user("Ada Byron")
			s.assign(ada)
			s.settled()
			s.update(ada, directory.Properties{"displayName": "ADA BYRON"})
			s.sends(want...)
		})
	}
}
