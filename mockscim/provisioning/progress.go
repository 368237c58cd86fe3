package provisioning

import (
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Phase is a part of a cycle, in its order.
type Phase string

// The parts of a cycle.
const (
	PhaseUsers      Phase = "Users"
	PhaseGroups     Phase = "Groups"
	PhaseReferences Phase = "References" // managers and groups with members to look at
)

// Progress is how far a running cycle is.
type Progress struct {
	Cycle       string // its id
	Initial     bool
	Phase       Phase
	Done, Total int // of the phase
	// Objects and AllObjects count users and groups together.
	Objects, AllObjects int
	Report              Report // what was done so far
	Began, Now          time.Time
}

// Remaining estimates how long the users and groups still take at the pace so far; false when nothing is known yet.
func (p Progress) Remaining() (time.Duration, bool) {
	elapsed := p.Now.Sub(p.Began)
	if p.Objects == 0 || elapsed <= 0 {
		return 0, false
	}
	return time.Duration(float64(elapsed) / float64(p.Objects) * float64(p.AllObjects-p.Objects)), true
}

// WithProgress calls a function as a cycle goes on, before each object and at the end of each phase: from one goroutine at a time, which
// waits for it. It must not start cycles of the job.
func WithProgress(tell func(Progress)) Option { return func(s *settings) { s.tell = tell } }

// Progress returns how far the running cycle is; false when none is running.
func (j *Job) Progress() (Progress, bool) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if j.history.running == nil {
		return Progress{}, false
	}
	return *j.history.running, true
}

// showProgress is called before each object of a phase, and with done == total after the last.
func (c *cycle) showProgress(phase Phase, done, total int) {
	p := Progress{
		Cycle: c.id, Initial: c.report.Initial, Phase: phase, Done: done, Total: total,
		AllObjects: len(c.work.users.ids) + len(c.work.groups.ids), Report: c.report, Began: c.began, Now: c.clock.Now(),
	}
	switch phase {
	case PhaseUsers:
		p.Objects = done
	case PhaseGroups:
		p.Objects = len(c.work.users.ids) + done
	case PhaseReferences:
		p.Objects = p.AllObjects
	}
	c.mu.Lock()
	c.history.running = &p
	c.mu.Unlock()
	if c.tell != nil {
		c.tell(p)
	}
}

// shown is the progress as Graph's status has it.
func (h *history) shown() synchronization.Collection[synchronization.Progress] {
	if h.running == nil {
		return nil
	}
	return synchronization.Collection[synchronization.Progress]{{
		CompletedUnits: int64(h.running.Done), TotalUnits: int64(h.running.Total), Units: string(h.running.Phase),
		ProgressObservationDateTime: h.running.Now,
	}}
}
