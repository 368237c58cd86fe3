package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// TestScripts runs the binary as its users do: `go run` hides exit codes, so it is built once for all scripts.
func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary: run without -short")
	}
	binary := buildBinary(t)
	docs, err := filepath.Abs("../../docs")
	if err != nil {
		t.Fatalf("find the docs: %v", err)
	}
	// Under nohup, as CI may run, SIGHUP is ignored, and what this process starts would inherit that; what is caught is not inherited.
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(caught) })
	servers := startServers(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(binary)+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("LANG", "C.UTF-8")
			env.Setenv("DOCS", docs)
			env.Setenv("NEWLINE", "\n")
			env.Setenv("ENDPOINT_ADDR", strings.TrimPrefix(closedPort(t), "http://"))
			for name, value := range servers {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "tenant": askTenant, "graph": askGraph, "scim": askEndpoint, "graph-until": awaitGraph, "take": take, "eventually": eventually, "hangup": hangup,
		},
	})
}

// exits runs a command and asks for an exact exit code: exits CODE COMMAND [ARG...].
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("run %s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("%s exits %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// startServers starts endpoints that are good, bad and ugly, and returns their addresses as environment variables.
func startServers(t *testing.T) map[string]string {
	t.Helper()
	env := map[string]string{"GOOD_TOKEN": "a-good-token"}
	serve := func(name string, handler http.HandlerFunc) *httptest.Server {
		server := httptest.NewServer(handler)
		t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
		env[name] = server.URL
		return server
	}
	good, err := serviceprovider.New(serviceprovider.WithToken(env["GOOD_TOKEN"]), serviceprovider.WithExtension(serviceprovider.ExampleExtension()))
	if err != nil {
		t.Fatalf("make the endpoint: %v", err)
	}
	serve("GOOD_URL", good.ServeHTTP)
	serve("OAUTH_URL", func(w http.ResponseWriter, r *http.Request) { // gives the good token for one client
		w.Header().Set("Content-Type", "application/json")
		if r.PostFormValue("client_id") != "app" || r.PostFormValue("client_secret") != "s3cret-of-app" || r.PostFormValue("scope") != "scim" {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"error":"invalid_client","error_description":"no client with %s"}`, r.PostFormValue("client_secret"))
			return
		}
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, env["GOOD_TOKEN"])
	})
	serve("HEADER_URL", func(w http.ResponseWriter, r *http.Request) { // behind a gateway that wants headers
		if r.Header.Get("X-Tenant") != "acme" || r.Header.Get("X-Api-Key") != "key-of-the-gateway" {
			http.Error(w, "who are you?", http.StatusForbidden)
			return
		}
		good.ServeHTTP(w, r)
	})
	serve("PROXY_URL", func(w http.ResponseWriter, r *http.Request) { // is scim.example, for whoever asks through it
		if r.URL.Host != "scim.example" {
			http.Error(w, "no such host", http.StatusBadGateway)
			return
		}
		good.ServeHTTP(w, r)
	})
	serve("HTML_URL", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!DOCTYPE html><html><body>Sign in</body></html>")
	})
	serve("LOOP_URL", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) })
	serve("HUGE_URL", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/scim+json")
		chunk := []byte(strings.Repeat("x", 1<<20))
		for range 50 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	serve("ENDLESS_URL", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/scim+json")
		fmt.Fprint(w, `{"schemas":[`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	serve("BAD_JSON_URL", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/scim+json")
		fmt.Fprint(w, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],`)
	})
	writeKeys(t, env)
	env["CLOSED_URL"] = closedPort(t)
	env["CLOSED_ADDRESS"] = strings.TrimPrefix(env["CLOSED_URL"], "http://")

	secure := httptest.NewUnstartedServer(good)
	secure.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	secure.Config.ErrorLog = nil
	secure.StartTLS()
	t.Cleanup(secure.Close)
	env["TLS_URL"] = secure.URL
	ca := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(ca, certificate, 0o600); err != nil {
		t.Fatalf("write the CA certificate: %v", err)
	}
	env["TLS_CA"] = ca
	return env
}

// writeKeys writes a private key, as PEM and as a JSON Web Key, and the set with its public half.
func writeKeys(t *testing.T, env map[string]string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("make a key: %v", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatalf("write the key: %v", err)
	}
	web := jose.JSONWebKey{Key: key, KeyID: "k1", Algorithm: string(jose.ES256)}
	private, err := json.Marshal(web)
	if err != nil {
		t.Fatalf("write the key: %v", err)
	}
	public, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{web.Public()}})
	if err != nil {
		t.Fatalf("write the key: %v", err)
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{
		"KEY_PEM": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), "KEY_JWK": private, "KEY_SET": public,
	} {
		env[name] = filepath.Join(dir, name)
		if err := os.WriteFile(env[name], data, 0o600); err != nil {
			t.Fatalf("write the key: %v", err)
		}
	}
}

// closedPort is a URL on which nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}
