package mockscim_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
)

func (s *site) admin(path string) *reply {
	s.Helper()
	return s.send("GET", "/_rehearse/"+path, "", "")
}

func TestTheAdminAPITellsOfEveryJob(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hire("Ada")
	s.save(`,{"key":"SyncNotificationSettings","value":"{\"Enabled\":true,\"Recipients\":\"ops@contoso.example\"}"}`)
	s.admin("provisioning").want(200).is("jobs.0.application", "Acme").is("jobs.0.servicePrincipalId", s.principal).is("jobs.0.job.status.code", "NotConfigured").
		is("jobs.0.nextRun", nil).is("jobs.0.cycle", nil)
	s.graph("POST", s.job+"/start", "").want(204)
	s.admin("provisioning").want(200).is("jobs.0.nextRun", "2026-03-02T09:00:00Z")
	reached, letGo := s.vendor.hold()
	turned := make(chan struct{})
	go func() {
		defer close(turned)
		s.pass("PT1M")
	}()
	<-reached
	s.admin("provisioning").want(200).is("jobs.0.cycle.phase", "Users").is("jobs.0.cycle.initial", true).is("jobs.0.cycle.total", 1.0).is("jobs.0.cycle.allObjects", 1.0)
	letGo()
	<-turned
	s.vendor.renew("another")
	s.pass("PT40M")
	s.admin("provisioning").want(200).is("jobs.0.job.status.code", "Quarantine").is("jobs.0.mails.0.to", "ops@contoso.example").is("jobs.0.staged", 0.0).
		is("jobs.0.nextRun", "2026-03-02T15:40:00Z")
}

func TestTheProvisioningLogIsAFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.hire("Ada")
	s.graph("PATCH", "/users/"+ada, `{"displayName":"=Ada"}`).want(204)
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	s.graph("DELETE", s.job, "").want(204) // the log stays
	var log []map[string]any
	if err := json.Unmarshal(s.admin("provisioning/log").want(200).body, &log); err != nil || len(log) != 1 || log[0]["provisioningAction"] != "create" {
		t.Errorf("JSON: %v, %v", log, err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(s.admin("provisioning/log?format=csv").want(200).body))).ReadAll()
	if err != nil || len(rows) != 2 || len(rows[0]) != len(rows[1]) {
		t.Fatalf("CSV: %v, %v", rows, err)
	}
	for i, name := range rows[0] {
		if want, ok := map[string]string{"sourceId": ada, "sourceDisplayName": "'=Ada", "status": "success"}[name]; ok && rows[1][i] != want {
			t.Errorf("%s is %q, want %q", name, rows[1][i], want)
		}
	}
	if refused := s.admin("provisioning/log?format=xml").want(400); !strings.Contains(refused.str("error"), `"xml"`) {
		t.Errorf("XML: %s", refused.body)
	}
}
