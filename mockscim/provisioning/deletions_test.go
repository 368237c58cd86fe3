package provisioning_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// leavers are three users and a group in the target, with what each does to leave.
type leavers struct {
	*stage

	ada, bob, cy, team string
	assignments        map[string]string
}

func newLeavers(t *testing.T, opts ...provisioning.Option) *leavers {
	s := &leavers{stage: newStage(t, opts...), assignments: map[string]string{}}
	s.ada, s.bob, s.cy, s.team = s.user("Ada Byron"), s.user("Bob Ross"), s.user("Cy Twombly"), s.group("Team Red")
	for _, id := range []string{s.ada, s.bob, s.cy, s.team} {
		s.assignments[id] = s.assign(id)
	}
	s.settled()
	return s
}

func (s *leavers) unassign(ids ...string) {
	s.Helper()
	for _, id := range ids {
		s.ok(s.dir.Unassign(s.assignments[id]))
	}
}

const (
	deleteTeam = "DELETE /Groups/g1"
	readAda    = "GET /Users/u1"
	readBob    = "GET /Users/u2"
)

func deactivate(user string) string {
	return patch("/Users/"+user, op("Replace", active, `"False"`))
}

// Each way to leave counts: out of scope, blocked, in the recycle bin, and a group that goes.
func TestTooManyDeletionsWaitToBeAllowed(t *testing.T) {
	s := newLeavers(t, provisioning.WithAccidentalDeletionPrevention(3))
	s.unassign(s.ada, s.team)
	s.update(s.bob, directory.Properties{"accountEnabled": false})
	s.ok(s.dir.Delete(s.cy))
	dana := s.user("Dana Scully")
	s.assign(dana)

	report := s.cycle()
	q := s.job.Status().Quarantine
	if report.Creates != 1 || report.Disables+report.Deletes != 0 || q == nil || q.Reason != synchronization.TooManyDeletes || s.job.Staged() != 4 {
		t.Fatalf("report %+v, quarantine %+v, %d staged", report, q, s.job.Staged())
	}
	for _, id := range []string{s.ada, s.bob, s.cy, s.team} {
		s.logged(id, synchronization.ActionStagedDelete, synchronization.StatusSkipped, provisioning.CodeTooManyDeletes)
	}
	s.target.taken()
	s.sends() // they wait, cycle after cycle

	s.job.Restart(synchronization.ResetForceDeletes)
	if !s.job.NextRun().Equal(s.clock.Now()) {
		t.Fatalf("the next run is at %s", s.job.NextRun())
	}
	report = s.sends(readAda, deactivate("u1"), readBob, deactivate("u2"), "GET /Users/u3", deactivate("u3"), deleteTeam)
	if report.Error != nil || s.job.Status().Quarantine != nil || s.job.Staged() != 0 {
		t.Fatalf("report %+v, status %+v", report, s.job.Status())
	}
	s.sends()
}

func TestTheDeletionThreshold(t *testing.T) {
	at := provisioning.DefaultThresholds()
	at.Deletions, at.DeletionsAtBoundary = 2, true
	for _, test := range []struct {
		title  string
		option provisioning.Option
		held   bool
	}{
		{"fewer than the threshold", provisioning.WithAccidentalDeletionPrevention(3), false},
		{"as many as the threshold", provisioning.WithAccidentalDeletionPrevention(2), false},
		{"as many, when the boundary counts", provisioning.WithThresholds(at), true},
		{"more", provisioning.WithAccidentalDeletionPrevention(1), true},
		{"switched off", provisioning.WithAccidentalDeletionPrevention(0), false},
	} {
		t.Run(test.title, func(t *testing.T) {
			s := newLeavers(t, test.option)
			s.unassign(s.ada, s.team)
			report := s.cycle()
			if got := report.Error != nil; got != test.held || (report.Disables == 0) != test.held || (report.Deletes == 0) != test.held {
				t.Fatalf("report %+v", report)
			}
		})
	}
}

func TestWhoComesBackIntoScopeIsNotDeleted(t *testing.T) {
	s := newLeavers(t, provisioning.WithAccidentalDeletionPrevention(1))
	s.unassign(s.ada, s.team)
	s.cycle()
	s.assign(s.ada)
	s.assign(s.team)
	s.target.taken()
	report := s.sends(readAda, getGroup("g1"))
	if report.Error != nil || s.job.Staged() != 0 || s.job.Status().Quarantine != nil {
		t.Fatalf("report %+v", report)
	}
	s.job.Restart(synchronization.ResetForceDeletes) // nothing to allow
	s.sends()
}

// What is allowed is what was staged; who leaves later counts anew.
func TestAllowedDeletionsAreThoseThatWait(t *testing.T) {
	s := newLeavers(t, provisioning.WithAccidentalDeletionPrevention(1))
	s.unassign(s.ada, s.team)
	s.cycle()
	s.job.Restart(synchronization.ResetForceDeletes)
	s.unassign(s.bob, s.cy)
	s.target.taken()
	report := s.sends(readAda, deactivate("u1"), deleteTeam)
	if report.Error == nil || s.job.Staged() != 2 {
		t.Fatalf("report %+v, %d staged", report, s.job.Staged())
	}
}

// Disabled already, or never to be disabled: such changes take nothing away.
func TestWhatDoesNotCountAsADeletion(t *testing.T) {
	s := newLeavers(t, provisioning.WithAccidentalDeletionPrevention(1))
	s.update(s.ada, directory.Properties{"accountEnabled": false})
	s.settled()
	s.update(s.ada, directory.Properties{"jobTitle": "Analyst"}) // blocked before
	s.unassign(s.bob)
	if report := s.cycle(); report.Error != nil || report.Updates != 1 || report.Disables != 1 {
		t.Fatalf("report %+v", report)
	}
}
