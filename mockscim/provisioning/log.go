package provisioning

import (
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// journal is the provisioning log of a job: bounded, oldest entries go first.
type journal struct {
	limit   int
	entries []synchronization.ProvisioningObjectSummary
}

func (l *journal) add(e synchronization.ProvisioningObjectSummary) {
	// Up to twice the limit stays in place, so an entry costs no copy of the whole log.
	if len(l.entries) >= 2*l.limit {
		l.entries = append(l.entries[:0:0], l.entries[len(l.entries)-l.limit:]...)
	}
	l.entries = append(l.entries, e)
}

func (l *journal) list() []synchronization.ProvisioningObjectSummary {
	from := max(0, len(l.entries)-l.limit)
	return append([]synchronization.ProvisioningObjectSummary(nil), l.entries[from:]...)
}

// entry is what there is to say about one object in one cycle.
type entry struct {
	object   string
	kind     *kind
	name     string
	anchor   string
	action   synchronization.ProvisioningAction
	modified []synchronization.ModifiedProperty
	began    time.Time
	skip     string // code of a skip; "" when something was done or tried
	reason   string // of a skip
	err      error
	// reference: err is not the object's own, and a change has a count of its own.
	reference bool
}

// words are how steps are named and told, per action.
// Source: learn.microsoft.com/graph/api/resources/provisioningstep and the samples of provisioningobjectsummary.
var words = map[synchronization.ProvisioningAction]struct{ suffix, done, verb string }{
	synchronization.ActionCreate:  {"Add", "was created", "create"},
	synchronization.ActionUpdate:  {"Update", "was updated", "update"},
	synchronization.ActionDisable: {"Update", "was disabled", "disable"},
	synchronization.ActionDelete:  {"Delete", "was deleted", "delete"},
	synchronization.ActionOther:   {"Update", "was left as it is", "process"},
}

func (j *Job) summary(e entry, cycle string) synchronization.ProvisioningObjectSummary {
	now := j.clock.Now().UTC()
	word := words[e.action]
	about := e.kind.label + " '" + e.name + "'"
	app := j.appName()
	status := synchronization.ProvisioningStatusInfo{Status: synchronization.StatusSuccess}
	steps := synchronization.Collection[synchronization.ProvisioningStep]{{
		Name: "EntryImport" + word.suffix, ProvisioningStepType: synchronization.StepImport, Status: synchronization.StatusSuccess,
		Description: "Received " + about + " change of type (" + word.suffix + ") from " + sourceSystem,
	}}
	switch {
	case e.skip != "":
		status.Status = synchronization.StatusSkipped
		status.ErrorInformation = &synchronization.ErrorInformation{
			ErrorCode: e.skip, Reason: e.reason, ErrorCategory: synchronization.CategoryNonServiceFailure,
		}
		steps = append(steps, synchronization.ProvisioningStep{
			Name: e.skip, ProvisioningStepType: synchronization.StepProcessing, Status: synchronization.StatusSkipped,
			Description: about + " was skipped: " + e.reason, Details: synchronization.Details{"SkipReason": e.reason},
		})
	case e.err != nil:
		info := asError(e.err)
		status.Status = synchronization.StatusFailure
		status.ErrorInformation = &synchronization.ErrorInformation{
			ErrorCode: info.Code, Reason: info.Message, ErrorCategory: synchronization.CategoryFailure,
			RecommendedAction: recommendation,
		}
		steps = append(steps, synchronization.ProvisioningStep{
			Name: "EntryExport" + word.suffix, ProvisioningStepType: synchronization.StepExport, Status: synchronization.StatusFailure,
			Description: "Failed to " + word.verb + " " + about + " in " + app,
			Details:     synchronization.Details{"ReportableIdentifier": e.name},
		})
	default:
		steps = append(steps,
			synchronization.ProvisioningStep{
				Name: "EntrySynchronization" + word.suffix, ProvisioningStepType: synchronization.StepMatching,
				Status: synchronization.StatusSuccess, Description: about + " is to be processed in " + app + " (" + word.verb + ")",
			},
			synchronization.ProvisioningStep{
				Name: "EntryExport" + word.suffix, ProvisioningStepType: synchronization.StepExport, Status: synchronization.StatusSuccess,
				Description: about + " " + word.done + " in " + app, Details: synchronization.Details{"ReportableIdentifier": e.name},
			})
	}
	target := synchronization.ProvisionedIdentity{ID: e.anchor, IdentityType: e.kind.label}
	if e.anchor != "" {
		target.DisplayName = e.name
	}
	return synchronization.ProvisioningObjectSummary{
		ID: j.newID(), ActivityDateTime: now, JobID: j.id, CycleID: cycle, ChangeID: j.newID(), TenantID: j.tenant,
		ProvisioningAction: e.action, DurationInMilliseconds: int(now.Sub(e.began).Milliseconds()),
		InitiatedBy:      synchronization.Initiator{DisplayName: "Azure AD Provisioning Service", InitiatorType: synchronization.InitiatorSystem},
		ServicePrincipal: synchronization.ProvisioningServicePrincipal{ID: j.app, DisplayName: app},
		SourceSystem:     synchronization.ProvisioningSystem{DisplayName: sourceSystem},
		TargetSystem: synchronization.ProvisioningSystem{DisplayName: targetSystem, Details: synchronization.Details{
			"ServicePrincipalId": j.app, "ServicePrincipalDisplayName": app,
		}},
		SourceIdentity: synchronization.ProvisionedIdentity{
			ID: e.object, DisplayName: e.name, IdentityType: e.kind.label,
			Details: synchronization.Details{"id": e.object, "odatatype": e.kind.label, "displayName": e.name},
		},
		TargetIdentity: target, ProvisioningStatusInfo: status, ProvisioningSteps: steps, ModifiedProperties: e.modified,
	}
}

const (
	sourceSystem   = "Azure Active Directory"
	targetSystem   = "customappsso"
	recommendation = "https://learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs"
)
