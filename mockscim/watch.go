package mockscim

import (
	"context"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// Application says whose cycle it is.
type Application struct {
	ID   string // object id of the service principal
	Name string // as it is now; "" when the application is gone
	Job  string // id of the job
}

// Watcher sees what the service does by itself. Its functions are called by the cycle, which waits for them, and for several applications at
// once; one that is nil is not called.
type Watcher struct {
	// Begun is called before a cycle of [Service.Run], [Service.RunDue] or [Service.Step] sends its first request.
	Begun func(of Application)
	// Progress is called as a cycle goes on, see provisioning.WithProgress. Jobs made by [Service.Connect] have an option of their own.
	Progress func(of Application, p provisioning.Progress)
	// Cycle is called when a cycle of [Service.Run], [Service.RunDue] or [Service.Step] has ended, with what provisioning.Job.Cycle returned.
	Cycle func(of Application, r provisioning.Report, err error)
}

// WithWatcher lets somebody watch. Nobody does by default.
func WithWatcher(w Watcher) Option { return func(s *Service) { s.watcher = w } }

// cycle runs a cycle of a job that is held. One whose address was taken away goes into quarantine.
func (s *Service) cycle(ctx context.Context, j *job) error {
	var report provisioning.Report
	err := s.sends(j)
	if err == nil {
		if s.watcher.Begun != nil {
			s.watcher.Begun(s.application(j.principal, j.ID()))
		}
		report, err = j.Cycle(ctx)
	} else {
		report.Error = err
		j.Quarantine(ctx, synchronization.EncounteredQuarantineException, err.Error())
		err = nil
	}
	if s.watcher.Cycle != nil {
		s.watcher.Cycle(s.application(j.principal, j.ID()), report, err)
	}
	return err
}

func (s *Service) application(principal, job string) Application {
	of := Application{ID: principal, Job: job}
	if o, ok := s.dir.Snapshot().Object(principal); ok {
		of.Name = o.String("displayName")
	}
	return of
}

// watched adds the watcher to the options of a job, whose id is known only once it is made.
func (s *Service) watched(principal string, id func() string, opts []provisioning.Option) []provisioning.Option {
	if s.watcher.Progress == nil {
		return opts
	}
	return append(opts, provisioning.WithProgress(func(p provisioning.Progress) { s.watcher.Progress(s.application(principal, id()), p) }))
}
