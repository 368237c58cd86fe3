package mockgraph_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// Source: learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention.
func TestLogsForgetWhatIsTooOld(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		name string
		plan directory.Plan
		days int
	}{{"P2", directory.PlanP2, 30}, {"P1", directory.PlanP1, 30}, {"free", directory.PlanFree, 7}} {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			clock := clockwork.NewFakeClock()
			s := newStage(t, mockgraph.WithClock(clock), mockgraph.WithDirectoryOptions(directory.WithPlan(each.plan)))
			s.user("ada", "")
			s.tenant.Directory().RecordProvisioning(directory.ProvisioningRecord{ID: "one", Time: clock.Now(), Body: []byte(`{"id":"one"}`)})
			logs := []string{"directoryAudits", "provisioning"}
			if each.plan != directory.PlanFree {
				logs = append(logs, "signIns")
				s.signIn("ada@contoso.onmicrosoft.com", "Curtain-Up-2026")
			}
			look := func(when string, want bool) {
				t.Helper()
				s.token = s.as(login.Grant{Roles: every})
				for _, log := range logs {
					if n := len(s.ask("GET", "/v1.0/auditLogs/"+log, "").want(http.StatusOK).values("id")); n > 0 != want {
						t.Errorf("%s: %s has %d entries", when, log, n)
					}
				}
			}
			clock.Advance(time.Duration(each.days) * 24 * time.Hour)
			look("the last moment", true)
			clock.Advance(time.Second)
			look("a second later", false)
		})
	}
}

func TestLogFiltersKnowTheMembersOfEnumerations(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, each := range []struct{ log, filter, wrong string }{
		{"provisioning", "provisioningAction eq 'craete'", "craete"},
		{"provisioning", "provisioningAction in ('create','updat')", "updat"},
		{"provisioning", "provisioningStatusInfo/status ne 'succeeded'", "succeeded"},
		{"provisioning", "statusInfo/status eq 'failed'", "failed"},
		{"provisioning", "initiatedBy/initiatorType eq 'robot'", "robot"},
		{"directoryAudits", "result eq 'ok'", "ok"},
		{"signIns", "conditionalAccessStatus eq 'none'", "none"},
		{"signIns", "riskState eq 'risky'", "risky"},
		{"provisioning", "provisioningAction eq 'Create'", ""},
		{"provisioning", "provisioningStatusInfo/status eq 'warning' or provisioningAction eq 'stagedDelete'", ""},
		{"provisioning", "provisioningAction eq null", ""},
		{"directoryAudits", "result eq 'timeout'", ""},
		{"signIns", "riskLevelAggregated eq 'hidden'", ""},
	} {
		a := s.ask("GET", "/v1.0/auditLogs/"+each.log+"?$filter="+url.QueryEscape(each.filter), "")
		if each.wrong == "" {
			a.want(http.StatusOK)
			continue
		}
		a.refused(http.StatusBadRequest, "BadRequest", "Invalid filter clause: The string '"+each.wrong+"' is not a valid enumeration type constant.")
	}
}
