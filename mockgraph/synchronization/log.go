package synchronization

import "time"

// ProvisioningObjectSummary is one entry of the provisioning log: one action on one object in one cycle.
// Source: learn.microsoft.com/graph/api/resources/provisioningobjectsummary.
type ProvisioningObjectSummary struct {
	ID                     string                       `json:"id"`
	ActivityDateTime       time.Time                    `json:"activityDateTime"`
	TenantID               string                       `json:"tenantId"`
	JobID                  string                       `json:"jobId"`
	CycleID                string                       `json:"cycleId"`
	ChangeID               string                       `json:"changeId"`
	ProvisioningAction     ProvisioningAction           `json:"provisioningAction"`
	DurationInMilliseconds int                          `json:"durationInMilliseconds"`
	InitiatedBy            Initiator                    `json:"initiatedBy"`
	ServicePrincipal       ProvisioningServicePrincipal `json:"servicePrincipal"`
	SourceSystem           ProvisioningSystem           `json:"sourceSystem"`
	TargetSystem           ProvisioningSystem           `json:"targetSystem"`
	SourceIdentity         ProvisionedIdentity          `json:"sourceIdentity"`
	TargetIdentity         ProvisionedIdentity          `json:"targetIdentity"` // empty id: not created or not found
	ProvisioningStatusInfo ProvisioningStatusInfo       `json:"provisioningStatusInfo"`
	ProvisioningSteps      Collection[ProvisioningStep] `json:"provisioningSteps"`
	ModifiedProperties     Collection[ModifiedProperty] `json:"modifiedProperties"`
}

// ProvisioningAction is what was done, or tried, in the target.
type ProvisioningAction string

// The actions of the provisioning log.
const (
	ActionCreate       ProvisioningAction = "create"
	ActionUpdate       ProvisioningAction = "update"
	ActionDelete       ProvisioningAction = "delete"
	ActionDisable      ProvisioningAction = "disable"
	ActionStagedDelete ProvisioningAction = "stagedDelete"
	ActionOther        ProvisioningAction = "other"
)

// Initiator is who began an activity.
type Initiator struct {
	ID            string        `json:"id"`
	DisplayName   string        `json:"displayName"`
	InitiatorType InitiatorType `json:"initiatorType"`
}

// InitiatorType is the kind of an [Initiator].
type InitiatorType string

// The kinds of initiators.
const (
	InitiatorUser        InitiatorType = "user"
	InitiatorApplication InitiatorType = "application"
	InitiatorSystem      InitiatorType = "system"
)

// ProvisioningServicePrincipal names the enterprise application.
type ProvisioningServicePrincipal struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
}

// ProvisioningSystem names one side.
type ProvisioningSystem struct {
	ID          string  `json:"id"`
	DisplayName string  `json:"displayName"`
	Details     Details `json:"details"`
}

// ProvisionedIdentity names the object on one side.
type ProvisionedIdentity struct {
	ID           string  `json:"id"`
	DisplayName  string  `json:"displayName"`
	IdentityType string  `json:"identityType"` // "User" or "Group"
	Details      Details `json:"details"`
}

// ProvisioningStatusInfo is how it ended.
type ProvisioningStatusInfo struct {
	Status           ProvisioningResult `json:"status"`
	ErrorInformation *ErrorInformation  `json:"errorInformation"` // nil: no error
}

// ProvisioningResult is the outcome of an entry or of a step.
type ProvisioningResult string

// The outcomes of an entry or of a step.
const (
	StatusSuccess ProvisioningResult = "success"
	StatusFailure ProvisioningResult = "failure"
	StatusSkipped ProvisioningResult = "skipped"
	StatusWarning ProvisioningResult = "warning"
)

// ErrorInformation is Graph's provisioningErrorInfo.
// Source: learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs, for the codes.
type ErrorInformation struct {
	ErrorCode         string        `json:"errorCode"` // such as DuplicateTargetEntries
	Reason            string        `json:"reason"`
	AdditionalDetails Text          `json:"additionalDetails"`
	ErrorCategory     ErrorCategory `json:"errorCategory"`
	RecommendedAction Text          `json:"recommendedAction"`
}

// ErrorCategory is the kind of an error.
type ErrorCategory string

// The kinds of errors.
const (
	CategoryFailure           ErrorCategory = "failure"
	CategoryNonServiceFailure ErrorCategory = "nonServiceFailure"
	CategorySuccess           ErrorCategory = "success"
)

// ProvisioningStep is one step on the way.
type ProvisioningStep struct {
	Name                 string             `json:"name"` // such as EntryImportAdd
	ProvisioningStepType StepType           `json:"provisioningStepType"`
	Status               ProvisioningResult `json:"status"`
	Description          string             `json:"description"` // one sentence
	Details              Details            `json:"details"`
}

// StepType is the kind of a [ProvisioningStep].
type StepType string

// The kinds of steps.
const (
	StepImport              StepType = "import"
	StepScoping             StepType = "scoping"
	StepMatching            StepType = "matching"
	StepProcessing          StepType = "processing"
	StepReferenceResolution StepType = "referenceResolution"
	StepExport              StepType = "export"
)

// ModifiedProperty is one target attribute that was changed. "" stands for null: no value.
type ModifiedProperty struct {
	DisplayName string `json:"displayName"` // of the target attribute
	OldValue    Text   `json:"oldValue"`
	NewValue    Text   `json:"newValue"`
}
