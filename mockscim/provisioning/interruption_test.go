package provisioning_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// TestMain lets the heap grow as `rehearse tenant` does, see cmd/rehearse/memory.go, so that benchmarks measure what people have.
func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	goleak.VerifyTestMain(m)
}

// populate assigns a group of n users, the first of whom manages all others.
func (s *stage) populate(n int) (team string, users []string) {
	s.Helper()
	for i := range n {
		users = append(users, s.user(fmt.Sprintf("User%03d Smith", i)))
		if i > 0 {
			s.ok(s.dir.SetManager(users[i], users[0]))
		}
	}
	team = s.group("Team Red", users...)
	s.assign(team)
	return team, users
}

// complete checks that the target holds everything exactly once.
func (s *stage) complete(team string, users []string) {
	s.Helper()
	s.target.mu.Lock()
	defer s.target.mu.Unlock()
	if len(s.target.users.items) != len(users) || len(s.target.groups.items) != 1 {
		s.Fatalf("the target has %d users and %d groups", len(s.target.users.items), len(s.target.groups.items))
	}
	anchor, _ := s.job.Anchor(team)
	members, _ := s.target.groups.items[anchor].Get("members")
	if list, _ := members.([]any); len(list) != len(users) {
		s.Fatalf("the group has members %v", members)
	}
	boss, _ := s.job.Anchor(users[0])
	for _, id := range users[1:] {
		anchor, _ := s.job.Anchor(id)
		if got := s.target.users.items[anchor].String(manager + ".value"); got != boss {
			s.Fatalf("user %s has manager %q, want %q", anchor, got, boss)
		}
	}
}

// The endpoint is down from some request on; the next cycles finish the work, without duplicates.
func TestOutageInMidCycle(t *testing.T) {
	for at := 3; at < 40; at += 3 {
		t.Run(fmt.Sprintf("from request %d on", at), func(t *testing.T) {
			s := newStage(t)
			team, users := s.populate(6)
			n := 0
			s.target.setAnswer(func(w http.ResponseWriter, r *http.Request) bool {
				n++
				return n >= at && refuse(http.StatusServiceUnavailable, nil)(w, r)
			})
			if report := s.cycle(); report.Failures == 0 || report.Error != nil {
				t.Skipf("the cycle was over before the outage: %+v", report)
			}
			if state := s.job.Status().LastExecution.State; state != synchronization.ExecutionEntryLevelErrors {
				t.Fatalf("execution %s", state)
			}
			s.target.setAnswer(nil)
			s.clock.Advance(40 * time.Minute)
			if report := s.cycle(); report.Failures != 0 {
				t.Fatalf("report %+v", report)
			}
			s.complete(team, users)
			s.sends()
		})
	}
}

// An answer that is lost after the target took the request in leads to no second account.
func TestAnswerThatIsLost(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.target.setAnswer(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		s.target.create(discard{http.Header{}}, &s.target.users, body)
		return refuse(http.StatusGatewayTimeout, nil)(w, r)
	})
	s.cycle()
	s.target.setAnswer(nil)
	s.sends(matchAda)
	if got := s.anchor(ada); got != "u1" {
		t.Fatalf("anchor %s", got)
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header       { return d.header }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}

// A cycle cancelled at any request leaves a state from which the next one finishes.
func TestCancelInMidCycle(t *testing.T) {
	for at := 1; at < 26; at++ {
		t.Run(fmt.Sprintf("at request %d", at), func(t *testing.T) {
			s := newStage(t)
			team, users := s.populate(5)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			n := 0
			s.target.setAnswer(func(http.ResponseWriter, *http.Request) bool {
				if n++; n == at {
					cancel()
				}
				return false
			})
			_, err := s.job.Cycle(ctx)
			if n >= at && !errors.Is(err, context.Canceled) && !settledAnyway(s) {
				t.Fatalf("cycle ended with %v after %d requests", err, n)
			}
			if n > at {
				t.Fatalf("%d requests after the cancel", n-at)
			}
			if q := s.job.Status().Quarantine; q != nil {
				t.Fatalf("a cancel put the job into quarantine: %+v", q)
			}
			s.target.setAnswer(nil)
			s.cycle()
			s.complete(team, users)
			s.sends()
		})
	}
}

// settledAnyway: the cancel came with the very last request.
func settledAnyway(s *stage) bool { return s.job.Status().LastExecution != nil }

// A target that hangs does not hold a cancelled cycle.
func TestCancelWhileTheTargetHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.assign(s.user("Ada Byron"))
		ctx, cancel := context.WithCancel(context.Background())
		s.target.setAnswer(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.RawQuery, "ada") {
				cancel()
				<-r.Context().Done()
				return refuse(http.StatusGatewayTimeout, nil)(w, r)
			}
			return false
		})
		began := time.Now()
		if _, err := s.job.Cycle(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("cycle ended with %v", err)
		}
		if took := time.Since(began); took > 0 {
			t.Fatalf("it took %s", took)
		}
		if log := s.job.Log(); len(log) != 0 {
			t.Fatalf("the cancel was filed as the object's failure: %+v", log)
		}
	})
}

// Everybody may look while cycles run and the tenant changes.
func TestConcurrentUse(t *testing.T) {
	s := newStage(t)
	team, users := s.populate(8)
	var wait sync.WaitGroup
	stop := make(chan struct{})
	for _, look := range []func(){
		func() { _ = s.job.Status() },
		func() { _ = s.job.Log() },
		func() { s.job.Anchor(users[0]) },
		func() { _ = s.job.NextRun() },
		func() { s.job.Restart(synchronization.ResetWatermark) },
		func() { _ = s.job.Schedule() },
	} {
		wait.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					look()
				}
			}
		})
	}
	var cycles sync.WaitGroup
	for range 2 {
		cycles.Go(func() {
			for i := range 5 {
				if _, err := s.job.Cycle(context.Background()); err != nil {
					t.Error(err)
				}
				_, _ = s.dir.Update(users[i], directory.Properties{"jobTitle": fmt.Sprint("title ", i)})
			}
		})
	}
	cycles.Wait()
	close(stop)
	wait.Wait()
	s.job.Restart(synchronization.ResetWatermark)
	s.cycle()
	s.complete(team, users)
}

func TestProgressShowsDuringACycleOnly(t *testing.T) {
	for name, cancelled := range map[string]bool{"to its end": false, "cancelled": true} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.populate(3)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			var seen synchronization.Collection[synchronization.Progress]
			s.target.setAnswer(func(_ http.ResponseWriter, r *http.Request) bool {
				if strings.Contains(r.URL.RawQuery, "user001") {
					seen = s.job.Status().Progress
					if cancelled {
						cancel()
					}
				}
				return false
			})
			if _, err := s.job.Cycle(ctx); (err != nil) != cancelled {
				t.Fatal(err)
			}
			if len(seen) != 1 || seen[0].CompletedUnits != 1 || seen[0].TotalUnits != 3 || seen[0].Units != "Users" {
				t.Fatalf("progress %+v", seen)
			}
			if left := s.job.Status().Progress; len(left) != 0 {
				t.Fatalf("still shown afterwards: %+v", left)
			}
		})
	}
}

func TestLogKeepsTheNewestEntries(t *testing.T) {
	s := newStage(t, provisioning.WithLogLimit(3))
	ada := s.user("Ada Byron")
	s.assign(ada)
	for i := range 20 {
		s.update(ada, directory.Properties{"jobTitle": fmt.Sprint("title ", i)})
		s.cycle()
		log := s.job.Log()
		if want := min(i+1, 3); len(log) != want {
			t.Fatalf("after %d cycles the log has %d entries", i+1, len(log))
		}
		changed := log[len(log)-1].ModifiedProperties
		if got := changed[len(changed)-1].NewValue; i > 0 && got != synchronization.Text(fmt.Sprint("title ", i)) {
			t.Fatalf("the newest entry says %q", got)
		}
	}
}

// Megabytes in the answer of a target do not stay in the log.
func TestLogBoundsValuesOfTheTarget(t *testing.T) {
	s := newStage(t)
	s.target.users.put(scim.Resource{"userName": "ada@contoso.example", "active": true, "displayName": strings.Repeat("x", 1<<20)})
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.cycle()
	for _, changed := range s.lastLog(ada).ModifiedProperties {
		if changed.DisplayName == "displayName" && len(changed.OldValue) < 5000 && strings.HasSuffix(string(changed.OldValue), "x…") {
			return
		}
	}
	t.Fatal("the log does not show the old value, cut")
}

func TestLogSaysWhatHappened(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.cycle()
	first := s.job.Log()
	s.update(ada, directory.Properties{"jobTitle": "Analyst"})
	s.cycle()
	log := s.job.Log()
	if len(first) != 1 || len(log) != 2 {
		t.Fatalf("log has %d, then %d entries", len(first), len(log))
	}
	e := log[1]
	names := []string{}
	for _, step := range e.ProvisioningSteps {
		names = append(names, step.Name)
	}
	if !slices.Equal(names, []string{"EntryImportUpdate", "EntrySynchronizationScoping", "EntrySynchronizationUpdate", "EntryExportUpdate"}) {
		t.Fatalf("steps %v", names)
	}
	if e.ServicePrincipal.DisplayName != "Acme" || e.TargetIdentity.ID != "u1" || e.JobID != s.job.ID() || e.CycleID == first[0].CycleID ||
		e.ModifiedProperties[0] != (synchronization.ModifiedProperty{DisplayName: "title", NewValue: "Analyst"}) {
		t.Fatalf("entry %+v", e)
	}
}
