package provisioning_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

func TestTheLogAsJSON(t *testing.T) {
	s := newStage(t)
	s.assign(s.group("Team Red", s.user("Ada Byron")))
	s.cycle()
	for _, log := range [][]synchronization.ProvisioningObjectSummary{{}, s.job.Log()[:1], s.job.Log()} {
		var text bytes.Buffer
		s.ok(provisioning.WriteJSON(&text, log))
		back := []synchronization.ProvisioningObjectSummary{}
		if err := json.Unmarshal(text.Bytes(), &back); err != nil || len(back) != len(log) {
			t.Fatalf("%v: %s", err, text.String())
		}
		var again bytes.Buffer
		s.ok(provisioning.WriteJSON(&again, back))
		if diff := cmp.Diff(text.String(), again.String()); diff != "" {
			t.Fatalf("it reads back differently: %s", diff)
		}
	}
}

func TestTheLogAsCSV(t *testing.T) {
	s := newStage(t)
	s.assign(s.user("Ada Byron", directory.Properties{"displayName": `Ada, "Byron"`}))
	s.assign(s.user("Bob Ross", directory.Properties{"displayName": "=1+1"}))
	s.target.setAnswer(refuse(http.StatusConflict, func(r *http.Request) bool { return r.Method == http.MethodPost }))
	s.cycle()
	var text bytes.Buffer
	s.ok(provisioning.WriteCSV(&text, s.job.Log()))
	rows := must(csv.NewReader(&text).ReadAll())(t)
	if len(rows) != 3 {
		t.Fatalf("%d rows", len(rows))
	}
	cell := func(row int, column string) string { return rows[row][slices.Index(rows[0], column)] }
	if cell(1, "sourceDisplayName") != `Ada, "Byron"` || cell(2, "sourceDisplayName") != "'=1+1" ||
		cell(1, "provisioningAction") != "create" || cell(1, "status") != "failure" || cell(1, "errorCode") != "Conflict" {
		t.Fatalf("rows %q", rows)
	}
}
