package provisioning

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// Report is what one cycle did.
type Report struct {
	Initial       bool  // everything was looked at, not only what changed
	Requests      int   // sent, probes included
	Creates       int   // objects
	Updates       int   // objects whose attributes or manager changed, reactivations included
	Disables      int   // users
	Deletes       int   // objects
	MemberChanges int   // memberships added and removed
	Skipped       int   // objects
	Failures      int   // objects and references that failed, to be tried again
	Error         error // why the job is in quarantine; nil when it is not
}

// cycle is one run of a job.
type cycle struct {
	*Job
	rules

	turn    sync.Mutex // held by whoever works on the cycle, not while a request is on its way
	id      string
	lastRun *run // what the last entry filed has in common with the next
	began   time.Time
	now     scope
	work    *worklist
	report  Report
	writes  int64

	managers  []managerChange
	groups    []*link
	before    map[string]*escrow  // failures of earlier cycles
	demand    *demand             // nil for a cycle of all objects
	held      map[string]struct{} // objects whose deletion has to be allowed first
	redundant map[string]entry    // objects without a change, unless a reference of theirs changes
}

// Cycle runs one cycle now, whether it is due or not: the initial one, or an incremental one when an earlier cycle ended. It
// waits for a cycle that is running.
//
// Failures of single objects are in the report, the log and the next cycle's work; what puts the job into quarantine is in
// Report.Error. The error is the context's when the cycle was cancelled, in which case the next cycle does the same work
// again and finds what was already done; [ErrDisabled]; or that the application is gone, whose objects are then left alone.
func (j *Job) Cycle(ctx context.Context) (Report, error) {
	if err := j.acquire(ctx); err != nil {
		return Report{}, fmt.Errorf("run cycle: %w", err)
	}
	defer j.finish()
	ctx, done := j.stoppable(ctx)
	defer done()
	if j.isDisabled() {
		return Report{}, fmt.Errorf("run cycle: %w", ErrDisabled)
	}
	c := j.newCycle(j.rules)
	if !exists(c.now.snap, j.app) {
		return Report{}, fmt.Errorf("run cycle: there is no service principal %s", j.app)
	}
	c.report.Initial = j.memory.mark == nil

	var err error
	if c.report.Requests, err = j.probe(ctx); err == nil {
		err = c.run(ctx)
	}
	if ctx.Err() != nil && err != nil {
		j.abandon()
		return c.report, fmt.Errorf("run cycle: %w", context.Cause(ctx))
	}
	if q := c.end(err); q != nil {
		c.announce(ctx, *q)
	}
	return c.report, nil
}

func (j *Job) newCycle(r rules) *cycle {
	c := &cycle{
		Job: j, rules: r, id: j.newID(), began: j.clock.Now(), before: maps.Clone(j.memory.escrows), redundant: map[string]entry{},
		now: scope{snap: j.dir.Snapshot(), app: j.app, all: j.syncAll},
	}
	c.turn.Lock()
	return c
}

func (j *Job) isDisabled() bool {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.schedule.disabled
}

// abandon clears what a cancelled cycle showed of itself. The watermark stays where it was.
func (j *Job) abandon() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.history.running = nil
}

// run looks at users, then groups, then the references between them, so that both ends of a reference exist when it is
// written.
// Source: learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works, Initial cycle and Incremental cycles.
func (c *cycle) run(ctx context.Context) error {
	if c.report.Initial {
		c.work = everything(c.now, &c.memory)
	} else {
		before := scope{snap: c.memory.mark.state, app: c.app, all: c.syncAll}
		c.work = changed(before, c.now, c.now.snap.Changes(c.memory.mark.sequence), &c.memory, c.began)
	}
	if err := c.hold(ctx); err != nil {
		return err
	}
	for i, ids := range [][]string{c.work.users.ids, c.work.groups.ids} {
		k := c.kinds[i]
		if !k.rules.Enabled {
			continue
		}
		phase := []Phase{PhaseUsers, PhaseGroups}[i]
		done := 0
		err := c.each(ctx, len(ids), func(i int) error {
			c.showProgress(phase, done, len(ids))
			done++
			return c.object(ctx, k, ids[i])
		})
		if err != nil {
			return err
		}
		c.showProgress(phase, len(ids), len(ids))
	}
	return c.references(ctx)
}

// end files the cycle, and moves the watermark when the target could be reached. probe is the failure of the probe. It returns a
// quarantine that is new or has another reason, otherwise nil.
func (c *cycle) end(probe error) (news *synchronization.Quarantine) {
	now := c.clock.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	execution := synchronization.Execution{
		ActivityIdentifier: c.id, State: synchronization.ExecutionSucceeded, TimeBegan: c.began, TimeEnded: now,
		CountExports: c.writes, CountEscrowed: int64(len(c.memory.escrows)), CountEscrowedRaw: int64(len(c.memory.escrows)),
		CountExported: int64(c.report.Creates + c.report.Updates + c.report.Disables + c.report.Deletes),
		CountEntitled: int64(c.memory.managed[directory.User] + c.memory.managed[directory.Group]),
	}
	execution.CountEntitledForProvisioning = execution.CountEntitled
	if c.work != nil {
		execution.CountImported = int64(len(c.work.users.ids) + len(c.work.groups.ids))
		if !c.report.Initial {
			execution.CountImportedDeltas = execution.CountImported
		}
		for _, s := range c.work.members {
			execution.CountImportedReferenceDeltas += int64(len(s.ids))
		}
	}
	if c.report.Failures > 0 {
		execution.State = synchronization.ExecutionEntryLevelErrors
	}
	reason := synchronization.EncounteredQuarantineException
	cause := probe
	if probe != nil {
		cause = credentialError(probe)
		execution.State = synchronization.ExecutionFailed
	} else {
		c.memory.mark = markAt(c.now.snap)
		tally := c.memory.tally()
		for _, t := range c.thresholds {
			if t.reached(tally) {
				if c.pruneEscrows && c.report.Initial {
					c.prune()
					break
				}
				reason, cause = t.reason, &wire.Error{Code: string(t.reason), Message: t.message}
				break
			}
		}
		if err := c.deletionError(); err != nil {
			reason, cause = synchronization.TooManyDeletes, err
		}
	}
	if cause == nil {
		c.schedule.succeeded(now)
	} else {
		execution.Error = asError(cause)
		if c.schedule.failed(now, reason, execution.Error) {
			news = clone(c.schedule.quarantine)
		}
	}
	c.report.Error = cause
	c.history.ended(execution)
	return news
}

// settle files what came of one object: the log, the counts, and whether it is tried again. It returns an error when the
// cycle has to stop.
func (c *cycle) settle(ctx context.Context, e entry) error {
	if e.err != nil && ctx.Err() != nil {
		return ctx.Err() // not the object's fault
	}
	facts := c.facts(e)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.record(facts)
	if c.demand != nil {
		c.demand.filed = append(c.demand.filed, facts.summary())
	}
	switch {
	case e.err != nil:
		c.report.Failures++
		if c.demand != nil {
			break // who asked sees it; the next cycle does not count it
		}
		c.escrow(e.object, e.kind.object, e.reference)
	case e.skip != "":
		c.report.Skipped++
	case !e.reference:
		c.count(e.action)
	}
	return ctx.Err()
}

func (c *cycle) count(action synchronization.ProvisioningAction) {
	switch action {
	case synchronization.ActionCreate:
		c.report.Creates++
	case synchronization.ActionUpdate:
		c.report.Updates++
	case synchronization.ActionDisable:
		c.report.Disables++
	case synchronization.ActionDelete:
		c.report.Deletes++
	default: // nothing was done
	}
}
