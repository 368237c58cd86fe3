package refconnector

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"
)

// Option shapes a [Connector].
type Option func(*settings)

type settings struct {
	transport http.RoundTripper
	sleep     func(context.Context, time.Duration) error
	now       func() time.Time
	random    func() float64
	faults    []string
	pageSize  int
	keeps     bool // sessions of disabled accounts
}

// WithTransport is what requests go through, those to the login host too. Default: a clone of [http.DefaultTransport].
func WithTransport(t http.RoundTripper) Option { return func(s *settings) { s.transport = t } }

// WithSleep is how the connector waits: until the time is over or the context is done, whose error it returns. Default: in real time.
func WithSleep(sleep func(context.Context, time.Duration) error) Option {
	return func(s *settings) { s.sleep = sleep }
}

// WithNow is the clock by which tokens expire and new objects grow old. Default: [time.Now].
func WithNow(now func() time.Time) Option { return func(s *settings) { s.now = now } }

// WithRandom is where the jitter of waits comes from: numbers from 0 to below 1; several goroutines may call it at once. Default:
// [rand.Float64].
func WithRandom(random func() float64) Option { return func(s *settings) { s.random = random } }

// WithFaults lets the connector make the mistakes of these names ([Faults]); [New] fails for an unknown one.
func WithFaults(names ...string) Option {
	return func(s *settings) { s.faults = append(s.faults, names...) }
}

// WithPageSize asks for lists in pages of so many objects, 1 to 999. Default: Graph's own, 100.
func WithPageSize(n int) Option { return func(s *settings) { s.pageSize = min(max(n, 1), 999) } }

// WithoutRevoke leaves the sessions of an account alone when it is disabled.
func WithoutRevoke() Option { return func(s *settings) { s.keeps = true } }

func settingsOf(opts []Option) *settings {
	s := &settings{sleep: realSleep, now: time.Now, random: rand.Float64}
	for _, o := range opts {
		o(s)
	}
	if s.transport == nil {
		s.transport = http.DefaultTransport
		if base, ok := http.DefaultTransport.(*http.Transport); ok {
			s.transport = base.Clone()
		}
	}
	return s
}

func realSleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
