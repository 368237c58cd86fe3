package provisioning

import (
	"context"
	"errors"
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// Reconfigure gives a job another client and its options anew: what opts do not name has its default, but for clock, ids and tenant,
// which stay. It waits for a running cycle, then forgets what reset names as [Job.Restart] does: [synchronization.ResetWatermark] after
// a change of mappings or scope, [synchronization.ResetNone] after one of credentials, which also leaves the schedule alone. An option
// that does not fit is an error and leaves all as it was.
func (j *Job) Reconfigure(ctx context.Context, client *wire.Client, reset synchronization.ResetScope, opts ...Option) error {
	if client == nil {
		return errors.New("configure job: a client is needed")
	}
	if err := j.acquire(ctx); err != nil {
		return fmt.Errorf("configure job: %w", err)
	}
	defer j.finish()
	s := newSettings(opts)
	s.clock, s.newID, s.tenant = j.clock, j.newID, j.tenant
	if s.wire.Dialect == "" {
		s.wire.Dialect = client.Dialect()
	}
	inCycles, onDemand, err := newRules(s, j.id, j.dir.Snapshot())
	if err != nil {
		return fmt.Errorf("configure job: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.client != client {
		j.client.Close()
	}
	j.client, j.settings, j.rules, j.onDemand = client, s, inCycles, onDemand
	j.schedule.interval, j.schedule.expires = s.interval, s.expires
	if reset != synchronization.ResetNone {
		j.restart(reset)
	}
	return nil
}

// WithDialect sets the dialect of requests whatever the tenant URL's flag says, and leaves the rest of [WithWire] as it is.
func WithDialect(d wire.Dialect) Option { return func(s *settings) { s.wire.Dialect = d } }
