package weather

import (
	"cmp"
	"math"
	"strconv"
	"time"

	"golang.org/x/time/rate"
)

// x-ms-throttle-information. Source: learn.microsoft.com/graph/throttling-limits, additional headers.
const (
	unitsExceeded  = "ResourceUnitLimitExceeded"
	writesExceeded = "WriteLimitExceeded"
	cpuExceeded    = "CPULimitExceeded"
)

// limit is how many in which time.
type limit struct {
	amount int
	per    time.Duration
}

// The limits of identity and access. Source: learn.microsoft.com/graph/throttling-limits, identity and access service limits.
var (
	unitLimits = map[Size]limit{
		Small: {3_500, 10 * time.Second}, Medium: {5_000, 10 * time.Second}, Large: {8_000, 10 * time.Second},
	}
	writeLimit       = limit{3_000, 150 * time.Second}
	tenantWriteLimit = limit{18_000, 5 * time.Minute}
)

const (
	mediumFrom = 50  // users
	largeAbove = 500 // users

	// The share of a limit from which x-ms-throttle-limit-percentage tells, and how far requests that are refused go on counting:
	// "the value ranges from 0.8 to 1.8". Source: learn.microsoft.com/graph/throttling-limits, regular responses.
	tellFrom = 0.8
	debt     = 0.8

	// maxApplications is how many applications have buckets of their own; those beyond share one.
	maxApplications = 10_000
)

// bucket is one token bucket and what stands in the headers when it is empty.
type bucket struct {
	limiter            *rate.Limiter
	reach, kind, cause string
}

func newBucket(l limit, factor float64, least int, reach, kind, cause string) *bucket {
	burst := max(int(math.Ceil(float64(l.amount)*factor)), least)
	return &bucket{rate.NewLimiter(rate.Limit(float64(burst)/l.per.Seconds()), burst), reach, kind, cause}
}

// take charges n and returns how long to wait until n would pass, 0 when it passed, and the share of the limit that is used.
func (b *bucket) take(now time.Time, n int) (wait time.Duration, used float64) {
	burst := float64(b.limiter.Burst())
	left := b.limiter.TokensAt(now)
	passed := left >= float64(n)
	if passed || left-float64(n) >= -debt*burst {
		b.limiter.ReserveN(now, n)
		left = b.limiter.TokensAt(now)
	}
	if !passed {
		seconds := (float64(n) - left) / float64(b.limiter.Limit())
		wait = max(time.Duration(seconds*float64(time.Second)), 1)
	}
	return wait, (burst - left) / burst
}

// meter is the buckets of a tenant.
type meter struct {
	quota        Quota
	tenant       string
	users        func() int
	writes       *bucket
	applications map[string]*account
}

// account is the buckets of an application.
type account struct{ units, writes *bucket }

func newMeter(q Quota, tenant string, users func() int) *meter {
	q.Factor = cmp.Or(q.Factor, 1)
	return &meter{
		quota: q, tenant: tenant, users: users, applications: map[string]*account{},
		writes: newBucket(tenantWriteLimit, q.Factor, 1, "Tenant", "Write", writesExceeded),
	}
}

// account returns the buckets of an application, which begin full.
func (m *meter) account(application string) *account {
	if len(m.applications) >= maxApplications {
		if a, known := m.applications[application]; known {
			return a
		}
		application = ""
	}
	a, known := m.applications[application]
	if !known {
		a = &account{
			units:  newBucket(unitLimits[m.size()], m.quota.Factor, dearest, "Tenant_Application", "ReadWrite", unitsExceeded),
			writes: newBucket(writeLimit, m.quota.Factor, 1, "Tenant_Application", "Write", writesExceeded),
		}
		m.applications[application] = a
	}
	return a
}

func (m *meter) size() Size {
	if m.quota.Size != "" {
		return m.quota.Size
	}
	switch n := m.users(); {
	case n < mediumFrom:
		return Small
	case n <= largeAbove:
		return Medium
	}
	return Large
}

// charge takes a request from its buckets and refuses it when one is empty.
func (m *meter) charge(now time.Time, r Request, o *Outcome) {
	units, writes := Cost(r)
	if units == 0 {
		return
	}
	a := m.account(r.Application)
	wait, most := a.units.take(now, units)
	blame := a.units
	if writes > 0 {
		for _, b := range [2]*bucket{a.writes, m.writes} {
			w, used := b.take(now, writes)
			most = max(most, used)
			if w > wait {
				wait, blame = w, b
			}
		}
	}
	o.set("x-ms-resource-unit", strconv.Itoa(units))
	if most >= tellFrom {
		o.set("x-ms-throttle-limit-percentage", strconv.FormatFloat(most, 'f', 2, 64))
	}
	if wait == 0 {
		return
	}
	o.Status, o.Code, o.Message, o.Inner, o.Cause = 429, codeTooMany, messages[codeTooMany], innerTooMany, "quota"
	o.set("Retry-After", Seconds.retryAfter(wait, now))
	o.set("x-ms-throttle-scope", scope(blame.reach, blame.kind, r.Application, m.tenant))
	o.set("x-ms-throttle-information", blame.cause)
}
