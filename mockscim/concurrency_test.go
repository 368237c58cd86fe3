package mockscim_test

import (
	"context"
	"io"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Administrators, the clock and the service's own goroutine come at the same time; afterwards the service still provisions.
func TestTheServiceStandsCallsFromEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hire("Ada")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.service.Run(ctx)
	}()
	id := s.service.AllJobs()[0].ID()
	schema, err := s.service.Schema(ctx, s.principal, id)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []synchronization.Secret{{Key: "BaseAddress", Value: synchronization.Text(s.vendor.url)}, {Key: "SecretToken", Value: "first-secret"}}
	var all sync.WaitGroup
	for _, act := range []func() error{
		func() error { return s.service.StartJob(ctx, s.principal, id) },
		func() error { return s.service.PauseJob(ctx, s.principal, id) },
		func() error {
			return s.service.RestartJob(ctx, s.principal, id, synchronization.RestartCriteria{ResetScope: synchronization.ResetFull})
		},
		func() error { return s.service.SetSchema(ctx, s.principal, id, schema) },
		func() error { return s.service.SetSecrets(ctx, s.principal, secrets) },
		func() error {
			return s.service.Validate(ctx, s.principal, id, synchronization.CredentialsCheck{UseSavedCredentials: true})
		},
		func() error {
			_, err := s.service.UpdateJob(ctx, s.principal, id, synchronization.JobUpdate{Schedule: &synchronization.ScheduleUpdate{Interval: synchronization.Duration(3e12)}})
			return err
		},
		func() error { _ = s.service.RunDue(ctx); return nil }, // a pause may end its cycle
		func() error { s.service.Overview(ctx); return s.service.Save(io.Discard) },
	} {
		all.Go(func() {
			for range 15 {
				if err := act(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	cancel()
	<-done
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1H")
	s.graph("GET", s.job, "").want(200).is("status.code", "Active")
	if u := s.at("ada"); u == nil || u["active"] != true {
		t.Errorf("Ada is %v", u)
	}
}
