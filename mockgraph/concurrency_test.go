package mockgraph_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// together sends requests at the same time and returns how often each status came.
func (s *stage) together(n int, request func(i int) (method, path, body string)) map[int]int {
	statuses := make([]int, n)
	var all sync.WaitGroup
	for i := range n {
		method, path, body := request(i)
		r := httptest.NewRequestWithContext(s.Context(), method, "https://graph.microsoft.com"+path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+s.token)
		r.Header.Set("Content-Type", "application/json")
		all.Go(func() {
			w := httptest.NewRecorder()
			s.tenant.ServeHTTP(w, r)
			statuses[i] = w.Code
		})
	}
	all.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	return count
}

func TestWritersOfOneObjectLoseNothingOfEachOther(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	app := s.ask("POST", "/v1.0/applications", `{"displayName":"a"}`).want(201).str("id")
	const writers = 15
	got := s.together(writers, func(i int) (method, path, body string) {
		return "PATCH", "/v1.0/users/" + ada, fmt.Sprintf(`{"onPremisesExtensionAttributes":{"extensionAttribute%d":"kept"}}`, i+1)
	})
	if got[204] != writers {
		t.Errorf("users: %v", got)
	}
	user := s.ask("GET", "/v1.0/users/"+ada+"?$select=onPremisesExtensionAttributes", "").want(200)
	for i := range writers {
		if user.str(fmt.Sprintf("onPremisesExtensionAttributes.extensionAttribute%d", i+1)) != "kept" {
			t.Errorf("extensionAttribute%d is lost: %s", i+1, user.body)
		}
	}
	members := []string{
		`"requestedAccessTokenVersion":2`, `"acceptMappedClaims":true`, `"knownClientApplications":["00000000-0000-0000-0000-00000000000a"]`,
		`"oauth2PermissionScopes":[{"value":"read","adminConsentDisplayName":"r","adminConsentDescription":"r"}]`,
	}
	s.together(len(members), func(i int) (method, path, body string) {
		return "PATCH", "/v1.0/applications/" + app, `{"api":{` + members[i] + `}}`
	})
	api := s.ask("GET", "/v1.0/applications/"+app+"?$select=api", "").want(200)
	if api.at("api.requestedAccessTokenVersion") != 2.0 || api.at("api.acceptMappedClaims") != true || api.at("api.knownClientApplications.0") == nil ||
		api.str("api.oauth2PermissionScopes.0.value") != "read" {
		t.Errorf("api: %s", api.body)
	}
}

func TestOfWritersWhoWantTheSameOneWins(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	group := s.group("crew", "")
	reference := `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/` + ada + `"}`
	const writers = 16
	for name, c := range map[string]struct {
		method, path, body string
		won, lost          int
	}{
		"a name":       {"POST", "/v1.0/users", userBody("same"), 201, 400},
		"a membership": {"POST", "/v1.0/groups/" + group + "/members/$ref", reference, 204, 400},
		"an ownership": {"POST", "/v1.0/groups/" + group + "/owners/$ref", reference, 204, 400},
	} {
		if got := s.together(writers, func(int) (method, path, body string) { return c.method, c.path, c.body }); got[c.won] != 1 || got[c.lost] != writers-1 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if err := s.tenant.Directory().Snapshot().Check(); err != nil {
		t.Error(err)
	}
}
