package connector_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// breaking is the reference connector, but for what it gives no proper answer to.
type breaking struct {
	connector.Driver

	describe func() error
	connect  func() error
	do       func(ctx context.Context, o connector.Operation) error // nil: it works
}

func (b breaking) Describe(ctx context.Context) (connector.Description, error) {
	if b.describe != nil {
		return connector.Description{}, b.describe()
	}
	return b.Driver.Describe(ctx)
}

func (b breaking) Connect(ctx context.Context, c connector.Configuration) (connector.Connector, error) {
	if b.connect != nil {
		return nil, b.connect()
	}
	sound, err := b.Driver.Connect(ctx, c)
	return breakingConnector{sound, b}, err
}

type breakingConnector struct {
	connector.Connector

	of breaking
}

func (b breakingConnector) Do(ctx context.Context, r connector.Request) (connector.Answer, error) {
	if b.of.do != nil {
		if err := b.of.do(ctx, r.Operation); err != nil {
			return connector.Answer{}, err
		}
	}
	return b.Connector.Do(ctx, r)
}

func TestAConnectorThatGivesNoAnswerIsOneFinding(t *testing.T) {
	for name, test := range map[string]struct {
		driver breaking
		failed string // the check
		says   string
	}{
		"describes itself badly": {breaking{describe: func() error { return errors.New("no such program") }}, "connector.setup.describe", "no such program"},
		"panics when described":  {breaking{describe: func() error { panic("boom") }}, "connector.setup.describe", "panicked on describe: boom"},
		"cannot be configured":   {breaking{connect: func() error { return errors.New("wrong folder") }}, "connector.setup.answers", "wrong folder"},
		"panics on create": {breaking{do: func(_ context.Context, o connector.Operation) error {
			if o == connector.Create {
				panic("boom")
			}
			return nil
		}}, "connector.setup.answers", "panicked on create: boom"},
		"hangs on create and does not heed its context": {breaking{do: func(_ context.Context, o connector.Operation) error {
			if o == connector.Create {
				<-t.Context().Done()
			}
			return nil
		}}, "connector.setup.answers", "did not answer create within"},
		"writes garbage on search": {breaking{do: func(_ context.Context, o connector.Operation) error {
			if o == connector.Search {
				return &connector.BrokenError{Kind: connector.Garbage, Detail: "the connector wrote hello", Output: []string{"last words"}}
			}
			return nil
		}}, "connector.setup.answers", "the connector wrote hello"},
	} {
		t.Run(name, func(t *testing.T) {
			sound, err := refdriver.New()
			if err != nil {
				t.Fatal(err)
			}
			test.driver.Driver = sound
			ran := rehearse(t, connector.Config{Driver: test.driver, Seed: 7, Timeout: 10 * time.Second})
			var failed []string
			blocked := 0
			for _, c := range ran.Checks {
				switch c.Status {
				case result.Failed:
					failed = append(failed, fmt.Sprintf("%s: %s", c.ID, c.Findings[0].Actual))
				case result.Blocked:
					blocked++
					if c.BlockedBy != test.failed {
						t.Errorf("%s is blocked by %s", c.ID, c.BlockedBy)
					}
				default:
				}
			}
			if len(failed) != 1 || !strings.HasPrefix(failed[0], test.failed+": ") || !strings.Contains(failed[0], test.says) || blocked == 0 {
				t.Errorf("failed are %q, and %d are blocked; want %s, which says %q", failed, blocked, test.failed, test.says)
			}
			if ran.Verdict != result.NonConformant || len(ran.Faults) > 0 {
				t.Errorf("the verdict is %s; %v", ran.Verdict, ran.Faults)
			}
		})
	}
}

// rehearse runs all checks as the command line does.
func rehearse(t *testing.T, config connector.Config) rehearsal.Result {
	t.Helper()
	target, err := connector.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), WithoutGinkgo: true, Seed: config.Seed})
	if err != nil {
		t.Fatal(err)
	}
	if err := target.Close(); err != nil {
		t.Error(err)
	}
	return ran
}
