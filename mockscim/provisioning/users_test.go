package provisioning_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// The life of one assigned user, request by request.
func TestUserLifecycle(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.sends() // not assigned: nothing
	assignment := s.assign(ada)

	report := s.sends(matchAda, postAda)
	if report.Initial || report.Creates != 1 || report.Requests != 4 {
		t.Fatalf("report %+v", report)
	}
	if got := s.anchor(ada); got != "u1" {
		t.Fatalf("anchor %s", got)
	}
	s.logged(ada, synchronization.ActionCreate, synchronization.StatusSuccess, "")

	s.sends() // nothing changed: only the probes

	s.update(ada, directory.Properties{"jobTitle": "Analyst", "displayName": "Ada Lovelace", "surname": "Lovelace"})
	s.sends("GET /Users/u1", patch("/Users/u1",
		op("Replace", "displayName", `"Ada Lovelace"`), op("Add", "title", `"Analyst"`),
		op("Add", "name.familyName", `"Lovelace"`), op("Add", "name.formatted", `"Lovelace"`)))
	s.logged(ada, synchronization.ActionUpdate, synchronization.StatusSuccess, "")

	s.update(ada, directory.Properties{"userPrincipalName": "countess@contoso.example"})
	s.sends("GET /Users/u1", patch("/Users/u1", op("Replace", "userName", `"countess@contoso.example"`)))

	s.update(ada, directory.Properties{"jobTitle": nil})
	s.sends("GET /Users/u1") // a null value sends nothing
	s.logged(ada, synchronization.ActionOther, synchronization.StatusSkipped, provisioning.CodeSynchronizationSkipped)

	disable := patch("/Users/u1", op("Replace", active, `"False"`))
	enable := patch("/Users/u1", op("Replace", active, `"True"`))

	s.update(ada, directory.Properties{"accountEnabled": false})
	report = s.sends("GET /Users/u1", disable)
	if report.Disables != 1 || report.Updates != 0 {
		t.Fatalf("report %+v", report)
	}
	s.logged(ada, synchronization.ActionDisable, synchronization.StatusSuccess, "")
	s.update(ada, directory.Properties{"accountEnabled": true})
	s.sends("GET /Users/u1", enable)
	s.logged(ada, synchronization.ActionUpdate, synchronization.StatusSuccess, "")

	s.ok(s.dir.Unassign(assignment))
	s.sends("GET /Users/u1", disable)
	s.assign(ada)
	s.sends(`GET /Users?filter=userName+eq+%22countess%40contoso.example%22`, enable) // matched again, same account
	if got := s.anchor(ada); got != "u1" {
		t.Fatalf("anchor %s", got)
	}

	s.ok(s.dir.Delete(ada))
	s.sends("GET /Users/u1", disable)
	must(s.dir.Restore(ada))(t)
	s.sends("GET /Users/u1", enable)

	s.ok(s.dir.Delete(ada))
	s.sends("GET /Users/u1", disable)
	s.ok(s.dir.Purge(ada))
	report = s.sends("DELETE /Users/u1")
	if report.Deletes != 1 {
		t.Fatalf("report %+v", report)
	}
	s.logged(ada, synchronization.ActionDelete, synchronization.StatusSuccess, "")
	if _, ok := s.job.Anchor(ada); ok {
		t.Fatal("a deleted user is still linked")
	}
	s.sends()
}

func TestUserIsLinkedWhenTheTargetAlreadyHasIt(t *testing.T) {
	s := newStage(t)
	s.target.users.put(scim.Resource{"userName": "ADA@contoso.example", "active": false, "externalId": "ada"})
	ada := s.user("Ada Byron")
	s.assign(ada)
	// The letter case of userName does not count; what differs goes out in one PATCH.
	report := s.sends(matchAda, patch("/Users/u1", op("Replace", active, `"True"`), op("Add", "displayName", `"Ada Byron"`)))
	if !report.Initial || report.Updates != 1 {
		t.Fatalf("report %+v", report)
	}
}

func TestMatchingAttributesAreAskedInOrderOfPrecedence(t *testing.T) {
	users := mapping.DefaultUsers()
	for i := range users.AttributeMappings {
		switch row := &users.AttributeMappings[i]; row.TargetAttributeName {
		case "externalId":
			row.MatchingPriority = 1
		case "userName":
			row.MatchingPriority = 2
		}
	}
	s := newStage(t, provisioning.WithUserMapping(users))
	s.target.users.put(scim.Resource{"userName": "ada@contoso.example", "active": true, "externalId": "somebody", "displayName": "Ada Byron"})
	s.assign(s.user("Ada Byron"))
	s.cycle()
	want := []string{
		`GET /Users?filter=externalId+eq+%22{probe}%22`, probes[1],
		`GET /Users?filter=externalId+eq+%22ada%22`, matchAda, patch("/Users/u1", op("Replace", "externalId", `"ada"`)),
	}
	if got := s.target.taken(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("got %s", strings.Join(got, "\n"))
	}
}

func TestUserFailures(t *testing.T) {
	for _, test := range []struct {
		name   string
		given  func(s *stage)
		code   string
		status synchronization.ProvisioningResult
		sends  []string
	}{
		{
			"two users of the target match: DuplicateTargetEntries",
			func(s *stage) {
				s.target.users.put(scim.Resource{"userName": "ada@contoso.example"})
				s.target.users.put(scim.Resource{"userName": "ada@contoso.example"})
			},
			provisioning.CodeDuplicateTargetEntries, synchronization.StatusFailure, []string{matchAda},
		},
		{
			"the target ignores the filter: MultipleEntriesInResponse",
			func(s *stage) {
				ada, bob := scim.Resource{"id": "u1", "userName": "ada@contoso.example"}, scim.Resource{"id": "u2", "userName": "bob@contoso.example"}
				s.target.setAnswer(func(w http.ResponseWriter, r *http.Request) bool {
					if !strings.Contains(r.URL.RawQuery, "ada") {
						return false
					}
					reply(w, http.StatusOK, scim.NewListResponse(2, 1, []scim.Resource{ada, bob}))
					return true
				})
			},
			wire.CodeMultipleEntries, synchronization.StatusFailure, []string{matchAda},
		},
		{
			"the target refuses to create: Conflict",
			func(s *stage) {
				s.target.setAnswer(refuse(http.StatusConflict, func(r *http.Request) bool { return r.Method == http.MethodPost }))
			},
			"Conflict", synchronization.StatusFailure, []string{matchAda, postAda},
		},
		{
			"the target answers a create without an id",
			func(s *stage) {
				s.target.setAnswer(func(w http.ResponseWriter, r *http.Request) bool {
					if r.Method != http.MethodPost {
						return false
					}
					reply(w, http.StatusCreated, map[string]any{"userName": "ada@contoso.example"})
					return true
				})
			},
			wire.CodeServiceIncompatible, synchronization.StatusFailure, []string{matchAda, postAda},
		},
		{
			"the target counts more matches than it shows",
			func(s *stage) {
				s.target.setAnswer(func(w http.ResponseWriter, r *http.Request) bool {
					if !strings.Contains(r.URL.RawQuery, "ada") {
						return false
					}
					reply(w, http.StatusOK, scim.NewListResponse(2, 1, []scim.Resource{{"id": "u1"}}))
					return true
				})
			},
			provisioning.CodeDuplicateTargetEntries, synchronization.StatusFailure, []string{matchAda},
		},
		{
			"the target counts a match and shows none",
			func(s *stage) {
				s.target.setAnswer(func(w http.ResponseWriter, r *http.Request) bool {
					if !strings.Contains(r.URL.RawQuery, "ada") {
						return false
					}
					reply(w, http.StatusOK, scim.NewListResponse(1, 1, nil))
					return true
				})
			},
			wire.CodeServiceIncompatible, synchronization.StatusFailure, []string{matchAda},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t)
			test.given(s)
			ada := s.user("Ada Byron")
			s.assign(ada)
			report := s.sends(test.sends...)
			if report.Failures != 1 || report.Error != nil {
				t.Fatalf("report %+v", report)
			}
			s.logged(ada, synchronization.ActionCreate, test.status, test.code)
			if code := s.job.Status().Code; code != synchronization.CodeActive {
				t.Fatalf("one object's failure made the job %s", code)
			}
			s.sends(test.sends...) // tried again in the next cycle, without any change
		})
	}
}
