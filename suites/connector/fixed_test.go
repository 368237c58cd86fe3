package connector_test

import (
	"context"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// idle is a connector that can do nothing, and remembers how it was configured.
type idle struct {
	mu   sync.Mutex
	told []connector.Configuration
}

func (*idle) Describe(context.Context) (connector.Description, error) {
	return connector.Description{Name: "idle", Operations: connector.Operations(), Features: connector.Features(), Instances: 8}, nil
}

func (d *idle) Connect(_ context.Context, c connector.Configuration) (connector.Connector, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told = append(d.told, c)
	return d, nil
}

func (*idle) Do(context.Context, connector.Request) (connector.Answer, error) {
	return connector.Answer{}, &connector.Error{Code: connector.NotSupported, Message: "nothing can be done"}
}

func (*idle) Close() error { return nil }

// TestAFixedConfiguration holds: what a person is told before is what each check has, at the same addresses, and what needs another configuration is skipped.
func TestAFixedConfiguration(t *testing.T) {
	t.Parallel()
	d, folder := &idle{}, t.TempDir()
	var told connector.Configuration
	open := func() *connector.Target {
		target, err := connector.Open(t.Context(), connector.Config{Driver: d, Folder: folder, Seed: 7, Fixed: &connector.Fixed{Tell: func(_ context.Context, c connector.Configuration) error {
			if len(d.told) > 0 {
				t.Error("the connector was configured before its user was told")
			}
			told = c
			return nil
		}}})
		if err != nil {
			t.Fatal(err)
		}
		return target
	}
	target := open()
	if n := target.Instances(); n != 1 {
		t.Errorf("%d instances work side by side", n)
	}
	ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Only: []string{"connector.setup.*", "connector.create.*"}, WithoutGinkgo: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := target.Close(); err != nil {
		t.Error(err)
	}
	key := func(c connector.Configuration) [10]string {
		return [10]string{c.TenantID, c.TenantDomain, c.ClientID, c.ClientSecret, c.Authority, c.BaseUserName, c.UserName + c.Password, c.Proxy, c.CAFile, c.Origin}
	}
	if len(d.told) < 2 {
		t.Fatalf("%d checks have configured the connector", len(d.told))
	}
	for _, c := range d.told {
		if key(c) != key(told) || c.Environment["HTTPS_PROXY"] != told.Environment["HTTPS_PROXY"] {
			t.Errorf("a check has %q, told was %q", key(c), key(told))
		}
	}
	for _, c := range ran.Checks {
		if c.ID == "connector.setup.wrong-secret" && c.Status == result.Passed {
			t.Errorf("a wrong secret was tried: %s", c.Reason)
		}
	}
	if len(ran.Faults) > 0 {
		t.Error(ran.Faults)
	}
	first := told
	d.told = nil
	again := open() // the same seed and folder: the gateway's configuration file is still good
	defer again.Close()
	if told.ClientSecret != first.ClientSecret || told.TenantID != first.TenantID || told.CAFile != first.CAFile {
		t.Errorf("the next run tells %q", key(told))
	}
}
