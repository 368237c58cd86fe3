package mockgraph_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The tour sees to it that every route answers well once; what it answers is for the tests of its family to say.

// fixtures makes one object of every kind, all related to each other, and returns what stands for the variables of templates: by
// the first words of the path and the variable, by the last word before the variable, or by the variable alone.
func (s *stage) fixtures() map[string]string {
	s.Helper()
	s.buy("TEAMS_EXPLORATORY", 5)
	ada, bob := s.user("ada", `"usageLocation":"IN",`), s.user("bob", "")
	crew := s.group("crew", binds("members", ada)+","+binds("owners", bob)+",")
	outer := s.group("outer", binds("members", crew)+",")
	app, sp := s.principal("Payroll", "")
	role := s.payroll().str("id")
	graph := s.ask("GET", "/v1.0/servicePrincipals(appId='"+graphAppID+"')", "").want(200).str("id")
	v := map[string]string{
		"users {id}": ada, "groups {id}": crew, "applications {id}": app.str("id"), "servicePrincipals {id}": sp.str("id"), "directoryObjects {id}": ada, "members {member}": ada, "groups {owner}": bob, "owners {owner}": ada, "{cast}": "microsoft.graph.user",
		"{size}": "48x48", "{property}": "displayName", "subscribedSkus {id}": s.tenant.ID() + "_" + teamsExploratory, "organization {id}": s.tenant.ID(), "domains {id}": "contoso.onmicrosoft.com", "{role}": role, "outer": outer,
		"applicationTemplates {id}": customTemplate, "roleDefinitions {id}": globalAdmin, "directoryRoleTemplates {id}": globalAdmin,
	}
	v["unit"] = s.ask("POST", "/v1.0/directory/administrativeUnits", `{"displayName":"House"}`).want(201).str("id")
	v["administrativeUnits {id}"], v["directory {id}"] = v["unit"], v["unit"]
	v["directoryRoles {id}"] = s.ask("GET", "/v1.0/directoryRoles", "").want(200).values("id")[0]
	for path, body := range map[string]string{
		"/directory/administrativeUnits/" + v["unit"] + "/members/$ref": ref(ada), "/applications/" + app.str("id") + "/owners/$ref": ref(ada), "/servicePrincipals/" + sp.str("id") + "/owners/$ref": ref(ada),
		"/groups/" + crew + "/members/$ref": ref(sp.str("id")), "/directoryRoles/" + v["directoryRoles {id}"] + "/members/$ref": ref(ada),
	} {
		s.ask("POST", "/v1.0"+path, body).want(204)
	}
	s.ask("PUT", "/v1.0/users/"+ada+"/manager/$ref", ref(bob)).want(204)
	s.license(ada, teamsExploratory).want(200)
	for _, set := range []string{"users/" + ada, "groups/" + crew} {
		s.ask("PUT", "/v1.0/"+set+"/photo/$value", portrait(s.T, 100, 100)).want(200)
	}
	s.ask("PUT", "/v1.0/applications/"+app.str("id")+"/logo", portrait(s.T, 215, 215), "Content-Type", "image/jpeg").want(204)
	for set, id := range map[string]string{"users": ada, "groups": crew, "servicePrincipals": sp.str("id")} {
		kind := clerk
		if set == "servicePrincipals" {
			kind = robot
		}
		v[set+" {assignment}"] = s.ask("POST", "/v1.0/"+set+"/"+id+"/appRoleAssignments", assignment(id, role, kind)).want(201).str("id")
	}
	v["oauth2PermissionGrants {id}"] = s.ask("POST", "/v1.0/oauth2PermissionGrants", `{"clientId":"`+sp.str("id")+`","consentType":"AllPrincipals","resourceId":"`+graph+`","scope":"User.Read"}`).want(201).str("id")
	return v
}

// filled returns a path of a template, "" when a variable is unknown.
func filled(template string, v map[string]string) string {
	segments := strings.Split(template[1:], "/")
	first := segments[0]
	for i, segment := range segments {
		if !strings.HasPrefix(segment, "{") {
			continue
		}
		value, before := "", ""
		if i > 0 {
			before = segments[i-1]
		}
		for _, key := range []string{first + " " + segment, before + " " + segment, segment} {
			if value == "" {
				value = v[key]
			}
		}
		if value == "" {
			return ""
		}
		segments[i] = value
	}
	return "/" + strings.Join(segments, "/")
}

// elsewhere are reads that need more than objects that are there; tests of their own prove them.
var elsewhere = map[string]bool{
	"/directory/deletedItems/{id}": true, "/applications/{id}/federatedIdentityCredentials/{credential}": true, "/applications/{id}/extensionProperties/{extension}": true,
	"/servicePrincipals/{id}/appRoleAssignedTo/{assignment}": true, "/users/{id}/licenseDetails/{detail}": true, "/roleManagement/directory/roleAssignments/{id}": true, "/subscriptions/{id}": true,
	"/auditLogs/directoryAudits/{id}": true, "/auditLogs/signIns/{id}": true, "/directory/deletedItems": true,
}

func TestEveryReadAnswers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	v := s.fixtures()
	for _, row := range s.tenant.Rows() {
		path := filled(row.Template, v)
		if row.Method != http.MethodGet || !row.Built || elsewhere[row.Template] || strings.Contains(row.Template, "/synchronization/") {
			continue
		}
		if path == "" {
			t.Errorf("GET %s: unknown variable", row.Template)
			continue
		}
		if a := s.ask("GET", "/beta"+path, "", "ConsistencyLevel", "eventual"); a.status != http.StatusOK {
			t.Errorf("GET %s: %d %s", row.Template, a.status, a.body)
		}
	}
}

// TestEveryWriteAnswers sends the writes no other test sends.
func TestEveryWriteAnswers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	v := s.fixtures()
	ada, crew, sp := "/users/"+v["users {id}"], "/groups/"+v["groups {id}"], "/servicePrincipals/"+v["servicePrincipals {id}"]
	groups, objects := `{"groupIds":["`+v["outer"]+`"]}`, `{"ids":["`+v["outer"]+`"]}`
	unit := "/administrativeUnits/" + v["unit"]
	for _, call := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", crew + "/checkMemberGroups", groups, 200},
		{"POST", crew + "/checkMemberObjects", objects, 200},
		{"POST", crew + "/getMemberObjects", `{"securityEnabledOnly":false}`, 200},
		{"POST", sp + "/checkMemberGroups", groups, 200},
		{"POST", sp + "/checkMemberObjects", objects, 200},
		{"POST", sp + "/getMemberObjects", `{"securityEnabledOnly":false}`, 200},
		{"POST", ada + "/invalidateAllRefreshTokens", "", 200},
		{"DELETE", ada + "/appRoleAssignments/" + v["users {assignment}"], "", 204},
		{"DELETE", crew + "/appRoleAssignments/" + v["groups {assignment}"], "", 204},
		{"DELETE", sp + "/appRoleAssignments/" + v["servicePrincipals {assignment}"], "", 204},
		{"PATCH", ada + "/photo/$value", portrait(t, 60, 60), 200},
		{"PATCH", crew + "/photo/$value", portrait(t, 60, 60), 200},
		{"DELETE", ada + "/photo", "", 204},
		{"DELETE", crew + "/photo", "", 204},
		{"POST", unit + "/members/$ref", ref(v["groups {id}"]), 204},
		{"DELETE", unit + "/members/" + v["groups {id}"] + "/$ref", "", 204},
		{"POST", unit + "/members", `{"@odata.type":"#microsoft.graph.group","displayName":"New","mailNickname":"new","mailEnabled":false,"securityEnabled":true}`, 201},
		{"PATCH", unit, `{"description":"x"}`, 204},
		{"DELETE", unit, "", 204},
	} {
		s.ask(call.method, "/beta"+call.path, call.body).want(call.status)
	}
}

// TestTheLoginHostAnswersEverywhere asks each of its addresses once, as a browser or a library begins.
func TestTheLoginHostAnswersEverywhere(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	question := url.Values{"client_id": {d.app.ID}, "redirect_uri": {"http://localhost"}, "response_type": {"code"}, "scope": {"openid User.Read"}, "state": {"x"}}.Encode()
	bearer := "Bearer " + d.person("openid profile").str("access_token")
	for _, call := range []struct {
		method, path string
		form         url.Values
		status       int
	}{
		{"GET", "/.well-known/openid-configuration", nil, 200},
		{"GET", "/v2.0/.well-known/openid-configuration", nil, 200},
		{"GET", "/discovery/keys", nil, 200},
		{"GET", "/discovery/v2.0/keys", nil, 200},
		{"GET", "/discovery/instance?api-version=1.1&authorization_endpoint=" + url.QueryEscape(d.own+"/oauth2/v2.0/authorize"), nil, 200},
		{"GET", "/userrealm/admin@contoso.onmicrosoft.com?api-version=1.0", nil, 200},
		{"POST", "/oauth2/token", d.machine("scope", "", "resource", "https://graph.microsoft.com"), 200},
		{"POST", "/oauth2/v2.0/token", d.machine(), 200},
		{"GET", "/oauth2/authorize?" + question + "&resource=https%3A%2F%2Fgraph.microsoft.com", nil, 200},
		{"GET", "/oauth2/v2.0/authorize?" + question, nil, 200},
		{"POST", "/oauth2/devicecode", form("client_id", d.app.ID, "resource", "https://graph.microsoft.com"), 200},
		{"POST", "/oauth2/v2.0/devicecode", form("client_id", d.app.ID, "scope", "User.Read"), 200},
		{"GET", "/oauth2/deviceauth", nil, 200},
		{"GET", "/oauth2/logout", nil, 200},
		{"GET", "/oauth2/v2.0/logout", nil, 200},
		{"GET", "/oauth2/nativeclient", nil, 200},
		{"GET", "/adminconsent?" + question, nil, 200},
		{"GET", "/v2.0/adminconsent?" + question, nil, 200},
		{"GET", "/openid/userinfo", nil, 200},
		{"GET", "/wsfed", nil, 501},
		{"GET", "/saml2", nil, 501},
	} {
		if got := d.do(call.method, d.own+call.path, call.form, "Authorization", bearer); got.status != call.status {
			t.Errorf("%s %s: %d, want %d: %.300s", call.method, call.path, got.status, call.status, got.text)
		}
	}
}
