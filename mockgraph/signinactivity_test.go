package mockgraph_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestSignInActivityIsWhatTheLoginHostSaw(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	s := newStage(t, mockgraph.WithClock(clock))
	ada, bob := s.user("ada", ""), s.user("bob", "")
	view := s.tenant.Directory().Snapshot()
	client, _ := view.Lookup(directory.ServicePrincipal, "appId", s.app)
	graph, _ := view.Lookup(directory.ServicePrincipal, "appId", "00000003-0000-0000-c000-000000000000")
	s.ask("POST", "/v1.0/oauth2PermissionGrants", `{"clientId":"`+client.ID()+`","consentType":"AllPrincipals","resourceId":"`+graph.ID()+`","scope":"User.Read"}`).want(http.StatusCreated)
	clock.Advance(time.Minute)
	s.signIn("ada@contoso.onmicrosoft.com", "Curtain-Up-2026")
	clock.Advance(time.Hour)
	s.signIn("ada@contoso.onmicrosoft.com", "wrong")
	s.token = s.as(loginGrant()) // the first one is old

	one := s.ask("GET", "/v1.0/users/"+ada+"?$select=id,signInActivity", "").want(http.StatusOK)
	for member, want := range map[string]any{
		"lastSignInDateTime": "2026-03-01T10:31:00Z", "lastNonInteractiveSignInDateTime": nil, "lastNonInteractiveSignInRequestId": nil,
		"lastSuccessfulSignInDateTime": "2026-03-01T09:31:00Z",
	} {
		if got := one.at("signInActivity." + member); got != want {
			t.Errorf("%s is %v, want %v", member, got, want)
		}
	}
	if first, last := one.str("signInActivity.lastSuccessfulSignInRequestId"), one.str("signInActivity.lastSignInRequestId"); first == "" || last == "" || first == last {
		t.Errorf("requests %q and %q", first, last)
	}
	if got := s.ask("GET", "/v1.0/users/"+bob+"?$select=signInActivity", "").want(http.StatusOK); got.at("signInActivity") != nil {
		t.Errorf("who never signed in: %s", got.body)
	}
	found := s.ask("GET", "/v1.0/users?$filter=signInActivity/lastSignInDateTime ge 2026-03-01T10:00:00Z&$select=id,signInActivity", "").want(http.StatusOK)
	if got := found.values("id"); !slices.Equal(got, []string{ada}) || found.str("value.0.signInActivity.lastSignInDateTime") == "" {
		t.Errorf("found by activity: %s", found.body)
	}
}

func TestSignInActivityNeedsItsOwnPermissionWhereverItIsNamed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	with := s.token
	without := s.as(login.Grant{Roles: []string{"User.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"}})
	for _, path := range []string{
		"/users?$select=id,signInActivity", "/users?$filter=signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z", "/users/" + ada + "?$select=SIGNINACTIVITY",
		"/users/delta?$select=signInActivity", "/groups/" + crew + "/members/microsoft.graph.user?$select=signInActivity", "/users/" + ada + "?$expand=manager($select=signInActivity)",
	} {
		s.token = with
		s.ask("GET", "/v1.0"+path, "").want(http.StatusOK)
		s.token = without
		s.ask("GET", "/v1.0"+path, "").refused(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	}
	s.ask("GET", "/v1.0/users?$select=id,displayName", "").want(http.StatusOK)
}

func TestSignInActivityIsReadByTheIDOfAUserOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.user("ada", "")
	s.ask("GET", "/v1.0/users/ada@contoso.onmicrosoft.com?$select=signInActivity", "").refused(http.StatusBadRequest, "400", "Get By Key only supports UserId and the key has to be a valid Guid")
	s.ask("GET", "/v1.0/users/ada@contoso.onmicrosoft.com?$select=displayName", "").want(http.StatusOK)
	s.asAdministrator("User.Read.All", "AuditLog.Read.All")
	s.ask("GET", "/v1.0/me?$select=signInActivity", "").want(http.StatusOK)
}

func TestSignInActivityNeedsAPremiumPlan(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithDirectoryOptions(directory.WithPlan(directory.PlanFree)))
	s.ask("GET", "/v1.0/users?$select=signInActivity", "").
		refused(http.StatusForbidden, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")
}
