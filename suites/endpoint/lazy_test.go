package endpoint_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// lazy is a server that stores what it is sent and says yes to everything else. It judges nothing and changes nothing.
type lazy struct {
	find  func(all []map[string]any, filter string) []map[string]any
	patch func(stored, request map[string]any) (int, any)

	mu    sync.Mutex
	made  map[string]map[string]any // by path
	order []string
}

func (l *lazy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var body map[string]any
	if r.Body != nil {
		_ = json.NewDecoder(r.Body).Decode(&body)
	}
	status, answer := l.serve(r, body)
	w.Header().Set("Content-Type", "application/scim+json")
	w.WriteHeader(status)
	if answer != nil {
		_ = json.NewEncoder(w).Encode(answer)
	}
}

func (l *lazy) serve(r *http.Request, body map[string]any) (status int, answer any) {
	stored, known := l.made[r.URL.Path]
	switch {
	case r.Method == http.MethodPost:
		if body == nil {
			body = map[string]any{}
		}
		id := strconv.Itoa(len(l.order) + 1)
		body["id"] = id
		l.made[r.URL.Path+"/"+id] = body
		l.order = append(l.order, r.URL.Path+"/"+id)
		return http.StatusCreated, body
	case r.Method == http.MethodPatch:
		return l.patch(stored, body)
	case r.Method == http.MethodDelete:
		return http.StatusNoContent, nil
	case known:
		return http.StatusOK, stored
	case r.URL.Path == "/Users" || r.URL.Path == "/Groups":
		var all []map[string]any
		for _, path := range l.order {
			if strings.HasPrefix(path, r.URL.Path+"/") {
				all = append(all, l.made[path])
			}
		}
		found := l.find(all, r.URL.Query().Get("filter"))
		return http.StatusOK, map[string]any{"schemas": []string{listURN}, "totalResults": len(found), "startIndex": 1, "itemsPerPage": len(found), "Resources": found}
	default:
		return http.StatusOK, map[string]any{"schemas": []string{userURN}, "id": strings.TrimPrefix(r.URL.Path, "/Users/"), "active": true}
	}
}

func nothing([]map[string]any, string) []map[string]any { return []map[string]any{} }

func everybody(all []map[string]any, _ string) []map[string]any { return all }

// exactly understands userName eq "…" and displayName eq "…", and finds nobody by any other filter.
func exactly(all []map[string]any, filter string) []map[string]any {
	if filter == "" {
		return all
	}
	path, value, _ := strings.Cut(filter, " eq ")
	found := []map[string]any{}
	for _, one := range all {
		if have, ok := one[path].(string); ok && strings.EqualFold(have, strings.Trim(value, `"`)) {
			found = append(found, one)
		}
	}
	return found
}

func shrug(_, _ map[string]any) (int, any) { return http.StatusNoContent, nil }

// pretend answers a PATCH with what it should have made, and stores nothing.
func pretend(stored, request map[string]any) (int, any) {
	shown := maps.Clone(stored)
	if shown == nil {
		shown = map[string]any{}
	}
	operations, _ := request["Operations"].([]any)
	for _, o := range operations {
		if op, ok := o.(map[string]any); ok {
			shown[fmt.Sprint(op["path"])] = op["value"]
		}
	}
	return http.StatusOK, shown
}

// A server that says yes to everything and does little of it fails, for the reasons it should, and for few.
func TestYesToEverythingIsNotEnough(t *testing.T) {
	t.Parallel()
	byName := []string{
		"connect.count", "connect.start-index", "create.duplicate", "disable.delete", "group.delete",
		"quarantine.missing-token", "quarantine.wrong-token", "sync.replace",
	}
	for _, given := range []struct {
		name   string
		server *lazy
		failed []string // the required checks that fail
	}{
		{"changes nothing, finds nobody", &lazy{find: nothing, patch: shrug}, []string{
			"connect.count", "create.visible-at-once", "disable.delete", "group.delete", "group.filter",
			"quarantine.missing-token", "quarantine.wrong-token", "sync.replace",
		}},
		{"changes nothing, finds everybody", &lazy{find: everybody, patch: shrug}, []string{
			"connect.count", "connect.probe", "connect.probe-groups", "connect.start-index", "create.duplicate",
			"quarantine.missing-token", "quarantine.wrong-token",
		}},
		{"changes nothing, finds by name", &lazy{find: exactly, patch: shrug}, byName},
		{"pretends to change, finds by name", &lazy{find: exactly, patch: pretend}, byName},
	} {
		t.Run(given.name, func(t *testing.T) {
			given.server.made = map[string]map[string]any{}
			target := openBy(t, given.server, endpoint.Config{})
			outcomes := rehearse(t.Context(), target)
			target.Close(t.Context())
			var failed []string
			for _, r := range target.Runnables() {
				if r.Level == result.Required && outcomes[r.ID].Status == result.Failed {
					failed = append(failed, strings.TrimPrefix(r.ID, "endpoint."))
				}
				rooted(t, outcomes, r.ID)
			}
			if slices.Sort(failed); !slices.Equal(failed, given.failed) {
				t.Errorf("failed are\n%s, want\n%s", strings.Join(failed, "\n"), strings.Join(given.failed, "\n"))
			}
		})
	}
}

// rooted says that a blocked check names a failed one.
func rooted(t *testing.T, outcomes map[string]suites.Outcome, id string) {
	t.Helper()
	if o := outcomes[id]; o.Status == result.Blocked && outcomes[o.BlockedBy].Status != result.Failed {
		t.Errorf("%s is blocked by %s, which is %s: %s", id, o.BlockedBy, outcomes[o.BlockedBy].Status, o.Reason)
	}
}
