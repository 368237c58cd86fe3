package permission_test

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

func TestTemplatesAreFolded(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ name, template, want string }{
		{"letter case", "/Users/{ID}/appRoleAssignments", "/users/{id}/approleassignments"},
		{"trailing slash", "/users/{id}/", "/users/{id}"},
		{"no leading slash", "users", "/users"},
		{"names of variables", "/users/{userId}/manager", "/users/{id}/manager"},
		{"$count", "/groups/{id}/members/$count", "/groups/{id}/members"},
		{"$value", "/users/{id}/photos/{size}/$value", "/users/{id}/photos/{id}"},
		{"$ref of a single link", "/users/{id}/manager/$ref", "/users/{id}/manager"},
		{"$ref of a collection", "/groups/{id}/members/$ref", "/groups/{id}/members"},
		{"$ref of one membership stays", "/groups/{id}/members/{oid}/$ref", "/groups/{id}/members/{id}/$ref"},
		{"key in parentheses", "/users('{id}')/manager", "/users/{id}/manager"},
		{"variable in parentheses", "/users({id})", "/users/{id}"},
		{"alternate key", "/applications(appId={value})/addPassword", "/applications/{id}/addpassword"},
		{"alternate key in a segment", "/directoryRoles/roleTemplateId={id}/members", "/directoryroles/{id}/members"},
		{"alternate key of a role", "/directoryRoles(roleTemplateId='{id}')", "/directoryroles/{id}"},
		{"function", "/users/delta()", "/users/delta"},
		{"qualified function", "/users/microsoft.graph.delta", "/users/delta"},
		{"qualified action", "/groups/{id}/microsoft.graph.assignLicense", "/groups/{id}/assignlicense"},
		{"function with a parameter", "/roleManagement/directory/x/filterByCurrentUser(on='principal')", "/rolemanagement/directory/x/filterbycurrentuser"},
		{"cast", "/users/{id}/memberOf/microsoft.graph.group/$count", "/users/{id}/memberof"},
		{"variable cast", "/users/{id}/memberOf/{cast}", "/users/{id}/memberof"},
		{"cast in the recycle bin stays", "/directory/deletedItems/microsoft.graph.Group/{id}/restore", "/directory/deleteditems/microsoft.graph.group/{id}/restore"},
		{"variable cast in the recycle bin", "/directory/deletedItems/{cast}", "/directory/deleteditems"},
		{"batch", "/$batch", "/$batch"},
		{"nothing", "", "/"},
		{"endless", strings.Repeat("/a", 300), ""},
	} {
		if got := permission.Canonical(each.template); got != each.want {
			t.Errorf("%s: %s is %s, want %s", each.name, each.template, got, each.want)
		}
	}
}

func TestTemplatesThatNameTheSameCallHaveTheSameRule(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ method, one, other string }{
		{"POST", "/applications/{id}/addPassword", "/applications(appId={value})/addPassword"},
		{"GET", "/users/{id}/transitiveMemberOf", "/users/{id}/transitiveMemberOf/microsoft.graph.group"},
		{"GET", "/users", "/users/$count"},
		{"GET", "/users/{id}/photo", "/users/{id}/photo/$value"},
		{"PUT", "/users/{id}/manager", "/users/{id}/manager/$ref"},
		{"GET", "/directoryRoles/{id}", "/directoryRoles(roleTemplateId={value})"},
	} {
		one, ok := permission.Find(each.method, each.one)
		other, also := permission.Find(each.method, each.other)
		if !ok || !also || one != other {
			t.Errorf("%s and %s have different rules", each.one, each.other)
		}
	}
	get, _ := permission.Find("GET", "/users")
	if head, ok := permission.Find("HEAD", "/users"); !ok || head != get {
		t.Error("HEAD does not count as GET")
	}
}

func TestDeletingAnObjectThroughACollectionHasNoRuleOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, template := range []string{"/groups/{id}/members/{id}", "/groups/{id}/owners/{id}", "/applications/{id}/owners/{id}", "/directoryRoles/{id}/members/{id}"} {
		if _, ok := permission.Find("DELETE", template); ok {
			t.Errorf("DELETE %s has the rule of the reference", template)
		}
		if _, ok := permission.Find("DELETE", template+"/$ref"); !ok {
			t.Errorf("DELETE %s/$ref has no rule", template)
		}
	}
}

func TestMeHasTheRulesOfTheUserItStandsFor(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ method, template, scope string }{
		{"PATCH", "/me", "User.ReadWrite"},
		{"PUT", "/me/manager/$ref", "User.ReadWrite.All"},
		{"POST", "/me/assignLicense", "LicenseAssignment.ReadWrite.All"},
		{"GET", "/me/appRoleAssignments", "Directory.Read.All"},
	} {
		rule, ok := permission.Find(each.method, each.template)
		if d := rule.Allows(permission.Caller{Scopes: []string{each.scope}}); !ok || !d.Allowed || d.OwnOnly {
			t.Errorf("%s %s with %s: %+v", each.method, each.template, each.scope, d)
		}
	}
}

func TestUnknownCallsHaveNoRuleAndTheZeroRuleAllowsNobody(t *testing.T) {
	t.Parallel()
	for _, each := range [][2]string{{"GET", "/nonsense"}, {"DELETE", "/organization"}, {"get", "/users"}, {"GET", strings.Repeat("/users", 500)}} {
		rule, ok := permission.Find(each[0], each[1])
		everything := []string{"Directory.ReadWrite.All", "User.ReadWrite.All"}
		if ok || rule.Allows(permission.Caller{Scopes: everything}).Allowed || (permission.Settings{}).May(rule, permission.User{Roles: []string{permission.GlobalAdministrator}}) {
			t.Errorf("%s %.40s is allowed", each[0], each[1])
		}
		if rule.Method() != "" || rule.Template() != "" || rule.Delegated() != nil || rule.Application() != nil {
			t.Errorf("the zero rule says something: %+v", rule)
		}
	}
}

func TestSubscriptionsNeedToReadWhatTheyWatch(t *testing.T) {
	t.Parallel()
	for _, each := range []struct{ resource, least string }{
		{"users", "User.Read.All"}, {"/users/{id}", "User.Read.All"}, {"Users('x')", "User.Read.All"}, {"groups?$filter=x", "Group.Read.All"},
		{"groups/{id}/members", "Group.Read.All"}, {"me/messages", ""}, {strings.Repeat("u", 9999), ""},
	} {
		rule, ok := permission.Subscribe(each.resource)
		if d := rule.Allows(permission.Caller{AppOnly: true}); ok != (each.least != "") || d.Least != each.least {
			t.Errorf("watching %.20s needs %q, want %q", each.resource, d.Least, each.least)
		}
	}
}

func TestFindAndAllowsAllocateNothing(t *testing.T) {
	caller := permission.Caller{AppOnly: true, Roles: []string{"User.Read.All", "Group.ReadWrite.All"}}
	permission.Rules()
	if n := testing.AllocsPerRun(100, func() {
		rule, ok := permission.Find("POST", "/groups/{id}/members/$ref")
		if !ok || !rule.Allows(caller).Allowed {
			t.Fatal("refused")
		}
	}); n != 0 {
		t.Errorf("allocates %v times", n)
	}
}

func BenchmarkFindAndAllow(b *testing.B) {
	caller := permission.Caller{AppOnly: true, Roles: []string{"User.Read.All", "Group.ReadWrite.All"}}
	for b.Loop() {
		rule, _ := permission.Find("POST", "/groups/{id}/members/$ref")
		if !rule.Allows(caller).Allowed {
			b.Fatal("refused")
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{"/users/{id}", "/applications(appId={v})/addPassword", "users('x')/manager/$ref", "((((", "/a=)(b/{", "/microsoft.graph.", "/$ref/$ref", "{id}/$ref", "//", "\xff(\x00)"} {
		f.Add("GET", seed)
	}
	f.Fuzz(func(t *testing.T, method, template string) {
		folded := permission.Canonical(template)
		if folded != "" && folded[0] != '/' || strings.ContainsAny(folded, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			t.Errorf("%q folds to %q", template, folded)
		}
		rule, ok := permission.Find(method, template)
		if d := rule.Allows(permission.Caller{AppOnly: true, Roles: []string{"User.Read.All"}}); d.Allowed && !ok {
			t.Errorf("%q has no rule and is allowed", template)
		}
		permission.Subscribe(template)
	})
}
