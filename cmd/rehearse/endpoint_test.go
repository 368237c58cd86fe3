package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// What the served endpoint says about places must be reachable there: Location and meta.location name the path it is under.
func TestTheServedEndpointKnowsItsOwnPath(t *testing.T) {
	endpoint, err := serve(t.Context(), "127.0.0.1:0", "secret", nil, unlogged)
	if err != nil {
		t.Fatal(err)
	}
	defer endpoint.close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(method, url, body string) (status int, location, text string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer secret")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header.Get("Location"), string(data)
	}
	status, location, text := ask(http.MethodPost, endpoint.url+"/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada"}`)
	if status != http.StatusCreated || !strings.HasPrefix(location, endpoint.url+"/Users/") || !strings.Contains(text, location) {
		t.Fatalf("created: %d, Location %q, %s", status, location, text)
	}
	if status, _, text = ask(http.MethodGet, location, ""); status != http.StatusOK || !strings.Contains(text, `"ada"`) {
		t.Errorf("GET of the Location: %d %s", status, text)
	}
	host := strings.TrimSuffix(endpoint.url, basePath)
	for path, want := range map[string]int{basePath + "//Users": 404, basePath: 404, "//": 404, "/": 404, basePath + "x": 404, basePath + "/Users": 200} {
		if status, _, text := ask(http.MethodGet, host+path, ""); status != want {
			t.Errorf("GET %s: %d %s, want %d", path, status, text, want)
		}
	}
}
