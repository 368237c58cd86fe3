package driver_test

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/connector/driver"
)

// TestTheEnvironmentForAPerson holds: it says what to fill in and what to export, quoted for a shell.
func TestTheEnvironmentForAPerson(t *testing.T) {
	t.Parallel()
	text := driver.Environment(connector.Configuration{TenantID: "t-1", ClientID: "c-1", ClientSecret: "it's", Proxy: "http://127.0.0.1:9", CAFile: "/tmp/x y/ca.pem", Origin: "https://127.0.0.1:8"})
	for _, want := range []string{
		"#   tenant id           t-1\n", "#   without the proxy   https://127.0.0.1:8\n", "export AZURE_CLIENT_SECRET='it'\\''s'\n", "export HTTPS_PROXY='http://127.0.0.1:9'\n", "export NODE_EXTRA_CA_CERTS='/tmp/x y/ca.pem'\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing like %q in\n%s", want, text)
		}
	}
}
