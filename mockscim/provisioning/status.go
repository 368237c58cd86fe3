package provisioning

import (
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// history is what past cycles leave for the status of a job.
type history struct {
	last, lastSuccessful, lastExports *synchronization.Execution // never changed once they are here
	failures                          int64                      // cycles in a row that failed whole
	pruned                            bool                       // failures of an initial cycle were forgotten; see WithEscrowPruning
	firstSteady, lastSteady           time.Time
	running                           *Progress // of the cycle that is running, never changed once it is here
}

// ended files a cycle.
func (h *history) ended(e synchronization.Execution) {
	h.last, h.running = &e, nil
	if e.State == synchronization.ExecutionFailed {
		h.failures++
		return
	}
	h.failures = 0
	h.lastSteady = e.TimeEnded
	if h.firstSteady.IsZero() {
		h.firstSteady = e.TimeEnded
	}
	h.lastSuccessful = &e
	if e.CountExports > 0 {
		h.lastExports = &e
	}
}

// Status is the state of the job as Graph shows it.
func (j *Job) Status() synchronization.Status {
	j.mu.RLock()
	defer j.mu.RUnlock()
	h := &j.history
	s := synchronization.Status{
		Code:                               j.code(),
		CountSuccessiveCompleteFailures:    h.failures,
		EscrowsPruned:                      h.pruned,
		SteadyStateFirstAchievedTime:       h.firstSteady,
		SteadyStateLastAchievedTime:        h.lastSteady,
		Progress:                           h.shown(),
		LastExecution:                      clone(h.last),
		LastSuccessfulExecution:            clone(h.lastSuccessful),
		LastSuccessfulExecutionWithExports: clone(h.lastExports),
		Quarantine:                         clone(j.schedule.quarantine),
	}
	for _, k := range j.kinds {
		if n := j.memory.managed[k.object]; n > 0 {
			s.SynchronizedEntryCountByType = append(s.SynchronizedEntryCountByType,
				synchronization.LongPair{Key: k.entryCountKey(), Value: int64(n)})
		}
	}
	return s
}

// Schedule is the schedule of the job as Graph shows it.
func (j *Job) Schedule() synchronization.Schedule {
	j.mu.RLock()
	defer j.mu.RUnlock()
	s := synchronization.Schedule{Interval: synchronization.Duration(j.interval), State: j.schedule.state(j.clock.Now())}
	if at := j.schedule.expires; !at.IsZero() {
		s.Expiration = &at
	}
	if s.State == synchronization.ScheduleDisabled {
		s.Interval = synchronization.Never
	}
	return s
}

// code needs the lock.
func (j *Job) code() synchronization.StatusCode {
	switch {
	case j.schedule.quarantine != nil:
		return synchronization.CodeQuarantine
	case j.schedule.paused:
		return synchronization.CodePaused
	case j.history.last == nil:
		return synchronization.CodeNotRun
	default:
		return synchronization.CodeActive
	}
}

// clone copies what Status hands out. Errors inside are shared: nobody changes them.
func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
