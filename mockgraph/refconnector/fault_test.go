package refconnector_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
)

// trial shows a fault: what is seen without it, and what with it.
type trial struct {
	fault string
	see   func(r *rig) string
	good  string
	bad   string
}

// TestFaults: each fault changes what is seen, and nothing else makes that difference.
func TestFaults(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, trial := range slices.Concat(setupTrials, createTrials, updateTrials, attributeTrials(), readTrials, groupTrials, disableTrials, licenceTrials, deleteTrials, waitTrials, lostTrials, requestTrials, subtleTrials) {
		tried[trial.fault] = true
		t.Run(trial.fault, func(t *testing.T) {
			t.Parallel()
			if trial.good == trial.bad {
				t.Fatal("the trial shows no difference")
			}
			if got := trial.see(newRig(t)); got != trial.good {
				t.Errorf("without the fault: got %s, want %s", got, trial.good)
			}
			if got := trial.see(newRig(t, refconnector.WithFaults(trial.fault))); got != trial.bad {
				t.Errorf("with the fault: got %s, want %s", got, trial.bad)
			}
		})
	}
	for _, fault := range refconnector.Faults() {
		if !tried[fault.Name] {
			t.Errorf("fault %s has no trial", fault.Name)
		}
	}
}

func TestFaultCatalogue(t *testing.T) {
	t.Parallel()
	stages := []string{"setup", "create", "sync", "group", "disable", "reactivate", "licence", "delete", "quarantine", "requests"}
	names := map[string]bool{}
	for _, fault := range refconnector.Faults() {
		if names[fault.Name] {
			t.Errorf("%s: stands twice", fault.Name)
		}
		names[fault.Name] = true
		if fault.Name == "" || fault.Name != strings.ToLower(fault.Name) || strings.ContainsAny(fault.Name, " _.") {
			t.Errorf("%q is not a kebab-case name", fault.Name)
		}
		if fault.Summary == "" || strings.HasSuffix(fault.Summary, ".") {
			t.Errorf("%s: the summary is one sentence without a full stop, not %q", fault.Name, fault.Summary)
		}
		if check := strings.Split(fault.CaughtBy, "."); len(check) != 3 || check[0] != "connector" || !slices.Contains(stages, check[1]) {
			t.Errorf("%s: %q is not the id of a check", fault.Name, fault.CaughtBy)
		}
	}
	if len(names) < 200 {
		t.Errorf("the catalogue has %d faults", len(names))
	}
}

func TestUnknownFaultNamesTheNearest(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	_, err := refconnector.New(r.config, refconnector.WithFaults("disable-delete"))
	if err == nil || !strings.Contains(err.Error(), `"disable-delete"`) || !strings.Contains(err.Error(), "nearest are disable-deletes, ") {
		t.Errorf("got %v", err)
	}
}

// word is what became of an operation: ok, or the code of its error.
func word(err error) string {
	if err == nil {
		return "ok"
	}
	return string(code(err))
}

func words(all ...any) string { return strings.TrimSpace(fmt.Sprintln(all...)) }

// count is how many requests of the log begin like that.
func count(log []string, beginning string) int {
	n := 0
	for _, line := range log {
		if strings.HasPrefix(line, beginning) {
			n++
		}
	}
	return n
}

// bodies are those of requests with a method whose URL ends like that.
func (r *rig) bodies(method, ending string) []string {
	var all []string
	for _, s := range r.take() {
		if s.method == method && strings.HasSuffix(s.url, ending) {
			all = append(all, s.body)
		}
	}
	return all
}
