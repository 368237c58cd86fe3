package provisioning_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// about says whether a request names somebody, in its address or its body.
func about(method, name string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		body := []byte{}
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		return r.Method == method && strings.Contains(r.URL.String()+string(body), name)
	}
}

// takenForSuccess are faults a PATCH takes for success, since RFC 7644 section 3.5.2 asks for nothing in its answer and these say 200.
var takenForSuccess = []string{"half of it", "nothing in it", "a list of numbers"}

// Whatever a target answers about one user in the middle of a cycle: that user is escrowed with a reason, the cycle goes on with the others,
// and once the target behaves everybody is there once.
func TestWhateverIsAnsweredTheObjectIsEscrowedAndTheCycleGoesOn(t *testing.T) {
	t.Parallel()
	for fault := range faults {
		if strings.HasPrefix(fault, "cancelled") {
			continue // that ends the cycle
		}
		for _, stage := range []string{"match", "create", "read", "update"} {
			if stage == "update" && slices.Contains(takenForSuccess, fault) {
				continue
			}
			t.Run(stage+"/"+fault, func(t *testing.T) {
				w := newWorld(t)
				w.hire()
				w.hire()
				assign := func() {
					for _, u := range w.users {
						must(w.dir.Assign(u, w.app, directory.DefaultAccessRole))(t)
					}
				}
				hit := map[string]func(*http.Request) bool{
					"match": about(http.MethodGet, "person1"), "create": about(http.MethodPost, "person1"),
				}[stage]
				assign()
				if hit == nil { // they are there already, and change
					w.run("", 0)
					anchor, _ := w.job.Anchor(w.users[0])
					hit = map[string]func(*http.Request) bool{"read": about(http.MethodGet, anchor), "update": about(http.MethodPatch, anchor)}[stage]
					for _, u := range w.users {
						must(w.dir.Update(u, directory.Properties{"jobTitle": "Analyst"}))(t)
					}
				}
				w.road.only = hit
				w.road.change(fault, 0, 1000, nil)
				report := w.fair()
				if report.Failures != 1 || report.Error != nil || report.Creates+report.Updates != 1 {
					t.Errorf("report %+v, want one failure and the other user done", report)
				}
				if n := w.job.Status().LastExecution.CountEscrowed; n != 1 {
					t.Errorf("%d objects are escrowed", n)
				}
				w.reasoned(w.users[0])
				w.road.change("", 0, 0, nil)
				if report := w.fair(); report.Failures != 0 {
					t.Errorf("report %+v in fair weather", report)
				}
				if users := w.all("/Users"); len(users) != 2 || at(users[0], "active") != "true" || at(users[1], "active") != "true" {
					t.Errorf("the target has %v", users)
				}
				if len(w.road.conflicts) > 0 {
					t.Error("somebody was created once more")
				}
			})
		}
	}
}

// reasoned checks that the log tells why an object failed.
func (w *world) reasoned(id string) {
	w.Helper()
	for _, e := range w.job.Log() {
		if info := e.ProvisioningStatusInfo; e.SourceIdentity.ID == id && info.Status == synchronization.StatusFailure {
			if info.ErrorInformation == nil || info.ErrorInformation.ErrorCode == "" || len(info.ErrorInformation.Reason) < 20 {
				w.Errorf("the log gives as reason %+v", info.ErrorInformation)
			}
			return
		}
	}
	w.Errorf("the log has no failure of %s", id)
}
