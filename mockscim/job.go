package mockscim

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// job is a synchronization job as Graph knows it: the engine's, and what Graph keeps beside it.
type job struct {
	*provisioning.Job

	principal, template string
	connected           bool          // by Connect: nothing but the engine knows its configuration
	busy                chan struct{} // held by whoever has the engine send requests, or changes it

	mu       sync.Mutex
	started  bool
	schema   synchronization.Schema
	settings []synchronization.Setting
	interval time.Duration              // between cycles; 0: that of the service
	expires  time.Time                  // of the schedule; zero: never
	stale    bool                       // the engine has yet to be told of a change
	reset    synchronization.ResetScope // what it forgets then
}

func (j *job) isBusy() bool { return len(j.busy) > 0 }

func (j *job) isStarted() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.started
}

func (j *job) setStarted(started bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.started = started
}

// view is the job as Graph shows it. One that was never started has no schedule and no status.
// Source: learn.microsoft.com/graph/api/synchronization-synchronization-post-jobs.
func (j *job) view() synchronization.Job {
	v := synchronization.NewJob(j.ID(), j.template)
	j.mu.Lock()
	defer j.mu.Unlock()
	v.Settings = shownSettings(j.settings)
	if j.started {
		v.Schedule, v.Status = j.Schedule(), j.Status()
	}
	if !j.expires.IsZero() {
		at := j.expires
		v.Schedule.Expiration = &at
	}
	return v
}

// end stops a job for good.
func (j *job) end() {
	j.setStarted(false)
	j.Stop()
	j.Close()
}

// change notes that the engine has to be told of a change, and tells it at once unless it is at work: then when it rests.
func (s *Service) change(ctx context.Context, j *job, reset synchronization.ResetScope) {
	j.mu.Lock()
	j.stale, j.reset = true, j.reset|reset
	j.mu.Unlock()
	s.settle(ctx, j)
	s.stir()
}

// settle makes the changes that wait, unless somebody is at the job, who settles when done. A change is made to the end although the
// request that asked for it has gone: it is saved already.
func (s *Service) settle(ctx context.Context, j *job) {
	ctx = context.WithoutCancel(ctx)
	for j.isStale() {
		select {
		case j.busy <- struct{}{}:
		default:
			return
		}
		s.apply(ctx, j)
		<-j.busy
	}
}

func (j *job) isStale() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.stale
}

// apply tells the engine how it is configured now. Everything was checked when it was saved.
func (s *Service) apply(ctx context.Context, j *job) {
	j.mu.Lock()
	reset, c := j.reset, configuration{schema: j.schema, settings: j.settings, interval: j.interval, expires: j.expires, of: s.whose(j.principal, j.ID())}
	j.stale, j.reset = false, synchronization.ResetNone
	j.mu.Unlock()
	if j.connected {
		return
	}
	c.secrets = s.saved(j.principal)
	client, opts, err := s.ready(c)
	if err == nil {
		_ = j.Reconfigure(ctx, client, reset, s.watched(j.principal, j.ID, opts)...) // it fails for no other reason than those checked
	}
}

// find returns a job of an application.
func (s *Service) find(principal, id string) (*job, error) {
	for _, j := range s.all() {
		if j.principal == principal && strings.EqualFold(j.ID(), id) {
			return j, nil
		}
	}
	return nil, synchronization.Refuse(synchronization.NotFound, "ResourceNotFound", "The application has no synchronization job %q.", shortened(id))
}

// exists says whether an application is there and not in the recycle bin.
func (s *Service) exists(principal string) bool {
	o, ok := s.dir.Snapshot().Object(principal)
	return ok && o.Type() == directory.ServicePrincipal
}

// sweep ends jobs made through Graph whose application has left even the recycle bin, and drops what was saved for it.
func (s *Service) sweep() {
	snap := s.dir.Snapshot()
	isGone := func(principal string) bool {
		if _, ok := snap.Object(principal); ok {
			return false
		}
		_, ok := snap.Deleted(principal)
		return !ok
	}
	for _, j := range s.remove(func(j *job) bool { return !j.connected && isGone(j.principal) }) {
		j.end()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for principal := range s.secrets {
		if isGone(principal) {
			delete(s.secrets, principal)
		}
	}
}

// Forget ends every job made through Graph and drops everything that was saved for it: the tenant's state was replaced by another, which
// knows nothing of it. Accounts in targets stay.
func (s *Service) Forget() {
	for _, j := range s.remove(func(j *job) bool { return !j.connected }) {
		j.end()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets = map[string][]synchronization.Secret{}
}

// shortened bounds what a message repeats of a request.
func shortened(text string) string {
	const most = 100
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
