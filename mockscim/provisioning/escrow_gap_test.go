package provisioning

import (
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// What a further failure makes of an escrow: the gaps grow, another kind of failure begins anew, and four weeks are the end.
func TestFailedAgain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)
	old := func(reference bool, failures int, age time.Duration) *escrow {
		return &escrow{kind: directory.User, reference: reference, failures: failures, began: now.Add(-age)}
	}
	for title, tt := range map[string]struct {
		old      *escrow
		failures int // 0: given up
		wait     time.Duration
	}{
		"the first time":                       {nil, 1, 0},
		"the second time":                      {old(false, 1, time.Hour), 2, 6 * time.Hour},
		"the third time":                       {old(false, 2, time.Hour), 3, 12 * time.Hour},
		"the fourth time":                      {old(false, 3, time.Hour), 4, 24 * time.Hour},
		"the ninth time":                       {old(false, 8, time.Hour), 9, 24 * time.Hour},
		"the object itself after a reference":  {old(true, 5, time.Hour), 1, 0},
		"after it only waited":                 {old(false, 0, 100*24*time.Hour), 1, 0},
		"just before four weeks":               {old(false, 8, 28*24*time.Hour-1), 9, 24 * time.Hour},
		"after four weeks it is given up":      {old(false, 8, 28*24*time.Hour), 0, 0},
		"a reference after four weeks: anew":   {old(true, 8, 28*24*time.Hour), 1, 0},
		"given up however often it has failed": {old(false, 1, 40*24*time.Hour), 0, 0},
	} {
		e := failedAgain(tt.old, directory.User, false, now)
		if tt.failures == 0 {
			if e != nil {
				t.Errorf("%s: %+v, want it given up", title, e)
			}
			continue
		}
		if e == nil || e.failures != tt.failures || e.next.Sub(now) != tt.wait {
			t.Errorf("%s: %+v, want failure %d and %s to wait", title, e, tt.failures, tt.wait)
		}
	}
}
