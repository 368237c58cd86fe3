package mockscim_test

import (
	"strings"
	"testing"
)

func TestThePageShowsJobsAndACycleIsRunNow(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.job[strings.LastIndexByte(s.job, '/')+1:]
	run := "/_rehearse/provisioning/run"
	s.hire("Ada")
	s.send("POST", run+"?job="+id, "", "").want(409)
	s.send("POST", run+"?job=none", "", "").want(404)
	s.graph("POST", s.job+"/start", "").want(204)
	s.send("POST", run, "", "").want(200).is("jobs.0.job.status.lastExecution.state", "Succeeded")
	if s.at("ada") == nil {
		t.Error("what is due did not run")
	}
	s.hire("Bob")
	s.send("POST", run, "", "").want(200) // nothing is due
	if s.at("bob") != nil {
		t.Error("what is not due ran")
	}
	s.send("POST", run+"?job="+id, "", "").want(200)
	if s.at("bob") == nil {
		t.Error("the cycle did not run now")
	}
	s.graph("PUT", s.home+"/secrets", `{"value":[]}`).want(204)
	s.send("POST", run+"?job="+id, "", "").want(200)
	page := string(s.send("GET", "/_rehearse/", "", "").want(200).body)
	for _, want := range []string{id, "Quarantine: EncounteredQuarantineException", "Succeeded: ", "2026-03-0"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
