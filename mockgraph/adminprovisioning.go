package mockgraph

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"

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
