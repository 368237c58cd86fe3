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
	"connector.licence.inherited-not-doubled", "connector.licence.no-needless-writes", "connector.quarantine.delta-expired-400", "connector.requests.token-to-next-link-host",
	"connector.setup.removed-secret", "connector.group.add-again", "connector.group.members-together", "connector.group.remove-again",
	"connector.setup.later-consent", "connector.setup.verified-domain",
	"connector.sync.manager-unchanged", "connector.sync.no-needless-writes", "connector.sync.only-changes",
}

func TestConnectorsOfOtherStylesFailNoRequiredCheck(t *testing.T) {
	t.Parallel()
	usual := []suites.Stage{suites.Setup, suites.Create, suites.Sync, suites.Group}
	rest := []suites.Stage{suites.Setup, suites.Create, suites.Group, suites.Disable, suites.Reactivate, suites.Licence, suites.Delete, suites.Quarantine, suites.Conduct}
	for name, style := range map[string]struct {
		of     terse
		stages []suites.Stage
	}{
		"one property and one member a request": {terse{}, usual},
		"a signed-in user":                      {terse{delegated: true}, usual},
		"taking over accounts":                  {terse{upserts: true}, usual},
		"batches":                               {terse{batches: true}, append([]suites.Stage{suites.Licence, suites.Quarantine}, usual...)},
		"names alone":                           {terse{narrow: true}, rest},
		"a sign-in when it is configured, users by name, actions with their namespace, a look at what was written": {terse{early: true, byName: true, qualified: true, verifies: true}, rest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target, err := connector.Open(t.Context(), connector.Config{Driver: style.of, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			var failed []string
			all := target.Runnables()
			await := suites.Sequential(all)
			for _, r := range all {
				if !slices.Contains(style.stages, r.Stage) {
					continue
				}
				o := await(t.Context(), r)
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
