package weather_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

const scope = "Tenant_Application/ReadWrite/" + app + "/" + tenant

var inner = map[string]string{"code": "429", "message": "Please retry after", "status": "429"}

func TestGivenAnEffectWhenARequestIsStruckThenTheOutcomeIsAsGraphAnswers(t *testing.T) {
	t.Parallel()
	throttled := func(retryAfter, information string) weather.Outcome {
		o := weather.Outcome{
			Number: 1, Status: 429, Code: "TooManyRequests", Message: "Please retry again later.", Inner: inner, Cause: "throttle",
			Header: map[string]string{"x-ms-throttle-scope": scope, "x-ms-throttle-information": information},
		}
		if retryAfter != "" {
			o.Header["Retry-After"] = retryAfter
		}
		return o
	}
	failed := func(status int, code, message string) weather.Outcome {
		return weather.Outcome{Number: 1, Status: status, Code: code, Message: message, Cause: "fail"}
	}
	cases := map[string]struct {
		effect weather.Effect
		want   weather.Outcome
		runs   bool
	}{
		"throttle by default in whole seconds": {
			effect: weather.Effect{Throttle: &weather.Throttle{}},
			want:   throttled("10", "ResourceUnitLimitExceeded"),
		},
		"throttle rounds seconds up": {
			effect: weather.Effect{Throttle: &weather.Throttle{RetryAfter: 1001 * time.Millisecond}},
			want:   throttled("2", "ResourceUnitLimitExceeded"),
		},
		"throttle in decimals as recorded": {
			effect: weather.Effect{Throttle: &weather.Throttle{Style: weather.Decimal}},
			want:   throttled("2.128", "ResourceUnitLimitExceeded"),
		},
		"throttle in decimals of milliseconds": {
			effect: weather.Effect{Throttle: &weather.Throttle{Style: weather.Decimal, RetryAfter: 50 * time.Millisecond}},
			want:   throttled("0.05", "ResourceUnitLimitExceeded"),
		},
		"throttle until a date": {
			effect: weather.Effect{Throttle: &weather.Throttle{Style: weather.Date, RetryAfter: 90 * time.Second}},
			want:   throttled("Tue, 03 Feb 2026 12:01:30 GMT", "ResourceUnitLimitExceeded"),
		},
		"throttle without Retry-After": {
			effect: weather.Effect{Throttle: &weather.Throttle{Style: weather.Missing, Information: "CPULimitExceeded"}},
			want:   throttled("", "CPULimitExceeded"),
		},
		"throttle as generic workloads do": {
			effect: weather.Effect{Throttle: &weather.Throttle{Code: "activityLimitReached"}},
			want: weather.Outcome{
				Number: 1, Status: 429, Code: "activityLimitReached", Message: "The app or user has been throttled.",
				Header: map[string]string{"Retry-After": "10"}, Cause: "throttle",
			},
		},
		"throttle with a scope asked for": {
			effect: weather.Effect{Throttle: &weather.Throttle{Code: "ApplicationThrottled", Scope: "Tenant", Limit: "Write", Information: "WriteLimitExceeded"}},
			want: weather.Outcome{
				Number: 1, Status: 429, Code: "ApplicationThrottled", Message: "Application is over its MailboxConcurrency limit.", Cause: "throttle",
				Header: map[string]string{
					"Retry-After": "10", "x-ms-throttle-scope": "Tenant/Write/" + app + "/" + tenant, "x-ms-throttle-information": "WriteLimitExceeded",
				},
			},
		},
		"409": {
			effect: weather.Effect{Fail: &weather.Failure{Status: 409}},
			want:   failed(409, "Directory_ConcurrencyViolation", "Error due to concurrent requests being made to the tenant. Please wait briefly and retry."),
		},
		"423": {
			effect: weather.Effect{Fail: &weather.Failure{Status: 423}},
			want:   failed(423, "resourceLocked", "The resource you are attempting to access is locked"),
		},
		"500": {
			effect: weather.Effect{Fail: &weather.Failure{Status: 500}},
			want:   failed(500, "Service_InternalServerError", "Encountered an internal server error."),
		},
		"502": {
			effect: weather.Effect{Fail: &weather.Failure{Status: 502}},
			want:   failed(502, "UnknownError", "Bad gateway"),
		},
		"503": {
			effect: weather.Effect{Fail: &weather.Failure{Status: 503}},
			want:   failed(503, "serviceNotAvailable", "The service is not available. Try the request again after a delay. There may be a Retry-After header."),
		},
		"503 of a replica": {
			effect: weather.Effect{Fail: &weather.Failure{Status: 503, Code: "Directory_ReplicaUnavailable"}},
			want:   failed(503, "Directory_ReplicaUnavailable", "The preferred replica is unavailable. Please retry without any replica session key header."),
		},
		"504": {
			effect: weather.Effect{Fail: &weather.Failure{Status: 504}},
			want:   failed(504, "UnknownError", "Gateway timeout"),
		},
		"504 after the request was carried out": {
			effect: weather.Effect{Fail: &weather.Failure{Status: 504, After: true}},
			want:   weather.Outcome{Number: 1, Status: 504, Code: "UnknownError", Message: "Gateway timeout", After: true, Cause: "fail"},
			runs:   true,
		},
		"509": {
			effect: weather.Effect{Fail: &weather.Failure{Status: 509}},
			want: failed(509, "BandwidthLimitExceeded",
				"Your app has been throttled for exceeding the maximum bandwidth cap. Your app can retry the request again after more time has elapsed."),
		},
		"another status with words of its own": {
			effect: weather.Effect{Fail: &weather.Failure{Status: 412, Code: "resourceModified", Message: "It changed."}},
			want:   failed(412, "resourceModified", "It changed."),
		},
		"fixed latency": {
			effect: weather.Effect{Latency: &weather.Latency{Fixed: 30 * time.Millisecond}},
			want:   weather.Outcome{Number: 1, Delay: 30 * time.Millisecond},
			runs:   true,
		},
		"drop before": {
			effect: weather.Effect{Drop: &weather.Drop{}},
			want:   weather.Outcome{Number: 1, Drop: true, Cause: "drop"},
		},
		"drop after": {
			effect: weather.Effect{Drop: &weather.Drop{After: true}},
			want:   weather.Outcome{Number: 1, Drop: true, After: true, Cause: "drop"},
			runs:   true,
		},
		"cut answer": {
			effect: weather.Effect{Truncate: &weather.Truncate{Keep: 0.5}},
			want:   weather.Outcome{Number: 1, Cut: 0.5, Cause: "truncate"},
			runs:   true,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := under(t, rule(weather.Match{}, c.effect))
			got := w.Judge(get("/users"))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			if got.Runs() != c.runs {
				t.Errorf("runs %v, want %v", got.Runs(), c.runs)
			}
		})
	}
}

func TestGivenAFailureWithAWaitWhenStruckThenRetryAfterIsInItsStyle(t *testing.T) {
	t.Parallel()
	for style, want := range map[weather.Style]string{"": "3", weather.Seconds: "3", weather.Decimal: "2.5", weather.Date: "Tue, 03 Feb 2026 12:00:03 GMT", weather.Missing: ""} {
		w, _ := under(t, rule(weather.Match{}, weather.Effect{Fail: &weather.Failure{Status: 503, RetryAfter: 2500 * time.Millisecond, Style: style}}))
		if got := w.Judge(get("/users")).Header["Retry-After"]; got != want {
			t.Errorf("style %q wrote %q, want %q", style, got, want)
		}
	}
}

func TestGivenASkewedClockWhenRetryAfterIsADateThenItIsByTheSkewedClock(t *testing.T) {
	t.Parallel()
	f := rule(weather.Match{}, weather.Effect{Throttle: &weather.Throttle{Style: weather.Date, RetryAfter: time.Second}})
	f.Skew = -5 * time.Minute
	w, _ := under(t, f)
	if got, want := w.Judge(get("/users")).Header["Retry-After"], "Tue, 03 Feb 2026 11:55:01 GMT"; got != want {
		t.Errorf("Retry-After %q, want %q", got, want)
	}
	if w.Skew() != f.Skew {
		t.Errorf("skew %s, want %s", w.Skew(), f.Skew)
	}
}

func TestGivenJitterWhenManyRequestsAreStruckThenDelaysSpreadOverIt(t *testing.T) {
	t.Parallel()
	const fixed, jitter, requests = 10 * time.Millisecond, 100 * time.Millisecond, 2000
	w, _ := under(t, rule(weather.Match{}, weather.Effect{Latency: &weather.Latency{Fixed: fixed, Jitter: jitter}}))
	var sum time.Duration
	for range requests {
		d := w.Judge(get("/users")).Delay
		if d < fixed || d >= fixed+jitter {
			t.Fatalf("delay %s is outside of %s to %s", d, fixed, fixed+jitter)
		}
		sum += d
	}
	if mean := sum / requests; mean < 55*time.Millisecond || mean > 65*time.Millisecond {
		t.Errorf("mean delay %s, want about 60ms", mean)
	}
}

func TestGivenNoShareToKeepWhenAnswersAreCutThenSomewhereInside(t *testing.T) {
	t.Parallel()
	w, _ := under(t, rule(weather.Match{}, weather.Effect{Truncate: &weather.Truncate{}}))
	seen := map[bool]int{}
	for range 500 {
		cut := w.Judge(get("/users")).Cut
		if cut <= 0 || cut >= 1 {
			t.Fatalf("cut at %v, want inside of 0 and 1", cut)
		}
		seen[cut < 0.5]++
	}
	if seen[true] < 200 || seen[false] < 200 {
		t.Errorf("%d cuts in the first half, %d in the second", seen[true], seen[false])
	}
}
