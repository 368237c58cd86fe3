package mockgraph_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// What naive fakes of Graph get wrong, one test each: a fake that errs hides a client's defect.

// TestMistake07_EveryWriteHasItsOwnStatus: clients such as manicminer/hamilton take exactly these.
func TestMistake07_EveryWriteHasItsOwnStatus(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	crew := s.ask("POST", "/v1.0/groups", `{"displayName":"crew","mailNickname":"crew","mailEnabled":false,"securityEnabled":true}`).want(201).str("id")
	application := s.tenant.Directory()
	app, err := application.Create(directory.Application, directory.Properties{"displayName": "app"})
	if err != nil {
		t.Fatal(err)
	}
	if err := application.Delete(app.ID()); err != nil {
		t.Fatal(err)
	}
	for _, call := range []struct {
		method, path, body string
		status             int
	}{
		{"PATCH", "/v1.0/groups/" + crew, `{"description":"x"}`, 204},
		{"POST", "/v1.0/groups/" + crew + "/members/$ref", ref(ada), 204},
		{"GET", "/v1.0/groups/" + crew + "/members/" + ada + "/$ref", "", 200},
		{"DELETE", "/v1.0/groups/" + crew + "/members/" + ada + "/$ref", "", 204},
		{"POST", "/v1.0/groups/" + crew + "/owners/$ref", ref(ada), 204},
		{"PUT", "/v1.0/users/" + ada + "/photo/$value", portrait(t, 50, 50), 200},
		{"DELETE", "/v1.0/users/" + ada + "/photo/$value", "", 204},
		{"POST", "/v1.0/users/" + ada + "/revokeSignInSessions", "", 200},
		{"POST", "/v1.0/users/" + ada + "/getMemberGroups", `{"securityEnabledOnly":false}`, 200},
		{"PATCH", "/v1.0/users/" + ada, `{"jobTitle":"x"}`, 204},
		{"DELETE", "/v1.0/users/" + ada, "", 204},
		{"POST", "/v1.0/directory/deletedItems/" + ada + "/restore", "", 200},
		{"DELETE", "/v1.0/groups/" + crew, "", 204},
		{"DELETE", "/v1.0/directory/deletedItems/" + crew, "", 204},
		{"POST", "/v1.0/directory/deletedItems/" + app.ID() + "/restore", "", 200},
		{"POST", "/v1.0/invitations", `{"invitedUserEmailAddress":"mina@partner.example","inviteRedirectUrl":"https://x.example"}`, 201},
	} {
		s.ask(call.method, call.path, call.body).want(call.status)
	}
}

// TestMistake09_DuplicatesAreNotConflicts: 400 with details, where a naive fake answers 409.
func TestMistake09_DuplicatesAreNotConflicts(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	taken := s.ask("POST", "/v1.0/users", `{"accountEnabled":true,"displayName":"A","mailNickname":"a","userPrincipalName":"ada@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`).
		refused(400, "Request_BadRequest", "Another object with the same value for property userPrincipalName already exists.")
	if taken.str("error.details.0.code") != "ObjectConflict" || taken.str("error.details.0.target") != "userPrincipalName" || taken.str("error.details.1.target") != "user_"+ada {
		t.Errorf("details: %s", taken.body)
	}
	s.ask("POST", "/v1.0/groups/"+crew+"/members/$ref", ref(ada)).want(204)
	s.ask("POST", "/v1.0/groups/"+crew+"/members/$ref", ref(ada)).refused(400, "Request_BadRequest", "One or more added object references already exist for the following modified properties: 'members'.")
}

// TestMistake10_GroupNamesAreNotUnique: creating twice after a timeout makes two groups.
func TestMistake10_GroupNamesAreNotUnique(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	first, again := s.group("crew", ""), s.group("crew", "")
	if first == again {
		t.Fatal("one group for two creations")
	}
	if got := s.ask("GET", "/v1.0/groups?$filter=displayName eq 'crew'", "").want(200).values("id"); len(got) != 2 {
		t.Errorf("groups of that name: %v", got)
	}
	s.unified("cast", "")
	s.ask("POST", "/v1.0/groups", `{"displayName":"cast","mailNickname":"cast","mailEnabled":true,"securityEnabled":false,"groupTypes":["Unified"]}`).
		refused(400, "Request_BadRequest", "Another object with the same value for property mailNickname already exists.")
}

// TestMistake11_DeletingIsNotForEver: the name is free at once, the object can come back under its own id.
func TestMistake11_DeletingIsNotForEver(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew, cast := s.user("ada", ""), s.group("crew", ""), s.unified("cast", "")
	for _, path := range []string{"/v1.0/users/" + ada, "/v1.0/groups/" + crew, "/v1.0/groups/" + cast} {
		s.ask("DELETE", path, "").want(204)
	}
	for _, id := range []string{ada, crew, cast} {
		if got := s.ask("GET", "/v1.0/directory/deletedItems/"+id, "").want(200); got.str("deletedDateTime") == "" && id != ada {
			t.Errorf("deleted object: %s", got.body)
		}
	}
	if again := s.user("ada", ""); again == ada {
		t.Error("the new user has the old id")
	}
	s.ask("POST", "/v1.0/directory/deletedItems/"+crew+"/restore", "").want(200)
	s.ask("GET", "/v1.0/groups/"+crew, "").want(200)
	list := s.seed("list", directory.Properties{"mailEnabled": true, "securityEnabled": false})
	s.ask("DELETE", "/v1.0/groups/"+list, "").want(204)
	s.ask("GET", "/v1.0/directory/deletedItems/"+list, "").want(404)
}

// TestMistake12_MembersWithoutValueAreThere: null and [], not absent.
func TestMistake12_MembersWithoutValueAreThere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	for path, member := range map[string]string{
		"/v1.0/users/" + ada: `"jobTitle":null`, "/v1.0/users?$select=otherMails": `"otherMails":[]`, "/v1.0/groups/" + crew: `"proxyAddresses":[]`,
		"/v1.0/groups?$select=description": `"description":null`, "/v1.0/directoryObjects/" + ada: `"businessPhones":[]`,
	} {
		if got := s.ask("GET", path, "").want(200); !bytes.Contains(got.body, []byte(member)) {
			t.Errorf("%s has no %s: %s", path, member, got.body)
		}
	}
}

// TestMistake13_MixedItemsCarryTheirType: whatever is selected.
func TestMistake13_MixedItemsCarryTheirType(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	inner := s.group("inner", "")
	outer := s.group("outer", binds("members", ada, inner)+","+binds("owners", ada)+",")
	for path, want := range map[string][]string{
		"/v1.0/groups/" + outer + "/members?$select=id":               {"#microsoft.graph.group", "#microsoft.graph.user"},
		"/v1.0/groups/" + outer + "/owners?$select=id&$top=100":       {"#microsoft.graph.user"},
		"/v1.0/users/" + ada + "/memberOf?$select=id&$top=100":        {"#microsoft.graph.group"},
		"/v1.0/users/" + ada + "/ownedObjects?$select=id&$top=100":    {"#microsoft.graph.group"},
		"/v1.0/groups/" + outer + "/transitiveMembers?$select=id":     {"#microsoft.graph.group", "#microsoft.graph.user"},
		"/v1.0/users/" + ada + "/transitiveMemberOf?$select=id":       {"#microsoft.graph.group"},
		"/v1.0/groups/" + inner + "/transitiveMemberOf?$select=id":    {"#microsoft.graph.group"},
		"/v1.0/groups/" + inner + "/memberOf?$select=id,mailNickname": {"#microsoft.graph.group"},
	} {
		types := s.ask("GET", path, "").want(200).values("@odata.type")
		if slices.Sort(types); !slices.Equal(types, want) {
			t.Errorf("%s: %v, want %v", path, types, want)
		}
	}
	if got := s.ask("POST", "/v1.0/directoryObjects/getByIds?$select=id", `{"ids":["`+ada+`"]}`).want(200); got.str("value.0.@odata·type") != "#microsoft.graph.user" {
		t.Errorf("by id: %s", got.body)
	}
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	if got := s.ask("GET", "/v1.0/directory/deletedItems/"+ada+"?$select=id", "").want(200); got.str("@odata·type") != "#microsoft.graph.user" {
		t.Errorf("deleted: %s", got.body)
	}
}

// TestMistake14_ForgettingRefDeletesTheMember: not the membership. It is the costliest defect a connector can have.
func TestMistake14_ForgettingRefDeletesTheMember(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	inner := s.group("inner", "")
	crew := s.group("crew", binds("members", ada, inner)+",")
	s.ask("DELETE", "/v1.0/groups/"+crew+"/members/"+bob, "").refused(404, "Request_ResourceNotFound", bob)
	s.ask("DELETE", "/v1.0/groups/"+crew+"/members/"+ada, "").want(204)
	s.ask("GET", "/v1.0/users/"+ada, "").refused(404, "Request_ResourceNotFound", ada)
	s.ask("GET", "/v1.0/directory/deletedItems/"+ada, "").want(200)
	s.ask("DELETE", "/v1.0/groups/"+crew+"/members/"+inner, "").want(204)
	s.ask("GET", "/v1.0/groups/"+inner, "").want(404)
	s.ask("GET", "/v1.0/users/"+bob, "").want(200)
}

// TestMistake15_PathsAndHeadersAreTakenAsClientsWriteThem.
func TestMistake15_PathsAndHeadersAreTakenAsClientsWriteThem(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	guest := s.ask("POST", "/v1.0/invitations", `{"invitedUserEmailAddress":"mina@partner.example","inviteRedirectUrl":"https://x.example"}`).want(201).str("invitedUser.id")
	crew := s.group("crew", binds("members", ada)+",")
	for path, id := range map[string]string{
		"/v1.0/Users/" + ada: ada, "/v1.0/users/" + ada + "/?$select=id,&": ada, "/v1.0/users('" + ada + "')": ada, "/V1.0/GROUPS/" + strings.ToUpper(crew): crew,
		"/v1.0/users/mina_partner.example%23EXT%23@contoso.onmicrosoft.com": guest, "/v1.0/groups('" + crew + "')?select=id": crew, "/beta/groups/" + crew + "/": crew,
	} {
		if got := s.ask("GET", path, "").want(200).str("id"); got != id {
			t.Errorf("%s: %s, want %s", path, got, id)
		}
	}
	s.ask("GET", "/v1.0/users", "", "Authorization", s.token, "OData-Version", "4.0", "OData-MaxVersion", "4.0", "Consistencylevel", "eventual").want(200)
	s.ask("POST", "/v1.0/users/"+ada+"/microsoft.graph.getMemberGroups", `{"securityEnabledOnly":true}`).want(200)
	s.ask("POST", "/v1.0/users/"+ada+"/getMemberGroups()", `{"securityEnabledOnly":true}`).want(200)

	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if err := json.NewEncoder(w).Encode(map[string]any{"displayName": "Zip", "mailNickname": "zip", "mailEnabled": false, "securityEnabled": true}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), "POST", "https://graph.microsoft.com/v1.0/groups", &packed)
	r.Header = http.Header{"Authorization": {"Bearer " + s.token}, "Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}
	answered := httptest.NewRecorder()
	if s.tenant.ServeHTTP(answered, r); answered.Code != 201 {
		t.Errorf("packed body: %d %s", answered.Code, answered.Body)
	}

	s.token = s.as(login.Grant{UserID: ada, Scopes: every})
	s.ask("POST", "/v1.0/ME/getMemberGroups", `{"securityEnabledOnly":true}`).want(200)
}

func TestMistake16_MeAndRightsBelongToTheToken(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.ask("GET", "/v1.0/me", "").refused(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
	s.ask("GET", "/v1.0/me/licenseDetails", "").refused(400, "BadRequest", "/me request is only valid")
	// A subscription needs the right to read what it watches, whatever else the token carries.
	s.token = s.as(login.Grant{Roles: []string{"Group.Read.All", "Mail.Read"}})
	s.ask("POST", "/v1.0/subscriptions", `{"changeType":"updated","notificationUrl":"http://127.0.0.1:1/","resource":"users","expirationDateTime":"`+
		time.Now().Add(time.Hour).UTC().Format(time.RFC3339)+`"}`).refused(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

func TestMistake17_LicencesHaveSeatsAndAnOrderOfRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("SPE_E3", 1)
	s.buy("EXCHANGESTANDARD", 5)
	const unknown, exchange = "11111111-2222-4333-8444-555555555555", "4b9405b0-7788-4568-add1-99614e613b69"
	ada, bob := s.user("ada", `"usageLocation":"GB",`), s.user("bob", "")
	s.license(ada, e3).want(http.StatusOK)
	if consumed, _ := s.seats(e3); consumed != 1.0 {
		t.Errorf("%v seats are taken, want 1", consumed)
	}
	// Both parameters, then location, then the licence, then seats, then plans: one request wrong in all ways is refused for the first.
	s.ask("POST", "/v1.0/users/"+bob+"/assignLicense", `{"addLicenses":[{"skuId":"`+unknown+`"}]}`).refused(400, "Request_BadRequest", "missing from the request payload")
	s.license(bob, unknown).refused(400, "Request_BadRequest", "invalid usage location")
	s.ask("PATCH", "/v1.0/users/"+bob, `{"usageLocation":"GB"}`).want(http.StatusNoContent)
	s.license(bob, unknown).refused(400, "Request_BadRequest", "does not correspond to a valid company License")
	both := `{"addLicenses":[{"skuId":"` + e3 + `"},{"skuId":"` + exchange + `"}],"removeLicenses":[]}`
	s.ask("POST", "/v1.0/users/"+bob+"/assignLicense", both).refused(400, "Request_BadRequest", "does not have any available licenses")
	s.buy("SPE_E3", 2)
	s.ask("POST", "/v1.0/users/"+bob+"/assignLicense", both).refused(400, "Request_BadRequest", "are mutually exclusive")
	if consumed, _ := s.seats(exchange); consumed != 0.0 {
		t.Errorf("%v seats were taken by a refused request", consumed)
	}
	// A group takes what there is; the call succeeds, the member says what is wrong.
	carl, dora := s.user("carl", ""), s.user("dora", "")
	g := s.securityGroup("crew", carl, dora)
	s.ask("POST", "/v1.0/groups/"+g+"/assignLicense", `{"addLicenses":[{"skuId":"`+e3+`"}],"removeLicenses":[]}`).want(http.StatusAccepted)
	failed := s.ask("GET", "/v1.0/groups/"+g+"/membersWithLicenseErrors", "").want(http.StatusOK).values("id")
	if len(failed) != 1 {
		t.Fatalf("%d members without a seat, want one of two", len(failed))
	}
	if got := s.ask("GET", "/v1.0/users/"+failed[0]+"?$select=licenseAssignmentStates", "").str("licenseAssignmentStates.0.error"); got != "CountViolation" {
		t.Errorf("error %q, want CountViolation", got)
	}
}

// TestMistake07_ApplicationsHaveStatusesOfTheirOwn: addPassword answers 200, not 201, and what has nothing to say 204.
func TestMistake07_ApplicationsHaveStatusesOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	app, sp := s.principal("Payroll", "")
	one, principal := "/v1.0/applications/"+app.str("id"), "/v1.0/servicePrincipals/"+sp.str("id")
	ada := s.user("ada", "")
	secret := s.ask("POST", one+"/addPassword", `{"passwordCredential":{"displayName":"ci"}}`).want(200)
	for _, call := range []struct {
		method, path, body, contentType string
		status                          int
	}{
		{"PATCH", one, `{"notes":"x"}`, "application/json", 204},
		{"POST", one + "/removePassword", `{"keyId":"` + secret.str("keyId") + `"}`, "application/json", 204},
		{"PUT", one + "/logo", "\x89PNG\r\n\x1a\n", "image/png", 204},
		{"POST", one + "/owners/$ref", ref(ada), "application/json", 204},
		{"DELETE", one + "/owners/" + ada + "/$ref", "", "", 204},
		{"PATCH", principal, `{"notes":"x"}`, "application/json", 204},
		{"DELETE", principal, "", "", 204},
		{"DELETE", one, "", "", 204},
	} {
		s.ask(call.method, call.path, call.body, "Content-Type", call.contentType).want(call.status)
	}
}

// TestMistake20_SecretsAndIdentitiesStayApart: a secret can be read once, grants and assignments have structured ids, and a service
// principal is not its application, whose appId is no object id.
func TestMistake20_SecretsAndIdentitiesStayApart(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	app, sp := s.principal("Payroll", "")
	ada := s.user("ada", "")
	ids := []string{app.str("id"), app.str("appId"), sp.str("id")}
	if ids[0] == ids[1] || ids[1] == ids[2] || ids[0] == ids[2] || sp.str("appId") != ids[1] {
		t.Errorf("application %s, its appId %s and its service principal %s are not three", ids[0], ids[1], ids[2])
	}
	for _, path := range []string{"/applications/" + ids[1], "/servicePrincipals/" + ids[1], "/applications/" + ids[2], "/servicePrincipals/" + ids[0]} {
		s.ask("GET", "/v1.0"+path, "").refused(404, "Request_ResourceNotFound", "does not exist or one of its queried reference-property objects are not present.")
	}

	secret := s.ask("POST", "/v1.0/applications/"+ids[0]+"/addPassword", `{}`).want(200).str("secretText")
	for _, path := range []string{
		"/v1.0/applications/" + ids[0], "/v1.0/applications", "/beta/applications/" + ids[0] + "?$select=passwordCredentials", "/v1.0/servicePrincipals/" + ids[2],
		"/v1.0/users/" + ada, "/beta/users/" + ada + "?$select=passwordProfile",
	} {
		if body := string(s.ask("GET", path, "").want(200).body); strings.Contains(body, secret) || strings.Contains(body, "Curtain-Up-2026") {
			t.Errorf("GET %s shows a secret: %s", path, body)
		}
	}
	var saved bytes.Buffer
	if err := s.tenant.Directory().Save(&saved); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(saved.Bytes(), []byte(secret)) {
		t.Error("the saved directory has the secret in it")
	}

	graph := s.ask("GET", "/v1.0/servicePrincipals(appId='"+graphAppID+"')", "").want(200).str("id")
	grant := s.ask("POST", "/v1.0/oauth2PermissionGrants", `{"clientId":"`+ids[2]+`","consentType":"Principal","principalId":"`+ada+`","resourceId":"`+graph+`","scope":"User.Read"}`).want(201).str("id")
	if want := joinedGUIDs(t, ids[2], graph, ada); grant != want {
		t.Errorf("grant %s, want %s", grant, want)
	}
	made := s.ask("POST", "/v1.0/users/"+ada+"/appRoleAssignments", assignment(ada, ids[2], directory.DefaultAccessRole)).want(201).str("id")
	if want := joinedGUIDs(t, ada)[:21]; len(made) != 43 || !strings.HasPrefix(made, want) {
		t.Errorf("assignment %s, want 43 characters that begin with %s", made, want)
	}
}

// joinedGUIDs writes GUIDs one after the other as Graph's ids of grants and assignments carry them: the first three parts of each
// little-endian, all in base64url.
func joinedGUIDs(t *testing.T, ids ...string) string {
	t.Helper()
	var all []byte
	for _, id := range ids {
		b, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(b[:4])
		slices.Reverse(b[4:6])
		slices.Reverse(b[6:8])
		all = append(all, b...)
	}
	return base64.RawURLEncoding.EncodeToString(all)
}
