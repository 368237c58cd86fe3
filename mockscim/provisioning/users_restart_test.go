package provisioning_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

func TestUserThatVanishedFromTheTarget(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.settled()
	s.target.setAnswer(refuse(http.StatusNotFound, func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/scim/Users/") }))
	s.update(ada, directory.Properties{"jobTitle": "Analyst"})
	s.sends("GET /Users/u1")
	s.logged(ada, synchronization.ActionUpdate, synchronization.StatusFailure, wire.CodeInvalidAnchor)

	// Deleting what is not there is done.
	s.ok(s.dir.Delete(ada))
	s.ok(s.dir.Purge(ada))
	s.sends("DELETE /Users/u1")
	s.logged(ada, synchronization.ActionDelete, synchronization.StatusSuccess, "")
	s.sends()
}

func TestRestartMatchesEverythingAgain(t *testing.T) {
	s := newStage(t)
	s.assign(s.user("Ada Byron"))
	s.settled()
	s.job.Restart(synchronization.ResetWatermark)
	if report := s.sends("GET /Users/u1"); !report.Initial {
		t.Fatal("not an initial cycle")
	}
	for _, scope := range []synchronization.ResetScope{synchronization.ResetFull, synchronization.ResetConnectorDataStore} {
		s.job.Restart(scope)
		s.sends(matchAda)
	}
}

func TestRestartDuringACycleTakesEffectAfterIt(t *testing.T) {
	s := newStage(t)
	s.assign(s.user("Ada Byron"))
	s.target.setAnswer(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			s.job.Restart(synchronization.ResetFull)
		}
		return false
	})
	s.sends(matchAda, postAda)
	if next := s.job.NextRun(); next.After(s.clock.Now()) {
		t.Fatalf("the next run is at %s", next)
	}
	s.sends(matchAda)
	s.sends()
}
