package connector_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// TestAFindingSaysWhatTheConnectorWasTold holds: a finding about what a connector did says what it was told then, as the message of the protocol and
// without secrets; one about what it did not do, what it was told last.
func TestAFindingSaysWhatTheConnectorWasTold(t *testing.T) {
	t.Parallel()
	for fault, test := range map[string]struct {
		check string
		told  []string // operations
		says  string   // of the last
	}{
		"licence-before-usage-location": {"connector.licence.usage-location-first", []string{"update"}, `"attributes":{"usageLocation":"DE"},"licenses":["`},
		"disable-ignored":               {"connector.disable.account-disabled", []string{"disable"}, `"type":"user","objectId":"`},
		"password-ignored":              {"connector.create.password", []string{"create"}, `"password":"[redacted]"`},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			d, err := refdriver.New(fault)
			if err != nil {
				t.Fatal(err)
			}
			f := findingOf(t, rehearse(t, connector.Config{Driver: d, Seed: 7, Timeout: 20 * time.Second}).Checks, test.check)
			var told []string
			for _, message := range f.Told {
				var request connector.Request
				if err := json.Unmarshal([]byte(message), &request); err != nil {
					t.Fatalf("%s: %v", message, err)
				}
				told = append(told, string(request.Operation))
			}
			if strings.Join(told, " ") != strings.Join(test.told, " ") || !strings.Contains(f.Told[len(f.Told)-1], test.says) {
				t.Errorf("told %q, want %v with %s", f.Told, test.told, test.says)
			}
		})
	}
}

func findingOf(t *testing.T, checks []result.Check, id string) result.Finding {
	t.Helper()
	for _, c := range checks {
		if c.ID == id && len(c.Findings) > 0 {
			return c.Findings[0]
		}
	}
	t.Fatalf("%s found nothing", id)
	return result.Finding{}
}
