package provisioning_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

func subject(kind, id string, members ...string) []synchronization.OnDemandParameters {
	s := synchronization.Subject{ObjectID: id, ObjectTypeName: kind}
	for _, m := range members {
		s.Links.Members = append(s.Links.Members, synchronization.Subject{ObjectID: m, ObjectTypeName: "User"})
	}
	return []synchronization.OnDemandParameters{{Subjects: []synchronization.Subject{s}}}
}

// demand provisions on demand and compares what was sent after the probes.
func (s *stage) demand(p []synchronization.OnDemandParameters, want ...string) provisioning.OnDemandResult {
	s.Helper()
	s.target.taken()
	r := must(s.job.ProvisionOnDemand(context.Background(), p))(s)
	s.compare(want...)
	return r
}

func stages(r provisioning.OnDemandResult) (names []string) {
	for _, stage := range r.Stages() {
		names = append(names, stage.Name+": "+string(stage.Result))
	}
	return names
}

func TestAUserOnDemandGoesThroughFiveSteps(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	r := s.demand(subject("User", ada), matchAda, postAda)
	want := []string{
		"Test connection: success", "Import user: success", "Determine if user is in scope: success",
		"Match user between source and target system: success", "Perform action: success",
	}
	if r.Result != synchronization.StatusSuccess || r.Summary.ProvisioningAction != synchronization.ActionCreate || !slices.Equal(stages(r), want) {
		t.Fatalf("result %+v, stages %q", r, stages(r))
	}
	if r = s.demand(subject("User", ada), "GET /Users/u1"); r.Result != synchronization.StatusSkipped || r.Code != provisioning.CodeSynchronizationSkipped {
		t.Fatalf("result %+v", r)
	}
	if pair := must(r.Pair())(t); pair.Key != `{"result":"Skipped","details":{"errorCode":"RedundantExport","errorMessage":"The target has every mapped value already; nothing was exported."}}` {
		t.Errorf("key %s", pair.Key)
	}

	s.sends("GET /Users/u1") // the initial cycle is still to come, and knows the user
}

func TestWhatOnDemandDoesNot(t *testing.T) {
	s := newStage(t)
	ada, bob, cy, dana := s.user("Ada Byron"), s.user("Bob Ross"), s.user("Cy Twombly"), s.user("Dana Scully")
	s.assign(ada)
	s.assign(bob)
	left := s.assign(cy)
	s.settled()
	s.update(ada, directory.Properties{"accountEnabled": false})
	s.ok(s.dir.Delete(bob))
	s.ok(s.dir.Unassign(left))
	for title, test := range map[string]struct {
		user   string
		sent   []string
		result synchronization.ProvisioningResult
	}{
		"a blocked user is left":          {ada, nil, synchronization.StatusSkipped},
		"a deleted user is left":          {bob, nil, synchronization.StatusSkipped},
		"an unassigned user is disabled":  {cy, []string{"GET /Users/u3", deactivate("u3")}, synchronization.StatusSuccess},
		"who is not in scope is left out": {dana, nil, synchronization.StatusSkipped},
	} {
		t.Run(title, func(t *testing.T) {
			if r := s.demand(subject("User", test.user), test.sent...); r.Result != test.result {
				t.Fatalf("result %+v", r)
			}
		})
	}
}

func TestAGroupOnDemandTakesTheMembersThatAreNamed(t *testing.T) {
	s := newStage(t)
	ada, bob, cy := s.user("Ada Byron"), s.user("Bob Ross"), s.user("Cy Twombly")
	s.assign(s.group("Other", ada, bob, cy))
	s.settled()
	team := s.group("Team Red", ada, bob, cy)
	s.assign(team)
	r := s.demand(subject("Group", team, ada, bob),
		"GET /Groups?excludedAttributes=members&filter=displayName+eq+%22Team+Red%22",
		`POST /Groups {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],`+
			`"externalId":"`+team+`","displayName":"Team Red","meta":{"resourceType":"Group"}}`,
		addMember("g2", "u1"), addMember("g2", "u2"))
	if r.Result != synchronization.StatusSuccess {
		t.Fatalf("result %+v", r)
	}
	s.sends("GET /Users/u1", "GET /Users/u2", "GET /Users/u3", getGroup("g2"), addMember("g2", "u3")) // the cycle brings the rest
}

func TestOnDemandDoesNotKnowTheFlag(t *testing.T) {
	for title, test := range map[string]struct {
		options wire.Options
		want    string
	}{
		"by default": {wire.Options{Dialect: wire.AADOptSCIM}, op("Replace", "displayName", `"Ada Lovelace"`)},
		"by option": {
			wire.Options{Dialect: wire.AADOptSCIM, FlagOnDemand: true}, `{"op":"replace","value":{"displayName":"Ada Lovelace"}}`,
		},
	} {
		t.Run(title, func(t *testing.T) {
			s := newStage(t, provisioning.WithWire(test.options))
			ada := s.user("Ada Byron")
			s.assign(ada)
			s.settled()
			s.update(ada, directory.Properties{"displayName": "Ada Lovelace"})
			s.demand(subject("User", ada), "GET /Users/u1", patch("/Users/u1", test.want))
		})
	}
}

func TestOnDemandSaysWhatFailed(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.target.setAnswer(refuse(http.StatusUnauthorized, nil))
	r := must(s.job.ProvisionOnDemand(context.Background(), subject("User", ada)))(t)
	if r.Code != wire.CodeCredentialValidationFailure || r.Connection == nil || !slices.Equal(stages(r), []string{"Test connection: failure"}) {
		t.Fatalf("result %+v", r)
	}
	if u := r.Summary; u.SourceIdentity.ID != ada || u.SourceIdentity.DisplayName != "Ada Byron" || u.ChangeID == "" || len(u.ProvisioningSteps) != 1 ||
		u.ProvisioningSteps[0].Status != synchronization.StatusFailure || u.ProvisioningStatusInfo.Status != synchronization.StatusFailure {
		t.Fatalf("summary %+v", u)
	}
	if value := must(r.Pair())(t).Value; strings.Contains(value, "1/1/0001") || !strings.Contains(value, `"action":"Other"`) {
		t.Fatalf("value %s", value)
	}
	if s.job.Status().Quarantine != nil {
		t.Fatal("the job went into quarantine")
	}
	s.target.setAnswer(refuse(http.StatusConflict, func(r *http.Request) bool { return r.Method == http.MethodPost }))
	r = must(s.job.ProvisionOnDemand(context.Background(), subject("User", ada)))(t)
	if names := stages(r); r.Result != synchronization.StatusFailure || names[len(names)-1] != "Perform action: failure" {
		t.Fatalf("result %+v, stages %q", r, names)
	}
	pair := must(r.Pair())(t)
	var key struct {
		Result  string
		Details struct{ ErrorCode string }
	}
	var value struct {
		Action            string
		ProvisioningSteps []synchronization.ProvisioningStep
	}
	s.ok(json.Unmarshal([]byte(pair.Key), &key))
	s.ok(json.Unmarshal([]byte(pair.Value), &value))
	if key.Result != "Failure" || key.Details.ErrorCode != wire.CodeConflict && key.Details.ErrorCode != wire.CodeEntryConflict || value.Action != "Create" || len(value.ProvisioningSteps) != 4 {
		t.Fatalf("pair %+v", pair)
	}
}

func TestOnDemandRefusesWhatItCannotRun(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	team := s.group("Team Red", ada)
	for title, p := range map[string][]synchronization.OnDemandParameters{
		"nothing":                nil,
		"nobody":                 {{}},
		"an unknown user":        subject("User", "nobody"),
		"a group called a user":  subject("User", team),
		"another kind of object": subject("Device", ada),
		"six members":            subject("Group", team, ada, ada, ada, ada, ada, ada),
		"members of a user":      subject("User", ada, ada),
	} {
		if _, err := s.job.ProvisionOnDemand(context.Background(), p); !errors.Is(err, provisioning.ErrOnDemand) {
			t.Errorf("%s: %v", title, err)
		}
	}
	const limit = "one run takes one set of parameters with one subject, which is a User without members, or a Group with at most 5 of its members (6 objects in all)"
	two := append(subject("User", ada), subject("User", ada)...)
	for said, p := range map[string][]synchronization.OnDemandParameters{
		"a Group with 6 members is named; " + limit:                            subject("Group", team, ada, ada, ada, ada, ada, ada),
		"a User with 1 members is named; " + limit:                             subject("User", ada, ada),
		"2 sets of parameters with 2 subjects together are named; " + limit:    two,
		"0 sets of parameters with 0 subjects together are named; one run tak": nil,
	} {
		if _, err := s.job.ProvisionOnDemand(context.Background(), p); err == nil || !strings.Contains(err.Error(), said) {
			t.Errorf("said is %v, want %s", err, said)
		}
	}
}

// Every entry is in the tenant's log too, where Graph reads it, and says why somebody was left out.
func TestTheTenantKeepsTheProvisioningLog(t *testing.T) {
	users := onlyIT()
	s := newStage(t, provisioning.WithUserMapping(users))
	ada := s.user("Ada Byron", directory.Properties{"department": "Sales"})
	s.assign(ada)
	s.cycle()
	records := s.dir.ProvisioningRecords()
	if len(records) != 1 {
		t.Fatalf("%d records", len(records))
	}
	var e synchronization.ProvisioningObjectSummary
	s.ok(json.Unmarshal(records[0].Body, &e))
	if e.ID != records[0].ID || !e.ActivityDateTime.Equal(s.clock.Now()) || e.SourceIdentity.ID != ada || len(e.ProvisioningSteps) != 3 {
		t.Fatalf("entry %+v", e)
	}
	scoping := e.ProvisioningSteps[1]
	if scoping.Details["ScopeEvaluationResult"] != `{"Only IT.department EQUALS 'IT'":false}` || scoping.Details["Assigned"] != "True" ||
		scoping.Description != "User 'Ada Byron' is not in scope; this does not hold: Only IT.department EQUALS 'IT'" {
		t.Fatalf("step %+v", scoping)
	}
}
