package endpoint_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// A server that reads nothing but eq, and finds nobody by all other filters, is told so twice: once for the operators, once for what it should refuse.
func TestAServerThatReadsNothingButEqIsToldOnce(t *testing.T) {
	t.Parallel()
	ref, eq := reference(t), regexp.MustCompile(`^\w+ eq "[^"]*"$`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := r.URL.Query().Get("filter"); f != "" && !eq.MatchString(f) && r.Header.Get("Authorization") == "Bearer "+token {
			w.Header().Set("Content-Type", "application/scim+json")
			_, _ = w.Write([]byte(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}`))
			return
		}
		ref.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: token, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Alive: target.Alive, WithoutGinkgo: true})
	if err != nil {
		t.Fatal(err)
	}
	var failed []string
	for _, c := range ran.Checks {
		if c.Status == result.Failed && strings.HasPrefix(c.ID, "endpoint.rfc.filter-") {
			failed = append(failed, c.ID)
		}
	}
	if got, want := strings.Join(failed, " "), "endpoint.rfc.filter-sw endpoint.rfc.filter-operator"; got != want {
		t.Errorf("failed: %s, want %s", got, want)
	}
	if left := target.Close(t.Context()); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
}
