package mockgraph_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// asking returns a stage whose requests carry other permissions of its application.
func (s *stage) asking(roles ...string) *stage {
	s.Helper()
	other := *s
	other.token = s.as(login.Grant{Roles: roles})
	return &other
}

// signedIn returns a stage whose requests are a user's.
func (s *stage) signedIn(user string, scopes ...string) *stage {
	s.Helper()
	other := *s
	other.token = s.as(login.Grant{UserID: user, Scopes: scopes})
	return &other
}

// Source: learn.microsoft.com/graph/api/resources/user, signInActivity.
func TestSignInActivityNeedsTheAuditLogToo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	for _, path := range []string{
		"/v1.0/users?$select=id,signInActivity", "/v1.0/users/" + ada + "?$select=signInActivity", "/v1.0/users?$select=id&$filter=signInActivity/lastSignInDateTime le 2020-01-01T00:00:00Z",
		"/v1.0/users/$count?$filter=signInActivity/lastSignInDateTime le 2020-01-01T00:00:00Z", "/v1.0/users/" + ada + "?$expand=manager($select=signInActivity)",
		"/v1.0/users/delta?$select=id,signInActivity",
	} {
		headers := []string{"ConsistencyLevel", "eventual"}
		s.asking("User.Read.All").ask("GET", path, "", headers...).refused(403, "Authorization_RequestDenied", "Insufficient privileges")
		s.asking("User.Read.All", "AuditLog.Read.All").ask("GET", path, "", headers...).want(200)
	}
}

// Source: learn.microsoft.com/graph/permissions-overview, limited information returned for inaccessible member objects.
func TestExpandedObjectsShowOnlyWhatTheCallerMayRead(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, boss := s.user("ada", ""), s.user("boss", `"jobTitle":"Boss",`)
	s.ask("PUT", "/v1.0/users/"+ada+"/manager/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/users/`+boss+`"}`).want(204)
	s.group("crew", binds("members", ada)+",")
	memberOf := "/v1.0/users/" + ada + "?$expand=memberOf"
	for _, may := range []string{"User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All"} {
		got := s.asking(may).ask("GET", memberOf, "").want(200)
		if got.str("memberOf.0.@odata·type") != "#microsoft.graph.group" || got.str("memberOf.0.id") == "" || got.at("memberOf.0.displayName") != nil {
			t.Errorf("%s: %s", may, got.body)
		}
	}
	if got := s.asking("User.Read.All", "GroupMember.Read.All").ask("GET", memberOf, "").want(200); got.str("memberOf.0.displayName") != "crew" {
		t.Errorf("with the permission: %s", got.body)
	}
	manager := s.signedIn(ada, "User.Read").ask("GET", "/v1.0/me?$expand=manager", "").want(200)
	if manager.str("displayName") != "ada" || manager.str("manager.id") != boss || manager.at("manager.jobTitle") != nil {
		t.Errorf("her manager: %s", manager.body)
	}
	members := s.asking("Group.Read.All").ask("GET", "/v1.0/groups?$expand=members", "").want(200)
	if members.str("value.0.displayName") != "crew" || members.str("value.0.members.0.id") != ada || members.at("value.0.members.0.displayName") != nil {
		t.Errorf("members: %s", members.body)
	}
}

// Source: learn.microsoft.com/graph/permissions-reference, Member.Read.Hidden.
func TestHiddenMembersAreHiddenInEveryWayOfReading(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, eve := s.user("ada", ""), s.user("eve", "")
	hidden := s.ask("POST", "/v1.0/groups", `{"displayName":"h","mailNickname":"h","mailEnabled":true,"securityEnabled":false,"groupTypes":["Unified"],"visibility":"HiddenMembership",`+
		binds("members", ada)+`}`).want(201).str("id")
	const seen = "value.0.members.0.id"
	for _, c := range []struct {
		path, at string
	}{
		{"/v1.0/groups?$expand=members&$select=id", seen}, {"/v1.0/groups/" + hidden + "?$expand=members", "members.0.id"},
		{"/v1.0/groups/delta?$select=members", "value.0.members@delta.0.id"},
	} {
		for who, asks := range map[string]*stage{"application": s.asking("Group.Read.All"), "somebody": s.signedIn(eve, "Group.Read.All")} {
			if got := asks.ask("GET", c.path, "").want(200); got.str(c.at) != "" {
				t.Errorf("%s, %s: %s", c.path, who, got.body)
			}
		}
		for who, asks := range map[string]*stage{"with the permission": s.asking("Group.Read.All", "Member.Read.Hidden"), "a member": s.signedIn(ada, "Group.Read.All")} {
			if got := asks.ask("GET", c.path, "").want(200); got.str(c.at) != ada {
				t.Errorf("%s, %s: %s", c.path, who, got.body)
			}
		}
	}
	link := s.asking("Group.Read.All").ask("GET", "/v1.0/groups/delta?$select=members", "").want(200).str("@odata·deltaLink")
	s.ask("POST", "/v1.0/groups/"+hidden+"/members/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/users/`+eve+`"}`).want(204)
	if got := s.asking("Group.Read.All").ask("GET", link[len("https://graph.microsoft.com"):], "").want(200); got.at("value.0.members@delta") != nil {
		t.Errorf("a round of changes: %s", got.body)
	}
}

// Source: learn.microsoft.com/entra/identity/role-based-access-control/groups-concept.
func TestGroupsThatCarryRolesNeedMoreThanAScope(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, groupsAdmin, roleAdmin := s.user("ada", ""), s.user("gadm", ""), s.user("radm", "")
	for user, role := range map[string]string{groupsAdmin: "fdd7a751-b60b-444a-984c-02652fe8fa1c", roleAdmin: "e8611ab8-c189-46e8-94e1-60213ab1f814"} {
		s.ask("POST", "/v1.0/roleManagement/directory/roleAssignments", `{"principalId":"`+user+`","roleDefinitionId":"`+role+`","directoryScopeId":"/"}`).want(201)
	}
	scopes := []string{"Group.ReadWrite.All", "GroupMember.ReadWrite.All", "RoleManagement.ReadWrite.Directory"}
	body := `{"displayName":"r","mailNickname":"r","mailEnabled":false,"securityEnabled":true,"isAssignableToRole":true}`
	for _, user := range []string{ada, groupsAdmin} {
		s.signedIn(user, scopes...).ask("POST", "/v1.0/groups", body).refused(403, "Authorization_RequestDenied", "Insufficient privileges")
	}
	group := s.signedIn(roleAdmin, scopes...).ask("POST", "/v1.0/groups", body).want(201).str("id")
	reference := `{"@odata.id":"https://graph.microsoft.com/v1.0/users/` + ada + `"}`
	members, bin := "/v1.0/groups/"+group+"/members/$ref", "/v1.0/directory/deletedItems/"+group
	s.signedIn(groupsAdmin, scopes...).ask("POST", members, reference).refused(403, "Authorization_RequestDenied", "Insufficient privileges")
	s.signedIn(roleAdmin, scopes...).ask("POST", members, reference).want(204) // its owner
	s.ask("DELETE", "/v1.0/groups/"+group, "").want(204)
	for _, asks := range []*stage{s.asking("Group.ReadWrite.All"), s.signedIn(groupsAdmin, scopes...)} {
		asks.ask("POST", bin+"/restore", "").refused(403, "Authorization_RequestDenied", "Insufficient privileges")
		asks.ask("DELETE", bin, "").refused(403, "Authorization_RequestDenied", "Insufficient privileges")
	}
	s.asking("Group.ReadWrite.All", "RoleManagement.ReadWrite.Directory").ask("POST", bin+"/restore", "").want(200)
}

// Source: learn.microsoft.com/graph/api/administrativeunit-post-members, permissions.
func TestCreatingGroupsInAUnitIsNotAddingToIt(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	unit, ada := s.ask("POST", "/v1.0/directory/administrativeUnits", `{"displayName":"u"}`).want(201).str("id"), s.user("ada", "")
	members := "/v1.0/directory/administrativeUnits/" + unit + "/members"
	reference := `{"@odata.id":"https://graph.microsoft.com/v1.0/users/` + ada + `"}`
	s.asking("Group.Create").ask("POST", members, `{"@odata.type":"#microsoft.graph.group","displayName":"g","mailNickname":"g","mailEnabled":false,"securityEnabled":true}`).want(201)
	s.asking("Group.Create", "Group.ReadWrite.All").ask("POST", members+"/$ref", reference).refused(403, "Authorization_RequestDenied", "Insufficient privileges")
	s.asking("AdministrativeUnit.ReadWrite.All").ask("POST", members+"/$ref", reference).want(204)
}

// Source: learn.microsoft.com/graph/permissions-reference, Application.ReadWrite.OwnedBy.
func TestOwnedByReachesWhatIsDeletedAndNoApplicationOfOthers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	owner := s.asking("Application.ReadWrite.OwnedBy")
	other := s.ask("POST", "/v1.0/applications", `{"displayName":"other"}`).want(201)
	owner.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+other.str("appId")+`"}`).refused(403, "Authorization_RequestDenied", "When using this permission")
	own := owner.ask("POST", "/v1.0/applications", `{"displayName":"own"}`).want(201)
	owner.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+own.str("appId")+`"}`).want(201)
	for _, id := range []string{own.str("id"), other.str("id")} {
		s.ask("DELETE", "/v1.0/applications/"+id, "").want(204)
	}
	bin := "/v1.0/directory/deletedItems/"
	owner.ask("POST", bin+other.str("id")+"/restore", "").refused(403, "Authorization_RequestDenied", "Insufficient privileges")
	owner.ask("DELETE", bin+other.str("id"), "").refused(403, "Authorization_RequestDenied", "Insufficient privileges")
	owner.ask("POST", bin+own.str("id")+"/restore", "").want(200)
	owner.ask("DELETE", "/v1.0/applications/"+own.str("id"), "").want(204)
	owner.ask("DELETE", bin+own.str("id"), "").want(204)
}

func TestTheKindOfGroupDecidesWhatMembersMayCreate(t *testing.T) {
	t.Parallel()
	const security = `{"displayName":"s","mailNickname":"s","mailEnabled":false,"securityEnabled":true}`
	const unified = `{"displayName":"u","mailNickname":"u","mailEnabled":true,"securityEnabled":false,"groupTypes":["Unified"]}`
	for name, c := range map[string]struct {
		settings          permission.Settings
		security, unified int
	}{
		"both":                 {permission.Settings{}, 201, 201},
		"no security groups":   {permission.Settings{NoSecurityGroups: true}, 403, 201},
		"no Microsoft 365":     {permission.Settings{NoMicrosoft365: true}, 201, 403},
		"neither kind of them": {permission.Settings{NoSecurityGroups: true, NoMicrosoft365: true}, 403, 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, mockgraph.WithUserSettings(c.settings))
			ada := s.signedIn(s.user("ada", ""), "Group.ReadWrite.All")
			ada.ask("POST", "/v1.0/groups", security).want(c.security)
			ada.ask("POST", "/v1.0/groups", unified).want(c.unified)
		})
	}
}

// Source: learn.microsoft.com/graph/api/group-post-members, permissions of PATCH /groups/{group-id}.
func TestAnUpdateThatAddsMembersTakesThePermissionOfThat(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	group := s.ask("POST", "/v1.0/groups", `{"displayName":"g","mailNickname":"g","mailEnabled":false,"securityEnabled":true}`).want(201).str("id")
	bind := `"members@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/` + s.user("ada", "") + `"]`
	keeper := s.asking("GroupMember.ReadWrite.All")
	for _, body := range []string{`{"description":"other",` + bind + `}`, `{"description":"other"}`, `{}`, `{`} {
		keeper.ask("PATCH", "/v1.0/groups/"+group, body).refused(403, "Authorization_RequestDenied", "Insufficient privileges")
	}
	keeper.ask("PATCH", "/v1.0/groups/"+group, `{`+bind+`}`).want(204)
	s.asking("Group.Read.All").ask("PATCH", "/v1.0/groups/"+group, `{`+bind+`}`).refused(403, "Authorization_RequestDenied", "Insufficient privileges")
}

func TestThePermissionOfARestoredUserIsRecorded(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	for _, held := range []string{"User.Read.All", "User.ReadWrite.All"} {
		var served exchange.Served
		r := httptest.NewRequestWithContext(exchange.Follow(t.Context(), func(e *exchange.Exchange) { served = e.Served[0] }), http.MethodPost,
			"https://graph.microsoft.com/v1.0/directory/deletedItems/"+ada+"/restore", nil)
		r.Header.Set("Authorization", "Bearer "+s.asking(held).token)
		exchange.NewRecorder().Handler(s.tenant, func(*http.Request) string { return "" }).ServeHTTP(httptest.NewRecorder(), r)
		if want := strings.TrimPrefix(held, "User.Read.All"); served.Used != want || !slices.Contains(served.AnyOf, "User.ReadWrite.All") {
			t.Errorf("with %s the exchange is served with %+v, want the permission %q of several", held, served, want)
		}
	}
}
