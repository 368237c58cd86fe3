package mockgraph_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// Source: OASIS OData 4.01 Protocol 11.2.4; learn.microsoft.com/graph/traverse-the-graph.
func TestSinglePropertiesHavePathsOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	crew := s.group("crew", "")
	for _, each := range []struct {
		path string
		set  string // behind $metadata#
		want string // of the rest of the body
	}{
		{"/users/" + ada + "/displayName", "users('" + ada + "')/displayName", `"value":"ada"}`},
		{"/users/ada@contoso.onmicrosoft.com/DISPLAYNAME", "users('" + ada + "')/displayName", `"value":"ada"}`},
		{"/users('" + ada + "')/accountEnabled", "users('" + ada + "')/accountEnabled", `"value":true}`},
		{"/users/" + ada + "/businessPhones", "users('" + ada + "')/businessPhones", `"value":[]}`},
		{"/users/" + ada + "/onPremisesExtensionAttributes", "users('" + ada + "')/onPremisesExtensionAttributes", `"extensionAttribute1":null`},
		{"/groups/" + crew + "/securityEnabled", "groups('" + crew + "')/securityEnabled", `"value":true}`},
	} {
		a := s.ask("GET", "/v1.0"+each.path, "").want(http.StatusOK)
		if want := `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#` + each.set + `",` + each.want; !strings.HasPrefix(string(a.body), want) {
			t.Errorf("%s: %s", each.path, a.body)
		}
	}
	for path, want := range map[string]string{
		"/users/" + ada + "/displayName/$value": "ada", "/users/" + ada + "/accountEnabled/$value": "true", "/groups/" + crew + "/displayName/$value": "crew",
	} {
		if a := s.ask("GET", "/v1.0"+path, "").want(http.StatusOK); string(a.body) != want || a.header.Get("Content-Type") != "text/plain" {
			t.Errorf("%s: %s %q", path, a.header.Get("Content-Type"), a.body)
		}
	}
	s.ask("GET", "/v1.0/users/"+ada+"/jobTitle", "").want(http.StatusNoContent)
	s.ask("GET", "/v1.0/users/"+ada+"/jobTitle/$value", "").want(http.StatusNoContent)
	s.ask("GET", "/v1.0/users/nobody@contoso.onmicrosoft.com/displayName", "").want(http.StatusNotFound)
	s.ask("PUT", "/v1.0/users/"+ada+"/displayName", `{"value":"Bea"}`).want(http.StatusMethodNotAllowed)
	// What is no property is still not built, and what nobody may see has no path either.
	for _, path := range []string{"/displayNam", "/passwordHash", "/businessPhones/$value", "/displayName/more"} {
		s.ask("GET", "/v1.0/users/"+ada+path, "").want(http.StatusNotImplemented)
	}
	basic := s.as(login.Grant{Roles: []string{"User.ReadBasic.All"}})
	s.ask("GET", "/v1.0/users/"+ada+"/displayName", "", "Authorization", "Bearer "+basic).want(http.StatusOK)
	none := s.as(login.Grant{Roles: []string{"Group.Read.All"}})
	s.ask("GET", "/v1.0/users/"+ada+"/displayName", "", "Authorization", "Bearer "+none).want(http.StatusForbidden)
}

// Source: learn.microsoft.com/graph/api/user-get?view=graph-rest-beta.
func TestTheBetaVersionShowsMoreOfAUserByDefault(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	for _, path := range []string{"/users/" + ada, "/users?$filter=userPrincipalName%20eq%20'ada@contoso.onmicrosoft.com'"} {
		for version, more := range map[string]bool{"v1.0": false, "beta": true} {
			a := s.ask("GET", "/"+version+path, "").want(http.StatusOK)
			one := a.json
			if list, is := one["value"].([]any); is {
				one, _ = list[0].(map[string]any)
			}
			for _, name := range []string{"accountEnabled", "createdDateTime", "mailNickname", "usageLocation", "userType", "assignedLicenses", "proxyAddresses", "onPremisesSyncEnabled"} {
				if _, shown := one[name]; shown != more {
					t.Errorf("%s%s: %s is shown: %v", version, path, name, shown)
				}
			}
			for _, name := range []string{"signInActivity", "aboutMe", "mailboxSettings", "customSecurityAttributes", "passwordHash"} {
				if _, shown := one[name]; shown {
					t.Errorf("%s%s shows %s", version, path, name)
				}
			}
			if one["displayName"] != "ada" {
				t.Errorf("%s%s: %s", version, path, a.body)
			}
		}
	}
	if a := s.ask("GET", "/beta/users/"+ada+"?$select=id", "").want(http.StatusOK); a.at("accountEnabled") != nil {
		t.Errorf("$select does not count in beta: %s", a.body)
	}
}
