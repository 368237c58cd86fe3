package provisioning_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

var update = flag.Bool("update", false, "write the golden files anew")

// eventful runs cycles in which about everything happens that the log tells: users and groups that are created, changed, disabled,
// deleted, kept out and left alone, managers, members, failures at every step, deletions that wait, a renamed application.
func eventful(t *testing.T) *stage {
	t.Helper()
	s := newStage(t, provisioning.WithUserMapping(onlyIT()), provisioning.WithAccidentalDeletionPrevention(2))
	it := directory.Properties{"department": "IT", "givenName": "Zoë \"Z\"", "jobTitle": "<Analyst> & more", "businessPhones": []string{"+44 20 3"}}
	ada, bob, cy := s.user("Ada Byron", it), s.user("Bob Ross", it), s.user("Cy Young", it)
	sales, direct := s.user("Di Prince", directory.Properties{"department": "Sales"}), s.user("Ed Wood", it)
	s.ok(s.dir.SetManager(ada, bob))
	team := s.group("Team Red", ada, bob, cy, sales)
	s.assign(team)
	assignment := s.assign(direct)
	step := func(more func()) {
		more()
		s.cycle()
		s.clock.Advance(40 * time.Minute)
	}
	step(func() {})
	step(func() { s.job.Restart(synchronization.ResetWatermark) })
	step(func() {
		s.update(ada, directory.Properties{"displayName": "Ada Lovelace", "jobTitle": "Countess"})
		s.update(cy, directory.Properties{"accountEnabled": false})
		s.update(bob, directory.Properties{"department": "Sales"})
		s.update(s.app, directory.Properties{"displayName": "Acme Renamed"})
	})
	step(func() {
		s.update(bob, directory.Properties{"department": "IT"})
		s.ok(s.dir.RemoveMember(team, cy))
		s.ok(s.dir.Unassign(assignment))
	})
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch} {
		step(func() {
			s.target.setAnswer(refuse(http.StatusConflict, func(r *http.Request) bool {
				return r.Method == method && !strings.Contains(r.URL.RawQuery, "filter")
			}))
			s.update(ada, directory.Properties{"jobTitle": "Failing " + method})
			s.ok(s.dir.AddMember(team, s.user(method+" Failing", it)))
		})
		s.target.setAnswer(nil)
	}
	step(func() {})
	step(func() {
		for _, id := range []string{ada, bob} {
			s.ok(s.dir.Delete(id))
		}
		s.ok(s.dir.Delete(team))
	})
	step(func() { s.job.Restart(synchronization.ResetForceDeletes) })
	must(s.job.ProvisionOnDemand(t.Context(), []synchronization.OnDemandParameters{{
		Subjects: []synchronization.Subject{{ObjectID: direct, ObjectTypeName: "User"}},
	}}))(t)
	return s
}

// The entries are kept as compact facts and told when the log is read: they read as those did that were told at once, which the golden
// file was written from.
func TestTheLogTellsWhatHappened(t *testing.T) {
	s := eventful(t)
	var got bytes.Buffer
	s.ok(provisioning.WriteJSON(&got, s.job.Log()))
	golden := filepath.Join("testdata", "log.json")
	if *update {
		s.ok(os.MkdirAll("testdata", 0o750))
		s.ok(os.WriteFile(golden, got.Bytes(), 0o600))
	}
	if diff := cmp.Diff(string(must(os.ReadFile(golden))(t)), got.String()); diff != "" {
		t.Errorf("the log differs from %s (-want +got), -update writes it:\n%s", golden, diff)
	}
	again := s.job.Log()
	if diff := cmp.Diff(again, s.job.Log()); diff != "" {
		t.Errorf("the log reads differently the second time: %s", diff)
	}
}

// The tenant's log is the job's.
func TestTheTenantsLogHasTheSameEntries(t *testing.T) {
	s := eventful(t)
	records := s.dir.ProvisioningRecords()
	log := s.job.Log()
	if len(records) != len(log) {
		t.Fatalf("%d records, %d entries", len(records), len(log))
	}
	for i, e := range log {
		if want := must(json.Marshal(e))(t); records[i].ID != e.ID || !records[i].Time.Equal(e.ActivityDateTime) || string(records[i].Body) != string(want) {
			t.Fatalf("entry %d: %s, want %s", i, records[i].Body, want)
		}
	}
}
