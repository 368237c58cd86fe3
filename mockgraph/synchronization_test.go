package mockgraph_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// provisioner is a provisioning service that remembers what it was asked and answers from what it holds.
type provisioner struct {
	mu      sync.Mutex
	asked   []string
	jobs    map[string]synchronization.Job
	secrets []synchronization.Secret
	schema  synchronization.Schema
}

func (p *provisioner) notef(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, fmt.Sprintf(format, args...))
}

func (p *provisioner) last() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[len(p.asked)-1]
}

func (p *provisioner) job(id string) error {
	if id == "" { // of a template
		return nil
	}
	if _, ok := p.jobs[id]; !ok {
		return synchronization.Refuse(synchronization.NotFound, "JobNotFound", "Job %s is not there.", id)
	}
	return nil
}

var scim = synchronization.Template{ID: "scim", ApplicationID: customTemplate, Default: true, FactoryTag: "scim", Schema: &synchronization.Schema{ID: "scim", Version: "v1"}}

func (p *provisioner) Templates(_ context.Context, _ string) ([]synchronization.Template, error) {
	p.notef("templates")
	plain := scim
	plain.Schema = nil
	return []synchronization.Template{plain}, nil
}

func (p *provisioner) Template(_ context.Context, _, id string) (synchronization.Template, error) {
	if id != scim.ID {
		return synchronization.Template{}, synchronization.Refuse(synchronization.NotFound, "TemplateNotFound", "No template %s.", id)
	}
	return scim, nil
}

func (p *provisioner) Jobs(context.Context, string) ([]synchronization.Job, error) {
	var all []synchronization.Job
	for _, j := range p.jobs {
		all = append(all, j)
	}
	return all, nil
}

func (p *provisioner) Job(_ context.Context, _, id string) (synchronization.Job, error) {
	return p.jobs[id], p.job(id)
}

func (p *provisioner) CreateJob(_ context.Context, principal, template string) (synchronization.Job, error) {
	if len(p.jobs) > 0 {
		return synchronization.Job{}, synchronization.Refuse(synchronization.Conflict, "InvalidOperation", "There is a job already.")
	}
	made := synchronization.NewJob(template+".0123.1", template)
	p.jobs[made.ID] = made
	p.notef("create %s for %s", template, principal)
	return made, nil
}

func (p *provisioner) UpdateJob(_ context.Context, _, id string, u synchronization.JobUpdate) (synchronization.Job, error) {
	p.notef("update %s: %d settings", id, len(u.Settings))
	j := p.jobs[id]
	j.Settings = append(j.Settings, u.Settings...)
	if u.Schedule != nil {
		j.Schedule.Interval, j.Schedule.State = u.Schedule.Interval, u.Schedule.State
	}
	p.jobs[id] = j
	return j, p.job(id)
}

func (p *provisioner) SetConnectivity(_ context.Context, _ string, parameters []synchronization.Setting) error {
	p.notef("connect %v", parameters)
	return nil
}

func (p *provisioner) DeleteJob(_ context.Context, _, id string) error {
	defer delete(p.jobs, id)
	return p.job(id)
}

func (p *provisioner) StartJob(_ context.Context, _, id string) error {
	p.notef("start %s", id)
	return p.job(id)
}

func (p *provisioner) PauseJob(_ context.Context, _, id string) error {
	p.notef("pause %s", id)
	return p.job(id)
}

func (p *provisioner) RestartJob(_ context.Context, _, id string, c synchronization.RestartCriteria) error {
	p.notef("restart %s: %s", id, c.ResetScope)
	return p.job(id)
}

func (p *provisioner) ProvisionOnDemand(_ context.Context, _, id string, all []synchronization.OnDemandParameters) (synchronization.StringPair, error) {
	p.notef("provision %s by %s", all[0].Subjects[0].ObjectID, all[0].RuleID)
	return synchronization.StringPair{Key: `{"result":"Success"}`, Value: `{"action":"Create"}`}, p.job(id)
}

func (p *provisioner) Schema(_ context.Context, _, id string) (synchronization.Schema, error) {
	return p.schema, p.job(id)
}

func (p *provisioner) SetSchema(_ context.Context, _, id string, s synchronization.Schema) error {
	p.schema = s
	return p.job(id)
}

func (p *provisioner) ResetSchema(_ context.Context, _, id string) error {
	p.schema = synchronization.Schema{}
	return p.job(id)
}

func (p *provisioner) Discover(_ context.Context, _, id, directory string) (synchronization.DirectoryDefinition, error) {
	return synchronization.DirectoryDefinition{ID: directory, Name: "customappsso"}, p.job(id)
}

func (p *provisioner) FilterOperators(_ context.Context, _, id string) ([]synchronization.FilterOperator, error) {
	return []synchronization.FilterOperator{{ID: "EQUALS", Name: "EQUALS", Arity: synchronization.Binary, MultivaluedComparisonType: "Any"}}, p.job(id)
}

func (p *provisioner) Functions(_ context.Context, _, id string) ([]synchronization.FunctionSchema, error) {
	return []synchronization.FunctionSchema{{Name: "Append", Parameters: []synchronization.FunctionParameter{{Name: "source", Required: true, Type: synchronization.TypeString}}}}, p.job(id)
}

func (p *provisioner) ParseExpression(_ context.Context, _, id string, r synchronization.ExpressionRequest) (synchronization.ExpressionResponse, error) {
	p.notef("parse %s", r.Expression)
	return synchronization.ExpressionResponse{Error: &synchronization.PublicError{Code: "Syntax", Message: "no"}}, p.job(id)
}

func (p *provisioner) Secrets(context.Context, string) ([]synchronization.Secret, error) {
	masked := slices.Clone(p.secrets)
	for i := range masked {
		masked[i].Value = "*"
	}
	return masked, nil
}

func (p *provisioner) SetSecrets(_ context.Context, _ string, s []synchronization.Secret) error {
	p.secrets = s
	return nil
}

func (p *provisioner) Validate(_ context.Context, _, job string, r synchronization.CredentialsCheck) error {
	p.notef("validate %q", job)
	switch {
	case len(r.Credentials) == 0:
		return errors.New("the endpoint is on fire")
	case r.Credentials[0].Value == "wrong":
		return synchronization.Refuse(synchronization.Invalid, "InvalidCredentials", "They do not open the door.")
	}
	return nil
}

func (p *provisioner) AcquireAccessToken(_ context.Context, _ string, s []synchronization.Secret) error {
	p.notef("token by %s", s[0].Key)
	return nil
}

func TestSynchronizationIsAskedOfTheService(t *testing.T) {
	t.Parallel()
	service := &provisioner{jobs: map[string]synchronization.Job{}}
	s := newStage(t, mockgraph.WithSynchronization(service))
	sp := s.ask("POST", "/v1.0/applicationTemplates/"+customTemplate+"/instantiate", `{"displayName":"Payroll"}`).want(201).str("servicePrincipal.id")
	base := "/v1.0/servicePrincipals/" + sp + "/synchronization"
	metadata := "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('" + sp + "')/synchronization/"

	templates := s.ask("GET", base+"/templates", "").want(200)
	if !slices.Equal(templates.values("id"), []string{"scim"}) || templates.str("@odata·context") != metadata+"templates" || templates.at("value.0.schema") != nil {
		t.Errorf("templates %s", templates.body)
	}
	s.ask("GET", base+"/templates/scim", "").want(200)
	s.ask("GET", base+"/templates/other", "").refused(404, "TemplateNotFound", "No template other.")
	if got := s.ask("GET", base+"/templates/scim/schema", "").want(200); got.str("version") != "v1" {
		t.Errorf("schema of the template %s", got.body)
	}
	if got := s.ask("GET", base+"/jobs", "").want(200); len(got.values("id")) != 0 {
		t.Errorf("jobs %s", got.body)
	}

	job := s.ask("POST", base+"/jobs", `{"templateId":"scim"}`).want(http.StatusCreated)
	want := map[string]any{
		"@odata.context": metadata + "jobs/$entity", "id": "scim.0123.1", "templateId": "scim", "synchronizationJobSettings": []any{}, "bulkUpload": nil,
		"schedule": map[string]any{"expiration": nil, "interval": "P10675199DT2H48M5.4775807S", "state": "Disabled"}, "status": job.at("status"),
	}
	if diff := cmp.Diff(want, job.json); diff != "" || job.str("status.code") != "NotConfigured" {
		t.Errorf("job (-want +got):\n%s", diff)
	}
	if service.last() != "create scim for "+sp {
		t.Errorf("asked %q", service.last())
	}
	s.ask("POST", base+"/jobs", `{"templateId":"scim"}`).refused(409, "InvalidOperation", "There is a job already.")
	s.ask("POST", base+"/jobs", `{}`).refused(400, "Request_BadRequest", "templateId")

	one := base + "/jobs/scim.0123.1"
	s.ask("GET", one, "").want(200)
	for action, asked := range map[string]string{"start": "start scim.0123.1", "pause": "pause scim.0123.1", "restart": "restart scim.0123.1: None"} {
		s.ask("POST", one+"/"+action, "").want(204)
		if service.last() != asked {
			t.Errorf("%s: asked %q, want %q", action, service.last(), asked)
		}
	}
	s.ask("POST", one+"/restart", `{"criteria":{"resetScope":"Watermark, Escrows, QuarantineState"}}`).want(204)
	if want := "restart scim.0123.1: Escrows, Watermark, QuarantineState"; service.last() != want {
		t.Errorf("asked %q, want %q", service.last(), want)
	}
	s.ask("POST", one+"/restart", `{"criteria":{"resetsScope":"Full"}}`).refused(400, "Request_BadRequest", "criteria")
	s.ask("POST", one+"/restart", `{"criteria":{"resetScope":"Everything"}}`).refused(400, "Request_BadRequest", "criteria")

	update := s.ask("PATCH", one, `{"schedule":{"interval":"PT1H","state":"Active"},"synchronizationJobSettings":[{"name":"QuarantineTooManyDeletesThreshold","value":"7"}]}`).want(200)
	if update.str("schedule.interval") != "PT1H" || update.str("synchronizationJobSettings.0.value") != "7" || update.str("@odata·context") != metadata+"jobs/$entity" {
		t.Errorf("updated %s", update.body)
	}
	s.ask("PATCH", one, `{"schedule":{"interval":"soon"}}`).want(400)
	for _, unbuilt := range []string{"stop", "validateConnectivity", "bulkUpload"} {
		s.ask("POST", one+"/"+unbuilt, "").refused(501, "NotImplemented", unbuilt)
	}

	demand := s.ask("POST", one+"/provisionOnDemand", `{"parameters":[{"ruleId":"r1","subjects":[{"objectId":"u1","objectTypeName":"User"}]}]}`).want(200)
	if demand.str("key") != `{"result":"Success"}` || service.last() != "provision u1 by r1" || !strings.HasSuffix(demand.str("@odata·context"), "#microsoft.graph.stringKeyStringValuePair") {
		t.Errorf("on demand %s, asked %q", demand.body, service.last())
	}
	s.ask("POST", one+"/provisionOnDemand", `{"parameters":[]}`).refused(400, "Request_BadRequest", "parameters")
	s.ask("POST", one+"/provisionOnDemand", `{"parameters":[{"ruleId":"r","subjects":[{"objectId":"g","objectTypeName":"Group","links":{"members":[{},{},{},{},{},{}]}}]}]}`).refused(400, "Request_BadRequest", "at most 5 of its members, 6 objects in all")

	s.ask("PUT", one+"/schema", `{"id":"x","version":"v2","synchronizationRules":[{"id":"r1","name":"USER_TO_USER"}]}`).want(204)
	if got := s.ask("GET", one+"/schema", "").want(200); got.str("version") != "v2" || got.str("synchronizationRules.0.name") != "USER_TO_USER" {
		t.Errorf("schema %s", got.body)
	}
	s.ask("PUT", one+"/schema", `{"id":"x","version":"v2","directories":[{"id":"d1","name":"Azure Active Directory"},{"id":"d2","name":"customappsso"}]}`).want(204)
	if got := s.ask("GET", one+"/schema/directories", "").want(200); !slices.Equal(got.values("id"), []string{"d1", "d2"}) {
		t.Errorf("directories %s", got.body)
	}
	if got := s.ask("GET", one+"/schema/directories/D2", "").want(200); got.str("name") != "customappsso" || !strings.HasSuffix(got.str("@odata·context"), "/schema/directories/$entity") {
		t.Errorf("directory %s", got.body)
	}
	s.ask("GET", one+"/schema/directories/d3", "").want(404)
	s.ask("PATCH", one+"/schema", `{"id":"x","version":"v3"}`).want(204) // which replaces the whole, too
	if got := s.ask("GET", one+"/schema", "").want(200); got.str("version") != "v3" || len(got.at("synchronizationRules").([]any)) != 0 {
		t.Errorf("schema %s", got.body)
	}
	s.ask("DELETE", one+"/schema", "").want(204)
	for _, call := range [][3]string{{"GET", "filterOperators", ""}, {"GET", "functions", ""}, {"POST", "parseExpression", `{"expression":"Append("}`}} {
		s.ask(call[0], base+"/templates/scim/schema/"+call[1], call[2]).want(200)
		s.ask(call[0], base+"/templates/other/schema/"+call[1], call[2]).refused(404, "TemplateNotFound", "No template other.")
	}
	if got := s.ask("GET", one+"/schema/filterOperators", "").want(200); got.str("value.0.arity") != "Binary" || got.at("value.0.supportedAttributeTypes") == nil {
		t.Errorf("operators %s", got.body)
	}
	if got := s.ask("GET", one+"/schema/functions", "").want(200); got.str("value.0.parameters.0.name") != "source" {
		t.Errorf("functions %s", got.body)
	}
	if got := s.ask("POST", one+"/schema/parseExpression", `{"expression":"Append("}`).want(200); got.at("parsingSucceeded") != false || got.str("error.code") != "Syntax" || service.last() != "parse Append(" {
		t.Errorf("parsed %s", got.body)
	}
	if got := s.ask("POST", one+"/schema/directories/d1/discover", "").want(200); got.str("id") != "d1" {
		t.Errorf("discovered %s", got.body)
	}
	s.ask("DELETE", one, "").want(204)
	s.ask("DELETE", one, "").refused(404, "JobNotFound", "Job scim.0123.1 is not there.")
}

func TestSynchronizationSecretsAreKeptByTheService(t *testing.T) {
	t.Parallel()
	service := &provisioner{jobs: map[string]synchronization.Job{}}
	s := newStage(t, mockgraph.WithSynchronization(service))
	_, sp := s.principal("Payroll", "")
	base := "/v1.0/servicePrincipals/" + sp.str("id") + "/synchronization"
	s.ask("PUT", base+"/secrets", `{"value":[{"key":"BaseAddress","value":"https://scim.example"},{"key":"SecretToken","value":"t"}]}`).want(204)
	if got := s.ask("GET", base+"/secrets", "").want(200); !slices.Equal(got.values("key"), []string{"BaseAddress", "SecretToken"}) || strings.Contains(string(got.body), `"t"`) {
		t.Errorf("secrets %s", got.body)
	}
	s.ask("PUT", base+"/secrets", `{"value":[{"key":"Colour","value":"teal"}]}`).refused(400, "Request_BadRequest", "value")
	s.ask("PUT", base+"/secrets", `{}`).refused(400, "Request_BadRequest", "value")
	s.ask("POST", base+"/jobs/validateCredentials", `{"templateId":"scim","credentials":[{"key":"SecretToken","value":"t"}]}`).want(204)
	s.ask("POST", base+"/jobs/scim.1/validateCredentials", `{"credentials":[{"key":"SecretToken","value":"t"}]}`).want(204)
	s.ask("POST", base+"/jobs/scim.1/validateCredentials", `{"credentials":[{"key":"SecretToken","value":"wrong"}]}`).refused(400, "InvalidCredentials", "They do not open the door.")
	if service.last() != `validate "scim.1"` {
		t.Errorf("asked %q", service.last())
	}
	s.ask("POST", base+"/jobs/validateCredentials", `{}`).refused(500, "InternalServerError", "the endpoint is on fire")
	s.ask("POST", base+"/acquireAccessToken", `{"credentials":[{"key":"Oauth2ClientId","value":"c"}]}`).want(204)
	connectivity := "/beta" + strings.TrimPrefix(base, "/v1.0") + "/connectivityParameters"
	s.ask("PATCH", connectivity, `{"oauth2ClientId":"c","authenticationType":"OAuth2ClientCredentialsGrant","credentialLocationInRequest":"Header"}`).want(204)
	if want := "connect [{authenticationType OAuth2ClientCredentialsGrant} {credentialLocationInRequest Header} {oauth2ClientId c}]"; service.last() != want {
		t.Errorf("asked %q, want %q", service.last(), want)
	}
	s.ask("PATCH", connectivity, `{"colour":"teal"}`).refused(400, "Request_BadRequest", "colour")
	s.ask("PATCH", connectivity, `{"baseAddress":7}`).refused(400, "Request_BadRequest", "baseAddress")
}

func TestSynchronizationWithoutAServiceSaysSo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	_, sp := s.principal("Payroll", "")
	for _, path := range []string{"/jobs", "/templates", "/secrets", "/jobs/x/schema"} {
		s.ask("GET", "/v1.0/servicePrincipals/"+sp.str("id")+"/synchronization"+path, "").refused(501, "NotImplemented", "WithSynchronization")
	}
}

func TestAnApplicationOfATemplateHasAHomeForJobsAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithSynchronization(&provisioner{jobs: map[string]synchronization.Job{}}))
	made := s.ask("POST", "/v1.0/applicationTemplates/"+customTemplate+"/instantiate", `{"displayName":"Payroll"}`).want(201)
	home := "/v1.0/servicePrincipals/" + made.str("servicePrincipal.id") + "/synchronization"
	if jobs := s.ask("GET", home+"/jobs", "").want(200).values("id"); len(jobs) != 0 {
		t.Errorf("jobs nobody made: %v", jobs)
	}
	if templates := s.ask("GET", home+"/templates", "").want(200).values("id"); len(templates) == 0 {
		t.Error("no template to make a job of")
	}
	if made.str("servicePrincipal.applicationTemplateId") != customTemplate {
		t.Errorf("the service principal does not say what it was made from: %s", made.body)
	}
}
