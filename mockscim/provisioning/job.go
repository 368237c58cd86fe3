package provisioning

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// ErrDisabled says that a job was given up after four weeks in quarantine. [Job.Restart] brings it back.
var ErrDisabled = errors.New("the job is disabled after 28 days in quarantine")

// Job is one synchronization job: one application of a tenant, provisioned to one target. All methods may be called at any
// time from any goroutine; cycles wait for one another.
type Job struct {
	settings
	rules

	dir      *directory.Directory
	client   *wire.Client
	app      string // service principal
	id       string
	onDemand rules
	sourceID string // of the tenant as a system, for the log
	targetID string

	running chan struct{} // held by whoever sends requests

	mu       sync.RWMutex
	memory   memory
	schedule schedule
	journal  journal
	history  history
	outbox   []Mail
	stop     context.CancelCauseFunc    // of the running cycle, nil when there is none
	reset    synchronization.ResetScope // asked for while a cycle was running
	pending  bool                       // a restart was asked for while a cycle was running
}

// NewJob makes the job of a service principal (an enterprise application) and a target. It is due at once, and sends nothing
// before its first [Job.Cycle] or [Job.TestConnection].
func NewJob(d *directory.Directory, servicePrincipal string, client *wire.Client, opts ...Option) (*Job, error) {
	s := newSettings(opts)
	if d == nil || client == nil {
		return nil, errors.New("create job: a directory and a client are needed")
	}
	if !exists(d.Snapshot(), servicePrincipal) {
		return nil, fmt.Errorf("create job: there is no service principal %s", servicePrincipal)
	}
	if s.wire.Dialect == "" {
		s.wire.Dialect = client.Dialect()
	}
	if s.tenant == "" {
		s.tenant = d.Snapshot().TenantID()
	}
	id := s.jobID
	if id == "" {
		id = s.template + "." + strings.ReplaceAll(s.tenant, "-", "") + "." + s.newID()
	}
	inCycles, onDemand, err := newRules(s, id, d.Snapshot())
	if err != nil {
		return nil, fmt.Errorf("create job: %w", err)
	}
	j := &Job{
		settings: s, rules: inCycles, onDemand: onDemand, dir: d, client: client, app: servicePrincipal, id: id,
		running: make(chan struct{}, 1), memory: newMemory(),
		schedule: schedule{interval: s.interval, expires: s.expires, next: s.clock.Now()},
		journal:  journal{limit: s.logLimit},
	}
	j.sourceID = uuid.NewSHA1(uuid.NameSpaceURL, []byte(s.tenant+" "+sourceSystem)).String()
	j.targetID = uuid.NewSHA1(uuid.NameSpaceURL, []byte(j.id+" "+targetSystem)).String()
	return j, nil
}

// exists says whether an application is there and not in the recycle bin.
func exists(snap *directory.Snapshot, servicePrincipal string) bool {
	o, ok := snap.Object(servicePrincipal)
	return ok && o.Type() == directory.ServicePrincipal
}

// ID is the id of the job: <template>.<tenant id without dashes>.<guid>.
// Source: learn.microsoft.com/graph/api/synchronization-synchronization-post-jobs.
func (j *Job) ID() string { return j.id }

// NextRun is when the next cycle is due: in the past when it is overdue, zero when none will come because the job is paused
// or disabled, or its schedule expires before.
func (j *Job) NextRun() time.Time {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.schedule.due(j.clock.Now())
}

// Anchor returns the SCIM id an object of the directory is linked to.
func (j *Job) Anchor(objectID string) (string, bool) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	l := j.memory.links[objectID]
	if l == nil {
		return "", false
	}
	return l.anchor, true
}

// Pause stops the schedule. A running cycle ends as usual, and [Job.Cycle] still runs one when it is called.
func (j *Job) Pause() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.schedule.paused = true
}

// Disable stops the schedule as [Job.Stop] does, and shows it as disabled instead of paused. [Job.Start] and [Job.Restart] end it.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationschedule, state.
func (j *Job) Disable() {
	j.Stop()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.schedule.off = true
}

// Halted says whether somebody has paused the schedule, and whether it is shown as disabled since.
func (j *Job) Halted() (paused, disabled bool) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.schedule.paused, j.schedule.off
}

// Start ends a pause and a quarantine; the next cycle is due at once.
func (j *Job) Start() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.schedule.paused, j.schedule.off, j.history.pruned = false, false, false
	j.schedule.clear(j.clock.Now())
}

// Restart forgets what scope names and makes the next cycle due at once; Full is what the portal's button does, after which
// every object is matched again. ResetConnectorDataStore takes the watermark along. ResetEscrows has what failed tried again at once, however
// often it failed. What it forgets of a cycle that is
// running, it forgets when that cycle ends.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-restart.
func (j *Job) Restart(scope synchronization.ResetScope) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.schedule.paused, j.schedule.off, j.history.pruned = false, false, false
	select {
	case j.running <- struct{}{}:
		defer j.release()
		j.restart(scope)
	default:
		j.reset |= scope
		j.pending = true
	}
}

// restart needs the lock and no running cycle.
func (j *Job) restart(scope synchronization.ResetScope) {
	j.memory.forget(scope)
	if scope.Has(synchronization.ResetQuarantineState) {
		j.schedule.clear(j.clock.Now())
	}
	if !j.schedule.disabled {
		j.schedule.next = j.clock.Now()
	}
}

// acquire waits for the right to send requests.
func (j *Job) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case j.running <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (j *Job) release() { <-j.running }

// finish applies a restart that was asked for in the meantime, and lets the next one in.
func (j *Job) finish() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.pending {
		j.restart(j.reset)
		j.reset, j.pending = synchronization.ResetNone, false
	}
	j.release()
}

// Close closes the idle connections to the target. The job stays usable.
func (j *Job) Close() { j.target().Close() }

// target is the client at present. Whoever sends requests need not ask: it does not change meanwhile.
func (j *Job) target() *wire.Client {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.client
}

// change runs a write to the memory of the job under its lock.
func (j *Job) change(write func(m *memory)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	write(&j.memory)
}
