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
// A [Service] also answers Graph's synchronization API, so that whoever configures provisioning by script configures this one. It
// is given to the tenant whose directory it provisions from; the tenant knows no more of it than synchronization.Service says:
//
//	tenant := mockgraph.New(mockgraph.WithClock(clock))
//	service := mockscim.New(tenant.Directory(), mockscim.WithClock(clock))
//	tenant.Synchronize(service)
//
// What a cycle does is decided in mockscim/provisioning; this package only wires the rooms together. The one change it makes in
// the directory is that of time: what lay in the recycle bin for too long is purged. It does not judge the target.
package mockscim

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// Service runs the provisioning jobs of one tenant, those connected by [Service.Connect] and those made through Graph. Its methods may
// be called from any goroutine.
type Service struct {
	dir       *directory.Directory
	clock     clockwork.Clock
	newID     func() string
	options   []provisioning.Option // of jobs made through Graph
	clients   func(wire.Config) wire.Config
	mailer    provisioning.Mailer
	watcher   Watcher
	overhear  Overhear
	any       bool // every application can be provisioned
	wake      chan struct{}
	tls       TLSRules
	perSecond float64
	consents  consents

	revision atomic.Uint64

	mu      sync.Mutex
	jobs    []*job
	secrets map[string][]synchronization.Secret // by service principal
}

// The methods that routes of Graph ask are spread over the files of their concerns.
var _ synchronization.Service = (*Service)(nil)

// Option changes how a [Service] works.
type Option func(*Service)

// WithClock sets the clock of the service and of its jobs; the real one by default. Give the directory the same.
func WithClock(clock clockwork.Clock) Option { return func(s *Service) { s.clock = clock } }

// WithIDs sets where ids of jobs, cycles and probes come from; random GUIDs by default. It is called from several goroutines
// when jobs run side by side.
func WithIDs(newID func() string) Option { return func(s *Service) { s.newID = newID } }

// WithJobs sets options of every job that is made through Graph, such as provisioning.WithThresholds. What Graph configures (mappings,
// scope, notification, deletion threshold, dialect) wins over them.
func WithJobs(opts ...provisioning.Option) Option {
	return func(s *Service) { s.options = append(s.options, opts...) }
}

// WithClients lets a function complete how the requests of jobs made through Graph are sent: transport, pace, timeout, size of answers.
// Tenant URL and credentials are those saved through Graph. By default they are sent as wire.Config does by itself.
func WithClients(complete func(wire.Config) wire.Config) Option {
	return func(s *Service) { s.clients = complete }
}

// WithMailer sends the notifications of jobs whose SyncNotificationSettings name a recipient. By default they only stay in the job's
// outbox.
func WithMailer(m provisioning.Mailer) Option { return func(s *Service) { s.mailer = m } }

// WithAnyApplication lets every service principal be provisioned, also one that was registered by hand. By default only applications that
// were made from a template of the gallery have templates of jobs, as in Entra's portal; whether Graph minds is not documented.
func WithAnyApplication() Option { return func(s *Service) { s.any = true } }

// New makes the provisioning service of a tenant.
func New(d *directory.Directory, opts ...Option) *Service {
	s := &Service{
		dir: d, clock: clockwork.NewRealClock(), newID: uuid.NewString, clients: func(c wire.Config) wire.Config { return c },
		wake: make(chan struct{}, 1), secrets: map[string][]synchronization.Secret{},
	}
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
	engine, err := provisioning.NewJob(s.dir, servicePrincipal, client, all...)
	if err != nil {
		return nil, fmt.Errorf("connect %s: %w", servicePrincipal, err)
	}
	s.add(&job{Job: engine, principal: servicePrincipal, template: scimTemplate, busy: make(chan struct{}, 1), started: true, connected: true})
	return engine, nil
}

func (s *Service) add(j *job) {
	s.mu.Lock()
	s.jobs = append(s.jobs, j)
	s.mu.Unlock()
	s.stir()
}

// Disconnect removes a job and closes its idle connections. A cycle that is running goes on; what was provisioned stays in the
// target.
func (s *Service) Disconnect(engine *provisioning.Job) {
	engine.Close()
	s.remove(func(j *job) bool { return j.Job == engine })
}

// remove takes jobs away and returns them.
func (s *Service) remove(which func(*job) bool) []*job {
	defer s.revision.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	var gone []*job
	s.jobs = slices.DeleteFunc(s.jobs, func(j *job) bool {
		if which(j) {
			gone = append(gone, j)
			return true
		}
		return false
	})
	return gone
}

// AllJobs returns the jobs in the order in which they were connected or created.
func (s *Service) AllJobs() []*provisioning.Job {
	all := s.all()
	engines := make([]*provisioning.Job, len(all))
	for i, j := range all {
		engines[i] = j.Job
	}
	return engines
}

func (s *Service) all() []*job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.jobs)
}
