package provisioning

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// MaxOnDemandMembers is how many members of a group one run on demand takes.
// Source: learn.microsoft.com/entra/identity/app-provisioning/provision-on-demand.
const MaxOnDemandMembers = 5

// onDemandLimit is said to who asks for more.
var onDemandLimit = fmt.Sprintf("one run takes one set of parameters with one subject, which is a User without members, or a Group with at most %d of its members (%d objects in all)",
	MaxOnDemandMembers, MaxOnDemandMembers+1)

// ErrOnDemand is wrapped by what [Job.ProvisionOnDemand] says about a request that cannot be run.
var ErrOnDemand = errors.New("the request for provisioning on demand is not valid")

// demand is the subject of a run on demand.
type demand struct {
	members []string // directory ids, of a group
	filed   []synchronization.ProvisioningObjectSummary
}

// OnDemandResult is what came of provisioning one object on demand.
type OnDemandResult struct {
	Result  synchronization.ProvisioningResult // success, failure or skipped
	Code    string                             // of a failure or a skip
	Message string
	// Connection is why the test of the connection failed, nil when it did not. After it nothing else was tried.
	Connection error
	// Summary is the entry of the provisioning log, its steps included; when the test of the connection failed, what would have been one,
	// with a single step that failed.
	Summary synchronization.ProvisioningObjectSummary
}

// OnDemandStage is one of the five steps the portal shows.
type OnDemandStage struct {
	Name   string
	Result synchronization.ProvisioningResult
	Step   *synchronization.ProvisioningStep // nil for the test of the connection
}

// stageNames are the portal's words, after the test of the connection.
// Source: learn.microsoft.com/entra/identity/app-provisioning/provision-on-demand.
var stageNames = map[synchronization.StepType]string{
	synchronization.StepImport: "Import %s", synchronization.StepScoping: "Determine if %s is in scope",
	synchronization.StepMatching: "Match %s between source and target system", synchronization.StepReferenceResolution: "Match %s between source and target system",
	synchronization.StepProcessing: "Perform action", synchronization.StepExport: "Perform action",
}

// Stages returns the steps as the portal shows them, up to the one that failed.
func (r OnDemandResult) Stages() []OnDemandStage {
	first := OnDemandStage{Name: "Test connection", Result: synchronization.StatusSuccess}
	if r.Connection != nil {
		first.Result = synchronization.StatusFailure
		return []OnDemandStage{first}
	}
	stages := []OnDemandStage{first}
	for i := range r.Summary.ProvisioningSteps {
		step := &r.Summary.ProvisioningSteps[i]
		name := stageNames[step.ProvisioningStepType]
		if name != "Perform action" {
			name = fmt.Sprintf(name, strings.ToLower(r.Summary.SourceIdentity.IdentityType))
		}
		stages = append(stages, OnDemandStage{name, step.Status, step})
	}
	return stages
}

// skipTexts say in a sentence what a reason to skip an object means; in the answer of Graph the reason itself is the code.
var skipTexts = map[string]string{
	SkipRedundantExport:        "The target has every mapped value already; nothing was exported.",
	SkipNotEffectivelyEntitled: "The object is not assigned to the application, or not with a role that is provisioned.",
}

// capitalized begins a word with a capital letter, as Graph's older enumerations do.
func capitalized(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// Pair returns the result as Graph answers it: two JSON texts.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand.
func (r OnDemandResult) Pair() (synchronization.StringPair, error) {
	type details struct {
		ErrorCode    string `json:"errorCode"`
		ErrorMessage string `json:"errorMessage"`
	}
	key := struct {
		Result  string   `json:"result"`
		Details *details `json:"details"`
	}{Result: map[synchronization.ProvisioningResult]string{
		synchronization.StatusSuccess: "Success", synchronization.StatusFailure: "Failure", synchronization.StatusSkipped: "Skipped",
	}[r.Result]}
	switch text, known := skipTexts[r.Message]; {
	case known:
		key.Details = &details{r.Message, text}
	case r.Code != "":
		key.Details = &details{r.Code, r.Message}
	}
	const when = "1/2/2006 3:04:05 PM"
	s := r.Summary
	value := map[string]any{
		"action": capitalized(string(s.ProvisioningAction)), "changeId": s.ChangeID, "modifiedProperties": s.ModifiedProperties, "provisioningSteps": s.ProvisioningSteps,
		"startTime": s.ActivityDateTime.Add(-time.Duration(s.DurationInMilliseconds) * time.Millisecond).Format(when), "endTime": s.ActivityDateTime.Format(when),
		"reportableIdentifier": s.SourceIdentity.DisplayName, "statusInfo": s.ProvisioningStatusInfo, "sourceIdentity": s.SourceIdentity,
		"sourceSystem": s.SourceSystem, "targetIdentity": s.TargetIdentity, "targetSystem": s.TargetSystem,
	}
	k, err := json.Marshal(key)
	if err != nil {
		return synchronization.StringPair{}, fmt.Errorf("encode result: %w", err)
	}
	v, err := json.Marshal(value)
	if err != nil {
		return synchronization.StringPair{}, fmt.Errorf("encode result: %w", err)
	}
	return synchronization.StringPair{Key: string(k), Value: string(v)}, nil
}

// ProvisionOnDemand provisions one user, or one group with up to [MaxOnDemandMembers] of its members, at once, in the default
// dialect whatever the flag says. It waits for a running cycle and moves neither watermark nor quarantine. Members that are not named are
// not touched. Users that are blocked or deleted in the tenant are left as they are; one that is unassigned is disabled.
//
// A rule that is named has to be that of the object's mapping in [Job.Schema]; "" names none.
//
// What fails at the target is in the result. The error wraps [ErrOnDemand], or is the context's.
// Source: learn.microsoft.com/entra/identity/app-provisioning/provision-on-demand.
func (j *Job) ProvisionOnDemand(ctx context.Context, parameters []synchronization.OnDemandParameters) (OnDemandResult, error) {
	if err := j.acquire(ctx); err != nil {
		return OnDemandResult{}, fmt.Errorf("provision on demand: %w", err)
	}
	defer j.finish()
	c := j.newCycle(j.onDemand)
	k, subject, err := c.subject(parameters)
	if err != nil {
		return OnDemandResult{}, fmt.Errorf("provision on demand: %w: %w", ErrOnDemand, err)
	}
	c.work = &worklist{members: map[string]*set{}}
	if _, err := j.probe(ctx); err != nil {
		if ctx.Err() != nil {
			return OnDemandResult{}, fmt.Errorf("provision on demand: %w", ctx.Err())
		}
		return c.unreached(k, subject, err), nil
	}
	c.work.add(k.object, subject)
	if err := c.runOnDemand(ctx, k, subject); err != nil {
		return OnDemandResult{}, fmt.Errorf("provision on demand: %w", err)
	}
	return c.demand.result(), nil
}

// unreached is the result for an object that was not looked at because the connection failed. Nothing is filed.
func (c *cycle) unreached(k *kind, id string, err error) OnDemandResult {
	info := asError(err)
	e := entry{object: id, kind: k, decision: c.decide(k, id), action: synchronization.ActionOther, began: c.began, err: err, at: synchronization.StepImport}
	if e.decision.object != nil {
		e.name = e.decision.object.String("displayName")
	}
	f := c.facts(e)
	s := f.summary()
	s.ProvisioningSteps = synchronization.Collection[synchronization.ProvisioningStep]{{
		Name: "TestConnection", ProvisioningStepType: synchronization.StepImport, Status: synchronization.StatusFailure,
		Description: "The connection to " + f.run.appName + " could not be established, " + f.label + " '" + f.name + "' was not processed", Details: f.failureDetails(),
	}}
	return OnDemandResult{Result: synchronization.StatusFailure, Code: info.Code, Message: info.Message, Connection: err, Summary: s}
}

// subject reads the one object a request is about.
func (c *cycle) subject(parameters []synchronization.OnDemandParameters) (*kind, string, error) {
	if len(parameters) != 1 || len(parameters[0].Subjects) != 1 {
		subjects := 0
		for _, p := range parameters {
			subjects += len(p.Subjects)
		}
		return nil, "", fmt.Errorf("%d sets of parameters with %d subjects together are named; %s", len(parameters), subjects, onDemandLimit)
	}
	s := parameters[0].Subjects[0]
	c.demand = &demand{}
	for _, k := range c.kinds {
		if k.label != s.ObjectTypeName {
			continue
		}
		if id := parameters[0].RuleID; id != "" && id != k.ruleID {
			return nil, "", fmt.Errorf("the schema has no rule %.100q with a mapping of %ss", id, k.label)
		}
		if !k.rules.Enabled {
			return nil, "", fmt.Errorf("the mapping of %ss is not enabled", k.label)
		}
		if o, ok := c.now.snap.Object(s.ObjectID); !ok || o.Type() != k.object {
			if o, ok = c.now.snap.Deleted(s.ObjectID); !ok || o.Type() != k.object {
				return nil, "", fmt.Errorf("there is no %s %s", k.label, s.ObjectID)
			}
		}
		if k.object == directory.User && len(s.Links.Members) > 0 || len(s.Links.Members) > MaxOnDemandMembers {
			return nil, "", fmt.Errorf("a %s with %d members is named; %s", k.label, len(s.Links.Members), onDemandLimit)
		}
		for _, m := range s.Links.Members {
			if m.ObjectTypeName != "User" {
				return nil, "", fmt.Errorf("member %s is a %q, only members of the type User can be provisioned", m.ObjectID, m.ObjectTypeName)
			}
			c.demand.members = append(c.demand.members, m.ObjectID)
		}
		return k, s.ObjectID, nil
	}
	return nil, "", fmt.Errorf("objects of the type %q are not provisioned", s.ObjectTypeName)
}

func (c *cycle) runOnDemand(ctx context.Context, k *kind, id string) error {
	d := c.decide(k, id)
	l := c.memory.links[id]
	known := l != nil && l.managed
	_, live := c.now.snap.Object(id)
	if k.object == directory.User && (d.fate == waits || d.fate == deletes && (!live || d.soft) || d.fate == ignored || d.fate == provisions && d.soft && known) {
		e := entry{object: id, kind: k, decision: d, action: synchronization.ActionOther, began: c.clock.Now(), skip: CodeSynchronizationSkipped}
		e.reason = "a user that is blocked or deleted in the tenant cannot be disabled or deleted on demand"
		if d.object != nil {
			e.name = d.object.String("displayName")
		}
		return c.settle(ctx, e)
	}
	if err := c.object(ctx, k, id); err != nil {
		return err
	}
	if l := c.memory.links[id]; k.members && l != nil && l.managed && len(c.groups) > 0 {
		if err := c.membersOnDemand(ctx, k, l); err != nil {
			return err
		}
		c.groups = nil
	}
	return c.references(ctx)
}

// membersOnDemand writes the memberships that were named.
func (c *cycle) membersOnDemand(ctx context.Context, k *kind, l *link) error {
	var changes memberChanges
	for _, id := range c.demand.members {
		c.compareMember(l, id, c.now.hasMember(l.object, id), &changes)
	}
	_, _, err := c.exportMembers(ctx, k, l, changes)
	return err
}

// result is the worst of what was filed, with everything that changed.
func (d *demand) result() OnDemandResult {
	var r OnDemandResult
	rank := map[synchronization.ProvisioningResult]int{synchronization.StatusSkipped: 1, synchronization.StatusSuccess: 2, synchronization.StatusFailure: 3}
	var changed []synchronization.ModifiedProperty
	for _, s := range d.filed {
		if status := s.ProvisioningStatusInfo.Status; rank[status] > rank[r.Result] {
			r.Result, r.Summary = status, s
		}
		changed = append(changed, s.ModifiedProperties...)
	}
	r.Summary.ModifiedProperties = changed
	if info := r.Summary.ProvisioningStatusInfo.ErrorInformation; info != nil {
		r.Code, r.Message = info.ErrorCode, info.Reason
	}
	return r
}
