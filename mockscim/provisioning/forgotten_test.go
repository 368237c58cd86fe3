package provisioning_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// A full restart forgets how often an object has failed: it is tried again in the next cycle, not after a day.
func TestAFullRestartBeginsTheGapsAnew(t *testing.T) {
	s := newStage(t)
	s.assign(s.user("Ada Byron"))
	s.target.setAnswer(refuse(http.StatusBadRequest, posts))
	s.attempts(48)
	s.job.Restart(synchronization.ResetFull)
	s.cycle()
	s.target.taken()
	s.clock.Advance(40 * time.Minute)
	s.sends(matchAda, postAda)
}

// A group that could not be created, and was created on demand, gets its members in the next cycle though nothing about it has changed.
func TestAGroupCreatedOnDemandGetsItsMembersInTheNextCycle(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	team := s.group("Team Red", ada)
	s.assign(team)
	s.target.setAnswer(refuse(http.StatusBadRequest, func(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path == "/scim/Groups" }))
	s.cycle()
	s.target.setAnswer(nil)
	if _, err := s.job.ProvisionOnDemand(t.Context(), subject("Group", team)); err != nil {
		t.Fatal(err)
	}
	s.sends(getGroup("g1"), addMember("g1", "u1"))
	s.sends()
}
