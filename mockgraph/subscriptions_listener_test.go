package mockgraph_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// listener is an endpoint that is notified.
type listener struct {
	*httptest.Server

	mu      sync.Mutex
	status  int // of answers to notifications; 0 is 202
	bodies  []map[string]any
	handled chan struct{} // one for each notification
	proof   func(w http.ResponseWriter, r *http.Request, token string)
}

func newListener(t *testing.T) *listener {
	t.Helper()
	l := &listener{handled: make(chan struct{}, 1000)}
	l.Server = httptest.NewServer(l)
	t.Cleanup(l.Close)
	return l
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if token := r.URL.Query().Get("validationToken"); token != "" {
		if l.proof != nil {
			l.proof(w, r, token)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, token)
		return
	}
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.status != 0 {
		w.WriteHeader(l.status)
		return
	}
	l.bodies = append(l.bodies, body)
	w.WriteHeader(http.StatusAccepted)
	l.handled <- struct{}{}
}

func (l *listener) answer(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = status
}

// told returns the notifications that arrived since it was last asked.
func (l *listener) told() []map[string]any {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []map[string]any
	for _, body := range l.bodies {
		items, _ := body["value"].([]any)
		for _, item := range items {
			each, _ := item.(map[string]any)
			all = append(all, each)
		}
	}
	l.bodies = nil
	return all
}

// said is told in short: changeType, resource and the members that came (+) and went (-); lifecycle events by name.
func (l *listener) said() []string {
	all := []string{}
	for _, n := range l.told() {
		if event, ok := n["lifecycleEvent"].(string); ok {
			all = append(all, event)
			continue
		}
		text, _ := n["changeType"].(string)
		resource, _ := n["resource"].(string)
		data, _ := n["resourceData"].(map[string]any)
		members, _ := data["members@delta"].([]any)
		text += " " + resource
		for _, m := range members {
			member, _ := m.(map[string]any)
			id, _ := member["id"].(string)
			text += map[bool]string{true: " -", false: " +"}[member["@removed"] == "deleted"] + id
		}
		all = append(all, text)
	}
	return all
}

var opening = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// theatre is a stage with a clock and a listener, whose notifications go out on demand.
type theatre struct {
	*stage
	*listener

	clock *clockwork.FakeClock
}

func newTheatre(t *testing.T, opts ...mockgraph.Option) *theatre {
	t.Helper()
	clock := clockwork.NewFakeClockAt(opening)
	opts = append([]mockgraph.Option{mockgraph.WithClock(clock), mockgraph.WithManualNotifications()}, opts...)
	return &theatre{newStage(t, opts...), newListener(t), clock}
}

// subscribe returns the id. more is further members of the body, each preceded by a comma.
func (h *theatre) subscribe(resource, more string) string {
	h.Helper()
	return h.ask("POST", "/v1.0/subscriptions", `{"changeType":"updated,deleted","notificationUrl":"`+h.URL+`/hook","resource":"`+resource+
		`","expirationDateTime":"2026-03-20T09:00:00Z"`+more+`}`).want(http.StatusCreated).str("id")
}

// pass moves the clock and refreshes the token, which ages by it.
func (h *theatre) pass(d time.Duration) {
	h.Helper()
	h.clock.Advance(d)
	h.token = h.as(login.Grant{Roles: every})
}

func (h *theatre) deliver() int {
	h.Helper()
	return h.tenant.DeliverNotifications(h.Context())
}

func (h *theatre) want(got, want []string) {
	h.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		h.Errorf("notifications (-want +got):\n%s", diff)
	}
}
