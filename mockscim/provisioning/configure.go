package provisioning

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// ErrStopped says that a cycle was ended by [Job.Stop].
var ErrStopped = errors.New("provisioning was stopped")

// Configure changes mappings, scope or any other option of a job but its clock, ids and tenant, which stay. It waits for a running cycle. The
// next cycle is due at once and looks at everything again, as after every change of mappings or scope. An option that does not
// fit is an error and leaves all as it was.
// Source: learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works, Incremental cycles.
func (j *Job) Configure(ctx context.Context, opts ...Option) error {
	if err := j.acquire(ctx); err != nil {
		return fmt.Errorf("configure job: %w", err)
	}
	defer j.finish()
	s := j.settings
	s.caseExact = slices.Clone(s.caseExact)
	for _, opt := range opts {
		opt(&s)
	}
	s.clock, s.newID, s.tenant = j.clock, j.newID, j.tenant
	if s.wire.Dialect == "" {
		s.wire.Dialect = j.client.Dialect()
	}
	if s.limits != j.limits {
		s.thresholds = s.limits.list()
	}
	inCycles, onDemand, err := newRules(s, j.id, j.dir.Snapshot())
	if err != nil {
		return fmt.Errorf("configure job: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.settings, j.rules, j.onDemand = s, inCycles, onDemand
	j.schedule.interval, j.schedule.expires = s.interval, s.expires
	j.restart(synchronization.ResetWatermark)
	return nil
}

// Stop ends a running cycle, which returns [ErrStopped], and stops the schedule as [Job.Pause] does. What the cycle has not done, the
// next one does.
func (j *Job) Stop() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.schedule.paused = true
	if j.stop != nil {
		j.stop(ErrStopped)
	}
}

// stoppable makes a context that [Job.Stop] ends, until the function returned is called.
func (j *Job) stoppable(ctx context.Context) (context.Context, func()) {
	ctx, stop := context.WithCancelCause(ctx)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stop = stop
	return ctx, func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.stop = nil
		stop(nil)
	}
}
