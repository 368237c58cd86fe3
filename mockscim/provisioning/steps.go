package provisioning

import (
	"encoding/json"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// words are how steps are named and told, per action.
// Source: learn.microsoft.com/graph/api/resources/provisioningstep and the samples of provisioningobjectsummary.
var words = map[synchronization.ProvisioningAction]struct{ suffix, done, verb string }{
	synchronization.ActionCreate:       {"Add", "created", "create"},
	synchronization.ActionUpdate:       {"Update", "updated", "update"},
	synchronization.ActionDisable:      {"Update", "disabled", "disable"},
	synchronization.ActionDelete:       {"Delete", "deleted", "delete"},
	synchronization.ActionStagedDelete: {"Delete", "left as it is", "delete"},
	synchronization.ActionOther:        {"Update", "left as it is", "process"},
}

// steps tells how an object went through a cycle: import, scope, match, action. A failure ends the list.
func (c *cycle) steps(e entry, app string) synchronization.Collection[synchronization.ProvisioningStep] {
	word := words[e.action]
	about := e.kind.label + " '" + e.name + "'"
	steps := synchronization.Collection[synchronization.ProvisioningStep]{{
		Name: "EntryImport" + word.suffix, ProvisioningStepType: synchronization.StepImport, Status: synchronization.StatusSuccess,
		Description: "Received " + about + " change of type (" + word.suffix + ") from " + sourceSystem,
	}}
	if e.decision.object != nil {
		steps = append(steps, c.scopingStep(e, about))
	}
	if e.at == synchronization.StepProcessing {
		return append(steps, synchronization.ProvisioningStep{
			Name: "EntrySynchronization" + word.suffix, ProvisioningStepType: synchronization.StepProcessing, Status: synchronization.StatusFailure,
			Description: "Failed to apply the attribute mappings to " + about, Details: failureDetails(e),
		})
	}
	if e.skip != "" {
		return append(steps, synchronization.ProvisioningStep{
			Name: "EntrySynchronizationSkip", ProvisioningStepType: synchronization.StepProcessing, Status: synchronization.StatusSkipped,
			Description: about + " will be skipped: " + e.reason, Details: synchronization.Details{"SkipReason": e.reason},
		})
	}
	match := synchronization.ProvisioningStep{
		Name: "EntrySynchronization" + word.suffix, ProvisioningStepType: synchronization.StepMatching, Status: synchronization.StatusSuccess,
		Description: about + " will be " + word.done + " in " + app,
	}
	if e.reference {
		match.ProvisioningStepType = synchronization.StepReferenceResolution
	}
	if e.at == synchronization.StepMatching {
		match.Status, match.Details = synchronization.StatusFailure, failureDetails(e)
		match.Description = "Failed to match " + about + " between " + sourceSystem + " and " + app
		return append(steps, match)
	}
	export := synchronization.ProvisioningStep{
		Name: "EntryExport" + word.suffix, ProvisioningStepType: synchronization.StepExport, Status: synchronization.StatusSuccess,
		Description: about + " was " + word.done + " in " + app, Details: synchronization.Details{"ReportableIdentifier": e.identifier()},
	}
	if e.err != nil {
		export.Status, export.Details = synchronization.StatusFailure, failureDetails(e)
		export.Description = "Failed to " + word.verb + " " + about + " in " + app
	}
	return append(steps, match, export)
}

func failureDetails(e entry) synchronization.Details {
	info := asError(e.err)
	return synchronization.Details{"ErrorCode": info.Code, "ErrorMessage": info.Message, "ReportableIdentifier": e.identifier()}
}

// scopingStep tells whether the object is in scope, and which clause of the scoping filter kept it out.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand, response.
func (c *cycle) scopingStep(e entry, about string) synchronization.ProvisioningStep {
	d := e.decision
	in := d.fate == provisions
	details := synchronization.Details{
		"IsActive": truth(!d.soft || d.fate == leaves && d.object.Bool("accountEnabled")),
		"Assigned": truth(in && !c.now.all || c.now.assignedAnyhow(d.object)), "IsEffectivelyEntitledForProvisioning": truth(in || c.now.entitled(d.object)),
		"IsInProvisioningScopeDisplayName": truth(in),
	}
	step := synchronization.ProvisioningStep{
		Name: "EntrySynchronizationScoping", ProvisioningStepType: synchronization.StepScoping, Status: synchronization.StatusSuccess,
		Description: about + " is in scope", Details: details,
	}
	if !in {
		step.Status, step.Description = synchronization.StatusSkipped, about+" is not in scope"
	}
	if filter := e.kind.mapping.Scope(); !filter.Empty() {
		verdicts := map[string]bool{}
		for _, v := range filter.Explain(c.filtered(d.object)) {
			verdicts[v.Clause] = v.Holds
			if !v.Holds && !in {
				step.Description += "; this does not hold: " + v.Clause
			}
		}
		if text, err := json.Marshal(verdicts); err == nil {
			details["ScopeEvaluationResult"] = string(text)
		}
	}
	return step
}

// assignedAnyhow says whether an object is assigned, itself or through a group, when everything is in scope too.
func (s scope) assignedAnyhow(o *directory.Object) bool {
	s.all = false
	return s.entitled(o)
}

func truth(b bool) string { return plain(b) }
