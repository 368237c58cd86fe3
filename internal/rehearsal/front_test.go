package rehearsal

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

func TestGinkgoStandsInFrontOfTheRun(t *testing.T) {
	checks := []fake{{name: "a"}, {name: "b", does: fails}, {name: "c", does: skips}, {name: "d", does: panics}, {name: "e", needs: []string{"b"}}}
	r, err := Run(t.Context(), Plan{Runnables: new(theatre).bind(checks), Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(cast(r.Checks), ", "); got != "a passed, b failed, c skipped, d not-run, e blocked by b" {
		t.Errorf("checks %s", got)
	}
}

func TestGinkgoSeesEveryCheck(t *testing.T) {
	rs := new(theatre).bind([]fake{{name: "a"}, {name: "b", does: fails}, {name: "sync.c", does: skips}})
	s, err := newSchedule(Plan{Runnables: rs}.withDefaults(), rs, &knownIn{})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen := make(map[string]suites.Outcome)
	wait := startFront(t.Context(), Plan{}.withDefaults(), rs, func(ctx context.Context, r suites.Runnable) suites.Outcome {
		o := s.await(ctx, r)
		mu.Lock()
		defer mu.Unlock()
		seen[r.ID] = o
		return o
	})
	s.run(t.Context())
	wait()
	if len(seen) != 3 || seen["e.create.b"].Status != result.Failed || seen["e.sync.c"].Status != result.Skipped {
		t.Errorf("Ginkgo saw %v", seen)
	}
}

func TestRunsInOneProcessMayRepeatAndOverlap(t *testing.T) {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 3 {
				r, err := Run(t.Context(), Plan{Runnables: new(theatre).bind([]fake{{name: "a"}, {name: "b", does: fails}})})
				if err != nil || r.Verdict != result.NonConformant || len(r.Checks) != 2 {
					t.Errorf("verdict %s, error %v", r.Verdict, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestARunThatNobodyAwaitsAnyMoreDoesNotWaitForItsTurn(t *testing.T) {
	turn <- struct{}{}
	defer func() { <-turn }()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Run(ctx, Plan{Runnables: new(theatre).bind([]fake{{name: "a", does: func(ctx context.Context, _ *suites.T) { cancel(); <-ctx.Done() }}})})
	if err != nil || !r.Interrupted {
		t.Errorf("interrupted %v, error %v", r.Interrupted, err)
	}
}

func TestGinkgoIsLeftOutWhereItWouldEndTheProcess(t *testing.T) {
	for _, flags := range [][]string{{"-test.count=2"}, {"-test.parallel=3"}} {
		out := child(t, "twice", flags...)
		if !strings.Contains(out, "PASS") || strings.Contains(out, "Ginkgo detected") {
			t.Errorf("with %q: %s", flags, out)
		}
	}
}

// The children: this test binary again, with one test that plays the part REHEARSAL_CHILD names.

func child(t *testing.T, part string, flags ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], append([]string{"-test.run=^TestChild$"}, flags...)...)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "REHEARSAL_CHILD="+part)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("child %s: %v\n%s", part, err, out)
	}
	var own strings.Builder // what "go test -cover" adds is not the child's
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "coverage: ") && !strings.HasPrefix(line, "warning: GOCOVERDIR") {
			own.WriteString(line)
		}
	}
	return own.String()
}

func TestChild(t *testing.T) {
	part := os.Getenv("REHEARSAL_CHILD")
	play, ok := map[string]func(*testing.T){"silent": childSilent, "interrupt": childInterrupt, "twice": childTwice}[part]
	if !ok {
		t.Skip("only as a child")
	}
	play(t)
}

func TestGinkgoWritesNothing(t *testing.T) {
	if out := child(t, "silent"); out != "PASS\n" {
		t.Errorf("the run wrote %q", out)
	}
}

func childSilent(t *testing.T) {
	checks := []fake{{name: "a"}, {name: "b", does: fails}, {name: "c", does: panics}, {name: "d", does: skips}, {name: "e", does: fails, level: result.Recommended}}
	for range 2 {
		if _, err := Run(t.Context(), Plan{Runnables: new(theatre).bind(checks)}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnInterruptReachesOurHandlerDuringAndAfterARun(t *testing.T) {
	if out := child(t, "interrupt"); !strings.HasSuffix(out, "PASS\n") || strings.Contains(out, "Interrupted by User") {
		t.Errorf("child said %q", out)
	}
}

func childInterrupt(t *testing.T) {
	for range 2 {
		ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
		inFront := make(chan struct{})
		var once sync.Once
		cleaned := false
		rs := new(theatre).bind([]fake{
			{name: "a", does: func(ctx context.Context, t *suites.T) {
				t.Cleanup(func(ctx context.Context) error { cleaned = ctx.Err() == nil; return nil })
				<-inFront // so that Ginkgo's own handler stands
				if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
					panic(err)
				}
				<-ctx.Done()
			}},
			{name: "b", needs: []string{"a"}},
		})
		p := Plan{Runnables: rs, Grace: 10 * time.Second}.withDefaults()
		known := &knownIn{}
		s, err := newSchedule(p, rs, known)
		if err != nil {
			t.Fatal(err)
		}
		wait := startFront(ctx, p, rs, func(ctx context.Context, r suites.Runnable) suites.Outcome {
			once.Do(func() { close(inFront) })
			return s.await(ctx, r)
		})
		s.run(ctx)
		wait()
		if r := s.result(); !r.Interrupted || r.Verdict != result.Error || !cleaned {
			t.Errorf("result %+v, cleaned %v", r, cleaned)
		}
		stop()
	}
	after := make(chan os.Signal, 1)
	signal.Notify(after, os.Interrupt)
	defer signal.Stop(after)
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-after:
	case <-time.After(10 * time.Second):
		t.Error("the signal did not come through after the run")
	}
}

func childTwice(t *testing.T) {
	r, err := Run(t.Context(), Plan{Runnables: new(theatre).bind([]fake{{name: "a"}})})
	if err != nil || r.Verdict != result.Conformant {
		t.Errorf("verdict %s, error %v", r.Verdict, err)
	}
}

// What a caller has configured of Ginkgo by flags has no say in a run.
func TestGinkgosOwnFlagsHaveNoSay(t *testing.T) {
	out := child(t, "twice", "-ginkgo.focus=nothing", "-ginkgo.dry-run", "-ginkgo.v", "-ginkgo.label-filter=no")
	if out != "PASS\n" {
		t.Errorf("the run wrote %q", out)
	}
}
