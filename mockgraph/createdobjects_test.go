package mockgraph_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestCreatedObjectsOfAUserAreWhatSheMade(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	asAda := s.as(login.Grant{UserID: ada, Scopes: []string{"Group.ReadWrite.All", "Application.ReadWrite.All", "User.Read.All"}})
	authorization := []string{"Authorization", "Bearer " + asAda}
	group := s.ask("POST", "/v1.0/groups", `{"displayName":"Ushers","mailNickname":"ushers","mailEnabled":false,"securityEnabled":true}`, authorization...).want(http.StatusCreated).str("id")
	app := s.ask("POST", "/v1.0/applications", `{"displayName":"Payroll"}`, authorization...).want(http.StatusCreated).str("id")
	gone := s.ask("POST", "/v1.0/applications", `{"displayName":"Rota"}`, authorization...).want(http.StatusCreated).str("id")
	s.ask("DELETE", "/v1.0/applications/"+gone, "").want(http.StatusNoContent)
	s.group("strangers", "")

	list := s.ask("GET", "/v1.0/users/"+ada+"/createdObjects", "").want(http.StatusOK)
	if got := list.values("id"); !slices.Equal(sorted(got...), sorted(group, app)) {
		t.Errorf("created %v, want %v", got, []string{group, app})
	}
	if got := list.values("@odata.type"); !slices.Equal(sorted(got...), []string{"#microsoft.graph.application", "#microsoft.graph.group"}) {
		t.Errorf("types %v", got)
	}
	if got := s.ask("GET", "/v1.0/me/createdObjects?$select=id", "", authorization...).want(http.StatusOK).values("id"); len(got) != 2 {
		t.Errorf("of /me: %v", got)
	}
	if got := s.ask("GET", "/v1.0/users/"+bob+"/createdObjects", "").want(http.StatusOK).values("id"); len(got) != 0 {
		t.Errorf("of somebody else: %v", got)
	}
}

func TestCreatedObjectsOfAnAdministratorAreNone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.asAdministrator("Group.ReadWrite.All", "User.Read.All")
	s.group("ushers", "")
	if got := s.ask("GET", "/v1.0/me/createdObjects", "").want(http.StatusOK).values("id"); len(got) != 0 {
		t.Errorf("created %v, want nothing: the user has a role", got)
	}
}
