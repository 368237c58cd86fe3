package provisioning_test

import (
	"net/http"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

func TestTwoUsersThatJoinTheSameTargetUserAreDuplicateSourceEntries(t *testing.T) {
	users := mapping.DefaultUsers()
	for i := range users.AttributeMappings {
		row := &users.AttributeMappings[i]
		row.MatchingPriority = 0
		if row.TargetAttributeName == `emails[type eq "work"].value` {
			row.MatchingPriority = 1
		}
	}
	s := newStage(t, provisioning.WithUserMapping(users))
	s.target.users.put(scim.Resource{"userName": "x", "emails": []any{map[string]any{"type": "work", "value": "shared@contoso.example"}}})
	ada := s.user("Ada Byron", directory.Properties{"mail": "shared@contoso.example"})
	bob := s.user("Bob Ross", directory.Properties{"mail": "shared@contoso.example"})
	eve := s.user("Eve Moore")
	for _, id := range []string{ada, bob, eve} {
		s.assign(id)
	}
	report := s.cycle()
	if report.Updates != 1 || report.Failures != 1 || report.Skipped != 1 {
		t.Fatalf("report %+v", report)
	}
	s.logged(bob, synchronization.ActionUpdate, synchronization.StatusFailure, provisioning.CodeDuplicateSourceEntries)
	s.logged(eve, synchronization.ActionOther, synchronization.StatusSkipped, provisioning.CodeImportSkipped) // nothing to match by
}

func TestUserThatWasDisabledBeforeItWasProvisionedIsSkipped(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron", directory.Properties{"accountEnabled": false})
	s.assign(ada)
	s.sends()
	s.logged(ada, synchronization.ActionOther, synchronization.StatusSkipped, provisioning.CodeSynchronizationSkipped)
	s.update(ada, directory.Properties{"accountEnabled": true})
	s.sends(matchAda, postAda)
}

func TestBlockedUserThatChangesOtherwiseIsUpdatedNotDisabled(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.settled()
	s.update(ada, directory.Properties{"accountEnabled": false})
	s.settled()
	s.update(ada, directory.Properties{"jobTitle": "Analyst"})
	if report := s.sends("GET /Users/u1", patch("/Users/u1", op("Add", "title", `"Analyst"`))); report.Updates != 1 || report.Disables != 0 {
		t.Fatalf("report %+v", report)
	}
}

// Who comes back and finds its account gone gets a new one, and the old one is free for somebody else.
func TestUserThatComesBackToAnotherAccount(t *testing.T) {
	s := newStage(t)
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	assignment := s.assign(ada)
	s.settled()
	s.ok(s.dir.Unassign(assignment))
	s.settled()
	s.target.users.items["u1"]["userName"] = "bob@contoso.example"
	s.target.users.name("u1")
	s.assign(ada)
	s.assign(bob)
	if report := s.cycle(); report.Creates != 1 || report.Updates != 1 || report.Failures != 0 {
		t.Fatalf("report %+v", report)
	}
	if a, b := s.anchor(ada), s.anchor(bob); a != "u2" || b != "u1" {
		t.Fatalf("ada is %s, bob is %s", a, b)
	}
	if n := s.job.Status().SynchronizedEntryCountByType[0].Value; n != 2 {
		t.Fatalf("%d users are managed", n)
	}
}

// A failure is forgotten when its object is no business of the job any more.
func TestFailedUserThatLeaves(t *testing.T) {
	for name, leave := range map[string]func(s *stage, ada, assignment string){
		"unassigned": func(s *stage, _, assignment string) { s.ok(s.dir.Unassign(assignment)) },
		"purged": func(s *stage, ada, _ string) {
			s.ok(s.dir.Delete(ada))
			s.ok(s.dir.Purge(ada))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			ada := s.user("Ada Byron")
			assignment := s.assign(ada)
			s.target.setAnswer(refuse(http.StatusBadRequest, func(r *http.Request) bool { return r.Method == http.MethodPost }))
			s.cycle()
			if n := s.job.Status().LastExecution.CountEscrowed; n != 1 {
				t.Fatalf("%d failures", n)
			}
			leave(s, ada, assignment)
			s.sends()
			if n := s.job.Status().LastExecution.CountEscrowed; n != 0 {
				t.Fatalf("%d failures are still remembered", n)
			}
			if report := s.sends(); report.Skipped != 0 {
				t.Fatalf("report %+v", report)
			}
		})
	}
}

// Assigned and purged before a cycle ran: the account is deleted all the same.
func TestUserDeletedForGoodBetweenTwoCycles(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.settled()
	s.ok(s.dir.Delete(ada))
	s.ok(s.dir.Purge(ada))
	s.sends("DELETE /Users/u1")
	if n := len(s.job.Status().SynchronizedEntryCountByType); n != 0 {
		t.Fatalf("still counted: %+v", s.job.Status().SynchronizedEntryCountByType)
	}
}

func TestUserThatWasUnassignedFirstIsNotDeletedLater(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	assignment := s.assign(ada)
	s.settled()
	s.ok(s.dir.Unassign(assignment))
	s.sends("GET /Users/u1", patch("/Users/u1", op("Replace", active, `"False"`)))
	s.ok(s.dir.Delete(ada))
	s.sends()
	s.ok(s.dir.Purge(ada))
	s.sends()
}
