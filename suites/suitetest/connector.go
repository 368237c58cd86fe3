package suitetest

import (
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/connector/driver"
)

// RunConnector judges the Graph connector that a driver reaches, each check in a subtest; see [RunRunnables]. The driver is closed at the end.
//
// A driver within the process reaches the tenants by [connector.Configuration.Transport], on a clock on which waits cost nothing. Those of package
// driver, and all with [OutsideProcess] or [Fixed], reach them by addresses on 127.0.0.1, in real time.
func RunConnector(t *testing.T, d connector.Driver, opts ...Option) {
	t.Helper()
	var s settings
	for _, opt := range opts {
		opt(&s)
	}
	config := connector.Config{Driver: d, Recorder: exchange.NewRecorder(), Timeout: s.timeout, Fixed: s.fixed}
	_, gateway := d.(*driver.SCIM)
	if gateway && config.Fixed == nil {
		config.Fixed = &connector.Fixed{}
	}
	if s.outside || config.Fixed != nil || outside(d) {
		config.Folder = t.TempDir()
	}
	ctx, cancel := beforeDeadline(t)
	defer cancel()
	target, err := connector.Open(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := target.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, adaptation := range target.Describe().Adaptations {
		t.Log(adaptation)
	}
	p := rehearsal.Plan{Runnables: target.Runnables()}
	run(t, p, func(f result.Finding) string { return shown(config.Recorder, f) }, opts)
}

// outside says whether a driver is one of those whose connector is no part of this process.
func outside(d connector.Driver) bool {
	switch d.(type) {
	case *driver.Exec, *driver.Webhook, *driver.SCIM:
		return true
	default:
		return false
	}
}
