package mockscim

import (
	"context"
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// UpdateJob changes the settings named and the schedule: its interval, which Entra does not let be changed and rehearsals may, when it expires, and
// its state, as starting and pausing do. What cannot be is refused, and nothing changes.
// Source: learn.microsoft.com/powershell/module/microsoft.graph.applications/update-mgserviceprincipalsynchronizationjob.
func (s *Service) UpdateJob(ctx context.Context, principal, id string, u synchronization.JobUpdate) (synchronization.Job, error) {
	j, err := s.find(principal, id)
	if err == nil && j.connected {
		err = notConfigurable()
	}
	if err == nil {
		err = checkedSchedule(u.Schedule)
	}
	if err == nil {
		err = checkedFlags(u.Settings)
	}
	if err == nil && u.Schedule != nil && u.Schedule.State == synchronization.ScheduleActive {
		err = s.sends(j)
	}
	if err != nil {
		return synchronization.Job{}, err
	}
	j.mu.Lock()
	settings, interval, expires := mergedSettings(j.settings, u.Settings), j.interval, j.expires
	j.mu.Unlock()
	if err := s.checkedSettings(principal, settings); err != nil {
		return synchronization.Job{}, err
	}
	if u.Schedule != nil && u.Schedule.Interval != 0 {
		interval = time.Duration(u.Schedule.Interval)
	}
	if u.Schedule != nil && u.Schedule.Expiration.Named {
		expires = time.Time{}
		if at := u.Schedule.Expiration.At; at != nil {
			expires = at.UTC()
		}
	}
	if u.Schedule != nil && u.Schedule.State == synchronization.ScheduleActive {
		if err := unexpired(expires, s.clock.Now()); err != nil {
			return synchronization.Job{}, err
		}
	}
	j.mu.Lock()
	j.settings, j.interval, j.expires = settings, interval, expires
	j.mu.Unlock()
	s.change(ctx, j, synchronization.ResetNone)
	if u.Schedule != nil {
		switch u.Schedule.State {
		case synchronization.ScheduleActive:
			err = s.StartJob(ctx, principal, id)
		case synchronization.SchedulePaused:
			err = s.PauseJob(ctx, principal, id)
		case synchronization.ScheduleDisabled:
			err = s.steer(principal, id, nil, func(j *job) { j.Disable() })
		}
	}
	return j.view(), err
}

// unexpired refuses to start a job whose schedule has ended: it would be said to run, and never would.
func unexpired(expires, now time.Time) error {
	if expires.IsZero() || now.Before(expires) {
		return nil
	}
	return synchronization.Refuse(synchronization.Conflict, "InvalidOperation",
		"The schedule of the job expired at %s. PATCH the job with a later schedule.expiration first, or with null.", expires.Format(time.RFC3339))
}

func checkedSchedule(u *synchronization.ScheduleUpdate) error {
	switch {
	case u == nil:
		return nil
	case u.Interval < 0 || u.Interval == synchronization.Never:
		return synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "schedule.interval is %s; it takes a duration such as PT40M.", u.Interval)
	}
	if slices.Contains([]synchronization.ScheduleState{"", synchronization.ScheduleActive, synchronization.SchedulePaused, synchronization.ScheduleDisabled}, u.State) {
		return nil
	}
	return synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "schedule.state is %q; it takes Active, Paused or Disabled.", shortened(string(u.State)))
}

func (s *Service) checkedSettings(principal string, settings []synchronization.Setting) error {
	if len(settings) > maxSettings {
		return synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "There are %d settings; at most %d are kept.", len(settings), maxSettings)
	}
	for _, one := range settings {
		if one.Name == "" || len(one.Name) > maxSecret || len(one.Value) > maxSecret {
			return synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "A setting has a name, and at most %d bytes.", maxSecret)
		}
	}
	if _, err := scopeOptions(s.saved(principal), settings, nil); err != nil {
		return err
	}
	_, err := settingOptions(settings)
	return err
}
