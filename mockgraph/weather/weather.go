package weather

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"
)

// Weather judges the requests to one tenant. It is safe for concurrent use.
type Weather struct {
	clock   clockwork.Clock
	tenant  string
	users   func() int
	current atomic.Pointer[state] // nil: fair
}

// Option changes how a [Weather] is made.
type Option func(*Weather)

// WithClock sets the clock by which quotas refill and dates of Retry-After are written; the real one by default, also where the
// tenant's own clock is steered, because clients wait in real time.
func WithClock(clock clockwork.Clock) Option { return func(w *Weather) { w.clock = clock } }

// WithTenant sets the tenant's id, which stands in x-ms-throttle-scope; a GUID of zeros by default.
func WithTenant(id string) Option { return func(w *Weather) { w.tenant = id } }

// WithUsers sets how the number of users is asked for, by which a [Quota] without a size finds one; 50 by default, which is
// [Medium]. It is called while the weather is locked and must not call back.
func WithUsers(count func() int) Option { return func(w *Weather) { w.users = count } }

// New returns fair weather.
func New(opts ...Option) *Weather {
	w := &Weather{
		clock: clockwork.NewRealClock(), tenant: "00000000-0000-0000-0000-000000000000",
		users: func() int { return mediumFrom },
	}
	for _, o := range opts {
		o(w)
	}
	return w
}

// state is the weather since a forecast was set.
type state struct {
	forecast Forecast
	judges   bool // something may happen to requests, or they need numbers

	mu     sync.Mutex
	number uint64
	rules  []activeRule
	meter  *meter
}

// activeRule is a rule at work.
type activeRule struct {
	match    Match
	path     pattern
	cause    string
	effector effector
	additive bool // strikes besides others
	seen     int  // that matched, up to match.Skip
	struck   int
}

// Set replaces the weather. Request numbers, counts of rules and quotas begin anew. An error lists every member that is wrong and what it
// may be, and leaves the weather as it was.
func (w *Weather) Set(f Forecast) error {
	if err := f.Validate(); err != nil {
		return fmt.Errorf("set forecast: %w", err)
	}
	f = f.clone()
	s := &state{forecast: f, judges: len(f.Rules) > 0 || f.Quota != nil || f.Lag != Lag{}}
	for _, r := range f.Rules {
		p, err := compile(r.Match.Path)
		if err != nil {
			return fmt.Errorf("set forecast: path %q: %w", r.Match.Path, err)
		}
		effect := r.Effect.set()[0]
		a := activeRule{match: r.Match, path: p, cause: r.Name, effector: effect.effector, additive: r.Effect.Latency != nil}
		if a.cause == "" {
			a.cause = effect.name
		}
		s.rules = append(s.rules, a)
	}
	if f.Quota != nil {
		s.meter = newMeter(*f.Quota, w.tenant, w.users)
	}
	w.current.Store(s)
	return nil
}

// Forecast returns a copy of the forecast that is set.
func (w *Weather) Forecast() Forecast {
	if s := w.current.Load(); s != nil {
		return s.forecast.clone()
	}
	return Forecast{}
}

// Calm says that nothing happens to requests and no replica lags: [Weather.Judge] need not be asked. It costs one atomic load.
func (w *Weather) Calm() bool {
	s := w.current.Load()
	return s == nil || !s.judges
}

// PageSeed returns [Forecast.PageSeed]. It costs one atomic load.
func (w *Weather) PageSeed() uint64 {
	if s := w.current.Load(); s != nil {
		return s.forecast.PageSeed
	}
	return 0
}

// Delta returns [Forecast.Delta] as it was set, defaults unresolved. It costs one atomic load.
func (w *Weather) Delta() Delta {
	if s := w.current.Load(); s != nil {
		return s.forecast.Delta
	}
	return Delta{}
}

// Skew returns what is to be added to the server's clock where clients meet it. It costs one atomic load.
func (w *Weather) Skew() time.Duration {
	if s := w.current.Load(); s != nil {
		return s.forecast.Skew
	}
	return 0
}

// Hits returns how many requests each rule has struck since the forecast was set.
func (w *Weather) Hits() []int {
	s := w.current.Load()
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	hits := make([]int, len(s.rules))
	for i, r := range s.rules {
		hits[i] = r.struck
	}
	return hits
}

// Judge says what is to happen to a request, and counts it. The quota comes first: what it refuses meets no rule but latency.
func (w *Weather) Judge(r Request) Outcome {
	s := w.current.Load()
	if s == nil || !s.judges {
		return Outcome{}
	}
	now := w.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number++
	o := Outcome{Number: s.number}
	if s.meter != nil {
		s.meter.charge(now, r, &o)
	}
	hit := strike{request: r, tenant: w.tenant, now: now.Add(s.forecast.Skew), seed: s.forecast.Seed, number: s.number}
	for i := range s.rules {
		rule := &s.rules[i]
		if !rule.additive && o.Cause != "" || !rule.hits(r, s.forecast.Seed, s.number, i) {
			continue
		}
		hit.rule = i
		rule.effector.apply(hit, &o)
		if !rule.additive {
			o.Cause = rule.cause
		}
	}
	return o
}

// hits tells whether the rule strikes the request, and counts it.
func (a *activeRule) hits(r Request, seed, number uint64, index int) bool {
	m := &a.match
	switch {
	case m.Count > 0 && a.struck >= m.Count,
		m.Only == Batched && !r.Batched, m.Only == Outer && r.Batched,
		len(m.Methods) > 0 && !slices.Contains(m.Methods, r.Method),
		!a.path.matches(r):
		return false
	case a.seen < m.Skip:
		a.seen++
		return false
	case m.Share > 0 && m.Share < 1 && draw(seed, number, purpose(index, drawStrike)) >= m.Share:
		return false
	}
	a.struck++
	return true
}
