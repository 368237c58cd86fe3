package provisioning_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

func TestManagerIsWrittenWhenBothExist(t *testing.T) {
	s := newStage(t)
	ada, bob, cy := s.user("Ada Byron"), s.user("Bob Ross"), s.user("Cy Twombly")
	s.ok(s.dir.SetManager(ada, bob))
	for _, id := range []string{ada, bob, cy} {
		s.assign(id)
	}
	report := s.cycle()
	requests := s.target.taken()
	if last := requests[len(requests)-1]; last != patch("/Users/u1", op("Add", manager, `"u2"`)) {
		t.Fatalf("the last request is %s", last)
	}
	if report.Creates != 3 || report.Updates != 1 {
		t.Fatalf("report %+v", report)
	}
	want := synchronization.Collection[synchronization.ModifiedProperty]{{DisplayName: manager, NewValue: "u2"}}
	if diff := cmp.Diff(want, s.lastLog(ada).ModifiedProperties); diff != "" {
		t.Fatal(diff)
	}
	s.sends()
	s.ok(s.dir.SetManager(ada, cy))
	if report := s.sends("GET /Users/u1", patch("/Users/u1", op("Replace", manager, `"u3"`))); report.Updates != 1 || report.Skipped != 0 {
		t.Fatalf("report %+v", report)
	}
	s.ok(s.dir.SetManager(ada, ""))
	s.sends("GET /Users/u1") // a null value sends nothing
}

func TestManagerRemovalIsSentOnDemand(t *testing.T) {
	s := newStage(t, provisioning.WithManagerRemoval())
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	s.ok(s.dir.SetManager(ada, bob))
	s.assign(ada)
	s.assign(bob)
	s.settled()
	s.ok(s.dir.SetManager(ada, ""))
	s.sends("GET /Users/u1", patch("/Users/u1", op("Replace", manager, `""`)))
	s.update(ada, directory.Properties{"jobTitle": "Analyst"})
	s.sends("GET /Users/u1", patch("/Users/u1", op("Add", "title", `"Analyst"`)))
}

func TestManagerOutOfScopeIsNotMadeUpForBeforeARestart(t *testing.T) {
	s := newStage(t)
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	s.ok(s.dir.SetManager(ada, bob))
	s.assign(ada)
	s.sends(matchAda, postAda)
	s.assign(bob)
	s.sends(matchUser("bob"), postUser("bob", "Bob Ross"))
	s.update(ada, directory.Properties{"jobTitle": "Analyst"})
	s.sends("GET /Users/u1", patch("/Users/u1", op("Add", "title", `"Analyst"`)))
	s.job.Restart(synchronization.ResetWatermark)
	s.sends("GET /Users/u1", "GET /Users/u2", patch("/Users/u1", op("Add", manager, `"u2"`)))
}

func TestManagerThatFailedIsWrittenWhenItExists(t *testing.T) {
	s := newStage(t)
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	s.ok(s.dir.SetManager(ada, bob))
	s.assign(ada)
	s.assign(bob)
	s.target.setAnswer(func(w http.ResponseWriter, r *http.Request) bool {
		return strings.Contains(r.URL.RawQuery, "bob") && refuse(http.StatusServiceUnavailable, nil)(w, r)
	})
	s.cycle()
	s.target.setAnswer(nil)
	report := s.cycle()
	if report.Failures != 0 || report.Creates != 1 || report.Updates != 1 {
		t.Fatalf("report %+v", report)
	}
	s.sends()
}

// A target that takes a manager in and never shows it is written to in every cycle.
func TestManagerThatTheTargetNeverShows(t *testing.T) {
	s := newStage(t)
	s.target.hideManager, s.target.bodies = true, true
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	s.ok(s.dir.SetManager(ada, bob))
	s.assign(ada)
	s.assign(bob)
	s.settled()
	again := []string{"GET /Users/u1", patch("/Users/u1", op("Add", manager, `"u2"`))}
	s.sends(again...)
	s.sends(again...)
	s.target.hideManager = false
	s.sends("GET /Users/u1")
	s.sends()
}

// The same, seen when the user is read the next time, because the target answers writes without a body.
func TestManagerThatTheTargetNeverShowsAndAnswersWithoutABody(t *testing.T) {
	s := newStage(t)
	s.target.hideManager = true
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	s.ok(s.dir.SetManager(ada, bob))
	s.assign(ada)
	s.assign(bob)
	s.settled()
	s.sends()
	s.job.Restart(synchronization.ResetWatermark)
	again := patch("/Users/u1", op("Add", manager, `"u2"`))
	s.sends("GET /Users/u1", "GET /Users/u2", again)
	s.sends("GET /Users/u1", again)
}

func TestManagerWhoLeftScopeIsLeftOut(t *testing.T) {
	s := newStage(t)
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	s.assign(ada)
	assignment := s.assign(bob)
	s.settled()
	s.ok(s.dir.Unassign(assignment))
	s.settled()
	s.ok(s.dir.SetManager(ada, bob))
	s.sends("GET /Users/u1")
}

func TestRolesInThreeFormats(t *testing.T) {
	admin, reader := "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	appRoles := []directory.AppRole{
		{ID: admin, Value: "Admin", DisplayName: "Administrator", Enabled: true, AllowedMemberTypes: []string{"User"}},
		{ID: reader, Value: "Reader", DisplayName: "Reader", Enabled: true, AllowedMemberTypes: []string{"User"}},
	}
	for _, test := range []struct {
		format mapping.RoleFormat
		create string // in the POST
		update string // operation when a second role comes by a group; "" when none goes out
	}{
		{mapping.SingleRole, `"roles":[{"primary":true,"type":"WindowsAzureActiveDirectoryRole","value":"Admin"}]`, ""},
		{
			mapping.ComplexRoles, `"roles":[{"primary":false,"type":"WindowsAzureActiveDirectoryRole",`,
			`{"op":"Add","path":"roles","value":[`,
		},
		{
			mapping.AssertiveRoles, `"roles":[{"primary":false,"type":"WindowsAzureActiveDirectoryRole",`,
			`{"op":"replace","path":"roles","value":[`,
		},
	} {
		t.Run(string(test.format), func(t *testing.T) {
			s := newStageWithRoles(t, appRoles, provisioning.WithUserMapping(mapping.WithRoles(mapping.DefaultUsers(), test.format)))
			ada := s.user("Ada Byron")
			must(s.dir.Assign(ada, s.app, admin))(t)
			s.cycle()
			requests := s.target.taken()
			post := requests[len(requests)-1]
			if !strings.Contains(post, test.create) || !strings.Contains(post, `"value":"Admin"`) {
				t.Fatalf("created with %s", post)
			}
			team := s.group("Team Red", ada)
			must(s.dir.Assign(team, s.app, reader))(t)
			s.cycle()
			sent := strings.Join(s.target.taken(), "\n")
			if test.update == "" {
				if strings.Contains(sent, "roles") {
					t.Fatalf("a second role changed the single one: %s", sent)
				}
				return
			}
			if !strings.Contains(sent, test.update) || !strings.Contains(sent, "Reader") {
				t.Fatalf("sent %s", sent)
			}
		})
	}
}
