// Package weather is the faults and moods of a fake Microsoft Graph tenant: throttling, resource-unit quotas, errors, latency,
// dropped and cut answers, replication lag, expiring delta tokens and skewed clocks, seeded and switchable at run time.
//
// It judges and never acts: [Weather.Judge] says what is to happen to a request, [Weather.Age] how old the directory is that a
// read sees, and whoever owns the request sleeps, refuses, hangs up. It knows neither routes nor what they mean, and no HTTP.
//
//	w := weather.New(weather.WithTenant(tenantID))
//	err := w.Set(weather.Forecast{Seed: 7, Rules: []weather.Rule{
//		{Match: weather.Match{Methods: []string{"POST"}, Path: "/users", Count: 1}, Effect: weather.Effect{Drop: &weather.Drop{After: true}}},
//		{Match: weather.Match{Share: 0.1}, Effect: weather.Effect{Throttle: &weather.Throttle{Style: weather.Decimal}}},
//	}})
//	outcome := w.Judge(weather.Request{Method: "POST", Template: "/users", Path: "/users", Application: appID, Write: true})
//
// The zero [Forecast] is fair weather, and costs one atomic load per request. The same seed and the same order of requests
// give the same weather. [Parse] reads a forecast from a line of text, [Presets] are ready-made ones.
//
// Sources: learn.microsoft.com/graph/throttling, …/graph/throttling-limits, …/graph/errors, …/graph/json-batching,
// …/graph/delta-query-overview. What is known from recorded traffic and public issues only is marked where it stands.
package weather
