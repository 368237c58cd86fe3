package mockgraph_test

import (
	"net/http"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

const message403 = "Insufficient privileges to complete the operation."

func TestMistake16_PermissionsAreEnforced(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	for _, test := range []struct {
		name, method, path, body string
		roles                    []string
		status                   int
	}{
		{"no role at all", "GET", "/v1.0/users", "", []string{}, 403},
		{"the least role", "GET", "/v1.0/users", "", []string{"User.ReadBasic.All"}, 200},
		{"a foreign role", "GET", "/v1.0/groups", "", []string{"User.Read.All"}, 403},
		{"reading does not write", "PATCH", "/v1.0/users/" + ada, `{"jobTitle":"x"}`, []string{"User.Read.All"}, 403},
		{"writing writes", "PATCH", "/v1.0/users/" + ada, `{"jobTitle":"x"}`, []string{"User.ReadWrite.All"}, 204},
		{"writing sets no password", "PATCH", "/v1.0/users/" + ada, `{"passwordProfile":{"password":"Curtain-Down-2026"}}`, []string{"User.ReadWrite.All"}, 403},
		{"the password permission does", "PATCH", "/v1.0/users/" + ada, `{"passwordProfile":{"password":"Curtain-Down-2026"}}`, []string{"User-PasswordProfile.ReadWrite.All"}, 204},
		{"and nothing else", "PATCH", "/v1.0/users/" + ada, `{"jobTitle":"y"}`, []string{"User-PasswordProfile.ReadWrite.All"}, 403},
		{"enable and disable only", "PATCH", "/v1.0/users/" + ada, `{"accountEnabled":false}`, []string{"User.EnableDisableAccount.All", "User.Read.All"}, 204},
		{"not the name", "PATCH", "/v1.0/users/" + ada, `{"displayName":"y"}`, []string{"User.EnableDisableAccount.All", "User.Read.All"}, 403},
		{"Directory.ReadWrite.All deletes no user", "DELETE", "/v1.0/users/" + ada, "", []string{"Directory.ReadWrite.All"}, 403},
		{"User.DeleteRestore.All does", "DELETE", "/v1.0/users/" + ada, "", []string{"User.DeleteRestore.All"}, 204},
	} {
		t.Run(test.name, func(t *testing.T) {
			token := s.as(login.Grant{Roles: test.roles})
			a := s.ask(test.method, test.path, test.body, "Authorization", token)
			a.T = t
			if test.status == 403 {
				a.refused(403, "Authorization_RequestDenied", message403)
			} else {
				a.want(test.status)
			}
		})
	}
}

func TestAdministratorsAreProtected(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	token := s.as(login.Grant{Roles: []string{"User.ReadWrite.All", "User-PasswordProfile.ReadWrite.All", "User.DeleteRestore.All"}})
	admin := "/v1.0/users/admin@contoso.onmicrosoft.com"
	s.ask("PATCH", admin, `{"passwordProfile":{"password":"Curtain-Down-2026"}}`, "Authorization", token).refused(403, "Authorization_RequestDenied", message403)
	s.ask("PATCH", admin, `{"accountEnabled":false}`, "Authorization", token).refused(403, "Authorization_RequestDenied", message403)
	s.ask("DELETE", admin, "", "Authorization", token).refused(403, "Authorization_RequestDenied", message403)
	s.ask("PATCH", admin, `{"jobTitle":"Chief"}`, "Authorization", token).want(204)
}

func TestSignedInUsersAreBoundedByTheirOwnRights(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	as := func(user string, scopes ...string) string { return s.as(login.Grant{UserID: user, Scopes: scopes}) }

	s.ask("GET", "/v1.0/users/"+bob, "", "Authorization", as(ada, "User.Read.All")).want(200)
	s.ask("PATCH", "/v1.0/users/"+bob, `{"jobTitle":"x"}`, "Authorization", as(ada, "User.ReadWrite.All")).refused(403, "Authorization_RequestDenied", message403)
	s.ask("PATCH", "/v1.0/me", `{"mobilePhone":"+44 1"}`, "Authorization", as(ada, "User.ReadWrite")).want(204)
	s.ask("GET", "/v1.0/users/"+bob, "", "Authorization", as(ada, "User.Read")).refused(403, "Authorization_RequestDenied", message403)

	if err := s.tenant.Directory().AssignRole(ada, "fe930be7-5e62-47db-91af-98c3a49a38b1"); err != nil { // User Administrator
		t.Fatal(err)
	}
	s.ask("PATCH", "/v1.0/users/"+bob, `{"jobTitle":"x"}`, "Authorization", as(ada, "User.ReadWrite.All")).want(204)

	me := s.ask("GET", "/v1.0/me?$select=id,mobilePhone", "", "Authorization", as(ada, "User.Read")).want(200)
	if me.str("id") != ada || me.str("mobilePhone") != "+44 1" {
		t.Errorf("/me: %s", me.body)
	}
	s.ask("GET", "/v1.0/me", "").refused(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
}

func TestBasicReadersSeeBasics(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", `"jobTitle":"Analyst",`)
	token := s.as(login.Grant{Roles: []string{"User.ReadBasic.All"}})
	got := s.ask("GET", "/v1.0/users/"+ada, "", "Authorization", token).want(200)
	if _, shown := got.json["jobTitle"]; shown || got.str("displayName") != "ada" || got.str("id") != ada {
		t.Errorf("a basic reader sees %s", got.body)
	}
	group, err := s.tenant.Directory().Create(directory.Group, directory.Properties{"displayName": "Cast", "mailNickname": "cast", "mailEnabled": false, "securityEnabled": true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.tenant.Directory().AddMember(group.ID(), ada); err != nil {
		t.Fatal(err)
	}
	members := s.ask("GET", "/v1.0/users/"+ada+"/memberOf", "", "Authorization", s.as(login.Grant{Roles: []string{"Directory.Read.All"}})).want(200)
	if members.str("value.0.displayName") != "Cast" {
		t.Errorf("groups of a user: %s", members.body)
	}
}

func TestAnApplicationThatIsGoneHasNoIdentity(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithAdministrator("", ""))
	d := s.tenant.Directory()
	principal, _ := d.Snapshot().Lookup(directory.ServicePrincipal, "appId", s.app)
	if _, err := d.Update(principal.ID(), directory.Properties{"accountEnabled": false}); err != nil {
		t.Fatal(err)
	}
	s.ask("GET", "/v1.0/users", "").refused(http.StatusForbidden, "Authorization_IdentityDisabled", "")
	if err := d.Delete(principal.ID()); err != nil {
		t.Fatal(err)
	}
	s.ask("GET", "/v1.0/users", "").refused(http.StatusUnauthorized, "Authorization_IdentityNotFound", "The identity of the calling application could not be established.")
}
