package driver_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/connector/driver"
)

// rehearsed plays checks with a connector that misbehaves and returns what became of each.
func rehearsed(t *testing.T, command []string, timeout time.Duration, only ...string) map[string]result.Check {
	t.Helper()
	target, err := connector.Open(t.Context(), connector.Config{
		Driver: driver.NewExec(command, driver.WithGrace(50*time.Millisecond)), Folder: t.TempDir(), Timeout: timeout, Seed: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Only: only, WithoutGinkgo: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := target.Close(); err != nil {
		t.Error(err)
	}
	if ran.Verdict != result.NonConformant || len(ran.Faults) > 0 {
		t.Errorf("the verdict is %s, faults %q", ran.Verdict, ran.Faults)
	}
	all := map[string]result.Check{}
	for _, c := range ran.Checks {
		all[c.ID] = c
	}
	return all
}

// TestARunWithABadConnector holds: a connector that gives no proper answer is one finding with its last output and without secrets; whatever else
// needs that is blocked by it, and the run goes on to its end.
func TestARunWithABadConnector(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		part, fails, words string
		timeout            time.Duration
	}{
		{"hang@create", "connector.setup.answers", "did not answer create within 5s", 5 * time.Second},
		{"secret@configure", "connector.setup.answers", "the connector ended (exit status 9) before it answered its first message, configure", 20 * time.Second},
		{"garbage@describe", "connector.setup.describe", "no JSON object: Traceback", 20 * time.Second},
		{"crash@describe", "connector.setup.describe", "the connector ended (exit status 3) before it answered its first message, describe", 20 * time.Second},
		{"flood@create", "connector.setup.answers", "a line of more than 4194304 bytes", 20 * time.Second},
	} {
		t.Run(tc.part, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			all := rehearsed(t, played(tc.part), tc.timeout, "connector.setup.describe", "connector.setup.answers", "connector.create.*", "connector.disable.*")
			var failed []result.Check
			for _, c := range all {
				switch c.Status {
				case result.Failed:
					failed = append(failed, c)
				case result.Blocked, result.Passed, result.Skipped:
				default:
					t.Errorf("%s: %s %s", c.ID, c.Status, c.Reason)
				}
			}
			if len(failed) != 1 || len(failed[0].Findings) != 1 {
				t.Fatalf("%d checks failed, want 1 with one finding: %+v", len(failed), failed)
			}
			c := failed[0]
			if f := c.Findings[0]; c.ID != tc.fails || !strings.Contains(f.Actual, tc.words) && !strings.Contains(f.Actual, "did not answer create in time") {
				t.Errorf("%s failed with %q, want %s with %q", c.ID, f.Actual, tc.fails, tc.words)
			}
			if strings.HasPrefix(tc.part, "secret") && !slices.Equal(c.Findings[0].Log, []string{"signing in with [redacted]"}) {
				t.Errorf("the last output is %q", c.Findings[0].Log)
			}
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
