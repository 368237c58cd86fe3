package provisioning_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// With requests side by side the target ends up with the same, exactly once, and is left alone after that.
func TestRequestsSideBySide(t *testing.T) {
	s := newStage(t, provisioning.WithParallelism(8))
	team, users := s.populate(40)
	report := s.cycle()
	if report.Creates != 41 || report.Failures != 0 || report.MemberChanges != 40 {
		t.Fatalf("report %+v", report)
	}
	s.complete(team, users)
	s.target.taken()
	s.sends()
	s.job.Restart(synchronization.ResetWatermark)
	for _, request := range func() []string { s.cycle(); return s.target.taken() }() {
		if !strings.HasPrefix(request, "GET ") {
			t.Fatalf("a second look wrote %s", request)
		}
	}
}

func TestCancelWhileRequestsAreSideBySide(t *testing.T) {
	s := newStage(t, provisioning.WithParallelism(4))
	team, users := s.populate(12)
	for at := 3; at < 30; at += 5 {
		ctx, cancel := context.WithCancel(context.Background())
		n := 0
		s.target.setAnswer(func(http.ResponseWriter, *http.Request) bool {
			if n++; n == at {
				cancel()
			}
			return false
		})
		_, _ = s.job.Cycle(ctx)
		cancel()
	}
	s.target.setAnswer(nil)
	s.cycle()
	s.complete(team, users)
}

// throttle answers the first n creations with a status and a Retry-After.
func throttle(n, status int, after string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost || n == 0 {
			return false
		}
		n--
		w.Header().Set("Retry-After", after)
		w.WriteHeader(status)
		return true
	}
}

func TestRetryAfter(t *testing.T) {
	heed := provisioning.WithRetryAfter(0)
	for title, test := range map[string]struct {
		option  provisioning.Option
		answer  func(http.ResponseWriter, *http.Request) bool
		creates int
		posts   int
	}{
		"is not heeded by default":     {provisioning.WithParallelism(1), throttle(1, 429, "0"), 0, 1},
		"is heeded":                    {heed, throttle(1, 429, "0"), 1, 2},
		"as a date, and of a 503":      {heed, throttle(1, 503, "Mon, 12 Jan 2015 09:00:00 GMT"), 1, 2},
		"three times":                  {heed, throttle(3, 429, "0"), 1, 4},
		"not a fourth time":            {heed, throttle(9, 429, "0"), 0, 4},
		"not when it is too long":      {heed, throttle(1, 429, "1"), 0, 1},
		"not when it cannot be read":   {heed, throttle(1, 429, "soon"), 0, 1},
		"not with another status, 500": {heed, throttle(1, 500, "0"), 0, 1},
	} {
		t.Run(title, func(t *testing.T) {
			s := newStage(t, test.option)
			s.assign(s.user("Ada Byron"))
			s.target.setAnswer(test.answer)
			report := s.cycle()
			posts := 0
			for _, request := range s.target.taken() {
				if strings.HasPrefix(request, "POST") {
					posts++
				}
			}
			if report.Creates != test.creates || posts != test.posts {
				t.Fatalf("%d posts, report %+v", posts, report)
			}
		})
	}
}

func TestStopEndsAWaitingCycle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, provisioning.WithRetryAfter(time.Hour))
		ada := s.user("Ada Byron")
		s.assign(ada)
		s.target.setAnswer(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPost {
				return false
			}
			go s.job.Stop()
			return throttle(1, 429, "3000")(w, r)
		})
		began := time.Now()
		if _, err := s.job.Cycle(context.Background()); !errors.Is(err, provisioning.ErrStopped) {
			t.Fatalf("cycle ended with %v", err)
		}
		if took := time.Since(began); took > 0 || !s.job.NextRun().IsZero() {
			t.Fatalf("it took %s, next run %s", took, s.job.NextRun())
		}
		s.target.setAnswer(nil)
		s.target.taken()
		s.job.Start()
		s.sends(matchAda, postAda)
	})
}

func TestNewMappingsLookAtEverythingAgain(t *testing.T) {
	s := newStage(t)
	ada, bob := s.user("Ada Byron", directory.Properties{"department": "IT"}), s.user("Bob Ross", directory.Properties{"department": "Sales"})
	s.assign(ada)
	s.assign(bob)
	s.settled()
	broken := mapping.DefaultUsers()
	broken.AttributeMappings = nil
	if err := s.job.Configure(context.Background(), provisioning.WithUserMapping(broken)); err == nil {
		t.Fatal("a mapping without attributes was taken")
	}
	s.sends() // the old configuration and the watermark stand
	s.ok(s.job.Configure(context.Background(), provisioning.WithUserMapping(onlyIT())))
	if report := s.sends(readAda, readBob, deactivate("u2")); !report.Initial || report.Disables != 1 {
		t.Fatalf("report %+v", report)
	}
}

// A secret that was regenerated at the vendor fails; the new one mends it, without anything done twice.
func TestARegeneratedSecret(t *testing.T) {
	s := newStage(t)
	s.assign(s.user("Ada Byron"))
	s.settled()
	s.target.setAnswer(refuse(http.StatusUnauthorized, func(r *http.Request) bool { return r.Header.Get("Authorization") != "Bearer new" }))
	var refused *wire.Error
	if report := s.cycle(); !errors.As(report.Error, &refused) || refused.Code != wire.CodeInvalidCredentials {
		t.Fatalf("report %+v", report)
	}
	s.job.SetToken("new")
	s.ok(s.job.TestConnection(context.Background()))
	s.target.taken()
	if report := s.sends(); report.Error != nil || s.job.Status().Quarantine != nil {
		t.Fatalf("report %+v", report)
	}
}

func TestProgressIsTold(t *testing.T) {
	var told []provisioning.Progress
	s := newStage(t, provisioning.WithProgress(func(p provisioning.Progress) { told = append(told, p) }))
	s.populate(3)
	s.target.setAnswer(func(http.ResponseWriter, *http.Request) bool {
		s.clock.Advance(time.Second)
		if p, running := s.job.Progress(); running && p.Phase == provisioning.PhaseUsers && p.Done == 1 {
			if left, ok := p.Remaining(); !ok || left != 12*time.Second { // two probes and a match with a create for one user of four objects
				t.Errorf("%s left: %+v", left, p)
			}
		}
		return false
	})
	s.cycle()
	want := []struct {
		phase       provisioning.Phase
		done, total int
	}{
		{provisioning.PhaseUsers, 0, 3},
		{provisioning.PhaseUsers, 1, 3},
		{provisioning.PhaseUsers, 2, 3},
		{provisioning.PhaseUsers, 3, 3},
		{provisioning.PhaseGroups, 0, 1},
		{provisioning.PhaseGroups, 1, 1},
		{provisioning.PhaseReferences, 0, 3},
		{provisioning.PhaseReferences, 1, 3},
		{provisioning.PhaseReferences, 2, 3},
		{provisioning.PhaseReferences, 3, 3},
	}
	if len(told) != len(want) {
		t.Fatalf("told %d times: %+v", len(told), told)
	}
	for i, w := range want {
		if p := told[i]; p.Phase != w.phase || p.Done != w.done || p.Total != w.total || p.AllObjects != 4 {
			t.Fatalf("%d: %+v, want %+v", i, p, w)
		}
	}
	if _, running := s.job.Progress(); running || told[9].Report.Creates != 4 {
		t.Fatalf("at the end: running %t, %+v", running, told[9].Report)
	}
}

// A cycle that waits for its pace stops at once when it is cancelled, and the next one does what it left.
func TestCancelWhileWaitingForThePace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		pace := clockwork.NewFakeClock()
		client := must(wire.NewClient(wire.Config{
			TenantURL: "http://target.example/scim", Token: "secret", Transport: s.target, PerSecond: 0.001, PaceClock: pace,
		}))(t)
		s.job = must(provisioning.NewJob(s.dir, s.app, client, provisioning.WithClock(s.clock), provisioning.WithIDs(newIDs())))(t)
		s.assign(s.user("Ada Byron"))
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_ = pace.BlockUntilContext(t.Context(), 1) // the second probe waits
			cancel()
		}()
		began := time.Now()
		if _, err := s.job.Cycle(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("cycle ended with %v", err)
		}
		if took := time.Since(began); took > 0 {
			t.Fatalf("it took %s", took)
		}
		s.target.taken()
		turning, stop := context.WithCancel(t.Context())
		turned := make(chan struct{})
		go func() {
			defer close(turned)
			for pace.BlockUntilContext(turning, 1) == nil {
				pace.Advance(1000 * time.Second)
			}
		}()
		s.sends(matchAda, postAda)
		stop()
		<-turned
	})
}
