package provisioning_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// What changes while a cycle runs is not lost: that cycle goes by what it saw when it began, the next one brings the rest.
func TestChangesDuringARunningCycle(t *testing.T) {
	s := newStage(t)
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	team := s.group("Red", ada)
	left := s.assign(bob)
	s.assign(team)
	var cy string
	once := true
	s.target.setAnswer(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost && once {
			once = false
			cy = s.user("Cy Twombly")
			s.update(ada, directory.Properties{"displayName": "Ada Lovelace"})
			s.ok(s.dir.AddMember(team, cy))
			s.ok(s.dir.RemoveMember(team, ada))
			s.ok(s.dir.Unassign(left))
		}
		return false
	})
	if report := s.cycle(); report.Creates != 3 || report.MemberChanges != 1 || report.Failures != 0 {
		t.Fatalf("report %+v", report)
	}
	s.target.setAnswer(nil)
	if report := s.cycle(); report.Creates != 1 || report.Disables != 2 || report.MemberChanges != 2 || report.Failures != 0 {
		t.Fatalf("report %+v", report)
	}
	if members := s.target.group("g1")["members"]; len(members.([]any)) != 1 {
		t.Fatalf("members %v", members)
	}
	s.target.taken()
	s.sends()
}

func TestObjectsThatGoAndComeBack(t *testing.T) {
	for title, test := range map[string]struct {
		act  func(s *stage, ada string)
		want []string
	}{
		"a user that is restored is enabled again": {
			func(s *stage, ada string) {
				s.ok(s.dir.Delete(ada))
				s.sends(readAda, deactivate("u1"))
				must(s.dir.Restore(ada))(s)
			},
			[]string{readAda, patch("/Users/u1", op("Replace", "active", `"True"`))},
		},
		"a user that is deleted and restored between two cycles stays": {
			func(s *stage, ada string) {
				s.ok(s.dir.Delete(ada))
				must(s.dir.Restore(ada))(s)
			},
			[]string{readAda},
		},
		"a user that is renamed keeps its account": {
			func(s *stage, ada string) {
				s.update(ada, directory.Properties{"userPrincipalName": "countess@contoso.example"})
			},
			[]string{readAda, patch("/Users/u1", op("Replace", "userName", `"countess@contoso.example"`))},
		},
		"another user under the same name is another account": {
			func(s *stage, ada string) {
				s.ok(s.dir.Delete(ada))
				s.ok(s.dir.Purge(ada))
				s.assign(s.user("Ada Byron"))
			},
			[]string{"DELETE /Users/u1", matchAda, postAda},
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			ada := s.user("Ada Byron")
			s.assign(ada)
			s.settled()
			test.act(s, ada)
			s.sends(test.want...)
			s.sends()
		})
	}
}

func TestAGroupThatIsRenamedKeepsItsMembers(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	team := s.group("Red", ada)
	s.assign(team)
	s.settled()
	s.update(team, directory.Properties{"displayName": "Crimson"})
	s.sends(getGroup("g1"), patch("/Groups/g1", op("Replace", "displayName", `"Crimson"`)))
	s.sends()
}

// Each scope of a restart forgets one thing and leaves the others.
func TestRestartScopesOneByOne(t *testing.T) {
	for _, test := range []struct {
		scope               synchronization.ResetScope
		initial, quarantine bool // of the next cycle, and before it
		requests            []string
	}{
		// Bob failed twice, so he waits for six hours; Ada is linked.
		{synchronization.ResetNone, false, true, nil},
		{synchronization.ResetEscrows, false, true, []string{matchBob, postBob}}, // nothing waits any more
		{synchronization.ResetQuarantineState, false, false, nil},
		{synchronization.ResetWatermark, true, true, []string{readAda, matchBob, postBob}},
		{synchronization.ResetConnectorDataStore, true, true, []string{matchAda, matchBob, postBob}},
		{synchronization.ResetEscrows | synchronization.ResetWatermark, true, true, []string{readAda, matchBob, postBob}},
		{synchronization.ResetFull, true, false, []string{matchAda, matchBob, postBob}},
	} {
		t.Run(test.scope.String(), func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.assign(s.user("Ada Byron"))
			s.assign(s.user("Bob Ross"))
			s.target.setAnswer(refuse(http.StatusBadRequest, func(r *http.Request) bool { return strings.Contains(r.URL.RawQuery, "bob") }))
			s.cycle()
			s.cycle()
			s.target.setAnswer(nil)
			s.job.Quarantine(context.Background(), synchronization.QuarantinedOnDemand, "by hand")
			s.job.Restart(test.scope)
			if got := s.job.Status().Quarantine != nil; got != test.quarantine {
				t.Fatalf("in quarantine: %t", got)
			}
			if next := s.job.NextRun(); next.After(s.clock.Now()) {
				t.Fatalf("the next cycle is due at %s", next)
			}
			if report := s.sends(test.requests...); report.Initial != test.initial {
				t.Fatalf("report %+v", report)
			}
		})
	}
}

const (
	matchBob = `GET /Users?filter=userName+eq+%22bob%40contoso.example%22`
	postBob  = `POST /Users {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],` +
		`"externalId":"bob","userName":"bob@contoso.example","active":true,"displayName":"Bob Ross","meta":{"resourceType":"User"}}`
)

// A failure of the token endpoint is one of the credentials: the job goes into quarantine, and a new consent mends it.
func TestARefreshTokenThatIsNoLongerTaken(t *testing.T) {
	s := newStage(t)
	valid := "refresh-1"
	tokens := &wire.AuthorizationCode{
		TokenURL: "https://login.example/token", ClientID: "client", RefreshToken: "refresh-1", Clock: s.clock,
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			w := httptest.NewRecorder()
			if r.ParseForm() != nil || r.PostForm.Get("refresh_token") != valid {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.WriteString(`{"error":"invalid_grant"}`)
			} else {
				_, _ = w.WriteString(`{"access_token":"access","token_type":"Bearer","expires_in":3600}`)
			}
			return w.Result(), nil
		}),
	}
	client := must(wire.NewClient(wire.Config{TenantURL: "http://target.example/scim", Tokens: tokens, Transport: s.target}))(t)
	s.job = must(provisioning.NewJob(s.dir, s.app, client, provisioning.WithClock(s.clock), provisioning.WithIDs(newIDs())))(t)
	s.assign(s.user("Ada Byron"))
	s.settled()
	valid = "revoked"
	s.clock.Advance(2 * time.Hour)
	report := s.cycle()
	refused, ok := errors.AsType[*wire.Error](report.Error)
	if q := s.job.Status().Quarantine; !ok || refused.Code != wire.CodeInvalidCredentials || q == nil || q.Reason != synchronization.EncounteredQuarantineException {
		t.Fatalf("report %+v", report)
	}
	tokens.Consent("revoked")
	s.target.taken()
	if report := s.sends(); report.Error != nil || s.job.Status().Quarantine != nil {
		t.Fatalf("report %+v", report)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
