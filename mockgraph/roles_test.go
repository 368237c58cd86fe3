package mockgraph_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

const (
	helpdesk     = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
	globalAdmin  = "62e90394-69f5-4237-9190-012177145e10"
	assignments  = "/v1.0/roleManagement/directory/roleAssignments"
	definitions  = "/v1.0/roleManagement/directory/roleDefinitions"
	roleConflict = "A conflicting object with one or more of the specified property values is present in the directory."
	noSuchID     = "11111111-1111-4111-8111-111111111111"
)

func TestDirectoryRoleIsActivatedOnceAndHasMembers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	before := s.ask("GET", "/v1.0/directoryRoles", "").want(http.StatusOK)
	if got := before.values("displayName"); !slices.Equal(got, []string{"Global Administrator"}) || before.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#directoryRoles" {
		t.Errorf("roles before: %s", before.body)
	}
	made := s.ask("POST", "/v1.0/directoryRoles", `{"roleTemplateId":"`+helpdesk+`"}`).want(http.StatusCreated)
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directoryRoles/$entity", "id": made.str("id"), "deletedDateTime": nil,
		"description": "Can reset passwords for non-administrators.", "displayName": "Helpdesk Administrator", "roleTemplateId": helpdesk,
	}
	if diff := cmp.Diff(want, made.json); diff != "" || made.str("id") == helpdesk {
		t.Errorf("new role (-want +got):\n%s", diff)
	}
	s.ask("POST", "/v1.0/directoryRoles", `{"roleTemplateId":"`+helpdesk+`"}`).refused(400, "Request_BadRequest", roleConflict)
	s.ask("POST", "/v1.0/directoryRoles", `{}`).refused(400, "Request_BadRequest", "A value is required for property 'roleTemplateId'")
	s.ask("POST", "/v1.0/directoryRoles", `{"roleTemplateId":"`+noSuchID+`"}`).refused(404, "Request_ResourceNotFound", noSuchID)

	for _, path := range []string{
		"/v1.0/directoryRoles/" + made.str("id"), "/v1.0/directoryRoles/roleTemplateId=" + helpdesk, "/v1.0/directoryRoles(roleTemplateId='" + helpdesk + "')",
	} {
		if got := s.ask("GET", path, "").want(http.StatusOK).str("id"); got != made.str("id") {
			t.Errorf("GET %s: id %q", path, got)
		}
	}

	ada := s.user("ada", "")
	body := `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/` + ada + `"}`
	s.ask("POST", "/v1.0/directoryRoles/roleTemplateId="+helpdesk+"/members/$ref", body).want(http.StatusNoContent)
	s.ask("POST", "/v1.0/directoryRoles/"+made.str("id")+"/members/$ref", body).
		refused(400, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'members'.")
	members := s.ask("GET", "/v1.0/directoryRoles(roleTemplateId='"+helpdesk+"')/members", "").want(http.StatusOK)
	if !slices.Equal(members.values("id"), []string{ada}) || !slices.Equal(members.values("@odata.type"), []string{"#microsoft.graph.user"}) {
		t.Errorf("members: %s", members.body)
	}
	held := s.ask("GET", "/v1.0/users/"+ada+"/memberOf/microsoft.graph.directoryRole", "").want(http.StatusOK)
	if !slices.Equal(held.values("roleTemplateId"), []string{helpdesk}) {
		t.Errorf("roles of the member: %s", held.body)
	}
	s.ask("DELETE", "/v1.0/directoryRoles/"+made.str("id")+"/members/"+ada+"/$ref", "").want(http.StatusNoContent)
	s.ask("DELETE", "/v1.0/directoryRoles/"+made.str("id")+"/members/"+ada+"/$ref", "").want(http.StatusNotFound)
}

func TestRoleTemplatesAreWhatCanBeActivated(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	list := s.ask("GET", "/v1.0/directoryRoleTemplates", "").want(http.StatusOK)
	if len(list.values("id")) != len(directory.RoleTemplates()) || list.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#directoryRoleTemplates" {
		t.Errorf("templates: %s", list.body)
	}
	one := s.ask("GET", "/v1.0/directoryRoleTemplates/"+helpdesk, "").want(http.StatusOK)
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directoryRoleTemplates/$entity", "id": helpdesk, "deletedDateTime": nil,
		"description": "Can reset passwords for non-administrators.", "displayName": "Helpdesk Administrator",
	}
	if diff := cmp.Diff(want, one.json); diff != "" {
		t.Errorf("template (-want +got):\n%s", diff)
	}
}

func TestRoleDefinitionsAreBuiltIn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	one := s.ask("GET", definitions+"/"+helpdesk, "", "ConsistencyLevel", "eventual").want(http.StatusOK)
	for member, want := range map[string]any{
		"id": helpdesk, "templateId": helpdesk, "displayName": "Helpdesk Administrator", "isBuiltIn": true, "isEnabled": true, "version": "1",
		"resourceScopes": []any{"/"}, "inheritsPermissionsFrom.0.id": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "rolePermissions.0.condition": nil,
		"@odata·context": "https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleDefinitions/$entity",
	} {
		if diff := cmp.Diff(want, one.at(member)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", member, diff)
		}
	}
	// A connector parses this member and knows no other host.
	const context = "https://graph.microsoft.com/v1.0/$metadata#"
	if got := one.str("inheritsPermissionsFrom@odata·context"); !strings.HasPrefix(got, context) {
		t.Errorf("inheritsPermissionsFrom@odata.context %q, want it to begin with %q", got, context)
	}
	for _, test := range []struct {
		filter string
		want   []string
	}{
		{"displayName%20eq%20'Helpdesk%20Administrator'", []string{helpdesk}},
		{"startswith(displayName,'Help')", []string{helpdesk}},
		{"startsWith(displayName,'Nobody')", []string{}},
		{"isBuiltIn%20eq%20false", []string{}},
		{"templateId%20eq%20'" + globalAdmin + "'", []string{globalAdmin}},
	} {
		if got := s.ask("GET", definitions+"?$filter="+test.filter, "").want(http.StatusOK).values("id"); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.filter, got, test.want)
		}
	}
	if got := s.ask("GET", definitions+"?$expand=inheritsPermissionsFrom&$select=id,displayName", "").want(http.StatusOK).values("id"); len(got) != len(directory.RoleTemplates()) {
		t.Errorf("%d definitions", len(got))
	}
	s.ask("GET", definitions+"?$filter=description%20eq%20'x'", "").want(http.StatusBadRequest)
	s.ask("GET", definitions+"/"+noSuchID, "").refused(404, "Request_ResourceNotFound", noSuchID)
	s.ask("POST", definitions, `{"displayName":"Mine"}`).refused(501, "NotImplemented", "roleDefinitions")
}

func TestRolesAreAssignedListedAndTakenAway(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	assign := func(principal, role string) *answer {
		return s.ask("POST", assignments, `{"@odata.type":"#microsoft.graph.unifiedRoleAssignment","principalId":"`+principal+`","directoryScopeId":"/","roleDefinitionId":"`+role+`"}`)
	}
	made := assign(ada, helpdesk).want(http.StatusCreated)
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#roleManagement/directory/roleAssignments/$entity",
		"id":             directory.RoleAssignmentID(helpdesk, ada), "principalId": ada, "roleDefinitionId": helpdesk, "directoryScopeId": "/", "condition": nil,
	}
	if diff := cmp.Diff(want, made.json); diff != "" {
		t.Errorf("assignment (-want +got):\n%s", diff)
	}
	assign(bob, helpdesk).want(http.StatusCreated)
	assign(ada, globalAdmin).want(http.StatusCreated)

	for _, test := range []struct {
		name, query string
		want        []string // pairs, sorted
	}{
		{"by principal", "?$select=roleDefinitionId&$filter=principalId%20eq%20'" + ada + "'&$top=100", []string{" " + helpdesk, " " + globalAdmin}},
		{"by role", "?$filter=roleDefinitionId%20eq%20'" + helpdesk + "'", []string{ada + " " + helpdesk, bob + " " + helpdesk}},
		{"by both", "?$select=id,principalId&$filter=roleDefinitionId%20eq%20'" + helpdesk + "'%20and%20principalId%20eq%20'" + ada + "'", []string{ada + " "}},
		{"none", "?$filter=principalId%20eq%20'" + noSuchID + "'", nil},
	} {
		list := s.ask("GET", assignments+test.query, "", "ConsistencyLevel", "eventual").want(http.StatusOK)
		principals, roles := list.values("principalId"), list.values("roleDefinitionId")
		var got []string
		for i := range principals {
			got = append(got, principals[i]+" "+roles[i])
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	one := s.ask("GET", assignments+"/"+made.str("id")+"?$expand=roleDefinition", "").want(http.StatusOK)
	if one.str("principalId") != ada || one.str("roleDefinition.displayName") != "Helpdesk Administrator" {
		t.Errorf("expanded: %s", one.body)
	}
	list := s.ask("GET", assignments+"?$filter=principalId%20eq%20'"+ada+"'&$expand=principal", "").want(http.StatusOK)
	if list.str("value.0.principal.@odata·type") != "#microsoft.graph.user" || list.str("value.0.principal.displayName") != "ada" {
		t.Errorf("expanded: %s", list.body)
	}
	first := s.ask("GET", assignments+"?$top=1&$expand=principal", "").want(http.StatusOK)
	next := strings.TrimPrefix(first.str("@odata·nextLink"), "https://graph.microsoft.com")
	if second := s.ask("GET", next, "").want(http.StatusOK); second.at("value.0.principal") == nil || second.str("value.0.id") == first.str("value.0.id") {
		t.Errorf("second page of %s: %s", next, second.body)
	}

	if got := s.ask("GET", "/v1.0/users/"+bob+"/memberOf", "").want(http.StatusOK).values("@odata.type"); !slices.Equal(got, []string{"#microsoft.graph.directoryRole"}) {
		t.Errorf("memberOf %v", got)
	}
	s.ask("DELETE", assignments+"/"+made.str("id"), "").want(http.StatusNoContent)
	s.ask("DELETE", assignments+"/"+made.str("id"), "").refused(404, "Request_ResourceNotFound", made.str("id"))
	s.ask("GET", assignments+"/"+made.str("id"), "").want(http.StatusNotFound)
}

func TestRoleAssignmentsAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	plain := s.securityGroup("plain")
	s.ask("POST", assignments, `{"principalId":"`+ada+`","roleDefinitionId":"`+helpdesk+`","directoryScopeId":"/"}`).want(http.StatusCreated)
	for _, test := range []struct {
		name, body    string
		status        int
		code, message string
	}{
		{"twice", `{"principalId":"` + ada + `","roleDefinitionId":"` + helpdesk + `","directoryScopeId":"/"}`, 400, "Request_BadRequest", roleConflict},
		{"unknown role", `{"principalId":"` + ada + `","roleDefinitionId":"` + noSuchID + `","directoryScopeId":"/"}`, 404, "RoleNotFound", noSuchID},
		{"unknown principal", `{"principalId":"` + noSuchID + `","roleDefinitionId":"` + helpdesk + `","directoryScopeId":"/"}`, 404, "SubjectNotFound", noSuchID},
		{"a group that may not", `{"principalId":"` + plain + `","roleDefinitionId":"` + helpdesk + `","directoryScopeId":"/"}`, 400, "Request_BadRequest", "Only role-assignable groups"},
		{"no scope", `{"principalId":"` + ada + `","roleDefinitionId":"` + helpdesk + `"}`, 400, "Request_BadRequest", "directoryScopeId"},
		{"a smaller scope", `{"principalId":"` + ada + `","roleDefinitionId":"` + helpdesk + `","directoryScopeId":"/administrativeUnits/` + noSuchID + `"}`, 501, "NotImplemented", "less than the whole directory"},
		{"wrong kind", `{"principalId":7}`, 400, "Request_BadRequest", "principalId"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask("POST", assignments, test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
	strict := newStage(t, mockgraph.WithMissingRoleStatus(http.StatusBadRequest))
	strict.ask("POST", assignments, `{"principalId":"`+noSuchID+`","roleDefinitionId":"`+noSuchID+`","directoryScopeId":"/"}`).refused(400, "RoleNotFound", noSuchID)
}
