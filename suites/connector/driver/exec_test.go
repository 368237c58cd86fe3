package driver_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/connector/driver"
)

// zombie says whether a process has ended and waits for its parent, or for init where that died.
func zombie(pid int) bool {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := strings.Cut(string(data), ") ")
	return err == nil && strings.HasPrefix(state, "Z")
}

// create connects a played connector and has it create somebody.
func create(t *testing.T, d *driver.Exec, limit time.Duration) (connector.Answer, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c, err := d.Connect(ctx, connector.Configuration{Environment: map[string]string{"PLAYED": "yes"}})
	if err != nil {
		return connector.Answer{}, err
	}
	defer c.Close()
	ctx, cancel = context.WithTimeout(t.Context(), limit)
	defer cancel()
	return c.Do(ctx, connector.Request{Operation: connector.Create, Type: connector.User, Attributes: map[string]any{"displayName": "Ada"}})
}

// TestImproperAnswers holds: whatever a process does in the place of an answer is told in one sentence, in bounded time, with its last output.
func TestImproperAnswers(t *testing.T) {
	t.Parallel()
	cases := []struct {
		part   string
		kind   connector.Breakage
		words  string
		output string
	}{
		{"hang", connector.Hung, "did not answer create in time", ""},
		{"deaf", connector.Hung, "did not answer create in time", ""},
		{"half-hang", connector.Hung, `it wrote half a line: {"id":2,"ok":tr`, ""},
		{"crash", connector.Crashed, "the connector ended (exit status 3) in the place of an answer to create", "panic: the last word"},
		{"end", connector.Crashed, "the connector ended (exit status 0) in the place of an answer to create", ""},
		{"crash@configure", connector.NoStart, "the connector ended (exit status 3) before it answered its first message, configure", "panic: the last word"},
		{"garbage", connector.Garbage, "no JSON object: Traceback:  [31mnot JSON [0m", ""},
		{"log", connector.Garbage, "no JSON object: INFO creating", ""},
		{"half", connector.Garbage, `ended (exit status 0) in the middle of its answer to create: {"id":2,"ok":tr`, ""},
		{"wrong-id", connector.Garbage, "the id 9 in the place of 2", ""},
		{"no-id", connector.Garbage, "a message without an id", ""},
		{"no-ok", connector.Garbage, "a message that has no ok", ""},
		{"no-error", connector.Garbage, "a message that is not ok and has no error", ""},
		{"trailing", connector.Garbage, "something that is no message", ""},
		{"list", connector.Garbage, "no JSON object: []", ""},
		{"latin1", connector.Garbage, "bytes that are not UTF-8", ""},
		{"wrong-type", connector.Garbage, "a result that cannot be read", ""},
		{"flood", connector.Flooded, "a line of more than 4194304 bytes, which begins xxx", ""},
		{"blank-flood", connector.Flooded, "more than 67108864 bytes", ""},
		{"complain", connector.Flooded, "to standard error during create", "xxx"},
	}
	for _, c := range cases {
		t.Run(c.part, func(t *testing.T) {
			t.Parallel()
			d := driver.NewExec(played(c.part), driver.WithGrace(100*time.Millisecond))
			defer d.Close()
			limit := 20 * time.Second
			if c.kind == connector.Hung {
				limit = 3 * time.Second // for the process to say what it says before
			}
			began := time.Now()
			_, err := create(t, d, limit)
			broken, ok := errors.AsType[*connector.BrokenError](err)
			if !ok {
				t.Fatalf("got %v, want a BrokenError", err)
			}
			if broken.Kind != c.kind || !strings.Contains(broken.Detail, c.words) || strings.ContainsAny(broken.Detail, "\n\x1b") || len(broken.Detail) > 600 {
				t.Errorf("got %s %q, want %s with %q", broken.Kind, broken.Detail, c.kind, c.words)
			}
			if got := strings.Join(broken.Output, "\n"); !strings.Contains(got, c.output) || len(got) > 20*600 {
				t.Errorf("last output is %q, want %q in it", got, c.output)
			}
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestSilenceIsTakenForOutputThatIsNotFlushed holds: who has written nothing at all is told to flush; who has answered before is not.
func TestSilenceIsTakenForOutputThatIsNotFlushed(t *testing.T) {
	t.Parallel()
	for part, silent := range map[string]bool{"hang@describe": true, "hang@create": false} {
		d := driver.NewExec(played(part), driver.WithGrace(100*time.Millisecond))
		limit := 20 * time.Second
		if silent {
			limit = 300 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		_, err := d.Describe(ctx)
		cancel()
		if !silent {
			_, err = create(t, d, 300*time.Millisecond)
		}
		broken, ok := errors.AsType[*connector.BrokenError](err)
		if !ok || broken.Kind != connector.Hung || strings.HasPrefix(broken.Fix, "Flush standard output") != silent {
			t.Errorf("%s: got %v %+v, told to flush: want %v", part, err, broken, silent)
		}
		_ = d.Close()
	}
}

// TestARefusedDescription holds: a connector that refuses to describe itself has said so itself; the error code that nobody knows is other.
func TestARefusedDescription(t *testing.T) {
	t.Parallel()
	d := driver.NewExec(played("refuse@describe"))
	defer d.Close()
	_, err := d.Describe(t.Context())
	refusal, ok := errors.AsType[*connector.Error](err)
	if !ok || refusal.Code != connector.OtherError || refusal.Message != "no, thanks (noSuchCode)" {
		t.Fatalf("got %v", err)
	}
}

// TestAConnectorsOwnErrors holds: an error that the connector answers leaves it as good as it was.
func TestAConnectorsOwnErrors(t *testing.T) {
	t.Parallel()
	d := driver.NewExec(played("taken"))
	defer d.Close()
	c, err := d.Connect(t.Context(), connector.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for range 2 {
		_, err = c.Do(t.Context(), connector.Request{Operation: connector.Create})
		if refusal, ok := errors.AsType[*connector.Error](err); !ok || refusal.Code != connector.AlreadyExists || refusal.Message != "taken" {
			t.Fatalf("got %v", err)
		}
	}
	if _, err := c.Do(t.Context(), connector.Request{Operation: connector.Update}); err != nil {
		t.Fatal(err)
	}
}

// TestALineThatNobodyAskedFor holds: a second answer is found when the next thing is asked.
func TestALineThatNobodyAskedFor(t *testing.T) {
	t.Parallel()
	d := driver.NewExec(played("twice"))
	defer d.Close()
	c, err := d.Connect(t.Context(), connector.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var broken *connector.BrokenError
	for range 50 { // the second line comes when it comes
		_, err = c.Do(t.Context(), connector.Request{Operation: connector.Create})
		if errors.As(err, &broken) {
			break
		}
	}
	if broken == nil || broken.Kind != connector.Garbage {
		t.Fatalf("got %v, want garbage", err)
	}
}

// TestWhatCannotBeStarted holds: a command that is none is told as such.
func TestWhatCannotBeStarted(t *testing.T) {
	t.Parallel()
	for _, command := range [][]string{nil, {""}, {filepath.Join(t.TempDir(), "nothing")}} {
		d := driver.NewExec(command)
		_, err := d.Describe(t.Context())
		if broken, ok := errors.AsType[*connector.BrokenError](err); !ok || broken.Kind != connector.NoStart {
			t.Errorf("%q: got %v", command, err)
		}
		_ = d.Close()
	}
}

// TestNothingIsLeftRunning holds: with a process ends what it started, also what went into a session of its own (on Linux) and what holds its streams.
func TestNothingIsLeftRunning(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"fork", "fork-end", "daemon"} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS == "windows" || part == "daemon" && runtime.GOOS != "linux" {
				t.Skip("children cannot be found on " + runtime.GOOS)
			}
			file := filepath.Join(t.TempDir(), "pid")
			d := driver.NewExec(played(part, file), driver.WithGrace(100*time.Millisecond))
			began := time.Now()
			_, err := create(t, d, 5*time.Second) // for the process to start another
			if broken, ok := errors.AsType[*connector.BrokenError](err); part != "fork-end" && (!ok || broken.Kind != connector.Hung) {
				t.Errorf("got %v", err)
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			pid, _ := strconv.Atoi(string(data))
			for deadline := time.Now().Add(5 * time.Second); running(pid); {
				if time.Now().After(deadline) {
					t.Fatalf("process %d is still there", pid)
				}
				runtime.Gosched()
			}
		})
	}
}

// TestTheEnvironment holds: a process sees what is set for it, and nothing that is meant for Rehearse.
func TestTheEnvironment(t *testing.T) {
	t.Setenv("REHEARSE_SECRET", "hidden")
	d := driver.NewExec(played("good"))
	defer d.Close()
	a, err := create(t, d, 20*time.Second)
	if err != nil || a.Token != "yes" {
		t.Errorf("got %+v, %v", a, err)
	}
}

// TestReusedProcesses holds: a reusable connector serves one check after another behind the same proxy; any other one is started anew.
func TestReusedProcesses(t *testing.T) {
	t.Parallel()
	for _, reusable := range []bool{true, false} {
		command := played("good")
		if reusable {
			command = played("good", "reusable")
		}
		d := driver.NewExec(command)
		if _, err := d.Describe(t.Context()); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for range 3 {
			a, err := create(t, d, 20*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			seen[a.ID] = true
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if want := map[bool]int{true: 1, false: 3}[reusable]; len(seen) != want {
			t.Errorf("reusable %v: %d processes, want %d", reusable, len(seen), want)
		}
	}
}

// TestAnInterruptedRun holds: a run that ends is not the connector's fault.
func TestAnInterruptedRun(t *testing.T) {
	t.Parallel()
	d := driver.NewExec(played("hang"))
	defer d.Close()
	c, err := d.Connect(t.Context(), connector.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err = c.Do(ctx, connector.Request{Operation: connector.Create}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
