package provisioning_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// Where the target knows no soft deletion, every event that disables elsewhere deletes, and coming back is a new account.
func TestWithoutSoftDeletionUsersAreDeleted(t *testing.T) {
	for title, test := range map[string]struct {
		leave, back func(s *stage, ada, assignment string)
	}{
		"blocked": {
			func(s *stage, ada, _ string) { s.update(ada, directory.Properties{"accountEnabled": false}) },
			func(s *stage, ada, _ string) { s.update(ada, directory.Properties{"accountEnabled": true}) },
		},
		"unassigned": {
			func(s *stage, _, assignment string) { s.ok(s.dir.Unassign(assignment)) },
			func(s *stage, ada, _ string) { s.assign(ada) },
		},
		"in the recycle bin": {
			func(s *stage, ada, _ string) { s.ok(s.dir.Delete(ada)) },
			func(s *stage, ada, _ string) { must(s.dir.Restore(ada))(s) },
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, provisioning.WithHardDelete())
			ada := s.user("Ada Byron")
			assignment := s.assign(ada)
			s.settled()
			test.leave(s, ada, assignment)
			if report := s.sends("DELETE /Users/u1"); report.Deletes != 1 {
				t.Fatalf("report %+v", report)
			}
			s.sends()
			test.back(s, ada, assignment)
			s.sends(matchAda, postAda)
		})
	}
}

// On demand a user that is unassigned goes, one that is blocked stays.
func TestOnDemandWithoutSoftDeletion(t *testing.T) {
	s := newStage(t, provisioning.WithHardDelete())
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	assignment := s.assign(ada)
	s.assign(bob)
	s.settled()
	s.ok(s.dir.Unassign(assignment))
	s.update(bob, directory.Properties{"accountEnabled": false})
	s.demand(subject("User", ada), "DELETE /Users/u1")
	s.demand(subject("User", bob))
}
