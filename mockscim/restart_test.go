package mockscim_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockscim"
)

// restarting is a site whose tenant is ended and made again from what it saved.
type restarting struct {
	*site

	clock *clock.Steered
}

func newRestarting(t *testing.T) *restarting {
	t.Helper()
	c := clock.NewSteered()
	c.Freeze()
	c.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	return &restarting{newSiteOf(t, mockgraph.New(mockgraph.WithClock(c)), mockscim.WithClock(c)), c}
}

// restart goes on in another tenant with what this one has saved so far, as after a power cut.
func (s *restarting) restart() {
	s.Helper()
	var directory bytes.Buffer
	if err := s.tenant.Save(&directory); err != nil {
		s.Fatal(err)
	}
	jobs := savedJobs(s.T, s.service)
	s.service.Forget() // nothing is saved any more
	tenant := mockgraph.New(mockgraph.WithClock(s.clock))
	if err := tenant.Load(&directory); err != nil {
		s.Fatal(err)
	}
	tenant.KeepClient(s.client)
	s.begin(tenant, jobs)
	if again := savedJobs(s.T, s.service); again != jobs {
		s.Errorf("loaded and saved again it is\n%s\nwant\n%s", again, jobs)
	}
}

// begin serves a tenant with the jobs that were saved.
func (s *restarting) begin(tenant *mockgraph.Tenant, jobs string) {
	s.Helper()
	service := mockscim.New(tenant.Directory(), mockscim.WithClock(s.clock))
	if err := service.Load(strings.NewReader(jobs)); err != nil {
		s.Fatal(err)
	}
	tenant.Synchronize(service)
	server := httptest.NewServer(tenant)
	s.Cleanup(server.Close)
	s.Cleanup(service.Forget)
	s.tenant, s.service, s.origin = tenant, service, server.URL
	s.signIn()
}

func (s *restarting) unassign(who string) {
	s.Helper()
	for _, one := range s.graph("GET", "/servicePrincipals/"+s.principal+"/appRoleAssignedTo", "").want(200).items() {
		if a, _ := one.(map[string]any); a["principalId"] == who {
			s.graph("DELETE", "/servicePrincipals/"+s.principal+"/appRoleAssignedTo/"+a["id"].(string), "").want(204)
		}
	}
}

// team makes an assigned group.
func (s *restarting) team(name string, members ...string) string {
	s.Helper()
	id := s.graph("POST", "/groups", `{"displayName":"`+name+`","mailEnabled":false,"mailNickname":"`+strings.ToLower(name)+`","securityEnabled":true}`).want(201).str("id")
	for _, m := range members {
		s.graph("POST", "/groups/"+id+"/members/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/`+m+`"}`).want(204)
	}
	s.graph("POST", "/servicePrincipals/"+s.principal+"/appRoleAssignedTo", `{"principalId":"`+id+`","resourceId":"`+s.principal+`","appRoleId":"`+s.role+`"}`).want(201)
	return id
}

// A restart forgets nothing: who is linked is not asked for, a create whose answer was lost is not done again although its user has another name
// now, what failed waits for its time, and whoever left scope since the last cycle is disabled.
func TestARestartedTenantGoesOnIncrementally(t *testing.T) {
	t.Parallel()
	s := newRestarting(t)
	ada, bob := s.hire("Ada"), s.hire("Bob")
	_, eve, finn := s.hire("Dora"), s.hire("Eve"), s.hire("Finn")
	gina := s.hire("Gina")
	team, crew, choir := s.team("Team", ada, bob), s.team("Crew", eve, finn), s.team("Choir", gina)
	s.unassign(gina)
	s.unassign(eve) // who stays in scope through the crew
	s.unassign(finn)
	lost := fate(func(body string, serve func(http.ResponseWriter), w http.ResponseWriter) bool {
		switch {
		case strings.Contains(body, "carl@"):
			serve(httptest.NewRecorder())
			panic(http.ErrAbortHandler) // the answer gets lost
		case strings.Contains(body, "dora@"):
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}
		return false
	})
	s.vendor.fate.Store(&lost)
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M") // the cycles begin at 9:00, 9:40, 10:20
	carl := s.hire("Carl")
	s.pass("PT40M") // Dora has failed twice, Carl once
	status := s.graph("GET", s.job, "").want(200)
	s.vendor.fate.Store(nil)

	// What happens between the last cycle and the end: a new name, two ways out of scope, two that come together, a member more.
	s.graph("PATCH", "/users/"+carl, `{"userPrincipalName":"charles@contoso.onmicrosoft.com"}`).want(204)
	s.unassign(bob)
	s.graph("DELETE", "/groups/"+team+"/members/"+bob+"/$ref", "").want(204)
	s.graph("DELETE", "/groups/"+crew+"/members/"+finn+"/$ref", "").want(204)
	s.unassign(crew)
	s.graph("DELETE", "/groups/"+choir, "").want(204)
	s.graph("POST", "/groups/"+team+"/members/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/`+carl+`"}`).want(204)
	s.vendor.requests()
	s.restart()
	s.graph("GET", s.job, "").want(200).is("status.lastExecution.activityIdentifier", status.at("status.lastExecution.activityIdentifier")).
		is("status.synchronizedEntryCountByType", status.at("status.synchronizedEntryCountByType")).
		is("status.steadyStateFirstAchievedTime", status.at("status.steadyStateFirstAchievedTime"))
	if len(s.vendor.requests()) != 0 {
		t.Error("the restart itself sends something")
	}

	s.pass("PT38M")
	if got := s.vendor.requests(); len(got) != 0 {
		t.Errorf("before the next cycle is due %q is sent", got)
	}
	s.pass("PT2M")
	got := s.vendor.requests()
	for _, request := range got {
		if strings.HasPrefix(request, "POST") || strings.Contains(request, "ada%40") || strings.Contains(request, "dora%40") {
			t.Errorf("sent is %s", request)
		}
	}
	if !slices.ContainsFunc(got, func(r string) bool { return strings.Contains(r, "carl%40") }) {
		t.Errorf("nobody asks what came of Carl: %q", got)
	}
	for name, active := range map[string]bool{"ada": true, "bob": false, "eve": false, "finn": false, "gina": false, "charles": true} {
		if u := s.at(name); u == nil || u["active"] != active {
			t.Errorf("%s is %v, want active %v", name, u, active)
		}
	}
	if s.at("carl") != nil || s.at("dora") != nil {
		t.Error("Carl is there twice, or Dora before her time")
	}
	if s.vendor.find("Groups", "displayName", "Crew") != nil {
		t.Error("the crew is still there")
	}
	members, _ := s.vendor.find("Groups", "displayName", "Team")["members"].([]any)
	if len(members) != 2 {
		t.Errorf("the members of the team are %v", members)
	}
	s.vendor.requests()
	s.pass("PT40M")
	if got := s.vendor.requests(); slices.ContainsFunc(got, func(r string) bool { return !strings.HasPrefix(r, "GET") }) {
		t.Errorf("a cycle without a change writes %q", got)
	}
	s.pass("P1D")
	s.pass("PT40M")
	if s.at("dora") == nil {
		t.Error("Dora is not tried again")
	}
}

func TestARestartedTenantStaysInQuarantine(t *testing.T) {
	t.Parallel()
	s := newRestarting(t)
	s.hire("Ada")
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	s.vendor.renew("another")
	s.pass("PT40M")
	s.pass("PT6H")
	before := s.graph("GET", s.job, "").want(200).is("status.code", "Quarantine").is("status.quarantine.seriesCount", 2.0)
	s.restart()
	s.graph("GET", s.job, "").want(200).is("status", before.at("status"))
	s.vendor.requests()
	s.pass("PT11H") // the second gap is of twelve hours
	s.graph("GET", s.job, "").want(200).is("status.quarantine.seriesCount", 2.0)
	s.pass("PT2H")
	s.graph("GET", s.job, "").want(200).is("status.quarantine.seriesCount", 3.0).is("status.quarantine.seriesBegan", before.at("status.quarantine.seriesBegan"))
	s.vendor.renew("first-secret")
	s.pass("P1D")
	s.graph("GET", s.job, "").want(200).is("status.code", "Active").is("status.quarantine", nil)
}

// A directory that was saved before the jobs were lacks the change their watermark names: everything is looked at again, nothing is created again.
func TestADirectoryOlderThanItsJobsIsLookedAtAnew(t *testing.T) {
	t.Parallel()
	s := newRestarting(t)
	s.hire("Ada")
	var older bytes.Buffer
	if err := s.tenant.Save(&older); err != nil {
		t.Fatal(err)
	}
	s.hire("Bob")
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	jobs := savedJobs(t, s.service)
	s.service.Forget()
	tenant := mockgraph.New(mockgraph.WithClock(s.clock))
	if err := tenant.Load(&older); err != nil {
		t.Fatal(err)
	}
	tenant.KeepClient(s.client)
	s.begin(tenant, jobs)
	for _, name := range []string{"Cleo", "Dan", "Emma"} { // as many changes as were lost, and more
		s.hire(name)
	}
	s.graph("PATCH", "/users/ada@contoso.onmicrosoft.com", `{"jobTitle":"Analyst"}`).want(204)
	s.vendor.requests()
	s.pass("PT40M")
	created := slices.DeleteFunc(s.vendor.requests(), func(r string) bool { return r != "POST /Users" })
	if len(created) != 3 || s.at("ada")["title"] != "Analyst" || s.at("cleo") == nil {
		t.Errorf("%d are created, Ada is %v", len(created), s.at("ada"))
	}
}
