package impersonate_test

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

// run starts a program whose environment is this one's path and what [impersonate.Environment] says, nothing else.
func (s *served) run(name string, args ...string) (string, error) {
	s.t.Helper()
	path := need.Program(s.t, name)
	folder := s.t.TempDir()
	if err := s.authority.SaveTo(folder); err != nil {
		s.t.Fatal(err)
	}
	command := exec.CommandContext(s.t.Context(), path, args...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder}
	for _, v := range impersonate.Environment("http://"+s.address, folder+"/"+impersonate.CertificateFile, folder+"/"+impersonate.BundleFile) {
		if v.Value != "" {
			command.Env = append(command.Env, v.Name+"="+v.Value)
		}
	}
	out, err := command.CombinedOutput()
	return string(out), err
}

func TestCurlNeedsTheEnvironmentOnly(t *testing.T) {
	t.Parallel()
	s := serve(t, echo)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--http1.1", "https://graph.microsoft.com/v1.0/users?$top=1"}, "GET HTTP/1.1 tls=true host=graph.microsoft.com uri=/v1.0/users?$top=1"},
		{[]string{"https://westus2.login.microsoft.com/a//b"}, "tls=true host=westus2.login.microsoft.com uri=/a//b"},
		{[]string{"-d", "a=b", "https://login.microsoftonline.com:8443/t/oauth2/v2.0/token"}, "host=login.microsoftonline.com:8443 uri=/t/oauth2/v2.0/token path=/t/oauth2/v2.0/token query= abs=false body=a=b"},
		{[]string{"--proxy", "http://" + s.address, "http://graph.microsoft.com/plain"}, "GET HTTP/1.1 tls=false host=graph.microsoft.com uri=/plain"},
	} {
		out, err := s.run("curl", append([]string{"--silent", "--show-error", "--max-time", "20"}, c.args...)...)
		if err != nil || !strings.Contains(out, c.want) {
			t.Errorf("curl %v: %v\n%s\nwant %s", c.args, err, out, c.want)
		}
	}
	if out, err := s.run("curl", "--silent", "--show-error", "--include", "--max-time", "20", "https://example.com/"); err == nil || !strings.Contains(out, "add it to NO_PROXY") {
		t.Errorf("unknown host: %v\n%s", err, out)
	}
}

func TestNodeTrustsTheAuthorityByNodeExtraCACerts(t *testing.T) {
	t.Parallel()
	s := serve(t, echo)
	host, port, err := net.SplitHostPort(s.address)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.run("node", "testdata/client.js", host, port)
	want := "200 Socket true POST HTTP/1.1 tls=true host=login.microsoftonline.com uri=//contoso/oauth2/v2.0/token"
	if err != nil || !strings.Contains(out, want) || !strings.Contains(out, "body=grant_type=client_credentials") {
		t.Errorf("node: %v\n%s\nwant %s", err, out, want)
	}
}

// Another process, because Go reads SSL_CERT_FILE and HTTPS_PROXY once.
func TestGoProgramNeedsTheEnvironmentOnly(t *testing.T) {
	t.Parallel()
	s := serve(t, echo)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.run(program, "-test.run=^TestUntouchedClient$", "-test.v", "untouched")
	if err != nil || !strings.Contains(out, "GET HTTP/2.0 tls=true host=graph.microsoft.com uri=/v1.0/organization") {
		t.Errorf("go: %v\n%s", err, out)
	}
}
