package provisioning_test

import (
	"net/http"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// Who is created anew is a member of the same groups in the same cycle, and the manager of the same people in the next.
func TestAUserThatIsMatchedAgainKeepsGroupsAndReports(t *testing.T) {
	s := newStage(t, provisioning.WithRematch())
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	s.ok(s.dir.SetManager(bob, ada))
	s.assign(s.group("Red", ada, bob))
	s.settled()
	delete(s.target.users.items, "u1")
	s.update(ada, directory.Properties{"usageLocation": "GB"})
	s.sends(readAda, matchAda, postAda, addMember("g1", "u3"))
	s.sends("GET /Users/u2", patch("/Users/u2", op("Replace", manager, `"u3"`)))
	s.sends()
}

func TestAnObjectThatIsMatchedAgain(t *testing.T) {
	gone := func(s *stage) { delete(s.target.users.items, "u1") }
	for title, test := range map[string]struct {
		spoil func(s *stage)
		act   func(s *stage, ada string)
		want  []string
		code  string
	}{
		"is found under another id": {
			func(s *stage) {
				r := s.target.users.items["u1"]
				gone(s)
				s.target.users.put(r.Clone())
			},
			func(s *stage, ada string) { s.update(ada, directory.Properties{"usageLocation": "GB"}) },
			[]string{readAda, matchAda}, provisioning.CodeSynchronizationSkipped,
		},
		"is not created when it is blocked": {
			gone, func(s *stage, ada string) { s.update(ada, directory.Properties{"accountEnabled": false}) },
			[]string{readAda}, provisioning.CodeSynchronizationSkipped,
		},
		"also when only the PATCH finds it gone": {
			func(s *stage) {
				s.target.setAnswer(refuse(http.StatusNotFound, func(r *http.Request) bool { return r.Method == http.MethodPatch && r.URL.Path == "/scim/Users/u1" }))
			},
			func(s *stage, ada string) { s.update(ada, directory.Properties{"displayName": "Ada L"}) },
			[]string{readAda, patch("/Users/u1", op("Replace", "displayName", `"Ada L"`)), matchAda, patch("/Users/u1", op("Replace", "displayName", `"Ada L"`))},
			wire.CodeInvalidAnchor, // once is enough
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, provisioning.WithRematch())
			ada := s.user("Ada Byron")
			s.assign(ada)
			s.settled()
			test.spoil(s)
			test.act(s, ada)
			s.sends(test.want...)
			if info := s.lastLog(ada).ProvisioningStatusInfo.ErrorInformation; info == nil || info.ErrorCode != test.code {
				t.Fatalf("logged %+v", s.lastLog(ada).ProvisioningStatusInfo)
			}
		})
	}
}

// What a check finds is not written, and remembered.
func TestAReferenceThatIsThereAlready(t *testing.T) {
	s := newStage(t, provisioning.WithReferenceChecks())
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	team := s.group("Red")
	for _, id := range []string{ada, bob, team} {
		s.assign(id)
	}
	s.settled()
	s.target.groups.items["g1"]["members"] = []any{map[string]any{"value": "u1"}}
	s.ok(s.dir.AddMember(team, ada))
	s.sends(readAda, getGroup("g1"), `GET /Groups?attributes=id&filter=id+eq+%22g1%22+and+members+eq+%22u1%22`)
	s.sends()
	s.ok(s.dir.RemoveMember(team, ada))
	s.sends(readAda, getGroup("g1"), removeMember("g1", "u1"))
}

// A check that is refused fails the reference, which is tried again.
func TestAReferenceCheckThatFails(t *testing.T) {
	s := newStage(t, provisioning.WithReferenceChecks())
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	team := s.group("Red", ada)
	s.ok(s.dir.SetManager(ada, bob))
	for _, id := range []string{ada, bob, team} {
		s.assign(id)
	}
	s.target.setAnswer(refuse(http.StatusBadRequest, func(r *http.Request) bool { return r.URL.Query().Get("attributes") == "id" }))
	if report := s.cycle(); report.Failures != 2 {
		t.Fatalf("report %+v", report)
	}
	s.logged(ada, synchronization.ActionUpdate, synchronization.StatusFailure, wire.CodeServiceIncompatible)
	s.target.setAnswer(nil)
	if report := s.cycle(); report.Failures != 0 || report.MemberChanges != 1 {
		t.Fatalf("report %+v", report)
	}
	s.target.taken()
	s.sends()
}
