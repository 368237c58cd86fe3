package provisioning_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// The examples of learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status, and the exact
// boundaries.
func TestThresholds(t *testing.T) {
	for _, test := range []struct {
		name                            string
		provisioned, failed, references int
		want                            synchronization.QuarantineReason
	}{
		{"4,000 failures, no success: below the gate", 0, 4_000, 0, ""},
		{"45,000 failures", 200_000, 45_000, 0, synchronization.EncounteredBaseEscrowThreshold},
		{"30,000 failures, 5,000 successes", 5_000, 30_000, 0, synchronization.EncounteredEscrowProportionThreshold},
		{"20,000 failures, 100,000 successes", 100_000, 20_000, 0, ""},
		{"40,000 failures and 21,000 references", 200_000, 40_000, 21_000, synchronization.EncounteredTotalEscrowThreshold},
		{"exactly 40%", 7_500, 5_000, 0, ""},
		{"exactly 40,000", 200_000, 40_000, 0, ""},
		{"one above 40,000", 200_000, 40_001, 0, synchronization.EncounteredBaseEscrowThreshold},
		{"exactly 5,000, and nothing else", 0, 5_000, 0, synchronization.EncounteredEscrowProportionThreshold},
		{"4,999, and nothing else", 0, 4_999, 0, ""},
		{"60,000 in total", 200_000, 40_000, 20_000, synchronization.EncounteredTotalEscrowThreshold},
		{"59,999 in total", 200_000, 40_000, 19_999, ""},
		{"references alone never count as failed objects", 10, 0, 50_000, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := provisioning.ReachedThreshold(test.provisioned, test.failed, test.references); got != test.want {
				t.Fatalf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTooManyFailuresAreAQuarantineUntilTheyAreMended(t *testing.T) {
	s := newStage(t, provisioning.WithThreshold(func(_, failed, _ int) bool { return failed > 1 }))
	for _, name := range []string{"Ada Byron", "Bob Ross"} {
		s.assign(s.user(name))
	}
	s.target.setAnswer(refuse(http.StatusInternalServerError, func(r *http.Request) bool { return r.Method == http.MethodPost }))
	report := s.cycle()
	q := s.job.Status().Quarantine
	if report.Error == nil || q == nil || q.Reason != synchronization.EncounteredBaseEscrowThreshold {
		t.Fatalf("report %+v, quarantine %+v", report, q)
	}
	s.target.setAnswer(nil)
	if report := s.cycle(); report.Error != nil || report.Creates != 2 || s.job.Status().Quarantine != nil {
		t.Fatalf("report %+v", report)
	}
}

func TestWhatThresholdsCount(t *testing.T) {
	var got [3]int
	s := newStage(t, provisioning.WithThreshold(func(provisioned, failed, references int) bool {
		got = [3]int{provisioned, failed, references}
		return false
	}))
	check := func(when string, want [3]int) {
		t.Helper()
		s.cycle()
		if got != want {
			t.Fatalf("%s: provisioned, failed, references %v, want %v", when, got, want)
		}
	}
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	team := s.group("Team Red", ada, bob)
	s.assign(team)
	check("everything works", [3]int{3, 0, 0})
	s.update(ada, directory.Properties{"jobTitle": "Analyst"})
	s.target.setAnswer(refuse(http.StatusInternalServerError, func(r *http.Request) bool { return r.Method == http.MethodPatch }))
	check("an update fails", [3]int{2, 1, 0})
	s.target.setAnswer(nil)
	check("it works again", [3]int{3, 0, 0})
	cy := s.user("Cy Twombly")
	s.ok(s.dir.AddMember(team, cy))
	s.target.setAnswer(refuse(http.StatusInternalServerError, func(r *http.Request) bool {
		return r.Method == http.MethodPatch && strings.Contains(r.URL.Path, "/Groups/")
	}))
	check("a membership fails", [3]int{4, 0, 1})
}
