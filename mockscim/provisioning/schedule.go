package provisioning

import (
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// What fails is tried again after these gaps, the last of them over and over, and given up four weeks after the first failure:
// a job in quarantine, and an object of its own.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status.
var retryGaps = [...]time.Duration{6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

const retryLimit = 28 * 24 * time.Hour

// retryGap is the gap after so many failures, the first of which is 1.
func retryGap(failures int) time.Duration { return retryGaps[min(failures, len(retryGaps))-1] }

// schedule is when a job runs next and why it may not: its interval, a pause, its quarantine.
type schedule struct {
	interval   time.Duration
	next       time.Time
	expires    time.Time // no cycle is due from there on; zero: never
	paused     bool
	off        bool // paused, and shown as disabled
	disabled   bool // four weeks in quarantine
	quarantine *synchronization.Quarantine
}

// due is the time of the next run; zero when none will come.
func (s *schedule) due(now time.Time) time.Time {
	if s.paused || s.disabled || s.expired(now) || s.expired(s.next) {
		return time.Time{}
	}
	return s.next
}

// expired says whether the schedule has ended by then.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationschedule, expiration.
func (s *schedule) expired(at time.Time) bool { return !s.expires.IsZero() && !at.Before(s.expires) }

// succeeded ends a quarantine and returns to the interval.
func (s *schedule) succeeded(now time.Time) {
	s.quarantine = nil
	s.next = now.Add(s.interval)
}

// failed begins or prolongs a quarantine, and says whether it is new or has another reason.
func (s *schedule) failed(now time.Time, reason synchronization.QuarantineReason, err *synchronization.Error) (news bool) {
	q := synchronization.Quarantine{SeriesBegan: now, CurrentBegan: now, Reason: reason, Error: err, SeriesCount: 1}
	old := s.quarantine
	if old != nil {
		q.SeriesBegan, q.SeriesCount = old.SeriesBegan, old.SeriesCount+1
		if old.Reason == reason {
			q.CurrentBegan = old.CurrentBegan
		}
	}
	end := q.SeriesBegan.Add(retryLimit)
	if !now.Before(end) {
		s.disabled = true
		q.NextAttempt = time.Time{}
	} else {
		q.NextAttempt = now.Add(retryGap(int(q.SeriesCount)))
		if q.NextAttempt.After(end) {
			q.NextAttempt = end // the last attempt before the job is given up
		}
	}
	s.next = q.NextAttempt
	s.quarantine = &q // never changed in place: Status hands copies out
	return old == nil || old.Reason != reason
}

// clear forgets a quarantine and what it led to; the job is due at once.
func (s *schedule) clear(now time.Time) {
	s.quarantine, s.disabled, s.next = nil, false, now
}

// state is Graph's word for it.
func (s *schedule) state(now time.Time) synchronization.ScheduleState {
	switch {
	case s.disabled, s.off, s.expired(now):
		return synchronization.ScheduleDisabled
	case s.paused:
		return synchronization.SchedulePaused
	default:
		return synchronization.ScheduleActive
	}
}
