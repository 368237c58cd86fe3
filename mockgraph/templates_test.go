package mockgraph_test

import (
	"slices"
	"testing"
)

const customTemplate = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"

func TestTemplateIsInstantiated(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	template := s.ask("GET", "/v1.0/applicationTemplates/"+customTemplate, "").want(200)
	if template.str("displayName") != "Custom" || template.at("supportedProvisioningTypes.0") != "sync" {
		t.Errorf("template %s", template.body)
	}
	made := s.ask("POST", "/v1.0/applicationTemplates/"+customTemplate+"/instantiate", `{"displayName":"Payroll"}`).want(201)
	if made.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.applicationServicePrincipal" ||
		made.str("application.appId") != made.str("servicePrincipal.appId") || made.str("application.id") == made.str("servicePrincipal.id") ||
		made.str("application.applicationTemplateId") != customTemplate || made.str("servicePrincipal.applicationTemplateId") != customTemplate ||
		made.str("servicePrincipal.tags.0") != "WindowsAzureActiveDirectoryCustomSingleSignOnApplication" {
		t.Errorf("instance %s", made.body)
	}
	// As terraform waits for it.
	query := "?$filter=applicationTemplateId%20eq%20'" + customTemplate + "'%20and%20displayName%20eq%20'Payroll'"
	if got := s.ask("GET", "/v1.0/applications"+query, "").want(200).values("id"); !slices.Equal(got, []string{made.str("application.id")}) {
		t.Errorf("applications %v", got)
	}
	// Two instances may have the same name; each is an application of its own.
	again := s.ask("POST", "/v1.0/applicationTemplates/"+customTemplate+"/instantiate", `{"displayName":"Payroll"}`).want(201)
	if again.str("application.id") == made.str("application.id") || again.str("application.api.oauth2PermissionScopes.0.id") == made.str("application.api.oauth2PermissionScopes.0.id") {
		t.Errorf("second instance %s", again.body)
	}
	if got := s.ask("GET", "/v1.0/applicationTemplates?$filter=displayName%20eq%20'Custom'&$count=true", "").want(200); len(got.values("id")) < 1 || got.at("@odata·count") == nil {
		t.Errorf("templates %s", got.body)
	}
	if got := s.ask("GET", "/v1.0/applicationTemplates?$top=1&$select=id", "").want(200); len(got.values("id")) != 1 || got.str("@odata·nextLink") == "" {
		t.Errorf("first page %s", got.body)
	}
	s.ask("GET", "/v1.0/applicationTemplates/"+nobody, "").want(404)
	s.ask("POST", "/v1.0/applicationTemplates/"+nobody+"/instantiate", `{"displayName":"x"}`).want(404)
	s.ask("POST", "/v1.0/applicationTemplates/"+customTemplate+"/instantiate", `{}`).refused(400, "Request_BadRequest", "displayName")
}
