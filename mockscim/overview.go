package mockscim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// Overview returns every job, in the order in which they were connected or created.
func (s *Service) Overview(context.Context) []synchronization.Overview {
	all := []synchronization.Overview{}
	for _, j := range s.all() {
		o := synchronization.Overview{
			Application: s.application(j.principal, j.ID()).Name, ServicePrincipalID: j.principal, Job: j.view(), Staged: j.Staged(),
			Mails: []synchronization.Notification{}, Connected: j.connected,
		}
		if next := s.nextOf(j); !next.IsZero() {
			o.NextRun = &next
		}
		if p, running := j.Progress(); running {
			o.Cycle = cycleProgress(p)
		}
		for _, m := range j.Outbox() {
			n := synchronization.Notification{Time: m.Time, To: m.To, Subject: m.Subject, Text: m.Text}
			if m.Error != nil {
				n.Error = synchronization.Text(m.Error.Error())
			}
			o.Mails = append(o.Mails, n)
		}
		all = append(all, o)
	}
	return all
}

// RunNow runs a cycle of a job that was started, due or not, and waits for one that is running; "" runs what is due.
func (s *Service) RunNow(ctx context.Context, id string) error {
	if id == "" {
		_ = s.RunDue(ctx) // how jobs fared is in their status
		return ctx.Err()
	}
	for _, j := range s.all() {
		switch {
		case !strings.EqualFold(j.ID(), id):
		case !j.isStarted():
			return synchronization.Refuse(synchronization.Conflict, "InvalidOperation", "The job %s was not started.", j.ID())
		default:
			return s.hold(ctx, j, func() error {
				_ = s.cycle(ctx, j)
				return ctx.Err()
			})
		}
	}
	return synchronization.Refuse(synchronization.NotFound, "ResourceNotFound", "There is no synchronization job %q.", shortened(id))
}

func cycleProgress(p provisioning.Progress) *synchronization.CycleProgress {
	shown := &synchronization.CycleProgress{
		ID: p.Cycle, Initial: p.Initial, Phase: string(p.Phase), Done: p.Done, Total: p.Total, Objects: p.Objects, AllObjects: p.AllObjects, Began: p.Began,
	}
	if rest, known := p.Remaining(); known {
		remaining := synchronization.Duration(rest)
		shown.Remaining = &remaining
	}
	return shown
}

// logWriters are the forms of the log. It is never written.
var logWriters = map[string]func(io.Writer, []synchronization.ProvisioningObjectSummary) error{"json": provisioning.WriteJSON, "csv": provisioning.WriteCSV}

// ExportLog writes what Graph's auditLogs/provisioning answers, that of jobs that are gone included, oldest entry first.
// Source: learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs, downloading the provisioning logs.
func (s *Service) ExportLog(w io.Writer, format string) error {
	write, ok := logWriters[format]
	if !ok {
		return synchronization.Refuse(synchronization.Invalid, "InvalidRequest", "The log is written as json or csv, not as %q.", shortened(format))
	}
	var log []synchronization.ProvisioningObjectSummary
	for _, record := range s.dir.ProvisioningRecords() {
		var e synchronization.ProvisioningObjectSummary
		if err := json.Unmarshal(record.Body, &e); err != nil {
			return fmt.Errorf("read entry %s of the provisioning log: %w", record.ID, err)
		}
		log = append(log, e)
	}
	return write(w, log)
}
