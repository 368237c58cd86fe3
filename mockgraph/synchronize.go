package mockgraph

import (
	"context"
	"net/http"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Synchronize gives the tenant the provisioning service that answers /servicePrincipals/{id}/synchronization, in the place of that of
// [WithSynchronization]: a service that reads the tenant's directory is made after the tenant. nil takes it away.
//
// A service that is a [synchronization.Runner] runs what falls due when the admin API turns the clock; one that is a
// [synchronization.Forgetter] is told when the state is replaced; one that is a [synchronization.Overseer] is asked by the admin API.
func (t *Tenant) Synchronize(s synchronization.Service) {
	if s == nil {
		t.service.Store(nil)
		return
	}
	t.service.Store(&s)
}

// provisioning is the service, nil when there is none.
func (t *Tenant) provisioning() synchronization.Service {
	if s := t.service.Load(); s != nil {
		return *s
	}
	return nil
}

// endJobs tells the service that the state is another one.
func (t *Tenant) endJobs() {
	if service, ok := t.provisioning().(synchronization.Forgetter); ok {
		service.Forget()
	}
}

// maxRuns bounds how often turning the clock lets the service run: a year of one job every forty minutes. What falls due after that is run
// once, when the clock has arrived.
const maxRuns = 13_500

// advance moves the clock on and lets the service run what falls due on the way, each cycle at its time. It stops on the way when ctx ends.
func (t *Tenant) advance(ctx context.Context, clock interface{ Advance(d time.Duration) }, by time.Duration) error {
	end := t.clock.Now().Add(by)
	for range maxRuns {
		next, err := t.runDue(ctx)
		if err != nil {
			return err
		}
		now := t.clock.Now()
		if next.IsZero() || next.After(end) || !now.Before(end) {
			break
		}
		clock.Advance(max(time.Nanosecond, next.Sub(now)))
	}
	if rest := end.Sub(t.clock.Now()); rest > 0 {
		clock.Advance(rest)
	}
	_, err := t.runDue(ctx)
	return err
}

// runDue lets the service run what is due, after dynamic groups and licences followed what changed, and returns when the next is. How jobs
// fared is in their status.
func (t *Tenant) runDue(ctx context.Context) (next time.Time, err error) {
	t.Process()
	runner, ok := t.provisioning().(synchronization.Runner)
	if !ok {
		return time.Time{}, nil
	}
	_ = runner.RunDue(ctx)
	if ctx.Err() != nil {
		return time.Time{}, wrong(http.StatusServiceUnavailable, "Nobody waited for the provisioning that fell due; the clock shows %s.", t.clock.Now().UTC().Format(time.RFC3339))
	}
	return runner.NextRun(), nil
}
