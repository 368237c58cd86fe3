package report

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

// The address of the built-in endpoint is nobody's once the run is over.
func TestTheBuiltInEndpointIsRunAgainByItsFaultsNotByItsAddress(t *testing.T) {
	const again, serve = "rehearse scim --fault some-fault --seed 0", `rehearse endpoint --listen 127.0.0.1:35283 --token "$TOKEN" --fault some-fault`
	r := inBoth("a.b.one@default")
	r.Target = result.Target{Kind: "scim", URL: "http://127.0.0.1:35283/scim", BuiltIn: true, Faults: []string{"some-fault"}}
	r.Checks[0].Findings = []result.Finding{{Rule: "rule"}}
	for name, text := range written(t, r) {
		text = strings.NewReplacer("&#34;", `"`, "&#43;", "+", "\\", "").Replace(text)
		if !strings.Contains(text, again) || !strings.Contains(text, serve) {
			t.Errorf("%s does not say %q and %q:\n%s", name, again, serve, text)
		}
	}
	r.Target.BuiltIn, r.Target.Faults = false, nil
	for name, text := range written(t, r) {
		if strings.Contains(text, "rehearse endpoint") || !strings.Contains(text, "--url http://127.0.0.1:35283/scim") {
			t.Errorf("%s takes another endpoint for the built-in one:\n%s", name, text)
		}
	}
}
