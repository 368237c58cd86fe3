package mockgraph_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

const (
	clerk  = "66666666-6666-4666-8666-666666666666"
	robot  = "44444444-4444-4444-8444-444444444444"
	closed = "55555555-5555-4555-8555-555555555555"
)

// payroll registers an application that offers a role to users, one to applications and one that is closed, and returns its
// service principal.
func (s *stage) payroll() *answer {
	s.Helper()
	_, sp := s.principal("Payroll", `,"appRoles":[
		{"id":"`+clerk+`","displayName":"Clerk","value":"clerk","description":"c","allowedMemberTypes":["User"],"isEnabled":true},
		{"id":"`+robot+`","displayName":"Robot","value":"robot","description":"r","allowedMemberTypes":["Application"],"isEnabled":true},
		{"id":"`+closed+`","displayName":"Closed","value":"closed","description":"x","allowedMemberTypes":["User"],"isEnabled":false}]`)
	return sp
}

func assignment(principal, resource, role string) string {
	return `{"principalId":"` + principal + `","resourceId":"` + resource + `","appRoleId":"` + role + `"}`
}

func TestAppRolesAreAssignedFromBothEnds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	resource := s.payroll().str("id")
	ada := s.user("ada", "")
	group := s.ask("POST", "/v1.0/groups", `{"displayName":"Clerks","mailNickname":"clerks","mailEnabled":false,"securityEnabled":true}`).want(201).str("id")
	client := s.ask("GET", "/v1.0/servicePrincipals(appId='"+s.app+"')", "").want(200)

	made := s.ask("POST", "/v1.0/servicePrincipals/"+resource+"/appRoleAssignedTo", assignment(ada, resource, clerk)).want(http.StatusCreated)
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('" + resource + "')/appRoleAssignedTo/$entity",
		"id":             made.str("id"), "deletedDateTime": nil, "appRoleId": clerk, "createdDateTime": made.str("createdDateTime"), "principalDisplayName": "ada",
		"principalId": ada, "principalType": "User", "resourceDisplayName": "Payroll", "resourceId": resource,
	}
	if diff := cmp.Diff(want, made.json); diff != "" {
		t.Errorf("assignment (-want +got):\n%s", diff)
	}
	if raw, err := base64.RawURLEncoding.DecodeString(made.str("id")); err != nil || len(raw) != 32 {
		t.Errorf("id %q is not 32 bytes: %v", made.str("id"), err)
	}
	s.ask("POST", "/v1.0/groups/"+group+"/appRoleAssignments", assignment(group, resource, clerk)).want(201)
	s.ask("POST", "/v1.0/servicePrincipals/"+client.str("id")+"/appRoleAssignments", assignment(client.str("id"), resource, robot)).want(201)

	all := s.ask("GET", "/v1.0/servicePrincipals/"+resource+"/appRoleAssignedTo", "").want(200)
	types := all.values("principalType")
	slices.Sort(types)
	if !slices.Equal(types, []string{"Group", "ServicePrincipal", "User"}) || all.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('"+resource+"')/appRoleAssignedTo" {
		t.Errorf("assigned to: %s", all.body)
	}
	for query, want := range map[string]int{
		"?$filter=appRoleId%20eq%20" + clerk: 2, "?$filter=appRoleId%20eq%20" + clerk + "%20and%20principalType%20eq%20'User'": 1,
		"?$filter=startswith(principalDisplayName,'Cl')": 1, "?$filter=principalId%20eq%20" + nobody: 0, "?$top=2": 2,
	} {
		if got := s.ask("GET", "/v1.0/servicePrincipals/"+resource+"/appRoleAssignedTo"+query, "").want(200).values("id"); len(got) != want {
			t.Errorf("%s: %d, want %d", query, len(got), want)
		}
	}
	if got := s.ask("GET", "/v1.0/servicePrincipals/"+resource+"/appRoleAssignedTo/$count", "", "ConsistencyLevel", "eventual").want(200); string(got.body) != "3" {
		t.Errorf("count %s, want 3", got.body)
	}
	// A user's are those of her groups as well.
	s.ask("POST", "/v1.0/groups/"+group+"/members/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/users/`+ada+`"}`).want(204)
	hers := s.ask("GET", "/v1.0/users/"+ada+"/appRoleAssignments?$filter=resourceId%20eq%20"+resource, "").want(200).values("principalType")
	slices.Sort(hers)
	if !slices.Equal(hers, []string{"Group", "User"}) {
		t.Errorf("assignments of the user: %v", hers)
	}
	one := "/v1.0/servicePrincipals/" + resource + "/appRoleAssignedTo/" + made.str("id")
	if got := s.ask("GET", one, "").want(200); got.str("principalId") != ada {
		t.Errorf("single: %s", got.body)
	}
	s.ask("DELETE", one, "").want(204)
	s.ask("DELETE", one, "").refused(404, "Request_ResourceNotFound", "does not exist")
	s.ask("GET", one, "").want(404)
}

func TestAssignmentsOfMeAreMine(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	resource := s.payroll().str("id")
	s.ask("POST", "/v1.0/users/"+adminID(s)+"/appRoleAssignments", assignment(adminID(s), resource, clerk)).want(201)
	s.asAdministrator("Directory.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "User.Read")
	if got := s.ask("GET", "/v1.0/me/appRoleAssignments", "").want(200).values("resourceId"); !slices.Equal(got, []string{resource}) {
		t.Errorf("mine: %v", got)
	}
}

func TestAssignmentsAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	resource := s.payroll().str("id")
	_, plain := s.principal("Plain", "")
	ada := s.user("ada", "")
	to := "/v1.0/servicePrincipals/" + resource + "/appRoleAssignedTo"
	s.ask("POST", to, assignment(ada, resource, clerk)).want(201)
	const bad = "Request_BadRequest"
	for _, test := range []struct {
		name, path, body string
		status           int
		code, message    string
	}{
		{"twice", to, assignment(ada, resource, clerk), 400, bad, "Permission being assigned already exists on the object"},
		{"unknown role", to, assignment(ada, resource, nobody), 400, bad, "Permission being assigned was not found on application"},
		{"closed role", to, assignment(ada, resource, closed), 400, bad, "Permission being assigned was not found on application"},
		{"role for applications", to, assignment(ada, resource, robot), 400, bad, "Permission being assigned was not found on application"},
		{"default access where roles are offered", to, assignment(ada, resource, directory.DefaultAccessRole), 400, bad, "Permission being assigned was not found on application"},
		{"nobody", to, assignment(nobody, resource, clerk), 404, "Request_ResourceNotFound", "Resource '" + nobody + "' does not exist"},
		{"no principal", to, `{"resourceId":"` + resource + `","appRoleId":"` + clerk + `"}`, 400, bad, "A value is required for property 'principalId'"},
		{"no GUID", to, assignment("ada", resource, clerk), 400, bad, "Invalid value specified for property 'principalId'"},
		{"another resource", to, assignment(ada, plain.str("id"), directory.DefaultAccessRole), 400, bad, "property 'resourceId'"},
		{"another principal", "/v1.0/users/" + ada + "/appRoleAssignments", assignment(adminID(s), resource, clerk), 400, bad, "property 'principalId'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask("POST", test.path, test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
	s.ask("POST", "/v1.0/servicePrincipals/"+plain.str("id")+"/appRoleAssignedTo", assignment(ada, plain.str("id"), directory.DefaultAccessRole)).want(201)

	other := newStage(t, mockgraph.WithInvalidReferenceUpdates())
	resource = other.payroll().str("id")
	other.ask("POST", "/v1.0/servicePrincipals/"+resource+"/appRoleAssignedTo", assignment(nobody, resource, clerk)).refused(400, bad, "Not a valid reference update")
}

func TestGroupsAreAssignedWithAPlanOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithDirectoryOptions(directory.WithPlan(directory.PlanFree)))
	resource := s.payroll().str("id")
	group := s.ask("POST", "/v1.0/groups", `{"displayName":"Clerks","mailNickname":"clerks","mailEnabled":false,"securityEnabled":true}`).want(201).str("id")
	s.ask("POST", "/v1.0/servicePrincipals/"+resource+"/appRoleAssignedTo", assignment(group, resource, clerk)).refused(400, "Request_BadRequest", "it needs Microsoft Entra ID P1 or P2")
	ada := s.user("ada", "")
	s.ask("POST", "/v1.0/servicePrincipals/"+resource+"/appRoleAssignedTo", assignment(ada, resource, clerk)).want(201)
}

func TestGraphsPermissionsAreGrantedByFewAdministrators(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	graph := s.ask("GET", "/v1.0/servicePrincipals(appId='"+graphAppID+"')", "").want(200)
	role := permissionID(graph, "appRoles", "User.Read.All")
	own := s.payroll().str("id")
	_, client := s.principal("Client", "")
	for name, test := range map[string]struct {
		template string
		want     int
	}{"applications": {"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", 403}, "roles": {"e8611ab8-c189-46e8-94e1-60213ab1f814", 201}} {
		user := s.user(name, "")
		if err := s.tenant.Directory().AssignRole(user, test.template); err != nil {
			t.Fatal(err)
		}
		token := "Bearer " + s.as(login.Grant{UserID: user, Scopes: []string{"AppRoleAssignment.ReadWrite.All", "Application.Read.All"}})
		s.ask("POST", "/v1.0/servicePrincipals/"+graph.str("id")+"/appRoleAssignedTo", assignment(client.str("id"), graph.str("id"), role), "Authorization", token).want(test.want)
		if test.want == 403 {
			s.ask("POST", "/v1.0/servicePrincipals/"+own+"/appRoleAssignedTo", assignment(client.str("id"), own, robot), "Authorization", token).want(201)
		}
	}
}
