package mockscim_test

import (
	"regexp"
	"strings"
	"testing"
)

// The id of a job is told apart by its beginning: those of before December 2018 from those of today.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
func TestTheIDOfAJobBeginsWithItsTemplate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, template := range []string{"customappsso", "isvonboarding"} {
		s.graph("POST", s.home+"/jobs", `{"templateId":"`+template+`"}`).want(201).is("templateId", template)
	}
	shape := regexp.MustCompile(`^(scim|customappsso|isvonboarding)\.[0-9a-f]{32}\.[0-9a-f-]{36}$`)
	listed := s.graph("GET", s.home+"/jobs", "").want(200)
	ids := []string{}
	for _, item := range listed.items() {
		one, _ := item.(map[string]any)
		id, _ := one["id"].(string)
		if m := shape.FindStringSubmatch(id); m == nil || m[1] != one["templateId"] {
			t.Errorf("the job of the template %v has the id %q", one["templateId"], id)
		}
		ids = append(ids, id)
	}
	text := savedJobs(t, s.service)
	if err := s.service.Load(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		s.graph("GET", s.home+"/jobs", "").want(200).is("value."+string(rune('0'+i))+".id", id)
	}
}

// Times that never were are those of .NET's DateTime.MinValue, as in the sample of a new job.
// Source: learn.microsoft.com/graph/api/synchronization-synchronization-post-jobs.
func TestAJobIsNotSteadyBeforeACycleSucceeds(t *testing.T) {
	t.Parallel()
	const never = "0001-01-01T00:00:00Z"
	s := newSite(t)
	steady := func(first, last string) {
		t.Helper()
		s.graph("GET", s.job, "").want(200).is("status.steadyStateFirstAchievedTime", first).is("status.steadyStateLastAchievedTime", last)
	}
	steady(never, never)
	s.graph("PUT", s.home+"/secrets", `{"value":[{"key":"BaseAddress","value":"`+s.vendor.url+`"},{"key":"SecretToken","value":"wrong"}]}`).want(204)
	s.graph("POST", s.job+"/start", "").want(204)
	steady(never, never)
	s.pass("PT1M")
	s.graph("GET", s.job, "").want(200).is("status.code", "Quarantine").is("status.lastExecution.state", "Failed")
	steady(never, never)
	s.save("")
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	ended := s.graph("GET", s.job, "").want(200).is("status.code", "Active").str("status.lastExecution.timeEnded")
	steady(ended, ended)
	s.pass("PT40M")
	steady(ended, s.graph("GET", s.job, "").want(200).str("status.lastExecution.timeEnded"))
}
