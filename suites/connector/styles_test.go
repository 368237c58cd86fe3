package connector_test

import (
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// What nobody has to do, and a connector that keeps no memory does not.
var economies = []string{
	"connector.group.add-again", "connector.group.members-together", "connector.group.remove-again",
	"connector.setup.later-consent", "connector.setup.verified-domain",
	"connector.sync.manager-unchanged", "connector.sync.no-needless-writes", "connector.sync.only-changes",
}

func TestConnectorsOfOtherStylesFailNoRequiredCheck(t *testing.T) {
	t.Parallel()
	stages := []suites.Stage{suites.Setup, suites.Create, suites.Sync, suites.Group}
	for name, p := range map[string]terse{
		"one property and one member a request": {},
		"a signed-in user":                      {delegated: true},
		"taking over accounts":                  {upserts: true},
		"batches":                               {batches: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, err := connector.Open(t.Context(), connector.Config{Driver: p, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			var failed []string
			for _, r := range target.Runnables() {
				if !slices.Contains(stages, r.Stage) {
					continue
				}
				o := r.Run(t.Context())
				if o.Panic != "" {
					t.Errorf("%s: %s", r.ID, o.Panic)
				}
				if o.Status == result.Failed || o.Status == result.Blocked {
					failed = append(failed, r.ID)
					if r.Level == result.Required || !slices.Contains(economies, r.ID) {
						t.Errorf("%s %s: %+v %s", r.ID, o.Status, o.Findings, o.Reason)
					}
				}
			}
			if len(failed) < 3 {
				t.Errorf("failed %q: a connector that does not look before it writes is told so", failed)
			}
		})
	}
}
