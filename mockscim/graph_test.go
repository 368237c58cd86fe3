package mockscim_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockscim"
)

// site is an application with a job, for tests that need no more of its story.
type site struct {
	*script

	principal, role, home, job string
}

// newSite makes an application and its job, which signs in at the vendor's.
func newSite(t *testing.T, opts ...mockscim.Option) *site {
	t.Helper()
	return (&site{script: newScript(t, opts...)}).opened()
}

// newSiteOf is a site in a tenant of one's own.
func newSiteOf(t *testing.T, tenant *mockgraph.Tenant, opts ...mockscim.Option) *site {
	t.Helper()
	return (&site{script: newScriptOf(t, tenant, opts...)}).opened()
}

func (s *site) opened() *site {
	s.Helper()
	made := s.graph("POST", "/applicationTemplates/"+nonGallery+"/instantiate", `{"displayName":"Acme"}`).want(201)
	s.principal, s.role = made.str("servicePrincipal.id"), made.str("application.appRoles.0.id")
	s.home = "/servicePrincipals/" + s.principal + "/synchronization"
	s.job = s.home + "/jobs/" + s.graph("POST", s.home+"/jobs", `{"templateId":"scim"}`).want(201).str("id")
	s.save("")
	return s
}

// save keeps address and token, and more secrets, each written with a comma before it.
func (s *site) save(more string) {
	s.Helper()
	s.secrets(more).want(204)
}

func (s *site) secrets(more string) *reply {
	s.Helper()
	return s.graph("PUT", s.home+"/secrets", `{"value":[{"key":"BaseAddress","value":"`+s.vendor.url+`"},{"key":"SecretToken","value":"first-secret"}`+more+`]}`)
}

// hire makes a user, who is assigned.
func (s *site) hire(name string) string {
	s.Helper()
	id := s.graph("POST", "/users", fmt.Sprintf(`{"accountEnabled":true,"displayName":%q,"mailNickname":%q,"userPrincipalName":%q,"passwordProfile":{"password":"Rehearsal-2026!"}}`,
		name, strings.ToLower(name), strings.ToLower(name)+"@contoso.onmicrosoft.com")).want(201).str("id")
	s.graph("POST", "/servicePrincipals/"+s.principal+"/appRoleAssignedTo", `{"principalId":"`+id+`","resourceId":"`+s.principal+`","appRoleId":"`+s.role+`"}`).want(201)
	return id
}

func (s *site) at(name string) map[string]any {
	return s.vendor.find("Users", "userName", name+"@contoso.onmicrosoft.com")
}

func TestWhatGraphAsksAndCannotBeIsRefusedInASentence(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const invalid = "InvalidConfiguration"
	secret := func(key, value string) string {
		return fmt.Sprintf(`{"value":[{"key":%q,"value":%q}]}`, key, value)
	}
	for _, c := range []struct {
		method, path, body string
		status             int
		code, says         string
	}{
		{"GET", s.home + "/templates/other", "", 404, "ResourceNotFound", `"other"`},
		{"POST", s.home + "/jobs", `{"templateId":"other"}`, 404, "ResourceNotFound", `"other"`},
		{"POST", s.home + "/jobs", `{"templateId":"scim"}`, 409, "InvalidOperation", "already"},
		{"GET", s.home + "/jobs/none", "", 404, "ResourceNotFound", `"none"`},
		{"POST", s.home + "/jobs/none/start", "", 404, "ResourceNotFound", `"none"`},
		{"DELETE", s.home + "/jobs/none", "", 404, "ResourceNotFound", `"none"`},
		{"GET", s.home + "/jobs/none/schema/functions", "", 404, "ResourceNotFound", `"none"`},
		{"POST", s.job + "/schema/directories/none/discover", "", 404, "ResourceNotFound", `"none"`},

		{"PUT", s.home + "/secrets", secret("BaseAddress", "ftp://example.com"), 400, invalid, "BaseAddress"},
		{"PUT", s.home + "/secrets", secret("SyncAll", "maybe"), 400, invalid, "True or False"},
		{"PUT", s.home + "/secrets", secret("SkipOutOfScopeDeletions", "1"), 400, invalid, "True or False"},
		{"PUT", s.home + "/secrets", secret("SyncNotificationSettings", "loud"), 400, invalid, "SyncNotificationSettings"},
		{"PUT", s.home + "/secrets", secret("SyncNotificationSettings", `{"DeleteThresholdValue":-1}`), 400, invalid, "-1"},
		{"PUT", s.home + "/secrets", `{"value":[{"key":"SyncAll","value":"True"},{"key":"syncall","value":"False"}]}`, 400, invalid, "twice"},
		{"POST", s.job + "/validateCredentials", `{"credentials":[{"key":"Colour","value":"teal"}]}`, 400, "InternalError", "Colour"},
		{"POST", s.job + "/validateCredentials", `{"credentials":[]}`, 400, "CredentialsMissing", "useSavedCredentials"},
		{"POST", s.home + "/acquireAccessToken", `{"credentials":[{"key":"Oauth2ClientId","value":"c"}]}`, 400, invalid, "Oauth2TokenExchangeUri"},

		{"PATCH", s.job, `{"synchronizationJobSettings":[{"name":"aadOptscim062020","value":"maybe"}]}`, 400, invalid, "aadOptscim062020"},
		{"PATCH", s.job, `{"synchronizationJobSettings":[{"name":"QuarantineTooManyDeletesThreshold","value":"none"}]}`, 400, invalid, "above 0"},
		{"PATCH", s.job, `{"synchronizationJobSettings":[{"name":"","value":"x"}]}`, 400, invalid, "name"},
		{"PATCH", s.job, `{"synchronizationJobSettings":[{"name":"Colour","value":"teal"},{"name":"aadOptscim62020","value":"True"}]}`, 400, invalid, `synchronizationJobSettings[1]: "aadOptscim62020"`},
		{"PATCH", s.job, `{"foo":1}`, 400, "BadRequest", "'foo'"},
		{"PATCH", s.job, `{"schedule":{"intervall":"PT1H"}}`, 400, "BadRequest", "'schedule.intervall'"},
		{"PATCH", s.job, `{"synchronizationJobSettings":[{"name":"Colour","valeu":"teal"}]}`, 400, "BadRequest", "'synchronizationJobSettings[0].valeu'"},
		{"PATCH", s.job, `{"synchronizationJobSettings":"bananas"}`, 400, "BadRequest", ""},
		{"PATCH", s.job, `{"schedule":{"state":"Resting"}}`, 400, invalid, "Active, Paused or Disabled"},
		{"PATCH", s.job, `{"schedule":{"expiration":"next year"}}`, 400, "BadRequest", "JSON request payload"},
		{"PATCH", s.job, `{"schedule":{"interval":"P10675199DT2H48M5.4775807S"}}`, 400, invalid, "PT40M"},

		{"PUT", s.job + "/schema", `{"synchronizationRules":[{"id":"r","objectMappings":[{"enabled":true,"sourceObjectName":"User","targetObjectName":"U","flowTypes":"Add",
			"attributeMappings":[{"targetAttributeName":"userName","source":{"expression":"ToUpper(","type":"Function"}}]}]}]}`, 400, "InvalidSchema", "attributeMappings[0].source"},
		{"POST", s.job + "/provisionOnDemand", `{"parameters":[{"ruleId":"none","subjects":[{"objectId":"u","objectTypeName":"User"}]}]}`, 400, "InvalidRequest", `"none"`},
	} {
		s.graph(c.method, c.path, c.body).refused(c.status, c.code, c.says)
	}
	s.graph("GET", s.home+"/secrets", "").want(200).is("value.0.value", s.vendor.url) // nothing of it was saved
	s.graph("GET", s.job, "").want(200).is("synchronizationJobSettings.2.value", "500").is("status.code", "NotConfigured")
}

func TestAnApplicationThatWasRegisteredByHandHasNoTemplates(t *testing.T) {
	t.Parallel()
	register := func(s *script) string {
		app := s.graph("POST", "/applications", `{"displayName":"By hand"}`).want(201).str("appId")
		return "/servicePrincipals/" + s.graph("POST", "/servicePrincipals", `{"appId":"`+app+`"}`).want(201).str("id") + "/synchronization"
	}
	strict := newScript(t)
	home := register(strict)
	if n := len(strict.graph("GET", home+"/templates", "").want(200).items()); n != 0 {
		t.Errorf("%d templates", n)
	}
	strict.graph("POST", home+"/jobs", `{"templateId":"scim"}`).refused(404, "ResourceNotFound")
	lenient := newScript(t, mockscim.WithAnyApplication())
	lenient.graph("POST", register(lenient)+"/jobs", `{"templateId":"scim"}`).want(201)
}

func TestAMaskSavedAgainLeavesTheSecretAsItIs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.graph("PUT", s.home+"/secrets", `{"value":[{"key":"BaseAddress","value":"`+s.vendor.url+`"},{"key":"SecretToken","value":"*"},{"key":"SkipOutOfScopeDeletions","value":"True"}]}`).want(204)
	s.graph("POST", s.job+"/validateCredentials", `{"useSavedCredentials":true}`).want(204)
	s.graph("PUT", s.home+"/secrets", `{"value":[]}`).want(204) // replaces all
	s.graph("POST", s.job+"/validateCredentials", `{"useSavedCredentials":true}`).refused(400, "CredentialsMissing", "synchronization/secrets")
}

func TestSettingsOfAJobAreKeptAndMeanSomething(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.graph("PATCH", s.job, `{"synchronizationJobSettings":[{"name":"Colour","value":"teal"},{"name":"aadOptscim062020","value":"True"}]}`).want(200)
	job := s.graph("GET", s.job, "").want(200)
	for i, want := range []string{"AzureIngestionAttributeOptimization False", "LookaheadQueryEnabled False", "QuarantineTooManyDeletesThreshold 500", "Colour teal", "aadOptscim062020 True"} {
		at := fmt.Sprintf("synchronizationJobSettings.%d.", i)
		if got := job.str(at+"name") + " " + job.str(at+"value"); got != want {
			t.Errorf("setting %d is %q, want %q", i, got, want)
		}
	}
	ada := s.hire("Ada")
	bodies := s.vendor.listen()
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	s.graph("PATCH", "/users/"+ada, `{"accountEnabled":false}`).want(204)
	s.pass("PT40M")
	if last := bodies(); !strings.Contains(last, `false`) || strings.Contains(last, `"False"`) {
		t.Errorf("the flag is set, and the disable says %s", last)
	}
	s.graph("PATCH", s.job, `{"synchronizationJobSettings":[{"name":"aadOptscim062020","value":"False"}]}`).want(200)
	s.graph("PATCH", "/users/"+ada, `{"accountEnabled":true}`).want(204)
	s.pass("PT40M")
	if last := bodies(); !strings.Contains(last, `"True"`) {
		t.Errorf("the flag is not set, and the enable says %s", last)
	}
}

func TestTheScheduleOfAJobCanBeChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.graph("PATCH", s.job, `{"schedule":{"interval":"PT2H","state":"Active"}}`).want(200).is("schedule.interval", "PT2H").is("schedule.state", "Active")
	s.pass("PT1M")
	first := s.graph("GET", s.job, "").want(200).str("status.lastExecution.timeBegan")
	s.pass("PT90M")
	s.graph("GET", s.job, "").want(200).is("status.lastExecution.timeBegan", first)
	s.graph("PATCH", s.job, `{"schedule":{"state":"Paused"}}`).want(200).is("schedule.state", "Paused").is("status.code", "Paused")
	s.pass("P1D")
	s.graph("GET", s.job, "").want(200).is("status.lastExecution.timeBegan", first)
	s.graph("POST", s.job+"/pause", "").want(204)
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	if again := s.graph("GET", s.job, "").want(200).str("status.lastExecution.timeBegan"); again == first {
		t.Error("started again, it does not run")
	}
}

func TestAScheduleExpires(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.graph("PATCH", s.job, `{"schedule":{"expiration":"2026-03-02T13:00:00+02:00"}}`).want(200). // two hours on; see WithClock of the script
													is("schedule.expiration", "2026-03-02T11:00:00Z").is("schedule.state", "Disabled").is("status.code", "NotConfigured")
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	s.pass("PT40M")
	last := s.graph("GET", s.job, "").want(200).is("schedule.state", "Active").is("schedule.interval", "PT40M").str("status.lastExecution.timeBegan")
	s.pass("PT80M") // past it, and only then is looked what was due meanwhile
	s.pass("P1D")
	s.graph("GET", s.job, "").want(200).is("schedule.expiration", "2026-03-02T11:00:00Z").is("schedule.state", "Disabled").is("schedule.interval", "P10675199DT2H48M5.4775807S")
	if begun := s.graph("GET", s.job, "").want(200).str("status.lastExecution.timeBegan"); begun > "2026-03-02T11" || begun < last {
		t.Errorf("a cycle began at %s", begun)
	}
	for _, start := range []func() *reply{
		func() *reply { return s.graph("POST", s.job+"/start", "") },
		func() *reply { return s.graph("POST", s.job+"/restart", `{"criteria":{"resetScope":"Full"}}`) },
		func() *reply { return s.graph("PATCH", s.job, `{"schedule":{"state":"Active"}}`) },
	} {
		start().refused(409, "InvalidOperation", "expired at 2026-03-02T11:00:00Z", "schedule.expiration")
	}
	text := savedJobs(t, s.service)
	if err := s.service.Load(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	s.graph("GET", s.job, "").want(200).is("schedule.expiration", "2026-03-02T11:00:00Z").is("schedule.state", "Disabled")
	ada := s.hire("Ada")
	s.graph("PATCH", s.job, `{"schedule":{"interval":"PT1H"}}`).want(200).is("schedule.expiration", "2026-03-02T11:00:00Z") // not named: as it is
	s.graph("PATCH", s.job, `{"schedule":{"expiration":null,"state":"Active"}}`).want(200).is("schedule.expiration", nil).is("schedule.state", "Active")
	s.pass("PT1M")
	if s.at("ada") == nil {
		t.Errorf("%s is not provisioned although the schedule goes on", ada)
	}
}

func TestAScheduleCanBeDisabled(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	last := s.graph("GET", s.job, "").want(200).str("status.lastExecution.timeBegan")
	s.graph("PATCH", s.job, `{"schedule":{"state":"Disabled"}}`).want(200).is("schedule.state", "Disabled").is("schedule.interval", "P10675199DT2H48M5.4775807S")
	s.pass("P1D")
	s.graph("GET", s.job, "").want(200).is("status.lastExecution.timeBegan", last)
	text := savedJobs(t, s.service)
	if err := s.service.Load(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	s.graph("GET", s.job, "").want(200).is("schedule.state", "Disabled")
	s.graph("POST", s.job+"/start", "").want(204)
	s.graph("GET", s.job, "").want(200).is("schedule.state", "Active").is("schedule.interval", "PT40M")
}

func TestScopeAndDeletionsAreWhatTheSecretsSay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ada, bob := s.hire("Ada"), s.hire("Bob")
	s.save(`,{"key":"SyncAll","value":"True"}`)
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	if s.at("admin") == nil || s.at("ada") == nil {
		t.Error("with SyncAll, not everybody has arrived")
	}
	s.save(`,{"key":"SyncAll","value":"False"}`)
	s.pass("PT1M") // a change of scope is due at once
	if u := s.at("admin"); u["active"] != false {
		t.Errorf("the administrator, who is not assigned, is %v", u)
	}
	s.save(`,{"key":"SyncNotificationSettings","value":"{\"Enabled\":true,\"Recipients\":\"ops@contoso.example\",\"DeleteThresholdEnabled\":true,\"DeleteThresholdValue\":1}"}`)
	for _, who := range []string{ada, bob} {
		s.graph("PATCH", "/users/"+who, `{"accountEnabled":false}`).want(204)
	}
	s.pass("PT40M")
	s.graph("GET", s.job, "").want(200).is("status.quarantine.reason", "TooManyDeletes")
	if mails := s.service.AllJobs()[0].Outbox(); len(mails) != 1 || mails[0].To != "ops@contoso.example" {
		t.Errorf("mails: %v", mails)
	}
	s.graph("POST", s.job+"/restart", `{"criteria":{"resetScope":"ForceDeletes, QuarantineState"}}`).want(204)
	s.pass("PT1M")
	if u := s.at("ada"); u["active"] != false {
		t.Errorf("Ada, whose deletion was allowed, is %v", u)
	}
}

func TestSecretsForClientCredentialsFetchTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var asked atomic.Pointer[string]
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, secret, basic := r.BasicAuth()
		how := fmt.Sprint(id, " ", secret, " ", basic, " ", r.FormValue("client_id"))
		asked.Store(&how)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"access_token":"first-secret","token_type":"Bearer","expires_in":3600}`)
	}))
	t.Cleanup(issuer.Close)
	keys := `{"key":"Oauth2TokenExchangeUri","value":"` + issuer.URL + `"},{"key":"Oauth2ClientId","value":"c"},{"key":"Oauth2ClientSecret","value":"s"}`
	s.graph("PUT", s.home+"/secrets", `{"value":[{"key":"BaseAddress","value":"`+s.vendor.url+`"},`+keys+`]}`).want(204)
	s.graph("POST", s.job+"/validateCredentials", `{"useSavedCredentials":true}`).want(204)
	if how := *asked.Load(); how != "  false c" {
		t.Errorf("in the body: asked as %q", how)
	}
	s.beta("PATCH", s.home+"/connectivityParameters", `{"authenticationType":"OAuth2ClientCredentialsGrant","credentialLocationInRequest":"Header"}`).want(204)
	s.graph("POST", s.job+"/validateCredentials", `{"useSavedCredentials":true}`).want(204)
	if how := *asked.Load(); how != "c s true " {
		t.Errorf("in the header: asked as %q", how)
	}
	for _, body := range []string{`{"authenticationType":"Magic"}`, `{"credentialLocationInRequest":"Sky"}`, `{"baseAddress":"nowhere"}`} {
		s.beta("PATCH", s.home+"/connectivityParameters", body).refused(400, "InvalidConfiguration")
	}
	s.graph("PUT", s.home+"/secrets", `{"value":[{"key":"BaseAddress","value":"`+s.vendor.url+`"}]}`).want(204)
	s.graph("POST", s.home+"/acquireAccessToken", `{"credentials":[`+keys+`]}`).want(204)
	kept := s.graph("GET", s.home+"/secrets", "").want(200)
	if !strings.Contains(string(kept.body), `"Oauth2AccessToken","value":"*"`) || strings.Contains(string(kept.body), "credentialLocationInRequest") || strings.Contains(string(kept.body), "first-secret") {
		t.Errorf("kept: %s", kept.body)
	}
	s.graph("POST", s.job+"/validateCredentials", `{"useSavedCredentials":true}`).want(204)
}

func TestDiscoveryAddsWhatTheApplicationOffers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	schema := s.graph("GET", s.job+"/schema", "").want(200)
	own, target := schema.str("directories.0.id"), schema.str("directories.1.id")
	s.graph("POST", s.job+"/schema/directories/"+own+"/discover", "").want(200).is("name", "Azure Active Directory").is("discoveryDateTime", nil)
	found := s.graph("POST", s.job+"/schema/directories/"+target+"/discover", "").want(200).is("name", "customappsso").is("discoveryDateTime", "2026-03-02T09:00:00Z")
	before, _ := schema.at("directories.1.objects.0.attributes").([]any)
	after, _ := found.at("objects.0.attributes").([]any)
	if len(after) <= len(before) || after[0].(map[string]any)["name"] != before[0].(map[string]any)["name"] {
		t.Errorf("%d attributes became %d", len(before), len(after))
	}
	for _, name := range []string{`ims[type eq \"aim\"].value`, "entitlements"} {
		if !strings.Contains(string(found.body), name) {
			t.Errorf("%s was not discovered in %s", name, found.body)
		}
	}
	s.graph("GET", s.job+"/schema", "").want(200).is("directories.1.discoveryDateTime", "2026-03-02T09:00:00Z")
	s.graph("PUT", s.job+"/schema", string(s.graph("GET", s.job+"/schema", "").body)).want(204) // what was discovered can be saved
	s.graph("DELETE", s.job+"/schema", "").want(204)
	s.graph("GET", s.job+"/schema", "").want(200).is("directories.1.discoveryDateTime", nil)
	s.vendor.renew("another")
	s.graph("POST", s.job+"/schema/directories/"+target+"/discover", "").want(503)
}
