package report

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

func TestWhatIsShownCannotBeSentAgainToWhatHasEnded(t *testing.T) {
	t.Parallel()
	failed := []result.Check{{Status: result.Failed, Findings: []result.Finding{{Rule: "r"}}}}
	for name, test := range map[string]struct {
		report result.Report
		want   string // "" for nothing
	}{
		"the built-in endpoint":    {result.Report{Target: result.Target{Kind: "scim", URL: "http://127.0.0.1:1", BuiltIn: true}, Checks: failed}, "rehearse endpoint --listen 127.0.0.1:1"},
		"another endpoint":         {result.Report{Target: result.Target{Kind: "scim", URL: "http://127.0.0.1:1"}, Checks: failed}, ""},
		"nothing failed":           {result.Report{Target: result.Target{Kind: "scim", URL: "http://127.0.0.1:1", BuiltIn: true}}, ""},
		"the built-in connector":   {result.Report{Target: result.Target{Kind: "connector", URL: "built-in", BuiltIn: true}, Checks: failed}, "rehearse tenant"},
		"another connector":        {result.Report{Target: result.Target{Kind: "connector", URL: "python3 adapter.py"}, Checks: failed}, "rehearse tenant"},
		"a connector without flaw": {result.Report{Target: result.Target{Kind: "connector", URL: "built-in", BuiltIn: true}}, ""},
	} {
		if got := ended(test.report); got != test.want && (test.want == "" || !strings.Contains(got, test.want)) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
