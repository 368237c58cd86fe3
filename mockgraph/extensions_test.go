package mockgraph_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestDirectoryExtensionsAreWrittenSelectedAndFiltered(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	app := s.ask("POST", "/v1.0/applications", `{"displayName":"Schema owner"}`).want(http.StatusCreated)
	badge := "extension_" + strings.ReplaceAll(app.str("appId"), "-", "") + "_badge"
	ada := s.user("ada", "")

	s.ask("PATCH", "/v1.0/users/"+ada, `{"`+badge+`":"A-17"}`).refused(400, "Request_BadRequest", "The following extension properties are not available: "+badge+".")

	s.ask("POST", "/v1.0/applications/"+app.str("id")+"/extensionProperties", `{"name":"badge","dataType":"String","targetObjects":["User"]}`).want(http.StatusCreated)
	s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+app.str("appId")+`"}`).want(http.StatusCreated)
	s.ask("PATCH", "/v1.0/users/"+ada, `{"`+badge+`":"A-17"}`).want(http.StatusNoContent)
	if got := s.ask("GET", "/v1.0/users/"+ada+"?$select=id,"+badge, "").want(200).str(badge); got != "A-17" {
		t.Errorf("selected %q, want A-17", got)
	}
	if got := s.ask("GET", "/v1.0/users?$filter="+url.QueryEscape(badge+" eq 'a-17'"), "").want(200).values("id"); len(got) != 1 || got[0] != ada {
		t.Errorf("filtered %v, want %s", got, ada)
	}
	s.ask("GET", "/v1.0/users?$select="+badge+"x", "").want(400)
	if body := s.ask("GET", "/v1.0/users/"+ada, "").want(200).body; strings.Contains(string(body), badge) {
		t.Errorf("shown without being asked for: %s", body)
	}
}
