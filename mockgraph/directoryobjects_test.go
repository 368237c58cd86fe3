package mockgraph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestDirectoryObjectIsReadAndDeletedWhateverItsType(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	got := s.ask("GET", "/v1.0/directoryObjects/"+ada, "").want(200)
	if got.str("@odata·type") != "#microsoft.graph.user" || got.str("userPrincipalName") != "ada@contoso.onmicrosoft.com" || !strings.HasSuffix(got.str("@odata·context"), "#directoryObjects/$entity") {
		t.Errorf("user: %s", got.body)
	}
	if got := s.ask("GET", "/v1.0/directoryObjects('"+crew+"')?$select=id", "").want(200); got.str("@odata·type") != "#microsoft.graph.group" || got.at("displayName") != nil {
		t.Errorf("group: %s", got.body)
	}
	s.ask("DELETE", "/v1.0/directoryObjects/"+crew, "").want(204)
	s.ask("GET", "/v1.0/groups/"+crew, "").want(404)
	s.ask("GET", "/v1.0/directoryObjects/"+nobody, "").refused(404, "Request_ResourceNotFound", nobody)
	s.ask("GET", "/v1.0/directoryObjects/ada@contoso.onmicrosoft.com", "").refused(400, "Request_BadRequest", "Invalid object identifier 'ada@contoso.onmicrosoft.com'.")
	s.ask("DELETE", "/v1.0/directoryObjects/"+s.tenant.ID(), "").refused(403, "Authorization_RequestDenied", "Insufficient privileges")
}

func TestObjectsAreReadByTheirIDs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	ask := func(ids, types string) *answer {
		return s.ask("POST", "/v1.0/directoryObjects/getByIds", `{"ids":[`+ids+`],"types":`+types+`}`)
	}
	both := `"` + ada + `","` + nobody + `","` + strings.ToUpper(crew) + `","` + ada + `"`
	got := ask(both, `["user","group","device"]`).want(200)
	if types := got.values("@odata.type"); !slices.Equal(types, []string{"#microsoft.graph.user", "#microsoft.graph.group"}) || !strings.HasSuffix(got.str("@odata·context"), "#directoryObjects") {
		t.Errorf("by id: %s", got.body)
	}
	// As Dex asks for the names of groups.
	if names := ask(both, `["group"]`).want(200).values("displayName"); !slices.Equal(names, []string{"crew"}) {
		t.Errorf("groups alone: %v", names)
	}
	for _, types := range []string{`null`, `[]`, `["directoryObject"]`} {
		if ids := ask(both, types).want(200).values("id"); len(ids) != 2 {
			t.Errorf("types %s: %v", types, ids)
		}
	}
	ask(both, `["unicorn"]`).refused(400, "Request_BadRequest", "types")
	ask(``, `["user"]`).refused(400, "Request_BadRequest", "ids")
	ask(`"ada"`, `["user"]`).refused(400, "Request_BadRequest", "Invalid object identifier 'ada'.")
	thousand := strings.TrimSuffix(strings.Repeat(`"`+ada+`",`, 1000), ",")
	ask(thousand, `["user"]`).want(200)
	ask(thousand+`,"`+crew+`"`, `["user"]`).refused(400, "Request_BadRequest", "exceeds the limit of 1000")
}

func TestNamesOfGroupsAreValidated(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	cast := s.unified("cast", "")
	const path = "/v1.0/directoryObjects/validateProperties"
	s.ask("POST", path, `{"entityType":"group","displayName":"Cast","mailNickname":"ensemble"}`).want(204)
	refused := s.ask("POST", path, `{"entityType":"Group","displayName":"Cast","mailNickname":"cast"}`).refused(422, "Request_UnprocessableEntity", "mailNickname")
	if refused.str("error.details.0.code") != "PropertyConflict" || refused.str("error.details.0.target") != "mailNickname" {
		t.Errorf("details: %s", refused.body)
	}
	s.ask("POST", "/v1.0/groups/"+cast+"/validateProperties", `{"displayName":"Cast","mailNickname":"cast"}`).want(204)
	s.ask("POST", path, `{"entityType":"User","displayName":"Cast"}`).refused(400, "Request_BadRequest", "entityType")
	s.ask("POST", path, `{"entityType":"Group"}`).refused(400, "Request_BadRequest", "displayName")
	s.ask("POST", path, `{"entityType":"Group","displayName":"Cast","onBehalfOfUserId":"`+nobody+`"}`).refused(404, "Request_ResourceNotFound", nobody)
}

func TestExtensionsAreAvailableOnceTheirApplicationHasAServicePrincipal(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	application, _ := s.tenant.Directory().Snapshot().Lookup(directory.Application, "appId", s.app)
	made, err := s.tenant.Directory().AddExtensionProperty(application.ID(), directory.ExtensionProperty{Name: "badge", DataType: "String", TargetObjects: []string{"User"}})
	if err != nil {
		t.Fatal(err)
	}
	const path = "/v1.0/directoryObjects/getAvailableExtensionProperties"
	if got := s.ask("POST", path, "").want(200).values("name"); !slices.Equal(got, []string{made.Name}) {
		t.Errorf("extensions %v", got)
	}
	if got := s.ask("POST", path, `{"isSyncedFromOnPremises":true}`).want(200).values("name"); len(got) != 0 {
		t.Errorf("synchronized extensions %v", got)
	}
}

func TestMembershipFunctionsAnswerTransitively(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	inner := s.group("inner", binds("members", ada)+",")
	outer, cast := s.group("outer", binds("members", inner)+","), s.unified("cast", binds("members", ada)+",")
	unit := s.ask("POST", "/v1.0/directory/administrativeUnits", `{"displayName":"House"}`).want(201).str("id")
	s.ask("POST", "/v1.0/directory/administrativeUnits/"+unit+"/members/$ref", ref(ada)).want(204)
	for _, of := range []string{"/v1.0/users/" + ada, "/v1.0/users/ada@contoso.onmicrosoft.com", "/v1.0/directoryObjects/" + ada} {
		for _, test := range []struct {
			function, body string
			want           []string
		}{
			{"getMemberGroups", `{"securityEnabledOnly":false}`, []string{inner, outer, cast}},
			{"getMemberGroups", `{"securityEnabledOnly":true}`, []string{inner, outer}},
			{"microsoft.graph.getMemberObjects", `{"securityEnabledOnly":false}`, []string{inner, outer, cast, unit}},
			{"getMemberObjects", `{"securityEnabledOnly":true}`, []string{inner, outer}},
			{"checkMemberGroups", `{"groupIds":["` + outer + `","` + nobody + `","` + unit + `"]}`, []string{outer}},
			{"checkMemberObjects", `{"ids":["` + outer + `","` + unit + `","` + outer + `"]}`, []string{outer, unit}},
		} {
			got := s.ask("POST", of+"/"+test.function, test.body).want(200)
			ids, _ := got.json["value"].([]any)
			var all []string
			for _, id := range ids {
				all = append(all, fmt.Sprint(id))
			}
			if !slices.Equal(sorted(all...), sorted(test.want...)) || !strings.HasSuffix(got.str("@odata·context"), "/$metadata#Collection(Edm.String)") {
				t.Errorf("%s/%s %s: %s", of, test.function, test.body, got.body)
			}
		}
	}
	if got := s.ask("POST", "/v1.0/groups/"+inner+"/getMemberGroups", `{"securityEnabledOnly":false}`).want(200); got.str("value.0") != outer {
		t.Errorf("of a group: %s", got.body)
	}
	principal, _ := s.tenant.Directory().Snapshot().Lookup(directory.ServicePrincipal, "appId", s.app)
	s.ask("POST", "/v1.0/groups/"+inner+"/members/$ref", ref(principal.ID())).want(204)
	if got := s.ask("POST", "/v1.0/servicePrincipals(appId='"+s.app+"')/getMemberGroups", `{"securityEnabledOnly":true}`).want(200); got.str("value.0") == "" {
		t.Errorf("of a service principal: %s", got.body)
	}
	s.token = s.as(login.Grant{UserID: ada, Scopes: every})
	if got := s.ask("POST", "/v1.0/me/getMemberGroups", `{"securityEnabledOnly":true}`).want(200); got.str("value.1") == "" {
		t.Errorf("of me: %s", got.body)
	}
}

func TestMembershipFunctionsAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	many := strings.TrimSuffix(strings.Repeat(`"`+crew+`",`, 21), ",")
	for _, test := range []struct {
		name, path, body string
		status           int
		code, message    string
	}{
		{"security alone of a group", "/groups/" + crew + "/getMemberGroups", `{"securityEnabledOnly":true}`, 400, "Request_BadRequest", "securityEnabledOnly"},
		{"no boolean", "/users/" + ada + "/getMemberGroups", `{"securityEnabledOnly":"yes"}`, 400, "Request_BadRequest", "securityEnabledOnly"},
		{"no body", "/users/" + ada + "/getMemberGroups", ``, 400, "BadRequest", "EndOfInput"},
		{"21 groups", "/users/" + ada + "/checkMemberGroups", `{"groupIds":[` + many + `]}`, 400, "Request_BadRequest", "limit of 20"},
		{"21 objects", "/users/" + ada + "/checkMemberObjects", `{"ids":[` + many + `]}`, 400, "Request_BadRequest", "limit of 20"},
		{"no groups", "/users/" + ada + "/checkMemberGroups", `{"ids":["` + crew + `"]}`, 400, "Request_BadRequest", "groupIds"},
		{"no id", "/users/" + ada + "/checkMemberGroups", `{"groupIds":["crew"]}`, 400, "Request_BadRequest", "Invalid object identifier 'crew'."},
		{"nobody", "/users/" + nobody + "/getMemberGroups", `{}`, 404, "Request_ResourceNotFound", nobody},
		{"nobody at all", "/directoryObjects/" + nobody + "/getMemberObjects", `{}`, 404, "Request_ResourceNotFound", nobody},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask("POST", "/v1.0"+test.path, test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
}

func TestMoreThan11000MembershipsAreRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	err := s.tenant.Directory().Batch(func(b *directory.Batch) error {
		for i := range 11_001 {
			g, err := b.Create(directory.Group, directory.Properties{"displayName": "g", "mailNickname": fmt.Sprint("g", i), "mailEnabled": false, "securityEnabled": true})
			if err != nil {
				return err
			}
			if err := b.AddMember(g.ID(), ada); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.ask("POST", "/v1.0/users/"+ada+"/getMemberGroups", `{"securityEnabledOnly":false}`).refused(400, "Directory_ResultSizeLimitExceeded", "11000")
}
