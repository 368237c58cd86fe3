package suites

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"
	. "github.com/onsi/gomega"
	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// Ginkgo leaves the goroutine of its signal handler behind after every run; see TestRegister.
		goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2"),
	)
}

var adaSpec = Spec{ID: "endpoint.create.ada", Title: "Ada is created", Why: "she cannot sign in", Fix: "create her", Sources: []string{"RFC 7644 §3.3"}}

func TestAnOutcomeFollowsHowTheCheckEnds(t *testing.T) {
	soft := func(t *T) { t.That("the sky is blue", "grey", Equal("blue")) }
	for _, tc := range []struct {
		name  string
		body  func(ctx context.Context, t *T)
		want  Outcome
		panic string // a part of the text, "" when there must be none
	}{
		{"returns", func(context.Context, *T) {}, Outcome{Status: result.Passed}, ""},
		{"keeps every expectation", func(_ context.Context, t *T) { t.Must("1 is 1", 1, Equal(1)); t.That("2 is 2", 2, Equal(2)) }, Outcome{Status: result.Passed}, ""},
		{"breaks one and goes on", func(_ context.Context, t *T) { soft(t); t.That("1 is 1", 1, Equal(1)) },
			Outcome{Status: result.Failed, Findings: []result.Finding{finding("the sky is blue", `"blue"`, `"grey"`, 1)}}, ""},
		{"must ends it", func(_ context.Context, t *T) { t.Must("1 is 2", 1, Equal(2)); soft(t) },
			Outcome{Status: result.Failed, Findings: []result.Finding{finding("1 is 2", "2", "1", 1)}}, ""},
		{"one rule broken often is one finding", func(_ context.Context, t *T) { soft(t); t.Fail(result.Finding{Rule: "the sky is blue", Count: 4}) },
			Outcome{Status: result.Failed, Findings: []result.Finding{finding("the sky is blue", `"blue"`, `"grey"`, 5)}}, ""},
		{"hand-made finding with defaults", func(_ context.Context, t *T) { t.Fail(result.Finding{Expected: "a", Actual: "b"}) },
			Outcome{Status: result.Failed, Findings: []result.Finding{finding("Ada is created", "a", "b", 1)}}, ""},
		{"gomega collects", func(_ context.Context, t *T) { t.Gomega().Expect(1).To(Equal(2)); t.Gomega().Expect(1).To(Equal(1)) },
			Outcome{Status: result.Failed, Findings: []result.Finding{finding("Ada is created", "to equal 2", "1", 1)}}, ""},
		{"blocks", func(_ context.Context, t *T) { t.Block("endpoint.x.y", "no user"); panic("not reached") },
			Outcome{Status: result.Blocked, BlockedBy: "endpoint.x.y", Reason: "no user"}, ""},
		{"blocks with evidence", func(_ context.Context, t *T) {
			t.Block("endpoint.x.y", "no user", nil, &exchange.Exchange{ID: "e7"}, &exchange.Exchange{ID: "e7"})
		}, Outcome{Status: result.Blocked, BlockedBy: "endpoint.x.y", Reason: "no user", Exchanges: []string{"e7"}}, ""},
		{"skips", func(_ context.Context, t *T) { t.Skip("no roles"); panic("not reached") },
			Outcome{Status: result.Skipped, Reason: "no roles"}, ""},
		{"a request is held back", func(_ context.Context, t *T) {
			t.Void(result.NotRun, "no budget")
			t.LostContact()
			t.Void(result.Skipped, "read only")
			soft(t)
			t.Block("endpoint.x.y", "no user")
		}, Outcome{Status: result.NotRun, Reason: "no budget"}, ""},
		{"has failed before a request is held back", func(_ context.Context, t *T) {
			soft(t)
			t.Void(result.Skipped, "read only")
			t.Must("1 is 2", 1, Equal(2))
		},
			Outcome{Status: result.Failed, Findings: []result.Finding{finding("the sky is blue", `"blue"`, `"grey"`, 1)}}, ""},
		{"has failed before it skips", func(_ context.Context, t *T) { soft(t); t.Skip("no roles") },
			Outcome{Status: result.Failed, Findings: []result.Finding{finding("the sky is blue", `"blue"`, `"grey"`, 1)}}, ""},
		{"has failed before it blocks", func(_ context.Context, t *T) { soft(t); t.Block("endpoint.x.y", "no user") },
			Outcome{Status: result.Failed, Findings: []result.Finding{finding("the sky is blue", `"blue"`, `"grey"`, 1)}}, ""},
		{"panics", func(context.Context, *T) { panic("boom") },
			Outcome{Status: result.NotRun, Reason: "the harness failed: panic: boom"}, "execute_test.go"},
		{"panics with nil", func(context.Context, *T) { panic(nil) },
			Outcome{Status: result.NotRun, Reason: "the harness failed: panic: panic called with nil argument"}, "goroutine"},
		{"panics after a finding", func(_ context.Context, t *T) { soft(t); panic("boom") },
			Outcome{Status: result.Failed, Findings: []result.Finding{finding("the sky is blue", `"blue"`, `"grey"`, 1)}}, "boom"},
		{"goexit without a word", func(context.Context, *T) { runtime.Goexit() },
			Outcome{Status: result.NotRun, Reason: "the harness failed: the check ended its goroutine without saying why"}, "without saying why"},
		{"goexit after a finding", func(_ context.Context, t *T) { soft(t); runtime.Goexit() },
			Outcome{Status: result.Failed, Findings: []result.Finding{finding("the sky is blue", `"blue"`, `"grey"`, 1)}}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := NewT(adaSpec)
			o := Execute(t.Context(), c, func(ctx context.Context) { tc.body(ctx, c) })
			if (o.Panic != "") != (tc.panic != "") || !strings.Contains(o.Panic, tc.panic) {
				t.Errorf("harness fault %q, want one with %q", o.Panic, tc.panic)
			}
			o.Panic, o.Duration = "", 0
			if diff := cmp.Diff(tc.want, o); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func finding(rule, expected, actual string, count int) result.Finding {
	return result.Finding{Rule: rule, Expected: expected, Actual: actual, Why: adaSpec.Why, Fix: adaSpec.Fix, Sources: adaSpec.Sources, Count: count}
}

func TestEvidenceIsCitedOnceAndBounded(t *testing.T) {
	c := NewT(adaSpec)
	o := Execute(t.Context(), c, func(context.Context) {
		c.That("r", 1, Equal(2), nil, &exchange.Exchange{ID: "x-1"}, &exchange.Exchange{ID: "x-1"})
		for range 50 {
			c.That("r", 1, Equal(2), &exchange.Exchange{ID: "x-2"})
		}
		for i := range 50 {
			c.That("r", 1, Equal(2), &exchange.Exchange{ID: strings.Repeat("y", i+1)})
		}
	})
	cited := o.Findings[0].Exchanges
	if len(cited) != maxEvidence || !slices.Equal(cited[:3], []string{"x-1", "x-2", "y"}) {
		t.Errorf("cited %q", cited)
	}
	if o.LostContact {
		t.Error("contact is taken to be lost although every exchange was answered or never sent")
	}
}

func TestLostContactIsNoted(t *testing.T) {
	refused := &exchange.Exchange{ID: "x-1", Err: "connection refused"}
	for name, tc := range map[string]struct {
		body func(t *T)
		want bool
	}{
		"evidence without an answer": {func(t *T) { t.That("answers", nil, HaveOccurred(), refused) }, true},
		"said by the rig":            {func(t *T) { t.LostContact() }, true},
		"evidence of what is fine":   {func(t *T) { t.That("refuses", 1, Equal(1), refused) }, false},
		"an answer that was cut": {func(t *T) {
			t.That("r", 1, Equal(2), &exchange.Exchange{Err: "cut", Response: exchange.Response{Status: 200}})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := NewT(adaSpec)
			if o := Execute(t.Context(), c, func(context.Context) { tc.body(c) }); o.LostContact != tc.want {
				t.Errorf("lost contact: %v, want %v", o.LostContact, tc.want)
			}
		})
	}
}

func TestAWatchedLineNotesRequestsWithoutAnAnswer(t *testing.T) {
	for _, tc := range []struct {
		name string
		next line
		want bool
	}{
		{"answered", line{resp: &http.Response{StatusCode: 500, Body: http.NoBody}}, false},
		{"refused", line{err: errors.New("connection refused")}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := NewT(adaSpec)
			o := Execute(t.Context(), c, func(ctx context.Context) {
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://t/Users", nil)
				if err != nil {
					panic(err)
				}
				resp, err := c.Watch(tc.next).RoundTrip(req)
				if resp != tc.next.resp || !errors.Is(err, tc.next.err) {
					t.Errorf("the line gave %v, %v", resp, err)
				}
			})
			if o.LostContact != tc.want {
				t.Errorf("lost contact: %v, want %v", o.LostContact, tc.want)
			}
		})
	}
}

type line struct {
	resp *http.Response
	err  error
}

func (l line) RoundTrip(*http.Request) (*http.Response, error) { return l.resp, l.err }

func TestACheckThatIsOutOfTimeHasFailed(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c := NewT(adaSpec)
	cleaned := false
	outcome := make(chan Outcome)
	go func() {
		outcome <- Execute(t.Context(), c, func(ctx context.Context) {
			c.Cleanup(func(ctx context.Context) error { cleaned = true; return ctx.Err() })
			<-ctx.Done()
			c.That("it answers", ctx.Err(), Not(HaveOccurred()))
		}, WithTimeout(time.Minute), WithClock(clock))
	}()
	must(t, clock.BlockUntilContext(t.Context(), 1))
	clock.Advance(time.Minute)
	o := <-outcome
	if o.Status != result.Failed || len(o.Findings) != 2 || o.Findings[0].Expected != "all answers of the check within 1m0s" || o.Panic != "" {
		t.Errorf("outcome %+v", o)
	}
	if !cleaned || len(o.Leftovers) != 0 || !o.LostContact || o.Duration != time.Minute {
		t.Errorf("cleaned %v, outcome %+v", cleaned, o)
	}
}

func TestACheckThatIgnoresItsTimeIsGivenUp(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c := NewT(adaSpec)
	free, ended := make(chan struct{}), make(chan struct{})
	order := make(chan string, 2)
	outcome := make(chan Outcome)
	go func() {
		outcome <- Execute(t.Context(), c, func(context.Context) {
			defer close(ended)
			c.Cleanup(func(context.Context) error { order <- "in time"; return nil })
			<-free
			c.That("nobody listens any more", 1, Equal(2))
			c.Cleanup(func(ctx context.Context) error { order <- "late"; return ctx.Err() })
			c.Skip("nor to this")
		}, WithTimeout(time.Minute), WithGrace(time.Second), WithClock(clock))
	}()
	must(t, clock.BlockUntilContext(t.Context(), 1))
	clock.Advance(time.Minute)
	must(t, clock.BlockUntilContext(t.Context(), 1))
	clock.Advance(time.Second)
	o := <-outcome
	if o.Status != result.NotRun || len(o.Findings) != 0 || !strings.Contains(o.Panic, "more than 1s after its context had ended") {
		t.Errorf("outcome %+v", o)
	}
	close(free)
	<-ended
	if got := []string{<-order, <-order}; !slices.Equal(got, []string{"in time", "late"}) {
		t.Errorf("clean-ups ran as %q", got)
	}
}

func TestAnInterruptedCheckJudgesNothingButCleansUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := NewT(adaSpec)
	var cleanup error
	o := Execute(ctx, c, func(ctx context.Context) {
		c.Cleanup(func(ctx context.Context) error { cleanup = ctx.Err(); return nil })
		cancel()
		<-ctx.Done()
		c.Must("it answers", ctx.Err(), Not(HaveOccurred()))
	})
	if o.Status != result.NotRun || len(o.Findings) != 0 || o.Panic != "" || o.Reason == "" {
		t.Errorf("outcome %+v", o)
	}
	if cleanup != nil {
		t.Errorf("the clean-up had no time: %v", cleanup)
	}
}

func TestCleanUpRunsBackwardsAndNeverDecides(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c := NewT(adaSpec)
	var order []int
	note := func(n int, err error) func(context.Context) error {
		return func(context.Context) error { order = append(order, n); return err }
	}
	never, hanging := make(chan struct{}), make(chan struct{})
	defer close(never)
	outcome := make(chan Outcome)
	go func() {
		outcome <- Execute(t.Context(), c, func(context.Context) {
			c.Cleanup(note(1, nil))
			c.Cleanup(func(context.Context) error { close(hanging); <-never; return nil })
			c.Cleanup(note(2, &LeftoverError{URL: "http://t/Users/7", Err: errors.New("status 500")}))
			c.Cleanup(func(context.Context) error { panic("oops") })
			c.Cleanup(func(ctx context.Context) error { c.Cleanup(note(4, nil)); return note(3, errors.New("boom"))(ctx) })
			c.Cleanup(func(context.Context) error { runtime.Goexit(); return nil })
		}, WithCleanupTimeout(time.Minute), WithGrace(time.Second), WithClock(clock))
	}()
	<-hanging // the check has ended, and its timer is stopped: what waits is the time of the clean-up, then the grace
	clock.Advance(time.Minute)
	must(t, clock.BlockUntilContext(t.Context(), 1))
	clock.Advance(time.Second)
	o := <-outcome
	if o.Status != result.Passed {
		t.Errorf("status %s", o.Status)
	}
	if !slices.Equal(order, []int{3, 4, 2, 1}) {
		t.Errorf("order %v", order)
	}
	want := []result.Leftover{
		{Reason: "the clean-up ended its goroutine"},
		{Reason: "boom"},
		{Reason: "the clean-up panicked: oops"},
		{URL: "http://t/Users/7", Reason: "status 500"},
		{Reason: "the clean-up ran out of time"},
	}
	if diff := cmp.Diff(want, o.Leftovers); diff != "" {
		t.Error(diff)
	}
}

func TestBindGivesEachRunItsOwnRig(t *testing.T) {
	type rig struct {
		*T

		number int
	}
	var made int
	var seen []*rig
	checks := []Check[*rig]{{Spec: adaSpec, Run: func(_ context.Context, r *rig) {
		seen = append(seen, r)
		r.That("the first rig is the only one", r.number, Equal(1))
	}}}
	bound := Bind(checks, "default", func(_ context.Context, t *T) (*rig, error) {
		made++
		if made > 2 {
			return nil, errors.New("no tenant left")
		}
		return &rig{t, made}, nil
	})
	if len(bound) != 1 || bound[0].ID != adaSpec.ID || bound[0].Dialect != "default" {
		t.Fatalf("bound %+v", bound)
	}
	for i, want := range []Outcome{
		{Status: result.Passed},
		{Status: result.Failed, Findings: []result.Finding{finding("the first rig is the only one", "1", "2", 1)}},
		{Status: result.NotRun, Reason: "the harness failed: set up the rig: no tenant left", Panic: "set up the rig: no tenant left"},
	} {
		o := bound[0].Run(t.Context())
		o.Duration = 0
		if diff := cmp.Diff(want, o); diff != "" {
			t.Errorf("run %d: %s", i, diff)
		}
	}
	if len(seen) != 2 || seen[0] == seen[1] {
		t.Errorf("rigs %v", seen)
	}
}

func TestSetUpThatIsCutOffIsNoFaultOfTheHarness(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	bound := Bind([]Check[int]{{Spec: adaSpec}}, "", func(ctx context.Context, _ *T) (int, error) {
		cancel()
		return 0, ctx.Err()
	})
	if o := bound[0].Run(ctx); o.Status != result.NotRun || o.Panic != "" {
		t.Errorf("outcome %+v", o)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestARunTellsWhomItSuspects(t *testing.T) {
	t.Parallel()
	check := NewT(adaSpec)
	o := Execute(t.Context(), check, func(context.Context) {
		for _, id := range []string{"e.create.root", adaSpec.ID, "e.create.root", "e.create.other"} {
			check.Suspect(id)
		}
		check.Fail(result.Finding{Actual: "nobody"})
	})
	if want := []string{"e.create.root", "e.create.other"}; o.Status != result.Failed || !slices.Equal(o.Suspects, want) {
		t.Errorf("%s, suspects %q, want it failed and %q", o.Status, o.Suspects, want)
	}
}
