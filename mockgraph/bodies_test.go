package mockgraph_test

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
)

func userBody(name string) string {
	return `{"accountEnabled":true,"displayName":"` + name + `","mailNickname":"` + name + `","userPrincipalName":"` + name +
		`@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`
}

func TestBodiesThatAreNotCalledJSONAreRefused(t *testing.T) {
	t.Parallel()
	const words = "Please ensure Content-Type header is set"
	s := newStage(t)
	for _, contentType := range []string{"", "text/plain", "application/xml", "application/x-www-form-urlencoded", "application", "image/jpg"} {
		s.ask("POST", "/v1.0/users", userBody("nobody"), "Content-Type", contentType).refused(400, "BadRequest", words)
	}
	for name, contentType := range map[string]string{
		"plain": "application/json", "charset": "application/json; charset=utf-8", "odata": "Application/JSON;odata.metadata=minimal;IEEE754Compatible=false",
		"semicolon": "application/json;", "broken": "application/json; =x",
	} {
		s.ask("POST", "/v1.0/users", userBody(name), "Content-Type", contentType).want(201)
	}
	s.ask("GET", "/v1.0/users/nobody@contoso.onmicrosoft.com", "").want(404)

	lenient := newStage(t, mockgraph.WithAnyContentType())
	lenient.ask("POST", "/v1.0/users", userBody("ada"), "Content-Type", "").want(201)
}

func TestByteOrderMarksBeforeJSONAreSkipped(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.ask("POST", "/v1.0/users", "\ufeff"+userBody("ada")).want(201)
	answer := s.ask("POST", "/v1.0/$batch", "\ufeff"+`{"requests":[{"id":"1","method":"GET","url":"/users/ada@contoso.onmicrosoft.com"}]}`).want(200)
	if got := answer.at("responses.0.status"); got != 200.0 {
		t.Errorf("status of the item: %v", got)
	}
}

func TestABodyThatIsTooLargeIsReadOnSoThatTheClientMayReadTheAnswer(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for name, known := range map[string]int64{"length known": 10 << 20, "length unknown": -1} {
		body := strings.NewReader(strings.Repeat(" ", 10<<20))
		r := httptest.NewRequestWithContext(t.Context(), "POST", "https://graph.microsoft.com/v1.0/users", io.NopCloser(body))
		r.ContentLength = known
		r.Header.Set("Authorization", "Bearer "+s.token)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.tenant.ServeHTTP(w, r)
		if w.Code != 413 || body.Len() != 0 {
			t.Errorf("%s: status %d, %d bytes unread", name, w.Code, body.Len())
		}
	}
}

func TestMembersThatWouldDoNothingAreRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, boss := s.user("ada", ""), s.user("boss", "")
	bound := `"manager@odata.bind":"https://graph.microsoft.com/v1.0/users/` + boss + `"`
	const link = "Unsupported referenced-object resource identifier for link property"
	s.ask("POST", "/v1.0/users", `{`+bound+","+userBody("eve")[1:]).refused(400, "Request_UnsupportedQuery", link+" 'manager'.")
	s.ask("GET", "/v1.0/users/eve@contoso.onmicrosoft.com", "").want(404)
	s.ask("PATCH", "/v1.0/users/"+ada, `{`+bound+`}`).refused(400, "Request_UnsupportedQuery", link+" 'manager'.")
	s.ask("PATCH", "/v1.0/users/"+ada, `{"jobTitle":"a","JobTitle":"b"}`).refused(400, "BadRequest", "Unable to read JSON request payload.")
	group := s.ask("POST", "/v1.0/groups", `{"displayName":"g","mailNickname":"g","mailEnabled":false,"securityEnabled":true}`).want(201).str("id")
	s.ask("PATCH", "/v1.0/groups/"+group, `{"members@odata.bind":null}`).refused(400, "Request_UnsupportedQuery", link+" 'members'.")
	s.ask("PATCH", "/v1.0/groups/"+group, `{"members@odata.bind":[]}`).want(204)
}

// The documented way to ask for a chain of managers has a semicolon in its query.
// Source: learn.microsoft.com/graph/api/user-list-manager, example 2.
func TestSemicolonsInQueriesStandForThemselves(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, boss, chief := s.user("ada", ""), s.user("boss", ""), s.user("chief", "")
	for report, manager := range map[string]string{ada: boss, boss: chief} {
		s.ask("PUT", "/v1.0/users/"+report+"/manager/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/users/`+manager+`"}`).want(204)
	}
	for _, semicolon := range []string{";", "%3B"} {
		answer := s.ask("GET", "/v1.0/users/"+ada+"?$expand=manager($levels=max"+semicolon+"$select=id,displayName)&$select=id&$count=true", "", "ConsistencyLevel", "eventual").want(200)
		if got := answer.str("manager.manager.displayName"); got != "chief" {
			t.Errorf("manager of the manager: %q\n%s", got, answer.body)
		}
	}
	if got := s.ask("GET", "/v1.0/users?$filter=displayName eq 'a;b' or displayName eq 'ada'&$select=displayName", "").want(200).values("displayName"); len(got) != 1 {
		t.Errorf("a semicolon in a filter: %v", got)
	}
}
