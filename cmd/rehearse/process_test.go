package main_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// slow is an endpoint that takes its time and counts the requests; from the request on at which it dies it answers no more.
type slow struct {
	http.Handler

	pause    time.Duration
	dies     int64 // 0: never
	requests atomic.Int64
	reached  chan struct{} // closed at the 40th request
}

func (s *slow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := s.requests.Add(1)
	if n == 40 {
		close(s.reached)
	}
	if s.dies > 0 && n >= s.dies {
		panic(http.ErrAbortHandler)
	}
	timer := time.NewTimer(s.pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		s.Handler.ServeHTTP(w, r)
	case <-r.Context().Done():
	}
}

// startSlow serves a reference endpoint with the token "t".
func startSlow(t testing.TB, pause time.Duration, dies int64) (*slow, string) {
	t.Helper()
	good, err := serviceprovider.New(serviceprovider.WithToken("t"))
	if err != nil {
		t.Fatalf("make the endpoint: %v", err)
	}
	handler := &slow{Handler: good, pause: pause, dies: dies, reached: make(chan struct{})}
	server := httptest.NewServer(handler)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return handler, server.URL
}

// rehearseAgainst prepares the built binary to judge the endpoint at url.
func rehearseAgainst(t testing.TB, url, out string, flags ...string) *exec.Cmd {
	t.Helper()
	binary := buildBinary(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, binary, append([]string{"scim", "--url", url, "--token", "t", "--out", out}, flags...)...)
}

func exitOf(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	default:
		t.Fatalf("run: %v", err)
		return -1
	}
}

func readReport(t *testing.T, out string) result.Report {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(out, "report.json"))
	if err != nil {
		t.Fatalf("read the report: %v", err)
	}
	var r result.Report
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatalf("decode the report: %v", err)
	}
	return r
}

// remaining counts the users and groups on the endpoint.
func remaining(t *testing.T, endpoint http.Handler) int {
	t.Helper()
	total := 0
	for _, path := range []string{"/Users", "/Groups"} {
		request := httptest.NewRequest(http.MethodGet, path, nil)
		request.Header.Set("Authorization", "Bearer t")
		answer := httptest.NewRecorder()
		endpoint.ServeHTTP(answer, request)
		var list struct{ TotalResults int }
		if err := json.Unmarshal(answer.Body.Bytes(), &list); err != nil {
			t.Fatalf("decode the list: %v", err)
		}
		total += list.TotalResults
	}
	return total
}

func TestAnInterruptCleansUpReportsAndExitsWithFour(t *testing.T) {
	endpoint, url := startSlow(t, 20*time.Millisecond, 0)
	out := t.TempDir()
	cmd := rehearseAgainst(t, url, out)
	if err := cmd.Start(); err != nil {
		t.Fatalf("start: %v", err)
	}
	<-endpoint.reached
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatalf("interrupt: %v", err)
	}
	if got := exitOf(t, cmd.Wait()); got != 4 {
		t.Errorf("exits %d, want 4", got)
	}
	r := readReport(t, out)
	if r.Verdict != result.Error || r.Counts.NotRun == 0 {
		t.Errorf("verdict %q with %d checks not run, want %q with some", r.Verdict, r.Counts.NotRun, result.Error)
	}
	if n := remaining(t, endpoint.Handler); n != 0 {
		t.Errorf("%d users and groups are left on the endpoint", n)
	}
	if len(r.Leftovers) != 0 {
		t.Errorf("the report tells of leftovers: %v", r.Leftovers)
	}
}

func TestATargetThatDiesInTheMiddleIsNotConformant(t *testing.T) {
	_, url := startSlow(t, time.Millisecond, 150)
	out := t.TempDir()
	if got := exitOf(t, rehearseAgainst(t, url, out).Run()); got != 1 {
		t.Errorf("exits %d, want 1", got)
	}
	r := readReport(t, out)
	if r.Verdict != result.NonConformant || r.Counts.NotRun == 0 || len(r.Problems)+len(r.Message) == 0 {
		t.Errorf("verdict %q, %d not run, problems %q: want a sentence that the target died", r.Verdict, r.Counts.NotRun, r.Problems)
	}
	if len(r.Leftovers) == 0 {
		t.Error("the report does not tell what may be left on the dead target")
	}
}
