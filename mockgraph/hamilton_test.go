package mockgraph_test

import (
	"net/http"
	"strings"
	"testing"
)

// What the acceptance tests of github.com/manicminer/hamilton, which its author ran against Microsoft's tenants, take for granted.

func TestObjectsMayBeWrittenBackAsTheyWereRead(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, path := range []string{
		"/v1.0/applications(appId='" + s.app + "')", "/v1.0/servicePrincipals(appId='" + s.app + "')", "/v1.0/users/" + s.user("ann", ""),
		"/v1.0/groups/" + s.ask("POST", "/v1.0/groups", `{"displayName":"Cast","mailEnabled":false,"mailNickname":"cast","securityEnabled":true}`).want(http.StatusCreated).str("id"),
	} {
		read := s.ask("GET", path, "").want(http.StatusOK)
		s.ask("PATCH", path, string(read.body)).want(http.StatusNoContent)
		for _, again := range s.ask("GET", path, "").want(http.StatusOK).json {
			if text, ok := again.(string); ok && !strings.Contains(string(read.body), text) {
				t.Errorf("%s changed: %s", path, text)
			}
		}
	}
}

func TestReadOnlyPropertiesThatDifferAreRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	path := "/v1.0/applications(appId='" + s.app + "')"
	for _, body := range []string{
		`{"appId":"11111111-2222-4333-8444-555555555555"}`, `{"createdDateTime":"2001-02-03T04:05:06Z"}`, `{"verifiedPublisher":{"displayName":"Contoso"}}`,
		`{"publisherDomain":"fabrikam.example"}`,
	} {
		s.ask("PATCH", path, body).refused(http.StatusBadRequest, "Request_BadRequest", "read-only")
	}
}

func TestReferencesAnswerWhetherSomebodyIsRelated(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ann, bob := s.user("ann", ""), s.user("bob", "")
	role := s.ask("POST", "/v1.0/directoryRoles", `{"roleTemplateId":"88d8e3e3-8f55-4a1e-953a-9b9898b8876b"}`).want(http.StatusCreated).str("id")
	for _, path := range []string{
		"/v1.0/applications(appId='" + s.app + "')/owners/", "/v1.0/servicePrincipals(appId='" + s.app + "')/owners/", "/v1.0/directoryRoles/" + role + "/members/",
	} {
		s.ask("POST", path+"$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/`+ann+`"}`).want(http.StatusNoContent)
		if got := s.ask("GET", path+ann+"/$ref", "").want(http.StatusOK).str("@odata·id"); !strings.Contains(got, "/directoryObjects/"+ann+"/") {
			t.Errorf("%s: %q", path, got)
		}
		s.ask("GET", path+bob+"/$ref", "").want(http.StatusNotFound)
	}
}

func TestSecurityAloneOfAGroupIsAnsweredForMemberObjects(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	group := func(name, more string) string {
		return s.ask("POST", "/v1.0/groups", `{`+more+`"displayName":"`+name+`","mailEnabled":false,"mailNickname":"`+name+`","securityEnabled":true}`).want(http.StatusCreated).str("id")
	}
	inner := group("inner", "")
	outer := group("outer", `"members@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/`+inner+`"],`)
	if got := s.ask("POST", "/v1.0/directoryObjects/"+inner+"/getMemberObjects", `{"securityEnabledOnly":true}`).want(http.StatusOK).str("value.0"); got != outer {
		t.Errorf("answered %q, want %s", got, outer)
	}
}

func TestBetaKnowsAdministrativeUnitsWhereTheyWere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.ask("POST", "/beta/administrativeUnits", `{"displayName":"West"}`).want(http.StatusCreated).str("id")
	if got := s.ask("GET", "/v1.0/directory/administrativeUnits/"+id, "").want(http.StatusOK).str("displayName"); got != "West" {
		t.Errorf("it is called %q", got)
	}
	s.ask("GET", "/v1.0/administrativeUnits", "").want(http.StatusNotImplemented)
}

func TestSigningCertificatesMayNameTheirAttributeInSmallLetters(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.ask("POST", "/v1.0/servicePrincipals(appId='"+s.app+"')/addTokenSigningCertificate", `{"displayName":"cn=stage"}`).want(http.StatusOK)
}
