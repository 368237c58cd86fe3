package mockgraph_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// runner is a provisioning service with one job that runs every so often, or is due whatever happens.
type runner struct {
	*provisioner

	clock  *clock.Steered
	every  time.Duration // 0: due all the time
	next   time.Time
	ran    []time.Time
	forgot int
}

func (r *runner) NextRun() time.Time { return r.next }

func (r *runner) RunDue(context.Context) error {
	if now := r.clock.Now(); !r.next.IsZero() && !r.next.After(now) {
		r.ran = append(r.ran, now)
		r.next = now.Add(r.every)
	}
	return nil
}

func (r *runner) Forget() { r.forgot++ }

func newRunner(t *testing.T, every time.Duration) (*stage, *runner) {
	t.Helper()
	c := clock.NewSteered()
	c.Freeze()
	c.Set(midday)
	r := &runner{provisioner: &provisioner{jobs: map[string]synchronization.Job{}}, clock: c, every: every, next: midday.Add(10 * time.Minute)}
	s := newStage(t, mockgraph.WithClock(c))
	s.tenant.Synchronize(r)
	return s, r
}

var midday = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestTurningTheClockRunsWhatFallsDueOnTheWayAtItsTime(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"advanced": `{"advance":"2h"}`, "set": `{"now":"2026-03-02T14:00:00Z"}`, "both": `{"now":"2026-03-02T13:00:00Z","advance":"1h"}`, "frozen": `{"advance":"2h","frozen":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, r := newRunner(t, 40*time.Minute)
			if a := s.steer("PUT", "clock", body).want(200); a.str("now") != "2026-03-02T14:00:00Z" {
				t.Errorf("the clock shows %s", a.body)
			}
			want := []time.Time{midday.Add(10 * time.Minute), midday.Add(50 * time.Minute), midday.Add(90 * time.Minute)}
			if !slices.Equal(r.ran, want) {
				t.Errorf("ran at %v, want %v", r.ran, want)
			}
		})
	}
}

func TestAClockTurnedBackRunsNothing(t *testing.T) {
	t.Parallel()
	s, r := newRunner(t, 40*time.Minute)
	s.steer("PUT", "clock", `{"now":"2026-03-01T12:00:00Z"}`).want(200)
	if len(r.ran) > 0 {
		t.Errorf("ran at %v", r.ran)
	}
}

// A service that is due whatever it does, or far too often, does not keep the clock from arriving.
func TestTheClockArrivesHoweverMuchIsDue(t *testing.T) {
	t.Parallel()
	s, r := newRunner(t, time.Second)
	r.next = midday
	if a := s.steer("PUT", "clock", `{"advance":"P28D"}`).want(200); a.str("now") != "2026-03-30T12:00:00Z" {
		t.Errorf("the clock shows %s", a.body)
	}
	if last := r.ran[len(r.ran)-1]; len(r.ran) > 20_000 || !last.Equal(midday.AddDate(0, 0, 28)) {
		t.Errorf("ran %d times, last at %s", len(r.ran), last)
	}
}

func TestAReplacedStateIsToldToTheService(t *testing.T) {
	t.Parallel()
	s, r := newRunner(t, time.Hour)
	var forgot []int
	for _, call := range [][3]string{{"POST", "reset", ""}, {"POST", "seed", `{"size":"small","seed":7}`}, {"PUT", "snapshot", string(s.steer("GET", "snapshot", "").want(200).body)}} {
		s.steer(call[0], call[1], call[2]).want(200)
		forgot = append(forgot, r.forgot)
	}
	s.steer("PUT", "snapshot", "nonsense").want(400)
	if !slices.Equal(append(forgot, r.forgot), []int{1, 2, 3, 3}) {
		t.Errorf("told %v, then %d times", forgot, r.forgot)
	}
}
