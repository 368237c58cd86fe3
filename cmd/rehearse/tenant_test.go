package main_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rehearse-id/rehearse/internal/need"
)

// ready is what a test needs of a ready file.
type ready struct {
	URL, AdminURL, PlainURL, ProxyURL, Authority, CAFile, ClientID, ClientSecret string

	PID int
}

// readReady reads a ready file and makes a client that trusts what it tells of.
func readReady(path string) (ready, *http.Client, error) {
	var r ready
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		return r, nil, err
	}
	ca, err := os.ReadFile(r.CAFile)
	if err != nil {
		return r, nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	return r, &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}, nil
}

// askTenant asks the admin API of the tenant whose ready file is in the working directory: tenant METHOD PATH [BODY].
func askTenant(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: tenant METHOD PATH [BODY]")
	}
	r, client, err := readReady(ts.MkAbs("ready.json"))
	ts.Check(err)
	request, err := http.NewRequestWithContext(context.Background(), args[0], r.AdminURL+args[1], strings.NewReader(strings.Join(args[2:], "")))
	ts.Check(err)
	response, err := client.Do(request)
	ts.Check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	if response.StatusCode >= http.StatusBadRequest {
		ts.Fatalf("%s %s: %s\n%s", args[0], args[1], response.Status, body)
	}
	_, err = ts.Stdout().Write(body)
	ts.Check(err)
}

// patience is how long a change may take to show: a second is promised, on a machine that does nothing else.
const patience = 20 * time.Second

// eventually waits until two files are equal, or differ, or a file has a text: eventually [!] cmp A B | eventually grep TEXT FILE.
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	unlike := len(args) > 0 && args[0] == "!"
	if unlike {
		args = args[1:]
	}
	if neg || len(args) != 3 || args[0] != "cmp" && args[0] != "grep" {
		ts.Fatalf("usage: eventually [!] cmp A B, eventually [!] grep TEXT FILE")
	}
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-ticker.C {
		b, err := os.ReadFile(ts.MkAbs(args[2]))
		if err != nil {
			continue
		}
		alike := strings.Contains(string(b), args[1])
		if args[0] == "cmp" {
			a, err := os.ReadFile(ts.MkAbs(args[1]))
			if err != nil {
				continue
			}
			alike = string(a) == string(b)
		}
		if alike != unlike {
			return
		}
	}
	ts.Fatalf("not within %s: %s", patience, strings.Join(args, " "))
}

// hangup sends SIGHUP, which testscript's kill does not know, to the tenant whose ready file is in the working directory.
func hangup(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: hangup")
	}
	r, _, err := readReady(ts.MkAbs("ready.json"))
	ts.Check(err)
	process, err := os.FindProcess(r.PID)
	ts.Check(err)
	ts.Check(process.Signal(syscall.SIGHUP))
}

func throughProxy(t *testing.T, address string) *http.Client {
	t.Helper()
	proxy, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyURL(proxy)}}
}

func TestACurlLineOfATenantWorksAsItStandsAndNothingIsLeftBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary: run without -short")
	}
	need.Program(t, "curl")
	folder := t.TempDir()
	binary := buildBinary(t)
	temporary := filepath.Join(folder, "tmp")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	printed, err := os.Create(filepath.Join(folder, "out.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer printed.Close()
	cmd := exec.CommandContext(ctx, binary, "tenant", "--listen", "127.0.0.1:0", "--ready-file", filepath.Join(folder, "ready.json"))
	var complaints strings.Builder
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), "TMPDIR="+temporary), printed, &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.CommandContext(ctx, binary, "wait", "--ready-file", filepath.Join(folder, "ready.json")).CombinedOutput(); err != nil {
		t.Fatalf("wait: %v\n%s", err, output)
	}
	r, _, err := readReady(filepath.Join(folder, "ready.json"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile(printed.Name())
	if err != nil {
		t.Fatal(err)
	}
	line := ""
	for each := range strings.Lines(string(out)) {
		if strings.HasPrefix(each, "curl ") {
			line = each
		}
	}
	output, err := exec.CommandContext(ctx, "sh", "-c", line).CombinedOutput()
	if err != nil || !strings.Contains(string(output), `"userPrincipalName":"admin@contoso.onmicrosoft.com"`) {
		t.Errorf("the line answers %v: %s", err, output)
	}
	if strings.Contains(string(out), "\x1b") {
		t.Error("colours off a terminal")
	}
	for range 2 { // it is told once
		if _, err := throughProxy(t, r.ProxyURL).Get("https://example.com/"); err == nil || !strings.Contains(err.Error(), "NO_PROXY") {
			t.Errorf("a host the proxy does not answer for gives %v", err)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if got := exitOf(t, cmd.Wait()); got != 0 {
		t.Errorf("exits %d, want 0", got)
	}
	if refused := "rehearse: the proxy refused example.com:443: "; strings.Count(complaints.String(), refused) != 1 {
		t.Errorf("standard error has %q, want %q once", complaints.String(), refused)
	}
	left, err := os.ReadDir(temporary)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "ready.json")); !os.IsNotExist(err) {
		t.Errorf("the ready file is left: %v", err)
	}
	if response, err := http.Get(r.ProxyURL); err == nil {
		response.Body.Close()
		t.Error("the proxy still answers")
	}
}
