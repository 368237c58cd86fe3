package impersonate_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func TestEnvironmentNamesEveryClientsVariables(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, v := range impersonate.Environment("http://127.0.0.1:8899", "/state/ca.pem", "/state/bundle.pem") {
		if v.Client == "" || v.Value == "" && v.Note == "" {
			t.Errorf("%+v tells nobody anything", v)
		}
		got[v.Name] = v.Value
	}
	for name, want := range map[string]string{
		"HTTPS_PROXY": "http://127.0.0.1:8899", "https_proxy": "http://127.0.0.1:8899",
		"NO_PROXY": "localhost,127.0.0.1,::1", "no_proxy": "localhost,127.0.0.1,::1",
		"SSL_CERT_FILE": "/state/bundle.pem", "SSL_CERT_DIR": "/state",
		"REQUESTS_CA_BUNDLE": "/state/bundle.pem", "CURL_CA_BUNDLE": "/state/bundle.pem",
		"NODE_EXTRA_CA_CERTS": "/state/ca.pem", "NODE_USE_ENV_PROXY": "1",
		"JAVA_TOOL_OPTIONS": "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=8899 -Djavax.net.ssl.trustStore=/state/ca.jks -Djavax.net.ssl.trustStoreType=JKS -Djavax.net.ssl.trustStorePassword=changeit",
	} {
		if got[name] != want {
			t.Errorf("%s=%s, want %s", name, got[name], want)
		}
	}
}

func TestJavaOptionsWithBlanksAreQuotedForTheJVM(t *testing.T) {
	t.Parallel()
	java := func(proxy, file string) impersonate.Variable {
		for _, v := range impersonate.Environment(proxy, file, file) {
			if v.Name == "JAVA_TOOL_OPTIONS" {
				return v
			}
		}
		return impersonate.Variable{}
	}
	if got := java("http://127.0.0.1:1", "/my state/ca.pem").Value; !strings.Contains(got, ` "-Djavax.net.ssl.trustStore=/my state/ca.jks" `) {
		t.Errorf("options %s", got)
	}
	for _, proxy := range []string{"::", "http://127.0.0.1", ""} {
		if v := java(proxy, "/ca.pem"); v.Value != "" || !strings.Contains(v.Note, "by hand") {
			t.Errorf("proxy %q: %+v, want a note only", proxy, v)
		}
	}
}

func TestShellReadsBackWhatWasRendered(t *testing.T) {
	t.Parallel()
	sh := need.Program(t, "sh")
	for _, value := range []string{"plain", "with blank", "o'clock", `$HOME "$(id)" \ ` + "`x`", "two\nlines", "ünïcode ’"} {
		script := impersonate.Shell([]impersonate.Variable{{Name: "V", Value: value, Client: "a\nclient; echo never", Note: "note"}})
		out, err := exec.CommandContext(t.Context(), sh, "-c", script+`printf %s "$V"`).Output()
		if err != nil || string(out) != value {
			t.Errorf("%q came back as %q, %v", value, out, err)
		}
	}
}

func TestRenderings(t *testing.T) {
	t.Parallel()
	variables := []impersonate.Variable{
		{Name: "A", Value: "it's ‘quoted’", Client: "Go", Note: "note"},
		{Name: "B", Value: "2", Client: "Node.js"},
		{Name: "C", Client: "PowerShell", Note: "do that"},
	}
	if got, want := impersonate.Shell(variables), "# Go: note\nexport A='it'\\''s ‘quoted’'\n# Node.js\nexport B='2'\n# PowerShell (C): do that\n"; got != want {
		t.Errorf("shell:\n%s\nwant\n%s", got, want)
	}
	if got, want := impersonate.PowerShell(variables), "# Go: note\n$env:A = 'it''s ‘‘quoted’’'\n# Node.js\n$env:B = '2'\n# PowerShell (C): do that\n"; got != want {
		t.Errorf("PowerShell:\n%s\nwant\n%s", got, want)
	}
}
