package weather

import "time"

// Preset is a ready-made forecast.
type Preset struct {
	Name        string // one word, which [Parse] takes
	Description string // one sentence
	Forecast    Forecast
}

// Presets returns the ready-made forecasts, the mildest first. Each call makes new ones. Their waits are short, so that a client that
// does everything right gets through them in seconds.
func Presets() []Preset {
	return []Preset{
		{"fair", "Nothing happens to anybody.", Forecast{}},
		{
			"throttled", "One request in ten is refused with 429, with every style of Retry-After and inside batches too, and the documented quotas count.",
			Forecast{Rules: throttling(0.025), Quota: &Quota{}},
		},
		{
			"flaky", "Latency, errors from 500 to 504 and connections that break, some of them after the request was carried out.",
			Forecast{Rules: append(slowness(), breakdowns(0.01)...)},
		},
		{
			"lagging", "What was written shows late: after 2 seconds by key, 4 in lists, 6 in advanced queries, and two replicas answer by turns.",
			Forecast{Lag: Lag{ReadAfterWrite: 2 * time.Second, List: 4 * time.Second, Advanced: 6 * time.Second, Flapping: true}},
		},
		{
			"outage", "Every request is refused with 503 until the weather is set again: long enough, and a provisioning job goes into quarantine.",
			Forecast{Rules: []Rule{{Name: "outage", Effect: Effect{Fail: &Failure{Status: 503, RetryAfter: 30 * time.Second}}}}},
		},
		{
			"stormy", "All at once, one request in four refused or broken off: throttling, quotas, errors, latency, broken connections, lag, short pages, delta tokens that live ten minutes, a clock two minutes ahead.",
			Forecast{
				Rules: append(append(slowness(), throttling(0.03)...), breakdowns(0.02)...),
				Quota: &Quota{},
				Lag:   Lag{ReadAfterWrite: 300 * time.Millisecond, List: 600 * time.Millisecond, Advanced: time.Second, Probability: 0.5, Flapping: true},
				Delta: Delta{Expired: BadRequest400, Lifetime: 10 * time.Minute}, PageSeed: 1, Skew: 2 * time.Minute,
			},
		},
	}
}

// throttling refuses a share of the requests in each of four ways.
func throttling(share float64) []Rule {
	return []Rule{
		{Name: "throttle in seconds", Match: Match{Share: share}, Effect: Effect{Throttle: &Throttle{RetryAfter: time.Second}}},
		{Name: "throttle in decimals", Match: Match{Share: share}, Effect: Effect{Throttle: &Throttle{Style: Decimal, RetryAfter: 250 * time.Millisecond}}},
		{Name: "throttle until a date", Match: Match{Share: share}, Effect: Effect{Throttle: &Throttle{Style: Date, RetryAfter: time.Second, Code: codeActivity}}},
		{Name: "throttle without Retry-After", Match: Match{Share: share}, Effect: Effect{Throttle: &Throttle{Style: Missing, Code: codeAppThrottled}}},
	}
}

func slowness() []Rule {
	return []Rule{{Name: "latency", Match: Match{Share: 0.3}, Effect: Effect{Latency: &Latency{Fixed: 5 * time.Millisecond, Jitter: 45 * time.Millisecond}}}}
}

// breakdowns strikes a share of the requests in each of seven ways.
func breakdowns(share float64) []Rule {
	return []Rule{
		{Name: "internal error", Match: Match{Share: share}, Effect: Effect{Fail: &Failure{Status: 500}}},
		{Name: "bad gateway", Match: Match{Share: share}, Effect: Effect{Fail: &Failure{Status: 502}}},
		{Name: "replica unavailable", Match: Match{Share: share}, Effect: Effect{Fail: &Failure{Status: 503, Code: "Directory_ReplicaUnavailable", RetryAfter: time.Second}}},
		{Name: "gateway timeout of a request that was carried out", Match: Match{Share: share}, Effect: Effect{Fail: &Failure{Status: 504, After: true}}},
		{Name: "connection dropped", Match: Match{Share: share}, Effect: Effect{Drop: &Drop{}}},
		{Name: "connection dropped after the request was carried out", Match: Match{Share: share}, Effect: Effect{Drop: &Drop{After: true}}},
		{Name: "answer cut", Match: Match{Share: share}, Effect: Effect{Truncate: &Truncate{}}},
	}
}
