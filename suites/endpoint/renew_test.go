package endpoint_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// mint hands out tokens and takes back each after some requests.
type mint struct {
	mu      sync.Mutex
	issued  int
	current string
	uses    int
}

func (m *mint) Token(context.Context) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current == "" {
		m.issued++
		m.uses, m.current = 0, fmt.Sprintf("short-lived-token-%04d", m.issued)
	}
	return m.current, nil
}

func (m *mint) Refused(token string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current == token {
		m.current = ""
	}
}

// life is how many requests a token is good for. So few end in the middle of whatever a check does.
const life = 11

// good says whether a token may still be used.
func (m *mint) good(token string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.uses++
	return token == m.current && m.uses <= life
}

func TestTokensThatEndDuringARunAreRenewed(t *testing.T) {
	t.Parallel()
	m := &mint{}
	first, _ := m.Token(t.Context())
	ref := reference(t)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if scheme, sent, _ := strings.Cut(r.Header.Get("Authorization"), " "); m.good(sent) {
			r.Header.Set("Authorization", scheme+" "+token)
		}
		ref.ServeHTTP(w, r)
	})
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: "http://127.0.0.1", Token: first, Tokens: m, Transport: inProcess{h}, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Alive: target.Alive, WithoutGinkgo: true, Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	if left := target.Close(t.Context()); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for _, c := range ran.Checks {
		if c.Status == result.Failed || c.Status == result.Blocked {
			t.Errorf("%s is %s: %s %v", c.ID, c.Status, c.Reason, c.Findings)
		}
	}
	if m.issued < 100 {
		t.Errorf("%d tokens were asked for, want one for every %d requests", m.issued, life)
	}
	for _, e := range target.Recorder().All() {
		if text := e.Text(); strings.Contains(text, "short-lived-token") {
			t.Fatalf("a token is in the evidence:\n%s", text)
		}
	}
}
