package mockgraph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAdministrativeUnitIsCreatedReadChangedAndDeleted(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const all = "/v1.0/directory/administrativeUnits"
	created := s.ask("POST", all, `{"displayName":"House","description":"Front of house"}`).want(201)
	id := created.str("id")
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directory/administrativeUnits/$entity", "id": id, "deletedDateTime": nil, "displayName": "House",
		"description": "Front of house", "visibility": nil, "isMemberManagementRestricted": nil, "membershipType": nil, "membershipRule": nil, "membershipRuleProcessingState": nil,
	}
	if diff := cmp.Diff(want, s.ask("GET", all+"/"+id, "").want(200).json); diff != "" {
		t.Errorf("default properties (-want +got):\n%s", diff)
	}
	s.ask("PATCH", all+"/"+id, `{"description":null,"displayName":"The house"}`).want(204)
	if got := s.ask("GET", all+"?$filter=displayName eq 'The house'", "").want(200); !slices.Equal(got.values("id"), []string{id}) || !strings.HasSuffix(got.str("@odata·context"), "#directory/administrativeUnits") {
		t.Errorf("by name: %s", got.body)
	}
	if got := s.ask("GET", all+"/$count", "", "ConsistencyLevel", "eventual").want(200); string(got.body) != "1" {
		t.Errorf("count: %s", got.body)
	}
	s.ask("DELETE", all+"/"+id, "").want(204)
	s.ask("GET", all+"/"+id, "").refused(404, "Request_ResourceNotFound", id)
	s.ask("POST", "/v1.0/directory/deletedItems/"+id+"/restore", "").want(200)
	s.ask("POST", all, `{"description":"x"}`).refused(400, "Request_BadRequest", "displayName")
	s.ask("POST", all, `{"displayName":"x",`+binds("members", nobody)+`}`).refused(400, "Request_BadRequest", "Property 'members' does not exist")
}

func TestAdministrativeUnitHasMembers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	unit := s.ask("POST", "/v1.0/directory/administrativeUnits", `{"displayName":"House"}`).want(201).str("id")
	path := "/v1.0/directory/administrativeUnits/" + unit + "/members"
	s.ask("POST", path+"/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/users/`+ada+`"}`).want(204)
	s.ask("POST", path+"/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/groups/`+crew+`"}`).want(204)
	s.ask("POST", path+"/$ref", ref(ada)).refused(400, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'members'.")
	s.ask("POST", path+"/$ref", ref(nobody)).refused(404, "Request_ResourceNotFound", nobody)
	if got := s.ask("GET", path, "").want(200); !slices.Equal(sorted(got.values("id")...), sorted(ada, crew)) || !strings.HasPrefix(got.str("value.0.@odata·type"), "#microsoft.graph.") {
		t.Errorf("members: %s", got.body)
	}
	if got := s.ask("GET", path+"/microsoft.graph.user", "").want(200).values("id"); !slices.Equal(got, []string{ada}) {
		t.Errorf("users: %v", got)
	}
	if got := s.ask("GET", path+"/"+crew, "").want(200); got.str("@odata·type") != "#microsoft.graph.group" {
		t.Errorf("one member: %s", got.body)
	}
	if got := s.ask("GET", path+"/$ref", "").want(200).values("@odata.id"); len(got) != 2 {
		t.Errorf("references: %v", got)
	}
	s.ask("GET", path+"/"+ada+"/$ref", "").want(200)
	if got := s.ask("GET", "/v1.0/users/"+ada+"/memberOf", "").want(200); got.str("value.0.@odata·type") != "#microsoft.graph.administrativeUnit" {
		t.Errorf("memberOf: %s", got.body)
	}
	s.ask("GET", "/v1.0/users/"+ada+"/memberOf/microsoft.graph.administrativeUnit", "").want(200)
	s.ask("DELETE", path+"/"+ada+"/$ref", "").want(204)
	s.ask("DELETE", path+"/"+ada+"/$ref", "").refused(404, "Request_ResourceNotFound", ada)
}

func TestGroupIsCreatedInsideAnAdministrativeUnit(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	unit := s.ask("POST", "/v1.0/directory/administrativeUnits", `{"displayName":"House"}`).want(201).str("id")
	path := "/v1.0/directory/administrativeUnits/" + unit + "/members"
	const group = `"displayName":"Ushers","mailNickname":"ushers","mailEnabled":false,"securityEnabled":true`
	made := s.ask("POST", path, `{"@odata.type":"#microsoft.graph.group",`+group+`,`+binds("owners", ada)+`}`).want(201)
	if got := s.ask("GET", path, "").want(200).values("id"); !slices.Equal(got, []string{made.str("id")}) {
		t.Errorf("members %v", got)
	}
	s.ask("GET", "/v1.0/groups/"+made.str("id"), "").want(200)
	s.ask("POST", path, `{`+group+`}`).refused(400, "BadRequest", "Write requests are only supported on contained entities")
	s.ask("POST", path, `{"@odata.type":"#microsoft.graph.user",`+group+`}`).refused(400, "BadRequest", "Write requests are only supported on contained entities")
	dynamic := s.ask("POST", "/v1.0/directory/administrativeUnits", `{"displayName":"By rule","membershipType":"Dynamic","membershipRule":"user.department -eq \"Stage\""}`).want(201).str("id")
	s.ask("POST", "/v1.0/directory/administrativeUnits/"+dynamic+"/members", `{"@odata.type":"#microsoft.graph.group",`+group+`}`).refused(403, "Authorization_RequestDenied", "Insufficient privileges")
	if got := s.ask("GET", "/v1.0/groups", "").want(200).values("id"); len(got) != 1 {
		t.Errorf("groups left behind: %v", got)
	}
}
