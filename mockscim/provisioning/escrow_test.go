package provisioning_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// attempts runs cycles every hour and says after how many hours one sent more than the probes.
func (s *stage) attempts(hours int) []int {
	s.Helper()
	var at []int
	for hour := range hours {
		s.cycle()
		if len(s.target.taken()) > len(probes) {
			at = append(at, hour)
		}
		s.clock.Advance(time.Hour)
	}
	return at
}

func posts(r *http.Request) bool { return r.Method == http.MethodPost }
func groupPatches(r *http.Request) bool {
	return r.Method == http.MethodPatch && strings.Contains(r.URL.Path, "/Groups/")
}

// An object that keeps failing is tried in the next cycle, then less and less often, and given up after four weeks.
func TestFailedObjectIsTriedLessAndLess(t *testing.T) {
	for name, test := range map[string]struct {
		refused func(*http.Request) bool
		assign  func(s *stage, ada string) (changed string, p directory.Properties)
	}{
		"user": {posts, func(s *stage, ada string) (string, directory.Properties) {
			s.assign(ada)
			return ada, directory.Properties{"jobTitle": "Analyst"}
		}},
		"membership": {groupPatches, func(s *stage, ada string) (string, directory.Properties) {
			team := s.group("Team Red", ada)
			s.assign(team)
			return team, directory.Properties{"description": "red"}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			id, change := test.assign(s, s.user("Ada Byron"))
			s.target.setAnswer(refuse(http.StatusInternalServerError, test.refused))
			at := s.attempts(29 * 24)
			if want := []int{0, 1, 7, 19, 43, 67, 91}; len(at) < len(want) || !slices.Equal(at[:len(want)], want) {
				t.Fatalf("tried after %v hours, want %v and then daily", at, want)
			}
			if last := at[len(at)-1]; last < 27*24 || last > 28*24+24 {
				t.Fatalf("last tried after %d hours", last)
			}
			if n := s.job.Status().LastExecution.CountEscrowed; n != 0 {
				t.Fatalf("%d failures are still remembered", n)
			}
			// A change brings it back, and what was missing is made up for.
			s.target.setAnswer(nil)
			s.update(id, change)
			if report := s.cycle(); report.Failures > 0 || report.Creates+report.MemberChanges != 1 {
				t.Fatalf("report %+v", report)
			}
		})
	}
}

func TestChangedObjectIsTriedAtOnce(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.target.setAnswer(refuse(http.StatusInternalServerError, posts))
	s.cycle()
	s.cycle()
	s.sends()
	s.update(ada, directory.Properties{"officeLocation": nil, "mailNickname": "countess"})
	s.target.setAnswer(nil)
	s.sends(matchAda, strings.Replace(postAda, `"externalId":"ada"`, `"externalId":"countess"`, 1))
}
