package mockscim_test

import (
	"strings"
	"testing"
)

// Nothing is sent, and no address is invented, before somebody has said where to.
func TestAJobWithoutAnAddressSendsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada := s.hire("Ada")
	rule := s.graph("GET", s.job+"/schema", "").want(200).str("synchronizationRules.0.id")
	side := s.graph("GET", s.job+"/schema", "").want(200).str("directories.1.id")
	s.graph("PUT", s.home+"/secrets", `{"value":[]}`).want(204)
	const missing = "CredentialsMissing"
	for _, c := range []struct{ method, path, body, says string }{
		{"POST", s.job + "/validateCredentials", "", "useSavedCredentials"},
		{"POST", s.job + "/validateCredentials", `{}`, "useSavedCredentials"},
		{"POST", s.job + "/validateCredentials", `{"useSavedCredentials":false}`, "useSavedCredentials"},
		{"POST", s.job + "/validateCredentials", `{"useSavedCredentials":true}`, "BaseAddress"},
		{"POST", s.home + "/jobs/validateCredentials", `{"templateId":"scim"}`, "BaseAddress"},
		{"POST", s.job + "/start", "", "BaseAddress"},
		{"POST", s.job + "/restart", "", "BaseAddress"},
		{"PATCH", s.job, `{"schedule":{"state":"Active"}}`, "BaseAddress"},
		{"POST", s.job + "/provisionOnDemand", `{"parameters":[{"ruleId":"` + rule + `","subjects":[{"objectId":"` + ada + `","objectTypeName":"User"}]}]}`, "BaseAddress"},
		{"POST", s.job + "/schema/directories/" + side + "/discover", "", "BaseAddress"},
	} {
		reply := s.graph(c.method, c.path, c.body)
		reply.refused(400, missing, c.says)
		if strings.Contains(string(reply.body), ".invalid") {
			t.Errorf("%s %s invents a host: %s", c.method, c.path, reply.body)
		}
	}
	s.graph("GET", s.job, "").want(200).is("status.code", "NotConfigured").is("schedule.state", "Disabled")
}

func TestAnAddressThatIsTakenAwayIsAQuarantine(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	s.graph("PUT", s.home+"/secrets", `{"value":[]}`).want(204)
	s.pass("PT41M")
	reply := s.graph("GET", s.job, "").want(200).is("status.code", "Quarantine").is("status.quarantine.reason", "EncounteredQuarantineException")
	if says := reply.str("status.quarantine.error.message"); !strings.Contains(says, "BaseAddress") || strings.Contains(says, ".invalid") {
		t.Errorf("the quarantine says %q", says)
	}
	s.save("")
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	s.graph("GET", s.job, "").want(200).is("status.code", "Active")
}
