package mockgraph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// overseer is the provisioning service, when it tells people of its jobs.
func (t *Tenant) overseer() (synchronization.Overseer, error) {
	service, ok := t.provisioning().(synchronization.Overseer)
	if !ok {
		return nil, wrong(http.StatusConflict, "The tenant has no provisioning service that tells of its jobs.")
	}
	return service, nil
}

func (t *Tenant) adminProvisioning(w http.ResponseWriter, r *http.Request) error {
	service, err := t.overseer()
	if err != nil {
		return err
	}
	return say(w, map[string]any{"jobs": service.Overview(r.Context())})
}

// adminRun runs the cycles that are due, or one of a job now, and answers when they have ended.
func (t *Tenant) adminRun(w http.ResponseWriter, r *http.Request) error {
	service, ok := t.provisioning().(synchronization.Conductor)
	if !ok {
		return wrong(http.StatusConflict, "The tenant has no provisioning service that runs cycles when it is told to.")
	}
	t.Process()
	if err := service.RunNow(r.Context(), r.URL.Query().Get("job")); err != nil {
		if refused, ok := errors.AsType[*synchronization.Refusal](err); ok {
			return wrong(synchronizationStatuses[refused.Reason], "%s", refused.Message)
		}
		return wrong(http.StatusServiceUnavailable, "Nobody waited for the cycle.")
	}
	return t.adminProvisioning(w, r)
}

// shownJob is a job as the page shows it.
type shownJob struct{ Application, ID, State, Next, Last string }

// shownJobs are the jobs there are, none without a service that tells of them.
func (t *Tenant) shownJobs(ctx context.Context) []shownJob {
	service, err := t.overseer()
	if err != nil {
		return nil
	}
	var all []shownJob
	for _, o := range service.Overview(ctx) {
		status := o.Job.Status
		one := shownJob{Application: o.Application, ID: o.Job.ID, State: string(status.Code)}
		if q := status.Quarantine; q != nil {
			one.State += ": " + string(q.Reason)
			if q.Error != nil {
				one.State += ", " + q.Error.Code
			}
		}
		if o.NextRun != nil {
			one.Next = o.NextRun.UTC().Format(time.RFC3339)
		}
		if last := status.LastExecution; last != nil {
			one.Last = fmt.Sprintf("%s: %d imported, %d exported, %d to be tried again", last.State, last.CountImported, last.CountExported, last.CountEscrowed)
		}
		all = append(all, one)
	}
	return all
}

// logTypes are the media types of the forms of the provisioning log. It is never written.
var logTypes = map[string]string{"json": "application/json", "csv": "text/csv; charset=utf-8; header=present"}

func (t *Tenant) adminProvisioningLog(w http.ResponseWriter, r *http.Request) error {
	service, err := t.overseer()
	if err != nil {
		return err
	}
	format := r.URL.Query().Get("format")
	if format == "" {
		format = "json"
	}
	var b bytes.Buffer
	if err := service.ExportLog(&b, format); err != nil {
		if refused, ok := errors.AsType[*synchronization.Refusal](err); ok {
			return wrong(http.StatusBadRequest, "%s", refused.Message)
		}
		return err
	}
	h := w.Header()
	h.Set("Content-Type", logTypes[format])
	h.Set("Content-Disposition", `attachment; filename="provisioning.`+format+`"`)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = w.Write(b.Bytes()) // a client that has gone needs no answer
	return nil
}
