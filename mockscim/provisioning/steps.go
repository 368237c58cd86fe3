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
func (f facts) steps() synchronization.Collection[synchronization.ProvisioningStep] {
	word, app := words[f.action], f.run.appName
	about := f.label + " '" + f.name + "'"
	steps := synchronization.Collection[synchronization.ProvisioningStep]{{
		Name: "EntryImport" + word.suffix, ProvisioningStepType: synchronization.StepImport, Status: synchronization.StatusSuccess,
		Description: "Received " + about + " change of type (" + word.suffix + ") from " + sourceSystem,
	}}
	if f.is(factScoped) {
		steps = append(steps, f.scopingStep(about))
	}
	if f.step == synchronization.StepProcessing {
		return append(steps, synchronization.ProvisioningStep{
			Name: "EntrySynchronization" + word.suffix, ProvisioningStepType: synchronization.StepProcessing, Status: synchronization.StatusFailure,
			Description: "Failed to apply the attribute mappings to " + about, Details: f.failureDetails(),
		})
	}
	if f.skip != "" {
		return append(steps, synchronization.ProvisioningStep{
			Name: "EntrySynchronizationSkip", ProvisioningStepType: synchronization.StepProcessing, Status: synchronization.StatusSkipped,
			Description: about + " will be skipped: " + f.reason, Details: synchronization.Details{"SkipReason": f.reason},
		})
	}
	match := synchronization.ProvisioningStep{
		Name: "EntrySynchronization" + word.suffix, ProvisioningStepType: synchronization.StepMatching, Status: synchronization.StatusSuccess,
		Description: about + " will be " + word.done + " in " + app,
	}
	if f.is(factReference) {
		match.ProvisioningStepType = synchronization.StepReferenceResolution
	}
	if f.step == synchronization.StepMatching {
		match.Status, match.Details = synchronization.StatusFailure, f.failureDetails()
		match.Description = "Failed to match " + about + " between " + sourceSystem + " and " + app
		return append(steps, match)
	}
	export := synchronization.ProvisioningStep{
		Name: "EntryExport" + word.suffix, ProvisioningStepType: synchronization.StepExport, Status: synchronization.StatusSuccess,
		Description: about + " was " + word.done + " in " + app, Details: synchronization.Details{"ReportableIdentifier": f.identifier},
	}
	if f.is(factFailed) {
		export.Status, export.Details = synchronization.StatusFailure, f.failureDetails()
		export.Description = "Failed to " + word.verb + " " + about + " in " + app
	}
	return append(steps, match, export)
}

func (f facts) failureDetails() synchronization.Details {
	return synchronization.Details{"ErrorCode": f.code, "ErrorMessage": f.message, "ReportableIdentifier": f.identifier}
}

// scopingStep tells whether the object is in scope, and which clause of the scoping filter kept it out.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand, response.
func (f facts) scopingStep(about string) synchronization.ProvisioningStep {
	in := f.is(factInScope)
	details := synchronization.Details{
		"IsActive": truth(f.is(factActive)), "Assigned": truth(f.is(factAssigned)),
		"IsEffectivelyEntitledForProvisioning": truth(f.is(factEntitled)), "IsInProvisioningScopeDisplayName": truth(in),
	}
	step := synchronization.ProvisioningStep{
		Name: "EntrySynchronizationScoping", ProvisioningStepType: synchronization.StepScoping, Status: synchronization.StatusSuccess,
		Description: about + " is in scope", Details: details,
	}
	if !in {
		step.Status, step.Description = synchronization.StatusSkipped, about+" is not in scope"+f.unmet
	}
	if f.verdicts != "" {
		details["ScopeEvaluationResult"] = f.verdicts
	}
	return step
}

// scoped finds out what the scoping step tells, while the directory is as the cycle saw it.
func (c *cycle) scoped(e entry, f *facts) {
	d := e.decision
	if d.object == nil {
		return
	}
	in := d.fate == provisions
	f.set(factScoped, true)
	f.set(factInScope, in)
	f.set(factActive, !d.soft || d.fate == leaves && d.object.Bool("accountEnabled"))
	f.set(factAssigned, in && !c.now.all || c.now.assignedAnyhow(d.object))
	f.set(factEntitled, in || c.now.entitled(d.object))
	filter := e.kind.mapping.Scope()
	if filter.Empty() {
		return
	}
	verdicts := map[string]bool{}
	for _, v := range filter.Explain(c.filtered(d.object)) {
		verdicts[v.Clause] = v.Holds
		if !v.Holds && !in {
			f.unmet += "; this does not hold: " + v.Clause
		}
	}
	if text, err := json.Marshal(verdicts); err == nil {
		f.verdicts = string(text)
	}
}

// assignedAnyhow says whether an object is assigned, itself or through a group, when everything is in scope too.
func (s scope) assignedAnyhow(o *directory.Object) bool {
	s.all = false
	return s.entitled(o)
}

func truth(b bool) string { return plain(b) }
