package suitetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// closeTimeout bounds the last clean-up, in real time.
const closeTimeout = 30 * time.Second

// maxShown is how many exchanges are shown with a finding.
const maxShown = 3

// SCIM judges the SCIM endpoint config names, each check in a subtest; see [RunRunnables]. An endpoint that gives no usable first answer ends
// the test. Everything that was created there is removed again. The checks run in both dialects of requests, or in the one whose flag the
// URL carries, see [endpoint.Dialects]; to choose, use [Dialects].
func SCIM(t *testing.T, config endpoint.Config, opts ...Option) {
	t.Helper()
	var s settings
	for _, opt := range opts {
		opt(&s)
	}
	if config.Load == nil {
		config.Load = &endpoint.Load{}
	}
	if config.Recorder == nil {
		config.Recorder = exchange.NewRecorder()
	}
	ctx, cancel := beforeDeadline(t)
	defer cancel()
	target, err := endpoint.Open(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), closeTimeout)
		defer cancel()
		for _, left := range target.Close(ctx) {
			t.Logf("left on the target: %s %s", left.URL, left.Reason)
		}
	}()
	for _, adaptation := range target.Describe().Adaptations {
		t.Log(adaptation)
	}
	if len(s.dialects) == 0 {
		s.dialects = endpoint.Dialects(config.URL)
	}
	p := rehearsal.Plan{Runnables: target.Runnables(s.dialects...), Alive: target.Alive}
	run(t, p, func(f result.Finding) string { return shown(config.Recorder, f) }, opts)
}

// shown is the exchanges a finding cites, up to a bound, as text and with lines to replay them.
func shown(r *exchange.Recorder, f result.Finding) string {
	var b strings.Builder
	for _, e := range r.Get(f.Exchanges[:min(len(f.Exchanges), maxShown)]...) {
		if words := e.Side.Words(); words != "" {
			fmt.Fprintln(&b, words)
		}
		fmt.Fprintf(&b, "%s\n%s\n\n", e.Text(), e.Curl())
	}
	return b.String()
}
