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
func (f facts) summary() synchronization.ProvisioningObjectSummary {
	r := f.run
	source := synchronization.Details{"id": f.object, "odatatype": f.label, "displayName": f.name}
	if f.identifier != f.name {
		source["userPrincipalName"] = f.identifier
	}
	target := synchronization.ProvisionedIdentity{ID: f.anchor, IdentityType: f.label}
	if f.anchor != "" {
		target.DisplayName = f.name
		target.Details = synchronization.Details{"id": f.anchor, "odatatype": f.targetName, "displayName": f.name}
	}
	return synchronization.ProvisioningObjectSummary{
		ID: f.id, ActivityDateTime: f.at, JobID: r.job, CycleID: r.cycle, ChangeID: f.change, TenantID: r.tenant,
		ProvisioningAction: f.action, DurationInMilliseconds: f.duration,
		InitiatedBy:      synchronization.Initiator{DisplayName: "Azure AD Provisioning Service", InitiatorType: synchronization.InitiatorSystem},
		ServicePrincipal: synchronization.ProvisioningServicePrincipal{ID: r.app, DisplayName: r.appName},
		SourceSystem:     synchronization.ProvisioningSystem{ID: r.source, DisplayName: sourceSystem},
		TargetSystem: synchronization.ProvisioningSystem{ID: r.target, DisplayName: targetSystem, Details: synchronization.Details{
			"ApplicationId": r.appID, "ServicePrincipalId": r.app, "ServicePrincipalDisplayName": r.appName,
		}},
		SourceIdentity: synchronization.ProvisionedIdentity{ID: f.object, DisplayName: f.name, IdentityType: f.label, Details: source},
		TargetIdentity: target, ProvisioningStatusInfo: f.outcome(), ProvisioningSteps: f.steps(), ModifiedProperties: f.modified,
	}
}

func (f facts) outcome() synchronization.ProvisioningStatusInfo {
	switch {
	case f.skip != "":
		return synchronization.ProvisioningStatusInfo{Status: synchronization.StatusSkipped, ErrorInformation: &synchronization.ErrorInformation{
			ErrorCode: f.skip, Reason: f.reason, ErrorCategory: synchronization.CategoryNonServiceFailure,
		}}
	case f.is(factFailed):
		return synchronization.ProvisioningStatusInfo{Status: synchronization.StatusFailure, ErrorInformation: &synchronization.ErrorInformation{
			ErrorCode: f.code, Reason: f.message, ErrorCategory: synchronization.CategoryFailure, RecommendedAction: recommendation,
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
