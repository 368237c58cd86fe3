package mockgraph_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// What naive fakes get wrong about writes, who may do them, and secrets.

func TestMistake07_ActionsHaveTheirOwnStatuses(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("TEAMS_EXPLORATORY", 5)
	ada := s.user("ada", `"usageLocation":"IN",`)
	app, sp := s.principal("Payroll", "")
	crew := s.group("crew", binds("members", ada)+",")
	s.ask("POST", "/v1.0/groups/"+crew+"/assignLicense", `{"addLicenses":[{"skuId":"`+teamsExploratory+`"}],"removeLicenses":[]}`).want(http.StatusAccepted)
	s.license(ada, teamsExploratory).want(http.StatusOK)
	if revoked := s.ask("POST", "/v1.0/users/"+ada+"/revokeSignInSessions", "").want(http.StatusOK); revoked.at("value") != true {
		t.Errorf("revoked: %s", revoked.body)
	}
	secret := s.ask("POST", "/v1.0/applications/"+app.str("id")+"/addPassword", "{}").want(http.StatusOK)
	s.ask("POST", "/v1.0/applications/"+app.str("id")+"/removePassword", `{"keyId":"`+secret.str("keyId")+`"}`).want(http.StatusNoContent)
	s.ask("PATCH", "/v1.0/servicePrincipals/"+sp.str("id"), `{"tags":["x"]}`).want(http.StatusNoContent)
	s.ask("PUT", "/v1.0/users/"+ada+"/manager/$ref", ref(s.user("bob", ""))).want(http.StatusNoContent)
	s.ask("DELETE", "/v1.0/users/"+ada+"/manager/$ref", "").want(http.StatusNoContent)
}

// TestMistake09_ConflictsAreForGrantsAndServicePrincipals: 409 is theirs alone.
func TestMistake09_ConflictsAreForGrantsAndServicePrincipals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	app, sp := s.principal("Payroll", "")
	graph := s.ask("GET", "/v1.0/servicePrincipals(appId='"+graphAppID+"')", "").want(200).str("id")
	grant := `{"clientId":"` + sp.str("id") + `","consentType":"AllPrincipals","resourceId":"` + graph + `","scope":"User.Read"}`
	s.ask("POST", "/v1.0/oauth2PermissionGrants", grant).want(201)
	s.ask("POST", "/v1.0/oauth2PermissionGrants", grant).refused(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")
	s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+app.str("appId")+`"}`).refused(409, "Request_MultipleObjectsWithSameKeyValue", "already in use")
	ada := s.user("ada", "")
	role := s.payroll().str("id")
	s.ask("POST", "/v1.0/users/"+ada+"/appRoleAssignments", assignment(ada, role, clerk)).want(201)
	s.ask("POST", "/v1.0/users/"+ada+"/appRoleAssignments", assignment(ada, role, clerk)).refused(400, "Request_BadRequest", "Permission being assigned already exists on the object")
	s.ask("PATCH", "/v1.0/users/"+ada, `{"mail":"stage@contoso.onmicrosoft.com"}`).want(204)
	s.ask("PATCH", "/v1.0/users/"+ada, `{"mail":"ada@contoso.onmicrosoft.com"}`).want(204)
	if got := s.ask("GET", "/v1.0/users/"+ada+"?$select=proxyAddresses", "").want(200); got.str("proxyAddresses.0") != "SMTP:ada@contoso.onmicrosoft.com" || got.str("proxyAddresses.1") != "smtp:stage@contoso.onmicrosoft.com" {
		t.Errorf("addresses: %s", got.body)
	}
	taken := s.ask("POST", "/v1.0/users", `{"accountEnabled":true,"displayName":"B","mailNickname":"b","mail":"stage@contoso.onmicrosoft.com","userPrincipalName":"b@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`).
		refused(400, "Request_BadRequest", "Another object with the same value for property proxyAddresses already exists.")
	if taken.str("error.details.0.code") != "ObjectConflict" || taken.str("error.details.0.target") != "proxyAddresses" {
		t.Errorf("details: %s", taken.body)
	}
}

// TestMistake11_TheRecycleBinKeepsThirtyDays: under a name nobody else wants, and then no longer.
func TestMistake11_TheRecycleBinKeepsThirtyDays(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock))
	ada, bob := s.user("ada", ""), s.user("bob", "")
	app := s.application("Payroll", "").str("id")
	for _, path := range []string{"/v1.0/users/" + ada, "/v1.0/users/" + bob, "/v1.0/applications/" + app} {
		s.ask("DELETE", path, "").want(204)
		s.ask("GET", path, "").want(404)
	}
	if got := s.ask("GET", "/v1.0/directory/deletedItems/"+ada+"?$select=userPrincipalName", "").want(200); got.str("userPrincipalName") != strings.ReplaceAll(ada, "-", "")+"ada@contoso.onmicrosoft.com" {
		t.Errorf("deleted user: %s", got.body)
	}
	for kind, id := range map[string]string{"user": bob, "application": app} {
		if ids := s.ask("GET", "/v1.0/directory/deletedItems/microsoft.graph."+kind, "").want(200).values("id"); !slices.Contains(ids, id) {
			t.Errorf("deleted %ss: %v", kind, ids)
		}
		if back := s.ask("POST", "/v1.0/directory/deletedItems/"+id+"/restore", "").want(200).str("id"); back != id {
			t.Errorf("restored %s %s, want %s", kind, back, id)
		}
	}
	s.ask("GET", "/v1.0/users/bob@contoso.onmicrosoft.com", "").want(200)
	clock.Advance(31 * 24 * time.Hour)
	s.token = s.as(loginGrant())
	s.tenant.Directory().Process()
	s.ask("GET", "/v1.0/directory/deletedItems/"+ada, "").want(404)
	s.ask("POST", "/v1.0/directory/deletedItems/"+ada+"/restore", "").want(404)
}

// TestMistake12_DeltaOmitsWhatWasNeverSet: null is for what was cleared.
func TestMistake12_DeltaOmitsWhatWasNeverSet(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", `"jobTitle":"Analyst",`)
	items, link, _ := s.toTheEnd(s.ask("GET", "/v1.0/users/delta?$select=jobTitle,city,businessPhones&$filter=id eq '"+ada+"'", ""))
	if _, shown := items[0]["city"]; shown || items[0]["jobTitle"] != "Analyst" {
		t.Errorf("first round: %v", items)
	}
	s.ask("PATCH", "/v1.0/users/"+ada, `{"jobTitle":null}`).want(204)
	items, _, _ = s.toTheEnd(s.follow(link))
	if value, shown := items[0]["jobTitle"]; !shown || value != nil {
		t.Errorf("cleared: %v", items)
	}
}

// TestMistake16_ConsentCountsInNewTokens: what is granted or withdrawn now stands in tokens issued from now on.
func TestMistake16_ConsentCountsInNewTokens(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	graph := s.ask("GET", "/v1.0/servicePrincipals(appId='"+graphAppID+"')", "").want(200)
	client := s.ask("GET", "/v1.0/servicePrincipals(appId='"+s.app+"')", "").want(200).str("id")
	var role string
	for _, each := range graph.at("appRoles").([]any) {
		if r, _ := each.(map[string]any); r["value"] == "User.Read.All" {
			role, _ = r["id"].(string)
		}
	}
	granted := login.Grant{} // with what is assigned
	before := s.as(granted)
	s.ask("GET", "/v1.0/users", "", "Authorization", before).want(http.StatusForbidden)
	made := s.ask("POST", "/v1.0/servicePrincipals/"+graph.str("id")+"/appRoleAssignedTo", assignment(client, graph.str("id"), role)).want(201)
	s.ask("GET", "/v1.0/users", "", "Authorization", before).refused(403, "Authorization_RequestDenied", message403)
	after := s.as(granted)
	s.ask("GET", "/v1.0/users", "", "Authorization", after).want(200)
	s.ask("DELETE", "/v1.0/servicePrincipals/"+graph.str("id")+"/appRoleAssignedTo/"+made.str("id"), "").want(204)
	s.ask("GET", "/v1.0/users", "", "Authorization", after).want(200)
	s.ask("GET", "/v1.0/users", "", "Authorization", s.as(granted)).want(http.StatusForbidden)
}

// TestMistake16_SomeTargetsNeedMore: administrators, and groups that carry roles.
func TestMistake16_SomeTargetsNeedMore(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	admin := "/v1.0/users/admin@contoso.onmicrosoft.com"
	carrier := s.ask("POST", "/v1.0/groups", `{"displayName":"carrier","mailNickname":"carrier","mailEnabled":false,"securityEnabled":true,"isAssignableToRole":true}`).want(201).str("id")
	ada, weak := s.user("ada", ""), s.as(login.Grant{Roles: []string{"Group.ReadWrite.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}})
	for _, call := range []struct{ method, path, body string }{
		{"POST", "/v1.0/groups", `{"displayName":"x","mailNickname":"x","mailEnabled":false,"securityEnabled":true,"isAssignableToRole":true}`},
		{"PATCH", "/v1.0/groups/" + carrier, `{"description":"x"}`}, {"POST", "/v1.0/groups/" + carrier + "/members/$ref", ref(ada)}, {"DELETE", "/v1.0/groups/" + carrier, ""},
		{"PATCH", admin, `{"passwordProfile":{"password":"Curtain-Down-2026"}}`}, {"PATCH", admin, `{"accountEnabled":false}`}, {"DELETE", admin, ""},
	} {
		s.ask(call.method, call.path, call.body, "Authorization", weak).refused(403, "Authorization_RequestDenied", message403)
	}
}

// TestMistake17_InheritedLicencesStay: nor are plans taken without those they need.
func TestMistake17_InheritedLicencesStay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("TEAMS_EXPLORATORY", 1)
	ada, bob := s.user("ada", `"usageLocation":"IN",`), s.user("bob", `"usageLocation":"IN",`)
	crew := s.group("crew", binds("members", ada)+",")
	s.ask("POST", "/v1.0/users/"+ada+"/assignLicense", `{"removeLicenses":[]}`).refused(400, "Request_BadRequest", "The missing parameters are: addLicenses.")
	s.ask("POST", "/v1.0/users/"+ada+"/assignLicense", `{"addLicenses":[]}`).refused(400, "Request_BadRequest", "The missing parameters are: removeLicenses.")
	s.ask("POST", "/v1.0/groups/"+crew+"/assignLicense", `{"addLicenses":[{"skuId":"`+teamsExploratory+`"}],"removeLicenses":[]}`).want(202)
	s.ask("POST", "/v1.0/users/"+ada+"/assignLicense", `{"addLicenses":[],"removeLicenses":["`+teamsExploratory+`"]}`).refused(400, "Request_BadRequest", "inherited from a group membership")
	s.ask("POST", "/v1.0/users/"+bob+"/assignLicense", `{"addLicenses":[],"removeLicenses":["`+teamsExploratory+`"]}`).refused(400, "Request_BadRequest", "User does not have a corresponding license.")
	s.license(bob, teamsExploratory).refused(400, "Request_BadRequest", "Subscription with SKU "+teamsExploratory+" does not have any available licenses.")
	s.ask("DELETE", "/v1.0/groups/"+crew+"/members/"+ada+"/$ref", "").want(204)
	if consumed, _ := s.seats(teamsExploratory); consumed != 0.0 {
		t.Errorf("%v seats are taken after the member left", consumed)
	}
}

// TestMistake20_SecretsAreShownOnceAndIDsAreNotInterchangeable: and passwords are never shown at all.
func TestMistake20_SecretsAreShownOnceAndIDsAreNotInterchangeable(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	app, sp := s.principal("Payroll", "")
	path := "/v1.0/applications/" + app.str("id")
	secret := s.ask("POST", path+"/addPassword", `{"passwordCredential":{"displayName":"ci"}}`).want(200).str("secretText")
	for _, read := range []string{path, path + "?$select=passwordCredentials", "/v1.0/applications?$select=passwordCredentials", "/v1.0/applications/delta?$select=passwordCredentials", "/v1.0/auditLogs/directoryAudits"} {
		if got := s.ask("GET", read, "").want(200); secret == "" || strings.Contains(string(got.body), secret) {
			t.Errorf("%s shows the secret", read)
		}
	}
	kept := s.ask("GET", path, "").want(200)
	if text, shown := kept.at("passwordCredentials.0").(map[string]any)["secretText"]; !shown || text != nil || kept.str("passwordCredentials.0.hint") != secret[:3] {
		t.Errorf("afterwards: %s", kept.body)
	}

	ada := s.user("ada", "")
	for _, read := range []string{"/v1.0/users/" + ada + "?$select=id,passwordProfile", "/beta/users/" + ada, "/v1.0/users?$select=passwordProfile", "/v1.0/users/delta?$select=passwordProfile", "/v1.0/auditLogs/directoryAudits"} {
		if got := s.ask("GET", read, "").want(200); strings.Contains(string(got.body), "Curtain") {
			t.Errorf("%s shows a password", read)
		}
	}

	// An application and its service principal are two objects with an id each, and neither is the application id.
	ids := []string{app.str("id"), app.str("appId"), sp.str("id")}
	if slices.Sort(ids); len(slices.Compact(ids)) != 3 || sp.str("appId") != app.str("appId") {
		t.Errorf("ids: %v", ids)
	}
	for _, wrong := range []string{"/v1.0/applications/" + app.str("appId"), "/v1.0/servicePrincipals/" + app.str("appId"), "/v1.0/servicePrincipals/" + app.str("id"), "/v1.0/applications/" + sp.str("id")} {
		s.ask("GET", wrong, "").refused(404, "Request_ResourceNotFound", "does not exist or one of its queried reference-property objects are not present.")
	}

	resource := s.payroll().str("id")
	graph := s.ask("GET", "/v1.0/servicePrincipals(appId='"+graphAppID+"')", "").want(200).str("id")
	assigned := s.ask("POST", "/v1.0/users/"+ada+"/appRoleAssignments", assignment(ada, resource, clerk)).want(201).str("id")
	all := s.ask("POST", "/v1.0/oauth2PermissionGrants", `{"clientId":"`+sp.str("id")+`","consentType":"AllPrincipals","resourceId":"`+graph+`","scope":"User.Read"}`).want(201).str("id")
	one := s.ask("POST", "/v1.0/oauth2PermissionGrants", `{"clientId":"`+sp.str("id")+`","consentType":"Principal","principalId":"`+ada+`","resourceId":"`+graph+`","scope":"User.Read"}`).want(201).str("id")
	for id, want := range map[string][]string{assigned: {ada}, all: {sp.str("id"), graph}, one: {sp.str("id"), graph, ada}} {
		var begin []byte
		for _, each := range want {
			begin = append(begin, guidBytes(each)...)
		}
		raw, err := base64.RawURLEncoding.DecodeString(id)
		if err != nil || len(raw) < len(begin) || cmp.Diff(begin, raw[:len(begin)]) != "" {
			t.Errorf("the id %s does not begin with %v", id, want)
		}
	}
}

// guidBytes are the bytes of a GUID as Windows orders them: the first three groups with the lowest byte first.
func guidBytes(id string) []byte {
	raw := make([]byte, 16)
	order := []int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15}
	digits := strings.ReplaceAll(id, "-", "")
	for i, at := range order {
		raw[at] = hexDigit(digits[2*i])<<4 | hexDigit(digits[2*i+1])
	}
	return raw
}

func hexDigit(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}
