package provisioning

import (
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// entry is what there is to say about one object in one cycle.
type entry struct {
	object   string
	kind     *kind
	name     string
	anchor   string
	decision decision // zero for what follows from a reference alone
	action   synchronization.ProvisioningAction
	modified []synchronization.ModifiedProperty
	began    time.Time
	skip     string // code of a skip; "" when something was done or tried
	reason   string // of a skip
	err      error
	at       synchronization.StepType // where err came up; "" is the export
	// reference: err is not the object's own, and a change has a count of its own.
	reference bool
}

// identifier is what a person knows the object by: a user's principal name, a group's name.
func (e entry) identifier() string {
	if e.decision.object != nil {
		if upn := e.decision.object.String("userPrincipalName"); upn != "" {
			return upn
		}
	}
	return e.name
}

const (
	sourceSystem   = "Azure Active Directory"
	targetSystem   = "customappsso"
	recommendation = "https://learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs"
)

// summary is an entry as the provisioning log shows it.
// Source: learn.microsoft.com/graph/api/resources/provisioningobjectsummary.
func (c *cycle) summary(e entry) synchronization.ProvisioningObjectSummary {
	now := c.clock.Now().UTC()
	app, appID := c.application()
	source := synchronization.Details{"id": e.object, "odatatype": e.kind.label, "displayName": e.name}
	if id := e.identifier(); id != e.name {
		source["userPrincipalName"] = id
	}
	target := synchronization.ProvisionedIdentity{ID: e.anchor, IdentityType: e.kind.label}
	if e.anchor != "" {
		target.DisplayName = e.name
		target.Details = synchronization.Details{"id": e.anchor, "odatatype": e.kind.rules.TargetObjectName, "displayName": e.name}
	}
	return synchronization.ProvisioningObjectSummary{
		ID: c.newID(), ActivityDateTime: now, JobID: c.Job.id, CycleID: c.id, ChangeID: c.newID(), TenantID: c.tenant,
		ProvisioningAction: e.action, DurationInMilliseconds: int(now.Sub(e.began).Milliseconds()),
		InitiatedBy:      synchronization.Initiator{DisplayName: "Azure AD Provisioning Service", InitiatorType: synchronization.InitiatorSystem},
		ServicePrincipal: synchronization.ProvisioningServicePrincipal{ID: c.app, DisplayName: app},
		SourceSystem:     synchronization.ProvisioningSystem{ID: c.sourceID, DisplayName: sourceSystem},
		TargetSystem: synchronization.ProvisioningSystem{ID: c.targetID, DisplayName: targetSystem, Details: synchronization.Details{
			"ApplicationId": appID, "ServicePrincipalId": c.app, "ServicePrincipalDisplayName": app,
		}},
		SourceIdentity: synchronization.ProvisionedIdentity{ID: e.object, DisplayName: e.name, IdentityType: e.kind.label, Details: source},
		TargetIdentity: target, ProvisioningStatusInfo: outcome(e), ProvisioningSteps: c.steps(e, app), ModifiedProperties: e.modified,
	}
}

func outcome(e entry) synchronization.ProvisioningStatusInfo {
	switch {
	case e.skip != "":
		return synchronization.ProvisioningStatusInfo{Status: synchronization.StatusSkipped, ErrorInformation: &synchronization.ErrorInformation{
			ErrorCode: e.skip, Reason: e.reason, ErrorCategory: synchronization.CategoryNonServiceFailure,
		}}
	case e.err != nil:
		info := asError(e.err)
		return synchronization.ProvisioningStatusInfo{Status: synchronization.StatusFailure, ErrorInformation: &synchronization.ErrorInformation{
			ErrorCode: info.Code, Reason: info.Message, ErrorCategory: synchronization.CategoryFailure, RecommendedAction: recommendation,
		}}
	default:
		return synchronization.ProvisioningStatusInfo{Status: synchronization.StatusSuccess}
	}
}

// application is the name and the appId of the application as they are now.
func (j *Job) application() (name, appID string) {
	if app, ok := j.dir.Snapshot().Object(j.app); ok {
		return app.String("displayName"), app.String("appId")
	}
	return j.app, ""
}
