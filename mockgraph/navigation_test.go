package mockgraph_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"
)

// belonging is a user in a group, a directory role and an administrative unit, with the ids of all of them by type.
func (s *stage) belonging(name string) (user string, holders map[string]string) {
	s.Helper()
	user = s.user(name, "")
	group := s.group("ushers", "")
	role := s.ask("POST", "/v1.0/directoryRoles", `{"roleTemplateId":"`+helpdesk+`"}`).want(http.StatusCreated).str("id")
	unit := s.ask("POST", "/v1.0/directory/administrativeUnits", `{"displayName":"House"}`).want(http.StatusCreated).str("id")
	for _, path := range []string{"/groups/" + group, "/directoryRoles/" + role, "/directory/administrativeUnits/" + unit} {
		s.ask("POST", "/v1.0"+path+"/members/$ref", ref(user)).want(http.StatusNoContent)
	}
	return user, map[string]string{"group": group, "directoryRole": role, "administrativeUnit": unit}
}

func TestMemberOfShowsGroupsRolesAndUnitsEachWithItsType(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	user, holders := s.belonging("ada")
	for _, relation := range []string{"memberOf", "transitiveMemberOf"} {
		list := s.ask("GET", "/v1.0/users/"+user+"/"+relation+"?$select=id,displayName", "").want(http.StatusOK)
		got := map[string]string{}
		for i, kind := range list.values("@odata.type") {
			got[kind] = list.values("id")[i]
		}
		want := map[string]string{}
		for kind, id := range holders {
			want["#microsoft.graph."+kind] = id
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", relation, got, want)
		}
		for kind, id := range holders {
			if cast := s.ask("GET", "/v1.0/users/"+user+"/"+relation+"/microsoft.graph."+kind, "").want(http.StatusOK); !slices.Equal(cast.values("id"), []string{id}) {
				t.Errorf("%s cast to %s: %s", relation, kind, cast.body)
			}
		}
	}
}

func TestMembersOfRolesAndUnitsCanBeExpanded(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	user, holders := s.belonging("ada")
	for kind, path := range map[string]string{"group": "/groups/", "directoryRole": "/directoryRoles/", "administrativeUnit": "/directory/administrativeUnits/"} {
		one := s.ask("GET", "/v1.0"+path+holders[kind]+"?$select=id&$expand=members($select=id)", "").want(http.StatusOK)
		if one.str("members.0.id") != user || one.str("members.0.@odata·type") != "#microsoft.graph.user" {
			t.Errorf("%s: %s", kind, one.body)
		}
	}
	list := s.ask("GET", "/v1.0/directoryRoles?$expand=members", "").want(http.StatusOK)
	if !slices.ContainsFunc(list.json["value"].([]any), func(role any) bool {
		held, _ := role.(map[string]any)["members"].([]any)
		return len(held) == 1 && held[0].(map[string]any)["id"] == user
	}) {
		t.Errorf("roles with members: %s", list.body)
	}
}
