package mockgraph

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// synchronizationRoutes are the routes of /servicePrincipals/{id}/synchronization. They read requests and write answers; jobs are the
// business of the service given by [WithSynchronization].
// Source: learn.microsoft.com/graph/api/resources/synchronization-overview and its method pages.
func synchronizationRoutes() []route {
	const base = "/servicePrincipals/{id}/synchronization"
	const jobs, job, templates = base + "/jobs", base + "/jobs/{job}", base + "/templates"
	return emulating("answered by the provisioning service the tenant is given with WithSynchronization; 501 without one", []route{
		{method: http.MethodGet, template: templates, serve: provisioning(listSynchronizationTemplates)},
		{method: http.MethodGet, template: templates + "/{template}", serve: provisioning(getSynchronizationTemplate)},
		{method: http.MethodGet, template: templates + "/{template}/schema", serve: provisioning(getTemplateSchema)},
		{method: http.MethodGet, template: templates + "/{template}/schema/filterOperators", serve: provisioning(ofTemplate(listFilterOperators))},
		{method: http.MethodGet, template: templates + "/{template}/schema/functions", serve: provisioning(ofTemplate(listFunctions))},
		{method: http.MethodPost, template: templates + "/{template}/schema/parseExpression", serve: provisioning(ofTemplate(parseExpression))},
		{method: http.MethodGet, template: jobs, serve: provisioning(listJobs)},
		{method: http.MethodPost, template: jobs, serve: provisioning(createJob)},
		{method: http.MethodGet, template: job, serve: provisioning(getJob)},
		{method: http.MethodPatch, template: job, serve: provisioning(updateJob)},
		{method: http.MethodDelete, template: job, serve: provisioning(deleteJob)},
		{method: http.MethodPost, template: job + "/start", serve: provisioning(startJob)},
		{method: http.MethodPost, template: job + "/pause", serve: provisioning(pauseJob)},
		{method: http.MethodPost, template: job + "/stop"},
		{method: http.MethodPost, template: job + "/restart", serve: provisioning(restartJob)},
		{method: http.MethodPost, template: job + "/provisionOnDemand", serve: provisioning(provisionOnDemand)},
		{method: http.MethodPost, template: job + "/bulkUpload"},
		{method: http.MethodPost, template: job + "/validateConnectivity"},
		{method: http.MethodPost, template: jobs + "/validateCredentials", rule: job + "/validateCredentials", serve: provisioning(validateCredentials)},
		{method: http.MethodPost, template: job + "/validateCredentials", serve: provisioning(validateCredentials)},
		{method: http.MethodGet, template: job + "/schema", serve: provisioning(getSchema)},
		{method: http.MethodPut, template: job + "/schema", serve: provisioning(putSchema)},
		{method: http.MethodPatch, template: job + "/schema", serve: provisioning(putSchema)},
		{method: http.MethodDelete, template: job + "/schema", serve: provisioning(resetSchema)},
		{method: http.MethodGet, template: job + "/schema/filterOperators", serve: provisioning(listFilterOperators)},
		{method: http.MethodGet, template: job + "/schema/functions", serve: provisioning(listFunctions)},
		{method: http.MethodPost, template: job + "/schema/parseExpression", serve: provisioning(parseExpression)},
		{method: http.MethodGet, template: job + "/schema/directories", rule: job + "/schema", serve: provisioning(listDirectories)},
		{method: http.MethodGet, template: job + "/schema/directories/{directory}", rule: job + "/schema", serve: provisioning(getDirectory)},
		{method: http.MethodPost, template: job + "/schema/directories/{directory}/discover", serve: provisioning(discover)},
		{method: http.MethodGet, template: base + "/secrets", rule: base + "/jobs", serve: provisioning(getSecrets)},
		{method: http.MethodPut, template: base + "/secrets", serve: provisioning(putSecrets)},
		{method: http.MethodPost, template: base + "/acquireAccessToken", serve: provisioning(acquireAccessToken)},
		{method: http.MethodPatch, template: base + "/connectivityParameters", betaOnly: true, serve: provisioning(patchConnectivity)},
	})
}

// synchronizationCall is a call about the provisioning of one application.
type synchronizationCall struct {
	*call

	service   synchronization.Service
	principal string // object id of the service principal
	job       string // of the path, "" when it names none
}

// provisioning finds the service principal and the service that answer.
func provisioning(serve func(c synchronizationCall) error) handler {
	return func(c *call) error {
		service := c.t.provisioning()
		if service == nil {
			return notBuilt("The synchronization API without a provisioning service (option WithSynchronization)")
		}
		o, err := c.fresh(directory.ServicePrincipal, c.vars["id"])
		if err != nil {
			return err
		}
		return synchronizationRefusal(serve(synchronizationCall{c, service, o.ID(), c.vars["job"]}))
	}
}

// synchronizationStatuses are the HTTP statuses of refusals. It is never written.
var synchronizationStatuses = map[synchronization.Reason]int{
	synchronization.Invalid:     http.StatusBadRequest,
	synchronization.NotFound:    http.StatusNotFound,
	synchronization.Conflict:    http.StatusConflict,
	synchronization.Forbidden:   http.StatusForbidden,
	synchronization.Unavailable: http.StatusServiceUnavailable,
	synchronization.NotBuilt:    http.StatusNotImplemented,
}

func synchronizationRefusal(err error) error {
	var refused *synchronization.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	return refuse(synchronizationStatuses[refused.Reason], refused.Code, "%s", refused.Message)
}

// set is the name contexts give to what lies under the service principal's synchronization.
func (c synchronizationCall) set(rest string) string {
	return "servicePrincipals('" + c.principal + "')/synchronization/" + rest
}

// ofJob is set for what lies under the job of the path.
func (c synchronizationCall) ofJob(rest string) string {
	return c.set("jobs('" + c.job + "')/" + rest)
}

// done answers 204 unless there is an error.
func (c synchronizationCall) done(err error) error {
	if err != nil {
		return err
	}
	return c.noContent()
}

// shown answers with one object.
func shown[T any](c synchronizationCall, status int, set string, v T, err error) error {
	if err != nil {
		return err
	}
	return c.object(status, set, v)
}

// listed answers with all items at once.
func listed[T any](c synchronizationCall, set string, items []T, err error) error {
	if err != nil {
		return err
	}
	return c.value(set, synchronization.Collection[T](items))
}

func listSynchronizationTemplates(c synchronizationCall) error {
	all, err := c.service.Templates(c.r.Context(), c.principal)
	return listed(c, c.set("templates"), all, err)
}

func getSynchronizationTemplate(c synchronizationCall) error {
	template, err := c.service.Template(c.r.Context(), c.principal, c.vars["template"])
	template.Schema = nil // which is read at an address of its own
	return shown(c, http.StatusOK, c.set("templates/$entity"), template, err)
}

func getTemplateSchema(c synchronizationCall) error {
	template, err := c.service.Template(c.r.Context(), c.principal, c.vars["template"])
	if err == nil && template.Schema == nil {
		return missing("schema")
	}
	return shown(c, http.StatusOK, c.set("templates('"+c.vars["template"]+"')/schema/$entity"), template.Schema, err)
}

func listJobs(c synchronizationCall) error {
	all, err := c.service.Jobs(c.r.Context(), c.principal)
	return listed(c, c.set("jobs"), all, err)
}

func createJob(c synchronizationCall) error {
	var body struct {
		TemplateID string `json:"templateId"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	if body.TemplateID == "" {
		return badValue("templateId")
	}
	made, err := c.service.CreateJob(c.r.Context(), c.principal, body.TemplateID)
	return shown(c, http.StatusCreated, c.set("jobs/$entity"), made, err)
}

func getJob(c synchronizationCall) error {
	found, err := c.service.Job(c.r.Context(), c.principal, c.job)
	return shown(c, http.StatusOK, c.set("jobs/$entity"), found, err)
}

// jobMembers are the members a PATCH of a job may have, and those of what stands under them. Members of a job that cannot be changed are
// taken, for whoever sends the job that was read, and change nothing. It is never written.
var jobMembers = map[string][]string{
	"":                           {"id", "templateId", "schedule", "status", "synchronizationJobSettings", "bulkUpload", "schema"},
	"schedule":                   {"expiration", "interval", "state"},
	"synchronizationJobSettings": {"name", "value"},
}

// unknownMember refuses what a PATCH of a job has and a job has not, and says where.
func (c synchronizationCall) unknownMember() error {
	top, err := c.members()
	if err != nil {
		return err
	}
	check := func(of, place string, members map[string]json.RawMessage) error {
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if !strings.Contains(name, "@odata.") && !slices.Contains(jobMembers[of], name) {
				return refuse(http.StatusBadRequest, codeBadRequest, "The property '%.100s' does not exist on type 'microsoft.graph.synchronizationJob' or is not expected; there are %s.",
					place+name, strings.Join(jobMembers[of], ", "))
			}
		}
		return nil
	}
	if err := check("", "", top); err != nil {
		return err
	}
	var schedule map[string]json.RawMessage
	var settings []map[string]json.RawMessage
	if json.Unmarshal(top["schedule"], &schedule) == nil {
		if err := check("schedule", "schedule.", schedule); err != nil {
			return err
		}
	}
	if json.Unmarshal(top["synchronizationJobSettings"], &settings) == nil {
		for i, one := range settings {
			if err := check("synchronizationJobSettings", fmt.Sprintf("synchronizationJobSettings[%d].", i), one); err != nil {
				return err
			}
		}
	}
	return nil // what has another form, decoding refuses
}

// updateJob is not documented beyond the shape of a job; what it changes here is what synchronization.JobUpdate says.
func updateJob(c synchronizationCall) error {
	if err := c.unknownMember(); err != nil {
		return err
	}
	var body synchronization.JobUpdate
	if err := c.decode(&body, false); err != nil {
		return err
	}
	updated, err := c.service.UpdateJob(c.r.Context(), c.principal, c.job, body)
	return shown(c, http.StatusOK, c.set("jobs/$entity"), updated, err)
}

func deleteJob(c synchronizationCall) error {
	return c.done(c.service.DeleteJob(c.r.Context(), c.principal, c.job))
}

func startJob(c synchronizationCall) error {
	return c.done(c.service.StartJob(c.r.Context(), c.principal, c.job))
}

func pauseJob(c synchronizationCall) error {
	return c.done(c.service.PauseJob(c.r.Context(), c.principal, c.job))
}

// restartJob takes the criteria strictly: a misspelt one would forget nothing, or too much.
func restartJob(c synchronizationCall) error {
	var body struct {
		Criteria synchronization.RestartCriteria `json:"criteria"`
	}
	if len(bytes.TrimSpace(c.body)) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(c.body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&body); err != nil {
			return badValue("criteria")
		}
	}
	return c.done(c.service.RestartJob(c.r.Context(), c.principal, c.job, body.Criteria))
}

// maxSubjects bounds what one request provisions: a group with up to five of its members.
// Source: learn.microsoft.com/entra/identity/app-provisioning/provision-on-demand.
const maxSubjects = 5

func provisionOnDemand(c synchronizationCall) error {
	var body struct {
		Parameters []synchronization.OnDemandParameters `json:"parameters"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	if len(body.Parameters) == 0 {
		return badValue("parameters")
	}
	for _, each := range body.Parameters {
		tooMany := slices.ContainsFunc(each.Subjects, func(s synchronization.Subject) bool { return len(s.Links.Members) > maxSubjects })
		if len(each.Subjects) == 0 || len(each.Subjects) > maxSubjects || tooMany {
			return &directory.Error{Code: directory.CodeBadRequest, Target: "subjects", Message: fmt.Sprintf(
				"Invalid value specified for parameter 'subjects': one run takes one user, or one group with at most %d of its members, %d objects in all.", maxSubjects, maxSubjects+1)}
		}
	}
	result, err := c.service.ProvisionOnDemand(c.r.Context(), c.principal, c.job, body.Parameters)
	return shown(c, http.StatusOK, "microsoft.graph.stringKeyStringValuePair", result, err)
}

func validateCredentials(c synchronizationCall) error {
	var body synchronization.CredentialsCheck
	if err := c.decode(&body, true); err != nil {
		return err
	}
	return c.done(c.service.Validate(c.r.Context(), c.principal, c.job, body))
}
