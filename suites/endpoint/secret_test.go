package endpoint_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// quoting is an endpoint that finds nobody, refuses every write and quotes the Authorization header in each refusal.
func quoting(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/scim+json")
	if r.Method == http.MethodGet {
		_, _ = w.Write([]byte(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}`))
		return
	}
	w.WriteHeader(http.StatusBadRequest)
	detail, _ := json.Marshal("cannot write as " + r.Header.Get("Authorization"))
	_, _ = w.Write([]byte(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","detail":` + string(detail) + `}`))
}

// Findings quote answers, and answers may quote what was sent.
func TestATargetThatQuotesTheTokenDoesNotMakeItPartOfTheReport(t *testing.T) {
	t.Parallel()
	const secret = "s3cret+token/=="
	server := httptest.NewServer(http.HandlerFunc(quoting))
	defer server.Close()
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: secret})
	if err != nil {
		t.Fatal(err)
	}
	quoted := map[result.Status]int{}
	for _, check := range target.Runnables() {
		outcome := check.Run(t.Context())
		text := said(t, outcome)
		if strings.Contains(text, secret) {
			t.Errorf("%s says: %s", check.ID, text)
		}
		if strings.Contains(text, exchange.Redacted) {
			quoted[outcome.Status]++
		}
	}
	if quoted[result.Failed] == 0 || quoted[result.Blocked] == 0 {
		t.Errorf("the answers are not quoted where they were expected to be: %v", quoted)
	}
	if text := said(t, target.Close(t.Context())); strings.Contains(text, secret) {
		t.Errorf("leftovers say: %s", text)
	}
}

func TestAnUnusableTargetThatQuotesTheTokenDoesNotShowIt(t *testing.T) {
	t.Parallel()
	const secret = "s3cret+token/=="
	server := httptest.NewServer(page(http.StatusForbidden, http.Header{"Content-Type": {"application/scim+json"}},
		`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"403","detail":"`+secret+` may not do that"}`))
	defer server.Close()
	_, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: secret})
	if err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("got %v", err)
	}
}

func said(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
