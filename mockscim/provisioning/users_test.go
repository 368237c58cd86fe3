package provisioning_test

import (
	"net/http"
	"slices"
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
