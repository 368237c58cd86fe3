package mockscim_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockscim"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// What is saved while a cycle runs does not wait for it, and counts from the next one on.
func TestAChangeDuringACycleWaitsForItsEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hire("Ada")
	s.graph("POST", s.job+"/start", "").want(204)
	reached, letGo := s.vendor.hold()
	turned := make(chan struct{})
	go func() {
		defer close(turned)
		s.pass("PT1M")
	}()
	<-reached
	s.save(`,{"key":"SyncAll","value":"True"}`)
	s.graph("PATCH", s.job, `{"schedule":{"interval":"PT3H"}}`).want(200)
	s.graph("GET", s.job, "").want(200).is("schedule.interval", "PT40M")
	letGo()
	<-turned
	s.graph("GET", s.job, "").want(200).is("schedule.interval", "PT3H")
	s.pass("PT1M") // the scope has changed: due at once
	if s.at("admin") == nil {
		t.Error("the administrator is not in scope")
	}
}

func TestAReplacedStateEndsTheJobs(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]func(s *site){
		"reset":    func(s *site) { s.tenant.Reset() },
		"seed":     func(s *site) { _ = s.tenant.Seed(10, 7) },
		"snapshot": func(s *site) { _ = s.tenant.Load(strings.NewReader(saved(s))) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.hire("Ada")
			s.graph("POST", s.job+"/start", "").want(204)
			s.pass("PT1M")
			if replace(s); len(s.service.AllJobs()) != 0 || !s.service.NextRun().IsZero() {
				t.Fatal("there are jobs")
			}
			if u := s.at("ada"); u["active"] != true {
				t.Errorf("in the target Ada is %v", u)
			}
		})
	}
}

func saved(s *site) string {
	var b strings.Builder
	if err := s.tenant.Save(&b); err != nil {
		s.Fatal(err)
	}
	return b.String()
}

func TestAJobGoesWithItsApplication(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	s.graph("DELETE", "/servicePrincipals/"+s.principal, "").want(204)
	if s.pass("PT1H"); len(s.service.AllJobs()) != 1 || !s.service.NextRun().IsZero() {
		t.Error("in the recycle bin an application keeps its job, which rests")
	}
	s.graph("DELETE", "/directory/deletedItems/"+s.principal, "").want(204)
	if s.pass("PT1M"); len(s.service.AllJobs()) != 0 {
		t.Error("the job outlives its application")
	}
}

// Run is what a command does all the time: nobody turns a clock, and nobody asks for a cycle.
func TestRunRunsWhatFallsDue(t *testing.T) {
	t.Parallel()
	cycles := make(chan provisioning.Report, 100)
	s := newSite(t, mockscim.WithWatcher(mockscim.Watcher{
		Cycle: func(of mockscim.Application, r provisioning.Report, _ error) {
			if of.Name == "Acme" {
				cycles <- r
			}
		},
		Progress: func(of mockscim.Application, p provisioning.Progress) {
			if of.Job == "" || p.Cycle == "" {
				t.Errorf("progress of %v: %v", of, p)
			}
		},
	}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.service.Run(ctx)
	}()
	s.hire("Ada")
	s.graph("POST", s.job+"/start", "").want(204)
	if first := received(t, cycles); first.Creates != 1 || !first.Initial {
		t.Errorf("the first cycle did %v", first)
	}
	s.hire("Bob")
	s.pass("PT40M")
	if second := received(t, cycles); second.Creates != 1 || second.Initial {
		t.Errorf("the second cycle did %v", second)
	}
	cancel()
	<-done
}

func received(t *testing.T, from <-chan provisioning.Report) provisioning.Report {
	t.Helper()
	select {
	case r := <-from:
		return r
	case <-time.After(10 * time.Second):
		t.Fatal("no cycle ran")
		return provisioning.Report{}
	}
}
