package provisioning_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

func TestConnectionFailures(t *testing.T) {
	groups := func(r *http.Request) bool { return r.URL.Path == "/scim/Groups" }
	for _, test := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request) bool
		code   string // "" is success
		opens  string // when a cycle begins with it
	}{
		{"a usable endpoint", nil, "", ""},
		{"401", refuse(http.StatusUnauthorized, nil), wire.CodeCredentialValidationFailure, wire.CodeInvalidCredentials},
		{"403", refuse(http.StatusForbidden, nil), wire.CodeCredentialValidationFailure, wire.CodeInvalidCredentials},
		{"500", refuse(http.StatusInternalServerError, nil), wire.CodeCredentialValidationUnavailable, wire.CodeCredentialValidationUnavailable},
		{"404", refuse(http.StatusNotFound, nil), wire.CodeServiceIncompatible, wire.CodeServiceIncompatible},
		{"404 for groups only", refuse(http.StatusNotFound, groups), wire.CodeServiceIncompatible, wire.CodeServiceIncompatible},
		{"not SCIM", func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte("<html>"))
			return true
		}, wire.CodeServiceIncompatible, wire.CodeServiceIncompatible},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t)
			s.target.setAnswer(test.answer)
			var got *wire.Error
			err := s.job.TestConnection(context.Background())
			if test.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				s.compare()
				return
			}
			if !errors.As(err, &got) || got.Code != test.code {
				t.Fatalf("got %v, want %s", err, test.code)
			}
			report := s.cycle()
			if !errors.As(report.Error, &got) || got.Code != test.opens {
				t.Fatalf("cycle says %v, want %s", report.Error, test.opens)
			}
			q := s.job.Status().Quarantine
			if q == nil || q.Reason != synchronization.EncounteredQuarantineException || q.Error.Code != test.opens {
				t.Fatalf("quarantine %+v", q)
			}
		})
	}
}

func TestQuarantineSlowsDownAndGivesUpAfterFourWeeks(t *testing.T) {
	s := newStage(t)
	s.target.setAnswer(refuse(http.StatusUnauthorized, nil))
	began := s.clock.Now()
	hours := []int{6, 18, 42, 66, 90}
	for i, after := range hours {
		s.cycle()
		status := s.job.Status()
		want := began.Add(time.Duration(after) * time.Hour)
		if q := status.Quarantine; q == nil || !q.NextAttempt.Equal(want) || q.SeriesCount != int64(i+1) || !q.SeriesBegan.Equal(began) || !q.CurrentBegan.Equal(began) {
			t.Fatalf("after failure %d: %+v, want the next attempt at %s", i+1, q, want)
		}
		if status.Code != synchronization.CodeQuarantine || status.CountSuccessiveCompleteFailures != int64(i+1) ||
			status.LastExecution.State != synchronization.ExecutionFailed {
			t.Fatalf("status %+v", status)
		}
		s.clock.Advance(s.job.NextRun().Sub(s.clock.Now()))
	}
	for !s.job.NextRun().IsZero() {
		s.clock.Advance(s.job.NextRun().Sub(s.clock.Now()))
		s.cycle()
		if s.clock.Since(began) > 29*24*time.Hour {
			t.Fatal("still tried after four weeks")
		}
	}
	if lasted := s.clock.Since(began); lasted != 28*24*time.Hour {
		t.Fatalf("given up after %s", lasted)
	}
	if schedule := s.job.Schedule(); schedule.State != synchronization.ScheduleDisabled || schedule.Interval != synchronization.Never {
		t.Fatalf("schedule %+v", schedule)
	}
	if _, err := s.job.Cycle(context.Background()); !errors.Is(err, provisioning.ErrDisabled) {
		t.Fatalf("a cycle of a disabled job: %v", err)
	}
	s.target.setAnswer(nil)
	s.job.Restart(synchronization.ResetFull)
	if report := s.cycle(); report.Error != nil {
		t.Fatal(report.Error)
	}
}

func TestQuarantineEndsWithTheNextSuccess(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.settled()
	if next := s.job.NextRun().Sub(s.clock.Now()); next != 40*time.Minute {
		t.Fatalf("the next run is in %s", next)
	}
	s.target.setAnswer(refuse(http.StatusUnauthorized, nil))
	s.update(ada, directory.Properties{"jobTitle": "Analyst"})
	s.cycle()
	s.target.setAnswer(nil)
	report := s.sends("GET /Users/u1", patch("/Users/u1", op("Add", "title", `"Analyst"`))) // incremental, nothing was lost
	if report.Initial || report.Error != nil {
		t.Fatalf("report %+v", report)
	}
	status := s.job.Status()
	if status.Code != synchronization.CodeActive || status.Quarantine != nil || status.CountSuccessiveCompleteFailures != 0 {
		t.Fatalf("status %+v", status)
	}
	if next := s.job.NextRun().Sub(s.clock.Now()); next != 40*time.Minute {
		t.Fatalf("the next run is in %s", next)
	}
}

func TestAnotherCauseKeepsTheSeries(t *testing.T) {
	s := newStage(t)
	s.target.setAnswer(refuse(http.StatusUnauthorized, nil))
	s.cycle()
	s.target.setAnswer(refuse(http.StatusInternalServerError, nil))
	s.clock.Advance(6 * time.Hour)
	s.cycle()
	if q := s.job.Status().Quarantine; q.SeriesCount != 2 || q.Error.Code != wire.CodeCredentialValidationUnavailable {
		t.Fatalf("quarantine %+v", q)
	}
}

func TestAnotherReasonBeginsAnew(t *testing.T) {
	s := newStage(t, provisioning.WithThreshold(func(_, failed, _ int) bool { return failed > 0 }))
	s.assign(s.user("Ada Byron"))
	began := s.clock.Now()
	s.target.setAnswer(refuse(http.StatusInternalServerError, func(r *http.Request) bool { return r.Method == http.MethodPost }))
	s.cycle()
	s.clock.Advance(6 * time.Hour)
	s.target.setAnswer(refuse(http.StatusUnauthorized, nil))
	s.cycle()
	q := s.job.Status().Quarantine
	if q.Reason != synchronization.EncounteredQuarantineException || !q.SeriesBegan.Equal(began) || !q.CurrentBegan.Equal(s.clock.Now()) {
		t.Fatalf("quarantine %+v", q)
	}
}

func TestPauseAndStart(t *testing.T) {
	s := newStage(t)
	if code := s.job.Status().Code; code != synchronization.CodeNotRun {
		t.Fatalf("status %s", code)
	}
	s.job.Pause()
	if !s.job.NextRun().IsZero() || s.job.Status().Code != synchronization.CodePaused || s.job.Schedule().State != synchronization.SchedulePaused {
		t.Fatalf("status %+v", s.job.Status())
	}
	s.job.Start()
	if !s.job.NextRun().Equal(s.clock.Now()) {
		t.Fatalf("next run %s", s.job.NextRun())
	}
}

func TestStatusCountsWhatWasProvisioned(t *testing.T) {
	s := newStage(t)
	s.assign(s.group("Team Red", s.user("Ada Byron"), s.user("Bob Ross")))
	s.settled()
	status := s.job.Status()
	e := status.LastExecution
	if e == nil || e.State != synchronization.ExecutionSucceeded || e.CountExported != 3 || e.CountExports != 5 || e.CountImported != 3 {
		t.Fatalf("execution %+v", e)
	}
	want := []synchronization.LongPair{
		{Key: "User to urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", Value: 2},
		{Key: "Group to urn:ietf:params:scim:schemas:core:2.0:Group", Value: 1},
	}
	if len(status.SynchronizedEntryCountByType) != 2 || status.SynchronizedEntryCountByType[0] != want[0] || status.SynchronizedEntryCountByType[1] != want[1] {
		t.Fatalf("entries %+v", status.SynchronizedEntryCountByType)
	}
	s.cycle()
	status = s.job.Status()
	if status.LastExecution.CountExports != 0 || status.LastSuccessfulExecutionWithExports.CountExports != 5 {
		t.Fatalf("status %+v", status)
	}
}

func TestJobNeedsItsApplication(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.settled()
	client := must(wire.NewClient(wire.Config{TenantURL: "http://target.example/scim", Transport: s.target}))(t)
	if _, err := provisioning.NewJob(s.dir, ada, client); err == nil {
		t.Fatal("a user was taken for an application")
	}
	s.ok(s.dir.Delete(s.app))
	if _, err := s.job.Cycle(context.Background()); err == nil {
		t.Fatal("a cycle of a deleted application ran")
	}
	if got := s.target.taken(); len(got) != 0 {
		t.Fatalf("sent %q", got) // nobody is disabled because the application went
	}
}
