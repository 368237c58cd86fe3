package mockgraph_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestARefusedRequestsExchangeNamesThePermissionsThatWouldDo(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithExchanges(100))
	reader, err := s.tenant.Register("Reader", "User.Read.All", "Application.ReadWrite.OwnedBy")
	if err != nil {
		t.Fatal(err)
	}
	client, err := s.tenant.ClientAs(login.Grant{ClientID: reader.ID})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, path, text, least, held string }{
		{"GET", "/v1.0/groups", "GET /groups takes one of the needed application permissions", "Group.ReadBasic.All", "User.Read.All"},
		{"DELETE", "/v1.0/applications/" + s.application("Other", "").str("id"), "own objects only", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.OwnedBy"},
		{"POST", "/v1.0/me/revokeSignInSessions", "", "", ""},
	} {
		s.steer("DELETE", "exchanges", "").want(204)
		r, _ := http.NewRequestWithContext(t.Context(), c.method, "https://graph.microsoft.com"+c.path, nil)
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		a := s.steer("GET", "exchanges?host=graph.microsoft.com", "").want(200)
		text, _ := a.at("exchanges.0.notes.0.text").(string)
		if !strings.Contains(text, c.text) || (c.text == "") != (text == "") {
			t.Errorf("%s %s answers %d, noted %q, want %q", c.method, c.path, response.StatusCode, text, c.text)
		}
		if c.least != "" && (response.StatusCode != 403 || a.at("exchanges.0.notes.0.needed.0") != c.least || !strings.Contains(fmt.Sprint(a.at("exchanges.0.notes.0.held")), c.held)) {
			t.Errorf("%s %s answers %d with %v, want %s needed first and %s held", c.method, c.path, response.StatusCode, a.at("exchanges.0.notes.0"), c.least, c.held)
		}
	}
	if page := s.steer("GET", "", "").want(200).body; strings.Contains(string(page), "Refused lately") {
		t.Error("the page shows refusals where there are none")
	}
	if r, err := client.Get("https://graph.microsoft.com/v1.0/groups"); err != nil || r.Body.Close() != nil {
		t.Fatal(err)
	}
	if page := string(s.steer("GET", "", "").want(200).body); !strings.Contains(page, "Refused lately") || !strings.Contains(page, "GroupMember.Read.All") {
		t.Error("the page does not show the permissions of a refused request")
	}
}

func TestAMistypedPathIsAnsweredWithTheOneThatMayBeMeant(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithExchanges(100))
	for _, c := range []struct {
		path   string
		status int
		meant  string
	}{
		{"/v1.0/usres", 501, "/v1.0/users"},
		{"/beta/users/ada/manger", 501, "/beta/users/ada/manager"},
		{"/v1.0/groups/x/member", 501, "/v1.0/groups/x/members"},
		{"/v1.0/nonsense", 501, ""},
		{"/v1.0/" + strings.Repeat("x", 3000), 501, ""},
		{"/users", 400, "/v1.0/users"},
		{"/serviceprincipals/x/owners", 400, "/v1.0/servicePrincipals/x/owners"},
	} {
		s.steer("DELETE", "exchanges", "").want(204)
		a := s.ask("GET", c.path, "").want(c.status)
		if c.status == 501 && strings.Contains(a.str("error.message"), "Did you mean") != (c.meant != "") {
			t.Errorf("%.40s says %q", c.path, a.str("error.message"))
		}
		if c.status == 400 && a.str("error.message") != "Invalid version: "+strings.Split(c.path, "/")[1] {
			t.Errorf("%s says %q, want Graph's own words", c.path, a.str("error.message"))
		}
		text, _ := s.steer("GET", "exchanges", "").at("exchanges.0.notes.0.text").(string)
		if (c.meant == "") != (text == "") || c.meant != "" && !strings.HasSuffix(text, "Did you mean "+c.meant+"?") {
			t.Errorf("%.40s is noted with %q, want %q", c.path, text, c.meant)
		}
	}
	if a := s.steer("GET", "health", "", "Host", "127.0.0.1:8443"); a.status != 200 {
		t.Error("the admin API is gone")
	}
}

func TestASecretOfThePrintedClientInAPasswordGrantIsExplained(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithExchanges(100))
	app, err := s.tenant.Register("Printed", "User.Read")
	if err != nil {
		t.Fatal(err)
	}
	form := "grant_type=password&scope=openid&username=a%40b&password=c&client_id=" + app.ID + "&client_secret=" + app.Secret
	r := httptest.NewRequest("POST", "https://login.microsoftonline.com/"+s.tenant.ID()+"/oauth2/v2.0/token", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	if s.tenant.ServeHTTP(w, r); !strings.Contains(w.Body.String(), "AADSTS700025") {
		t.Fatalf("answers %s", w.Body)
	}
	if text, _ := s.steer("GET", "exchanges", "").at("exchanges.0.notes.0.text").(string); !strings.Contains(text, "isFallbackPublicClient") {
		t.Errorf("noted with %q", text)
	}
}
