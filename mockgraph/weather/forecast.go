package weather

import "time"

// Forecast is the weather of a tenant, as an administrator sets it. Every member's zero value is fair weather. In JSON durations
// are strings such as "1.5s" or "2m", members of value zero are left out and unknown members are refused.
type Forecast struct {
	// Seed decides every random choice. 0 is a seed like any other.
	Seed uint64 `json:"seed"`
	// Rules are tried in order. Latency adds up over all rules that hit; of the other effects the first one that hits is
	// the request's, and later rules do not count it. At most 100.
	Rules []Rule `json:"rules"`
	// Quota turns the documented limits on; nil: no limits.
	Quota *Quota `json:"quota"`
	// Lag is how old the directory is that reads see.
	Lag Lag `json:"lag"`
	// Delta is how long delta tokens live and how they are refused then.
	Delta Delta `json:"delta"`
	// PageSeed makes pages shorter or empty now and then, with a nextLink all the same; 0: all pages are full.
	PageSeed uint64 `json:"pageSeed"`
	// Skew is added to the server's clock where clients meet it, in the Date header and in judging tokens; from -24h to 24h.
	Skew time.Duration `json:"skew"`
}

// Quota is the throttling of identity and access requests by a token bucket of resource units per application, one of writes per
// application and one of writes per tenant. Requests refused are charged too, down to 180 % of a bucket. The limits of one application
// over all tenants are left out: one tenant alone never reaches them.
// Source: learn.microsoft.com/graph/throttling-limits, identity and access service limits.
type Quota struct {
	// Size of the tenant, which decides the units: [Small], [Medium], [Large]; "": by the number of users ([WithUsers]) when
	// an application is first seen.
	Size Size `json:"size"`
	// Factor scales all limits, so that tests can exhaust them: 0.01 is a hundredth; from 0.0001 to 1000. 0 means 1. No limit
	// falls below what the dearest request costs.
	Factor float64 `json:"factor" weather:"above0"`
}

// Size is how large a tenant is for its quota.
type Size string

// The sizes of tenants.
const (
	Small  Size = "S" // less than 50 users: 3,500 units in 10 seconds
	Medium Size = "M" // 50 to 500 users: 5,000
	Large  Size = "L" // more than 500 users: 8,000
)

// Lag is replication lag: the age of the replica a read meets. What was written less than that long ago does not show, what was
// deleted lingers. Each from 0 to 24h.
type Lag struct {
	// ReadAfterWrite is the age that reads by key see, and writes that refer to another object.
	ReadAfterWrite time.Duration `json:"readAfterWrite"`
	// List is the age that lists see.
	List time.Duration `json:"list"`
	// Advanced is the age of the index behind queries with ConsistencyLevel: eventual.
	Advanced time.Duration `json:"advanced"`
	// Probability is the share of reads that meet a lagging replica, above 0 to 1; 0 means all of them.
	Probability float64 `json:"probability" weather:"above0"`
	// Flapping lets two replicas answer by turns, a fresh one and a lagging one: 200, 404, 200. Now and then, by the seed, one
	// answers twice running, so that no rhythm of requests always meets the fresh one.
	Flapping bool `json:"flapping"`
}

// Delta is the life of delta tokens.
type Delta struct {
	// Expired is how an expired token is refused; "" means [Gone410].
	Expired Expiry `json:"expired"`
	// Lifetime is how long a token lives, from 0 to 8760h; 0 means [DeltaLifetime].
	Lifetime time.Duration `json:"lifetime"`
}

// DeltaLifetime is the life of delta tokens of directory objects.
// Source: learn.microsoft.com/graph/delta-query-overview, token duration.
const DeltaLifetime = 7 * 24 * time.Hour

// Expiry is a way to refuse an expired delta token. Which one Graph takes is uncertain: the documentation says 410, 400 was seen in
// 2026.
type Expiry string

// The ways to refuse an expired delta token.
const (
	// Gone410 is 410 Gone with a Location to begin anew. Source: learn.microsoft.com/graph/delta-query-overview,
	// synchronization reset.
	Gone410 Expiry = "gone410"
	// BadRequest400 is 400 Request_UnsupportedQuery "DeltaLink older than 30 days is not supported.", known from public issues.
	BadRequest400 Expiry = "badRequest400"
)

// Refusal returns how an expired token is refused, the default resolved.
func (d Delta) Refusal() Expiry {
	if d.Expired == "" {
		return Gone410
	}
	return d.Expired
}

// Life returns how long a token lives, the default resolved.
func (d Delta) Life() time.Duration {
	if d.Lifetime == 0 {
		return DeltaLifetime
	}
	return d.Lifetime
}
