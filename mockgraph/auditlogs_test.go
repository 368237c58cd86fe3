package mockgraph_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// newest returns the newest entry of an activity in the audit log.
func (s *stage) newest(activity string) *answer {
	s.Helper()
	filter := url.QueryEscape("activityDisplayName eq '" + activity + "'")
	a := s.ask("GET", "/v1.0/auditLogs/directoryAudits?$top=1&$filter="+filter, "").want(http.StatusOK)
	if len(a.values("id")) != 1 {
		s.Fatalf("no entry %q in the audit log", activity)
	}
	return a
}

// modified returns the values of a property in the first target of the first entry.
func (a *answer) modified(name string) (old, now any) {
	all, _ := a.at("value.0.targetResources.0.modifiedProperties").([]any)
	for _, each := range all {
		if m, _ := each.(map[string]any); m["displayName"] == name {
			return m["oldValue"], m["newValue"]
		}
	}
	return "absent", "absent"
}

func TestWritesAreAuditedWithWhoAndWhat(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", `"usageLocation":"IN",`)
	got := s.newest("Add user")
	item, _ := got.at("value.0").(map[string]any)
	sp, _ := s.tenant.Directory().Snapshot().Lookup(directory.ServicePrincipal, "appId", s.app)
	want := map[string]any{
		"id": item["id"], "category": "UserManagement", "correlationId": item["correlationId"], "result": "success", "resultReason": nil,
		"activityDisplayName": "Add user", "activityDateTime": item["activityDateTime"], "loggedByService": "Core Directory", "operationType": "Add",
		"initiatedBy": map[string]any{"user": nil, "app": map[string]any{
			"appId": s.app, "displayName": "Stage hand", "servicePrincipalId": sp.ID(), "servicePrincipalName": nil,
		}},
		"targetResources":   []any{map[string]any{"id": ada, "displayName": "ada", "type": "User", "userPrincipalName": "ada@contoso.onmicrosoft.com", "groupType": nil}},
		"additionalDetails": []any{},
	}
	if diff := cmp.Diff(want, item, cmpopts.IgnoreMapEntries(func(name string, _ any) bool { return name == "modifiedProperties" })); diff != "" {
		t.Errorf("entry (-want +got):\n%s", diff)
	}
	if got.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#auditLogs/directoryAudits" {
		t.Errorf("context %q", got.str("@odata·context"))
	}
	if old, now := got.modified("UsageLocation"); old != "[]" || now != `["IN"]` {
		t.Errorf("UsageLocation %v, %v", old, now)
	}
	if old, _ := got.modified("PasswordProfile"); old != "absent" || strings.Contains(string(got.body), "Curtain-Up") {
		t.Errorf("the log says something about the password: %s", got.body)
	}

	s.ask("PATCH", "/v1.0/users/"+ada, `{"jobTitle":"Analyst","accountEnabled":false,"passwordProfile":{"password":"Curtain-Up-2027"}}`).want(http.StatusNoContent)
	if old, now := s.newest("Update user").modified("JobTitle"); old != "[]" || now != `["Analyst"]` {
		t.Errorf("JobTitle %v, %v", old, now)
	}
	if _, now := s.newest("Update user").modified("Included Updated Properties"); !strings.Contains(now.(string), "AccountEnabled, JobTitle") {
		t.Errorf("included %v", now)
	}
	s.newest("Disable account")
	s.newest("Reset user password")
	one := s.ask("GET", "/v1.0/auditLogs/directoryAudits/"+item["id"].(string), "").want(http.StatusOK)
	if one.str("activityDisplayName") != "Add user" || one.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#auditLogs/directoryAudits/$entity" {
		t.Errorf("one entry: %s", one.body)
	}
}

func TestAuditNamesUsersWhoActThroughAnApplication(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	admin, _ := s.tenant.Directory().Snapshot().Lookup(directory.User, "userPrincipalName", "admin@contoso.onmicrosoft.com")
	s.token = s.as(login.Grant{UserID: admin.ID(), Scopes: every})
	ada := s.user("ada", "")
	got := s.newest("Add user")
	if got.str("value.0.initiatedBy.user.id") != admin.ID() || got.str("value.0.initiatedBy.user.userPrincipalName") != "admin@contoso.onmicrosoft.com" || got.at("value.0.initiatedBy.app") != nil {
		t.Errorf("initiatedBy: %s", got.body)
	}
	if got.str("value.0.initiatedBy.user.ipAddress") == "" || got.str("value.0.targetResources.0.id") != ada {
		t.Errorf("entry: %s", got.body)
	}
}

func TestEveryKindOfWriteHasItsActivity(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("TEAMS_EXPLORATORY", 5)
	ada, bob := s.user("ada", `"usageLocation":"IN",`), s.user("bob", "")
	g := s.securityGroup("crew")
	ref := func(id string) string {
		return `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/` + id + `"}`
	}
	for _, test := range []struct {
		activity, category, method, path, body string
		targets                                []string
	}{
		{"Change user license", "UserManagement", "POST", "/users/" + ada + "/assignLicense", `{"addLicenses":[{"skuId":"` + teamsExploratory + `"}],"removeLicenses":[]}`, []string{ada}},
		{"Set group license", "GroupManagement", "POST", "/groups/" + g + "/assignLicense", `{"addLicenses":[{"skuId":"` + teamsExploratory + `"}],"removeLicenses":[]}`, []string{g}},
		{"Set user manager", "UserManagement", "PUT", "/users/" + ada + "/manager/$ref", ref(bob), []string{bob, ada}},
		{"Remove user manager", "UserManagement", "DELETE", "/users/" + ada + "/manager/$ref", ``, []string{ada}},
		{"Add member to group", "GroupManagement", "POST", "/groups/" + g + "/members/$ref", ref(ada), []string{ada, g}},
		{"Remove member from group", "GroupManagement", "DELETE", "/groups/" + g + "/members/" + ada + "/$ref", ``, []string{ada, g}},
		{"Add owner to group", "GroupManagement", "POST", "/groups/" + g + "/owners/$ref", ref(ada), []string{ada, g}},
		{"Update group", "GroupManagement", "PATCH", "/groups/" + g, `{"description":"Everybody"}`, []string{g}},
		{"Delete group", "GroupManagement", "DELETE", "/groups/" + g, ``, []string{g}},
		{"Restore Group", "GroupManagement", "POST", "/directory/deletedItems/" + g + "/restore", `{}`, []string{g}},
		{"Delete user", "UserManagement", "DELETE", "/users/" + bob, ``, []string{bob}},
		{"Hard Delete user", "UserManagement", "DELETE", "/directory/deletedItems/" + bob, ``, []string{bob}},
		{"Set company information", "DirectoryManagement", "PATCH", "/organization/" + s.tenant.ID(), `{"technicalNotificationMails":["a@b.example"]}`, []string{s.tenant.ID()}},
		{"Add unverified domain", "DirectoryManagement", "POST", "/domains", `{"id":"b.example"}`, []string{"b.example"}},
		{"Verify domain", "DirectoryManagement", "POST", "/domains/b.example/verify", ``, []string{"b.example"}},
		{"Remove unverified domain", "DirectoryManagement", "DELETE", "/domains/b.example", ``, []string{"b.example"}},
		{"Add member to role", "RoleManagement", "POST", "/roleManagement/directory/roleAssignments", `{"principalId":"` + ada + `","roleDefinitionId":"` + globalAdmin + `","directoryScopeId":"/"}`, []string{ada, ""}},
		{"Remove member from role", "RoleManagement", "DELETE", "/roleManagement/directory/roleAssignments/" + directory.RoleAssignmentID(globalAdmin, ada), ``, []string{ada, ""}},
	} {
		if a := s.ask(test.method, "/v1.0"+test.path, test.body); a.status >= 300 {
			t.Fatalf("%s: %d %s", a.request, a.status, a.body)
		}
		got := s.newest(test.activity)
		if got.str("value.0.category") != test.category || got.str("value.0.result") != "success" {
			t.Errorf("%s: %s", test.activity, got.body)
		}
		targets, _ := got.at("value.0.targetResources").([]any)
		if len(targets) != len(test.targets) {
			t.Errorf("%s has %d targets, want %d: %s", test.activity, len(targets), len(test.targets), got.body)
			continue
		}
		for i, each := range targets {
			target, _ := each.(map[string]any)
			if test.targets[i] != "" && target["id"] != test.targets[i] {
				t.Errorf("%s: target %d is %v, want %s", test.activity, i, target["id"], test.targets[i])
			}
		}
	}
	if old, now := s.newest("Change user license").modified("AssignedLicense"); old != "[]" || !strings.Contains(now.(string), teamsExploratory) {
		t.Errorf("AssignedLicense %v, %v", old, now)
	}
	if _, now := s.newest("Add member to group").modified("Group.DisplayName"); now != `"crew"` {
		t.Errorf("Group.DisplayName %v", now)
	}
}

func TestRefusedWritesAreAuditedAsFailures(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	s.license(ada, teamsExploratory).want(http.StatusBadRequest)
	got := s.newest("Change user license")
	if got.str("value.0.result") != "failure" || !strings.Contains(got.str("value.0.resultReason"), "usage location") || got.str("value.0.targetResources.0.id") != ada {
		t.Errorf("entry: %s", got.body)
	}
	before := len(s.tenant.Directory().Audits())
	s.ask("POST", "/v1.0/users/"+ada+"/assignLicense", `{`).want(http.StatusBadRequest)
	s.ask("PATCH", "/v1.0/users/"+noSuchID, `{"jobTitle":"x"}`).want(http.StatusNotFound)
	s.ask("POST", "/v1.0/users/"+ada+"/getMemberGroups", `{"securityEnabledOnly":false}`)
	if after := len(s.tenant.Directory().Audits()); after != before {
		t.Errorf("%d entries for what never reached an object, and for a question", after-before)
	}
}

func TestAuditsAreFilteredAndPagedNewestFirst(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	s.user("bob", "")
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(http.StatusNoContent)
	for _, test := range []struct {
		filter string
		want   int
	}{
		{"activityDisplayName eq 'Add user'", 2},
		{"startswith(activityDisplayName,'Add')", 2},
		{"category eq 'UserManagement' and result eq 'success'", 3},
		{"initiatedBy/app/appId eq '" + s.app + "'", 3},
		{"initiatedBy/user/userPrincipalName eq 'admin@contoso.onmicrosoft.com'", 0},
		{"targetResources/any(t: t/id eq '" + ada + "')", 2},
		{"targetResources/any(t:startswith(t/displayName,'bo'))", 1},
		{"activityDateTime ge 2020-01-01T00:00:00Z", 3},
		{"activityDateTime le 2020-01-01", 0},
	} {
		a := s.ask("GET", "/v1.0/auditLogs/directoryAudits?&$filter="+url.QueryEscape(test.filter), "").want(http.StatusOK)
		if got := a.values("id"); len(got) != test.want {
			t.Errorf("%s: %d entries, want %d: %v", test.filter, len(got), test.want, a.values("activityDisplayName"))
		}
	}
	first := s.ask("GET", "/v1.0/auditLogs/directoryaudits?$top=1", "").want(http.StatusOK)
	if got := first.values("activityDisplayName"); !slices.Equal(got, []string{"Delete user"}) {
		t.Errorf("newest entry %v", got)
	}
	second := s.ask("GET", strings.TrimPrefix(first.str("@odata·nextLink"), "https://graph.microsoft.com"), "").want(http.StatusOK)
	if got := second.values("activityDisplayName"); !slices.Equal(got, []string{"Add user"}) {
		t.Errorf("second page %v", got)
	}
}

// signIn asks the login host for a token with a password.
func (s *stage) signIn(name, password string) {
	s.Helper()
	d := s.tenant.Directory()
	app, _ := d.Snapshot().Lookup(directory.Application, "appId", s.app)
	if _, err := d.Update(app.ID(), directory.Properties{"isFallbackPublicClient": true}); err != nil {
		s.Fatal(err)
	}
	form := url.Values{"grant_type": {"password"}, "client_id": {s.app}, "username": {name}, "password": {password}, "scope": {"https://graph.microsoft.com/.default"}}
	r := httptest.NewRequestWithContext(s.Context(), http.MethodPost, "https://login.microsoftonline.com/"+s.tenant.ID()+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", "stage/1.0")
	s.tenant.ServeHTTP(httptest.NewRecorder(), r)
}

func TestSignInsShowWhoSignedInAndWhoFailed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	s.signIn("ada@contoso.onmicrosoft.com", "wrong")
	// As the Evolveum connector looks for the last sign-in of a user.
	last := s.ask("GET", "/v1.0/auditLogs/signIns?$top=1&$filter=userId%20eq%20'"+ada+"'", "", "ConsistencyLevel", "eventual").want(http.StatusOK)
	item, _ := last.at("value.0").(map[string]any)
	want := map[string]any{
		"id": item["id"], "createdDateTime": item["createdDateTime"], "userDisplayName": "ada", "userPrincipalName": "ada@contoso.onmicrosoft.com", "userId": ada,
		"appId": s.app, "appDisplayName": "Stage hand", "ipAddress": "192.0.2.1", "clientAppUsed": "Mobile Apps and Desktop clients",
		"correlationId": item["correlationId"], "conditionalAccessStatus": "notApplied", "isInteractive": true, "riskDetail": "none",
		"riskLevelAggregated": "none", "riskLevelDuringSignIn": "none", "riskState": "none", "riskEventTypes": []any{}, "riskEventTypes_v2": []any{},
		"resourceDisplayName": nil, "resourceId": nil, "resourceTenantId": s.tenant.ID(), "homeTenantId": s.tenant.ID(),
		"servicePrincipalId": nil, "servicePrincipalName": nil, "userAgent": "stage/1.0", "authenticationAppDeviceDetails": nil,
		"deviceDetail": map[string]any{
			"deviceId": nil, "displayName": nil, "operatingSystem": nil, "browser": nil, "isCompliant": nil, "isManaged": nil, "trustType": nil,
		},
		"location":                         map[string]any{"city": nil, "state": nil, "countryOrRegion": nil, "geoCoordinates": nil},
		"appliedConditionalAccessPolicies": []any{},
	}
	if diff := cmp.Diff(want, item, cmpopts.IgnoreMapEntries(func(name string, _ any) bool { return name == "status" })); diff != "" {
		t.Errorf("sign-in (-want +got):\n%s", diff)
	}
	if last.at("value.0.status.errorCode") != 50126.0 || last.str("value.0.status.failureReason") == "" || last.at("value.0.status.additionalDetails") != nil {
		t.Errorf("status: %s", last.body)
	}
	if last.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#auditLogs/signIns" {
		t.Errorf("context %q", last.str("@odata·context"))
	}
	if got := s.ask("GET", "/v1.0/auditLogs/signIns/"+item["id"].(string), "").want(http.StatusOK).str("userId"); got != ada {
		t.Errorf("one sign-in of %q", got)
	}
	for filter, want := range map[string]int{
		"status/errorCode eq 50126": 1, "status/errorCode eq 0": 0, "startswith(userPrincipalName,'ada@')": 1, "appId eq '" + noSuchID + "'": 0,
		"createdDateTime ge 2020-01-01T00:00:00Z and isInteractive eq true": 1,
	} {
		if got := s.ask("GET", "/v1.0/auditLogs/signIns?$filter="+url.QueryEscape(filter), "").want(http.StatusOK).values("id"); len(got) != want {
			t.Errorf("%s: %d sign-ins, want %d", filter, len(got), want)
		}
	}
	s.ask("GET", "/v1.0/auditLogs/signIns?$filter=signInEventTypes/any(t:t%20eq%20'servicePrincipal')", "").want(http.StatusBadRequest)
	beta := s.ask("GET", "/beta/auditLogs/signIns?$filter=signInEventTypes/any(t:t%20eq%20'interactiveUser')", "").want(http.StatusOK)
	if beta.str("value.0.signInEventTypes.0") != "interactiveUser" {
		t.Errorf("beta: %s", beta.body)
	}
}

func TestSignInsNeedAPremiumTenant(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithDirectoryOptions(directory.WithPlan(directory.PlanFree)))
	s.ask("GET", "/v1.0/auditLogs/signIns", "").
		refused(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")
	s.ask("GET", "/v1.0/auditLogs/directoryAudits", "").want(http.StatusOK)
}

// provisioningLog is a tenant and what adds an entry to its provisioning log.
func provisioningLog(t *testing.T) (*stage, func(id, action, status string, at time.Time)) {
	t.Helper()
	s := newStage(t, mockgraph.WithClock(clockwork.NewFakeClockAt(time.Date(2026, 1, 13, 9, 0, 0, 0, time.UTC))))
	return s, func(id, action, status string, at time.Time) {
		body, err := json.Marshal(map[string]any{
			"id": id, "activityDateTime": at.Format(time.RFC3339), "tenantId": s.tenant.ID(), "jobId": "scim.1.2", "cycleId": "c1", "changeId": "h1",
			"provisioningAction": action, "durationInMilliseconds": 1822,
			"initiatedBy":      map[string]any{"id": "", "displayName": "Azure AD Provisioning Service", "initiatorType": "system"},
			"servicePrincipal": map[string]any{"id": "sp1", "displayName": "Acme SCIM"}, "sourceSystem": map[string]any{"id": "s1", "displayName": "Azure Active Directory", "details": map[string]any{}},
			"targetSystem": map[string]any{"id": "t1", "displayName": "customappsso", "details": map[string]any{}}, "sourceIdentity": map[string]any{"id": "g1", "displayName": "Team Red", "identityType": "Group"},
			"targetIdentity":         map[string]any{"id": "", "displayName": "", "identityType": "Group"},
			"provisioningStatusInfo": map[string]any{"status": status, "errorInformation": nil}, "provisioningSteps": []any{}, "modifiedProperties": []any{},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.tenant.Directory().RecordProvisioning(directory.ProvisioningRecord{ID: id, Time: at, Body: body})
	}
}

func TestTheProvisioningLogIsNewestFirstWhereTheClockStandsStill(t *testing.T) {
	t.Parallel()
	s, record := provisioningLog(t)
	start := time.Date(2026, 1, 12, 21, 2, 33, 0, time.UTC)
	// The newest comes first also where the clock stands still, in every order of moments and over pages.
	for _, id := range []string{"c", "a", "b"} {
		record(id, "create", "success", start)
	}
	for query, want := range map[string][]string{
		"": {"b", "a", "c"}, "?$orderby=activityDateTime%20desc": {"b", "a", "c"}, "?$orderby=activityDateTime": {"b", "a", "c"}, "?$orderby=id": {"a", "b", "c"},
	} {
		if got := s.ask("GET", "/v1.0/auditLogs/provisioning"+query, "").want(http.StatusOK).values("id"); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	page := s.ask("GET", "/v1.0/auditLogs/provisioning?$top=1&$orderby=activityDateTime%20desc", "").want(http.StatusOK)
	next, err := url.Parse(page.str("@odata·nextLink"))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.ask("GET", next.RequestURI(), "").want(http.StatusOK).values("id"); !slices.Equal(got, []string{"a"}) {
		t.Errorf("the second page is %v", got)
	}
}

func TestProvisioningLogIsFilteredAsDocumented(t *testing.T) {
	t.Parallel()
	s, record := provisioningLog(t)
	start := time.Date(2026, 1, 12, 21, 2, 33, 0, time.UTC)
	record("one", "create", "failure", start)
	record("two", "update", "success", start.Add(time.Minute))
	all := s.ask("GET", "/v1.0/auditLogs/provisioning", "").want(http.StatusOK)
	if !slices.Equal(all.values("id"), []string{"two", "one"}) || all.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#auditLogs/provisioning" ||
		all.str("value.1.provisioningStatusInfo.status") != "failure" || all.at("value.1.durationInMilliseconds") != 1822.0 || all.str("value.1.activityDateTime") != "2026-01-12T21:02:33Z" {
		t.Errorf("log: %s", all.body)
	}
	for filter, want := range map[string][]string{
		"id eq 'one'": {"one"}, "provisioningStatusInfo/status eq 'failure'": {"one"}, "statusInfo/status eq 'failure'": {"one"}, "action eq 'update'": {"two"},
		"sourceIdentity/displayName eq 'Team Red'": {"two", "one"}, "servicePrincipal/id eq 'sp2'": {}, "durationInMilliseconds gt 1000 and jobId eq 'scim.1.2'": {"two", "one"},
		"activityDateTime gt 2026-01-12T21:02:33Z": {"two"}, "initiatedBy/displayName eq 'Azure AD Provisioning Service'": {"two", "one"},
	} {
		if got := s.ask("GET", "/v1.0/auditLogs/provisioning?$filter="+url.QueryEscape(filter), "").want(http.StatusOK).values("id"); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", filter, got, want)
		}
	}
}

func TestApplicationsLeaveTheirTrailInTheAuditLog(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	app := s.ask("POST", "/v1.0/applications", `{"displayName":"Acme"}`).want(http.StatusCreated)
	sp := s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+app.str("appId")+`"}`).want(http.StatusCreated).str("id")
	secret := s.ask("POST", "/v1.0/applications/"+app.str("id")+"/addPassword", `{"passwordCredential":{"displayName":"x"}}`).str("secretText")
	assignment := s.ask("POST", "/v1.0/servicePrincipals/"+sp+"/appRoleAssignedTo",
		`{"principalId":"`+ada+`","resourceId":"`+sp+`","appRoleId":"00000000-0000-0000-0000-000000000000"}`).want(http.StatusCreated).str("id")
	graph, _ := s.tenant.Directory().Snapshot().Lookup(directory.ServicePrincipal, "appId", "00000003-0000-0000-c000-000000000000")
	grant := s.ask("POST", "/v1.0/oauth2PermissionGrants", `{"clientId":"`+sp+`","consentType":"AllPrincipals","resourceId":"`+graph.ID()+`","scope":"User.Read"}`).want(http.StatusCreated).str("id")
	s.ask("DELETE", "/v1.0/servicePrincipals/"+sp+"/appRoleAssignedTo/"+assignment, "").want(http.StatusNoContent)
	s.ask("DELETE", "/v1.0/oauth2PermissionGrants/"+grant, "").want(http.StatusNoContent)
	s.ask("DELETE", "/v1.0/applications/"+app.str("id"), "").want(http.StatusNoContent)
	for activity, target := range map[string]string{
		"Add application": app.str("id"), "Add service principal": sp, "Update application – Certificates and secrets management ": app.str("id"),
		"Add app role assignment grant to user": sp, "Remove app role assignment from user": sp, "Add delegated permission grant": graph.ID(),
		"Remove delegated permission grant": graph.ID(), "Delete application": app.str("id"),
	} {
		got := s.newest(activity)
		if got.str("value.0.targetResources.0.id") != target || got.str("value.0.category") != "ApplicationManagement" || secret != "" && strings.Contains(string(got.body), secret) {
			t.Errorf("%s: %s", activity, got.body)
		}
	}
	if got := s.newest("Add app role assignment grant to user"); got.str("value.0.targetResources.1.id") != ada {
		t.Errorf("principal: %s", got.body)
	}
	if old, now := s.newest("Remove delegated permission grant").modified("DelegatedPermissionGrant.Scope"); old != `"User.Read"` || now != `""` {
		t.Errorf("scope %v, %v", old, now)
	}
}
