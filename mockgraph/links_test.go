package mockgraph_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
)

// from asks under another origin than Microsoft's, such as http://tenant.local:8080/beta.
func (s *stage) from(origin, method, path, body string) *answer {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), method, origin+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.tenant.ServeHTTP(w, r)
	a := &answer{T: s.T, request: method + " " + origin + path, status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	a.parse()
	return a
}

func TestLinksNameTheOriginAndTheVersionOfTheRequest(t *testing.T) {
	t.Parallel()
	const fixed = "https://tenant.example:8443"
	for _, c := range []struct {
		origin, version, links string
		opts                   []mockgraph.Option
	}{
		{"https://graph.microsoft.com", "/v1.0", "https://graph.microsoft.com", nil},
		{"https://graph.microsoft.com", "/beta", "https://graph.microsoft.com", nil},
		{"https://127.0.0.1:8443", "/v1.0", "https://127.0.0.1:8443", nil},
		{"http://tenant.local:8080", "/beta", "http://tenant.local:8080", nil},
		{"http://tenant.local:8080", "/v1.0", fixed, []mockgraph.Option{mockgraph.WithBase(fixed)}},
	} {
		s := newStage(t, c.opts...)
		ask := func(method, path, body string) *answer { return s.from(c.origin+c.version, method, path, body) }
		made := ask("POST", "/users", userBody("ada")).want(201)
		ada, boss := made.str("id"), ask("POST", "/users", userBody("boss")).want(201).str("id")
		ask("PUT", "/users/"+ada+"/manager/$ref", `{"@odata.id":"`+c.links+c.version+`/users/`+boss+`"}`).want(204)
		page, delta := ask("GET", "/users?$top=1", "").want(200), ask("GET", "/users/delta", "").want(200)
		batched := ask("POST", "/$batch", `{"requests":[{"id":"1","method":"GET","url":"/users?$top=1"}]}`).want(200)
		reference := ask("GET", "/users/"+ada+"/manager/$ref", "").want(200)
		for what, link := range map[string]string{
			"context": made.str("@odata·context"), "next page": page.str("@odata·nextLink"), "next round": delta.str("@odata·deltaLink"),
			"context in a batch": batched.str("responses.0.body.@odata·context"), "next page in a batch": batched.str("responses.0.body.@odata·nextLink"),
		} {
			if !strings.HasPrefix(link, c.links+c.version+"/") {
				t.Errorf("%s%s: %s is %s", c.origin, c.version, what, link)
			}
		}
		for what, link := range map[string]string{"Location": made.header.Get("Location"), "reference": reference.str("@odata·id")} {
			if !strings.HasPrefix(link, c.links+"/v2/") {
				t.Errorf("%s%s: %s is %s", c.origin, c.version, what, link)
			}
		}
		if next := strings.TrimPrefix(page.str("@odata·nextLink"), c.links+c.version); ask("GET", next, "").want(200).str("value.0.id") == page.str("value.0.id") {
			t.Errorf("%s%s: the next page is the same", c.origin, c.version)
		}
	}
}
