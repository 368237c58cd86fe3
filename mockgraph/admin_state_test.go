package mockgraph_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

func TestResetGoesBackToTheStart(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.tenant.SetStart()
	before := s.steer("GET", "snapshot", "").want(200).body
	for range 2 {
		s.user("ada", "")
		s.steer("POST", "reset", "").want(200)
		if after := s.steer("GET", "snapshot", "").want(200).body; !bytes.Equal(before, after) {
			t.Fatalf("after the reset the tenant is\n%s, want\n%s", after, before)
		}
		s.ask("GET", "/v1.0/users/ada@contoso.onmicrosoft.com", "").want(404) // and its tokens still work
	}
}

func TestSeedReplacesEverythingByTheSameSampleEachTime(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock))
	first := s.steer("POST", "seed", `{"size":"small","seed":7}`).want(200)
	if first.at("users") != 10.0 || first.str("administrator") != "admin@contoso.onmicrosoft.com" || first.str("password") != mockgraph.AdministratorPassword {
		t.Errorf("seeded: %s", first.body)
	}
	users := func() (all []string) {
		for u := range s.tenant.Directory().Snapshot().Objects(directory.User) {
			all = append(all, u.ID()+u.String("displayName"))
		}
		return all
	}
	before := fmt.Sprint(users())
	if _, err := s.tenant.Directory().Create(directory.Group, directory.Properties{"displayName": "New", "mailNickname": "new", "mailEnabled": false, "securityEnabled": true}); err != nil {
		t.Fatalf("create a group in a seeded tenant: %v", err)
	}
	s.steer("POST", "seed", `{"size":10,"seed":7}`).want(200)
	if got := fmt.Sprint(users()); got != before {
		t.Errorf("the second time the users are\n%s, want\n%s", got, before)
	}
	if s.steer("POST", "seed", `{"size":12,"seed":8}`).want(200).at("users") != 12.0 || fmt.Sprint(users()) == before {
		t.Error("another seed and size give the same users")
	}
	if err := s.tenant.Directory().Snapshot().Check(); err != nil {
		t.Error(err)
	}
}

func TestASnapshotBringsTheStateToAnotherTenant(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithSample(sample.Small, 3), mockgraph.WithTenant("11111111-2222-4333-8444-555555555555", "Fabrikam", "fabrikam.onmicrosoft.com"))
	file := s.steer("GET", "snapshot", "").want(200).body
	other := newStage(t, mockgraph.WithSample(sample.Small, 3))
	other.steer("PUT", "snapshot", string(file)).want(200)
	if h := other.steer("GET", "health", ""); h.str("tenantId") != s.tenant.ID() || h.str("displayName") != "Fabrikam" || other.tenant.ID() != s.tenant.ID() {
		t.Errorf("the other tenant is %s", h.body)
	}
	if again := other.steer("GET", "snapshot", "").body; !bytes.Equal(again, file) {
		t.Error("the snapshot of a snapshot has other bytes")
	}
	for i := range 20 { // ids the file has are not given again
		if _, err := other.tenant.Directory().Create(directory.Group, directory.Properties{"displayName": fmt.Sprint(i), "mailNickname": fmt.Sprint(i), "mailEnabled": false, "securityEnabled": true}); err != nil {
			t.Fatalf("create group %d: %v", i, err)
		}
	}
}

func TestTheClockIsFrozenAdvancedSetAndResumed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct {
		body, now string
		frozen    bool
	}{
		{`{"frozen":true,"now":"2026-03-01T09:00:00Z"}`, "2026-03-01T09:00:00Z", true},
		{`{"advance":"40m"}`, "2026-03-01T09:40:00Z", true},
		{`{"advance":"P28D"}`, "2026-03-29T09:40:00Z", true},
		{`{"now":"2026-01-01T00:00:00+01:00"}`, "2025-12-31T23:00:00Z", true},
		{`{"now":"2026-01-01T00:00:00Z","advance":"PT1H"}`, "2026-01-01T01:00:00Z", true},
	} {
		a := s.steer("PUT", "clock", c.body).want(200)
		if a.str("now") != c.now || a.at("frozen") != c.frozen {
			t.Errorf("%s: %s, want %s, frozen %v", c.body, a.body, c.now, c.frozen)
		}
	}
	s.steer("PUT", "clock", `{"frozen":false}`).want(200)
	now, err := time.Parse(time.RFC3339Nano, s.steer("GET", "clock", "").want(200).str("now"))
	if since := now.Sub(time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC)); err != nil || since <= 0 || since > time.Minute {
		t.Errorf("the clock goes on at %s, %v", now, err)
	}
}

func TestTheRecycleBinAgesByTheSteeredClock(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.user("ada", "")
	s.ask("DELETE", "/v1.0/users/"+id, "").want(204)
	s.steer("PUT", "clock", `{"advance":"P31D"}`).want(200)
	if _, kept := s.tenant.Directory().Snapshot().Deleted(id); kept {
		t.Error("she is in the recycle bin after 31 days")
	}
}

func TestAClockOfTheTestsOwnIsAdvancedAndNothingElse(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock))
	before := clock.Now()
	s.steer("PUT", "clock", `{"advance":"1h"}`).want(200)
	if clock.Since(before) != time.Hour {
		t.Errorf("the clock moved by %s", clock.Since(before))
	}
	s.steer("PUT", "clock", `{"frozen":true}`).says(409, "cannot be steered")
	running := newStage(t, mockgraph.WithClock(clockwork.NewRealClock()))
	running.steer("PUT", "clock", `{"advance":"1h"}`).says(409, "cannot be steered")
}
