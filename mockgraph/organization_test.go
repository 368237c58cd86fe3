package mockgraph_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestOrganizationShowsTheTenantWithItsDomainsAndPlans(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	got := s.ask("GET", "/v1.0/organization", "").want(http.StatusOK)
	if got.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#organization" {
		t.Errorf("context %q", got.str("@odata·context"))
	}
	want := map[string]any{
		"id": s.tenant.ID(), "deletedDateTime": nil, "displayName": "Contoso", "tenantType": "AAD", "businessPhones": []any{}, "city": nil, "country": nil,
		"countryLetterCode": nil, "defaultUsageLocation": nil, "postalCode": nil, "preferredLanguage": nil, "state": nil, "street": nil,
		"marketingNotificationEmails": []any{}, "technicalNotificationMails": []any{}, "securityComplianceNotificationMails": []any{},
		"securityComplianceNotificationPhones": []any{}, "onPremisesSyncEnabled": nil, "onPremisesLastSyncDateTime": nil, "partnerTenantType": nil,
		"privacyProfile": nil, "assignedPlans": []any{}, "provisionedPlans": []any{},
		"verifiedDomains": []any{map[string]any{
			"capabilities": "Email, OfficeCommunicationsOnline", "isDefault": true, "isInitial": true, "name": "contoso.onmicrosoft.com", "type": "Managed",
		}},
	}
	if diff := cmp.Diff(want, got.at("value.0"), cmpopts.IgnoreMapEntries(func(name string, _ any) bool { return name == "createdDateTime" })); diff != "" {
		t.Errorf("organization (-want +got):\n%s", diff)
	}
	if got.str("value.0.createdDateTime") == "" {
		t.Error("no createdDateTime")
	}

	s.buy("TEAMS_EXPLORATORY", 1)
	one := s.ask("GET", "/v1.0/organization/"+s.tenant.ID()+"?$select=id,assignedPlans,provisionedPlans,mobileDeviceManagementAuthority", "").want(http.StatusOK)
	if one.str("assignedPlans.0.capabilityStatus") != "Enabled" || one.str("assignedPlans.0.servicePlanId") == "" || one.str("provisionedPlans.0.provisioningStatus") != "Success" {
		t.Errorf("plans: %s", one.body)
	}
	if got, want := one.str("@odata·context"), "https://graph.microsoft.com/v1.0/$metadata#organization(id,assignedPlans,provisionedPlans,mobileDeviceManagementAuthority)/$entity"; got != want {
		t.Errorf("context %q, want %q", got, want)
	}
	s.ask("GET", "/v1.0/organization/11111111-1111-4111-8111-111111111111", "").refused(404, "Request_ResourceNotFound", "11111111")
}

func TestOrganizationChangesWhereGraphLetsIt(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, path := range []string{"/v1.0/organization/" + s.tenant.ID(), "/v1.0/organization"} {
		s.ask("PATCH", path, `{"technicalNotificationMails":["tech@contoso.example"],"privacyProfile":{"contactEmail":"ada@contoso.example","statementUrl":null}}`).want(http.StatusNoContent)
	}
	got := s.ask("GET", "/v1.0/organization", "").want(http.StatusOK)
	if got.str("value.0.technicalNotificationMails.0") != "tech@contoso.example" || got.str("value.0.privacyProfile.contactEmail") != "ada@contoso.example" {
		t.Errorf("after the change: %s", got.body)
	}
	for body, message := range map[string]string{
		`{"displayName":"Fabrikam"}`:                 "Property 'displayName' is read-only",
		`{"verifiedDomains":[]}`:                     "Property 'verifiedDomains' is read-only",
		`{"motto":"x"}`:                              "Property 'motto' does not exist on type 'microsoft.graph.organization'",
		`{"technicalNotificationMails":"tech@a.io"}`: "Invalid value specified for property 'technicalNotificationMails'",
	} {
		s.ask("PATCH", "/v1.0/organization/"+s.tenant.ID(), body).refused(400, "Request_BadRequest", message)
	}
}

func TestDomainIsAddedVerifiedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	proven := false
	s := newStage(t, mockgraph.WithDomainProof(func(domain, text string) bool {
		if domain != "fabrikam.example" || len(text) != len("MS=ms12345678") {
			t.Errorf("asked for %s in %s", text, domain)
		}
		return proven
	}))
	created := s.ask("POST", "/v1.0/domains", `{"id":"Fabrikam.example"}`).want(http.StatusCreated)
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#domains/$entity",
		"id":             "fabrikam.example", "authenticationType": "Managed", "availabilityStatus": nil, "isAdminManaged": true, "isDefault": false, "isInitial": false,
		"isRoot": true, "isVerified": false, "supportedServices": []any{}, "passwordValidityPeriodInDays": nil, "passwordNotificationWindowInDays": nil,
		"manufacturer": nil, "model": nil, "state": nil,
	}
	if diff := cmp.Diff(want, created.json); diff != "" {
		t.Errorf("new domain (-want +got):\n%s", diff)
	}
	s.ask("PATCH", "/v1.0/domains/fabrikam.example", `{"isDefault":true}`).refused(400, "Request_BadRequest", "Only verified domains can be updated.")
	records := s.ask("GET", "/v1.0/domains/fabrikam.example/verificationDnsRecords", "").want(http.StatusOK)
	if records.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#domains('fabrikam.example')/verificationDnsRecords" ||
		!slices.Equal(records.values("@odata.type"), []string{"#microsoft.graph.domainDnsTxtRecord", "#microsoft.graph.domainDnsMxRecord"}) ||
		!slices.Equal(records.values("recordType"), []string{"Txt", "Mx"}) || records.at("value.1.preference") != 32767.0 || records.at("value.0.preference") != nil {
		t.Errorf("records: %s", records.body)
	}
	s.ask("POST", "/v1.0/domains/fabrikam.example/verify", "").refused(400, "Request_BadRequest", records.str("value.0.text"))
	proven = true
	if got := s.ask("POST", "/v1.0/domains/fabrikam.example/verify", "").want(http.StatusOK); got.at("isVerified") != true {
		t.Errorf("verified: %s", got.body)
	}
	under := s.ask("POST", "/v1.0/domains", `{"id":"lab.fabrikam.example"}`).want(http.StatusCreated)
	if under.at("isRoot") != false || under.at("isVerified") != true {
		t.Errorf("domain under a verified one: %s", under.body)
	}
	if got := s.ask("GET", "/v1.0/domains/lab.fabrikam.example/rootDomain", "").want(http.StatusOK).str("id"); got != "fabrikam.example" {
		t.Errorf("root domain %q", got)
	}

	s.ask("PATCH", "/v1.0/domains/fabrikam.example", `{"isDefault":true,"supportedServices":["Email"]}`).want(http.StatusNoContent)
	list := s.ask("GET", "/v1.0/domains", "").want(http.StatusOK)
	if list.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#domains" ||
		!slices.Equal(list.values("id"), []string{"contoso.onmicrosoft.com", "fabrikam.example", "lab.fabrikam.example"}) || list.at("value.0.isDefault") != false {
		t.Errorf("domains: %s", list.body)
	}
	s.ask("PATCH", "/v1.0/domains/fabrikam.example", `{"isDefault":false}`).refused(400, "Request_BadRequest", "default domain")
	s.ask("PATCH", "/v1.0/domains/contoso.onmicrosoft.com", `{"isDefault":true}`).want(http.StatusNoContent)
	s.ask("DELETE", "/v1.0/domains/fabrikam.example", "").want(http.StatusNoContent)
	s.ask("GET", "/v1.0/domains/fabrikam.example", "").refused(404, "Request_ResourceNotFound", "fabrikam.example")
}

func TestDomainWritesAreRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		code, message            string
	}{
		{"no name", "POST", "/v1.0/domains", `{"isDefault":false}`, 400, "Request_BadRequest", "A value is required for property 'id' of resource 'Domain'."},
		{"no host name", "POST", "/v1.0/domains", `{"id":"not a domain"}`, 400, "Request_BadRequest", "Invalid value specified for property 'id' of resource 'Domain'."},
		{"taken", "POST", "/v1.0/domains", `{"id":"CONTOSO.onmicrosoft.com"}`, 400, "Request_BadRequest", "Another object with the same value"},
		{"default from the start", "POST", "/v1.0/domains", `{"id":"a.example","isDefault":true}`, 400, "Request_BadRequest", "not verified"},
		{"verified by hand", "PATCH", "/v1.0/domains/contoso.onmicrosoft.com", `{"isVerified":false}`, 400, "Request_BadRequest", "read-only"},
		{"initial", "DELETE", "/v1.0/domains/contoso.onmicrosoft.com", ``, 400, "Request_BadRequest", "contoso.onmicrosoft.com"},
		{"unknown", "DELETE", "/v1.0/domains/a.example", ``, 404, "Request_ResourceNotFound", "a.example"},
		{"promotion", "POST", "/v1.0/domains/contoso.onmicrosoft.com/promote", ``, 501, "NotImplemented", "/domains/{id}/promote"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask(test.method, test.path, test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
}

func TestGivenADomainInUseThenItGoesByForceOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.ask("POST", "/v1.0/domains", `{"id":"fabrikam.example"}`).want(http.StatusCreated)
	s.ask("POST", "/v1.0/domains/fabrikam.example/verify", "").want(http.StatusOK)
	d := s.tenant.Directory()
	user, err := d.Create(directory.User, directory.Properties{
		"userPrincipalName": "ada@fabrikam.example", "displayName": "Ada", "mailNickname": "ada", "accountEnabled": true, "mail": "ada@fabrikam.example",
		"proxyAddresses": []string{"SMTP:ada@fabrikam.example", "smtp:ada@contoso.onmicrosoft.com"}, "passwordProfile": directory.PasswordProfile{Password: "Curtain-Up-2026"},
	})
	if err != nil {
		t.Fatal(err)
	}
	app, err := d.Create(directory.Application, directory.Properties{"displayName": "App", "identifierUris": []string{"https://fabrikam.example/app"}})
	if err != nil {
		t.Fatal(err)
	}
	got := s.ask("GET", "/v1.0/domains/fabrikam.example/domainNameReferences?$select=id", "").want(http.StatusOK)
	want := []string{"#microsoft.graph.application", "#microsoft.graph.user"}
	types := got.values("@odata.type")
	slices.Sort(types)
	if !slices.Equal(types, want) {
		t.Errorf("references %v, want %v", types, want)
	}
	s.ask("DELETE", "/v1.0/domains/fabrikam.example", "").refused(400, "Request_BadRequest", "fabrikam.example")
	s.ask("POST", "/v1.0/domains/fabrikam.example/forceDelete", `{"disableUserAccounts":true}`).want(http.StatusNoContent)
	s.ask("GET", "/v1.0/domains/fabrikam.example", "").want(http.StatusNotFound)
	after := s.ask("GET", "/v1.0/users/"+user.ID()+"?$select=userPrincipalName,mail,accountEnabled,proxyAddresses", "").want(http.StatusOK)
	if after.str("userPrincipalName") != "ada@contoso.onmicrosoft.com" || after.str("mail") != "ada@contoso.onmicrosoft.com" || after.at("accountEnabled") != false {
		t.Errorf("user: %s", after.body)
	}
	if o, _ := d.Snapshot().Object(app.ID()); len(o.Strings("identifierUris")) != 0 {
		t.Errorf("identifier URIs %v, want none", o.Strings("identifierUris"))
	}
}
