package mockgraph_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
)

func TestUsersHaveTheIdentityOfTheirSignInName(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	identity := func(i string) string {
		got := s.ask("GET", "/v1.0/users/"+ada+"?$select=identities", "").want(200)
		return got.str("identities."+i+".signInType") + " " + got.str("identities."+i+".issuer") + " " + got.str("identities."+i+".issuerAssignedId")
	}
	if got := identity("0"); got != "userPrincipalName contoso.onmicrosoft.com ada@contoso.onmicrosoft.com" {
		t.Errorf("identity: %s", got)
	}
	s.ask("PATCH", "/v1.0/users/"+ada, `{"userPrincipalName":"lovelace@contoso.onmicrosoft.com","identities":[
		{"signInType":"userPrincipalName","issuer":"contoso.onmicrosoft.com","issuerAssignedId":"ada@contoso.onmicrosoft.com"},
		{"signInType":"emailAddress","issuer":"contoso.onmicrosoft.com","issuerAssignedId":"ada@example.com"}]}`).want(204)
	if got := identity("0"); got != "emailAddress contoso.onmicrosoft.com ada@example.com" {
		t.Errorf("identity of her own: %s", got)
	}
	if got := identity("1"); got != "userPrincipalName contoso.onmicrosoft.com lovelace@contoso.onmicrosoft.com" {
		t.Errorf("identity after the name changed: %s", got)
	}
}

// Many clients read no more than seven digits behind the second, the ticks of .NET, and Graph writes no more.
func TestTimesHaveNoMoreDigitsThanGraphWrites(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithClock(clockwork.NewFakeClockAt(time.Date(2026, 3, 1, 9, 30, 0, 123456789, time.UTC))))
	ada, app := s.user("ada", ""), s.ask("POST", "/v1.0/applications", `{"displayName":"a"}`).want(201).str("appId")
	principal := s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+app+`"}`).want(201).str("id")
	assigned := s.ask("POST", "/v1.0/servicePrincipals/"+principal+"/appRoleAssignedTo",
		`{"principalId":"`+ada+`","resourceId":"`+principal+`","appRoleId":"00000000-0000-0000-0000-000000000000"}`).want(201)
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	deleted := s.ask("GET", "/v1.0/directory/deletedItems/"+ada+"?$select=deletedDateTime", "").want(200)
	if got := deleted.str("deletedDateTime"); got != "2026-03-01T09:30:00Z" {
		t.Errorf("deleted at %s", got)
	}
	if got := assigned.str("createdDateTime"); got != "2026-03-01T09:30:00.1234567Z" {
		t.Errorf("assigned at %s", got)
	}
	crew := s.group("crew", "")
	for path, want := range map[string]string{
		"/applications(appId='" + app + "')": "2026-03-01T09:30:00.1234567Z", "/groups/" + crew: "2026-03-01T09:30:00Z", "/users/" + s.user("bob", ""): "2026-03-01T09:30:00Z",
	} {
		if got := s.ask("GET", "/v1.0"+path+"?$select=createdDateTime", "").want(200).str("createdDateTime"); got != want {
			t.Errorf("%s: created at %s, want %s", path, got, want)
		}
	}
	long := regexp.MustCompile(`\.\d{8,}`)
	for _, path := range []string{"/v1.0/auditLogs/directoryAudits", "/v1.0/applications", "/v1.0/servicePrincipals", "/v1.0/organization", "/v1.0/users/delta"} {
		if got := long.Find(s.ask("GET", path, "").want(200).body); got != nil {
			t.Errorf("%s: %s", path, got)
		}
	}
}

// Source: learn.microsoft.com/graph/api/resources/user, proxyAddresses; microsoft-graph-docs-contrib#8421 for the answer.
func TestAnAddressBelongsToOneUserOrGroup(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const taken = "Another object with the same value for property proxyAddresses already exists."
	ada, eve := s.user("ada", `"mail":"crew@contoso.onmicrosoft.com",`), s.user("eve", "")
	unified := func(nickname string) string {
		return `{"displayName":"u","mailNickname":"` + nickname + `","mailEnabled":true,"securityEnabled":false,"groupTypes":["Unified"]}`
	}
	refused := s.ask("POST", "/v1.0/groups", unified("Crew")).refused(400, "Request_BadRequest", taken)
	if refused.str("error.details.0.target") != "proxyAddresses" || refused.str("error.details.1.code") != "ConflictingObjects" || refused.str("error.details.1.target") != "user_"+ada {
		t.Errorf("details: %s", refused.body)
	}
	group := s.ask("POST", "/v1.0/groups", unified("stage")).want(201).str("id")
	refused = s.ask("PATCH", "/v1.0/users/"+eve, `{"mail":"STAGE@contoso.onmicrosoft.com","jobTitle":"Actor"}`).refused(400, "Request_BadRequest", taken)
	if refused.str("error.details.1.target") != "group_"+group {
		t.Errorf("details: %s", refused.body)
	}
	if got := s.ask("GET", "/v1.0/users/"+eve, "").want(200); got.at("mail") != nil || got.at("jobTitle") != nil {
		t.Errorf("written all the same: %s", got.body)
	}
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	s.ask("POST", "/v1.0/groups", unified("crew")).want(201)
	s.ask("POST", "/v1.0/directory/deletedItems/"+ada+"/restore", "").refused(400, "Request_BadRequest", taken)
	s.ask("POST", "/v1.0/directory/deletedItems/"+ada+"/restore", `{"autoReconcileProxyConflict":true}`).want(200)
}
