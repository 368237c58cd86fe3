package mockgraph_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestMemberIsAddedFoundAndRemovedByReference(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	path := "/v1.0/groups/" + crew + "/members/"
	s.ask("GET", path+ada+"/$ref", "").refused(404, "Request_ResourceNotFound", "Resource '"+ada+"' does not exist")
	s.ask("POST", path+"$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/`+ada+`"}`).want(204)
	address := "https://graph.microsoft.com/v2/" + s.tenant.ID() + "/directoryObjects/" + ada + "/Microsoft.DirectoryServices.User"
	if got := s.ask("GET", path+ada+"/$ref", "").want(200); got.str("@odata·id") != address {
		t.Errorf("reference: %s", got.body)
	}
	list := s.ask("GET", path+"$ref", "").want(200)
	if got := list.values("@odata.id"); !slices.Equal(got, []string{address}) || list.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#Collection($ref)" {
		t.Errorf("references: %s", list.body)
	}
	if got := s.ask("GET", "/v1.0/groups/"+crew+"/members?$filter=id eq '"+ada+"'", "").want(200).values("id"); !slices.Equal(got, []string{ada}) {
		t.Errorf("membership test without the header: %v", got)
	}
	if got := s.ask("GET", "/v1.0/groups/"+crew+"/members?$filter=id eq '"+nobody+"'", "").want(200).values("id"); len(got) != 0 {
		t.Errorf("membership test of a stranger: %v", got)
	}
	s.ask("DELETE", path+ada+"/$ref", "").want(204)
	s.ask("DELETE", path+ada+"/$ref", "").refused(404, "Request_ResourceNotFound", "Resource '"+ada+"' does not exist")
	s.ask("GET", "/v1.0/users/"+ada, "").want(200)
}

func TestReferencesAreTakenInEveryFormClientsSend(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	for i, address := range []string{
		"https://graph.microsoft.com/v1.0/users/" + ada, "https://graph.microsoft.com/beta/directoryObjects/" + ada, "https://graph.microsoft.us/v1.0/groups/" + ada,
		"https://graph.microsoft.com/v1.0/directoryObjects('" + ada + "')", "directoryObjects/" + ada, "https://graph.microsoft.com/v1.0/devices/" + strings.ToUpper(ada),
		"https://graph.microsoft.com/v2/" + s.tenant.ID() + "/directoryObjects/" + ada + "/Microsoft.DirectoryServices.User",
	} {
		crew := s.group(fmt.Sprint("crew", i), "")
		s.ask("POST", "/v1.0/groups/"+crew+"/members/$ref", `{"@odata.id":"`+address+`"}`).want(204)
		if got := s.members(crew); !slices.Equal(got, []string{ada}) {
			t.Errorf("%s: members %v", address, got)
		}
	}
}

func TestMembershipWritesAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew, cast := s.user("ada", ""), s.group("crew", ""), s.unified("cast", "")
	s.ask("POST", "/v1.0/groups/"+crew+"/members/$ref", ref(ada)).want(204)
	dynamic := s.group("dynamic", `"groupTypes":["DynamicMembership"],"membershipRule":"user.department -eq \"Stage\"","membershipRuleProcessingState":"On",`)
	list := s.seed("list", directory.Properties{"mailEnabled": true, "securityEnabled": false})
	synced := s.seed("synced", directory.Properties{"onPremisesSyncEnabled": true})
	principal, _ := s.tenant.Directory().Snapshot().Lookup(directory.ServicePrincipal, "appId", s.app)
	application, _ := s.tenant.Directory().Snapshot().Lookup(directory.Application, "appId", s.app)
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		code, message            string
	}{
		{"already a member", "POST", crew + "/members/$ref", ref(ada), 400, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'members'."},
		{"unknown member", "POST", crew + "/members/$ref", ref(nobody), 404, "Request_ResourceNotFound", "Resource '" + nobody + "' does not exist or one of its queried reference-property objects are not present."},
		{"unknown group", "POST", nobody + "/members/$ref", ref(ada), 404, "Request_ResourceNotFound", "Resource '" + nobody + "' does not exist"},
		{"itself", "POST", crew + "/members/$ref", ref(crew), 400, "Request_UnsupportedQuery", "Unsupported referenced-object resource identifier for link property 'members'."},
		{"an application", "POST", crew + "/members/$ref", ref(application.ID()), 400, "Request_UnsupportedQuery", "link property 'members'"},
		{"Microsoft 365 in security", "POST", crew + "/members/$ref", ref(cast), 400, "Request_UnsupportedQuery", "link property 'members'"},
		{"group in Microsoft 365", "POST", cast + "/members/$ref", ref(crew), 400, "Request_UnsupportedQuery", "link property 'members'"},
		{"principal in Microsoft 365", "POST", cast + "/members/$ref", ref(principal.ID()), 400, "Request_UnsupportedQuery", "link property 'members'"},
		{"by name", "POST", crew + "/members/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/users/ada@contoso.onmicrosoft.com"}`, 400, "Request_UnsupportedQuery", "link property 'members'"},
		{"malformed", "POST", crew + "/members/$ref", `{"@odata.id":17}`, 400, "Request_UnsupportedQuery", "link property 'members'"},
		{"no reference", "POST", crew + "/members/$ref", `{"id":"` + ada + `"}`, 400, "BadRequest", "@odata.id"},
		{"forgot $ref", "POST", crew + "/members", ref(ada), 400, "BadRequest", "Write requests are only supported on contained entities"},
		{"forgot $ref of owners", "POST", crew + "/owners", ref(ada), 400, "BadRequest", "Write requests are only supported on contained entities"},
		{"to a dynamic group", "POST", dynamic + "/members/$ref", ref(ada), 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."},
		{"from a dynamic group", "DELETE", dynamic + "/members/" + ada + "/$ref", "", 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."},
		{"many to a dynamic group", "PATCH", dynamic, `{` + binds("members", ada) + `}`, 403, "Authorization_RequestDenied", "Insufficient privileges"},
		{"to a distribution list", "POST", list + "/members/$ref", ref(ada), 400, "Request_BadRequest", "Cannot Update a mail-enabled security groups and or distribution list."},
		{"to a synchronized group", "POST", synced + "/members/$ref", ref(ada), 400, "Request_BadRequest", "on-premises mastered Directory Sync objects"},
		{"owner is a group", "POST", crew + "/owners/$ref", ref(dynamic), 400, "Request_UnsupportedQuery", "Unsupported referenced-object resource identifier for link property 'owners'."},
		{"no owner", "DELETE", crew + "/owners/" + ada + "/$ref", "", 404, "Request_ResourceNotFound", "Resource '" + ada + "' does not exist"},
		{"filter on a cast", "GET", crew + "/members/microsoft.graph.user?$filter=displayName eq 'ada'", "", 400, "Request_UnsupportedQuery", "The specified filter to the reference property query is currently not supported."},
		{"count without the header", "GET", crew + "/members/$count", "", 400, "Request_BadRequest", "$count is not currently supported."},
		{"cast to what is not built", "GET", crew + "/members/microsoft.graph.device", "", 501, "NotImplemented", "microsoft.graph.device"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask(test.method, "/v1.0/groups/"+test.path, test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
}

func TestUncertainAnswersAboutMembersAreOptions(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithDynamicMembersAsBadRequest(), mockgraph.WithMissingMembersAsBadRequest())
	ada, crew := s.user("ada", ""), s.group("crew", "")
	dynamic := s.group("dynamic", `"groupTypes":["DynamicMembership"],"membershipRule":"user.department -eq \"Stage\"",`)
	s.ask("POST", "/v1.0/groups/"+dynamic+"/members/$ref", ref(ada)).refused(400, "Request_BadRequest", "One or more property values specified are invalid.")
	s.ask("DELETE", "/v1.0/groups/"+crew+"/members/"+ada+"/$ref", "").refused(400, "Request_BadRequest", "One or more removed object references do not exist for the following modified properties: 'members'.")
	s.ask("DELETE", "/v1.0/groups/"+crew+"/owners/"+ada+"/$ref", "").refused(400, "Request_BadRequest", "One or more removed object references do not exist for the following modified properties: 'owners'.")
}

func TestMembersAreBoundTogetherAllOrNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob, cleo, crew := s.user("ada", ""), s.user("bob", ""), s.user("cleo", ""), s.group("crew", "")
	// As Canvas does: members and owners in one request.
	s.ask("PATCH", "/v1.0/groups/"+crew, `{`+binds("members", ada, bob)+`,`+binds("owners", ada)+`}`).want(204)
	s.ask("PATCH", "/v1.0/groups/"+crew, `{`+binds("members", cleo, nobody)+`}`).refused(404, "Request_ResourceNotFound", "Resource '"+nobody+"' does not exist")
	s.ask("PATCH", "/v1.0/groups/"+crew, `{`+binds("members", cleo, bob)+`}`).refused(400, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'members'.")
	s.ask("PATCH", "/v1.0/groups/"+crew, `{"displayName":"new",`+binds("owners", ada)+`}`).refused(400, "Request_BadRequest", "already exist for the following modified properties: 'owners'.")
	if got := s.members(crew); !slices.Equal(got, sorted(ada, bob)) {
		t.Errorf("members %v, want ada and bob alone", got)
	}
	if got := s.ask("GET", "/v1.0/groups/"+crew, "").want(200).str("displayName"); got != "crew" {
		t.Errorf("name %q of a group whose change was refused", got)
	}
	ids := make([]string, 21)
	for i := range ids {
		ids[i] = fmt.Sprintf("11111111-1111-4111-8111-1111111111%02d", i)
	}
	s.ask("PATCH", "/v1.0/groups/"+crew, `{`+binds("members", ids[:11]...)+`,`+binds("owners", ids[11:]...)+`}`).refused(400, "Request_BadRequest", "exceeds the limit of 20")
}

func TestOwnersFollowTheirRules(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	principal, _ := s.tenant.Directory().Snapshot().Lookup(directory.ServicePrincipal, "appId", s.app)
	s.ask("POST", "/v1.0/groups/"+crew+"/owners/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/users/`+ada+`"}`).want(204)
	s.ask("POST", "/v1.0/groups/"+crew+"/owners/$ref", ref(ada)).refused(400, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'owners'.")
	s.ask("DELETE", "/v1.0/groups/"+crew+"/owners/"+ada+"/$ref", "").refused(400, "Request_BadRequest", "The group must have at least one owner, hence this owner cannot be removed.")
	s.ask("POST", "/v1.0/groups/"+crew+"/owners/$ref", ref(principal.ID())).want(204)
	s.ask("GET", "/v1.0/groups/"+crew+"/owners/"+ada+"/$ref", "").want(200)
	s.ask("DELETE", "/v1.0/groups/"+crew+"/owners/"+ada+"/$ref", "").want(204)
	got := s.ask("GET", "/v1.0/groups/"+crew+"/owners", "").want(200)
	if got.str("value.0.@odata·type") != "#microsoft.graph.servicePrincipal" || len(got.values("id")) != 1 {
		t.Errorf("owners: %s", got.body)
	}
	if owned := s.ask("GET", "/v1.0/users/"+ada+"/ownedObjects/microsoft.graph.group?$count=true&$top=5", "", "ConsistencyLevel", "eventual").want(200); len(owned.values("id")) != 0 {
		t.Errorf("still owned: %s", owned.body)
	}
	for i := range 99 {
		if err := s.tenant.Directory().AddOwner(crew, s.user(fmt.Sprint("owner", i), "")); err != nil {
			t.Fatal(err)
		}
	}
	s.ask("POST", "/v1.0/groups/"+crew+"/owners/$ref", ref(ada)).refused(403, "Directory_QuotaExceeded", "Unable to perform operation as '101' would exceed the maximum quota count '100' for forward-link owners.")
}

func TestNestedMembershipsAreFlattenedInBothDirections(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	inner, outer := s.group("inner", binds("members", ada)+","), s.group("outer", "")
	s.ask("POST", "/v1.0/groups/"+outer+"/members/$ref", ref(inner)).want(204)
	s.ask("POST", "/v1.0/groups/"+inner+"/members/$ref", ref(outer)).want(204) // a circle is legal
	for _, test := range []struct {
		path string
		want []string
	}{
		{"/v1.0/groups/" + outer + "/members", []string{inner}},
		{"/v1.0/groups/" + outer + "/transitiveMembers", []string{ada, inner}},
		{"/v1.0/groups/" + outer + "/transitiveMembers/microsoft.graph.user", []string{ada}},
		{"/v1.0/groups/" + inner + "/memberOf", []string{outer}},
		{"/v1.0/groups/" + inner + "/memberOf/microsoft.graph.group?$select=id", []string{outer}},
		{"/v1.0/users/" + ada + "/memberOf?$select=id&$top=100", []string{inner}},
		{"/v1.0/users/" + ada + "/memberOf/microsoft.graph.group?$count=true&$top=100", []string{inner}},
		{"/v1.0/users/" + ada + "/transitiveMemberOf/microsoft.graph.group?$top=100&$count=true&select=id,displayName", []string{inner, outer}},
	} {
		if got := s.ask("GET", test.path, "", "ConsistencyLevel", "eventual").want(200).values("id"); !slices.Equal(got, sorted(test.want...)) {
			t.Errorf("%s: %v, want %v", test.path, got, test.want)
		}
	}
	for path, want := range map[string]string{"members/$count": "1", "transitiveMembers/$count": "2", "members/microsoft.graph.user/$count": "0"} {
		if got := s.ask("GET", "/v1.0/groups/"+outer+"/"+path, "", "ConsistencyLevel", "eventual").want(200); string(got.body) != want {
			t.Errorf("%s: %s, want %s", path, got.body, want)
		}
	}
}

func TestHiddenMembersAreShownToWhoMaySeeThem(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	cast := s.unified("cast", `"visibility":"HiddenMembership",`+binds("members", ada)+`,`)
	s.ask("GET", "/v1.0/groups/"+cast+"/members", "").want(200)
	without := slices.DeleteFunc(slices.Clone(every), func(p string) bool { return p == "Member.Read.Hidden" })
	for _, test := range []struct {
		name   string
		grant  login.Grant
		status int
	}{
		{"application", login.Grant{Roles: without}, 403}, {"stranger", login.Grant{UserID: bob, Scopes: without}, 403}, {"member", login.Grant{UserID: ada, Scopes: without}, 200},
	} {
		s.token = s.as(test.grant)
		for _, path := range []string{"/members", "/transitiveMembers", "/members/microsoft.graph.user", "/members/$ref", "/members/" + ada + "/$ref"} {
			if got := s.ask("GET", "/v1.0/groups/"+cast+path, ""); got.status != test.status {
				t.Errorf("%s asks for %s: %d, want %d", test.name, path, got.status, test.status)
			}
		}
		s.ask("GET", "/v1.0/groups/"+cast, "").want(200)
	}
}

func TestForgottenRefDeletesTheOwnerToo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	s.ask("DELETE", "/v1.0/groups/"+crew+"/owners/"+ada, "").refused(404, "Request_ResourceNotFound", ada)
	s.ask("POST", "/v1.0/groups/"+crew+"/owners/$ref", ref(ada)).want(204)
	s.ask("DELETE", "/v1.0/groups/"+crew+"/owners/"+ada, "").want(http.StatusNoContent)
	s.ask("GET", "/v1.0/users/"+ada, "").want(404)
}

func TestAMemberIsReadByReferenceOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	crew := s.group("crew", binds("members", ada)+",")
	s.ask("GET", "/v1.0/groups/"+crew+"/members/"+ada+"/$ref", "").want(http.StatusOK)
	got := s.ask("GET", "/v1.0/groups/"+crew+"/members/"+ada, "").refused(http.StatusMethodNotAllowed, "BadRequest", "Specified HTTP method is not allowed for the request target.")
	if got.header.Get("Allow") != "DELETE" {
		t.Errorf("Allow: %q", got.header.Get("Allow"))
	}
}
