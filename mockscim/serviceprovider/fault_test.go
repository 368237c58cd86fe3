package serviceprovider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// TestFaults: each fault changes what one client sees, and nothing else makes that difference.
func TestFaults(t *testing.T) {
	trials := slices.Concat(connectTrials, createTrials, syncTrials, groupTrials, disableTrials, licenceTrials, quarantineTrials, queryTrials, versionTrials, cursorTrials, bulkTrials,
		filterTrials, resourceTrials, putTrials, messageTrials, patchTrials, listTrials, discoveryTrials, lifecycleTrials, securityTrials, listingTrials, loadTrials)
	attributes := attributeTrials() // a test of their own tries them
	tried := map[string]bool{}
	for _, one := range attributes {
		tried[one.fault] = true
	}
	for _, trial := range trials {
		tried[trial.fault] = true
		t.Run(trial.fault, func(t *testing.T) {
			if trial.good == trial.bad {
				t.Fatal("the trial shows no difference")
			}
			if got := trial.see(newClient(t, withTenants...)); got != trial.good {
				t.Errorf("without the fault: got %s, want %s", got, trial.good)
			}
			if got := trial.see(newClient(t, append(withTenants[:2:2], serviceprovider.WithFaults(trial.fault))...)); got != trial.bad {
				t.Errorf("with the fault: got %s, want %s", got, trial.bad)
			}
		})
	}
	for _, trial := range extensionTrials() { // in a test of their own
		tried[trial.fault] = true
	}
	for _, trial := range tokenTrials { // in a test of their own
		tried[trial.fault] = true
	}
	for _, fault := range serviceprovider.Faults() {
		if !tried[fault.Name] {
			t.Errorf("fault %s has no trial", fault.Name)
		}
	}
}

func TestFaultCatalogue(t *testing.T) {
	stages := []string{"connect", "create", "sync", "group", "disable", "reactivate", "licence", "quarantine", "rfc", "gallery", "validator", "security", "load"}
	names := map[string]bool{}
	for _, fault := range serviceprovider.Faults() {
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
		check := strings.Split(fault.CaughtBy, ".")
		if fault.CaughtBy == "" && fault.CaughtWithFlag == "" {
			continue // no check asks for what it breaks
		}
		if len(check) < 3 || check[0] != "endpoint" || !slices.Contains(stages, check[1]) {
			t.Errorf("%s: %q is not the id of a check", fault.Name, fault.CaughtBy)
		}
	}
	if len(names) < 100 {
		t.Errorf("the catalogue has %d faults", len(names))
	}
}

func TestUnknownFaultNamesTheNearest(t *testing.T) {
	_, err := serviceprovider.New(serviceprovider.WithFaults("post-without-id", "member-remove-wipe"))
	if err == nil || !strings.Contains(err.Error(), `"member-remove-wipe"`) || !strings.Contains(err.Error(), "nearest are member-remove-wipes-all, ") {
		t.Errorf("got %v", err)
	}
}

func TestFaultsWorkTogether(t *testing.T) {
	c := newClient(t, serviceprovider.WithFaults("location-missing", "phone-digits-only", "phone-digits-only"))
	created := c.do("POST", "/Users", document("urn:ietf:params:scim:schemas:core:2.0:User", ada))
	if created.header.Get("Location") != "" || created.at("phoneNumbers.value") != `"+44201"` {
		t.Errorf("got %v %s", created.header, created.text)
	}
}

// Two endpoints with one fault must not share what the fault remembers.
func TestFaultMemoryBelongsToTheEndpoint(t *testing.T) {
	first := newClient(t, serviceprovider.WithFaults("deleted-username-reserved"))
	first.delete("/Users/" + first.user(bob))
	second := newClient(t, serviceprovider.WithFaults("deleted-username-reserved"))
	second.user(bob)
}
