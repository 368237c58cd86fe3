package endpoint

import (
	"context"
	"fmt"

	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// Alive asks the target for a sign of life: any answer at all. The error says why there was none.
func (t *Target) Alive(ctx context.Context) error {
	session := t.config.Recorder.Session("alive", t.config.Transport)
	if a := t.ask(ctx, session, "/ServiceProviderConfig"); a.Err != nil {
		return fmt.Errorf("ask %s for a sign of life: %w", t.address.base, a.Err)
	}
	return nil
}

// Catalogue returns all checks without a target, once for each dialect (none means the default dialect): for listing and for
// choosing among them. They cannot be run.
func Catalogue(dialects ...string) []suites.Runnable {
	if len(dialects) == 0 {
		dialects = []string{string(wire.Default)}
	}
	var all []suites.Runnable
	for i, d := range dialects {
		for _, check := range checksIn(i) {
			all = append(all, suites.Runnable{Spec: check.In(d), Dialect: d})
		}
	}
	return all
}
