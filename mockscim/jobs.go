package mockscim

import (
	"context"
	"errors"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// Jobs returns the jobs of an application.
// Source: learn.microsoft.com/graph/api/synchronization-synchronization-list-jobs.
func (s *Service) Jobs(_ context.Context, principal string) ([]synchronization.Job, error) {
	var all []synchronization.Job
	for _, j := range s.all() {
		if j.principal == principal {
			all = append(all, j.view())
		}
	}
	return all, nil
}

// Job returns one job of an application.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-get.
func (s *Service) Job(_ context.Context, principal, id string) (synchronization.Job, error) {
	j, err := s.find(principal, id)
	if err != nil {
		return synchronization.Job{}, err
	}
	return j.view(), nil
}

// CreateJob makes a job of a template. It sends nothing and is not due before it is started; what was saved for the application is its
// configuration. An application has one job of a template.
// Source: learn.microsoft.com/graph/api/synchronization-synchronization-post-jobs.
func (s *Service) CreateJob(ctx context.Context, principal, template string) (synchronization.Job, error) {
	t, err := s.Template(ctx, principal, template)
	if err != nil {
		return synchronization.Job{}, err
	}
	for _, j := range s.all() {
		if j.principal == principal && j.template == t.ID {
			return synchronization.Job{}, synchronization.Refuse(synchronization.Conflict, "InvalidOperation", "The application has the job %s of the template %s already.", j.ID(), t.ID)
		}
	}
	c := configuration{schema: *t.Schema, secrets: s.saved(principal)}
	engine, err := s.engine(principal, c, provisioning.WithTemplate(t.ID))
	if err != nil {
		return synchronization.Job{}, err
	}
	made := &job{Job: engine, principal: principal, template: t.ID, busy: make(chan struct{}, 1), schema: c.schema}
	made.schema.ID = engine.ID()
	s.add(made)
	return made.view(), nil
}

// DeleteJob ends a job and forgets its state.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-delete.
func (s *Service) DeleteJob(_ context.Context, principal, id string) error {
	found, err := s.find(principal, id)
	if err != nil {
		return err
	}
	s.remove(func(j *job) bool { return j == found })
	found.end()
	return nil
}

// StartJob starts a job, or ends its pause or quarantine; its next cycle is due at once. A job whose application has no address is refused.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-start.
func (s *Service) StartJob(_ context.Context, principal, id string) error {
	return s.steer(principal, id, s.runs, func(j *job) { j.Start() })
}

// PauseJob stops the schedule of a job. A cycle that is running ends, and the next one does what it left.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-pause.
func (s *Service) PauseJob(_ context.Context, principal, id string) error {
	return s.steer(principal, id, nil, func(j *job) { j.Stop() })
}

// RestartJob starts a job again, which forgets what the criteria say.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-restart.
func (s *Service) RestartJob(_ context.Context, principal, id string, criteria synchronization.RestartCriteria) error {
	return s.steer(principal, id, s.runs, func(j *job) { j.Restart(criteria.ResetScope) })
}

// sends refuses a job that would send requests and knows not where to.
func (s *Service) sends(j *job) error {
	if j.connected {
		return nil
	}
	return addressed(s.saved(j.principal))
}

// runs refuses a job that would send requests and knows not where to, or whose schedule has ended.
func (s *Service) runs(j *job) error {
	j.mu.Lock()
	err := unexpired(j.expires, s.clock.Now())
	j.mu.Unlock()
	if err != nil {
		return err
	}
	return s.sends(j)
}

// steer does something to a job that allows it; a nil allow always does.
func (s *Service) steer(principal, id string, allow func(*job) error, do func(*job)) error {
	j, err := s.find(principal, id)
	if err == nil && allow != nil {
		err = allow(j)
	}
	if err != nil {
		return err
	}
	do(j)
	j.setStarted(true)
	s.stir()
	return nil
}

// ProvisionOnDemand provisions one user, or one group with some of its members, at once. It waits for a cycle that is running.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand.
func (s *Service) ProvisionOnDemand(ctx context.Context, principal, id string, parameters []synchronization.OnDemandParameters) (synchronization.StringPair, error) {
	var none synchronization.StringPair
	j, err := s.find(principal, id)
	if err != nil {
		return none, err
	}
	if err := j.knowsRules(parameters); err != nil {
		return none, err
	}
	if err := s.sends(j); err != nil {
		return none, err
	}
	var result provisioning.OnDemandResult
	err = s.hold(ctx, j, func() (err error) {
		result, err = j.ProvisionOnDemand(ctx, parameters)
		return err
	})
	switch {
	case errors.Is(err, provisioning.ErrOnDemand):
		return none, synchronization.Refuse(synchronization.Invalid, "InvalidRequest", "%s.", err)
	case err != nil:
		return none, err
	}
	return result.Pair()
}

// knowsRules refuses a rule that the schema of the job has not.
func (j *job) knowsRules(parameters []synchronization.OnDemandParameters) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	ids := make([]string, 0, len(j.schema.SynchronizationRules))
	for _, rule := range j.schema.SynchronizationRules {
		ids = append(ids, rule.ID)
	}
next:
	for _, p := range parameters {
		for _, id := range ids {
			if strings.EqualFold(p.RuleID, id) {
				continue next
			}
		}
		return synchronization.Refuse(synchronization.Invalid, "InvalidRequest", "The schema of the job has no synchronization rule %q; it has %s.", shortened(p.RuleID), strings.Join(ids, ", "))
	}
	return nil
}
