// Package mockscim is the fake Entra provisioning service: it attaches applications of a fake tenant to SCIM endpoints and
// runs their provisioning cycles, by hand, when they are due, or by moving a steered clock from one due run to the next.
//
//	clock := clockwork.NewFakeClock()
//	dir := directory.New(directory.WithClock(clock))
//	service := mockscim.New(dir, mockscim.WithClock(clock))
//	job, err := service.Connect(servicePrincipalID, wire.Config{TenantURL: "https://scim.example", Token: "secret"})
//	err = job.TestConnection(ctx)
//	err = service.Step(ctx) // the initial cycle
//	err = service.Step(ctx) // forty minutes later: what changed since
//
// What a cycle does is decided in mockscim/provisioning; this package only wires the rooms together. The one change it makes in
// the directory is that of time: what lay in the recycle bin for too long is purged. It does not judge the target.
package mockscim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

var (
	// ErrRealClock says that [Service.Step] needs a clock it can advance (a *clockwork.FakeClock).
	ErrRealClock = errors.New("the clock cannot be advanced")
	// ErrNothingScheduled says that no job will ever run by itself: there is none, or all are paused or disabled.
	ErrNothingScheduled = errors.New("no job is scheduled")
)

// Service runs the provisioning jobs of one tenant. Its methods may be called from any goroutine.
type Service struct {
	dir   *directory.Directory
	clock clockwork.Clock
	newID func() string

	mu   sync.Mutex
	jobs []*provisioning.Job
}

// Option changes how a [Service] works.
type Option func(*Service)

// WithClock sets the clock of the service and of its jobs; the real one by default. Give the directory the same.
func WithClock(clock clockwork.Clock) Option { return func(s *Service) { s.clock = clock } }

// WithIDs sets where ids of jobs, cycles and probes come from; random GUIDs by default. It is called from several goroutines
// when jobs run side by side.
func WithIDs(newID func() string) Option { return func(s *Service) { s.newID = newID } }

// New makes the provisioning service of a tenant.
func New(d *directory.Directory, opts ...Option) *Service {
	s := &Service{dir: d, clock: clockwork.NewRealClock(), newID: uuid.NewString}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

// Connect makes the job that provisions a service principal (an enterprise application) to a target. It sends nothing:
// [provisioning.Job.TestConnection] does, and the first cycle, which is due at once. Options win over those of the service.
func (s *Service) Connect(servicePrincipal string, target wire.Config, opts ...provisioning.Option) (*provisioning.Job, error) {
	client, err := wire.NewClient(target)
	if err != nil {
		return nil, fmt.Errorf("connect %s: %w", servicePrincipal, err)
	}
	all := append([]provisioning.Option{provisioning.WithClock(s.clock), provisioning.WithIDs(s.newID)}, opts...)
	job, err := provisioning.NewJob(s.dir, servicePrincipal, client, all...)
	if err != nil {
		return nil, fmt.Errorf("connect %s: %w", servicePrincipal, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = append(s.jobs, job)
	return job, nil
}

// Disconnect removes a job and closes its idle connections. A cycle that is running goes on; what was provisioned stays in the
// target.
func (s *Service) Disconnect(job *provisioning.Job) {
	job.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = slices.DeleteFunc(s.jobs, func(j *provisioning.Job) bool { return j == job })
}

// Jobs returns the jobs in the order in which they were connected.
func (s *Service) Jobs() []*provisioning.Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.jobs)
}

// RunDue runs one cycle of every job that is due, one after another. Before that, objects leave the directory for good whose
// time in the recycle bin is over, so that the cycles delete them. What puts a job into quarantine is in its status, not in
// the error.
func (s *Service) RunDue(ctx context.Context) error {
	now := s.clock.Now()
	s.dir.Expire()
	var failed []error
	for _, job := range s.Jobs() {
		if next := job.NextRun(); next.IsZero() || next.After(now) {
			continue
		}
		if _, err := job.Cycle(ctx); err != nil {
			failed = append(failed, fmt.Errorf("job %s: %w", job.ID(), err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failed...)
}

// Step advances a steered clock to the next due run, if that is in the future, and runs what is due then. It returns
// [ErrRealClock] when the clock is not a *clockwork.FakeClock and [ErrNothingScheduled] when nothing is scheduled.
func (s *Service) Step(ctx context.Context) error {
	clock, ok := s.clock.(*clockwork.FakeClock)
	if !ok {
		return fmt.Errorf("step: %w", ErrRealClock)
	}
	var next time.Time
	for _, job := range s.Jobs() {
		if due := job.NextRun(); !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	if next.IsZero() {
		return fmt.Errorf("step: %w", ErrNothingScheduled)
	}
	if wait := next.Sub(clock.Now()); wait > 0 {
		clock.Advance(wait)
	}
	return s.RunDue(ctx)
}
