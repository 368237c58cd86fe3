package mockgraph_test

import (
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestSessionsAreRevoked(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	s := newStage(t, mockgraph.WithClock(clock))
	ada := s.user("ada", "")
	clock.Advance(10 * time.Minute)
	got := s.ask("POST", "/v1.0/users/"+ada+"/microsoft.graph.revokeSignInSessions", "").want(200)
	if got.at("value") != true || got.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#Edm.Boolean" {
		t.Errorf("answer: %s", got.body)
	}
	if got := s.ask("GET", "/v1.0/users/"+ada+"?$select=signInSessionsValidFromDateTime", "").want(200).str("signInSessionsValidFromDateTime"); got != "2026-03-01T09:40:00Z" {
		t.Errorf("sessions are valid from %s", got)
	}
	s.ask("POST", "/v1.0/users/"+nobody+"/revokeSignInSessions", "").refused(404, "Request_ResourceNotFound", nobody)
	s.token = s.as(login.Grant{UserID: ada, Scopes: every})
	s.ask("POST", "/v1.0/me/revokeSignInSessions", "").want(200)
}

func TestUserChangesHerPassword(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	const body = `{"currentPassword":"Curtain-Up-2026","newPassword":"Second-Act-2026"}`
	s.ask("POST", "/v1.0/users/"+ada+"/changePassword", body).refused(403, "Authorization_RequestDenied", "Access to change password operation is denied.")
	s.token = s.as(login.Grant{UserID: ada, Scopes: every})
	for _, test := range []struct {
		path, body    string
		status        int
		code, message string
	}{
		{"/v1.0/users/" + bob + "/changePassword", body, 403, "Authorization_RequestDenied", "Access to change password operation is denied."},
		{"/v1.0/me/changePassword", `{"currentPassword":"wrong","newPassword":"Second-Act-2026"}`, 400, "Request_BadRequest", "currentPassword"},
		{"/v1.0/me/changePassword", `{"newPassword":"Second-Act-2026"}`, 400, "Request_BadRequest", "currentPassword"},
		{"/v1.0/me/changePassword", `{"currentPassword":"Curtain-Up-2026"}`, 400, "Request_BadRequest", "newPassword"},
		{"/v1.0/me/changePassword", `{"currentPassword":"Curtain-Up-2026","newPassword":"weak"}`, 400, "Request_BadRequest", "The specified password does not comply with password complexity requirements."},
	} {
		s.ask("POST", test.path, test.body).refused(test.status, test.code, test.message)
	}
	s.ask("POST", "/v1.0/users/ada@contoso.onmicrosoft.com/changePassword", body).want(204)
	if view := s.tenant.Directory().Snapshot(); !view.CheckPassword(ada, "Second-Act-2026") || view.CheckPassword(ada, "Curtain-Up-2026") {
		t.Error("the old password still counts")
	}
}

func TestPasswordIsSetAndNeverShown(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	s := newStage(t, mockgraph.WithClock(clock))
	ada := s.user("ada", "")
	const path = "?$select=lastPasswordChangeDateTime,passwordProfile,signInSessionsValidFromDateTime"
	if got := s.ask("GET", "/v1.0/users/"+ada+path, "").want(200); got.str("lastPasswordChangeDateTime") != "2026-03-01T09:30:00Z" || got.at("passwordProfile.password") != nil {
		t.Errorf("at first: %s", got.body)
	}
	clock.Advance(time.Hour - time.Minute)
	s.ask("PATCH", "/v1.0/users/"+ada, `{"passwordProfile":{"forceChangePasswordNextSignIn":true}}`).want(204)
	if got := s.ask("GET", "/v1.0/users/"+ada+path, "").want(200).str("lastPasswordChangeDateTime"); got != "2026-03-01T09:30:00Z" {
		t.Errorf("a flag alone moved the date to %s", got)
	}
	s.ask("PATCH", "/v1.0/users/"+ada, `{"passwordProfile":{"password":"Second-Act-2026"}}`).want(204)
	got := s.ask("GET", "/v1.0/users/"+ada+path, "").want(200)
	if got.str("lastPasswordChangeDateTime") != "2026-03-01T10:29:00Z" || got.str("signInSessionsValidFromDateTime") != "2026-03-01T10:29:00Z" ||
		got.at("passwordProfile.password") != nil || got.at("passwordProfile.forceChangePasswordNextSignIn") != true {
		t.Errorf("after a reset: %s", got.body)
	}
}

func TestProfilesAreWrittenApartAndByUsers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	s.ask("PATCH", "/v1.0/users/"+ada, `{"aboutMe":"Hello"}`).refused(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	s.ask("POST", "/v1.0/users", `{"accountEnabled":true,"displayName":"B","mailNickname":"b","userPrincipalName":"b@contoso.onmicrosoft.com","skills":["x"],"passwordProfile":{"password":"Curtain-Up-2026"}}`).
		refused(400, "BadRequest", "The request is currently not supported on the targeted entity set")
	s.token = s.as(login.Grant{UserID: ada, Scopes: every})
	s.ask("PATCH", "/v1.0/users/"+ada, `{"aboutMe":"Hello","givenName":"Ada"}`).refused(400, "BadRequest", "The request is currently not supported on the targeted entity set")
	s.ask("PATCH", "/v1.0/users/"+ada, `{"aboutMe":"Hello","skills":["Acting"]}`).want(204)
	if got := s.ask("GET", "/v1.0/users/"+ada+"?$select=aboutMe,skills", "").want(200); got.str("aboutMe") != "Hello" || got.str("skills.0") != "Acting" {
		t.Errorf("profile: %s", got.body)
	}
	s.ask("GET", "/v1.0/users?$select=skills", "").refused(501, "NotImplemented", "This operation target is not yet supported.")

	lenient := newStage(t, mockgraph.WithAppOnlyProfiles())
	lenient.ask("PATCH", "/v1.0/users/"+lenient.user("ada", ""), `{"aboutMe":"Hello"}`).want(204)
}

func TestSynchronizedUserIsMasteredElsewhere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	if _, err := s.tenant.Directory().Update(ada, directory.Properties{"onPremisesSyncEnabled": true}); err != nil {
		t.Fatal(err)
	}
	const message = "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration."
	s.ask("PATCH", "/v1.0/users/"+ada, `{"jobTitle":"Analyst"}`).refused(400, "Request_BadRequest", message)
	s.ask("PATCH", "/v1.0/users/"+ada, `{"usageLocation":"GB","accountEnabled":false}`).refused(400, "Request_BadRequest", message)
	s.ask("PUT", "/v1.0/users/"+ada+"/manager/$ref", ref(bob)).refused(400, "Request_BadRequest", message)
	s.ask("PATCH", "/v1.0/users/"+ada, `{"usageLocation":"GB"}`).want(204)
}
